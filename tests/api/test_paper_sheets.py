"""A sheet of paper signatures is looked at whole, entered on a yes, and can be taken back for a day as if it had never been."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.signatures.paper_sheets import UNDO_FOR
from chalicelib.storage.access.audit_log import put_newer
from chalicelib.storage.dynamodb.table import ConditionFailed
from chalicelib.storage.signatures import paper_sheets
from chalicelib.storage.signatures.paper_signature_items import PaperSignatureItems
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

PERU = "/admin/campaigns/peru"
SHEETS = f"{PERU}/sheets"
ROSA = {"given_name": "Rosa", "family_name": "Mamani", "country": "PE", "reference": "1/1"}
BEN = {"given_name": "Ben", "family_name": "Okoro", "country": "US", "reference": "1/2"}
ANA = {"given_name": "Ana", "family_name": "Díaz", "country": "PE", "email": "ana@example.org"}


def check(world: World, *rows: dict[str, Any]) -> list[str]:
    before = world.signatures()
    results = world.admin("POST", f"{SHEETS}/check", {"rows": rows}).json["rows"]
    assert world.signatures() == before, "looking stores nothing"
    return [one["outcome"] for one in results]


def enter(world: World, *rows: dict[str, Any], sheet: str = "") -> Reply:
    reply = world.admin("POST", SHEETS, {"rows": rows, "sheet": sheet})
    world.drain()
    return reply


def outcomes(reply: Reply) -> list[str]:
    return [one["outcome"] for one in reply.json["rows"]]


def undo(world: World, sheet: str) -> int:
    undone, cursor = 0, ""
    while cursor is not None:
        reply = world.admin("POST", f"{SHEETS}/{sheet}/undo", {"cursor": cursor})
        assert reply.status == 200, reply.json
        undone, cursor = undone + reply.json["undone"], reply.json["cursor"]
    world.drain()
    return undone


def count(world: World) -> int:
    standing: dict[str, int] = world.counts()["signatures"]
    return standing["confirmed"] + standing["external"]


def states(world: World) -> list[str]:
    return sorted(item["state"]["S"] for item in world.signatures())


def all_counts(world: World) -> dict[str, Any]:
    return {name: n for name, n in world.counts().items() if name != "as_of"}


def audited(world: World, *acts: str) -> list[dict[str, Any]]:
    entries = world.admin("GET", "/admin/audit").json["entries"]
    return [one for one in entries if one["act"] in acts]


def read(world: World, text: str, *, name: str = "hoja.csv", days: str = "", lang: str = "en") -> Reply:
    body = {"content": b64encode(text.encode()).decode(), "name": name, "days": days}
    return world.admin("POST", f"{SHEETS}/read?lang={lang}", body)


def test_a_sheet_is_read_with_its_mistakes_in_the_readers_language(world: World) -> None:
    reply = read(world, "Nombre;País;público\nRosa;PE;quizás\n", lang="es")
    assert reply.status == 200
    assert [one["field"] for one in reply.json["columns"]] == ["given_name", "country", "public"]
    (row,) = reply.json["rows"]
    assert (row["row"], row["values"]["given_name"]) == (2, "Rosa")
    assert [one["message"] for one in row["errors"]] == ["«quizás» no es ni sí ni no. Escriba sí o no."]


def test_a_sheet_that_cannot_be_used_says_why(world: World) -> None:
    reply = read(world, 'given_name,family_name\nAna,"Díaz\n')
    assert reply.status == 422
    (error,) = reply.json["errors"]
    assert (error["field"], error["code"]) == ("file", "sheet_quote_open")
    assert error["message"] == "Row 2: a quotation mark opens here and is never closed."


def test_an_unclear_day_is_asked_about_once(world: World) -> None:
    text = "given_name,signed_on\nAna,3/4/2025\n"
    assert read(world, text).json["unclear_day"] == {"row": 2, "day_first": "2025-04-03", "month_first": "2025-03-04"}
    (row,) = read(world, text, days="day_first").json["rows"]
    assert row["values"]["signed_on"] == "2025-04-03"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/read", {}),
        ("/read", {"content": 1}),
        ("/read", {"content": "***"}),
        ("/read", {"content": "", "name": "x" * 256}),
        ("/read", {"content": "", "days": "never"}),
        ("/read", {"content": "", "days": []}),
        ("/read", {"content": "", "more": 1}),
        ("/check", {}),
        ("/check", {"rows": {}}),
        ("/check", {"rows": [1]}),
        ("/check", {"rows": [ROSA] * 51}),
        ("", {"rows": [ROSA] * 51}),
        ("", {"rows": [ROSA], "sheet": 1}),
        ("", {"rows": [ROSA], "more": 1}),
    ],
)
def test_what_is_not_asked_as_it_should_be_is_refused(world: World, path: str, body: dict[str, Any]) -> None:
    assert world.admin("POST", f"{SHEETS}{path}", body).status == 422
    assert world.admin("POST", f"{SHEETS}{path}", []).status == 400
    assert world.signatures() == []


def test_looking_at_rows_says_what_would_become_of_them(world: World) -> None:
    world.sign_and_confirm(email="sol@example.org")
    world.sign(email="luz@example.org", given_name="Luz", family_name="Vega")
    world.drain()
    enter(world, ROSA, BEN)
    ben = next(one for one in world.signatures() if one.get("given_name") == {"S": "Ben"})
    assert world.admin("DELETE", f"{PERU}/signatures/{ben['sk']['S']}").status == 200
    world.drain()
    rows = {
        "known": [ROSA, {"given_name": "Sol", "email": "sol@example.org"}],
        "left": [BEN],
        "new": [ANA, {"given_name": "Lucía", "email": "luz@example.org"}],
        "wrong": [
            {"reference": "nobody"},
            {**ANA, "reference": "1/1", "email": ""},
            {"given_name": "X", "unheard_of": "1"},
        ],
    }
    assert check(world, *(row for some in rows.values() for row in some)) == [
        name for name, some in rows.items() for _ in some
    ]
    reply = world.admin("POST", f"{SHEETS}/check", {"rows": rows["new"]})
    assert [one["differs"] for one in reply.json["rows"]] == [[], ["given_name"]]


def test_somebody_of_the_same_name_and_country_is_told_before_anything_is_stored(world: World) -> None:
    enter(world, ROSA)
    again = {**ROSA, "reference": "saved once more"}
    assert check(world, ROSA, again, {**again, "country": "CL"}, BEN) == ["known", "alike", "new", "new"]
    assert check(world, {**again, "given_name": "RÓSA"}) == ["alike"], "however it is spelled"
    # An organiser who knows better enters them.
    assert outcomes(enter(world, again)) == ["entered"]
    assert count(world) == 2


def test_who_is_gone_is_alike_to_nobody(world: World) -> None:
    sheet = enter(world, ROSA).json["sheet"]
    undo(world, sheet)
    assert check(world, {**ROSA, "reference": "again"}) == ["new"]


def test_a_wrong_row_keeps_no_other_out_and_each_says_why(world: World) -> None:
    reply = enter(world, ROSA, {"given_name": "Eva", "signed_on": "2999-01-01"}, {**BEN, "reference": "1/1"}, BEN)
    assert outcomes(reply) == ["entered", "wrong", "wrong", "entered"]
    errors = [[(one["field"], one["code"]) for one in row["errors"]] for row in reply.json["rows"]]
    assert errors == [[], [("signed_on", "in_the_future")], [("reference", "reference_taken")], []]
    assert count(world) == 2


def test_a_sheet_of_two_thousand_rows_has_one_entry_in_the_audit_log(world: World) -> None:
    rows = [{"given_name": f"Rosa {n}", "reference": f"r/{n}"} for n in range(120)]
    sheet = ""
    for start in range(0, len(rows), 50):
        sheet = enter(world, *rows[start : start + 50], sheet=sheet).json["sheet"]
    (entry,) = audited(world, "paper sheet entered")
    assert (entry["campaign"], entry["sheet"], entry["signatures"]) == ("peru", sheet, 120)
    for start in range(0, len(rows), 50):
        assert set(outcomes(enter(world, *rows[start : start + 50]))) == {"known"}
    assert len(audited(world, "paper sheet entered")) == 1, "what changes nothing is not noted"
    assert count(world) == 120


def test_a_batch_whose_response_was_lost_is_sent_again(world: World) -> None:
    first = enter(world, ROSA, BEN)
    again = enter(world, ROSA, BEN, sheet=first.json["sheet"])
    assert outcomes(again) == ["known", "known"]
    (listed,) = world.admin("GET", SHEETS).json["sheets"]
    assert (listed["signatures"], count(world)) == (2, 2)


def test_undoing_a_sheet_leaves_no_trace_in_any_count_and_the_sheet_can_be_sent_again(world: World) -> None:
    world.sign_and_confirm(email="sol@example.org")
    before = all_counts(world)
    sheet = enter(world, ROSA, BEN, ANA).json["sheet"]
    assert count(world) == 4
    assert undo(world, sheet) == 3
    assert all_counts(world) == before
    assert count(world) == 1
    (listed,) = world.admin("GET", SHEETS).json["sheets"]
    assert (listed["signatures"], listed["undone"], listed["undo_until"]) == (3, 3, None)
    entered, undone = audited(world, "paper sheet entered"), audited(world, "paper sheet undone")
    assert [one["signatures"] for one in (*entered, *undone)] == [3, 3]
    assert check(world, ROSA, BEN, ANA) == ["new", "new", "new"], "a mistake of the organiser's is nobody's withdrawal"
    assert outcomes(enter(world, ROSA, BEN, ANA)) == ["entered"] * 3
    assert count(world) == 4


def test_who_was_undone_is_not_remembered_as_having_left(world: World) -> None:
    undo(world, enter(world, ROSA).json["sheet"])
    world.later(days=31)
    (stub,) = world.signatures()
    world.delete_as_expired(stub)
    world.drain()
    assert check(world, ROSA) == ["new"]


def test_undoing_gives_a_pending_signer_back_what_they_typed(world: World) -> None:
    world.sign(email="ana@example.org", given_name="Anita", consents=["wbw"])
    world.drain()
    (typed,) = world.signatures()
    before = all_counts(world)
    sheet = enter(world, {**ANA, "organization": "Wayka"}).json["sheet"]
    assert (states(world), count(world)) == (["external"], 1)
    assert undo(world, sheet) == 1
    (back,) = world.signatures()
    ignored = {"changed_at", "left_states", "left_sponsors"}
    assert {n: v for n, v in back.items() if n not in ignored} == {n: v for n, v in typed.items() if n not in ignored}
    assert all_counts(world) == before
    assert world.get(world.ses.sent[-1].link("confirm")).status == 200
    world.post_form(world.ses.sent[-1].link("confirm"), {})
    world.drain()
    assert count(world) == 1, "and the link in their email works"


def test_what_somebody_changed_since_is_not_undone(world: World) -> None:
    sheet = enter(world, ANA, ROSA, BEN).json["sheet"]
    (ana,) = [one for one in world.signatures() if "email" in one]
    seen = wiring().signatures.find(wiring().campaign_reader.get("peru").signature_key(ana["sk"]["S"]))
    assert seen
    corrected = replace(seen, answers={**seen.answers, "given_name": "Ana María"})
    wiring().signatures.correct(corrected, was=seen, now=wiring().now())
    rosa = next(one for one in world.signatures() if one.get("given_name") == {"S": "Rosa"})
    world.admin("DELETE", f"{PERU}/signatures/{rosa['sk']['S']}")
    world.drain()
    assert undo(world, sheet) == 1, "Ben alone"
    assert states(world) == ["external", "withdrawn", "withdrawn"]
    assert check(world, ROSA, BEN) == ["left", "new"], "an organiser withdrew her, and nobody him"


def test_a_sheet_that_was_undone_goes_on_no_more(world: World) -> None:
    sheet = enter(world, ROSA).json["sheet"]
    undo(world, sheet)
    reply = world.admin("POST", SHEETS, {"rows": [BEN], "sheet": sheet})
    assert (reply.status, reply.json["code"]) == (409, "sheet_over")
    assert "external" not in states(world)


def test_a_sheet_that_is_undone_while_a_batch_is_entered_undoes_that_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = enter(world, ROSA).json["sheet"]
    sheets = wiring().paper_sheets
    note = type(sheets.records).note

    def undone_meanwhile(records: Any, *given: Any) -> Any:
        noted = note(records, *given)
        records.begin_undo(noted, "us_key", now=sheets.clock())
        return noted

    monkeypatch.setattr(type(sheets.records), "note", undone_meanwhile)
    reply = world.admin("POST", SHEETS, {"rows": [BEN], "sheet": sheet})
    assert (reply.status, reply.json["code"]) == (409, "sheet_over")
    world.drain()
    assert states(world) == ["external", "withdrawn"], "only the row of the first batch still stands"


def test_after_a_day_a_sheet_stays_and_what_was_kept_for_undoing_is_gone(world: World) -> None:
    world.sign(email="ana@example.org", given_name="Anita")
    world.drain()
    sheet = enter(world, ANA, ROSA).json["sheet"]
    assert any("before" in item for item in world.signatures())
    world.later(seconds=UNDO_FOR.total_seconds())
    reply = world.admin("POST", f"{SHEETS}/{sheet}/undo", {})
    assert (reply.status, reply.json["code"]) == (409, "sheet_over")
    assert world.admin("POST", SHEETS, {"rows": [BEN], "sheet": sheet}).status == 409
    world.later(hours=2)
    world.run_scheduled()
    assert not any("before" in item for item in world.signatures())
    assert wiring().paper_sheet_records.batch(wiring().paper_sheet_undo.recent("peru")[0], 1) == []
    assert list(wiring().paper_sheet_records.over(now=wiring().now())) == []
    assert count(world) == 2


@pytest.mark.parametrize("cursor", ["x", "2", "-1", "0000001", "1.0", "٣"])
def test_a_cursor_of_another_kind_is_refused(world: World, cursor: str) -> None:
    sheet = enter(world, ROSA).json["sheet"]
    assert world.admin("POST", f"{SHEETS}/{sheet}/undo", {"cursor": cursor}).status == 422
    assert world.admin("POST", f"{SHEETS}/none/undo", {}).status == 404
    assert world.admin("POST", SHEETS, {"rows": [BEN], "sheet": "none"}).status == 404


def test_a_name_is_nowhere_but_with_the_signature(world: World) -> None:
    sheet = enter(world, ROSA).json["sheet"]
    world.admin("POST", f"{SHEETS}/{sheet}/undo", {})
    world.drain()
    written = json.dumps(world.items(wiring().settings.registry_table), default=str)
    assert "Mamani" not in written
    assert "Mamani" not in json.dumps(world.signatures())


# --- what happens between entering and undoing


def signed_meanwhile(world: World) -> None:
    """The person on paper signs online, and is told that they had already."""
    assert world.sign(email="ana@example.org", given_name="Ana").status == 201
    world.drain()


def test_who_signs_online_while_the_sheet_stands_is_not_taken_back(world: World) -> None:
    sheet = enter(world, ANA, ROSA).json["sheet"]
    signed_meanwhile(world)
    assert undo(world, sheet) == 1
    assert count(world) == 1


def test_who_presses_the_button_in_the_email_while_the_sheet_stands_is_not_taken_back(world: World) -> None:
    world.sign(email="ana@example.org", given_name="Anita")
    world.drain()
    sheet = enter(world, ANA).json["sheet"]
    assert world.post_form(world.ses.sent[-1].link("confirm"), {}).status == 200
    world.drain()
    assert undo(world, sheet) == 0
    assert count(world) == 1
    assert not any("before" in item for item in world.signatures())


def test_who_signs_after_the_sheet_was_undone_has_signed_when_they_did(world: World) -> None:
    undo(world, enter(world, {**ANA, "signed_on": "2019-01-05"}).json["sheet"])
    world.later(hours=3)
    world.sign_and_confirm(email="ana@example.org")
    (ana,) = world.signatures()
    assert ana["signed_at"]["S"][:13] == world.now.isoformat()[:13]
    assert count(world) == 1


def test_an_email_on_its_way_is_not_sent_again_after_the_sheet_is_undone(world: World) -> None:
    world.sign(email="ana@example.org", given_name="Anita")
    world.run_projector()
    item = world.signatures()[0]
    table = wiring().signatures._table
    table.update(item["pk"]["S"], item["sk"]["S"], "SET #lease_until = :until", condition="attribute_exists(#pk)",
                 values={":until": int(world.now.timestamp()) + 60})  # fmt: skip
    sheet = world.admin("POST", SHEETS, {"rows": [ANA]}).json["sheet"]
    world.ses.sent.clear()
    undo(world, sheet)
    world.later(minutes=5)
    world.drain()
    assert [mail.to for mail in world.ses.sent] == []
    assert "sent_at" in world.signatures()[0]


def test_what_ses_reports_while_the_sheet_stands_is_kept(world: World) -> None:
    world.sign(email="ana@example.org", given_name="Anita")
    world.drain()
    sheet = enter(world, ANA).json["sheet"]
    sent = world.ses.sent[-1]
    tags = {name: [value] for name, value in sent.tags.items()}
    bounced = {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": sent.to}]}
    world.deliver_ses_event({"eventType": "Bounce", "mail": {"tags": tags}, "bounce": bounced})
    world.drain()
    on_paper = world.signatures()[0].get("delivery")
    undo(world, sheet)
    assert world.signatures()[0].get("delivery") == on_paper


@pytest.mark.parametrize("how", ["erased", "deleted"])
def test_who_is_erased_after_the_sheet_was_undone_has_left(world: World, how: str) -> None:
    undo(world, enter(world, ANA).json["sheet"])
    (stub,) = world.signatures()
    if how == "erased":
        assert world.admin("POST", "/admin/erasures", {"email": "ana@example.org"}).status == 200
    else:
        assert world.admin("DELETE", f"{PERU}/signatures/{stub['sk']['S']}").status == 200
    assert check(world, ANA) == ["left"]
    world.later(days=31)
    world.delete_as_expired(world.signatures()[0])
    world.drain()
    assert check(world, ANA) == ["left"], "also when nothing else is left of it"


def test_who_left_long_ago_stays_out_also_behind_a_form_that_expired(world: World) -> None:
    world.sign_and_confirm(email="ana@example.org")
    world.post_form(world.ses.sent[-1].link("manage"), {"do": "withdraw-now"})
    world.drain()
    world.later(days=31)
    world.delete_as_expired(world.signatures()[0])
    world.drain()
    world.sign(email="ana@example.org")
    world.drain()
    world.later(days=31)
    assert check(world, ANA) == ["left"]


def test_an_expired_form_stays_in_the_funnel_when_paper_takes_its_place(world: World) -> None:
    world.sign(email="ana@example.org")
    world.drain()
    before = world.counts()["funnel"]
    world.later(days=31)
    enter(world, ANA)
    assert world.counts()["funnel"] == before


def test_once_names_are_removed_no_paper_is_entered(world: World) -> None:
    world.publish(state="closed", retention_days=1)
    assert check(world, ROSA) == ["new"], "a campaign that has just closed takes paper"
    world.later(days=2)
    for path, body in (("/check", {"rows": [ROSA]}), ("", {"rows": [ROSA]})):
        reply = world.admin("POST", f"{SHEETS}{path}", body)
        assert (reply.status, reply.json["code"]) == (409, "campaign_not_open")
    assert world.admin("POST", f"{PERU}/signatures", ROSA).status == 409


def test_access_shows_what_is_kept_for_undoing(world: World) -> None:
    world.sign(email="ana@example.org", given_name="Anita")
    world.drain()
    enter(world, ANA)
    (held,) = world.admin("POST", "/admin/access", {"email": "ana@example.org"}).json["signatures"]
    assert (held["state"], held["given_name"], held["mail"]["sends"]) == ("external", "Anita", 1)


def test_an_undoing_that_began_in_time_may_end(world: World) -> None:
    rows = [{"given_name": f"Rosa {n}", "reference": f"r/{n}"} for n in range(60)]
    sheet = enter(world, *rows[:50]).json["sheet"]
    enter(world, *rows[50:], sheet=sheet)
    world.later(seconds=UNDO_FOR.total_seconds() - 1)
    cursor = world.admin("POST", f"{SHEETS}/{sheet}/undo", {}).json["cursor"]
    world.later(minutes=2)
    world.run_scheduled()
    assert world.admin("POST", f"{SHEETS}/{sheet}/undo", {"cursor": cursor}).json["undone"] == 10
    world.drain()
    assert count(world) == 0


# --- numbers that are true


def numbers(world: World) -> list[int]:
    """Of the record, and of its entry in the audit log."""
    (listed,) = world.admin("GET", SHEETS).json["sheets"]
    return [listed["signatures"], *(one["signatures"] for one in audited(world, "paper sheet entered"))]


def test_what_was_entered_before_the_store_refused_is_counted_and_the_batch_can_be_sent_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"given_name": f"Rosa {n}", "reference": f"r/{n}"} for n in range(9)]
    add, calls = PaperSignatureItems.add, []

    def fails_at_the_fifth(items: PaperSignatureItems, *given: Any, **how: Any) -> None:
        calls.append(1)
        if len(calls) == 5:
            raise Unavailable
        add(items, *given, **how)

    with monkeypatch.context() as broken:
        broken.setattr(PaperSignatureItems, "add", fails_at_the_fifth)
        assert world.admin("POST", SHEETS, {"rows": rows}).status == 503
    world.drain()
    assert numbers(world) == [4, 4]
    again = enter(world, *rows)
    assert outcomes(again) == ["known"] * 4 + ["entered"] * 5
    assert numbers(world) == [9, 9]
    assert undo(world, again.json["sheet"]) == 9, "one sheet, although the first answer was lost"
    assert count(world) == 0


def test_an_answer_that_was_lost_makes_no_second_sheet(world: World) -> None:
    first = enter(world, ROSA, BEN).json["sheet"]
    again = enter(world, ROSA, BEN, ANA)
    assert (outcomes(again), again.json["sheet"]) == (["known", "known", "entered"], first)
    assert enter(world, ROSA).json["sheet"] == first
    world.later(hours=1)
    assert enter(world, ROSA).json["sheet"] is None, "what was entered long ago begins nothing"


def test_a_late_write_of_an_older_number_changes_no_audit_entry(world: World) -> None:
    sheet = enter(world, ROSA).json["sheet"]
    records = wiring().paper_sheet_records
    old = records.find("peru", sheet)
    assert old
    enter(world, BEN, ANA, sheet=sheet)
    put_newer(wiring().registry, paper_sheets._entered_entry(old))
    assert numbers(world) == [3, 3]


def test_a_batch_that_comes_after_the_day_is_over_keeps_nothing(world: World) -> None:
    sheet = enter(world, ROSA).json["sheet"]
    records = wiring().paper_sheet_records
    record = records.find("peru", sheet)
    assert record
    world.later(days=2)
    world.run_scheduled()
    with pytest.raises(ConditionFailed):
        records.note(record, ["a" * 32])


def test_people_who_were_undone_once_are_still_compared(world: World) -> None:
    undo(world, enter(world, ROSA).json["sheet"])
    enter(world, {**ROSA, "reference": "other file/1"})
    assert check(world, ROSA) == ["alike"]


@pytest.mark.parametrize(
    "row", [{"custom": [1]}, {"language": {}}, {"source": []}, {"again_because": "x", "unheard": 1}, {"sheet": "x"}]
)
def test_what_no_row_may_say_is_wrong(world: World, row: dict[str, Any]) -> None:
    assert check(world, {**ROSA, **row}, BEN) == ["wrong", "new"]


def test_fifty_long_answers_fit_into_one_batch(world: World) -> None:
    rows = [{"given_name": "Rosa", "comment": "ع" * 2000, "reference": f"r/{n}"} for n in range(50)]
    assert set(outcomes(enter(world, *rows))) == {"entered"}


def test_the_sheet_of_another_key_is_not_gone_on_with(world: World) -> None:
    first = enter(world, ROSA).json["sheet"]
    other = world.admin("POST", "/admin/keys", {"name": "Ana", "role": "organizer", "campaigns": ["peru"]}).json[
        "secret"
    ]
    reply = world.admin("POST", SHEETS, {"rows": [ROSA, BEN]}, authorization=f"Bearer {other}")
    assert outcomes(reply) == ["known", "entered"]
    assert reply.json["sheet"] != first


def test_a_sheet_that_was_undone_is_not_gone_on_with_unasked(world: World) -> None:
    first = enter(world, ANA, ROSA).json["sheet"]
    signed_meanwhile(world)
    undo(world, first)
    reply = enter(world, ANA, BEN)
    assert (reply.status, outcomes(reply)) == (200, ["known", "entered"])
    assert reply.json["sheet"] != first


def test_a_sheet_of_which_nothing_can_be_taken_back_is_offered_no_more_once_that_was_tried(world: World) -> None:
    sheet = enter(world, ANA).json["sheet"]
    signed_meanwhile(world)
    assert undo(world, sheet) == 0
    (listed,) = world.admin("GET", SHEETS).json["sheets"]
    assert (listed["undone"], listed["undo_until"]) == (0, None)


def test_an_email_that_goes_out_while_paper_takes_the_forms_place_is_remembered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sign(email="ana@example.org", given_name="Anita")
    world.run_projector()
    stored = PaperSignatureItems._as_stored
    raced: list[str] = []

    def sent_meanwhile(items: PaperSignatureItems, was: Any) -> Any:
        item = stored(items, was)
        if not raced:
            raced.append("once")
            world.run_mailer()
        return item

    monkeypatch.setattr(PaperSignatureItems, "_as_stored", sent_meanwhile)
    sheet = world.admin("POST", SHEETS, {"rows": [ANA]}).json["sheet"]
    assert (raced, len(world.ses.sent)) == (["once"], 1)
    undo(world, sheet)
    world.later(hours=1)
    world.drain()
    assert len(world.ses.sent) == 1, "and not twice"
