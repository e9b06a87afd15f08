"""Links that pass a campaign on, each saying where it came from (`source=`); they load nothing from other sites."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

# name, source, link; {url} and {text} arrive percent-encoded
PLACES = (
    ("WhatsApp", "whatsapp", "https://wa.me/?text={text}%20{url}"),
    ("Telegram", "telegram", "https://t.me/share/url?url={url}&text={text}"),
    ("E-mail", "email", "mailto:?subject={text}&body={text}%0A%0A{url}"),
    ("Facebook", "facebook", "https://www.facebook.com/sharer/sharer.php?u={url}"),
    ("X", "x", "https://x.com/intent/post?text={text}&url={url}"),
    ("Bluesky", "bluesky", "https://bsky.app/intent/compose?text={text}%20{url}"),
)


@dataclass(frozen=True, slots=True)
class ShareLink:
    """One place to pass a campaign on."""

    name: str
    url: str


def sign_url(base_url: str, campaign: str, language: str, source: str = "") -> str:
    """The hosted page of a campaign in one language."""
    query = {"lang": language} | ({"source": source} if source else {})
    return f"{base_url}/sign/{campaign}?{urlencode(query)}"


@dataclass(frozen=True, slots=True)
class Sharing:
    """All the ways to pass a campaign on; `url` is the bare link, to be copied."""

    url: str
    places: tuple[ShareLink, ...]


def sharing(base_url: str, campaign: str, language: str, title: str) -> Sharing:
    """How a signer may pass the campaign on."""
    text = quote(title, safe="")
    places = tuple(
        ShareLink(name, place.format(url=quote(sign_url(base_url, campaign, language, source), safe=""), text=text))
        for name, source, place in PLACES
    )
    return Sharing(sign_url(base_url, campaign, language, "link"), places)
