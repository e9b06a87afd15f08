"""Stores campaigns beside their tallies, so that one query reads both. A change must name the version it is based on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib import log
from chalicelib.domain.campaigns.campaign import (
    DERIVED_TEXTS,
    Campaign,
    from_document,
    is_campaign_id,
)
from chalicelib.domain.counting.tallies import Tally, sum_buckets
from chalicelib.domain.errors import (
    CampaignExists,
    CampaignNotFound,
    CampaignTooLarge,
    CampaignUnreadable,
    VersionMismatch,
)
from chalicelib.domain.timestamps import stamp
from chalicelib.storage.access.audit_log import audit_item
from chalicelib.storage.campaigns.campaign_summary import CampaignSummary, read_summary, summary_of
from chalicelib.storage.campaigns.statement_versions import StatementVersions, statement_item
from chalicelib.storage.counting.tallies import counters_in
from chalicelib.storage.counting.tally_sums import TallySum, TallySums, read_sum
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.item_values import MAX_ITEM_BYTES, READ_FAULTS, item_bytes
from chalicelib.storage.dynamodb.table import ConditionFailed, not_there_yet
from chalicelib.storage.signatures.left_signers import LeftSigners
from chalicelib.storage.signatures.published_comments import PublishedComments
from chalicelib.storage.updates.updates import Updates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from chalicelib.domain.campaigns.statements import StatementVersion
    from chalicelib.storage.dynamodb.item_values import Attributes
    from chalicelib.storage.dynamodb.table import Table

has_version = "#version = :version"


@dataclass(frozen=True, slots=True)
class StoredCampaign:
    """A campaign, and the document it was read from (JSON types, with rendered HTML)."""

    campaign: Campaign
    document: Mapping[str, Any]
    created_at: str

    @property
    def written(self) -> dict[str, Any]:
        """The document as its organiser wrote it, without the rendered HTML."""
        texts = {
            language: {name: value for name, value in text.items() if name not in DERIVED_TEXTS}
            for language, text in self.document["texts"].items()
        }
        return {**self.document, "texts": texts}


class Campaigns:
    """The campaigns in the Registry table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, campaign: str) -> StoredCampaign:
        """One campaign by a strongly consistent read. Raises CampaignNotFound."""
        if not is_campaign_id(campaign):
            raise CampaignNotFound
        item = self._table.get(*item_keys.campaign_key(campaign))
        if item is None:
            raise CampaignNotFound
        return _stored(campaign, item)

    def get_with_tally(self, campaign: str) -> tuple[Campaign, Tally]:
        """A campaign and its counters in one query, up to a second old. Raises CampaignNotFound."""
        if not is_campaign_id(campaign):  # DynamoDB refuses long keys
            raise CampaignNotFound
        pk, sk = item_keys.campaign_key(campaign)
        items = list(self._table.query(pk))
        found = next((item for item in items if item["sk"] == sk), None)
        if found is None:
            raise CampaignNotFound
        tallies = (item for item in items if item["sk"].startswith(item_keys.TALLY_PREFIX))
        return _stored(campaign, found).campaign, sum_buckets(map(counters_in, tallies))

    def get_with_sum(self, campaign: str) -> tuple[Campaign, TallySum | None]:
        """A large campaign and the sum of its counters, if there is one, in one query. Raises CampaignNotFound."""
        pk, sk = item_keys.campaign_key(campaign)
        items = {item["sk"]: item for item in self._table.query_until(pk, item_keys.SUM)}
        if sk not in items:
            raise CampaignNotFound
        found = items.get(item_keys.SUM)
        return _stored(campaign, items[sk]).campaign, read_sum(found) if found else None

    def add(
        self, campaign: str, document: Mapping[str, Any], statement: StatementVersion, *, key: str, now: datetime
    ) -> StoredCampaign:
        """Writes version 1 with its statement, and an audit entry for `key`. Raises CampaignExists, CampaignTooLarge."""
        audit = audit_item("campaign created", key, now=now, campaign=campaign, state=document["state"])
        try:
            items = (audit, statement_item(campaign, statement))
            return self._put(campaign, 1, document, items, created_at=stamp(now), condition=not_there_yet)
        except ConditionFailed:
            raise CampaignExists from None

    def replace(
        self,
        earlier: StoredCampaign,
        document: Mapping[str, Any],
        statement: StatementVersion,
        *,
        key: str,
        now: datetime,
    ) -> StoredCampaign:
        """Writes the next version over `earlier`, and an audit entry for `key`.

        Raises VersionMismatch if somebody was faster, CampaignTooLarge.

        `statement` is that of `earlier`, or the one that follows it.
        """
        campaign, version = earlier.campaign.id, earlier.campaign.version
        facts = {"campaign": campaign, "version": version + 1, "state": document["state"]}
        if document["state"] != earlier.campaign.state:
            facts["was"] = str(earlier.campaign.state)
        audit = audit_item("campaign changed", key, now=now, **facts)
        try:
            return self._put(
                campaign,
                version + 1,
                document,
                (audit, statement_item(campaign, statement)),
                created_at=earlier.created_at,
                condition=has_version,
                values={":version": version},
            )
        except ConditionFailed:
            raise VersionMismatch from None

    def _put(  # noqa: PLR0913 - the whole of an item
        self,
        campaign: str,
        version: int,
        document: Mapping[str, Any],
        beside: Sequence[Attributes],
        *,
        created_at: str,
        condition: str,
        values: Mapping[str, Any] | None = None,
    ) -> StoredCampaign:
        pk, sk = item_keys.campaign_key(campaign)
        item = {
            "pk": pk,
            "sk": sk,
            "type": item_keys.CAMPAIGN,
            "sort": campaign,
            "version": version,
            "created_at": created_at,
            "summary": json.dumps(summary_of(document), ensure_ascii=False),
            "document": json.dumps(document, ensure_ascii=False),
        }
        _check_size(item, *beside)
        self._table.put_in_transaction(item, *beside, condition=condition, values=values)
        return _stored(campaign, item)

    def delete(self, stored: StoredCampaign, *, key: str, now: datetime) -> None:
        """Deletes a campaign and its counters, with an audit entry for `key`. Raises VersionMismatch if it has changed."""
        campaign, version = stored.campaign.id, stored.campaign.version
        audit = audit_item("campaign deleted", key, now=now, campaign=campaign)
        pk, sk = item_keys.campaign_key(campaign)
        try:
            self._table.delete_in_transaction(pk, sk, audit, condition=has_version, values={":version": version})
        except ConditionFailed:
            raise VersionMismatch from None
        for item in list(self._table.query(pk, sk_prefix=item_keys.TALLY_PREFIX, consistent=True)):
            self._table.delete(pk, item["sk"])
        self._table.delete(*item_keys.labels_key(campaign))
        TallySums(self._table).delete(campaign)
        PublishedComments(self._table).delete(campaign)
        LeftSigners(self._table).delete(campaign, stored.campaign.buckets)
        self.statement_versions.delete(campaign)
        Updates(self._table).delete_all(campaign)

    @property
    def statement_versions(self) -> StatementVersions:
        """Every version of the statements."""
        return StatementVersions(self._table)

    def list(self, unreadable: list[str] | None = None) -> Iterator[CampaignSummary]:
        """Every campaign by id, from the index: one call per megabyte of summaries.

        One that cannot be read is left out and logged, so that it does not hide the others, and its id is added to `unreadable`.
        """
        for item in self._table.query_index("by_type", "type", item_keys.CAMPAIGN):
            try:
                yield read_summary(item)
            except READ_FAULTS:
                log.exception("unreadable campaign", campaign=item["sort"])
                log.metric("unreadable_record", 1, campaign=item["sort"])
                if unreadable is not None:
                    unreadable.append(item["sort"])


def _check_size(*items: Attributes) -> None:
    """Raises CampaignTooLarge, with its size and the largest in KB, when DynamoDB would not take one of the items."""
    largest = max(map(item_bytes, items))
    if largest > MAX_ITEM_BYTES:
        raise CampaignTooLarge(size=-(-largest // 1000), limit=MAX_ITEM_BYTES // 1000)


def _stored(campaign: str, item: Attributes) -> StoredCampaign:
    """Raises CampaignUnreadable, and logs why."""
    try:
        document = json.loads(item["document"])
        return StoredCampaign(from_document(campaign, item["version"], document), document, item["created_at"])
    except READ_FAULTS as fault:
        log.exception("unreadable campaign", campaign=campaign)
        raise CampaignUnreadable from fault
