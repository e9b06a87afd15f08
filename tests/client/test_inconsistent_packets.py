"""Packets whose sums are right and whose numbers are not: each way to tell too much, or too little, is told."""

from __future__ import annotations

import io
import json
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from undersigned_client.files.packet_archive import PacketArchive

from tests.api.test_packets import decide, files_of, sign_many
from tests.api.test_packets import made as packet_of
from tests.client.test_client_packets import packed, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.client.conftest import Client
    from tests.kit.world import World

Files = dict[str, bytes]
WORDS = {"title": "T", "summary": "S", "body": "B", "targets": ["X"]}
HASH = sha256(json.dumps(list(WORDS.values()), separators=(",", ":")).encode()).hexdigest()
NAMES = "\ufeffnumber,name,country,day,language\r\n1,Ana,PE,2026-01-01,es\r\n2,Eva,PE,2026-01-01,es\r\n"
COUNTS = f"""\ufeffby,label,signatures\r
total,,4\r
state,confirmed,3\r
state,external,1\r
country,,1\r
country,PE,3\r
region,PE-LIM,2\r
language,es,4\r
week,2025-12-29,4\r
statement,,1\r
statement,{HASH},3\r
"""
SIGNATURES = {"tally": 4, "recount": 4, "online": 3, "on_paper": 1, "named": 2}


class Made:
    """A small packet that holds, to be changed: its files, and what `integrity.json` says."""

    def __init__(self) -> None:
        self.files = {"packet.pdf": b"%PDF", "names.csv": NAMES.encode(), "counts.csv": COUNTS.encode()}
        statement = {"version": 1, "language": "es", "sha256": HASH, "signatures": 3, **WORDS}
        self.said: dict[str, Any] = {
            "made_at": "2026-01-02",
            "made_by": "Undersigned 0.1.0",
            "pages": 1,
            "signatures": dict(SIGNATURES),
            "regions": {"PE-LIM": 2},
            "confirmation": "double",
            "statements": [statement],
        }

    def put(self, name: str, before: str, after: str) -> Made:
        """Other content in a file."""
        content = self.files[name].decode()
        assert before in content
        self.files[name] = content.replace(before, after, 1).encode()
        return self

    def has(self, *names: str) -> Made:
        """More files."""
        return self.holding({**self.files, **dict.fromkeys(names, b"x")})

    def holding(self, files: Files) -> Made:
        """Just these files."""
        self.files = files
        return self

    def says(self, **values: Any) -> Made:
        """Other values in `integrity.json`; those of `signatures` by their names."""
        for name, value in values.items():
            (self.said["signatures"] if name in SIGNATURES else self.said)[name] = value
        return self

    def all(self) -> Files:
        """The files, with their sums."""
        said = {"files": {name: sha256(content).hexdigest() for name, content in self.files.items()}, **self.said}
        return {**self.files, "integrity.json": json.dumps(said).encode()}


def volumes(*numbers: int) -> Made:
    made = Made()
    del made.files["packet.pdf"]
    return made.has(*(f"packet-{n}.pdf" for n in numbers))


def no_pdf() -> Made:
    return volumes()


def signed_too_often() -> Made:
    made = Made().put("counts.csv", f"statement,{HASH},3", f"statement,{HASH},999")
    made.said["statements"][0]["signatures"] = 999
    return made


def no_statement() -> Made:
    return Made().put("counts.csv", f"statement,,1\r\nstatement,{HASH},3\r\n", "").says(statements=[])


def listed_twice() -> Made:
    made = Made()
    return made.says(statements=made.said["statements"] * 2)


def no_regions() -> Made:
    made = Made()
    del made.said["regions"]
    return made


def all_regions(number: int) -> Made:
    return Made().put("counts.csv", "PE-LIM,2", f"PE-LIM,{number}").says(regions={"PE-LIM": number})


def names(content: str, named: int) -> Made:
    made = Made().says(named=named)
    made.files["names.csv"] = content.encode()
    return made


