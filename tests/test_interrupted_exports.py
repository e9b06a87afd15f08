"""Exports that are interrupted: whatever call fails, or is the last of a killed worker, no row is lost or written twice."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from botocore.exceptions import ConnectionClosedError

from chalicelib.domain.errors import Unavailable
from chalicelib.services.exports import export_writer, workbook_writer
from chalicelib.storage.dynamodb.bucket_scan import BucketScan
from chalicelib.storage.exports.export_files import ExportFiles, UploadBroken
from chalicelib.storage.exports.exports import LEASE_SECONDS, AlreadyLeased
from chalicelib.wiring import wiring
from tests.kit.factories import CONFIRMED, NOW, a_signature

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kit.world import World

ALL = "/admin/campaigns/peru/exports"
SIGNED = 36


class Killed(BaseException):
    """The worker is gone in the middle of a call."""


def noise(number: int) -> str:
    """What does not compress: else many rows make one part."""
    return "".join(hashlib.sha256(f"{number} {step}".encode()).hexdigest() for step in range(60))


def sign_many(world: World, signed: int = SIGNED) -> set[str]:
    """Confirmed signatures, straight into the table; their ids."""
    store = wiring().signatures
    for number in range(signed):
        letter = "abcdefghijklmnopqrstuvwxyz234567"[number % 32]
        one = a_signature(
            id=f"{letter}{number:031}".translate(str.maketrans("01890", "22334")),
            state=CONFIRMED,
            email=f"signer{number}@example.org",
            answers={"given_name": f"Name {number}", "comment": noise(number)},
            day="2026-11-23",
        )
        store.sign(one, now=NOW)
    return {item["sk"]["S"] for item in world.signatures()}


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and parts of a few rows, so that there are many."""
    original = BucketScan.__init__
    monkeypatch.setattr(BucketScan, "__init__", lambda *about: original(*about, page=6))
    monkeypatch.setattr(export_writer, "PART_BYTES", 300)
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1)
    monkeypatch.setattr("gc.collect", int)  # after each part, of all that a test process holds: most of the time here


