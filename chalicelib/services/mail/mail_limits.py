"""Holds an email when its network, domain or campaign caused too many of them, or when its signature is flagged.

It refuses nobody and tells the signer nothing; an organiser releases or drops what is held (see `held_mail`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING

from chalicelib.domain.abuse.mail_limits import (
    domain_pseudonym,
    holding_flag,
)
from chalicelib.domain.addresses.email_addresses import domain_of
from chalicelib.domain.addresses.mail_providers import MAIL_PROVIDERS
from chalicelib.domain.signatures.flags import HoldReason
from chalicelib.domain.signatures.signed_as_test import (
    ADDRESS_DAILY,
    ADDRESS_HOURLY,
    CAMPAIGN_DAILY,
    CAMPAIGN_HOURLY,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.mail.due_mail import DueEmail
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.storage.mail.mail_counters import MailCounters

# All mailers write a campaign's one counter, so each of them reserves a thousandth of the cap at a time, at most this many.
MAX_RESERVED = 25


@dataclass(slots=True)
class MailLimiter:
    """Judges emails by their number, never by their content."""

    mail_counters: MailCounters
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]
    _reserved: dict[tuple[str, str], int] = field(default_factory=dict)

    def reason_to_hold(self, email: DueEmail) -> str:
        """Returns why this email must wait for the organiser, a HoldReason or a Flag; the empty string when it need not.

        It makes at most three writes: to the counters of the network, the domain and, now and then, the campaign.
        """
        campaign, signature = email.campaign, email.signature
        if signature.marks.cleared_at is not None or not email.counts_against_limits:
            return ""
        if flag := holding_flag(campaign.limits, signature.all_flags):
            return flag
        if not self._network_has_room(campaign, signature):
            return HoldReason.NETWORK
        if not self._domain_has_room(campaign, signature):
            return HoldReason.DOMAIN
        return "" if self._campaign_has_room(campaign) else HoldReason.CAMPAIGN

    def has_room_for_test(self, campaign: str, address_hash: str) -> bool:
        """Counts one email of a test, to the address and for the campaign. At most two writes."""
        tests, now = self.mail_counters, self.clock()
        return tests.reserve(
            "test-address", address_hash, hourly=ADDRESS_HOURLY, daily=ADDRESS_DAILY, now=now
        ) and tests.reserve("test", campaign, hourly=CAMPAIGN_HOURLY, daily=CAMPAIGN_DAILY, now=now)

    def _network_has_room(self, campaign: Campaign, signature: Signature) -> bool:
        limits = campaign.limits
        return not signature.network or self.mail_counters.reserve(
            "network",
            signature.network,
            hourly=limits.network_hourly,
            daily=limits.network_daily,
            now=self.clock(),
        )

    def _domain_has_room(self, campaign: Campaign, signature: Signature) -> bool:
        domain, limits, now = domain_of(signature.email), campaign.limits, self.clock()
        if domain in MAIL_PROVIDERS:  # half the world has its mail there
            return True
        name = domain_pseudonym(self.pepper(), now.astimezone(UTC).date(), domain)
        return self.mail_counters.reserve(
            "domain", name, hourly=limits.domain_hourly, daily=limits.domain_daily, now=now
        )

    def _campaign_has_room(self, campaign: Campaign) -> bool:
        now, cap = self.clock(), campaign.limits.campaign_hourly
        key = (campaign.id, f"{now.astimezone(UTC):%Y-%m-%dT%H}")
        if not self._reserved.get(key):
            reserved = max(1, min(MAX_RESERVED, cap // 1000))
            day_of_hours = cap * 24
            if not self.mail_counters.reserve(
                "campaign", campaign.id, hourly=cap, daily=day_of_hours, now=now, emails=reserved
            ):
                return False
            self._reserved = {
                **{counter: n for counter, n in self._reserved.items() if counter[1] == key[1]},
                key: reserved,
            }
        self._reserved[key] -= 1
        return True
