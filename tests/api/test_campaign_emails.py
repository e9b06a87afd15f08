"""The emails of a campaign as organisers see and change them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.signatures.mail_marks import MailKind
from tests.pages.outline import Outline

if TYPE_CHECKING:
    from tests.kit.world import World

EMAILS = "/admin/campaigns/peru/emails"
WORDS = {"subject": "{{title}}: thank you, {{given_name}}", "opening": "Dear {{given_name}},", "closing": "See you."}


def shown(world: World, kind: str = "thanks", language: str = "en") -> dict[str, Any]:
    answer = world.admin("GET", f"{EMAILS}/{kind}?language={language}")
    assert answer.status == 200
    return dict(answer.json)


def tables(world: World) -> list[dict[str, Any]]:
    return [*world.signatures(), *world.items(world.resources.registry_table)]


def kinds(world: World) -> list[str]:
    return [email["kind"] for email in world.admin("GET", EMAILS).json["emails"]]


def test_every_email_is_listed_with_its_words_and_what_they_replace(world: World) -> None:
    world.publish(emails={"thanks": {"en": WORDS}})
    listed = {email["kind"]: email for email in world.admin("GET", EMAILS).json["emails"]}
    assert list(listed) == list(MailKind)
    assert listed["thanks"]["words"] == {"en": WORDS, "es": {"subject": "", "opening": "", "closing": ""}}
    assert listed["thanks"]["usual"]["es"]["opening"] == "Gracias."
    assert listed["thanks"]["placeholders"] == ["title", "sender", "given_name"]
    assert listed["confirmation"]["placeholders"] == ["title", "sender"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"confirmation": "single"}, ["thanks", "already_signed"]),
        ({"reminders": False}, ["confirmation", "thanks", "already_signed"]),
    ],
)
def test_what_is_never_sent_is_not_listed(world: World, changes: dict[str, Any], expected: list[str]) -> None:
    world.publish(**changes)
    assert kinds(world) == expected


@pytest.mark.parametrize("kind", list(MailKind))
def test_an_email_is_shown_as_it_will_arrive(world: World, kind: str) -> None:
    world.publish(state="draft")
    for language in ("en", "es"):
        email = shown(world, kind, language)
        assert (email["kind"], email["language"], email["to"]) == (kind, language, "maria@example.org")
        assert email["from"] == {"name": "Peru Solidarity", "email": "actions@example.org", "reply_to": ""}
        assert Outline(email["html"]).one("html")["lang"] == language
        assert email["subject"] in email["html"].replace("&amp;", "&")
        assert email["to"] in email["text"]


def test_what_is_shown_is_what_is_sent(world: World) -> None:
    world.publish(emails={"confirmation": {"en": {"subject": "Own {{title}}", "opening": "Own words."}}})
    world.sign(email="maria@example.org")
    world.drain()
    sent, email = world.ses.sent[-1], shown(world, "confirmation")
    assert sent.subject == email["subject"] == "Own No troops in Peru"

    def without_links(text: str) -> str:
        return re.sub(r"https://\S+?(?=[\"<\s])", "", text)

    assert without_links(sent.text) == without_links(email["text"])
    assert without_links(sent.html) == without_links(email["html"])


def test_the_name_is_said_only_after_the_click(world: World) -> None:
    world.publish(emails={"thanks": {"en": WORDS}, "already_signed": {"en": {"subject": "{{given_name}}, again"}}})
    world.sign_and_confirm(given_name="Ana")
    assert world.ses.sent[-1].subject == "No troops in Peru: thank you, Ana"
    assert "Dear Ana," in world.ses.sent[-1].text
    world.later(hours=1)
    world.sign(given_name="Buy pills")
    world.drain()
    assert world.ses.sent[-1].subject == "Ana, again"
    assert "pills" not in "".join(email.subject + email.html for email in world.ses.sent)


def test_words_are_changed_by_merge_patch_and_make_no_new_version_of_the_statement(world: World) -> None:
    before = world.publish(emails={"thanks": {"en": WORDS, "es": {"subject": "Gracias"}}})
    change = {"emails": {"thanks": {"es": None, "en": {"closing": None}}}}
    saved = world.admin("PATCH", "/admin/campaigns/peru", change, if_match="*").json
    assert saved["emails"] == {"thanks": {"en": WORDS | {"closing": ""}}}
    assert saved["text_version"] == before["text_version"]
    assert saved["version"] == before["version"] + 1
    back = world.admin("PATCH", "/admin/campaigns/peru", {"emails": None}, if_match="*").json
    assert back["emails"] == {}


def test_single_confirmation_is_refused_while_an_email_says_the_name(world: World) -> None:
    world.publish(emails={"thanks": {"en": WORDS}})
    refused = world.admin("PATCH", "/admin/campaigns/peru", {"confirmation": "single"}, if_match="*")
    assert [error["field"] for error in refused.json["errors"]] == [
        "emails.thanks.en.subject",
        "emails.thanks.en.opening",
    ]
    assert refused.json["errors"][0]["message"].endswith("{{title}}, {{sender}}.")


def test_words_in_a_language_that_nobody_reads_are_warned_of(world: World) -> None:
    saved = world.publish(emails={"thanks": {"fr": {"subject": "Merci"}}})
    assert [(one["field"], one["code"]) for one in saved["warnings"]] == [("emails.thanks.fr", "language_without_text")]


def test_words_can_be_seen_before_they_are_saved(world: World) -> None:
    world.publish()
    email = world.admin("POST", f"{EMAILS}/thanks/preview", {"language": "es", "subject": "Hola, {{given_name}}"}).json
    assert (email["subject"], email["language"]) == ("Hola, María", "es")
    assert shown(world, language="es")["subject"] == "Gracias por firmar «Sin tropas en el Perú»"


@pytest.mark.parametrize(
    ("words", "field", "code"),
    [
        ({"subject": "{{email}}"}, "subject", "unknown_placeholder"),
        ({"closing": "<script>"}, "closing", "plain_words_only"),
        ({"body": "x"}, "body", "unknown_field"),
        ({"language": "fr"}, "language", "not_an_option"),
        ({"language": 5}, "language", "not_text"),
        (["x"], "words", "not_an_object"),
    ],
)
def test_what_cannot_be_shown_is_refused_by_name(world: World, words: object, field: str, code: str) -> None:
    world.publish()
    refused = world.admin("POST", f"{EMAILS}/thanks/preview", words)
    assert refused.status == 422
    assert [(error["field"], error["code"]) for error in refused.json["errors"]] == [(field, code)]


@pytest.mark.parametrize("kind", ["welcome", "THANKS", "sign_in"])
def test_there_is_no_other_email(world: World, kind: str) -> None:
    world.publish()
    assert world.admin("GET", f"{EMAILS}/{kind}").status == 404
    assert world.admin("POST", f"{EMAILS}/{kind}/preview", {}).status == 404


class TestLinksOfATest:
    @pytest.mark.parametrize("purpose", ["confirm", "withdraw", "manage", "unsubscribe"])
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_say_kindly_that_they_act_on_nothing(self, world: World, purpose: str, method: str) -> None:
        world.publish()
        world.sign_and_confirm()
        before = tables(world)
        answer = world.request(method, f"/{purpose}/test.peru?lang=es", accept="text/html")
        assert answer.status == 404
        assert "Este enlace es de un correo de prueba" in answer.text
        assert "Error 404" not in answer.text
        assert "/sign/peru?lang=es" in answer.text
        assert tables(world) == before

    @pytest.mark.parametrize("name", ["peru", "nothing-here", "..x", "peru.x"])
    def test_tell_nothing_of_drafts(self, world: World, name: str) -> None:
        world.publish(state="draft")
        answer = world.get(f"/confirm/test.{name}", accept="text/html")
        assert answer.status == 404
        assert "This link is from a test email" in answer.text
        assert "Peru" not in answer.text

    def test_are_all_that_a_preview_has(self, world: World) -> None:
        world.publish()
        for kind in MailKind:
            links = [a["href"] for a in Outline(shown(world, kind)["html"]).all("a")]
            acting = [link for link in links if re.search(r"/(confirm|withdraw|manage|unsubscribe)/", link)]
            assert acting
            assert all(re.search(r"/test\.peru\?", link) for link in acting)
