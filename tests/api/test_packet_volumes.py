"""Large packets: names sorted in parts and set volume by volume, each name once, the same bytes whoever goes on."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import zipfile
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.exports.packet_volumes import MAX_NAMES, NAMES_IN_A_VOLUME, Volume, volumes_of
from chalicelib.domain.exports.packets import GroupBy, NamedSigner
from chalicelib.services.exports import packet_files, packet_names, packet_writer
from chalicelib.services.exports.packet_names import NamesInOrder, read_names
from chalicelib.services.exports.sorted_rows import SortedRows
from chalicelib.wiring import wiring
from tests.api.test_packets import ALL, begin_again, files_of, finished, left_behind, made, peru, sign_many
from tests.test_interrupted_exports import Killed, interrupted, start_anew

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.kit.world import World

__all__ = ["peru"]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three volumes for ten names, and two names in memory."""
    monkeypatch.setattr(packet_writer, "volumes_of", partial(volumes_of, most=4))
    monkeypatch.setattr(packet_names, "SortedRows", partial(SortedRows, held=2))


def rows(files: dict[str, bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files["names.csv"].decode("utf-8-sig"), newline="")))


# --- how names are divided


@pytest.mark.parametrize(
    ("groups", "sizes"),
    [
        ([], [0]), ([0, 0], [0]), ([100], [100]), ([101], [50, 51]), ([250], [83, 84, 83]), ([52, 50], [52, 50]), ([40, 70], [55, 55]),
        ([30, 30, 30, 30], [60, 60]), ([1, 300, 4], [76, 76, 77, 76]), ([48, 4, 48, 1], [52, 49]),
    ],
)  # fmt: skip
def test_volumes_are_about_equal_and_end_with_a_group_where_one_is_near(groups: list[int], sizes: list[int]) -> None:
    assert [one.names for one in volumes_of(groups, most=100)] == sizes


@given(st.lists(st.integers(0, 40), max_size=30), st.integers(20, 60))
def test_every_name_is_in_one_volume(groups: list[int], most: int) -> None:
    found = volumes_of(groups, most=most)
    assert sum(one.names for one in found) == sum(groups)
    assert all(one.names <= most for one in found)
    assert [one.before for one in found] == [sum(two.names for two in found[:at]) for at in range(len(found))]
    assert {one.volumes for one in found} == {len(found)}
    assert [one.number for one in found] == [*range(1, len(found) + 1)]
    assert len(found) <= 1.1 * sum(groups) / most + 1


def test_the_largest_packet_has_few_volumes_and_a_small_one_is_one_file() -> None:
    assert len(volumes_of([MAX_NAMES])) == 11
    assert [one.file_name for one in volumes_of([NAMES_IN_A_VOLUME])] == ["packet.pdf"]
    assert [one.file_name for one in volumes_of([NAMES_IN_A_VOLUME + 1])] == ["packet-1.pdf", "packet-2.pdf"]
    assert Volume().is_only


def test_rows_are_sorted_however_few_are_held(tmp_path: Path) -> None:
    dice = random.Random(1)  # noqa: S311 - only an order
    expected = [[number % 3, f"{number:03}", None] for number in range(50)]
    rows_ = SortedRows(tmp_path, held=7)
    for row in dice.sample(expected, len(expected)):
        rows_.add(row)
    assert list(rows_.in_order()) == sorted(expected, key=lambda row: (row[0], str(row[1])))
    assert list(tmp_path.iterdir()) == [], "parts are gone once they were read"
    assert list(SortedRows(tmp_path).in_order()) == []


