"""Asks SES how much the account may send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import Unavailable


@dataclass(frozen=True, slots=True)
class SendingQuota:
    """Emails a second, and in 24 hours: how many SES takes (below 0: any number), and how many it took."""

    per_second: float
    per_day: float
    sent_today: float


@dataclass(frozen=True, slots=True)
class SendingQuotas:
    """The account's quota in this region (SES v2, GetAccount)."""

    client: Any

    def get(self) -> SendingQuota:
        """The quota now. Raises Unavailable."""
        try:
            quota = self.client.get_account().get("SendQuota", {})
        except (ClientError, BotoCoreError) as error:
            raise Unavailable from error
        return SendingQuota(
            quota.get("MaxSendRate", 0.0), quota.get("Max24HourSend", -1.0), quota.get("SentLast24Hours", 0.0)
        )
