"""Packets over HTTP: who is named in them, that all their numbers agree, and that a killed worker changes no byte."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.exports import packets
from chalicelib.domain.timestamps import stamp
from chalicelib.services.exports import packet_requests, packet_writer
from chalicelib.services.exports.packet_writer import PacketWriter
from chalicelib.services.exports.working_time import OutOfTime
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.exports.exports import LEASE_SECONDS
from chalicelib.wiring import wiring
from tests.kit.factories import CONFIRMED, NOW, a_signature
from tests.test_interrupted_exports import Killed, interrupted, start_anew

if TYPE_CHECKING:
    from tests.kit.world import World

ALL = "/admin/campaigns/peru/packets"


def sign_many(number: int, **changes: Any) -> None:
    """Confirmed signatures, straight into the table."""
    for at in range(number):
        letter = "abcdefghijklmnopqrstuvwxyz234567"[at % 32]
        facts: dict[str, Any] = {
            "id": f"{letter}{at:031}".translate(str.maketrans("01890", "22334")),
            "state": CONFIRMED,
            "email": f"signer{at}@example.org",
            "answers": {"given_name": "Ana", "family_name": f"Quispe {at}", "country": "PE" if at % 3 else "DE"},
            "public": True,
            "day": "2026-11-23",
        }
        wiring().signatures.sign(a_signature(**{**facts, **changes}), now=NOW)


def decide(world: World, **attributes: Any) -> None:
    """What an organiser decided about every signature."""
    table = wiring()._table(wiring().settings.signatures_table)
    for item in world.signatures():
        values = {f":{name}": value for name, value in attributes.items()}
        expression = "SET " + ", ".join(f"#{name} = :{name}" for name in attributes)
        table.update(item["pk"]["S"], item["sk"]["S"], expression, condition="attribute_exists(pk)", values=values)


def made(world: World, **wishes: Any) -> dict[str, Any]:
    """A packet, requested and done."""
    reply = world.admin("POST", ALL, wishes)
    assert reply.status == 202, reply.text
    world.run_exports()
    packet: dict[str, Any] = world.admin("GET", f"{ALL}/{reply.json['id']}").json
    assert packet["state"] == "done"
    return packet


def files_of(world: World, packet: dict[str, Any]) -> dict[str, bytes]:
    content = world.download(packet["url"])
    assert len(content) == packet["bytes"]
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def names_in(files: dict[str, bytes]) -> list[str]:
    return [row["name"] for row in csv.DictReader(io.StringIO(files["names.csv"].decode("utf-8-sig"), newline=""))]


@pytest.fixture
def peru(world: World) -> World:
    """An open campaign."""
    world.publish("peru")
    return world


def test_the_files_vouch_for_each_other(peru: World) -> None:
    sign_many(9)
    packet = made(peru, language="es", group_by="country", target="Comisión de Peticiones")
    files = files_of(peru, packet)
    assert list(files) == ["packet.pdf", "names.csv", "counts.csv", "integrity.json"]
    integrity = json.loads(files["integrity.json"])
    for name, sum_ in integrity["files"].items():
        assert hashlib.sha256(files[name]).hexdigest() == sum_
    assert integrity["signatures"] == {"tally": 0, "recount": 9, "online": 9, "on_paper": 0, "named": 9}
    assert packet["signatures"] == 9 == len(names_in(files))
    assert packet["pages"] == integrity["pages"] >= 6
    assert "peru-packet-2026-11-23-" in packet["url"]
    counts = list(csv.DictReader(io.StringIO(files["counts.csv"].decode("utf-8-sig"), newline="")))
    assert {(one["by"], one["label"], one["signatures"]) for one in counts} >= {
        ("total", "", "9"),
        ("country", "PE", "6"),
        ("country", "DE", "3"),
        ("week", "2026-11-23", "9"),
    }


def test_names_and_counts_by_region(peru: World) -> None:
    regions = {"Ana": "PE-CUS", "Ben": "PE-PUN", "Eva": "PE-CUS", "Ida": "mi calle 5", "Leo": "US-CA", "Zoe": ""}
    for at, (name, region) in enumerate(regions.items()):
        answers = {"given_name": name, "country": "PE", **({"region": region} if region else {})}
        sign_many(1, id=f"{'abcdef'[at]}".ljust(32, "y"), email=f"{name}@example.org", answers=answers)
    files = files_of(peru, made(peru, group_by="region"))
    named = list(csv.DictReader(io.StringIO(files["names.csv"].decode("utf-8-sig"), newline="")))
    assert {one["name"]: one["region"] for one in named} == {**regions, "Ida": "", "Leo": ""}, (
        "no text, no other country's"
    )
    assert list(named[0])[-1] == "region"
    counts = files["counts.csv"].decode("utf-8-sig")
    assert "region,PE-CUS,2\r\n" in counts
    assert "region,PE-PUN,1\r\n" in counts
    assert "calle" not in counts
    assert json.loads(files["integrity.json"])["regions"] == {"PE-CUS": 2, "PE-PUN": 1}
    plain = files_of(peru, made(peru, group_by="country"))
    assert b"region" not in plain["names.csv"]


def test_tally_and_recount_agree_once_everything_is_counted(peru: World) -> None:
    peru.sign_and_confirm("peru", public=True)
    integrity = json.loads(files_of(peru, made(peru))["integrity.json"])
    assert integrity["signatures"]["tally"] == integrity["signatures"]["recount"] == 1


def test_only_who_agreed_to_be_shown_is_named_and_all_are_counted(peru: World) -> None:
    sign_many(4)
    others: dict[str, dict[str, Any]] = {
        "hidden": {"public": False},
        "unnamed": {"answers": {}},
        "waiting": {"state": "pending", "day": ""},
    }
    for at, (name, facts) in enumerate(others.items()):
        wiring().signatures.sign(
            a_signature(id=f"z{at}".ljust(32, "y"), email=f"{name}@example.org", **{"state": CONFIRMED, "day": "2026-11-23",
                        "public": True, "answers": {"given_name": "Zoe", "family_name": name}, **facts}), now=NOW,
        )  # fmt: skip
    files = files_of(peru, made(peru))
    assert not [name for name in names_in(files) if "Zoe" in name]
    assert json.loads(files["integrity.json"])["signatures"]["recount"] == 6


def test_who_signs_after_the_request_is_not_in_it(peru: World) -> None:
    sign_many(2)
    peru.drain()
    asked = peru.admin("POST", ALL, {}).json
    peru.later(minutes=5)
    peru.sign_and_confirm("peru", public=True, given_name="Late")
    peru.run_exports()
    packet = peru.admin("GET", f"{ALL}/{asked['id']}").json
    files = files_of(peru, packet)
    assert names_in(files) == ["Ana Quispe 0", "Ana Quispe 1"]
    assert json.loads(files["integrity.json"])["made_at"] == packet["created_at"]


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt", "ar"])
def test_a_campaign_that_nobody_signed_has_a_packet_all_the_same(peru: World, language: str) -> None:
    packet = made(peru, language=language, target="", paper="letter")
    assert (packet["signatures"], packet["target"]) == (0, "")
    assert packet["pages"] >= 5


def test_one_signature_long_names_and_long_comments_are_set_whole(peru: World) -> None:
    comment = "Every word of this has to be there. " * 55
    answers = {"given_name": "N" * 100, "family_name": "محمد", "comment": comment[:2000], "country": "EG"}
    peru.publish("peru", show_signers=True, show_comments=True)
    sign_many(1, answers=answers)
    decide(peru, comment_notice=1, comment_shown=True)
    files = files_of(peru, made(peru, comments=True))
    rows = list(csv.DictReader(io.StringIO(files["names.csv"].decode("utf-8-sig"), newline="")))
    assert rows[0]["comment"] == comment[:2000]
    assert rows[0]["name"] == f"{'N' * 100} محمد"
    without = files_of(peru, made(peru))["names.csv"].decode("utf-8-sig")
    assert "comment" not in without.partition("\n")[0]


@pytest.mark.parametrize(
    "decided", [{"comment_shown": True}, {"comment_notice": 1}, {"comment_notice": 1, "comment_shown": False}]
)
def test_a_comment_that_is_not_public_is_not_handed_over(peru: World, decided: dict[str, Any]) -> None:
    sign_many(1, answers={"given_name": "Ana", "comment": "Secret."})
    decide(peru, **decided)
    assert b"Secret" not in files_of(peru, made(peru, comments=True))["names.csv"]


def test_a_name_that_an_organizer_hid_is_out_and_counts(peru: World) -> None:
    sign_many(2)
    decide(peru, hidden_at=stamp(NOW))
    files = files_of(peru, made(peru))
    assert names_in(files) == []
    assert json.loads(files["integrity.json"])["signatures"]["recount"] == 2


def test_a_name_is_no_formula(peru: World) -> None:
    sign_many(1, answers={"given_name": "=cmd|'/C calc'!A0"})
    assert names_in(files_of(peru, made(peru))) == ["'=cmd|'/C calc'!A0"]


def test_the_same_packet_is_made_once_and_others_beside_it(peru: World) -> None:
    sign_many(3)
    first = peru.admin("POST", ALL, {"language": "en"}).json
    assert peru.admin("POST", ALL, {"language": "en"}).json["id"] == first["id"]
    second = peru.admin("POST", ALL, {"language": "es"}).json
    assert second["id"] != first["id"]
    while peru.run_exports():
        pass
    listed = peru.admin("GET", ALL).json["packets"]
    assert {one["id"]: one["state"] for one in listed} == {first["id"]: "done", second["id"]: "done"}
    assert peru.admin("GET", "/admin/campaigns/peru/exports").json["exports"] == []
    assert peru.admin("GET", f"/admin/campaigns/peru/exports/{first['id']}").status == 404


def test_an_export_is_no_packet(peru: World) -> None:
    export = peru.admin("POST", "/admin/campaigns/peru/exports", {"format": "csv"}).json
    assert peru.admin("GET", f"{ALL}/{export['id']}").status == 404
    assert peru.admin("DELETE", f"{ALL}/{export['id']}").status == 404


def begin_again(world: World, job: str) -> None:
    """The packet as it was when it was requested, of the same moment."""
    key = item_keys.export_key("peru", job)
    values = {":queued": "queued", ":now": stamp(world.now)}
    expression = "SET #state = :queued, #touched_at = :now REMOVE #position, #finished_at, #lease, #lease_until"
    wiring().registry.update(*key, expression, condition="attribute_exists(pk)", values=values)
    wiring().export_files.delete(f"exports/peru/{job}.zip")


def left_behind(world: World) -> list[str]:
    listed = world.session.client("s3").list_objects_v2(Bucket=os.environ["EXPORT_BUCKET"], Prefix="exports/")
    return [one["Key"] for one in listed.get("Contents", [])]


def test_a_worker_that_is_killed_anywhere_leaves_the_same_bytes(peru: World) -> None:
    sign_many(12)
    job = peru.admin("POST", ALL, {}).json["id"]
    wiring().export_writer.write("peru", job)
    expected = peru.download(peru.admin("GET", f"{ALL}/{job}").json["url"])
    for at_call in range(1, 200):
        begin_again(peru, job)
        was_reached = interrupted(job, at_call, Killed)
        start_anew(peru)
        packet = finished(peru, job)
        assert peru.download(packet["url"]) == expected, f"killed at call {at_call}"
        if not was_reached:
            break
    assert at_call > 8
    assert left_behind(peru) == [f"exports/peru/{job}.zip"]


def test_who_left_since_a_worker_died_is_not_named_by_one_that_comes_an_hour_later(peru: World) -> None:
    peru.sign_and_confirm("peru", public=True, given_name="Ana", family_name="Quispe")
    for hours, named in ((0, ["Ana Quispe"]), (1, [])):
        job = peru.admin("POST", ALL, {"target": f"after {hours}"}).json["id"]
        assert interrupted(job, 8, Killed)
        assert f"exports/peru/{job}.zip.signatures" in left_behind(peru), "read, and not typeset"
        if hours:
            peru.post_form(peru.ses.sent[0].link("withdraw"), {})
        start_anew(peru)
        peru.later(hours=hours, seconds=1)
        assert names_in(files_of(peru, finished(peru, job))) == named


def finished(world: World, job: str) -> dict[str, Any]:
    """Later workers, until it is done."""
    for _ in range(5):
        packet: dict[str, Any] = world.admin("GET", f"{ALL}/{job}").json
        if packet["state"] == "done":
            return packet
        world.later(seconds=LEASE_SECONDS + 1)
        wiring().export_writer.write("peru", job)
    raise AssertionError("the packet was never done")


def test_who_withdraws_before_the_names_are_read_is_out(peru: World) -> None:
    sign_many(2)
    peru.drain()
    peru.sign_and_confirm("peru", public=True, given_name="Gone")
    job = peru.admin("POST", ALL, {}).json["id"]
    gone = next(item["sk"]["S"] for item in peru.signatures() if item["given_name"]["S"] == "Gone")
    assert peru.admin("DELETE", f"/admin/campaigns/peru/signatures/{gone}").status in {200, 204}
    peru.run_exports()
    assert len(names_in(files_of(peru, peru.admin("GET", f"{ALL}/{job}").json))) == 2


def test_erasing_somebody_deletes_the_packets_that_may_name_them(peru: World) -> None:
    peru.sign_and_confirm("peru", email="ana@example.org", public=True)
    packet = made(peru)
    erased = peru.admin("POST", "/admin/erasures", {"email": "ana@example.org"})
    assert erased.status == 200, erased.text
    assert peru.admin("GET", f"{ALL}/{packet['id']}").json["state"] == "deleted"
    assert left_behind(peru) == []


def test_a_packet_that_is_deleted_while_it_is_made_leaves_nothing(peru: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_many(2)
    job = peru.admin("POST", ALL, {}).json["id"]
    kept = PacketWriter._keep

    def delete_then(*about: Any) -> None:
        kept(*about)
        assert peru.admin("DELETE", f"{ALL}/{job}").status == 204

    monkeypatch.setattr(PacketWriter, "_keep", delete_then)
    peru.run_exports()
    packet = peru.admin("GET", f"{ALL}/{job}").json
    assert (packet["state"], packet["url"]) == ("deleted", None)
    assert left_behind(peru) == []


def test_too_many_names_are_refused_at_once(peru: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packet_requests, "MAX_NAMES", 0)
    peru.sign_and_confirm("peru")
    refused = peru.admin("POST", ALL, {})
    assert refused.status == 422
    assert refused.json["errors"][0]["code"] == "too_many_for_a_packet"


@pytest.mark.parametrize(
    ("wishes", "field", "code"),
    [
        ({"language": "tlh"}, "language", "not_an_option"),
        ({"group_by": "postcode"}, "group_by", "not_an_option"),
        ({"names": "everybody"}, "names", "not_an_option"),
        ({"paper": "a0"}, "paper", "not_an_option"),
        ({"target": "x" * 201}, "target", "too_long"),
        ({"comments": "yes"}, "comments", "not_true_or_false"),
        ({"colour": "red"}, "colour", "unknown_field"),
    ],
)
def test_what_is_asked_wrongly_is_refused(peru: World, wishes: dict[str, Any], field: str, code: str) -> None:
    (error,) = peru.admin("POST", ALL, wishes).json["errors"]
    assert (error["field"], error["code"]) == (field, code)


@pytest.mark.parametrize("sponsor", ["", "wbw"])
def test_only_organizers_of_the_campaign_itself_may_have_packets(peru: World, sponsor: str) -> None:
    role = Role.ORGANIZER if sponsor else Role.READER
    secret = wiring().keyring.create("theirs", role, ("peru",), sponsor=sponsor)[1]
    for method, path in (("POST", ALL), ("GET", ALL), ("GET", f"{ALL}/x"), ("DELETE", f"{ALL}/x")):
        body: dict[str, Any] | None = {} if method == "POST" else None
        assert peru.admin(method, path, body, authorization=f"Bearer {secret}").status == 403


def test_the_version_in_a_packet_is_that_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert project["version"] == packets.VERSION


def _stop_before_typesetting(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise OutOfTime

    monkeypatch.setattr(packet_writer, "write_packet_files", stop)


def test_a_packet_that_failed_keeps_no_names(peru: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_many(2)
    _stop_before_typesetting(monkeypatch)
    packet = peru.admin("POST", ALL, {}).json["id"]
    assert [wiring().export_writer.write("peru", packet) for _ in range(11)].count(True) == 2
    assert peru.admin("GET", f"{ALL}/{packet}").json["state"] == "failed"
    assert left_behind(peru) == []


def test_who_left_before_a_request_is_not_in_what_answers_it(peru: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_many(2)
    with monkeypatch.context() as stopped:
        _stop_before_typesetting(stopped)
        earlier = peru.admin("POST", ALL, {}).json["id"]
        wiring().export_writer.write("peru", earlier)  # it has read the names
    decide(peru, hidden_at=stamp(NOW))
    peru.later(minutes=10)
    packet = made(peru)
    assert packet["id"] != earlier
    assert names_in(files_of(peru, packet)) == []


def test_comments_that_are_public_no_more_are_not_handed_over(world: World) -> None:
    world.publish("peru", show_signers=True, show_comments=True)
    sign_many(1, answers={"given_name": "Ana", "comment": "My words."})
    decide(world, comment_notice=1, comment_shown=True)
    assert b"My words." in files_of(world, made(world, comments=True))["names.csv"]
    world.publish("peru", show_signers=True, show_comments=False)
    world.later(seconds=61)
    assert b"My words." not in files_of(world, made(world, comments=True))["names.csv"]


def test_one_that_was_deleted_a_moment_ago_answers_no_request(peru: World) -> None:
    packet = peru.admin("POST", ALL, {}).json["id"]
    assert peru.admin("DELETE", f"{ALL}/{packet}").status == 204
    assert peru.admin("POST", ALL, {}).json["id"] != packet


def test_regions_of_who_is_anonymous_by_now_are_counted_as_they_were(world: World) -> None:
    world.publish("peru", fields=[{"name": "country"}, {"name": "region"}])
    world.sign_and_confirm("peru", country="PE", region="Cusco")
    world.drain()
    table = wiring()._table(wiring().settings.signatures_table)
    (item,) = world.signatures()
    table.update(
        item["pk"]["S"], item["sk"]["S"], "REMOVE #region, #given_name, #family_name", condition="attribute_exists(pk)",
        values={}, aliases={f"#{name}": name for name in ("region", "given_name", "family_name")},
    )  # fmt: skip
    files = files_of(world, made(world, group_by="region"))
    assert json.loads(files["integrity.json"])["regions"] == {"PE-CUS": 1}
    assert names_in(files) == []
