"""Composes an update as subject, text and HTML around words that are given; it sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from chalicelib.domain.campaigns.accent_colours import palette
from chalicelib.i18n.translator import Translator
from chalicelib.mail.email_messages import PREVIEW_LENGTH, TEST, Message, collapse_blank_lines, one_line, shown_logo
from chalicelib.mail.templating import render

if TYPE_CHECKING:
    from chalicelib.domain.campaigns.campaign import Campaign


@dataclass(frozen=True, slots=True)
class UpdateLinks:
    """The links in an update: the signer's own page, and the one that ends the news of this campaign."""

    manage: str
    leave: str


def compose_update(  # noqa: PLR0913 - as many as updates differ by
    campaign: Campaign,
    language: str,
    *,
    subject: str,
    text: str,
    html: str,
    links: UpdateLinks,
    is_test: bool = False,
) -> Message:
    """The update in one language. `html` is safe as it is; `text` says the same."""
    translator = Translator(language)
    shown = one_line(translator.text(TEST, subject=subject) if is_test else subject)
    facts: dict[str, Any] = {
        "campaign": campaign,
        "title": campaign.text(language).title,
        "contact": campaign.sender.reply_to or campaign.sender.email,
        "palette": palette(campaign.accent),
        "sponsors": ", ".join(sponsor.name for sponsor in campaign.sponsors),
        "logo": shown_logo(campaign, language, links.manage),
        "subject": shown,
        "preview": one_line(Markup(html).striptags())[:PREVIEW_LENGTH],  # noqa: S704 - only read, not shown as HTML
        "body_text": text,
        "body_html": html,
        "links": links,
        "is_test": is_test,
    }
    return Message(
        subject=shown,
        text=collapse_blank_lines(render("update.txt", translator, **facts)),
        html=render("update.html", translator, **facts),
        # RFC 8058: one click in the mail program, with no page in between.
        headers={"List-Unsubscribe": f"<{links.leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        preview=facts["preview"],
    )
