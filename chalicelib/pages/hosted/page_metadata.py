"""The metadata in the hosted page's head: its address, its languages, what is shown when it is shared.

It contains nothing about signers, and nothing that the page itself does not say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from chalicelib.domain.campaigns.campaign import CampaignState
from chalicelib.domain.campaigns.pictures import PictureFile
from chalicelib.pages.hosted.share_links import hosts, sign_url
from chalicelib.pages.share_card import share_card

if TYPE_CHECKING:
    from chalicelib.domain.campaigns.campaign import Campaign

SCHEMA = "https://schema.org"
LONGEST_DESCRIPTION = 200
# Open Graph requires a territory; these are the ones its readers support for languages spoken in many (ogp.me,
# `og:locale`).
LOCALES = {"en": "en_US", "es": "es_LA", "fr": "fr_FR", "pt": "pt_BR", "ar": "ar_AR"}
BLOCK, TAG = re.compile(r"</?(?:p|li|h\d|br|blockquote|td|th)\b[^>]*>"), re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHead:
    """The facts for the template. `any_language` is the address that chooses a language by itself."""

    is_indexed: bool
    description: str
    url: str
    any_language: str
    oembed: str
    site: str
    locale: str
    other_locales: tuple[str, ...]
    picture: str
    picture_alt: str
    picture_width: int = share_card.WIDTH
    picture_height: int = share_card.HEIGHT
    structured: dict[str, Any]


def head(campaign: Campaign, language: str, *, base_url: str, count: int | None) -> PageHead:
    """The metadata of the page of `campaign` in `language`."""
    url = sign_url(base_url, campaign.id, language)
    description = describe(campaign, language)
    picture, picture_alt = shared_picture(campaign, language, base_url=base_url, count=count)
    return PageHead(
        # A closed campaign remains a public record; an archived one is not indexed.
        is_indexed=campaign.state is not CampaignState.DRAFT and not (campaign.archived or campaign.is_test),
        description=description,
        url=url,
        any_language=f"{base_url}/sign/{campaign.id}",
        oembed=f"{base_url}/oembed?{urlencode({'url': url, 'format': 'json'})}",
        site=hosts(campaign),
        locale=LOCALES.get(language, ""),
        other_locales=tuple(LOCALES[other] for other in campaign.languages if other in LOCALES and other != language),
        picture=picture,
        picture_alt=picture_alt,
        structured=_structured(campaign, language, url=url, description=description, picture=picture, count=count),
    )


def shared_picture(campaign: Campaign, language: str, *, base_url: str, count: int | None) -> tuple[str, str]:
    """The address of what is shown when the page is shared, and its text alternative; both empty if there is none."""
    if campaign.picture:
        return base_url + campaign.picture.path(PictureFile.CARD), campaign.picture.alt_in(language)
    drawn = share_card.card_url(campaign, language, base_url=base_url, count=count)
    return drawn, share_card.alt_text(campaign, language, count=count) if drawn else ""


def describe(campaign: Campaign, language: str) -> str:
    """The summary, or the beginning of the statement, cut at a word."""
    text = campaign.text(language)
    words = " ".join((text.summary or unescape(TAG.sub("", BLOCK.sub(" ", text.body_html))) or text.body).split())
    if len(words) <= LONGEST_DESCRIPTION:
        return words
    return words[:LONGEST_DESCRIPTION].rpartition(" ")[0].rstrip(" ,;:.") + "…"


def _structured(
    campaign: Campaign, language: str, *, url: str, description: str, picture: str, count: int | None
) -> dict[str, Any]:
    """Structured data for search engines (schema.org: WebPage, EndorseAction, InteractionCounter)."""
    publishers = [
        {"@type": "Organization", "name": sponsor.name} | ({"url": sponsor.url} if sponsor.url else {})
        for sponsor in campaign.sponsors
    ] or [{"@type": "Organization", "name": campaign.sender.name}]
    page: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "WebPage",
        "@id": url,
        "url": url,
        "name": campaign.text(language).title,
        "description": description,
        "inLanguage": language,
        "genre": str(campaign.kind),
        "publisher": publishers,
        "potentialAction": {"@type": "EndorseAction", "target": f"{url}#sign"},
    }
    if picture:
        page["primaryImageOfPage"] = {
            "@type": "ImageObject",
            "url": picture,
            "width": share_card.WIDTH,
            "height": share_card.HEIGHT,
        }
    if campaign.closes_at:
        page["expires"] = campaign.closes_at.isoformat()
    if count is not None and campaign.show_count:
        page["interactionStatistic"] = {
            "@type": "InteractionCounter",
            "interactionType": f"{SCHEMA}/EndorseAction",
            "userInteractionCount": count,
        }
    return page
