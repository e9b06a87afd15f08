"""Links for sharing a campaign, each with its `source=`; nothing is loaded from other sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from chalicelib.i18n import languages
from chalicelib.i18n.marker import _

if TYPE_CHECKING:
    from chalicelib.domain.campaigns.campaign import Campaign


# name, source, link; {url} and {text} are percent-encoded
EMAIL = _("Email")
SHARE_SERVICES = (
    ("WhatsApp", "whatsapp", "https://wa.me/?text={text}%20{url}"),
    ("Telegram", "telegram", "https://t.me/share/url?url={url}&text={text}"),
    ("SMS", "sms", "sms:?&body={text}%20{url}"),
    (EMAIL, "email", "mailto:?subject={text}&body={text}%0A%0A{url}"),
    ("Facebook", "facebook", "https://www.facebook.com/sharer/sharer.php?u={url}"),
    ("X", "x", "https://x.com/intent/post?text={text}&url={url}"),
    ("Bluesky", "bluesky", "https://bsky.app/intent/compose?text={text}%20{url}"),
    ("Mastodon", "mastodon", "https://share.joinmastodon.org/#text={text}%20{url}"),
)


@dataclass(frozen=True, slots=True)
class ShareLink:
    """One service to share a campaign by."""

    name: str
    url: str


def sign_url(base_url: str, campaign: str, language: str, source: str = "") -> str:
    """The hosted page of a campaign in one language."""
    query = {"lang": language} | ({"source": source} if source else {})
    return f"{base_url}/sign/{campaign}?{urlencode(query)}"


def hosts(campaign: Campaign) -> str:
    """Who is behind the campaign, on one line."""
    return " · ".join(sponsor.name for sponsor in campaign.sponsors) or campaign.sender.name


@dataclass(frozen=True, slots=True)
class Sharing:
    """All the ways to share a campaign; `url` is the bare link, `text` is words with it, both for copying."""

    url: str
    text: str
    places: tuple[ShareLink, ...]


def _service_name(name: str, language: str) -> str:
    # Brand names are the same in every language.
    return languages.lookup(name, language) if name == EMAIL else name


def sharing(base_url: str, campaign: str, language: str, title: str) -> Sharing:
    """How a signer can share the campaign."""
    text = quote(title, safe="")
    places = tuple(
        ShareLink(
            _service_name(name, language),
            place.format(url=quote(sign_url(base_url, campaign, language, source), safe=""), text=text),
        )
        for name, source, place in SHARE_SERVICES
    )
    text_with_link = f"{title} {sign_url(base_url, campaign, language, 'text')}"
    return Sharing(sign_url(base_url, campaign, language, "link"), text_with_link, places)
