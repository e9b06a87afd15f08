"""What the hosted form has besides its fields: the phase of the campaign, consents, languages, hidden values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chalicelib.domain.abuse.form_timestamps import TIMESTAMP_FIELD
from chalicelib.domain.campaigns.campaign import CampaignState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from chalicelib.domain.campaigns.campaign import Campaign, Sponsor

# The form has these itself; a hidden copy would contradict what people see.
OMITTED_FROM_LINKS = frozenset({"referrer", TIMESTAMP_FIELD})
NEVER_CARRIED = frozenset({"lang", "website", "email", "public", "consents", "updates"})


@dataclass(frozen=True, slots=True)
class Phase:
    """The campaign's phase: `open`, `early` or `closed`. The days are in its time zone; None if not set."""

    name: str
    opens_on: date | None = None
    last_day: date | None = None


def phase(campaign: Campaign, now: datetime) -> Phase:
    """The campaign's phase at `now`."""
    if campaign.state is CampaignState.DRAFT or (
        campaign.state is CampaignState.OPEN and campaign.is_before_opening(now)
    ):
        return Phase("early", opens_on=campaign.opens_at and campaign.local_date(campaign.opens_at))
    # At the closing time it is already too late: a campaign that closes at midnight ends the day before.
    end = campaign.closes_at and campaign.closes_at - timedelta(seconds=1)
    return Phase("open" if campaign.is_open(now) else "closed", last_day=end and campaign.local_date(end))


@dataclass(frozen=True, slots=True)
class ConsentBox:
    """One sponsor's checkbox, ticked only if the signer ticked it."""

    sponsor: Sponsor
    ticked: bool


def consent_boxes(campaign: Campaign, ticked: Sequence[str]) -> tuple[ConsentBox, ...]:
    """One checkbox per sponsor."""
    return tuple(ConsentBox(sponsor, sponsor.id in ticked) for sponsor in campaign.sponsors)


def hidden_fields(hidden: Mapping[str, str]) -> dict[str, str]:
    """The hidden values that the form passes on, except those that it asks for itself."""
    return {name: value for name, value in hidden.items() if value and name not in NEVER_CARRIED}


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The page in another language. `alternate` is its public address, without hidden values."""

    language: str
    url: str
    alternate: str
    is_current: bool


def language_links(
    campaign: Campaign, language: str, base_url: str, hidden_values: Mapping[str, str]
) -> tuple[LanguageLink, ...]:
    """The hosted page in every language of the campaign."""
    page = f"{base_url}/sign/{campaign.id}"
    query = {name: value for name, value in hidden_values.items() if name not in OMITTED_FROM_LINKS}
    return tuple(
        LanguageLink(
            language=other,
            url=f"{page}?{urlencode({'lang': other, **query})}",
            alternate=f"{page}?{urlencode({'lang': other})}",
            is_current=other == language,
        )
        for other in campaign.languages
    )