@pytest.fixture
def parts_of_a_sheet(small_parts: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - smaller pages too
    """A few parts: a sheet of nobody has more bytes than ten of those."""
    monkeypatch.setattr(export_writer, "PART_BYTES", 4000)


def interrupted(job: str, at_call: int, how: Callable[[], BaseException]) -> bool:
    """Writes with the call number `at_call` of the worker ending by `how`; False when there are not so many calls."""
    made, wired = 0, wiring()

    def after(**_: Any) -> None:
        nonlocal made
        made += 1
        if made == at_call:
            raise how()

    for client in (wired.export_files._client, wired.bucket_scan._client, wired.registry._client):
        client.meta.events.register("after-call.*.*", after)
    try:
        wired.export_writer.write("peru", job)
    except (Killed, Unavailable):  # in either case the queue brings the job again
        return True
    return made >= at_call


def finish(world: World, job: str) -> dict[str, Any]:
    """Later workers, until it is done."""
    for _ in range(20):
        world.later(seconds=LEASE_SECONDS + 1)
        export: dict[str, Any] = world.admin("GET", f"{ALL}/{job}").json
        if export["state"] in {"done", "failed"}:
            return export
        wiring().export_writer.write("peru", job)
    raise AssertionError("the export was never done")


def sheet_ids_in(world: World, export: dict[str, Any]) -> list[str]:
    content = world.download(export["url"])
    assert len(content) == export["bytes"]
    (sheet,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    return [str(row[0]) for row in sheet.iter_rows(min_row=3, values_only=True)]


def ids_in(world: World, export: dict[str, Any]) -> list[str]:
    text = gzip.decompress(world.download(export["url"])).decode("utf-8-sig")
    return [row["id"] for row in csv.DictReader(io.StringIO(text, newline=""))]


def start_anew(world: World) -> None:
    """Another container: no client remembers what was done to it."""
    wired = wiring()
    for name in ("export_files", "bucket_scan", "registry", "exports", "export_writer", "export_requests", "dynamodb"):
        wired.__dict__.pop(name, None)
    world._clients.clear()
    assert world.admin("GET", "/admin/campaigns/peru").status == 200


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("how", [Killed, lambda: ConnectionClosedError(endpoint_url="https://aws.example")])
def test_no_row_is_lost_or_written_twice_wherever_a_worker_ends(world: World, how: Callable[[], BaseException]) -> None:
    expected = sign_many(world)
    assert len(expected) == SIGNED
    tried = 0
    for at_call in range(1, 400):
        world.later(seconds=5)
        job = world.admin("POST", ALL, {"format": "csv"}).json["id"]
        was_reached = interrupted(job, at_call, how)
        start_anew(world)
        export = finish(world, job)
        found = ids_in(world, export)
        assert sorted(found) == sorted(expected), f"interrupted at call {at_call}"
        assert export["rows"] == len(expected)
        if not was_reached:
            break
        tried += 1
    assert tried > 15, "so many calls has one export"


@pytest.mark.usefixtures("parts_of_a_sheet")
@pytest.mark.parametrize("how", [Killed, lambda: ConnectionClosedError(endpoint_url="https://aws.example")])
def test_a_spreadsheet_is_whole_wherever_a_worker_ends(world: World, how: Callable[[], BaseException]) -> None:
    expected = sign_many(world, signed=3)
    tried = 0
    for at_call in range(1, 400):
        world.later(seconds=5)
        job = world.admin("POST", ALL, {"format": "xlsx"}).json["id"]
        was_reached = interrupted(job, at_call, how)
        start_anew(world)
        export = finish(world, job)
        assert sorted(sheet_ids_in(world, export)) == sorted(expected), f"interrupted at call {at_call}"
        assert (export["rows"], export["format"]) == (len(expected), "xlsx")
        if not was_reached:
            break
        tried += 1
    assert tried > 15, "so many calls has one export"


@pytest.mark.usefixtures("parts_of_a_sheet")
def test_a_spreadsheet_that_a_worker_has_no_time_for_is_begun_anew(world: World) -> None:
    expected = sign_many(world)
    asked = world.admin("POST", ALL, {"format": "xlsx"}).json
    has_time = iter([True, True, False])
    assert not wiring().export_writer.write("peru", asked["id"], lambda: next(has_time))
    assert world.admin("GET", f"{ALL}/{asked['id']}").json["progress"] == 0
    assert wiring().export_writer.write("peru", asked["id"])
    done = world.admin("GET", f"{ALL}/{asked['id']}").json
    assert sorted(sheet_ids_in(world, done)) == sorted(expected)


@pytest.mark.usefixtures("parts_of_a_sheet")
@pytest.mark.parametrize(("limit", "most"), [("MAX_WORKBOOK_ROWS", SIGNED - 1), ("MAX_CHARACTERS", 50_000)])
def test_what_is_too_large_for_a_spreadsheet_becomes_a_csv(
    world: World, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    expected = sign_many(world)
    monkeypatch.setattr(workbook_writer, limit, most)
    asked = world.admin("POST", ALL, {"format": "xlsx"}).json
    assert (asked["format"], asked["filters"]["bom"]) == ("xlsx", None)
    assert wiring().export_writer.write("peru", asked["id"])
    done = world.admin("GET", f"{ALL}/{asked['id']}").json
    assert (done["format"], done["filters"]["bom"], done["rows"]) == ("csv", True, len(expected))
    assert ".csv" in done["browser_url"]
    assert sorted(ids_in(world, done)) == sorted(expected)
    listed = world.session.client("s3").list_multipart_uploads(Bucket=wiring().settings.export_bucket)
    assert listed.get("Uploads", []) == []


@pytest.mark.usefixtures("parts_of_a_sheet")
def test_as_many_rows_as_a_spreadsheet_may_have_are_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = sign_many(world)
    monkeypatch.setattr(workbook_writer, "MAX_WORKBOOK_ROWS", SIGNED)
    asked = world.admin("POST", ALL, {"format": "xlsx"}).json
    assert sorted(sheet_ids_in(world, finish(world, asked["id"]))) == sorted(expected)


@pytest.mark.usefixtures("parts_of_a_sheet")
def test_a_worker_that_lost_its_lease_stores_no_spreadsheet(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = sign_many(world)
    asked = world.admin("POST", ALL, {"format": "xlsx"}).json
    original: Any = ExportFiles.complete
    turns: list[str] = []

    def slow(self: Any, name: str, upload: str, tags: Any) -> None:
        turns.append(upload)
        if len(turns) == 1:
            world.later(seconds=LEASE_SECONDS + 1)
            assert wiring().export_writer.write("peru", asked["id"])
        try:
            original(self, name, upload, tags)
        except KeyError as gone:  # moto's way to say that there is no such upload
            raise UploadBroken from gone

    monkeypatch.setattr(ExportFiles, "complete", slow)
    wiring().export_writer.write("peru", asked["id"])
    assert len(set(turns)) == 2
    done = world.admin("GET", f"{ALL}/{asked['id']}").json
    assert done["state"] == "done"
    assert sorted(sheet_ids_in(world, done)) == sorted(expected)


@pytest.mark.usefixtures("small_parts")
def test_a_worker_without_time_calls_another_that_goes_on(world: World) -> None:
    expected = sign_many(world, signed=60)
    asked = world.admin("POST", ALL, {"format": "ndjson"}).json
    turns, parts = 0, iter([True, False] * 200)
    shares = []
    while not wiring().export_writer.write("peru", asked["id"], lambda: next(parts)):
        turns += 1
        shares.append(world.admin("GET", f"{ALL}/{asked['id']}").json["progress"])
    assert turns >= 3
    assert shares == sorted(shares)
    done = world.admin("GET", f"{ALL}/{asked['id']}").json
    assert (done["state"], done["rows"]) == ("done", len(expected))
    assert len(gzip.decompress(world.download(done["url"])).splitlines()) == len(expected)


@pytest.mark.usefixtures("small_parts")
def test_a_second_worker_keeps_its_hands_off(world: World) -> None:
    sign_many(world)
    asked = world.admin("POST", ALL, {"format": "csv"}).json
    assert wiring().exports.lease("peru", asked["id"], now=world.now)
    with pytest.raises(AlreadyLeased):
        wiring().export_writer.write("peru", asked["id"])
    world.later(seconds=LEASE_SECONDS + 1)
    assert wiring().export_writer.write("peru", asked["id"])


@pytest.mark.usefixtures("small_parts")
def test_a_worker_that_lost_its_lease_notes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = sign_many(world)
    asked = world.admin("POST", ALL, {"format": "csv"}).json
    files = wiring().export_files
    other_is_done: list[bool] = []
    original: Any = type(files).add_part

    def slow(self: Any, *about: Any) -> Any:
        if not other_is_done:
            other_is_done.append(True)
            world.later(seconds=LEASE_SECONDS + 1)
            has_time = iter([True, False])
            assert not wiring().export_writer.write("peru", asked["id"], lambda: next(has_time))
            return original(self, *about[:-1], gzip.compress(b"another first part"))
        return original(self, *about)

    monkeypatch.setattr(type(files), "add_part", slow)
    wiring().export_writer.write("peru", asked["id"])
    assert other_is_done
    # What it wrote over the other's part is found out when the file is put together, and the writing begins anew.
    assert sorted(ids_in(world, finish(world, asked["id"]))) == sorted(expected)


@pytest.mark.usefixtures("small_parts")
def test_an_export_removed_while_it_is_written_leaves_no_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_many(world)
    asked = world.admin("POST", ALL, {"format": "csv"}).json
    files = wiring().export_files
    original: Any = type(files).complete
    removed: list[int] = []

    def complete(self: Any, *about: Any) -> None:
        original(self, *about)
        removed.append(world.admin("DELETE", f"{ALL}/{asked['id']}").status)

    monkeypatch.setattr(type(files), "complete", complete)
    wiring().export_writer.write("peru", asked["id"])
    assert removed == [204]
    assert world.admin("GET", f"{ALL}/{asked['id']}").json["state"] == "deleted"
    listed = world.session.client("s3").list_objects_v2(Bucket=wiring().settings.export_bucket)
    assert listed["KeyCount"] == 0


@pytest.mark.usefixtures("small_parts")
def test_an_export_whose_storage_stays_away_fails_in_the_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_many(world)
    asked = world.admin("POST", ALL, {"format": "csv"}).json

    def away(*_: Any, **__: Any) -> Any:
        raise ConnectionClosedError(endpoint_url="https://aws.example")

    monkeypatch.setattr(wiring().export_files._client, "upload_part", away)
    ended = [wiring().export_writer.write("peru", asked["id"]) for _ in range(export_writer.MAX_TRIES)]
    assert ended == [False] * (export_writer.MAX_TRIES - 1) + [True]
    assert world.admin("GET", f"{ALL}/{asked['id']}").json["state"] == "failed"


@pytest.mark.engine
@pytest.mark.usefixtures("small_parts")
def test_pages_of_a_real_engine_come_whole(real_world: World) -> None:
    expected = sign_many(real_world)
    asked = real_world.admin("POST", ALL, {"format": "csv"}).json
    assert wiring().export_writer.write("peru", asked["id"])
    done = real_world.admin("GET", f"{ALL}/{asked['id']}").json
    assert sorted(ids_in(real_world, done)) == sorted(expected)
    assert datetime.fromisoformat(done["expires_at"]) == datetime(2026, 11, 23, 12, tzinfo=UTC) + timedelta(days=7)
