"""Creates and changes campaigns: each document is validated, rendered and versioned before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.campaigns.campaign import READ_ONLY_KEYS, CampaignState, from_document, is_campaign_id
from chalicelib.domain.campaigns.merge_patch import apply_patch
from chalicelib.domain.campaigns.statements import first_version, next_version
from chalicelib.domain.errors import (
    CampaignHasSignatures,
    CampaignNotFound,
    Forbidden,
    InvalidFields,
    VersionMismatch,
    VersionRequired,
)
from chalicelib.domain.timestamps import stamp
from chalicelib.storage.campaigns.campaigns import StoredCampaign

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.campaigns.statements import StatementVersion
    from chalicelib.services.campaigns.allowed_senders import AllowedSenders
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.storage.campaigns.campaigns import Campaigns

    Check = Callable[[StoredCampaign], object]

DEFAULT_BUCKETS = 16


def no_check(_: StoredCampaign) -> None:
    """Lets everything be saved."""


@dataclass(frozen=True, slots=True)
class CampaignEditor:
    """Creates, changes and deletes campaigns."""

    campaign_reader: CampaignReader
    store: Campaigns
    render: Callable[[str], str]
    has_signatures: Callable[[str, int], bool]
    senders: AllowedSenders
    end_keys: Callable[[str, str], None]
    check_pictures: Callable[[Mapping[str, Any], Mapping[str, Any]], None]
    clock: Callable[[], datetime]

    def put(
        self, campaign: str, body: object, *, version: int | None, key: ApiKey, check: Check = no_check
    ) -> StoredCampaign:
        """Creates a campaign, which needs a key for every campaign, or replaces the one at `version`.

        `check` is called with what is about to be saved, and nothing is saved if it raises. Raises InvalidFields, Forbidden, VersionMismatch, CampaignTooLarge; VersionRequired when the campaign exists and no version is given.
        """
        _require_campaign_id(campaign)
        document = self._validate(body)
        try:
            current = self.store.get(campaign)
        except CampaignNotFound:
            if not key.has_every_campaign:
                raise Forbidden from None
            return self._create(campaign, document, version, key, check)
        return self._replace(current, document, version, key, check)

    def patch(
        self, campaign: str, changes: object, *, version: int | None, key: ApiKey, check: Check = no_check
    ) -> StoredCampaign:
        """Changes part of a campaign by a JSON merge patch (RFC 7396). Raises as `put`, and CampaignNotFound."""
        stored = self.store.get(campaign)
        if version is None:
            raise VersionRequired
        if not isinstance(changes, dict):
            raise InvalidFields.one("campaign", "not_an_object")
        return self._replace(stored, self._validate(apply_patch(stored.written, changes)), version, key, check)

    def preview(self, campaign: str, body: object) -> Campaign:
        """Returns the campaign that a document would make, as if it were open now; saves nothing. Raises InvalidFields."""
        _require_campaign_id(campaign)
        open_now = {"state": CampaignState.OPEN, "opens_at": None, "closes_at": None, "closed_at": None}
        document = self._validate(body)
        return from_document(campaign, 1, {**document, **open_now, "buckets": DEFAULT_BUCKETS})

    def delete(self, campaign: str, *, version: int | None, key: ApiKey) -> None:
        """Deletes a campaign that nobody has signed, at `version` if there is one, and what keys may do there.

        Raises CampaignNotFound, CampaignHasSignatures, VersionMismatch.
        """
        stored = self.store.get(campaign)
        if version not in {None, stored.campaign.version}:
            raise VersionMismatch
        if self.has_signatures(campaign, stored.campaign.buckets):
            raise CampaignHasSignatures
        # First, so that no key is left for the next campaign of this name.
        self.end_keys(campaign, key.id)
        self.store.delete(stored, key=key.id, now=self.clock())
        self.campaign_reader.invalidate(campaign)

    def _create(
        self, campaign: str, document: dict[str, Any], version: int | None, key: ApiKey, check: Check
    ) -> StoredCampaign:
        if version is not None:
            raise VersionMismatch
        self.senders.check(document, None, key)
        self.check_pictures(document, {})
        document |= {"buckets": document["buckets"] or DEFAULT_BUCKETS, "closed_at": self._closed_at(None, document)}
        document |= {"text_version": 1, "mail_resumed_at": None, "published_at": self._published_at(None, document)}
        statement = first_version(document, stamp(self.clock()))
        check(self._as_saved(campaign, 1, document))
        return self.store.add(campaign, document, statement, key=key.id, now=self.clock())

    def _replace(
        self, current: StoredCampaign, document: dict[str, Any], version: int | None, key: ApiKey, check: Check
    ) -> StoredCampaign:
        if version is None:
            raise VersionRequired
        if version != current.campaign.version:
            raise VersionMismatch
        buckets = document["buckets"] or current.campaign.buckets
        if buckets != current.campaign.buckets:
            raise InvalidFields.one("buckets", "never_changes")
        self.senders.check(document, current, key)
        self.check_pictures(document, current.document)
        document |= {"buckets": buckets, "closed_at": self._closed_at(current, document)}
        document["published_at"] = self._published_at(current, document)
        document["mail_resumed_at"] = self._mail_resumed_at(current, document)
        statement = self._statement(current, document)
        document["text_version"] = statement.version
        check(self._as_saved(current.campaign.id, current.campaign.version + 1, document))
        saved = self.store.replace(current, document, statement, key=key.id, now=self.clock())
        self.campaign_reader.invalidate(saved.campaign.id)
        return saved

    def _as_saved(self, campaign: str, version: int, document: dict[str, Any]) -> StoredCampaign:
        return StoredCampaign(from_document(campaign, version, document), document, stamp(self.clock()))

    def _statement(self, current: StoredCampaign, document: Mapping[str, Any]) -> StatementVersion:
        """The version of the statement that goes with a changed document.

        Only words that were never out of a draft are written over. Once they were, nobody can know who has signed them:
        a function may take a signature on the old words in this very moment.
        """
        now, campaign = stamp(self.clock()), current.campaign
        recorded = self.store.statement_versions.find(campaign.id, campaign.text_version)
        recorded = recorded or first_version(current.document, current.created_at, campaign.text_version)
        is_unpublished = current.document.get("published_at", now) is None
        return next_version(recorded, document, now, may_be_signed=not is_unpublished)

    def _published_at(self, current: StoredCampaign | None, document: Mapping[str, Any]) -> str | None:
        """When the campaign first was no draft. Campaigns of earlier releases count as published."""
        now = stamp(self.clock())
        before: str | None = current.document.get("published_at", now) if current else None
        return before or (None if document["state"] == CampaignState.DRAFT else now)

    def _mail_resumed_at(self, current: StoredCampaign, document: Mapping[str, Any]) -> str | None:
        if current.campaign.mail_paused and not document["mail_paused"]:
            return stamp(self.clock())
        resumed_at: str | None = current.document.get("mail_resumed_at")
        return resumed_at

    def _closed_at(self, current: StoredCampaign | None, document: Mapping[str, Any]) -> str | None:
        if document["state"] != "closed":
            return None
        before = current.document["closed_at"] if current else None
        return before or stamp(self.clock())

    def _validate(self, body: object) -> dict[str, Any]:
        from chalicelib.domain.campaigns import campaign_documents, delivery_documents

        if isinstance(body, dict):
            body = {name: value for name, value in body.items() if name not in READ_ONLY_KEYS}
        model = campaign_documents.parse(body)
        document = campaign_documents.to_json(model)
        if faults := tuple(delivery_documents.faults_of(document["delivered"], document["time_zone"], self.clock())):
            raise InvalidFields(faults)
        if "buckets" not in model.model_fields_set:
            document["buckets"] = None
        for text in document["texts"].values():
            text["body_html"] = self.render(text["body"])
        return document


def _require_campaign_id(campaign: str) -> None:
    if not is_campaign_id(campaign):
        raise InvalidFields.one("campaign", "bad_campaign_id", limit=64)
