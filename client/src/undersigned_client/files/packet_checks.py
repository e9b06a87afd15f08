"""What must hold in a packet that nobody changed: sums, hashes, and numbers that agree with each other."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from undersigned_client.errors import BadFile
from undersigned_client.files.packet_archive import COUNTS, INTEGRITY, MAX_MEMBERS, NAMES, shown
from undersigned_client.files.packet_numbers import WHOLE, Counts, names_told, whole
from undersigned_client.language.messages import number, translate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from undersigned_client.files.packet_archive import PacketArchive

ONLINE, ON_PAPER = "confirmed", "external"
# People sign and withdraw while a packet is made: so many, in all and in percent, may do so.
MAX_BETWEEN, MAX_PERCENT = 50, 1


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked. `name` is for programs, `words` for people; `is_note` where it holds and should be read."""

    name: str
    holds: bool
    words: str
    is_note: bool = False


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
        counts = Counts(archive)
        yield from _totals(said["signatures"], counts)
        yield from _statement_counts(said["statements"], counts)
        yield from _regions(said.get("regions", {}), counts)
        holds, words = names_told(archive, whole(said["signatures"]["named"]), counts)
        yield Check("names", holds=holds, words=words)
        yield _ways(said, counts)
        yield _version(said)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadFile(translate("{name} in it lacks what a packet says, or says it in another way.", name=INTEGRITY)) from error  # fmt: skip


def _sums(archive: PacketArchive, sums: dict[str, str]) -> Iterator[Check]:
    if len(sums) > MAX_MEMBERS:
        raise ValueError
    others = {name for name in archive.names if name != INTEGRITY}
    usual = _usual({*sums, *others})
    for name in sorted(usual | sums.keys() | others):
        if name not in others and name not in sums:
            yield _failed("files", translate("{name} is missing in it.", name=name))
        elif name not in others:
            yield _failed("files", translate("{name} is listed, but is not there.", name=shown(name)))
        elif name not in sums:
            yield _failed("files", translate("{name} is there, but is not listed.", name=name))
        elif name not in usual:
            yield _failed("files", translate("{name} does not belong in it.", name=name))
        elif archive.sum_of(name) == sums[name]:
            yield _passed("files", translate("{name} is as it was made (SHA-256).", name=name))
        else:
            yield _failed("files", translate("{name} was changed after it was made (SHA-256).", name=name))


def _usual(names: set[str]) -> set[str]:
    """The files that a packet with as many PDFs as `names` has: `packet.pdf`, or volumes from 1 on."""
    volumes = sum(name.endswith(".pdf") for name in names)
    pdfs = {f"packet-{n}.pdf" for n in range(1, volumes + 1)} if volumes > 1 else {"packet.pdf"}
    return {NAMES, COUNTS, *pdfs}


def _statements(statements: list[dict[str, Any]]) -> Iterator[Check]:
    seen: set[str] = set()
    for one in statements:
        signed = [one["title"], one["summary"], one["body"], list(one["targets"])]
        written = json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        facts = {"version": whole(one["version"]), "language": shown(one["language"])}
        if one["sha256"] in seen:
            words = translate("The statement, version {version} in {language}, is listed twice.", **facts)
            yield _failed("statements", words)
        elif sha256(written).hexdigest() == one["sha256"]:
            words = translate("The statement, version {version} in {language}, has the words of its hash.", **facts)
            yield _passed("statements", words)
        else:
            words = translate("The statement, version {version} in {language}, has other words than its hash.", **facts)
            yield _failed("statements", words)
        seen.add(one["sha256"])


def _totals(signatures: dict[str, Any], counts: Counts) -> Iterator[Check]:
    recount = whole(signatures["recount"])
    yield _recount(whole(signatures["tally"]), recount)
    wrong = [group for group in ("total", *WHOLE) if counts.sum_of(group) != recount]
    if wrong:
        groups = ", ".join(wrong)
        words = translate(
            "{name} does not add up to {recount}: {groups}.", name=COUNTS, groups=groups, recount=number(recount)
        )
    else:
        words = translate("{name} adds up to {recount} in every breakdown.", name=COUNTS, recount=number(recount))
    yield Check("counts", holds=not wrong, words=words)


def _recount(tally: int, recount: int) -> Check:
    facts, between = {"tally": number(tally), "recount": number(recount)}, abs(tally - recount)
    if not between:
        words = translate("Counted while people signed, and counted again one by one: {recount} both times.", **facts)
        return _passed("recount", words)
    if between > MAX_BETWEEN and between * 100 > tally * MAX_PERCENT:
        words = translate(
            "Counted while people signed: {tally}; counted again one by one: {recount}. That is more than people sign or take"
            " back while a packet is made.",
            **facts,
        )
        return _failed("recount", words)
    words = translate(
        "Counted while people signed: {tally}; counted again one by one: {recount}. People sign and take back while a packet is"
        " made, so a small difference is normal. What counts is the second number.",
        **facts,
    )
    return Check("recount", holds=True, words=words, is_note=True)


def _statement_counts(statements: list[dict[str, Any]], counts: Counts) -> Iterator[Check]:
    given = {label: n for label, n in counts.groups["statement"].items() if label and n}
    differs = given != {one["sha256"]: n for one in statements if (n := whole(one["signatures"]))}
    if differs:
        words = translate("How many signed each statement is not what {name} says.", name=COUNTS)
    else:
        words = translate("How many signed each statement is what {name} says.", name=COUNTS)
    yield Check("statement_counts", holds=not differs, words=words)


def _regions(regions: dict[str, Any], counts: Counts) -> Iterator[Check]:
    given = counts.groups["region"]
    if not regions and not given:
        return
    is_same = dict(given) == {name: whole(number_) for name, number_ in regions.items()}
    holds = is_same and given.total() <= counts.sum_of("total")
    if holds:
        words = translate("How many signed in each region is what {name} says.", name=COUNTS)
    else:
        words = translate("How many signed in each region is not what {name} says.", name=COUNTS)
    yield Check("regions", holds=holds, words=words)


def _ways(said: dict[str, Any], counts: Counts) -> Check:
    signatures, states = said["signatures"], counts.groups["state"]
    online, on_paper = whole(signatures["online"]), whole(signatures["on_paper"])
    facts = {"online": number(online), "paper": number(on_paper)}
    if states != Counter({ONLINE: online, ON_PAPER: on_paper}) or online + on_paper != whole(signatures["recount"]):
        words = translate("{online} online and {paper} on paper is not what the counts say.", **facts)
        return _failed("ways", words)
    if (named := whole(signatures["named"])) > online:
        words = translate("{named} are listed by name, but only {online} signed online.", named=number(named), **facts)
        return _failed("ways", words)
    if {"double": True, "single": False}[said["confirmation"]]:
        return _passed("ways", translate("{online} online, confirmed by email; {paper} on paper.", **facts))
    return _passed("ways", translate("{online} online, by the form alone; {paper} on paper.", **facts))


def _version(said: dict[str, Any]) -> Check:
    whole(said["pages"])
    name, _, version = str(said["made_by"]).rpartition(" ")
    facts = {"by": shown(said["made_by"]), "at": shown(said["made_at"])}
    if name == "Undersigned" and version[:1].isdigit():
        return _passed("version", translate("Made by {by}, at {at} (UTC).", **facts))
    return _failed("version", translate("It does not say which version of Undersigned made it: “{by}”.", **facts))