@pytest.mark.usefixtures("small")
def test_kept_names_are_read_in_their_order_from_anywhere(tmp_path: Path) -> None:
    names = NamesInOrder(tmp_path, GroupBy.REGION, "es")
    people = [
        *(NamedSigner(f"c{n}", "PE", "2026-11-23", "es", "", "PE-CUS") for n in range(3)),
        NamedSigner("p", "PE", region="PE-PUN", comment="¡Sí!\n«No»"),
        NamedSigner("a", "DE"),
        NamedSigner("x"),
    ]
    for number, one in enumerate(reversed(people)):
        names.add(one, f"2026-11-2{9 - number}", f"id{number}")
    written = names.write(tmp_path / "kept.gz")
    again = read_names(tmp_path / "kept.gz")
    assert again == written
    assert list(again.signers()) == [people[4], *people[:4], people[5]]
    assert list(again.signers(2, 3)) == [people[1], people[2], people[3]]
    assert (again.groups, again.named) == ((1, 3, 1, 1), 6)


# --- in the packet


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("group_by", ["none", "country", "region"])
def test_all_names_are_in_the_volumes_and_the_files_vouch_for_each_other(peru: World, group_by: str) -> None:
    sign_many(10)
    packet = made(peru, language="es", group_by=group_by)
    files = files_of(peru, packet)
    pdfs = [name for name in files if name.endswith(".pdf")]
    assert pdfs == [f"packet-{number}.pdf" for number in range(1, len(pdfs) + 1)]
    assert len(pdfs) == 3
    integrity = json.loads(files["integrity.json"])
    assert set(integrity["files"]) == set(files) - {"integrity.json"}
    assert all(hashlib.sha256(files[name]).hexdigest() == sum_ for name, sum_ in integrity["files"].items())
    assert packet["signatures"] == 10 == integrity["signatures"]["named"] == len(rows(files))
    assert packet["pages"] == integrity["pages"] >= 8
    assert sorted(one["name"] for one in rows(files)) == sorted(f"Ana Quispe {at}" for at in range(10))
    assert [one["number"] for one in rows(files)] == [str(number) for number in range(1, 11)]
    if group_by != "none":
        assert [one["country"] for one in rows(files)] == ["DE"] * 4 + ["PE"] * 6, "as in the PDF: Alemania, Perú"


@pytest.mark.usefixtures("small")
def test_a_killed_worker_changes_no_byte_of_any_volume(peru: World) -> None:
    sign_many(10)
    job = peru.admin("POST", ALL, {"group_by": "country"}).json["id"]
    wiring().export_writer.write("peru", job)
    expected = peru.download(peru.admin("GET", f"{ALL}/{job}").json["url"])
    for at_call in range(1, 200):
        begin_again(peru, job)
        was_reached = interrupted(job, at_call, Killed)
        start_anew(peru)
        assert peru.download(finished(peru, job)["url"]) == expected, f"killed at call {at_call}"
        if not was_reached:
            break
    assert at_call > 8
    assert left_behind(peru) == [f"exports/peru/{job}.zip"]
    with zipfile.ZipFile(io.BytesIO(expected)) as packed:
        assert len(packed.namelist()) == 6


@pytest.mark.usefixtures("small")
def test_progress_grows_over_all_volumes(peru: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    kept: Any = packet_files.write_packet_files

    def listening(*about: Any) -> Any:
        *rest, progress = about

        def tell(done: int) -> None:
            told.append(done)
            progress(done)

        return kept(*rest, tell)

    monkeypatch.setattr(packet_writer, "write_packet_files", listening)
    monkeypatch.setattr("chalicelib.pages.packet.name_pages.TOLD_EVERY", 2)
    sign_many(10)
    made(peru)
    assert told == [2, 4, 6, 9], "two volumes of three names, then the first with four"


def every_pdf(files: dict[str, bytes]) -> Iterator[bytes]:
    yield from (content for name, content in files.items() if name.endswith(".pdf"))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_each_volume_is_a_file_of_its_own(peru: World, language: str) -> None:
    sign_many(9)
    for content in every_pdf(files_of(peru, made(peru, language=language, paper="letter", comments=True))):
        assert content.startswith(b"%PDF-1.7\n")
        assert content.endswith(b"%%EOF\n")
