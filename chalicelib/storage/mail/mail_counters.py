"""Counts the emails that networks, domains and campaigns cause per hour and day; the counters expire by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.storage.dynamodb.table import Table

is_below_limits = (
    "(attribute_not_exists(#mails) OR #mails <= :day_left) AND (attribute_not_exists(#hour) OR #hour <= :hour_left)"
)
KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class MailCounters:
    """The counters in the Registry table."""

    table: Table

    def reserve(self, kind: str, name: str, *, hourly: int, daily: int, now: datetime, emails: int = 1) -> bool:
        """Counts `emails` more for `name`, in one write. False, with nothing counted, if that would exceed a limit."""
        moment = now.astimezone(UTC)
        values = {":mails": emails, ":day_left": daily - emails, ":hour_left": hourly - emails}
        values[":until"] = int((now + KEPT).timestamp())
        try:
            self.table.update(
                *item_keys.mail_counter_key(kind, name, moment.date().isoformat()),
                "SET #expires_at = :until ADD #mails :mails, #hour :mails",
                condition=is_below_limits,
                values=values,
                aliases={"#hour": f"hour:{moment:%H}"},
            )
        except ConditionFailed:
            return False
        return True
