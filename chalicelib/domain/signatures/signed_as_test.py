"""Signatures given as a test are kept under a name that no campaign can have: whatever goes by campaign never sees them."""

from __future__ import annotations

from datetime import timedelta

# Ids of campaigns have no underscore.
PREFIX = "test_"
# How long the link to the form is good, and how long a signature stays that nobody brings to its end.
LINK_LASTS, KEPT = timedelta(hours=1), timedelta(days=1)
# How many emails tests may cause, of a campaign and to an address.
CAMPAIGN_HOURLY, CAMPAIGN_DAILY = 30, 200
ADDRESS_HOURLY, ADDRESS_DAILY = 10, 30


def name_for_tests(campaign: str) -> str:
    """Instead of a campaign's id, what its tests are kept under."""
    return PREFIX + campaign


def is_for_tests(name: str) -> bool:
    """True for a name that only tests are kept under."""
    return name.startswith(PREFIX)


def campaign_of(name: str) -> str:
    """The id of the campaign that signatures under `name` are for, tests or not."""
    return name.removeprefix(PREFIX)
