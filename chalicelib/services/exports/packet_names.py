"""The names of a packet in one file, sorted once: so many may be in it that nobody holds them all in memory."""

from __future__ import annotations

import gzip
import shutil
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

import orjson

from chalicelib.domain.exports.packets import GroupBy, NamedSigner, Recount, place_of, read_recount
from chalicelib.i18n.languages import country_names, without_accents
from chalicelib.i18n.regions import region_name
from chalicelib.services.exports.sorted_rows import SortedRows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LEVEL = 6


@dataclass(frozen=True, slots=True)
class PacketNames:
    """The file at `path`: in its first line what was counted and how many names each group has (`groups`), then a name a line."""

    path: Path
    recount: Recount
    groups: tuple[int, ...]

    @property
    def named(self) -> int:
        """How many names there are."""
        return sum(self.groups)

    def signers(self, first: int = 0, number: int | None = None) -> Iterator[NamedSigner]:
        """Names in their order, `number` of them from the place `first` on, from 0."""
        with gzip.open(self.path, "rb") as file:
            next(file)
            for line in islice(file, first, None if number is None else first + number):
                yield NamedSigner(*orjson.loads(line))


def read_names(path: Path) -> PacketNames:
    """What `NamesInOrder` wrote."""
    with gzip.open(path, "rb") as file:
        head = orjson.loads(next(file))
    return PacketNames(path, read_recount(head["recount"]), tuple(head["groups"]))


@dataclass(slots=True)
class NamesInOrder:
    """Puts names in the order in which a packet in `language` shows them: by group, then as they counted."""

    folder: Path
    by: GroupBy
    language: str
    recount: Recount = field(default_factory=Recount)
    _rows: SortedRows = field(init=False)
    _spelled: Callable[[str], str] = field(init=False)

    def __post_init__(self) -> None:
        self._rows = SortedRows(self.folder)
        names = country_names(self.language)
        self._spelled = cache(
            lambda code: without_accents(region_name(code, self.language) if "-" in code else names.get(code, code))
        )

    def add(self, signer: NamedSigner, moment: str, id_: str) -> None:
        """Adds one who counted at that moment (ISO)."""
        one = (signer.name, signer.country, signer.day, signer.language, signer.comment, signer.region)
        self._rows.add([*place_of(signer, self.by, self._spelled), moment, id_, *one])

    def write(self, path: Path) -> PacketNames:
        """Writes the file."""
        rows, groups = self.folder / "names.gz", []
        before = None
        with gzip.GzipFile(rows, "wb", LEVEL, mtime=0) as file:
            for row in self._rows.in_order():
                if row[:4] != before:
                    groups.append(0)
                    before = row[:4]
                groups[-1] += 1
                file.write(orjson.dumps(row[6:], option=orjson.OPT_APPEND_NEWLINE))
        head = orjson.dumps({"recount": self.recount.to_json(), "groups": groups}, option=orjson.OPT_APPEND_NEWLINE)
        with path.open("wb") as out, rows.open("rb") as names:  # one after the other, as gzip allows
            out.write(gzip.compress(head, LEVEL, mtime=0))
            shutil.copyfileobj(names, out)
        rows.unlink()
        return PacketNames(path, self.recount, tuple(groups))
