"""What must hold in a packet that nobody changed: sums, hashes, and numbers that agree with each other."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from undersigned_client.errors import BadFile
from undersigned_client.files.packet_archive import COUNTS, INTEGRITY, NAMES
from undersigned_client.language.messages import number, plural, translate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from undersigned_client.files.packet_archive import PacketArchive

# Each of these has every signature once.
WHOLE = ("state", "country", "language", "week")
ON_PAPER = "external"
MAX_NUMBER = 10**12
MAX_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked. `name` is for programs, `words` for people."""

    name: str
    holds: bool
    words: str


def _passed(name: str, words: str) -> Check:
    return Check(name, holds=True, words=words)


def _failed(name: str, words: str) -> Check:
    return Check(name, holds=False, words=words)


def checks(archive: PacketArchive) -> Iterator[Check]:
    """Every check of a packet, one after another. Raises BadFile where its files are not those of a packet."""
    said = archive.integrity()
    try:
        yield from _sums(archive, said["files"])
        yield from _statements(said["statements"])
        counts = _Counts(archive)
        yield from _totals(said["signatures"], counts)
        yield from _statement_counts(said["statements"], counts)
        yield from _regions(said.get("regions", {}), counts)
        yield _names(archive, said["signatures"])
        yield _ways(said, counts)
        yield _version(said)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadFile(translate("{name} in it lacks what a packet says, or says it in another way.", name=INTEGRITY)) from error  # fmt: skip


def _sums(archive: PacketArchive, sums: dict[str, str]) -> Iterator[Check]:
    others = [name for name in archive.names if name != INTEGRITY]
    for name in sorted({NAMES, COUNTS, *sums, *others}):
        if name not in others:
            yield _failed("files", translate("{name} is listed, but is not there.", name=_shown(name)))
        elif name not in sums:
            yield _failed("files", translate("{name} is there, but is not listed.", name=name))
        elif archive.sum_of(name) == sums[name]:
            yield _passed("files", translate("{name} is as it was made (SHA-256).", name=name))
        else:
            yield _failed("files", translate("{name} was changed after it was made (SHA-256).", name=name))


def _statements(statements: list[dict[str, Any]]) -> Iterator[Check]:
    for one in statements:
        signed = [one["title"], one["summary"], one["body"], list(one["targets"])]
        written = json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        facts = {"version": _whole(one["version"]), "language": _shown(one["language"])}
        if sha256(written).hexdigest() == one["sha256"]:
            words = translate("The statement, version {version} in {language}, has the words of its hash.", **facts)
            yield _passed("statements", words)
        else:
            words = translate("The statement, version {version} in {language}, has other words than its hash.", **facts)
            yield _failed("statements", words)


class _Counts:
    """`counts.csv`: for each breakdown, its labels with their numbers."""

    def __init__(self, archive: PacketArchive) -> None:
        self.groups: dict[str, Counter[str]] = {}
        rows = archive.rows(COUNTS)
        next(rows, None)
        for group, label, count, *_ in rows:
            labels = self.groups.setdefault(group, Counter())
            labels[label] += _number(count)

    def sum_of(self, group: str) -> int:
        return sum(self.groups.get(group, Counter()).values())


def _number(written: str) -> int:
    if not (written.isascii() and written.isdigit() and int(written[:20]) < MAX_NUMBER):
        raise ValueError
    return int(written)


def _totals(signatures: dict[str, Any], counts: _Counts) -> Iterator[Check]:
    tally, recount = _whole(signatures["tally"]), _whole(signatures["recount"])
    facts = {"tally": number(tally), "recount": number(recount)}
    if tally == recount:
        words = translate("Counted while people signed, and counted again one by one: {recount} both times.", **facts)
    else:
        words = translate(
            "Counted while people signed: {tally}; counted again one by one: {recount}. Signatures were given or taken back"
            " while it was made.",
            **facts,
        )
    yield Check("recount", holds=tally == recount, words=words)
    wrong = [group for group in ("total", *WHOLE) if counts.sum_of(group) != recount]
    if wrong:
        groups = ", ".join(wrong)
        words = translate("{name} does not add up to {recount}: {groups}.", name=COUNTS, groups=groups, **facts)
    else:
        words = translate("{name} adds up to {recount} in every breakdown.", name=COUNTS, **facts)
    yield Check("counts", holds=not wrong, words=words)


def _shown(text: str) -> str:
    """What a stranger wrote, short, and so that any terminal can show it."""
    return text[:MAX_SHOWN].encode("utf-8", "replace").decode()


def _whole(value: Any) -> int:
    if not (type(value) is int and 0 <= value < MAX_NUMBER):
        raise ValueError
    return int(value)


def _statement_counts(statements: list[dict[str, Any]], counts: _Counts) -> Iterator[Check]:
    given = counts.groups.get("statement", Counter())
    differs = [str(one["sha256"]) for one in statements if given[one["sha256"]] != _whole(one["signatures"])]
    if differs:
        words = translate("How many signed each statement is not what {name} says.", name=COUNTS)
    else:
        words = translate("How many signed each statement is what {name} says.", name=COUNTS)
    yield Check("statement_counts", holds=not differs, words=words)


def _regions(regions: dict[str, Any], counts: _Counts) -> Iterator[Check]:
    if not regions:
        return
    given = counts.groups.get("region", Counter())
    holds = dict(given) == {name: _whole(number_) for name, number_ in regions.items()}
    if holds:
        words = translate("How many signed in each region is what {name} says.", name=COUNTS)
    else:
        words = translate("How many signed in each region is not what {name} says.", name=COUNTS)
    yield Check("regions", holds=holds, words=words)


def _names(archive: PacketArchive, signatures: dict[str, Any]) -> Check:
    named = _whole(signatures["named"])
    rows = max(sum(1 for _ in archive.rows(NAMES)) - 1, 0)
    if rows == named:
        words = plural(rows, "One name in {name}, as many as it says.", "{n} names in {name}, as many as it says.", name=NAMES)  # fmt: skip
    else:
        words = translate("{name} has {n} names, and should have {named}.", name=NAMES, n=number(rows), named=number(named))  # fmt: skip
    return Check("names", holds=rows == named, words=words)


def _ways(said: dict[str, Any], counts: _Counts) -> Check:
    signatures, states = said["signatures"], counts.groups.get("state", Counter())
    online, on_paper = _whole(signatures["online"]), _whole(signatures["on_paper"])
    facts = {"online": number(online), "paper": number(on_paper)}
    if states[ON_PAPER] != on_paper or online + on_paper != _whole(signatures["recount"]):
        words = translate("{online} online and {paper} on paper is not what the counts say.", **facts)
        return _failed("ways", words)
    if {"double": True, "single": False}[said["confirmation"]]:
        return _passed("ways", translate("{online} online, confirmed by email; {paper} on paper.", **facts))
    return _passed("ways", translate("{online} online, by the form alone; {paper} on paper.", **facts))


def _version(said: dict[str, Any]) -> Check:
    name, _, version = str(said["made_by"]).rpartition(" ")
    facts = {"by": _shown(said["made_by"]), "at": _shown(said["made_at"])}
    if name == "Undersigned" and version[:1].isdigit():
        return _passed("version", translate("Made by {by}, at {at} (UTC).", **facts))
    return _failed("version", translate("It does not say which version of Undersigned made it: “{by}”.", **facts))
