"""Answers oEmbed 1.0 requests (oembed.com): what a site shows when somebody pastes the address of a hosted page.

Only addresses of our own hosted pages are answered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from markupsafe import escape

from chalicelib.domain.campaigns.campaign import is_campaign_id
from chalicelib.pages.hosted.page_metadata import shared_picture
from chalicelib.pages.hosted.share_links import hosts, sign_url
from chalicelib.pages.share_card import share_card
from chalicelib.pages.widget.snippets import frame_height

if TYPE_CHECKING:
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.pages.widget.documents import Embedding

WIDTH = 640
CACHE_SECONDS = 900
PIXELS = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class HostedPage:
    """The campaign whose page an address is, and the language in it, if any."""

    campaign: str
    language: str | None


def page_of(url: str, base_url: str) -> HostedPage | None:
    """The hosted page at `url`, by http or https; None if it is not one of ours."""
    url, own = url.strip(), urlsplit(base_url)
    # Compared before it is parsed: `urlsplit` normalises a host, which takes quadratic time.
    if not url.lower().startswith(tuple(f"{scheme}://{own.netloc.lower()}/" for scheme in ("http", "https"))):
        return None
    requested, start = urlsplit(url), f"{own.path}/sign/"
    campaign = requested.path.removeprefix(start).removesuffix("/")
    if not requested.path.startswith(start) or not is_campaign_id(campaign):
        return None
    return HostedPage(campaign, parse_qs(requested.query).get("lang", [None])[-1])


@dataclass(frozen=True, slots=True)
class MaxSize:
    """The space available, in pixels; None if unlimited."""

    width: int | None = None
    height: int | None = None

    @classmethod
    def from_query(cls, width: str | None, height: str | None) -> MaxSize:
        """From the parameters `maxwidth` and `maxheight`; anything but a number of up to six digits is ignored."""
        return cls(*(int(text) if text and PIXELS.fullmatch(text) else None for text in (width, height)))

    def fits(self, width: int, height: int) -> bool:
        """True if something of that size fits."""
        return width <= (self.width or width) and height <= (self.height or height)


def document(campaign: Campaign, language: str, *, base_url: str, count: int | None, max_size: MaxSize) -> Embedding:
    """The response: a link, then a frame with the form, no wider or higher than `max_size`."""
    title = campaign.text(language).title
    width = min(WIDTH, max_size.width or WIDTH)
    needed = frame_height(campaign, language)
    height = min(needed, max_size.height or needed)
    sponsor = next(iter(campaign.sponsors), None)
    embedding: Embedding = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "author_name": hosts(campaign),
        "provider_name": hosts(campaign),
        "provider_url": sign_url(base_url, campaign.id, language),
        "cache_age": CACHE_SECONDS,
        "html": _html(campaign, language, base_url, width, height),
        "width": width,
        "height": height,
    }
    if sponsor and sponsor.url:
        embedding["author_url"] = sponsor.url
    # The thumbnail has one size; the specification prefers none to one that is too large.
    picture, _ = shared_picture(campaign, language, base_url=base_url, count=count)
    if picture and max_size.fits(share_card.WIDTH, share_card.HEIGHT):
        embedding["thumbnail_url"] = picture
        embedding["thumbnail_width"], embedding["thumbnail_height"] = share_card.WIDTH, share_card.HEIGHT
    return embedding


def _html(campaign: Campaign, language: str, base_url: str, width: int, height: int) -> str:
    """A link in a quotation and a frame, as WordPress's own posts are embedded.

    WordPress loads the script that listens to the frame only if there is a quotation of this class, and hides the frame
    until it hears from it; feeds, emails and readers drop the frame and keep the link. The width is that of the place,
    because a width in pixels scrolls sideways on phones; sites that keep styles never make it wider than they asked for.
    """
    title = escape(campaign.text(language).title)
    link = escape(sign_url(base_url, campaign.id, language, "oembed"))
    query = urlencode({"lang": language, "frame": 1, "source": "oembed"})
    source = escape(f"{base_url}/sign/{campaign.id}?{query}")
    return (
        f'<blockquote class="wp-embedded-content"><a href="{link}">{title}</a></blockquote>'
        f'<iframe src="{source}" title="{title}" width="100%" height="{height}" frameborder="0" '
        f'style="display:block;max-width:{width}px"></iframe>'
    )
