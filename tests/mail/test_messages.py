from __future__ import annotations

import string
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.signatures.mail_marks import MailKind
from chalicelib.mail.email_messages import SHARE_SERVICES, SUBJECTS, MailLinks, Message, compose
from tests.pages.outline import Outline
from tools.screenshots.sample_pages import BASE, NOW, PETITION_EN, a_letter, a_petition

if TYPE_CHECKING:
    from chalicelib.domain.campaigns.campaign import Campaign

KINDS = tuple(MailKind)
LINKS = MailLinks(
    confirm=f"{BASE}/confirm/c.1",
    withdraw=f"{BASE}/withdraw/w.1",
    unsubscribe=f"{BASE}/unsubscribe/u.1",
    manage=f"{BASE}/manage/m.1",
    sign=f"{BASE}/sign/no-troops?lang=en",
)
PLACES = {f"{name}:" for name, *_ in SHARE_SERVICES}
TO = "maría&<b>@example.org"


def a_mail(
    kind: MailKind = MailKind.CONFIRMATION, campaign: Campaign | None = None, language: str = "en", **facts: Any
) -> Message:
    return compose(kind, campaign or a_petition(), language, **{"to": TO, "links": LINKS, "now": NOW, **facts})


def links_of(mail: Message) -> set[str]:
    return {a["href"] for a in Outline(mail.html).all("a")}


def test_there_are_words_for_every_kind_of_mail() -> None:
    assert SUBJECTS.keys() == set(MailKind)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("campaign", [a_petition(), a_letter()], ids=["petition", "letter"])