HEAD, ANA, EVA = NAMES.splitlines(keepends=True)
WRONG: dict[str, tuple[Callable[[], Made], set[str], str]] = {
    "no PDF": (no_pdf, {"files"}, "packet.pdf is missing in it."),
    "only the first volume": (lambda: volumes(1), {"files"}, "packet-1.pdf does not belong in it."),
    "a gap in the volumes": (lambda: volumes(1, 3), {"files"}, "packet-2.pdf is missing in it."),
    "after a gap": (lambda: volumes(1, 3), {"files"}, "packet-3.pdf does not belong in it."),
    "a volume too many": (lambda: Made().has("packet-7.pdf"), {"files"}, "packet-7.pdf does not belong in it."),
    "another PDF": (lambda: Made().has("evil.pdf"), {"files"}, "evil.pdf does not belong in it."),
    "another list": (lambda: Made().has("names-2.csv"), {"files"}, "names-2.csv does not belong in it."),
    "no statement": (no_statement, {"counts"}, "does not add up to 4: statement."),
    "a statement not told": (lambda: Made().says(statements=[]), {"statement_counts"}, "each statement is not what"),
    "more than signed": (signed_too_often, {"counts"}, "does not add up to 4: statement."),
    "listed twice": (listed_twice, {"statements"}, "The statement, version 1 in es, is listed twice."),
    "regions not told": (no_regions, {"regions"}, "each region is not what counts.csv says"),
    "more in regions": (lambda: all_regions(5), {"regions"}, "each region is not what counts.csv says"),
    "more names than online": (
        lambda: names(HEAD + "".join(f"{n},A,{'PE' if n < 4 else ''},,\r\n" for n in range(1, 5)), 4),
        {"ways"},
        "4 are listed by name, but only 3 signed online.",
    ),
    "a country without": (
        lambda: Made().put("names.csv", "Eva,PE", "Eva,BO"),
        {"names"},
        "names.csv has more names of BO than counts.csv has signatures.",
    ),
    "too many of a country": (
        lambda: (
            Made().put("names.csv", "Eva,PE", "Eva,").put("counts.csv", "y,,1", "y,,0").put("counts.csv", "E,3", "E,4")
        ),
        {"names"},
        "names.csv has more names of – than counts.csv has signatures.",
    ),
    "no titles": (lambda: names(ANA + EVA, 1), {"names"}, "does not begin with the titles"),
    "other titles": (lambda: Made().put("names.csv", "country", "place"), {"names"}, "does not begin with the titles"),
    "many titles": (lambda: names(HEAD.strip() + "," * 20 + "\r\n", 0), {"names"}, "does not begin with the titles"),
    "an empty list": (lambda: names("", 0), {"names"}, "does not begin with the titles"),
    "blank lines": (lambda: names("\r\n" * 3, 2), {"names"}, "does not begin with the titles"),
    "blank names": (lambda: names(HEAD + "\r\n" * 2, 2), {"names"}, "something else where name 1 should be"),
    "half a name": (lambda: Made().put("names.csv", ",2026-01-01,es\r\n2", "\r\n2"), {"names"}, "where name 1 should"),
    "a number twice": (lambda: Made().put("names.csv", "2,Eva", "1,Eva"), {"names"}, "where name 2 should be"),
    "a name too few": (lambda: names(HEAD + ANA, 2), {"names"}, "names.csv has 1 names, and should have 2."),
    "a name too many": (lambda: names(HEAD + ANA + EVA, 1), {"names"}, "names.csv has more names than 1."),
    "a state of its own": (
        lambda: Made().put("counts.csv", "confirmed", "withdrawn"),
        {"ways"},
        "not what the counts say",
    ),
    "online and on paper": (
        lambda: Made().put("counts.csv", "confirmed,3\r\nstate,external,1", "confirmed,2\r\nstate,external,2"),
        {"ways"},
        "not what the counts say",
    ),
}


def in_front(content: bytes) -> bytes:
    """Another ZIP before it."""
    return packed({"names.csv": b"other"}) + content


def placed_in_front(content: bytes) -> bytes:
    """The same, with all places in it moved: only that something comes before the first file is left."""
    out = io.BytesIO()
    out.write(b"other" * 9)
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "a") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    return out.getvalue()


def counted_as_one(content: bytes) -> bytes:
    return content[:-14] + b"\1\0\1\0" + content[-10:]


REFUSED: dict[str, tuple[Callable[[], Files | bytes], str]] = {
    "in front": (lambda: in_front(packed(Made().all())), "p.zip is not a packet"),
    "placed in front": (lambda: placed_in_front(packed(Made().all())), "p.zip is not a packet"),
    "more than it says": (lambda: counted_as_one(packed(Made().all())), "p.zip is not a packet"),
    "fewer pages than none": (lambda: Made().says(pages=-5).all(), "lacks what a packet says"),
    "a label twice": (
        lambda: Made().put("counts.csv", "region", "country,PE,0\r\nregion").all(),
        "counts.csv in it counts “PE” twice (country).",
    ),
    "a group of its own": (
        lambda: Made().put("counts.csv", "region", "foo,bar,77\r\nregion").all(),
        "counts.csv in it counts by “foo”, as no packet does.",
    ),
    "more names than any": (lambda: Made().says(named=1_000_001).all(), "lacks what a packet says"),
    "many files listed": (
        lambda: Made().says(files={str(n): "" for n in range(301)}).all(),
        "lacks what a packet says",
    ),
}


def test_a_small_packet_holds(client: Client) -> None:
    for made in (Made(), volumes(1, 2, 3), all_regions(4), names(HEAD, 0)):
        done = verify(client, made.all())
        assert done.code == 0, done.out
        assert "Everything agrees." in done.out


