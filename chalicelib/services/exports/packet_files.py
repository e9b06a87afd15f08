"""The files of a packet: built one after another on disk, then packed, the same bytes for the same signatures."""

from __future__ import annotations

import csv
import gc
import hashlib
import json
import zipfile
from typing import TYPE_CHECKING, Any

from chalicelib.domain.exports.packets import MADE_BY, GroupBy, SignedStatement
from chalicelib.domain.exports.spreadsheet_cells import safe_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from chalicelib.domain.exports.packet_volumes import Volume
    from chalicelib.domain.exports.packets import NamedSigner, Packet, Recount
    from chalicelib.services.exports.packet_names import PacketNames

NAMES, COUNTS, INTEGRITY = "names.csv", "counts.csv", "integrity.json"
NAME_COLUMNS = ("name", "country", "day", "language")
UNIX_FILE = 0o100644 << 16


def write_packet_files(
    folder: Path, packet: Packet, names: PacketNames, volumes: Sequence[Volume], progress: Callable[[int], None]
) -> int:
    """Writes the files into `folder`; returns how many pages the PDFs have.

    The first volume, which has everything but the other names, comes last, because it tells the sums of the others.
    """
    # Loads the fonts' library and the layout, for those jobs that need them.
    from chalicelib.pages.packet.packet_file import write_packet, write_volume

    columns, done, pages = _columns(packet), 0, 0
    _write_csv(folder / NAMES, ("number", *columns), _names(names.signers(), columns))
    _write_csv(folder / COUNTS, ("by", "label", "signatures"), _counts(packet.recount))
    first, *others = volumes
    for volume in others:
        with (folder / volume.file_name).open("wb") as out:
            pages += write_volume(out, packet, _of(names, volume), _after(done, progress), volume)
        done += volume.names
        gc.collect()  # what sets a volume refers to itself: without this, a million names would need 500 MB
    sums = {name: _sha256(folder / name) for name in (*(one.file_name for one in others), NAMES, COUNTS)}
    with (folder / first.file_name).open("wb") as out:
        pages += write_packet(out, packet, _of(names, first), sums, _after(done, progress), first)
    sums = {first.file_name: _sha256(folder / first.file_name), **sums}
    written = json.dumps(_integrity(packet, sums, pages), ensure_ascii=False, indent=1)
    (folder / INTEGRITY).write_text(written + "\n", "utf-8")
    return pages


def _of(names: PacketNames, volume: Volume) -> Iterator[NamedSigner]:
    return names.signers(volume.before, volume.names)


def _after(done: int, progress: Callable[[int], None]) -> Callable[[int], None]:
    return lambda names: progress(done + names)


def pack(folder: Path, target: Path, volumes: Sequence[Volume], made_at: datetime) -> None:
    """Moves the files of `folder` into the ZIP `target`, dated `made_at`."""
    names = (*(volume.file_name for volume in volumes), NAMES, COUNTS, INTEGRITY)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            entry = zipfile.ZipInfo(name, made_at.timetuple()[:6])
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, UNIX_FILE
            with (folder / name).open("rb") as file, packed.open(entry, "w") as out:
                while content := file.read(1 << 20):
                    out.write(content)
            (folder / name).unlink()  # a function has 512 MB of disk


def _write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    # With the mark by which spreadsheet programs recognise UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)


def _columns(packet: Packet) -> list[str]:
    """What is told of each person: comments and regions only where they were asked for."""
    wanted = {"comment": packet.options.comments, "region": packet.options.group_by is GroupBy.REGION}
    return [*NAME_COLUMNS, *(name for name, is_wanted in wanted.items() if is_wanted)]


def _names(signers: Iterable[NamedSigner], columns: Sequence[str]) -> Iterator[list[object]]:
    for number, one in enumerate(signers, start=1):
        yield [number, *(safe_cell(getattr(one, name)) for name in columns)]


def _counts(recount: Recount) -> Iterator[list[object]]:
    yield ["total", "", recount.total]
    places = (("country", recount.countries), ("region", recount.regions))
    groups = (("state", recount.states), *places, ("language", recount.languages))
    for group, counts in (*groups, ("week", recount.weeks), ("statement", recount.statements)):
        yield from ([group, safe_cell(label), n] for label, n in sorted(counts.items()))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _integrity(packet: Packet, sums: dict[str, str], pages: int) -> dict[str, Any]:
    recount = packet.recount
    return {
        "campaign": packet.campaign,
        "title": packet.title,
        "target": packet.options.target,
        "made_at": packet.made_at,
        "made_by": MADE_BY,
        "pages": pages,
        "files": sums,
        "signatures": {
            "tally": packet.tally,
            "recount": recount.total,
            "online": recount.total - recount.on_paper,
            "on_paper": recount.on_paper,
            "named": packet.named,
        },
        **({"regions": dict(sorted(recount.regions.items()))} if recount.regions else {}),
        "confirmation": "double" if packet.is_double else "single",
        "statements": [_statement(one) for one in packet.statements],
    }


def _statement(signed: SignedStatement) -> dict[str, Any]:
    one = signed.statement
    words = {"title": one.title, "summary": one.summary, "body": one.body, "targets": list(one.targets)}
    return {
        "version": one.version,
        "language": one.language,
        "sha256": one.sha256,
        "signatures": signed.signatures,
        **words,
    }
