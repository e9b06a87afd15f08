"""Parses what a form sent for a campaign, with countries and regions as people write them; one way for forms, corrections and paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.text.countries import COUNTRIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.campaigns.sign_form import Submission


def parse_form(campaign: Campaign, form_values: Mapping[str, object], *, is_paper: bool = False) -> Submission:
    """The checked `form_values`, `{field: text | bool | list}`. Raises InvalidFields."""
    from chalicelib.domain.campaigns import sign_form  # pydantic: only who parses a form pays for it

    country = form_values.get("country")
    if isinstance(country, str) and country and country not in COUNTRIES:
        from chalicelib.i18n.country_codes import country_code  # names: our own forms send codes

        form_values = {**form_values, "country": country_code(country, campaign.languages) or country}
    if form_values.get("region") and campaign.asks_for("region"):
        form_values = {**form_values, "region": _region(campaign, form_values)}
    return sign_form.parse(campaign, form_values, is_paper=is_paper)


def _region(campaign: Campaign, form_values: Mapping[str, object]) -> object:
    """The code of the region that was typed, if its country has a list with it; else what was typed. Nobody is refused for it."""
    from chalicelib.i18n.regions import likely_country, region_code

    typed, country = form_values["region"], form_values.get("country")
    if not isinstance(typed, str):
        return typed
    if (
        not isinstance(country, str) or country not in COUNTRIES
    ):  # whoever said none means the one whose regions the form suggests
        country = likely_country(campaign.language_or_default(str(form_values.get("lang", ""))), campaign.time_zone)
    return region_code(typed, country) or typed
