"""Packets from the command line: requested and fetched, and checked by anybody: what was changed is found, what is no packet refused."""

from __future__ import annotations

import io
import json
import stat
import struct
import zipfile
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from undersigned_client.files import packet_archive

from chalicelib.domain.exports.packet_volumes import volumes_of
from chalicelib.services.exports import packet_writer
from tests.api.test_packets import files_of, made, sign_many
from tests.client.hosts import a_problem, told
from tests.kit.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.conftest import Client, Outcome
    from tests.client.hosts import Host
    from tests.kit.world import World

ALL, ONE = "/admin/campaigns/peru/packets", "/admin/campaigns/peru/packets/p1"
Files = dict[str, bytes]


def packed(files: Files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return out.getvalue()


def a_packet(host: Host, content: bytes, **changes: Any) -> dict[str, Any]:
    return {
        "id": "p1",
        "campaign": "peru",
        "state": "done",
        "progress": 1.0,
        "pages": 12,
        "signatures": 4381,
        "bytes": len(content),
        "url": f"{host.url}/file?signed=1",
        **changes,
    }


@pytest.fixture
def packets(host: Host, client: Client) -> Host:
    """A host whose packet is made at once."""
    content = packed({"packet.pdf": b"%PDF-1.7"})
    client.use(host.url)
    host.says("POST", ALL, told(a_packet(host, content, state="queued", url=None, progress=0.0), 202))
    host.says("GET", ONE, told(a_packet(host, content)))
    host.files["/file?signed=1"] = content
    client.patch.setattr("undersigned_client.commands.background_files.MIN_PAUSE_SECONDS", 0.01)
    return host


def test_a_packet_is_requested_waited_for_and_fetched(packets: Host, client: Client) -> None:
    done = client("packet", "peru")
    assert done.code == 0, done.err
    assert done.out.splitlines() == [
        "12 pages and 4,381 names in peru-packet.zip",
        "Anybody can check it: undersigned verify-packet peru-packet.zip",
    ]
    assert stat.S_IMODE(Path("peru-packet.zip").stat().st_mode) == 0o600
    assert [path.name for path in Path().iterdir()] == ["peru-packet.zip"]
    assert packets.requests("POST", ALL)[0].json == {}
    assert client("packet", "peru").code == 5  # it is there already
    assert client("packet", "peru", "--overwrite").code == 0


def test_everything_that_can_be_wished_for_is_passed_on(packets: Host, client: Client) -> None:
    wishes = ["--language", "es", "--target", "", "--group-by", "country", "--paper", "letter", "--names", "all"]
    assert client("packet", "peru", *wishes, "--comments", "-o", "a.zip").code == 0
    asked = packets.requests("POST", ALL)[0].json
    assert asked == {
        "language": "es",
        "target": "",
        "group_by": "country",
        "paper": "letter",
        "names": "all",
        "comments": True,
    }


def test_a_packet_that_failed_or_was_refused_is_told_in_words(packets: Host, client: Client) -> None:
    client.speak("es_PE.UTF-8")
    packets.says("GET", ONE, told(a_packet(packets, b"", state="failed")))
    done = client("packet", "peru")
    assert (done.code, done.err.strip()) == (
        3,
        "No se pudo preparar el expediente, o su archivo ya no está. Pida otro.",
    )
    packets.says("POST", ALL, a_problem("invalid_fields", 422, "Demasiadas."))
    assert "Demasiadas." in client("packet", "peru").err
    assert client("packet", "peru", "-o", "none/a.zip").code == 5


def test_one_that_was_left_is_come_back_to(packets: Host, client: Client) -> None:
    def stopped(_seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("undersigned_client.commands.background_files.time.sleep", stopped)
        left = client("packet", "peru", "-o", "a b.zip")
    assert left.code == 130
    assert "undersigned packet peru --resume p1 -o 'a b.zip'" in left.err
    assert client("packet", "peru", "--resume", "p1", "-o", "a b.zip").code == 0
    assert len(packets.requests("POST", ALL)) == 1
    assert json.loads(client("packet", "peru", "--resume", "p1", "-o", "b.zip", "--json").out)["file"] == "b.zip"


MADE: Files = {}  # once for all tests of this module


@pytest.fixture
def files(request: pytest.FixtureRequest) -> Files:
    """The files of a real packet: seven signed, in two countries."""
    if not MADE:
        world: World = request.getfixturevalue("world")
        world.publish("peru")
        world.sign_and_confirm("peru", public=True, given_name="Eva")
        sign_many(6)
        MADE.update(files_of(world, made(world)))
        integrity = json.loads(MADE["integrity.json"])
        integrity["signatures"]["tally"] = 7  # those that were written past the counters
        MADE["integrity.json"] = json.dumps(integrity).encode()
    return dict(MADE)


def verify(client: Client, files: Files | bytes, *words: str) -> Outcome:
    Path("p.zip").write_bytes(files if isinstance(files, bytes) else packed(files))
    return client("verify-packet", "p.zip", *words)


def test_a_packet_as_it_was_made_holds(files: Files, client: Client) -> None:
    done = verify(client, files)
    assert done.code == 0, done.out
    assert all(line.startswith("OK ") for line in done.out.partition("\n\n")[0].splitlines())
    for words in (
        "packet.pdf is as it was made (SHA-256).",
        "The statement, version 1 in en, has the words of its hash.",
        "one by one: 7 both times.",
        "counts.csv adds up to 7 in every breakdown.",
        "7 names in names.csv",
        "7 online, confirmed by email; 0 on paper.",
        f"Made by Undersigned 0.1.0, at {NOW:%Y-%m-%d}",
        "Everything agrees.",
        sha256(files["integrity.json"]).hexdigest(),
    ):
        assert words in done.out
    client.speak("es_PE.UTF-8")
    assert "Todo cuadra." in verify(client, files).out


def changed(**values: Any) -> Callable[[Files], Files]:
    """`integrity.json` with other values; `signatures__tally=3` is one inside another."""

    def change(files: Files) -> Files:
        integrity = json.loads(files["integrity.json"])
        for name, value in values.items():
            place, *rest = name.split("__")
            integrity[place] = {**integrity[place], rest[0]: value} if rest else value
        return files | {"integrity.json": json.dumps(integrity).encode()}

    return change


def rewritten(name: str, before: bytes, after: bytes) -> Callable[[Files], Files]:
    """A file with other content, and its sum with it, as somebody would who knows how."""

    def change(files: Files) -> Files:
        assert before in files[name]
        content = files[name].replace(before, after, 1)
        integrity = json.loads(files["integrity.json"])
        integrity["files"][name] = sha256(content).hexdigest()
        return files | {name: content, "integrity.json": json.dumps(integrity).encode()}

    return change


def other_words(files: Files) -> Files:
    integrity = json.loads(files["integrity.json"])
    integrity["statements"][0]["body"] += " And more."
    return files | {"integrity.json": json.dumps(integrity).encode()}


def another_statement(files: Files) -> Files:
    hashed = json.loads(files["integrity.json"])["statements"][0]["sha256"].encode()
    return rewritten("counts.csv", b"statement," + hashed, b"statement," + b"0" * 64)(files)


CHANGES: dict[str, tuple[Callable[[Files], Files], str]] = {
    "pdf": (lambda files: files | {"packet.pdf": files["packet.pdf"] + b" "}, "files"),
    "names": (lambda files: files | {"names.csv": files["names.csv"].replace(b"Ana", b"Eva", 1)}, "files"),
    "listed": (changed(files__names="0"), "files"),
    "not listed": (lambda files: files | {"more.pdf": b"%PDF"}, "files"),
    "statement": (other_words, "statements"),
    "tally": (changed(signatures__tally=58), "recount"),
    "countries": (rewritten("counts.csv", b"country,PE,", b"country,PE,1"), "counts"),
    "total": (rewritten("counts.csv", b"total,,7", b"total,,8"), "counts"),
    "for the statement": (another_statement, "statement_counts"),
    "a name more": (rewritten("names.csv", b"\r\n", b"\r\n9,Joe,,,\r\n"), "names"),
    "paper": (changed(signatures__on_paper=1, signatures__online=6), "ways"),
    "version": (changed(made_by="Somebody"), "version"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_changed_is_found(files: Files, client: Client, name: str) -> None:
    change, check = CHANGES[name]
    done = verify(client, change(files), "--json")
    told_ = json.loads(done.out)
    assert (done.code, told_["holds"]) == (1, False)
    assert {one["check"] for one in told_["checks"] if not one["holds"]} == {check}
    assert "WRONG" in verify(client, change(files)).out


def test_volumes_and_regions_are_checked_too(world: World, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packet_writer, "volumes_of", partial(volumes_of, most=4))
    world.publish("peru")
    sign_many(10, answers={"given_name": "Ana", "country": "PE", "region": "PE-CUS"})
    files = changed(signatures__tally=10)(files_of(world, made(world, group_by="region")))
    done = verify(client, files)
    assert done.code == 0, done.out
    assert "packet-3.pdf is as it was made (SHA-256)." in done.out
    assert "How many signed in each region is what counts.csv says." in done.out
    told_ = json.loads(verify(client, changed(regions={"PE-CUS": 9})(files), "--json").out)
    assert [one["check"] for one in told_["checks"] if not one["holds"]] == ["regions"]
    without_one = {name: content for name, content in files.items() if name != "packet-2.pdf"}
    assert "packet-2.pdf is listed, but is not there." in verify(client, without_one).out


def twice(files: Files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
        with pytest.warns(UserWarning, match="Duplicate name"):
            target.writestr("names.csv", b"number,name\r\n")
    return out.getvalue()


def said_smaller(files: Files) -> bytes:
    """A ZIP whose directory says that the PDF has ten bytes."""
    content = packed(files)
    place = content.index(b"PK\x01\x02")
    return content[: place + 24] + struct.pack("<I", 10) + content[place + 28 :]


def encrypted(files: Files) -> bytes:
    content = bytearray(packed(files))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def without(name: str) -> Callable[[Files], bytes]:
    return lambda files: packed({one: content for one, content in files.items() if one != name})


def replaced(name: str, content: bytes) -> Callable[[Files], bytes]:
    return lambda files: packed(files | {name: content})


def counting(content: bytes) -> Callable[[Files], bytes]:
    """Another `counts.csv` with its right sum."""
    return lambda files: packed(rewritten("counts.csv", files["counts.csv"], content)(files))


HOSTILE: dict[str, tuple[Callable[[Files], bytes], str]] = {
    "no ZIP": (lambda _: b"hello" * 20, "p.zip is not a packet"),
    "empty": (lambda _: b"", "p.zip is not a packet"),
    "something after it": (lambda files: packed(files) + b"PK", "p.zip is not a packet"),
    "a path": (lambda files: packed(files | {"../../evil.csv": b""}), "which is no file of a packet"),
    "an absolute path": (lambda files: packed(files | {"/etc/x.csv": b""}), "which is no file of a packet"),
    "a folder": (lambda files: packed(files | {"a/": b""}), "which is no file of a packet"),
    "a program": (lambda files: packed(files | {"packet.exe": b""}), "which is no file of a packet"),
    "a name of two lines": (lambda files: packed(files | {"a\nOK  fine": b""}), "holds “a OK fine”, which"),
    "a name with controls": (lambda files: packed(files | {"\x1b[2Ja.pdf": b""}), "which is no file of a packet"),
    "twice": (twice, "names.csv is in it twice"),
    "no integrity": (without("integrity.json"), "integrity.json is missing in it."),
    "no names": (without("names.csv"), "names.csv is missing in it."),
    "encrypted": (encrypted, "p.zip is not a packet"),
    "another size": (said_smaller, "packet.pdf in it is damaged."),
    "many": (lambda files: packed(files | {f"{n}.pdf": b"" for n in range(400)}), "p.zip is not a packet"),
    "no JSON": (replaced("integrity.json", b"{"), "integrity.json in it cannot be read."),
    "deep JSON": (replaced("integrity.json", b"[" * 100_000), "integrity.json in it cannot be read."),
    "huge JSON": (replaced("integrity.json", b" " * (4 << 20) + b"{}"), "integrity.json in it is too large"),
    "a key twice": (replaced("integrity.json", b'{"files": {}, "files": {}}'), "integrity.json in it cannot be read."),
    "a list": (replaced("integrity.json", b"[]"), "lacks what a packet says"),
    "half of it": (replaced("integrity.json", b'{"files": {}}'), "lacks what a packet says"),
    "a negative number": (lambda files: packed(changed(signatures__named=-1)(files)), "lacks what a packet says"),
    "a huge number": (lambda files: packed(changed(signatures__recount=10**300)(files)), "lacks what a packet says"),
    "a line without end": (counting(b"a" * (3 << 20)), "counts.csv in it is not a CSV file."),
    "no UTF-8": (counting(b"by,label\r\n\xff\xfe,1,1\r\n"), "counts.csv in it is not a CSV file."),
    "huge counts": (counting(b"by,label,n\r\n" + b"total,,0\r\n" * 500_000), "counts.csv in it is too large"),
    "a number of digits": (counting(b"by,label,n\r\ntotal,," + b"9" * 5000), "lacks what a packet says"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_packet_is_refused_in_words(files: Files, client: Client, name: str) -> None:
    make, words = HOSTILE[name]
    done = verify(client, make(files))
    assert done.code == 5, done
    assert words in done.err
    assert "\x1b" not in done.err
    assert [path.name for path in Path().iterdir()] == ["p.zip"]


def test_a_bomb_is_refused_before_it_is_unpacked(files: Files, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packet_archive, "MAX_BYTES", 64 << 20)
    done = verify(client, files | {"bomb.pdf": b"\0" * (65 << 20)})
    assert done.code == 5
    assert "that is no packet" in done.err
    assert Path("p.zip").stat().st_size < 1 << 20


def test_a_file_that_is_not_there_is_told(client: Client) -> None:
    done = client("verify-packet", "gone.zip")
    assert (done.code, done.err.strip()) == (5, "gone.zip cannot be read.")
