"""The numbers and the names of a packet, read one row after another: only as far as they could be those of a packet."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from undersigned_client.errors import BadFile
from undersigned_client.files.packet_archive import COUNTS, NAMES, shown
from undersigned_client.language.messages import number, plural, translate

if TYPE_CHECKING:
    from undersigned_client.files.packet_archive import PacketArchive

# Each of these has every signature once.
WHOLE = ("state", "country", "language", "week", "statement")
GROUPS = {"total", "region", *WHOLE}
HEAD = ["number", "name", "country"]
MAX_COLUMNS = 20
MAX_NUMBER = 10**12
# More are in no packet.
MAX_NAMES = 1_000_000


class Counts:
    """`counts.csv`: for each breakdown, its labels with their numbers. Raises BadFile, ValueError."""

    def __init__(self, archive: PacketArchive) -> None:
        self.groups: dict[str, Counter[str]] = {group: Counter() for group in GROUPS}
        rows = archive.rows(COUNTS)
        next(rows, None)
        for group, label, count, *_ in rows:
            if group not in GROUPS:
                raise BadFile(translate("{name} in it counts by “{group}”, as no packet does.", name=COUNTS, group=shown(group)))  # fmt: skip
            if label in self.groups[group]:
                facts = {"group": group, "label": shown(label)}
                raise BadFile(translate("{name} in it counts “{label}” twice ({group}).", name=COUNTS, **facts))
            self.groups[group][label] = _number(count)

    def sum_of(self, group: str) -> int:
        """How many signatures a breakdown has."""
        return self.groups[group].total()


def _number(written: str) -> int:
    if not (written.isascii() and written.isdigit() and int(written[:20]) < MAX_NUMBER):
        raise ValueError
    return int(written)


def whole(value: Any) -> int:
    """A number that counts something. Raises ValueError."""
    if not (type(value) is int and 0 <= value < MAX_NUMBER):
        raise ValueError
    return int(value)


def names_told(archive: PacketArchive, named: int, counts: Counts) -> tuple[bool, str]:
    """Whether `names.csv` lists `named` names, numbered from 1, of countries where so many signed; and that in words.

    Reads no further than the first row that is not so: what comes after it may be without end. Raises BadFile, ValueError.
    """
    if named > MAX_NAMES:
        raise ValueError
    rows, left, listed = archive.rows(NAMES), counts.groups["country"].copy(), 0
    head = next(rows, [])
    if head[: len(HEAD)] != HEAD or len(head) > MAX_COLUMNS:
        return False, translate("{name} does not begin with the titles of a list of names.", name=NAMES)
    for listed, row in enumerate(rows, start=1):
        if listed > named:
            return False, translate("{name} has more names than {named}.", name=NAMES, named=number(named))
        if len(row) != len(head) or row[0] != str(listed):
            return False, translate("{name} has something else where name {n} should be.", name=NAMES, n=number(listed))
        left[row[2]] -= 1
        if left[row[2]] < 0:
            facts = {"country": shown(row[2]) or "–", "counts": COUNTS}
            return False, translate("{name} has more names of {country} than {counts} has signatures.", name=NAMES, **facts)  # fmt: skip
    if listed < named:
        words = translate("{name} has {n} names, and should have {named}.", name=NAMES, n=number(listed), named=number(named))  # fmt: skip
        return False, words
    return True, plural(listed, "One name in {name}, as many as it says.", "{n} names in {name}, as many as it says.", name=NAMES)  # fmt: skip
