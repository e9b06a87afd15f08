"""Exports over HTTP: who may ask for what, and that a file holds the rows that it should, to the row."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest

from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.errors import Unavailable
from chalicelib.services.exports import export_requests
from chalicelib.services.exports.export_writer import ExportWriter
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

ALL = "/admin/campaigns/peru/exports"


def ask(world: World, key: str = "", **wishes: Any) -> Reply:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    return world.admin("POST", ALL, {"format": "csv", **wishes}, **headers)


def written(world: World, key: str = "", **wishes: Any) -> dict[str, Any]:
    """An export, asked for and done."""
    reply = ask(world, key, **wishes)
    assert reply.status == 202, reply.text
    world.run_exports()
    export: dict[str, Any] = world.admin("GET", f"{ALL}/{reply.json['id']}").json
    assert export["state"] == "done"
    return export


def text_of(world: World, export: dict[str, Any]) -> str:
    content = world.download(export["url"])
    assert len(content) == export["bytes"]
    return gzip.decompress(content).decode("utf-8-sig")


def rows(world: World, key: str = "", **wishes: Any) -> list[dict[str, str]]:
    text = text_of(world, written(world, key, **wishes))
    if wishes.get("format") == "ndjson":
        return [json.loads(line) for line in text.splitlines()]
    return list(csv.DictReader(io.StringIO(text, newline="")))


def a_key_of(sponsor: str, **changes: Any) -> str:
    facts: dict[str, Any] = {"role": Role.ORGANIZER, "campaigns": ("peru",), **changes}
    return wiring().keyring.create("theirs", facts["role"], facts["campaigns"], sponsor=sponsor)[1]


@pytest.fixture
def signed(world: World) -> World:
    """Three confirmed signers (of one, two and no consents) and a pending one."""
    world.sign_and_confirm(email="ana@example.org", consents=["wbw"], given_name="Ana", public=True)
    world.sign_and_confirm(email="ben@example.org", consents=["wbw", "cidydh"], given_name="Ben")
    world.sign_and_confirm(email="eva@example.org", given_name="Eva", **{"custom.chapter": "Lima"})
    world.sign(email="out@example.org", given_name="Out")
    world.drain()
    return world


def names_in(found: list[dict[str, str]]) -> list[str]:
    return sorted(row["given_name"] for row in found)


def test_the_file_holds_every_confirmed_signature_once(signed: World) -> None:
    found = rows(signed)
    assert names_in(found) == ["Ana", "Ben", "Eva"]
    assert {row["email"] for row in found} == {"ana@example.org", "ben@example.org", "eva@example.org"}
    assert [row["custom.chapter"] for row in found if row["given_name"] == "Eva"] == ["Lima"]


def test_lines_of_json_say_the_same(signed: World) -> None:
    sheet, lines = rows(signed), rows(signed, format="ndjson")
    assert {row["id"] for row in lines} == {row["id"] for row in sheet}
    eva = next(row for row in lines if row["given_name"] == "Eva")
    assert eva["custom"] == {"chapter": "Lima"}  # type: ignore[comparison-overlap]


def test_other_states_come_when_asked_for(signed: World) -> None:
    assert names_in(rows(signed, state="pending")) == ["Out"]
    assert len(rows(signed, state="any")) == 4


def test_progress_and_links_are_told(signed: World) -> None:
    reply = ask(signed)
    assert reply.headers["location"] == f"https://api.example{ALL}/{reply.json['id']}"
    assert (reply.json["state"], reply.json["total"], reply.json["url"]) == ("queued", 3, None)
    done = written(signed)
    assert (done["rows"], done["total"], done["progress"]) == (3, 3, 1.0)
    assert "X-Amz-Expires=900" in done["url"]
    assert "X-Amz-Signature=" in done["url"]
    assert "response-content-encoding=gzip" in done["browser_url"]


@pytest.mark.parametrize(
    ("wishes", "begins"), [({}, "\ufeffid,state,"), ({"bom": True}, "\ufeffid,"), ({"bom": False}, "id,")]
)
def test_a_spreadsheet_gets_its_mark_and_a_program_none_if_it_says_so(
    signed: World, wishes: dict[str, Any], begins: str
) -> None:
    done = written(signed, **wishes)
    assert gzip.decompress(signed.download(done["url"])).decode().startswith(begins)
    assert done["filters"]["bom"] is begins.startswith("\ufeff")


def test_lines_of_json_have_no_mark(signed: World) -> None:
    done = written(signed, format="ndjson", bom=True)
    assert gzip.decompress(signed.download(done["url"])).startswith(b"{")
    assert done["filters"]["bom"] is None


@pytest.mark.parametrize("format_", ["csv", "ndjson"])
def test_browsers_save_it_unpacked_under_a_name_without_gz(signed: World, format_: str) -> None:
    """Firefox leaves packed what it saves from a path that ends in `.gz`, whatever the headers say."""
    done = written(signed, format=format_)
    parts = urlsplit(done["browser_url"])
    query = parse_qs(parts.query)
    assert parts.path.endswith(f"/{done['id']}.{format_}")
    assert query["response-content-disposition"] == [f'attachment; filename="peru-2026-11-23-0700.{format_}"']
    assert query["response-content-encoding"] == ["gzip"]
    assert ".gz" not in done["browser_url"]


def test_a_file_of_an_earlier_release_keeps_its_name(signed: World) -> None:
    done = written(signed)
    key = {"pk": {"S": "export#peru"}, "sk": {"S": f"export#{done['id']}"}}
    signed.session.client("dynamodb").update_item(
        TableName=signed.resources.registry_table,
        Key=key,
        UpdateExpression="REMOVE #name",
        ExpressionAttributeNames={"#name": "name"},
    )
    link = signed.admin("GET", f"{ALL}/{done['id']}").json["url"]
    assert urlsplit(link).path.endswith(f"/{done['id']}.csv.gz")


def test_the_same_wish_is_answered_by_the_same_export(signed: World) -> None:
    first, second, other = ask(signed), ask(signed), ask(signed, format="ndjson")
    assert first.json["id"] == second.json["id"]
    assert other.json["id"] != first.json["id"]
    signed.run_exports()
    assert ask(signed).json["id"] == first.json["id"], "a second press of the button"
    signed.later(seconds=3)
    assert ask(signed).json["id"] != first.json["id"]


def test_a_done_export_is_no_answer_once_the_count_moved(signed: World) -> None:
    first = written(signed)
    signed.sign_and_confirm(email="new@example.org")
    assert len(rows(signed)) == 4
    assert written(signed)["id"] != first["id"]


def test_changes_come_since_the_last_export_with_what_was_withdrawn(signed: World) -> None:
    signed.later(minutes=5)
    cursor = written(signed)["cursor"]
    signed.later(minutes=5)
    signed.sign_and_confirm(email="new@example.org", given_name="New")
    gone = signed.admin("POST", "/admin/campaigns/peru/signatures/find", {"email": "ana@example.org"}).json
    identity = gone["signatures"][0]["id"]
    assert signed.admin("DELETE", f"/admin/campaigns/peru/signatures/{identity}").status == 200
    found = {row["id"]: row for row in rows(signed, since=cursor)}
    assert len(found) == 2
    assert found[identity]["state"] == "withdrawn"
    assert found[identity]["email"] == found[identity]["given_name"] == ""
    assert {row["given_name"] for row in found.values()} == {"", "New"}


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("America/Lima", "2026-11-20", "2026-11-20T05:00:00.000000Z"),
        ("Pacific/Kiritimati", "2026-11-24", "2026-11-23T10:00:00.000000Z"),
        ("UTC", "2026-11-23", "2026-11-23T00:00:00.000000Z"),
        ("UTC", "2026-10-26", "2026-10-26T00:00:00.000000Z"),
    ],
)
def test_changes_since_a_date_are_those_from_its_beginning_in_the_campaigns_zone(
    signed: World, zone: str, day: str, begins: str
) -> None:
    signed.publish(time_zone=zone)
    assert ask(signed, since=day).json["filters"]["since"] == begins


def test_what_is_written_just_when_an_export_begins_comes_with_the_next(signed: World) -> None:
    signed.later(minutes=5)
    cursor = written(signed)["cursor"]
    signed.sign_and_confirm(email="new@example.org", given_name="New")  # in the same moment, behind the walk
    assert "New" in names_in(rows(signed, since=cursor))


def test_a_sponsor_gets_its_consenting_signers_and_no_word_of_others(signed: World) -> None:
    key = a_key_of("wbw")
    found = rows(signed, key)
    assert names_in(found) == ["Ana", "Ben"]
    assert {row["consents"] for row in found} == {"wbw"}
    assert names_in(rows(signed, sponsor="cidydh")) == ["Ben"]
    assert ask(signed, key, sponsor="cidydh").status == 403


def test_a_sponsor_sees_its_own_exports_alone(signed: World) -> None:
    everyones, theirs = written(signed), written(signed, sponsor="wbw")
    key = {"authorization": f"Bearer {a_key_of('wbw')}"}
    assert [one["id"] for one in signed.admin("GET", ALL, **key).json["exports"]] == [theirs["id"]]
    assert signed.admin("GET", f"{ALL}/{everyones['id']}", **key).status == 404
    assert signed.admin("DELETE", f"{ALL}/{everyones['id']}", **key).status == 404
    assert signed.admin("GET", f"{ALL}/{theirs['id']}", **key).status == 200


def test_a_sponsors_key_is_made_over_http_and_only_for_named_campaigns(world: World) -> None:
    wanted = {"name": "WBW", "role": "organizer", "campaigns": ["peru"], "sponsor": "wbw"}
    made = world.admin("POST", "/admin/keys", wanted)
    assert (made.status, made.json["sponsor"]) == (201, "wbw")
    for change in ({"campaigns": ["*"]}, {"role": "admin"}):
        refused = world.admin("POST", "/admin/keys", wanted | change)
        assert (refused.status, refused.json["errors"][0]["field"]) == (422, "sponsor")


def test_a_delivery_names_only_those_who_asked_to_be_shown(signed: World) -> None:
    text = text_of(signed, written(signed, delivery=True))
    assert text.splitlines()[0] == "name"
    assert len(text.splitlines()) == 2
    assert text.splitlines()[1].startswith('"Ana')


def test_a_delivery_has_no_row_for_somebody_without_a_name(signed: World) -> None:
    signed.publish(fields=[{"name": "country"}])
    before = text_of(signed, written(signed, delivery=True))
    assert signed.sign(email="nameless@example.org", given_name="", family_name="", public=True).status == 201
    signed.drain()
    signed.post_form(signed.ses.sent[-1].link("confirm"), {})
    signed.drain()
    assert text_of(signed, written(signed, delivery=True)) == before


def test_columns_keep_their_places_when_the_form_changes(signed: World) -> None:
    def own(*names: str) -> list[dict[str, Any]]:
        return [{"name": f"custom.{name}", "label": {"en": name}} for name in names]

    signed.publish(fields=own("b"))
    signed.sign(email="bea@example.org", given_name="Bea", **{"custom.b": "blue"})
    signed.drain()
    signed.post_form(signed.ses.sent[-1].link("confirm"), {})
    signed.drain()
    first = header_of(signed, written(signed))
    signed.publish(fields=own("a", "c"))
    signed.later(minutes=1)
    second = header_of(signed, written(signed))
    assert second[: len(first)] == first
    assert second[len(first) :] == ["custom.a", "custom.c"]
    rows = list(csv.DictReader(io.StringIO(text_of(signed, written(signed, state="any")))))
    assert [one["custom.b"] for one in rows if one["given_name"] == "Bea"] == ["blue"], "also where the form dropped it"


def header_of(world: World, export: dict[str, Any]) -> list[str]:
    return text_of(world, export).splitlines()[0].removeprefix("\ufeff").split(",")


def test_a_csv_for_a_spanish_excel_has_semicolons_and_a_tab_is_a_tab(signed: World) -> None:
    for separator, between in (("semicolon", ";"), ("tab", "\t"), ("comma", ",")):
        text = text_of(signed, written(signed, separator=separator)).removeprefix("\ufeff")
        header, row, *_ = csv.reader(io.StringIO(text), delimiter=between)
        assert header[:2] == ["id", "state"]
        assert len(row) == len(header)


def test_every_text_is_quoted_and_times_are_those_of_the_campaign(signed: World) -> None:
    header, first, *_ = text_of(signed, written(signed)).removeprefix("\ufeff").splitlines()
    cells = dict(zip(header.split(","), first.split(","), strict=True))
    assert re.fullmatch('"[a-z2-7]{32}"', cells["id"])
    assert cells["given_name"].startswith('"')
    assert re.fullmatch(r"2026-11-23 0[0-9]:[0-9]{2}:[0-9]{2}", cells["signed_at"]), "12:00 in UTC is 7:00 in Lima"
    assert cells["text_version"] == "1"
    assert cells["withdrawn_at"] == "", "what is empty has no quotes"
    plain = text_of(signed, written(signed, bom=False)).splitlines()
    assert "2026-11-23T12:" in plain[1]


@pytest.mark.parametrize("wishes", [{"format": "xlsx"}, {"format": "ndjson"}])
def test_only_a_csv_has_a_separator(signed: World, wishes: dict[str, str]) -> None:
    reply = signed.admin("POST", ALL, {**wishes, "separator": "semicolon"})
    assert [(one["field"], one["code"]) for one in reply.json["errors"]] == [("separator", "only_for_csv")]


@pytest.mark.parametrize(
    ("wishes", "field", "code"),
    [
        ({"format": "pdf"}, "format", "not_an_option"),
        ({"state": "signed"}, "state", "not_an_option"),
        ({"colour": "red"}, "colour", "unknown_field"),
        ({"sponsor": "nobody"}, "sponsor", "not_an_option"),
        ({"since": "yesterday"}, "since", "bad_moment_or_day"),
        ({"since": 1795435200}, "since", "bad_moment_or_day"),
        ({"since": "0001-01-01T00:00:00+14:00"}, "since", "bad_moment_or_day"),
        ({"since": "2026-11-24"}, "since", "in_the_future"),
        ({"since": "2026-10-25"}, "since", "too_old"),
        ({"since": "2026-11-31"}, "since", "bad_moment_or_day"),
        ({"since": "20.11.2026"}, "since", "bad_moment_or_day"),
        ({"delivery": True, "since": "2026-11-20"}, "since", "delivered_whole"),
        ({"delivery": 1}, "delivery", "not_true_or_false"),
        ({"bom": "yes"}, "bom", "not_true_or_false"),
        ({"since": "2026-11-20T10:00:00"}, "since", "bad_moment_or_day"),
        ({"since": "2026-12-20T10:00:00Z"}, "since", "in_the_future"),
        ({"since": "2026-10-20T10:00:00Z"}, "since", "too_old"),
        ({"delivery": True, "state": "pending"}, "state", "not_an_option"),
        ({"delivery": True, "since": "2026-11-20T10:00:00Z"}, "since", "delivered_whole"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused_by_name(
    world: World, wishes: dict[str, Any], field: str, code: str
) -> None:
    reply = ask(world, **wishes)
    assert reply.status == 422
    assert any((one["field"].split(".")[0], one["code"]) == (field, code) for one in reply.json["errors"]), reply.text
    assert all(one["message"] for one in reply.json["errors"])
    assert world.admin("GET", ALL).json == {"exports": []}


def test_bodies_that_are_no_wish_are_refused(world: World) -> None:
    assert world.admin("POST", ALL, [1]).status == 422
    assert world.request("POST", ALL, b"{", authorization=f"Bearer {world.admin_key}").status == 400


def test_an_unknown_campaign_has_no_exports(world: World) -> None:
    path = "/admin/campaigns/nowhere/exports"
    assert world.admin("POST", path, {"format": "csv"}).status == 404
    assert world.admin("GET", path).status == 404
    assert world.admin("GET", f"{path}/x").status == 404


def test_readers_get_no_export(signed: World) -> None:
    reader = wiring().keyring.create("reads", Role.READER, ("peru",))[1]
    assert ask(signed, reader).status == 403
    assert signed.admin("GET", ALL, authorization=f"Bearer {reader}").status == 403


def test_a_removed_export_has_no_file_and_says_so(signed: World) -> None:
    done = written(signed)
    assert signed.admin("DELETE", f"{ALL}/{done['id']}").status == 204
    after = signed.admin("GET", f"{ALL}/{done['id']}").json
    assert (after["state"], after["url"]) == ("deleted", None)
    with pytest.raises(Exception, match="NoSuchKey"):
        signed.download(done["url"])


def test_an_export_removed_before_it_is_written_never_is(signed: World) -> None:
    asked = ask(signed).json
    signed.admin("DELETE", f"{ALL}/{asked['id']}")
    signed.run_exports()
    assert signed.admin("GET", f"{ALL}/{asked['id']}").json["state"] == "deleted"
    assert ask(signed).json["id"] != asked["id"]


def test_a_file_goes_after_a_week_and_the_export_says_so(signed: World) -> None:
    done = written(signed)
    signed.later(days=7)
    assert signed.admin("GET", f"{ALL}/{done['id']}").json["state"] == "deleted"


def test_an_export_that_nobody_writes_any_more_has_failed_and_can_be_asked_for_again(signed: World) -> None:
    asked = ask(signed).json
    signed.later(hours=3)
    assert signed.admin("GET", f"{ALL}/{asked['id']}").json["state"] == "failed"
    assert ask(signed).json["id"] != asked["id"]


def test_who_asked_and_who_removed_is_in_the_audit(signed: World) -> None:
    done = written(signed, sponsor="wbw")
    signed.admin("DELETE", f"{ALL}/{done['id']}")
    entries = signed.admin("GET", "/admin/audit").json["entries"]
    told = {entry["act"]: entry for entry in entries}
    assert told["export requested"]["export"] == told["export removed"]["export"] == done["id"]
    assert told["export requested"]["sponsor"] == "wbw"
    assert "example.org" not in json.dumps(entries)


def test_all_files_of_a_campaign_are_dropped_and_named(signed: World) -> None:
    asked = [written(signed, format="ndjson")["id"], written(signed)["id"], ask(signed, state="pending").json["id"]]
    dropped = wiring().export_requests.delete_files("peru")
    assert sorted(one.id for one in dropped) == sorted(asked)
    assert {one["state"] for one in signed.admin("GET", ALL).json["exports"]} == {"deleted"}


def test_a_file_from_before_an_undone_sheet_goes_with_the_person(world: World) -> None:
    world.publish()
    row = {"email": "eva@example.org", "given_name": "Eva", "family_name": "Paz"}
    assert world.admin("POST", "/admin/campaigns/peru/sheets", {"rows": [row]}).status == 200
    sheet = world.admin("GET", "/admin/campaigns/peru/sheets").json["sheets"][0]["id"]
    held = written(world)
    world.later(minutes=5)
    world.admin("POST", f"/admin/campaigns/peru/sheets/{sheet}/undo", {})
    world.drain()
    world.later(hours=2)
    world.sign_and_confirm(email="eva@example.org")
    erased = world.admin("POST", "/admin/erasures", {"email": "eva@example.org"}).json
    assert [one["id"] for one in erased["exports"]] == [held["id"]]


def test_an_export_that_failed_leaves_nothing_of_its_rows(signed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr(ExportWriter, "_complete", unavailable)
    asked = ask(signed).json["id"]
    for _ in range(10):
        wiring().export_writer.write("peru", asked)
    assert signed.admin("GET", f"{ALL}/{asked}").json["state"] == "failed"
    s3 = signed.session.client("s3")
    assert s3.list_multipart_uploads(Bucket=os.environ["EXPORT_BUCKET"]).get("Uploads", []) == []


def test_columns_stay_as_they_were_when_the_export_was_asked_for(signed: World) -> None:
    asked = ask(signed).json
    signed.publish(fields=[{"name": "country"}, {"name": "custom.new", "label": {"en": "New", "es": "Nuevo"}}])
    signed.run_exports()
    done = signed.admin("GET", f"{ALL}/{asked['id']}").json
    head = text_of(signed, done).splitlines()[0]
    assert "custom.chapter" in head
    assert "custom.new" not in head


def test_a_campaign_without_signatures_exports_its_columns(world: World) -> None:
    assert rows(world) == []
    assert rows(world, format="ndjson") == []


def sheet_of(world: World, export: dict[str, Any]) -> Any:
    content = world.download(export["url"])
    assert len(content) == export["bytes"]
    (sheet,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    return sheet


def test_a_spreadsheet_file_says_the_same_as_the_csv(signed: World) -> None:
    done = written(signed, format="xlsx")
    names, *found = list(sheet_of(signed, done).iter_rows(min_row=2, values_only=True))
    cells = {
        row[0]: {name: value for name, value in zip(names, row, strict=True) if value is not None} for row in found
    }
    for row in rows(signed):
        times = {name: row[name] for name in row if name.endswith("_at") or name in {"day", "text_version"}}
        text = {name: value for name, value in row.items() if value and name not in times}
        assert {name: value for name, value in cells[row["id"]].items() if name not in times} == text
        assert {name for name in cells[row["id"]] if name in times} == {name for name, value in times.items() if value}
    assert (done["format"], done["rows"], done["filters"]["bom"]) == ("xlsx", 3, None)


def test_columns_of_a_spreadsheet_are_called_as_the_asker_calls_them(signed: World) -> None:
    titles = {}
    for language in ("en", "es-PE, es", "fr"):
        asked = signed.admin("POST", ALL, {"format": "xlsx"}, **{"accept-language": language}).json
        signed.run_exports()
        done = signed.admin("GET", f"{ALL}/{asked['id']}").json
        (above, keys) = sheet_of(signed, done).iter_rows(max_row=2, values_only=True)
        assert len(set(above)) == len(above)
        titles[language] = dict(zip(keys, above, strict=True))
    assert [titles["en"][key] for key in ("given_name", "signed_at", "comment")] == [
        "Given name",
        "Signed on (America/Lima)",
        "Comment",
    ]
    assert titles["es-PE, es"]["given_name"] == "Nombre"
    assert titles["es-PE, es"]["custom.chapter"] not in ("", "custom.chapter")
    assert titles["fr"] == titles["en"], "organisers' languages are English and Spanish"


def test_times_in_a_spreadsheet_are_those_of_the_campaigns_zone(signed: World) -> None:
    signed.publish(time_zone="Asia/Kathmandu")
    sheet = sheet_of(signed, written(signed, format="xlsx"))
    titles, keys, first = list(sheet.iter_rows(max_row=3, values_only=True))
    place = keys.index("signed_at")
    assert titles[place] == "Signed on (Asia/Kathmandu)"
    assert first[place] == datetime.fromisoformat("2026-11-23T17:45")


def test_a_spreadsheet_is_saved_as_it_is(signed: World) -> None:
    done = written(signed, format="xlsx", delivery=True)
    assert done["url"].partition("&X-Amz-Signature")[0].partition("?")[0].endswith(f"{done['id']}.xlsx")
    query = parse_qs(urlsplit(done["browser_url"]).query)
    assert query["response-content-disposition"] == ['attachment; filename="peru-names-2026-11-23-0700.xlsx"']
    assert "response-content-encoding" not in query
    stored = signed.session.client("s3").head_object(
        Bucket=wiring().settings.export_bucket, Key=f"exports/peru/{done['id']}.xlsx"
    )
    assert stored["ContentType"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert [row[0] for row in sheet_of(signed, done).iter_rows(values_only=True)] == ["Name", "name", "Ana Quispe"]


def test_a_campaign_with_too_many_signatures_for_a_spreadsheet_gets_a_csv_at_once(
    signed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_requests, "MAX_WORKBOOK_ROWS", 2)
    assert ask(signed, format="xlsx").json["format"] == "csv"
    monkeypatch.setattr(export_requests, "MAX_WORKBOOK_ROWS", 3)
    signed.later(seconds=3)
    assert ask(signed, format="xlsx", sponsor="wbw").json["format"] == "xlsx"


@pytest.mark.parametrize(
    ("wishes", "name"),
    [
        ({}, "peru-2026-11-23-0701"),
        ({"sponsor": "wbw"}, "peru-wbw-2026-11-23-0701"),
        ({"sponsor": "wbw", "since": "2026-11-20"}, "peru-wbw-changes-2026-11-23-0701"),
        ({"state": "external", "since": "2026-11-20"}, "peru-external-changes-2026-11-23-0701"),
        ({"delivery": True}, "peru-names-2026-11-23-0701"),
        ({"state": "any"}, "peru-any-2026-11-23-0701"),
    ],
)
def test_a_files_name_says_whose_it_is_what_is_in_it_and_when_by_the_campaigns_clock(
    signed: World, wishes: dict[str, Any], name: str
) -> None:
    signed.later(minutes=1)
    query = parse_qs(urlsplit(written(signed, **wishes)["url"]).query)
    assert query["response-content-disposition"] == [f'attachment; filename="{name}.csv.gz"']


@pytest.mark.parametrize("ends", ["after seven days", "removed", "erasure"])
def test_changes_go_on_from_a_file_that_is_gone(signed: World, ends: str) -> None:
    done = written(signed)
    if ends == "removed":
        assert signed.admin("DELETE", f"{ALL}/{done['id']}").status == 204
    elif ends == "erasure":
        assert signed.admin("POST", "/admin/erasures", {"email": "ana@example.org"}).status == 200
    else:
        signed.later(days=8)
    gone = signed.admin("GET", f"{ALL}/{done['id']}").json
    assert (gone["state"], gone["url"], gone["cursor"]) == ("deleted", None, done["cursor"])
    assert gone["cursor"]


def test_one_that_was_stopped_has_nothing_to_go_on_from(signed: World) -> None:
    asked = ask(signed).json
    assert signed.admin("DELETE", f"{ALL}/{asked['id']}").status == 204
    assert signed.admin("GET", f"{ALL}/{asked['id']}").json["cursor"] is None