@pytest.mark.parametrize("kind", KINDS)
class TestEveryMail:
    def test_stops_all_mail_with_one_click(self, kind: MailKind, campaign: Campaign, language: str) -> None:
        mail = a_mail(kind, campaign, language)
        assert mail.headers == {
            "List-Unsubscribe": f"<{LINKS.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        assert LINKS.unsubscribe in mail.text
        assert LINKS.unsubscribe in links_of(mail)

    def test_names_the_campaign_and_writes_the_address_out(
        self, kind: MailKind, campaign: Campaign, language: str
    ) -> None:
        mail = a_mail(kind, campaign, language)
        title = campaign.text(language).title
        assert title in mail.subject
        assert title in mail.text.splitlines()[0]
        for part in (mail.text, Outline(mail.html).one("body").text):
            assert title in part
            assert TO in part

    def test_writes_the_address_without_its_tag(self, kind: MailKind, campaign: Campaign, language: str) -> None:
        mail = a_mail(kind, campaign, language, to="Victim+your-card-is-blocked_call_0900@gmail.com")
        for part in (mail.text, mail.html):
            assert "Victim@gmail.com" in part
        for part in (mail.subject, mail.text, mail.html, *mail.headers.values()):
            assert "your-card" not in part

    def test_is_whole_html_with_one_button_and_no_pictures(
        self, kind: MailKind, campaign: Campaign, language: str
    ) -> None:
        outline = Outline(a_mail(kind, campaign, language).html)
        assert outline.unclosed == []
        assert outline.one("html")["lang"] == language
        assert len(outline.all("h1")) == len(outline.all("a", class_="key-text")) == 1
        assert outline.all("img") == outline.all("b") == outline.all("script") == []

    def test_has_a_text_that_reads_on_its_own(self, kind: MailKind, campaign: Campaign, language: str) -> None:
        text = a_mail(kind, campaign, language).text
        assert text.endswith("\n")
        assert [mark for mark in ("<", "&amp;", "&#", "{", "}") if mark in text.replace(TO, "")] == []
        assert "\n\n\n" not in text

    def test_the_text_leads_wherever_the_html_leads(self, kind: MailKind, campaign: Campaign, language: str) -> None:
        mail = a_mail(kind, campaign, language)
        assert links_in(mail) == links_of(mail)

    def test_every_link_of_the_text_stands_on_a_line_of_its_own(
        self, kind: MailKind, campaign: Campaign, language: str
    ) -> None:
        lines = [line for line in a_mail(kind, campaign, language).text.splitlines() if "://" in line]
        assert lines
        assert [line for line in lines if not line.startswith("https://") or " " in line] == []


@pytest.mark.parametrize("kind", KINDS)
def test_spanish_mails_are_not_english(kind: MailKind) -> None:
    english, spanish = (a_mail(kind, a_petition(), language) for language in ("en", "es"))
    assert set(english.text.splitlines()) & set(spanish.text.splitlines()) <= {"", *links_in(english), *PLACES}


def links_in(mail: Message) -> set[str]:
    return {line for line in mail.text.splitlines() if line.startswith("https://")}


@pytest.mark.parametrize("kind", [MailKind.CONFIRMATION, MailKind.REMINDER])
def test_asking_for_the_click_leads_only_to_what_it_asks(kind: MailKind) -> None:
    mail = a_mail(kind)
    assert links_of(mail) == {LINKS.confirm, LINKS.withdraw, LINKS.unsubscribe}
    assert links_in(mail) == {LINKS.confirm, LINKS.withdraw, LINKS.unsubscribe}


def test_confirmation_cannot_be_told_what_a_stranger_typed() -> None:
    # The address aside, `compose` is not even given what was typed: nothing else can come in.
    assert set(compose.__annotations__) == {
        *("kind", "campaign", "language", "to", "links", "now", "given_name", "is_test", "return")
    }


@pytest.mark.parametrize("kind", [MailKind.ALREADY_SIGNED, MailKind.THANKS])
def test_a_signature_that_stands_can_be_managed(kind: MailKind) -> None:
    assert LINKS.manage in a_mail(kind).text
    assert LINKS.manage in links_of(a_mail(kind))
    assert LINKS.confirm not in a_mail(kind).text + a_mail(kind).html


@pytest.mark.parametrize(("campaign", "is_there"), [(a_letter(), True), (a_petition(), False)])
def test_thanks_offer_a_way_back_where_nothing_was_confirmed(campaign: Campaign, is_there: bool) -> None:
    mail = a_mail(MailKind.THANKS, campaign)
    assert (LINKS.withdraw in mail.text) is is_there
    assert (LINKS.withdraw in links_of(mail)) is is_there


def test_thanks_carry_the_campaigns_words_and_links_that_say_where_they_came_from() -> None:
    mail = a_mail(MailKind.THANKS)
    assert PETITION_EN.thanks in mail.text
    assert f"{LINKS.sign}&source=thanks-mail" in links_of(mail)
    assert any("source%3Dwhatsapp" in link for link in links_of(mail))


def test_thanks_do_without_words_of_the_campaign() -> None:
    bare = a_petition(texts={"en": replace(PETITION_EN, thanks="")})
    assert "\n\n\n" not in a_mail(MailKind.THANKS, bare).text


@pytest.mark.parametrize("title", ["Two\r\nBcc: everyone@example.org", "Two\nlines", "Two\u2028lines", "Two\x0blines"])
def test_a_subject_is_one_line(title: str) -> None:
    mail = a_mail(campaign=a_petition(texts={"en": replace(PETITION_EN, title=title)}))
    assert len(mail.subject.splitlines()) == 1
    assert mail.subject.startswith("Please confirm your signature on “Two ")


def test_a_title_is_never_markup() -> None:
    mail = a_mail(campaign=a_petition(texts={"en": replace(PETITION_EN, title="<script>{to}</script>")}))
    assert Outline(mail.html).all("script") == []
    assert "<script>{to}</script>" in mail.text


@pytest.mark.parametrize(
    ("closes_in", "words"),
    [
        (timedelta(days=2, hours=1), "Signing ends in 3 days."),
        (timedelta(hours=1), "Signing ends in 1 day."),
        (timedelta(days=15), None),
        (timedelta(0), None),
    ],
)
@pytest.mark.parametrize("kind", [MailKind.CONFIRMATION, MailKind.REMINDER])
def test_the_end_is_told_only_when_it_is_near(kind: MailKind, closes_in: timedelta, words: str | None) -> None:
    mail = a_mail(kind, a_petition(closes_at=NOW + closes_in))
    for part in (mail.text, mail.html):
        assert ("Signing ends" in part) is (words is not None)
        assert words is None or words in part


def test_a_language_without_catalogue_gets_its_campaign_in_english_clothes() -> None:
    campaign = a_petition(default_language="he", texts={"he": replace(PETITION_EN, title="בלי חיילים!")})
    mail = a_mail(MailKind.THANKS, campaign, language="he")
    assert mail.subject == "Thank you for signing “\u2068בלי חיילים!\u2069”"
    outline = Outline(mail.html)
    assert (outline.one("html")["lang"], outline.one("html")["dir"]) == ("en", "ltr")
    own = [(tag, part["dir"], part.text) for tag in ("bdi", "p") for part in outline.all(tag, lang="he")]
    assert own == [("bdi", "rtl", "בלי חיילים!"), ("p", "rtl", PETITION_EN.thanks)]


def test_a_regional_language_finds_its_catalogue() -> None:
    campaign = a_petition(default_language="es-PE", texts={"es-PE": PETITION_EN})
    mail = a_mail(campaign=campaign, language="es-PE")
    assert mail.subject.startswith("Por favor, confirme su firma en «")
    assert Outline(mail.html).one("html")["lang"] == "es-PE"


def test_an_address_with_a_brace_is_no_placeholder() -> None:
    curious = "".join(c for c in string.punctuation if c not in "@+") + "{address}@example.org"
    mail = a_mail(to=curious)
    assert curious in mail.text
    assert curious in Outline(mail.html).one("body").text
