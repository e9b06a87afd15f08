"""When and to whom a campaign was handed over, as pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chalicelib.i18n import languages
from chalicelib.i18n.marker import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.campaigns.deliveries import Delivery

HANDED = _("Handed to {target} on {day}.")
MORE = _("More at {site}")
# Of an update about it, until the organiser writes another.
SUBJECT = _("We handed your signatures to {target}")


@dataclass(frozen=True, slots=True)
class ShownDelivery:
    """`words` are the organiser's in the page's language; `url` with the words `more` leads on. All but the sentence may be empty."""

    sentence: str
    target: str
    day: str
    words: str = ""
    url: str = ""
    more: str = ""


def shown(campaign: Campaign, language: str, delivered: Iterable[Delivery] | None = None) -> list[ShownDelivery]:
    """Those in `delivered`, or else all, the newest first."""
    return [_shown(campaign, language, one) for one in (campaign.delivered if delivered is None else delivered)]


def _shown(campaign: Campaign, language: str, one: Delivery) -> ShownDelivery:
    target, day = campaign.target_in(one.target, language), languages.date(one.date, language)
    site = (urlsplit(one.url).hostname or "").removeprefix("www.")
    return ShownDelivery(
        sentence=languages.translate(HANDED, language, target=target, day=day),
        target=target,
        day=day,
        words=one.words.get(language, ""),
        url=one.url,
        more=languages.translate(MORE, language, site=site) if site else "",
    )
