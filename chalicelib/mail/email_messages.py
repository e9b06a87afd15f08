"""Composes every email, as subject, text and HTML in the signer's language; it sends nothing.

An email that asks for a confirmation contains nothing that a stranger typed except its own address, without its tag, so
that it cannot carry spam. What law and safety need stands in the templates: no campaign's words replace it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from markupsafe import Markup

from chalicelib.domain.addresses.email_addresses import without_tag
from chalicelib.domain.campaigns.accent_colours import palette
from chalicelib.domain.campaigns.email_words import EmailWords, Placeholder, fill, placeholders
from chalicelib.domain.campaigns.pictures import PictureFile
from chalicelib.domain.signatures.mail_marks import MailKind
from chalicelib.i18n.marker import _
from chalicelib.i18n.text_direction import direction
from chalicelib.i18n.translator import Translator
from chalicelib.mail.templating import render

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign

# The closing date is mentioned only if it is this near; further away it would only put pressure on people.
DEADLINE_SHOWN_DAYS = 14
DAY_SECONDS = 86_400
# Email programs show a picture in the size that its attributes say, in CSS pixels; the file has more for sharp screens.
LOGO_WIDTH, LOGO_HEIGHT = 200, 56
# What mail programs show beside a subject.
PREVIEW_LENGTH = 140
SHARE_SERVICES = (
    ("WhatsApp", "whatsapp", "https://wa.me/?text={text}%20{url}"),
    ("Telegram", "telegram", "https://t.me/share/url?url={url}&text={text}"),
    ("Facebook", "facebook", "https://www.facebook.com/sharer/sharer.php?u={url}"),
)


# Each is the subject, and the heading whatever the subject is.
SUBJECTS = {
    MailKind.CONFIRMATION: _("Please confirm your signature on “{title}”"),
    MailKind.REMINDER: _("Your signature on “{title}” is not confirmed yet"),
    MailKind.ALREADY_SIGNED: _("Your signature on “{title}” still counts"),
    MailKind.THANKS: _("Thank you for signing “{title}”"),
}
OPENINGS = {
    MailKind.CONFIRMATION: _("One click is left, and then your signature counts."),
    MailKind.REMINDER: _("It takes one more click to make it count."),
    MailKind.ALREADY_SIGNED: _("You had already signed, so nothing has changed and there is nothing left to do."),
    MailKind.THANKS: _("Every signature adds weight. Yours is one of them now."),
}
TEST = _("[Test] {subject}")


@dataclass(frozen=True, slots=True)
class ShownLogo:
    """A logo in an email: `width` and `height` in CSS pixels."""

    url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class MailLinks:
    """The links in one email. `sign` is the public page of the campaign in the signer's language."""

    confirm: str
    withdraw: str
    unsubscribe: str
    manage: str
    sign: str


@dataclass(frozen=True, slots=True)
class Message:
    """One email, ready to send. `headers` are those that SES does not set itself; `preview` stands beside the subject in a list."""

    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    preview: str = ""


