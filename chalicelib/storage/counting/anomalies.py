"""Stores a campaign's recent anomalies for a day: daily pseudonyms and shares, never an address."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.abuse.anomalies import Anomaly
from chalicelib.domain.timestamps import stamp
from chalicelib.storage.dynamodb import item_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from chalicelib.storage.dynamodb.table import Table

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SeenAnomaly(Anomaly):
    """An anomaly, and the stamp of when it was noticed."""

    seen_at: str = ""


@dataclass(frozen=True, slots=True)
class Anomalies:
    """The latest anomalies, in the Registry table."""

    table: Table

    def replace(self, campaign: str, found: Sequence[Anomaly], *, now: datetime) -> None:
        """Replaces the campaign's anomalies by those just `found`."""
        summary = json.dumps([{**asdict(one), "seen_at": stamp(now)} for one in found])
        values = {":summary": summary, ":until": int((now + KEPT).timestamp())}
        self.table.update(
            *item_keys.anomaly_key(campaign), "SET #summary = :summary, #expires_at = :until", values=values
        )

    def list(self, campaign: str, *, now: datetime) -> Iterator[SeenAnomaly]:
        """The anomalies noticed within the last day."""
        item = self.table.get(*item_keys.anomaly_key(campaign)) or {}
        if item.get("expires_at", 0) > now.timestamp():  # DynamoDB deletes later
            yield from (SeenAnomaly(**one) for one in json.loads(item["summary"]))
