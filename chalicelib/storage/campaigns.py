"""Campaigns at rest, beside their tallies: one query reads both. A change needs the version it was made from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.campaigns import Campaign, from_document, is_campaign_id
from chalicelib.domain.errors import CampaignExists, CampaignNotFound, VersionMismatch
from chalicelib.domain.tallies import Tally, summed
from chalicelib.storage import names
from chalicelib.storage.database import ConditionFailed
from chalicelib.storage.signature_items import stamp
from chalicelib.storage.tallies import counters_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from chalicelib.storage.database import Attributes, Table

not_there_yet = "attribute_not_exists(#pk)"
is_version = "#version = :version"


@dataclass(frozen=True, slots=True)
class StoredCampaign:
    """A campaign, and the document it was read from (JSON types, rendered texts included)."""

    campaign: Campaign
    document: Mapping[str, Any]
    created_at: str


@dataclass(frozen=True, slots=True)
class CampaignSummary:
    """What a list of campaigns shows, from the index alone."""

    id: str
    version: int
    title: str
    titles: Mapping[str, str]
    kind: str
    state: str
    goal: int | None
    external_count: int
    buckets: int


class Campaigns:
    """The campaigns in the Registry table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, campaign: str) -> StoredCampaign:
        """One campaign, read strongly. Raises CampaignNotFound."""
        if not is_campaign_id(campaign):
            raise CampaignNotFound
        item = self._table.get(*names.campaign_key(campaign))
        if item is None:
            raise CampaignNotFound
        return _stored(campaign, item)

    def get_with_tally(self, campaign: str) -> tuple[Campaign, Tally]:
        """A campaign and its counters in one query, up to a second old. Raises CampaignNotFound."""
        if not is_campaign_id(campaign):  # DynamoDB refuses long keys
            raise CampaignNotFound
        pk, sk = names.campaign_key(campaign)
        items = list(self._table.query(pk))
        found = next((item for item in items if item["sk"] == sk), None)
        if found is None:
            raise CampaignNotFound
        return _stored(campaign, found).campaign, summed(counters_in(item) for item in items if item is not found)

    def add(self, campaign: str, document: Mapping[str, Any], *, now: datetime) -> StoredCampaign:
        """Writes version 1. Raises CampaignExists."""
        try:
            return self._put(campaign, 1, document, created_at=stamp(now), condition=not_there_yet)
        except ConditionFailed:
            raise CampaignExists from None

    def replace(self, earlier: StoredCampaign, document: Mapping[str, Any]) -> StoredCampaign:
        """Writes the next version over `earlier`. Raises VersionMismatch when somebody else was faster."""
        version = earlier.campaign.version
        try:
            return self._put(
                earlier.campaign.id,
                version + 1,
                document,
                created_at=earlier.created_at,
                condition=is_version,
                values={":version": version},
            )
        except ConditionFailed:
            raise VersionMismatch from None

    def _put(
        self,
        campaign: str,
        version: int,
        document: Mapping[str, Any],
        *,
        created_at: str,
        condition: str,
        values: Mapping[str, Any] | None = None,
    ) -> StoredCampaign:
        pk, sk = names.campaign_key(campaign)
        item = {
            "pk": pk,
            "sk": sk,
            "type": names.CAMPAIGN,
            "sort": campaign,
            "version": version,
            "created_at": created_at,
            "summary": json.dumps(_summary(document), ensure_ascii=False),
            "document": json.dumps(document, ensure_ascii=False),
        }
        self._table.put(item, condition=condition, values=values)
        return _stored(campaign, item)

    def list(self) -> Iterator[CampaignSummary]:
        """Every campaign by id, from the index: one call a megabyte of summaries."""
        for item in self._table.query_index("by_type", "type", names.CAMPAIGN):
            yield CampaignSummary(id=item["sort"], version=item["version"], **json.loads(item["summary"]))


def _summary(document: Mapping[str, Any]) -> dict[str, Any]:
    titles = {language: text["title"] for language, text in document["texts"].items()}
    kept = ("kind", "state", "goal", "external_count", "buckets")
    return {
        "title": titles[document["default_language"]],
        "titles": titles,
        **{name: document[name] for name in kept},
    }


def _stored(campaign: str, item: Attributes) -> StoredCampaign:
    document = json.loads(item["document"])
    return StoredCampaign(from_document(campaign, item["version"], document), document, item["created_at"])
