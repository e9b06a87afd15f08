"""Composes notices to members: a line for each thing that happened, or a digest with a line for each campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chalicelib.domain.access.notices import NoticeKind
from chalicelib.domain.campaigns.accent_colours import palette
from chalicelib.i18n.marker import _
from chalicelib.i18n.translator import Translator
from chalicelib.mail.email_messages import Message, collapse_blank_lines, one_line
from chalicelib.mail.templating import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.domain.access.members import Member
    from chalicelib.domain.campaigns.campaign import Campaign

DIGEST_SUBJECT = _("How your campaigns are doing")
SEVERAL_SUBJECT = _("News about your campaigns")
WHAT = {
    NoticeKind.GOAL: _("Goal reached. Signatures so far: {count}."),
    NoticeKind.OPENED: _("It opened on its date: people can sign."),
    NoticeKind.CLOSED: _("It closed on its date. Signatures: {count}."),
    NoticeKind.PAUSED: _("Emails are paused: people can sign, but nobody gets an email until you resume."),
    NoticeKind.HELD: _("Emails waiting for your decision: {count}."),
    NoticeKind.SITES: _("Forms were refused because their sites are not on the campaign's list: {sites}."),
}
# The tab of the dashboard where something can be done about it.
TABS = {NoticeKind.PAUSED: "messages", NoticeKind.HELD: "messages", NoticeKind.SITES: "settings"}
TOTAL = _("signatures: {count}")
NEW = _("new since the last digest: {count}")
FEWER = _("fewer than in the last digest: {count}")
HELD = _("emails waiting for your decision: {count}")
BOUNCED = _("emails that did not arrive: {count}")


def compose(
    kind: str,
    lines: Sequence[tuple[Campaign, Mapping[str, Any]]],
    member: Member,
    *,
    dashboard: str,
    off: str,
) -> Message:
    """The email of `kind` (`at_once` or `digest`) to `member`, in their language; `off` is the link that ends all notices."""
    translator = Translator(member.language)
    is_digest = kind == "digest"
    items = [_item(campaign, line, translator, dashboard, is_digest=is_digest) for campaign, line in lines]
    subject = one_line(_subject(items, translator, is_digest=is_digest))
    facts = {
        "heading": translator.text(DIGEST_SUBJECT if is_digest else SEVERAL_SUBJECT),
        "items": items,
        "host": urlsplit(dashboard).netloc,
        "dashboard": dashboard,
        "off": off,
        "palette": palette(""),
        "preview": items[0]["words"],
        "subject": subject,
        "address": member.email,
    }
    return Message(
        subject=subject,
        text=collapse_blank_lines(render("campaign_news.txt", translator, **facts)),
        html=render("campaign_news.html", translator, **facts),
        headers={"List-Unsubscribe": f"<{off}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )


def _subject(items: list[dict[str, str]], translator: Translator, *, is_digest: bool) -> str:
    if is_digest:
        return translator.text(DIGEST_SUBJECT)
    if len(items) > 1:
        return translator.text(SEVERAL_SUBJECT)
    return f"{items[0]['title']}: {items[0]['words']}"


def _item(
    campaign: Campaign, line: Mapping[str, Any], translator: Translator, dashboard: str, *, is_digest: bool
) -> dict[str, str]:
    language = campaign.language_or_default(translator.language)
    words = _numbers(line, translator) if is_digest else _what(line, translator)
    tab = "" if is_digest else TABS.get(NoticeKind(line["kind"]), "")
    link = f"{dashboard}#/campaigns/{campaign.id}" + (f"/{tab}" if tab else "")
    return {"title": campaign.text(language).title, "language": language, "words": words, "link": link}


def _what(line: Mapping[str, Any], translator: Translator) -> str:
    words = WHAT[NoticeKind(line["kind"])]
    return translator.text(words, count=line["count"], sites=", ".join(line["sites"]))


def _numbers(line: Mapping[str, Any], translator: Translator) -> str:
    new = line["new"]
    parts = [
        (TOTAL, line["total"]),
        (NEW if new > 0 else FEWER, abs(new)),
        (HELD, line["held"]),
        (BOUNCED, line["bounced"]),
    ]
    said = [translator.text(words, count=n) for words, n in parts if n or words == TOTAL]
    return ", ".join(said)
