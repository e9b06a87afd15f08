"""An organiser's words in emails: what they may say, what stays whatever they say, and whose words never get in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.campaigns import campaign_documents
from chalicelib.domain.campaigns.email_words import fill
from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.mail.due_mail import DueEmail
from chalicelib.domain.signatures.mail_marks import MailKind, Marks
from chalicelib.mail.email_messages import Message, compose, words_in
from tests.kit.factories import CONFIRMED, NOW, a_campaign, a_document, a_signature
from tests.mail.test_messages import LINKS, TO
from tests.pages.outline import Outline

KINDS = tuple(MailKind)
REQUESTS = (MailKind.CONFIRMATION, MailKind.REMINDER)
OWN = {"subject": "Own subject on {{title}}", "opening": "Own opening.\nFrom {{ sender }}.", "closing": "Own closing."}


def an_email(kind: MailKind, words: dict[str, str], *, language: str = "en", **facts: Any) -> Message:
    facts = {"to": TO, "links": LINKS, "now": NOW, **facts}
    campaign = facts.pop("campaign", None) or a_campaign(emails={kind: {"en": words}}, **facts.pop("changes", {}))
    return compose(kind, campaign, language, **facts)


def refusals(words: dict[str, Any], kind: str = "thanks", **changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidFields) as refused:
        campaign_documents.parse(a_document(emails={kind: {"en": words}}, **changes))
    return [(error.field, error.code) for error in refused.value.errors]


@pytest.mark.parametrize("kind", KINDS)
def test_the_words_of_the_campaign_are_said_in_every_part(kind: MailKind) -> None:
    email = an_email(kind, OWN)
    assert email.subject == "Own subject on No troops in Peru"
    assert email.preview == "Own opening. From Peru Solidarity."
    for part in (email.text, Outline(email.html).one("body").text):
        assert "Own opening.\nFrom Peru Solidarity." in part
        assert "Own closing." in part


@pytest.mark.parametrize("kind", KINDS)
def test_what_law_and_safety_need_stays_whatever_the_campaign_says(kind: MailKind) -> None:
    email = an_email(kind, OWN)
    for part in (email.text, Outline(email.html).one("body").text):
        for sentence in (
            *("You get this email because someone, probably you, signed", "From Peru Solidarity.", "Stop all emails"),
            *("Organized by World Beyond War, Centro de Investigación.", "Questions? Write to actions@example.org."),
        ):
            assert sentence in part
        if kind in REQUESTS:
            assert "Not you?" in part
    assert LINKS.unsubscribe in email.text
    assert LINKS.withdraw in email.text or LINKS.manage in email.text


@pytest.mark.parametrize("kind", KINDS)
def test_a_language_without_words_of_its_own_keeps_the_usual_ones(kind: MailKind) -> None:
    plain = compose(kind, a_campaign(), "es", to=TO, links=LINKS, now=NOW)
    assert an_email(kind, OWN, language="es") == plain


def test_words_that_are_left_empty_are_the_usual_ones() -> None:
    email = an_email(MailKind.CONFIRMATION, {"subject": "Only this"})
    assert "One click is left" in email.text
    assert email.subject == "Only this"


@pytest.mark.parametrize("kind", KINDS)
def test_the_preview_is_hidden_above_what_is_shown(kind: MailKind) -> None:
    email = an_email(kind, {})
    hidden = Outline(email.html).all("div")[0]
    assert "display:none" in hidden["style"]
    assert email.preview
    assert hidden.text.startswith(email.preview)


def test_words_are_never_markup() -> None:
    email = an_email(MailKind.THANKS, {"opening": "1 < 2 & {{given_name}}"}, given_name="<b onclick=x>Ana</b>")
    assert Outline(email.html).all("b") == []
    assert "1 &lt; 2 &amp; &lt;b onclick=x&gt;Ana" in email.html


@pytest.mark.parametrize("name", ["Ana\r\nBcc: all@example.org", "Ana\u2028Bcc: x"])
def test_a_name_makes_no_header(name: str) -> None:
    email = an_email(MailKind.THANKS, {"subject": "Thank you, {{given_name}}"}, given_name=name)
    assert len(email.subject.splitlines()) == 1


def test_a_name_is_no_placeholder() -> None:
    email = an_email(MailKind.THANKS, {"opening": "Thank you, {{given_name}}."}, given_name="{{title}}")
    assert "Thank you, {{title}}." in email.text


@pytest.mark.parametrize("kind", REQUESTS)
def test_a_request_never_says_the_name_even_if_it_is_stored_like_that(kind: MailKind) -> None:
    campaign = replace(a_campaign(), emails={kind: {"en": {"subject": "{{given_name}}: hello {{given_name}}"}}})
    email = an_email(kind, {}, campaign=campaign, given_name="Buy pills")
    assert "pills" not in email.subject + email.text + email.html


@pytest.mark.parametrize("confirmation", ["double", "single"])
def test_no_email_says_the_name_before_a_click_proved_the_address(confirmation: str) -> None:
    campaign = replace(
        a_campaign(confirmation=confirmation), emails={"thanks": {"en": {"opening": "Dear {{given_name}}"}}}
    )
    unproved = a_signature(state=CONFIRMED, answers={"given_name": "Buy pills"}, marks=Marks(asked_at=NOW))
    clicked = replace(unproved, marks=Marks(asked_at=NOW, sent_at=NOW))
    assert DueEmail(MailKind.THANKS, campaign, unproved).given_name == ""
    said = DueEmail(MailKind.THANKS, campaign, clicked).given_name
    assert said == ("Buy pills" if confirmation == "double" else "")
    assert DueEmail(MailKind.CONFIRMATION, campaign, clicked).given_name == ""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["given_name", "email", "titles", "", "TITLE", "given_name.x"])
def test_a_placeholder_that_is_not_there_is_refused(kind: MailKind, name: str) -> None:
    if name == "given_name" and kind not in REQUESTS:
        assert words_in(kind, a_campaign(emails={kind: {"en": {"subject": "{{given_name}}!"}}}), "en").subject == "!"
        assert refusals({"subject": "{{given_name}}"}, kind, confirmation="single")
        return
    for text in ("subject", "opening", "closing"):
        expected = [(f"emails.{kind}.en.{text}", "unknown_placeholder")]
        assert refusals({text: f"x {{{{{name}}}}}"}, kind) == expected


@pytest.mark.parametrize("text", ["{{title", "title}}", "{{{{title}}}}", "{{ti tle}}", "{{title}} {{"])
def test_braces_that_do_not_match_are_refused(text: str) -> None:
    assert refusals({"opening": text}) == [("emails.thanks.en.opening", "unknown_placeholder")]


@pytest.mark.parametrize(
    "text",
    [
        *("See https://evil.example/x", "See www.evil.example", "Go to evil.com", "evil.example/path", "HTTP://x.y"),
        *("<a href=x>here</a>", "</p>", "<!-- x -->", "mailto:ana@example.pe", "javascript://x"),
    ],
)
@pytest.mark.parametrize("part", ["subject", "opening", "closing"])
def test_addresses_and_html_are_refused(part: str, text: str) -> None:
    assert refusals({part: text}) == [(f"emails.thanks.en.{part}", "plain_words_only")]


@pytest.mark.parametrize("text", ["Mr. Smith of the U.S. and/or Peru", "3 < 4, I.e. yes", "Gracias.Nos vemos", "a/b"])
def test_ordinary_sentences_are_no_addresses(text: str) -> None:
    assert a_campaign(emails={"thanks": {"en": {"opening": text}}}).email_words(MailKind.THANKS, "en").opening == text


def test_other_mistakes_are_named_in_their_place() -> None:
    assert refusals({"subject": "a\r\nBcc: b"}) == [("emails.thanks.en.subject", "control_characters")]
    assert refusals({"subject": "a\u202eb"}) == [("emails.thanks.en.subject", "control_characters")]
    assert refusals({"opening": "a\x00b"}) == [("emails.thanks.en.opening", "control_characters")]
    assert refusals({"subject": "x" * 151}) == [("emails.thanks.en.subject", "too_long")]
    assert refusals({"closing": "x" * 1001}) == [("emails.thanks.en.closing", "too_long")]
    assert refusals({"body": "x"}) == [("emails.thanks.en.body", "unknown_field")]
    assert refusals({"subject": 5}) == [("emails.thanks.en.subject", "not_text")]
    assert refusals({}, "welcome") == [("emails.welcome", "not_an_option")]


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Dear {{given_name}}, thank you", "Dear, thank you"),
        ("Thank you, {{ given_name }}!", "Thank you!"),
        ("{{given_name}}, thank you", "Thank you"),
        ("Hello.\n{{given_name}} counts", "Hello.\nCounts"),
        ("{{given_name}}", ""),
        ("شكرًا، {{given_name}}", "شكرًا"),
    ],
)
def test_a_name_that_is_not_known_leaves_no_hole(text: str, without: str) -> None:
    assert fill(text, {"title": "T"}) == without
    assert fill(text, {"given_name": ""}) == without
    assert "Ana" in fill(text, {"given_name": "Ana"})


def test_a_test_says_so_in_the_subject_and_in_both_parts() -> None:
    email = an_email(MailKind.THANKS, OWN, is_test=True)
    assert email.subject == "[Test] Own subject on No troops in Peru"
    assert email.text.startswith("This is a test.")
    assert "This is a test." in Outline(email.html).one("body").text
    assert "This is a test." not in an_email(MailKind.THANKS, OWN).html
