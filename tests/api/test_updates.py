"""Updates to signers: written, sent once to whoever asked for news, paused, stopped, left; and nothing to anybody else."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.addresses.email_addresses import address_hash
from chalicelib.domain.errors import Unavailable
from chalicelib.storage.mail.suppressions import SuppressionReason
from chalicelib.storage.updates.update_marks import UpdateMarks
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from tests.kit.world import Reply, SentEmail, World

ALL = "/admin/campaigns/peru/updates"
TEXTS = {
    "en": {
        "subject": "We did it, {{given_name}}",
        "body": "Dear {{given_name}},\n\n**The committee** voted [no](https://example.org/no).",
    },
    "es": {"subject": "Lo logramos", "body": "Hola {{given_name}}:\n\nEl comité votó que no."},
}


@pytest.fixture(autouse=True)
def _asks(world: World) -> None:
    world.publish(ask_updates=True)


def signed(world: World, *names: str, **form: Any) -> None:
    for name in names:
        world.sign_and_confirm(email=f"{name}@example.org", given_name=name.title(), updates=True, **form)
    world.ses.sent.clear()


def draft(world: World, **changes: Any) -> str:
    made = world.admin("POST", ALL, {"texts": TEXTS, **changes})
    assert made.status == 201, made.text
    return str(made.json["id"])


def act(world: World, update: str, what: str, body: Any = None) -> Reply:
    return world.admin("POST", f"{ALL}/{update}/{what}", body)


def state(world: World, update: str) -> dict[str, Any]:
    found: dict[str, Any] = world.admin("GET", f"{ALL}/{update}").json
    return found


def send(world: World, update: str, recipients: int) -> None:
    begun = act(world, update, "send", {"recipients": recipients})
    assert begun.status == 202, begun.text


def sent(world: World, recipients: int, **changes: Any) -> str:
    update = draft(world, **changes)
    send(world, update, recipients)
    world.run_updates()
    return update


def mails(world: World) -> list[SentEmail]:
    return [mail for mail in world.ses.sent if mail.tags["kind"] == "update"]


def report(world: World, mail: SentEmail, kind: str, **more: Any) -> None:
    tags = {name: [value] for name, value in mail.tags.items()}
    world.deliver_ses_event({"eventType": kind, "mail": {"tags": tags}, **more})


class TestWriting:
    def test_a_draft_says_how_many_it_would_reach(self, world: World) -> None:
        signed(world, "ana", "ben")
        world.sign_and_confirm(email="no@example.org")
        world.sign(email="pending@example.org", updates=True)
        update = draft(world)
        found = state(world, update)
        assert (found["state"], found["recipients"], found["sent"]) == ("draft", 2, 0)
        assert found["texts"] == TEXTS
        (line,) = world.admin("GET", ALL).json["updates"]
        assert line == {name: value for name, value in found.items() if name != "texts"}

    def test_an_audience_narrows_it(self, world: World) -> None:
        signed(world, "ana", lang="en", country="PE")
        signed(world, "ben", lang="es", country="PE")
        signed(world, "cem", lang="es", country="US")
        for audience, reached in (
            ({}, 3), ({"languages": ["es"]}, 2), ({"countries": ["PE"]}, 2),
            ({"languages": ["es"], "countries": ["US"]}, 1), ({"countries": ["FR"]}, 0),
        ):  # fmt: skip
            assert state(world, draft(world, audience=audience))["recipients"] == reached

    def test_an_audience_is_who_gets_it(self, world: World) -> None:
        signed(world, "ana", lang="en", country="PE")
        signed(world, "ben", lang="es", country="PE")
        signed(world, "cem", lang="es", country="US")
        sent(world, 1, audience={"languages": ["es"], "countries": ["US"]})
        assert [mail.to for mail in mails(world)] == ["cem@example.org"]

    @pytest.mark.parametrize(
        ("body", "field", "code"),
        [
            ({"texts": {**TEXTS, "fr": TEXTS["en"]}}, "texts.fr", "language_without_text"),
            ({"texts": {**TEXTS, "en": {"subject": "x" * 151, "body": "x"}}}, "texts.en.subject", "too_long"),
            ({"texts": {**TEXTS, "en": {"subject": "x", "body": "x" * 10_001}}}, "texts.en.body", "too_long"),
            ({"texts": {**TEXTS, "en": {"subject": "{{name}}", "body": "x"}}}, "texts.en.subject", "unknown_placeholder"),
            ({"texts": {**TEXTS, "en": {"subject": "x", "body": "{{email}}"}}}, "texts.en.body", "unknown_placeholder"),
            ({"texts": {**TEXTS, "en": {"subject": "x", "body": "{{given_name}"}}}, "texts.en.body", "unknown_placeholder"),
            ({"texts": {**TEXTS, "en": {"subject": "x", "body": "[a](https://e.org/{{given_name}})"}}},
             "texts.en.body", "placeholder_in_link"),
            ({"texts": {**TEXTS, "en": {"subject": "a\x00b", "body": "x"}}}, "texts.en.subject", "control_characters"),
            ({"texts": {**TEXTS, "en": {"subject": "News\r\nBcc: x@example.org", "body": "x"}}}, "texts.en.subject", "control_characters"),
            ({"texts": {**TEXTS, "en": {"subject": "x", "body": "a\x00b"}}}, "texts.en.body", "control_characters"),
            ({"texts": TEXTS, "audience": {"languages": ["fr"]}}, "audience.languages.0", "not_an_option"),
            ({"texts": TEXTS, "audience": {"countries": ["XX"]}}, "audience.countries.0", "not_a_country"),
            ({"texts": TEXTS, "audience": {"regions": ["Lima"]}}, "audience.regions", "unknown_field"),
            ({"texts": TEXTS, "to": "ana@example.org"}, "to", "unknown_field"),
            ([], "update", "not_an_object"),
        ],
    )  # fmt: skip
    def test_mistakes_are_named_at_their_place(self, world: World, body: Any, field: str, code: str) -> None:
        refused = world.admin("POST", ALL, body)
        assert refused.status == 422, refused.text
        assert (field, code) in [(error["field"], error["code"]) for error in refused.json["errors"]]
        assert all(error["message"] for error in refused.json["errors"])

    @pytest.mark.parametrize(
        "texts",
        [
            {},
            {"en": {"subject": "Half a thought"}},
            {"en": {"subject": "", "body": "x"}, "es": TEXTS["es"]},
            {"es": {"subject": "x", "body": "\u200b"}},
        ],
    )
    def test_a_draft_is_saved_as_far_as_it_is_written(self, world: World, texts: Any) -> None:
        found = state(world, draft(world, texts=texts))
        nothing = {"subject": "", "body": ""}
        written = {
            language: nothing | {name: words for name, words in text.items() if words != "\u200b"}
            for language, text in texts.items()
        }
        assert found["texts"] == written
        assert found["subjects"] == {language: text["subject"] for language, text in written.items()}

    def test_a_body_of_ten_megabytes_is_refused(self, world: World) -> None:
        huge = {"texts": {**TEXTS, "en": {"subject": "x", "body": "x" * 10_000_000}}}
        assert world.admin("POST", ALL, huge).status == 413

    def test_drafts_have_a_limit_and_sent_ones_do_not_count(self, world: World) -> None:
        signed(world, "ana")
        sent(world, 1)
        drafts = [draft(world) for _ in range(50)]
        refused = world.admin("POST", ALL, {"texts": TEXTS})
        assert (refused.status, refused.json["code"]) == (409, "too_many_drafts")
        assert world.admin("DELETE", f"{ALL}/{drafts[0]}").status == 204
        draft(world)

    def test_a_draft_is_changed_in_parts(self, world: World) -> None:
        update = draft(world)
        changed = world.admin(
            "PATCH", f"{ALL}/{update}", {"texts": {"en": {"subject": "News"}}, "audience": {"countries": ["PE", "PE"]}}
        )
        assert changed.status == 200, changed.text
        assert changed.json["texts"]["en"] == {"subject": "News", "body": TEXTS["en"]["body"]}
        assert changed.json["audience"] == {"languages": [], "countries": ["PE"]}
        assert state(world, update)["texts"]["es"] == TEXTS["es"]
        without = world.admin("PATCH", f"{ALL}/{update}", {"texts": {"es": None}})
        assert (without.status, list(without.json["texts"])) == (200, ["en"])

    def test_a_deleted_draft_leaves_nothing(self, world: World) -> None:
        update = draft(world)
        assert world.admin("DELETE", f"{ALL}/{update}").status == 204
        assert world.admin("GET", f"{ALL}/{update}").status == 404
        assert not [one for one in world.items(world.resources.registry_table) if one["pk"]["S"] == "update#peru"]

    def test_drafts_go_with_their_campaign(self, world: World) -> None:
        draft(world)
        etag = world.admin("GET", "/admin/campaigns/peru").headers["etag"]
        assert world.admin("DELETE", "/admin/campaigns/peru", if_match=etag).status == 204
        world.publish(ask_updates=True)
        assert world.admin("GET", ALL).json == {"updates": []}

    def test_what_is_unknown_is_not_found(self, world: World) -> None:
        for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/pause"), ("POST", "/send")):
            body = {"recipients": 0} if path == "/send" else {}
            assert world.admin(method, f"{ALL}/nothing{path}", body).status == 404
        assert world.admin("GET", "/admin/campaigns/none/updates").status == 404
        assert world.admin("POST", "/admin/campaigns/none/updates", {"texts": TEXTS}).status == 404

    def test_a_preview_is_the_email_that_would_arrive(self, world: World) -> None:
        shown = world.admin("POST", f"{ALL}/preview", {"language": "es", **TEXTS["es"]})
        assert (shown.status, shown.json["language"], shown.json["subject"]) == (200, "es", "Lo logramos")
        assert "Hola María:" in shown.json["html"]
        assert "Hola María:" in shown.json["text"]
        refused = world.admin("POST", f"{ALL}/preview", {"subject": "{{x}}", "body": "y"})
        assert refused.json["errors"][0] | {"message": ""} == {
            "field": "subject",
            "code": "unknown_placeholder",
            "message": "",
        }
        assert world.admin("POST", f"{ALL}/preview", {"language": "fr", **TEXTS["en"]}).status == 422

    def test_what_stands_beside_the_subject_is_words_without_marks(self, world: World) -> None:
        body = "Dear {{given_name}},\n\nOn **Friday** we *meet* at [the square](https://example.org/map) & sing <3"
        shown = world.admin("POST", f"{ALL}/preview", {"subject": "Friday", "body": body}).json
        assert shown["preview"] == "Dear María, On Friday we meet at the square & sing <3"

    def test_links_of_a_preview_act_on_nothing(self, world: World) -> None:
        html = world.admin("POST", f"{ALL}/preview", TEXTS["en"]).json["html"]
        assert "/leave-updates/test.peru" in html
        assert world.post_form("/leave-updates/test.peru", {}).status == world.get("/manage/test.peru").status
        assert world.post_form("/leave-updates/test.peru", {}).status >= 400


class TestSending:
    def test_everybody_who_asked_gets_it_once_in_their_language(self, world: World) -> None:
        signed(world, "ana")
        signed(world, "ben", lang="es")
        world.sign_and_confirm(email="no@example.org")
        world.ses.sent.clear()
        update = sent(world, 2)
        found = state(world, update)
        assert (found["state"], found["recipients"], found["sent"]) == ("sent", 2, 2)
        by_address = {mail.to: mail for mail in mails(world)}
        assert by_address.keys() == {"ana@example.org", "ben@example.org"}
        ana, ben = by_address["ana@example.org"], by_address["ben@example.org"]
        assert (ana.subject, ben.subject) == ("We did it, Ana", "Lo logramos")
        assert "Hola Ben:" in ben.text
        assert "Dear Ana," in ana.html
        assert '<strong>The committee</strong> voted <a href="https://example.org/no"' in ana.html

    def test_each_email_has_its_one_click_and_its_reason(self, world: World) -> None:
        signed(world, "ana")
        sent(world, 1)
        (mail,) = mails(world)
        assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail.headers["List-Unsubscribe"].startswith("<https://api.example/leave-updates/")
        assert mail.link("leave-updates") in mail.text
        assert "because you signed “No troops in Peru” and asked for news of it" in mail.text
        assert "Stop all emails" not in mail.text + mail.html

    def test_the_text_says_the_same_without_marks(self, world: World) -> None:
        signed(world, "ana")
        sent(world, 1)
        assert "Dear Ana,\n\nThe committee voted no (https://example.org/no)." in mails(world)[0].text

    def test_a_name_is_neither_markdown_nor_html(self, world: World) -> None:
        world.sign_and_confirm(email="x@example.org", given_name="**A** <b>[x](http:y)", updates=True)
        sent(world, 1)
        (mail,) = mails(world)
        assert "Dear **A** &lt;b&gt;[x](http:y)," in mail.html
        assert "Dear **A** <b>[x](http:y)," in mail.text

    def test_without_a_name_its_comma_goes_too(self, world: World) -> None:
        world.publish(ask_updates=True, fields=[{"name": "organization"}])
        world.sign_and_confirm(email="x@example.org", given_name="", family_name="", organization="Union", updates=True)
        sent(world, 1)
        assert (mails(world)[0].subject, "Dear,\n" in mails(world)[0].text) == ("We did it", True)

    def test_with_single_confirmation_no_typed_name_is_repeated(self, world: World) -> None:
        world.publish(ask_updates=True, confirmation="single")
        world.sign(email="x@example.org", given_name="Cheap Pills", updates=True)
        world.drain()
        sent(world, 1)
        assert "Cheap" not in str(mails(world)[0].request)

    def test_html_of_an_organiser_stays_text(self, world: World) -> None:
        signed(world, "ana")
        bad = "<script>x</script> [a](javascript:b) ![p](https://e.org/p.png)"
        sent(world, 1, texts={**TEXTS, "en": {"subject": "x", "body": bad}})
        (mail,) = mails(world)
        assert "<script" not in mail.html
        assert "javascript:" not in mail.html.split("foot")[0].replace("[a](javascript:b)", "")
        assert "<img" not in mail.html

    def test_a_wrong_number_sends_nothing_and_says_the_right_one(self, world: World) -> None:
        signed(world, "ana", "ben")
        update = draft(world)
        for wrong in (0, 1, 3):
            refused = act(world, update, "send", {"recipients": wrong})
            assert (refused.status, refused.json["code"], refused.json["recipients"]) == (409, "recipients_changed", 2)
            assert "2" in refused.json["detail"]
        assert (state(world, update)["state"], world.update_jobs()) == ("draft", [])

    @pytest.mark.parametrize(
        "body", [{}, {"recipients": "2"}, {"recipients": -1}, {"recipients": True}, [], {"recipients": 2, "x": 1}]
    )
    def test_a_number_is_needed(self, world: World, body: Any) -> None:
        signed(world, "ana", "ben")
        assert act(world, draft(world), "send", body).status == 422

    def test_an_audience_of_none_is_refused(self, world: World) -> None:
        refused = act(world, draft(world), "send", {"recipients": 0})
        assert (refused.status, refused.json["code"]) == (409, "nobody_to_write_to")

    def test_sending_twice_sends_once(self, world: World) -> None:
        signed(world, "ana")
        update = draft(world)
        send(world, update, 1)
        again = act(world, update, "send", {"recipients": 1})
        assert (again.status, again.json["code"]) == (409, "not_a_draft")
        world.run_updates(3)
        assert act(world, update, "send", {"recipients": 1}).status == 409
        assert len(mails(world)) == 1

    def test_two_sends_at_once_begin_once(self, world: World) -> None:
        signed(world, "ana")
        update = draft(world)
        store, key = wiring().updates, "k"
        read = store.find("peru", update)
        assert read is not None
        store.start(read, key=key, now=world.now)
        with pytest.raises(Exception, match="version_mismatch"):
            store.start(read, key=key, now=world.now)

    def test_what_is_sent_cannot_be_changed_or_deleted(self, world: World) -> None:
        signed(world, "ana")
        update = sent(world, 1)
        for refused in (
            world.admin("PATCH", f"{ALL}/{update}", {"audience": {}}),
            world.admin("DELETE", f"{ALL}/{update}"),
        ):
            assert (refused.status, refused.json["code"]) == (409, "not_a_draft")

    def test_what_is_missing_is_named_and_nothing_is_sent(self, world: World) -> None:
        signed(world, "ana")
        update = draft(world, texts={"en": {"subject": "", "body": "x"}})
        refused = act(world, update, "send", {"recipients": 1})
        assert refused.status == 422, refused.text
        assert [(error["field"], error["code"]) for error in refused.json["errors"]] == [
            ("texts.en.subject", "missing"), ("texts.es", "update_without_language"),
        ]  # fmt: skip
        assert (state(world, update)["state"], world.update_jobs()) == ("draft", [])
        world.admin("PATCH", f"{ALL}/{update}", {"texts": {"en": {"subject": "x"}, "es": {"subject": "x"}}})
        refused = act(world, update, "send", {"recipients": 1})
        assert [(error["field"], error["code"]) for error in refused.json["errors"]] == [("texts.es.body", "missing")]
        world.admin("PATCH", f"{ALL}/{update}", {"texts": {"es": {"body": "x"}}})
        send(world, update, 1)

    def test_only_the_languages_of_whom_it_is_for_must_be_written(self, world: World) -> None:
        signed(world, "ana", lang="en")
        signed(world, "ben", lang="es")
        sent(world, 1, texts={"es": TEXTS["es"]}, audience={"languages": ["es"]})
        assert [(mail.to, mail.subject) for mail in mails(world)] == [("ben@example.org", TEXTS["es"]["subject"])]
        update = draft(world, texts={"es": TEXTS["es"]}, audience={"languages": ["en", "es"]})
        refused = act(world, update, "send", {"recipients": 2})
        assert [error["field"] for error in refused.json["errors"]] == ["texts.en"]

    def test_a_language_that_came_since_must_be_written_first(self, world: World) -> None:
        signed(world, "ana")
        update = draft(world)
        texts = world.admin("GET", "/admin/campaigns/peru").json["texts"]
        world.publish(ask_updates=True, texts={**texts, "fr": texts["en"]})
        refused = act(world, update, "send", {"recipients": 1})
        assert refused.json["errors"][0]["field"] == "texts.fr"
        patched = world.admin("PATCH", f"{ALL}/{update}", {"texts": {"fr": {"subject": "Oui", "body": "Oui"}}})
        assert patched.status == 200
        send(world, update, 1)

    def test_a_language_taken_out_while_it_is_sent_stops_nobodys_email(self, world: World) -> None:
        signed(world, "ben", lang="es")
        update = draft(world)
        send(world, update, 1)
        texts = world.admin("GET", "/admin/campaigns/peru").json["texts"]
        world.publish(ask_updates=True, texts={"en": texts["en"]})
        world.later(minutes=5)
        world.run_updates()
        assert [mail.subject for mail in mails(world)] == ["Lo logramos"]

    def test_jobs_that_come_again_send_nothing(self, world: World) -> None:
        signed(world, "ana", "ben", "cem")
        update = draft(world)
        send(world, update, 3)
        jobs = world.update_jobs()
        for job in (*jobs, *jobs):
            wiring().update_queue.add([_job(job)])
        world.run_updates(3)
        assert (len(mails(world)), state(world, update)["sent"]) == (3, 3)

    def test_who_signs_anew_gets_no_second_one(self, world: World) -> None:
        signed(world, "ana")
        update = draft(world)
        send(world, update, 1)
        jobs = world.update_jobs()
        wiring().update_queue.add([_job(one) for one in jobs])
        world.run_updates()
        manage = mails(world)[0].link("manage")
        world.post_form(manage, {"do": "withdraw-now"})
        world.later(minutes=20)
        signed(world, "ana")
        reset_progress(world)
        wiring().update_queue.add([_job(one) for one in jobs])
        world.run_updates()
        assert mails(world) == []


def _job(message: dict[str, Any]) -> Any:
    from chalicelib.storage.queues import parse_update_job

    return parse_update_job(message["Body"])


def reset_progress(world: World) -> None:
    """As if nobody had noted how far it came: only the marks of signers are left, and it is being sent."""
    dynamodb, table = world.session.client("dynamodb"), world.resources.registry_table
    for item in world.items(table):
        if item["pk"]["S"].startswith("mailing#"):
            dynamodb.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})
        if item["pk"]["S"].startswith("update#") and "state" in item:
            dynamodb.update_item(
                TableName=table, Key={"pk": item["pk"], "sk": item["sk"]}, UpdateExpression="SET #s = :s",
                ExpressionAttributeNames={"#s": "state"}, ExpressionAttributeValues={":s": {"S": "sending"}},
            )  # fmt: skip


class TestWhoGetsNothing:
    def test_who_left_between_the_start_and_their_turn(self, world: World) -> None:
        names = ("withdraws", "erased", "takesback", "suppressed", "stays")
        pages = {}
        for name in names:
            world.sign_and_confirm(email=f"{name}@example.org", updates=True)
            pages[name] = world.ses.sent[-1].link("manage")
        world.ses.sent.clear()
        update = draft(world)
        send(world, update, 5)
        world.post_form(pages["withdraws"], {"do": "withdraw-now"})
        world.admin("POST", "/admin/erasures", {"email": "erased@example.org"})
        world.post_form(pages["takesback"], {"do": "save", "given_name": "A", "family_name": "B", "country": "PE"})
        hashed = address_hash(wiring().pepper(), "suppressed@example.org")
        wiring().suppressions.suppress(hashed, SuppressionReason.UNSUBSCRIBE, now=world.now)
        world.run_updates()
        assert [mail.to for mail in mails(world)] == ["stays@example.org"]
        found = state(world, update)
        assert (found["sent"], found["skipped"], found["state"]) == (1, 1, "sent")

    def test_a_bounce_of_one_spelling_suppresses_that_one(self, world: World) -> None:
        world.sign_and_confirm(email="Ana.B+x@gmail.com", updates=True)
        world.ses.sent.clear()
        bounce = {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": "ana.b+x@gmail.com"}]}
        world.deliver_ses_event({"eventType": "Bounce", "mail": {"tags": {}}, "bounce": bounce})
        sent(world, 1)
        assert mails(world) == []

    def test_paper_signatures_and_held_ones(self, world: World) -> None:
        world.publish(ask_updates=True, confirmation="single", limits={"network_hourly": 1})
        for name in ("one", "two"):
            world.sign(email=f"{name}@example.org", updates=True)
            world.drain()
        world.admin(
            "POST", "/admin/campaigns/peru/signatures", {"given_name": "Pa", "email": "p@example.org", "updates": True}
        )
        world.drain()
        update = draft(world)
        assert state(world, update)["recipients"] == 1
        send(world, update, 1)
        world.run_updates()
        assert [mail.to for mail in mails(world)] == ["one@example.org"]

    def test_an_update_uses_up_nobodys_emails_of_a_day(self, world: World) -> None:
        signed(world, "ana")
        for _ in range(7):
            sent(world, 1)
        assert len(mails(world)) == 7
        world.sign(campaign="peru", email="ana@example.org")
        world.drain()
        assert world.ses.sent[-1].tags["kind"] == "already_signed"


class TestPausing:
    def test_paused_nothing_goes_out_and_resumed_the_rest_does(self, world: World) -> None:
        signed(world, "ana", "ben", "cem", "dan")
        update = draft(world)
        send(world, update, 4)

        def pause_once() -> None:
            world.ses.before_answer = lambda: None
            act(world, update, "pause")

        world.ses.before_answer = pause_once
        world.ses.quota["MaxSendRate"] = 1.0  # far enough apart to look around between two
        world.run_updates(2)
        assert (len(mails(world)), state(world, update)["state"], state(world, update)["reason"]) == (
            1,
            "paused",
            "organizer",
        )
        assert act(world, update, "pause").status == 200
        assert world.update_jobs() == []
        assert act(world, update, "resume").status == 202
        world.later(minutes=2)
        world.run_updates(2)
        assert sorted(mail.to for mail in mails(world)) == [
            f"{name}@example.org" for name in ("ana", "ben", "cem", "dan")
        ]
        assert (state(world, update)["state"], state(world, update)["sent"]) == ("sent", 4)

    def test_stopped_is_for_good(self, world: World) -> None:
        signed(world, "ana")
        update = draft(world)
        send(world, update, 1)
        assert act(world, update, "stop").json["state"] == "stopped"
        assert act(world, update, "stop").status == 200
        world.run_updates(2)
        assert mails(world) == []
        for what in ("pause", "resume"):
            refused = act(world, update, what)
            assert (refused.status, refused.json["code"]) == (409, "update_over")

    @pytest.mark.parametrize("what", ["pause", "resume", "stop"])
    def test_a_draft_has_nothing_to_pause(self, world: World, what: str) -> None:
        refused = act(world, draft(world), what)
        assert (refused.status, refused.json["code"]) == (409, "update_not_sending")

    def test_pausing_after_the_last_email_and_resuming_ends_it(self, world: World) -> None:
        signed(world, "ana")
        update = draft(world)
        send(world, update, 1)
        finish = wiring().updates.finish
        wiring().updates.finish = lambda *_, **__: False  # type: ignore[method-assign]
        world.run_updates()
        wiring().updates.finish = finish  # type: ignore[method-assign]
        act(world, update, "pause")
        assert act(world, update, "resume").json["state"] == "sending"
        world.run_updates()
        assert state(world, update)["state"] == "sent"

    def test_a_paused_one_of_long_ago_is_over(self, world: World) -> None:
        signed(world, "ana")
        update = draft(world)
        send(world, update, 1)
        act(world, update, "pause")
        world.later(days=61)
        assert act(world, update, "resume").json["code"] == "update_over"

    @pytest.mark.parametrize("switch", ["campaign", "all"])
    def test_it_waits_while_email_is_paused(self, world: World, switch: str) -> None:
        signed(world, "ana")
        update = draft(world)
        send(world, update, 1)
        paused, going = {"campaign": (True, False), "all": (True, False)}[switch]

        def turn(*, on: bool) -> None:
            if switch == "all":
                assert world.admin("PUT", "/admin/mail", {"paused": on}).status == 200
            else:
                world.publish(ask_updates=True, mail_paused=on)
            world.later(minutes=2)

        turn(on=paused)
        world.run_updates()
        assert (mails(world), state(world, update)["waits_for"]) == ([], "mail_paused")
        turn(on=going)
        world.run_updates()
        assert (len(mails(world)), state(world, update)["waits_for"]) == (1, None)


class TestRoom:
    def test_confirmations_go_first(self, world: World) -> None:
        signed(world, "ana")
        update = draft(world)
        send(world, update, 1)
        for number in range(25):
            world.sign(email=f"new{number}@example.org")
        world.run_projector()
        world.run_updates()
        assert (mails(world), state(world, update)["waits_for"]) == ([], "confirmations")
        world.drain()
        world.run_updates()
        assert len(mails(world)) == 1

    def test_it_takes_its_share_of_the_rate_and_no_more(self, world: World) -> None:
        signed(world, *"abcdefgh")
        world.ses.quota["MaxSendRate"] = 4.0  # of which a quarter, by two workers: one email in two seconds each
        times: list[Any] = []
        world.ses.before_answer = lambda: times.append(world.now)
        update = draft(world)
        send(world, update, 8)
        world.run_updates(2)
        assert len(times) == 8
        assert all(later - earlier >= timedelta(seconds=2) for earlier, later in pairwise(times))

    def test_it_takes_its_share_of_the_day_and_waits(self, world: World) -> None:
        signed(world, "ana", "ben", "cem")
        update = draft(world)
        world.ses.quota |= {"Max24HourSend": 1000.0, "SentLast24Hours": 250.0}
        send(world, update, 3)
        world.run_updates()
        assert (mails(world), state(world, update)["waits_for"]) == ([], "quota")
        world.ses.quota["SentLast24Hours"] = 100.0
        world.later(minutes=5)
        world.run_updates()
        assert len(mails(world)) == 3

    def test_ses_that_throttles_is_left_alone_for_a_while(self, world: World) -> None:
        signed(world, "ana")
        update = draft(world)
        send(world, update, 1)
        world.ses.refuses = "TooManyRequestsException"
        world.run_updates()
        assert state(world, update)["waits_for"] == "ses"
        world.ses.refuses = ""
        world.later(minutes=1)
        world.run_updates()
        assert (len(mails(world)), state(world, update)["state"]) == (1, "sent")

    def test_a_sender_that_ses_refuses_pauses_it(self, world: World, capsys: pytest.CaptureFixture[str]) -> None:
        signed(world, "ana", "ben")
        update = draft(world)
        send(world, update, 2)
        world.ses.refuses = "SendingPausedException"
        world.run_updates()
        found = state(world, update)
        assert (found["state"], found["reason"], found["failed"]) == ("paused", "refused", 0)
        assert '"update_paused": 1' in capsys.readouterr().err
        world.ses.refuses = ""
        act(world, update, "resume")
        world.later(minutes=2)
        world.run_updates()
        assert (len(mails(world)), state(world, update)["state"]) == (2, "sent")

    def test_a_message_that_ses_refuses_is_counted_and_not_tried_again(self, world: World) -> None:
        signed(world, "ana")
        world.ses.refuses = "MessageRejected"
        update = sent(world, 1)
        assert (state(world, update)["failed"], state(world, update)["state"]) == (1, "sent")


class TestFigures:
    def test_reports_are_counted_once_in_any_order(self, world: World) -> None:
        signed(world, "ana", "ben")
        update = sent(world, 2)
        ana, ben = mails(world)
        complaint = {"complaint": {"complainedRecipients": [{"emailAddress": ana.to}]}}
        for _ in range(2):
            report(world, ana, "Complaint", **complaint)
            report(world, ana, "Delivery")
            bounce = {"bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": ben.to}]}}
            report(world, ben, "Bounce", **bounce)
        found = state(world, update)
        assert (found["delivered"], found["bounced"], found["complained"]) == (1, 1, 1)
        assert all("delivery" not in item for item in world.signatures()), "an update says nothing of the confirmation"

    def test_a_transient_bounce_is_none(self, world: World) -> None:
        signed(world, "ana")
        update = sent(world, 1)
        report(world, mails(world)[0], "Bounce", bounce={"bounceType": "Transient", "bouncedRecipients": []})
        assert state(world, update)["bounced"] == 0

    def test_a_report_about_a_stranger_counts_nothing(self, world: World) -> None:
        signed(world, "ana")
        update = sent(world, 1)
        tags = {"campaign": ["peru"], "signature": ["a" * 32], "kind": ["update"], "update": [update]}
        world.deliver_ses_event({"eventType": "Delivery", "mail": {"tags": tags}})
        assert state(world, update)["delivered"] == 0

    def test_reports_that_conflict_are_tried_again(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        signed(world, "ana")
        update = sent(world, 1)
        original, refusals = UpdateMarks.report, [Unavailable(), Unavailable()]

        def busy(self: UpdateMarks, *args: Any) -> bool:
            if refusals:
                raise refusals.pop()
            return original(self, *args)

        monkeypatch.setattr(UpdateMarks, "report", busy)
        report(world, mails(world)[0], "Delivery")
        assert state(world, update)["delivered"] == 1

    def test_a_report_that_could_not_be_counted_is_set_aside_and_replayed(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        signed(world, "ana")
        update = sent(world, 1)

        def away(*_: Any) -> bool:
            raise Unavailable

        with monkeypatch.context() as broken:
            broken.setattr(UpdateMarks, "report", away)
            report(world, mails(world)[0], "Delivery")
        assert state(world, update)["delivered"] == 0
        assert wiring().delivery_feedback.replay() == 1
        assert state(world, update)["delivered"] == 1

    @pytest.mark.parametrize(("kind", "reason", "most"), [("Bounce", "bounces", 5), ("Complaint", "complaints", 2)])
    def test_it_pauses_by_itself(
        self, world: World, kind: str, reason: str, most: int, capsys: pytest.CaptureFixture[str]
    ) -> None:
        signed(world, *(f"n{number}" for number in range(30)))
        world.ses.quota["MaxSendRate"] = 1.0
        update = draft(world)
        send(world, update, 30)

        def complain() -> None:
            mail = world.ses.sent[-1]
            bounce = {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": mail.to}]}
            more = (
                {"bounce": bounce}
                if kind == "Bounce"
                else {"complaint": {"complainedRecipients": [{"emailAddress": mail.to}]}}
            )
            report(world, mail, kind, **more)

        world.ses.before_answer = complain
        world.run_updates(3)
        found = state(world, update)
        assert (found["state"], found["reason"], len(mails(world))) == ("paused", reason, most)
        assert '"update_paused": 1' in capsys.readouterr().err
        world.ses.before_answer = lambda: None
        assert act(world, update, "resume").status == 202
        world.later(minutes=2)
        world.run_updates(2)
        assert (state(world, update)["state"], state(world, update)["sent"]) == ("sent", 30)


class TestLeaving:
    def test_one_click_leaves_the_news_and_the_signature_stands(self, world: World) -> None:
        signed(world, "ana", "ben")
        update = sent(world, 2)
        link = mails(world)[0].link("leave-updates")
        assert "No more news of this campaign?" in world.get(link).text
        assert state(world, update)["unsubscribed"] == 0, "looking changes nothing"
        for _ in range(2):
            assert world.post_form(link, {"List-Unsubscribe": "One-Click"}).status == 200
        world.drain()
        assert state(world, update)["unsubscribed"] == 1
        assert world.counts()["signatures"]["confirmed"] == 2
        assert world.counts()["want_updates"] == 1
        world.ses.sent.clear()
        sent(world, 1)
        assert len(mails(world)) == 1
        world.publish("chile")
        world.sign_and_confirm("chile", email="ana@example.org")
        assert world.ses.sent[-1].to == "ana@example.org", "other emails still come"

    def test_the_link_of_one_campaign_leaves_no_other(self, world: World) -> None:
        world.publish("chile", ask_updates=True)
        signed(world, "ana")
        signed(world, "ana", campaign="chile")
        sent(world, 1)
        world.post_form(mails(world)[0].link("leave-updates"), {})
        world.drain()
        assert (world.counts("peru")["want_updates"], world.counts("chile")["want_updates"]) == (0, 1)

    @pytest.mark.parametrize("purpose", ["unsubscribe", "manage", "withdraw", "confirm"])
    def test_its_token_opens_nothing_else(self, world: World, purpose: str) -> None:
        signed(world, "ana")
        sent(world, 1)
        token = mails(world)[0].link("leave-updates").partition("/leave-updates/")[2]
        assert world.get(f"/{purpose}/{token}").status == 404
        manage = mails(world)[0].link("manage").partition("/manage/")[2]
        assert world.post_form(f"/leave-updates/{manage}", {}).status == 404

    def test_a_link_of_a_withdrawn_signature_is_welcome(self, world: World) -> None:
        signed(world, "ana")
        update = sent(world, 1)
        mail = mails(world)[0]
        world.post_form(mail.link("manage"), {"do": "withdraw-now"})
        assert world.post_form(mail.link("leave-updates"), {}).status == 200
        assert state(world, update)["unsubscribed"] == 0

    def test_in_spanish_as_in_english(self, world: World) -> None:
        signed(world, "ben", lang="es")
        sent(world, 1)
        link = mails(world)[0].link("leave-updates")
        assert f"{link}?lang=es" in mails(world)[0].text
        assert "¿No recibir más noticias de esta campaña?" in world.get(f"{link}?lang=es").text


class TestInterruptions:
    def test_a_worker_that_dies_before_marking_sends_that_one_again_and_nobody_else(self, world: World) -> None:
        signed(world, *"abcdef")
        update = draft(world)
        send(world, update, 6)
        jobs = [_job(one) for one in world.update_jobs()]

        class Killed(BaseException):
            pass

        def die() -> None:
            if len(mails(world)) == 2:
                world.ses.before_answer = lambda: None
                raise Killed

        world.ses.before_answer = die
        wiring().update_queue.add(jobs)
        with pytest.raises(Killed):
            world.run_updates()
        world.cold_start()
        world.later(minutes=2)
        wiring().update_queue.add(jobs)
        world.run_updates(4)
        addresses = sorted(mail.to for mail in mails(world))
        assert len(addresses) == 7
        assert len(set(addresses)) == 6
        found = state(world, update)
        assert (found["state"], found["sent"]) == ("sent", 6)

    def test_a_bucket_that_is_leased_waits_for_its_turn(self, world: World) -> None:
        signed(world, "ana")
        update = draft(world)
        send(world, update, 1)
        read = wiring().updates.find("peru", update)
        assert read is not None
        for bucket in range(4):
            wiring().update_progress.lease(read, bucket, now=world.now)
        world.run_updates()
        assert mails(world) == []
        world.later(minutes=2)
        world.run_updates()
        assert (len(mails(world)), state(world, update)["state"]) == (1, "sent")

    def test_out_of_time_it_goes_on_where_it_was(self, world: World) -> None:
        signed(world, *"abcdef")
        update = draft(world)
        send(world, update, 6)
        for _ in range(20):
            for job in world.update_jobs():
                left = iter([True])
                wiring().update_sender.work(_job(job), lambda left=left: next(left, False))  # type: ignore[misc]  # an iterator
        assert (len(mails(world)), state(world, update)["state"]) == (6, "sent")
        assert len({mail.to for mail in mails(world)}) == 6

    def test_the_hourly_round_finds_what_nobody_works_on(self, world: World) -> None:
        signed(world, "ana")
        update = draft(world)
        send(world, update, 1)
        world.update_jobs()
        world.run_scheduled()
        assert world.update_jobs() == [], "it was begun a moment ago"
        world.later(hours=2)
        world.run_scheduled()
        world.run_updates()
        assert state(world, update)["state"] == "sent"
        world.later(hours=2)
        world.run_scheduled()
        assert world.update_jobs() == []

    def test_nonsense_in_the_queue_fails_alone(self, world: World) -> None:
        sqs = world.session.client("sqs")
        sqs.send_message(QueueUrl=world.resources.update_queue_url, MessageBody="[1, 2")
        job = {"campaign": "none", "update": "none", "bucket": 0}
        sqs.send_message(QueueUrl=world.resources.update_queue_url, MessageBody=json.dumps(job))
        world.run_updates()
        (left,) = world.update_jobs()
        assert left["Body"] == "[1, 2"


class TestWhoMay:
    def test_readers_and_sponsors_may_not(self, world: World) -> None:
        for body in (
            {"name": "R", "role": "reader", "campaigns": ["peru"]},
            {"name": "S", "role": "organizer", "campaigns": ["peru"], "sponsor": "wbw"},
            {"name": "O", "role": "organizer", "campaigns": ["chile"]},
        ):
            made = world.admin("POST", "/admin/keys", body).json
            for method, path in (("GET", ALL), ("POST", ALL)):
                refused = world.admin(method, path, {}, authorization=f"Bearer {made['secret']}")
                assert refused.status == 403

    def test_each_act_is_in_the_audit_log_and_names_no_signer(self, world: World) -> None:
        signed(world, "ana")
        update = draft(world)
        world.admin("PATCH", f"{ALL}/{update}", {"audience": {}})
        send(world, update, 1)
        act(world, update, "pause")
        act(world, update, "resume")
        act(world, update, "stop")
        world.admin("DELETE", f"{ALL}/{draft(world)}")
        entries = world.admin("GET", "/admin/audit?kind=updates").json["entries"]
        assert {entry["act"] for entry in entries} == {
            "update created", "update changed", "update sent", "update paused", "update resumed", "update stopped",
            "update deleted",
        }  # fmt: skip
        assert "example.org" not in json.dumps(entries)
