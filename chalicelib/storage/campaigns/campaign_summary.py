"""What a list of campaigns shows, written beside each document and read from the index."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.campaigns.campaign import takes_signatures
from chalicelib.domain.signatures.signature import SignatureKey
from chalicelib.domain.timestamps import read_stored_moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from chalicelib.storage.dynamodb.item_values import Attributes


@dataclass(frozen=True, slots=True)
class CampaignSummary:
    """What a list of campaigns shows; all of it is in the index."""

    id: str
    version: int
    title: str
    titles: Mapping[str, str]
    kind: str
    state: str
    goal: int | None
    external_count: int
    buckets: int
    time_zone: str = "UTC"
    opens_at: str | None = None
    closes_at: str | None = None
    archived: bool = False
    mail_paused: bool = False
    mail_resumed_at: str | None = None
    listed: bool = False
    pictures: tuple[str, ...] = ()

    def signature_key(self, signature: str) -> SignatureKey:
        """Where the signature with that id is, or would be."""
        return SignatureKey.locate(self.id, self.buckets, signature)

    def is_open(self, now: datetime) -> bool:
        """True while signatures are taken."""
        return takes_signatures(self.state, read_stored_moment(self.opens_at), read_stored_moment(self.closes_at), now)


SUMMARY_FIELDS = frozenset(CampaignSummary.__dataclass_fields__)


def summary_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a document that lists show."""
    titles = {language: text["title"] for language, text in document["texts"].items()}
    kept = (
        "kind",
        "state",
        "goal",
        "external_count",
        "buckets",
        "time_zone",
        "opens_at",
        "closes_at",
        "archived",
        "mail_paused",
        "mail_resumed_at",
    )
    return {
        "title": titles[document["default_language"]],
        "titles": titles,
        "listed": document.get("listed", False),
        "pictures": [document[name]["id"] for name in ("picture", "logo") if document.get(name)],
        **{name: document[name] for name in kept},
    }


def read_summary(item: Attributes) -> CampaignSummary:
    """The summary in a campaign's item. Raises LookupError, TypeError or ValueError for one that cannot be read."""
    # A later release may have written more than this one knows.
    known = {name: value for name, value in json.loads(item["summary"]).items() if name in SUMMARY_FIELDS}
    return CampaignSummary(id=item["sort"], version=item["version"], **known)