@pytest.mark.parametrize("signatures", [0, 1, 40])
def test_every_kind_of_packet_holds_as_it_was_made(world: World, client: Client, signatures: int) -> None:
    world.publish("peru", hands_over="all")
    sign_many(signatures, answers={"given_name": "Ana", "country": "PE", "region": "PE-CUS", "comment": 'Two\n"lines"'})
    decide(world, comment_notice=1, comment_shown=True, handover_notice=1, public=False)
    for wishes in ({}, {"names": "all"}, {"names": "all", "group_by": "region", "comments": True}):
        done = verify(client, files_of(world, packet_of(world, **wishes)))
        assert done.code == 0, done.out
        assert "WRONG" not in done.out
        assert f"{signatures} online" in done.out
        listed = signatures if wishes else 0
        assert ("One name" if listed == 1 else f"{listed} names") in done.out


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_agree_is_told(client: Client, name: str) -> None:
    make, found, words = WRONG[name]
    done = verify(client, make().all(), "--json")
    told = json.loads(done.out)
    wrong = [one for one in told["checks"] if not one["holds"]]
    assert (done.code, told["holds"]) == (1, False)
    assert {one["check"] for one in wrong} == found
    assert any(words in one["words"] for one in wrong), wrong


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_packet_is_like_is_refused(client: Client, name: str) -> None:
    make, words = REFUSED[name]
    done = verify(client, make())
    assert done.code == 5, done
    assert words in done.err


@pytest.mark.parametrize(
    ("tally", "recount", "verdict"),
    [
        (4, 4, "OK"),
        (5, 4, "NOTE"),
        (54, 4, "NOTE"),
        (55, 4, "WRONG"),
        (0, 51, "WRONG"),
        (10_000, 10_100, "NOTE"),
        (10_000, 10_101, "WRONG"),
        (10_000, 9_899, "WRONG"),
    ],
)
def test_who_signs_meanwhile_makes_a_note(client: Client, tally: int, recount: int, verdict: str) -> None:
    more = recount - 4
    made = Made().says(tally=tally, recount=recount, online=3 + more)
    made.said["statements"][0]["signatures"] += more
    content = made.files["counts.csv"].decode()
    for row in ("total,,4", "confirmed,3", "country,PE,3", "language,es,4", "week,2025-12-29,4", f"{HASH},3"):
        label, _, number = row.rpartition(",")
        content = content.replace(row, f"{label},{int(number) + more}")
    made.files["counts.csv"] = content.encode()
    done = verify(client, made.all())
    assert done.code == (1 if verdict == "WRONG" else 0), done.out
    line = next(line for line in done.out.splitlines() if "Counted while people signed" in line)
    assert line.startswith(verdict)
    assert done.out.count("WRONG") == (verdict == "WRONG")
    if verdict == "NOTE":
        assert "a small difference is normal" in line
        assert "Nothing is wrong. Please read the note." in done.out
        assert "Everything agrees." not in done.out
        told = json.loads(verify(client, made.all(), "--json").out)
        assert [one["check"] for one in told["checks"] if one["note"]] == ["recount"]
        assert told["holds"]
        client.speak("es_PE.UTF-8")
        spoken = verify(client, made.all()).out
        assert "\nNOTA  Contadas al firmar" in spoken
        assert "Nada está mal. Lea la nota, por favor." in spoken


@pytest.mark.parametrize("apart", ["\n", "\r\n", "\x0b", "\x85", "\u2028"])
def test_words_of_a_packet_make_no_lines_of_their_own(client: Client, apart: str) -> None:
    done = verify(client, Made().says(made_at=f"today{apart}OK{apart}all of it").all())
    assert "Made by Undersigned 0.1.0, at today OK all of it (UTC)." in done.out
    assert not [line for line in done.out.splitlines() if line.startswith("OK") and not line.startswith("OK    ")]


def large(name: str, begin: bytes, piece: bytes, times: int) -> bytes:
    """A packet with a file that is large only once it is unpacked; its sum is right."""
    made = Made()
    content = begin + piece * times
    made.files[name] = content
    return packed(made.all())


LARGE: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "labels": (
        lambda: large("counts.csv", COUNTS.encode(), b"x" * 100_000 + b"\n", 200),
        5,
        "counts.csv in it is too large",
    ),
    "lines": (lambda: large("names.csv", NAMES.encode(), b"\n", 30 << 20), 1, "names.csv has more names than 2."),
    "fields": (
        lambda: large("names.csv", HEAD.encode(), b"1" + b"," * 900_000 + b"\n", 20),
        1,
        "where name 1 should be",
    ),
}


@pytest.mark.parametrize("name", LARGE)
def test_what_is_large_when_unpacked_is_not_read_to_its_end(
    client: Client, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, code, words = LARGE[name]
    rows = []
    real = PacketArchive.rows

    def counted(archive: PacketArchive, of: str) -> Iterator[list[str]]:
        for row in real(archive, of):
            rows.append(len(row))
            yield row

    monkeypatch.setattr(PacketArchive, "rows", counted)
    done = verify(client, make())
    assert done.code == code
    assert words in done.out + done.err
    assert Path("p.zip").stat().st_size < 1 << 20
    assert len(rows) < 20