def compose(  # noqa: PLR0913 - as many as emails differ by
    kind: MailKind,
    campaign: Campaign,
    language: str,
    *,
    to: str,
    links: MailLinks,
    now: datetime,
    given_name: str = "",
    is_test: bool = False,
) -> Message:
    """The email of `kind` to the address `to`, which it shows without its tag.

    `given_name` is used only where the campaign's words ask for it, and never in what asks for a confirmation.
    """
    translator = Translator(language)
    words = words_in(kind, campaign, language, given_name=given_name)
    subject = one_line(translator.text(TEST, subject=words.subject) if is_test else words.subject)
    facts: dict[str, Any] = {
        **_facts_of_campaign(kind, campaign, translator, now),
        **_facts_of_words(kind, words, translator),
        "logo": shown_logo(campaign, language, links.sign),
        "subject": subject,
        "address": without_tag(to),
        "links": links,
        "share_url": _with_source(links.sign, "thanks-mail"),
        "share": _share(links.sign, campaign.text(language).title),
        "is_test": is_test,
    }
    return Message(
        subject=subject,
        text=collapse_blank_lines(render(f"{kind}.txt", translator, **facts)),
        html=render(f"{kind}.html", translator, **facts),
        # RFC 8058: one click in the mail program, with no page in between.
        headers={
            "List-Unsubscribe": f"<{links.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        preview=facts["preview"],
    )


def _facts_of_campaign(kind: MailKind, campaign: Campaign, translator: Translator, now: datetime) -> dict[str, Any]:
    title = campaign.text(translator.language).title
    return {
        "campaign": campaign,
        "heading": translator.text(SUBJECTS[kind], title=title),
        "heading_html": translator.html(SUBJECTS[kind], title=_in_own_language(title, translator)),
        "contact": campaign.sender.reply_to or campaign.sender.email,
        "days_left": _days_left(campaign, now),
        "palette": palette(campaign.accent),
        "sponsors": ", ".join(sponsor.name for sponsor in campaign.sponsors),
    }


def shown_logo(campaign: Campaign, language: str, link: str) -> ShownLogo | None:
    """The campaign's logo, from the deployment that `link`, the campaign's page or a signer's, leads to."""
    if campaign.logo is None:
        return None
    width, height = campaign.logo.size
    factor = min(1, LOGO_WIDTH / width, LOGO_HEIGHT / height)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    base_url = link.rsplit("/", 2)[0]
    return ShownLogo(base_url + campaign.logo.path(PictureFile.LOGO), campaign.logo.alt_in(language), *size)


def _facts_of_words(kind: MailKind, words: EmailWords, translator: Translator) -> dict[str, Any]:
    return {
        "words": words,
        "has_own_opening": words.opening != translator.text(OPENINGS[kind]),
        "preview": one_line(words.opening)[:PREVIEW_LENGTH],
    }


def words_in(kind: MailKind, campaign: Campaign, language: str, *, given_name: str = "") -> EmailWords:
    """The campaign's words for an email, or else the program's, with their placeholders filled."""
    text, own, usual = (
        campaign.text(language),
        campaign.email_words(kind, language),
        usual_words(kind, campaign, language),
    )
    facts = {
        Placeholder.TITLE: text.title,
        Placeholder.SENDER: campaign.sender.name,
        Placeholder.GIVEN_NAME: given_name,
    }
    allowed = placeholders(kind, is_double=campaign.is_double)
    known = {str(name): fact for name, fact in facts.items() if name in allowed}
    return EmailWords(
        fill(own.subject, known) or usual.subject, fill(own.opening, known) or usual.opening, fill(own.closing, known)
    )


def usual_words(kind: MailKind, campaign: Campaign, language: str) -> EmailWords:
    """What an email says as long as the campaign does not say it otherwise."""
    translator, text = Translator(language), campaign.text(language)
    thanks = text.thanks if kind is MailKind.THANKS else ""
    return EmailWords(
        one_line(translator.text(SUBJECTS[kind], title=text.title)), thanks or translator.text(OPENINGS[kind])
    )


def one_line(text: str) -> str:
    """`text` for a header: without line breaks, with single spaces."""
    return " ".join(text.split())


def _in_own_language(title: str, translator: Translator) -> Markup:
    """The title as HTML; it may be in a language that the interface is not translated into."""
    language = translator.language
    if language == translator.page_language:
        return Markup("<bdi>{}</bdi>").format(title)
    return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(language, direction(language), title)


def collapse_blank_lines(text: str) -> str:
    """At most one empty line at a time, so that omitted parts leave no gap."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if line.strip() or lines[-1]:
            lines.append(line.rstrip())
    return "\n".join(lines) + "\n"


def _days_left(campaign: Campaign, now: datetime) -> int | None:
    """Days until closing, rounded up, if that is near; else None."""
    if campaign.closes_at is None or campaign.closes_at <= now:
        return None
    days = math.ceil((campaign.closes_at - now).total_seconds() / DAY_SECONDS)
    return days if days <= DEADLINE_SHOWN_DAYS else None


def _with_source(url: str, source: str) -> str:
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlencode({"source": source}))))
    return urlunsplit(parts._replace(query=query))


def _share(sign: str, title: str) -> tuple[tuple[str, str], ...]:
    text = quote(title, safe="")
    return tuple(
        (name, place.format(url=quote(_with_source(sign, source), safe=""), text=text))
        for name, source, place in SHARE_SERVICES
    )
