"""Campaigns for everybody who needs one: cached 30 s for signing, counts 10 s; saving checks, renders and versions them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import (
    CampaignHasSignatures,
    CampaignNotFound,
    FieldError,
    Forbidden,
    InvalidFields,
    VersionMismatch,
    VersionRequired,
)
from chalicelib.services.caching import Cache
from chalicelib.storage.signature_items import stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from chalicelib.domain.campaigns import Campaign
    from chalicelib.domain.keys import ApiKey
    from chalicelib.domain.tallies import Tally
    from chalicelib.storage.campaigns import Campaigns, CampaignSummary, StoredCampaign
    from chalicelib.storage.tallies import Tallies

CAMPAIGN_SECONDS = 30
COUNT_SECONDS = 10
DEFAULT_BUCKETS = 16
# What an answer to GET carries beside the document; a PUT of that answer is welcome.
OUR_KEYS = frozenset({"id", "version", "created_at", "closed_at", "names_until"})


@dataclass(frozen=True, slots=True)
class KnownCampaign:
    """A campaign, with its counters as they were at `as_of`."""

    campaign: Campaign
    tally: Tally
    as_of: datetime

    @property
    def public_count(self) -> int:
        """Confirmed signatures, those on paper, and those that the organiser counted elsewhere."""
        return self.tally.counting + self.campaign.external_count

    @property
    def shown_count(self) -> int | None:
        """The public count, or None when the campaign hides it."""
        return self.public_count if self.campaign.show_count else None


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the organiser's list."""

    summary: CampaignSummary
    count: int


@dataclass(slots=True)
class Campaigning:
    """Reads and saves campaigns."""

    store: Campaigns
    tallies: Tallies
    clock: Callable[[], datetime]
    render: Callable[[str], str]
    has_signatures: Callable[[str, int], bool]
    _known: Cache[str, KnownCampaign] = field(init=False)
    _counted: Cache[str, KnownCampaign] = field(init=False)

    def __post_init__(self) -> None:
        self._known = Cache(CAMPAIGN_SECONDS, self.clock)
        self._counted = Cache(COUNT_SECONDS, self.clock)

    def known(self, campaign: str) -> KnownCampaign:
        """A campaign and its count, at most 30 s old: no call when cached, else one. Raises CampaignNotFound."""
        if found := self._known.find(campaign):
            return self._counted.find(campaign) or found
        return self.fresh(campaign)

    def counted(self, campaign: str) -> KnownCampaign:
        """The same with a count at most 10 s old: no call when cached, else one. Raises CampaignNotFound."""
        if found := self._counted.find(campaign):
            return found
        known = self._known.find(campaign)
        if known is None:
            return self.known(campaign)
        fresh = replace(known, tally=self.tallies.get(campaign), as_of=self.clock())
        # The campaign keeps its own age: only the count is new.
        return self._counted.keep(campaign, fresh)

    def _forget(self, campaign: str) -> None:
        self._known.forget(campaign)
        self._counted.forget(campaign)

    def get(self, campaign: str) -> Campaign:
        """A campaign, at most 30 s old."""
        return self.known(campaign).campaign

    def stored(self, campaign: str) -> StoredCampaign:
        """A campaign as it is now, never cached: for organisers. Raises CampaignNotFound."""
        return self.store.get(campaign)

    def listed(self, key: ApiKey) -> list[Listed]:
        """The campaigns that `key` reaches, each with its public count: one query and one call a hundred buckets."""
        summaries = [one for one in self.store.list() if key.has_every_campaign or one.id in key.campaigns]
        tallies = self.tallies.get_many({one.id: one.buckets for one in summaries})
        return [Listed(one, tallies[one.id].counting + one.external_count) for one in summaries]

    def fresh(self, campaign: str) -> KnownCampaign:
        """A campaign and its counters as they are now: one call, never from memory."""
        known = KnownCampaign(*self.store.get_with_tally(campaign), self.clock())
        self._counted.keep(campaign, known)
        return self._known.keep(campaign, known)

    def put(self, campaign: str, body: object, *, version: int | None, key: ApiKey) -> StoredCampaign:
        """Creates a campaign (a key for every campaign), or replaces the one at `version`.

        Raises InvalidFields, Forbidden, VersionRequired when it exists and no version is given, VersionMismatch.
        """
        document = self._checked(body)
        try:
            earlier = self.store.get(campaign)
        except CampaignNotFound:
            if not key.has_every_campaign:
                raise Forbidden from None
            return self._create(campaign, document, version, key)
        return self._replace(earlier, document, version, key)

    def patch(self, campaign: str, changes: object, *, version: int | None, key: ApiKey) -> StoredCampaign:
        """Changes some of a campaign by a JSON merge patch (RFC 7396). Raises as `put`, and CampaignNotFound."""
        stored = self.store.get(campaign)
        if version is None:
            raise VersionRequired
        if not isinstance(changes, dict):
            raise InvalidFields((FieldError("campaign", "bad_value"),))
        return self._replace(stored, self._checked(merged(as_document(stored), changes)), version, key)

    def delete(self, campaign: str, *, key: ApiKey) -> None:
        """Removes a campaign that nobody signed. Raises CampaignNotFound, CampaignHasSignatures."""
        stored = self.store.get(campaign)
        if self.has_signatures(campaign, stored.campaign.buckets):
            raise CampaignHasSignatures
        self.store.delete(stored, key=key.id, now=self.clock())
        self._forget(campaign)

    def _create(self, campaign: str, document: dict[str, Any], version: int | None, key: ApiKey) -> StoredCampaign:
        if version is not None:
            raise VersionMismatch
        document |= {"buckets": document["buckets"] or DEFAULT_BUCKETS, "closed_at": self._closed_at(None, document)}
        return self.store.add(campaign, document, key=key.id, now=self.clock())

    def _replace(
        self, earlier: StoredCampaign, document: dict[str, Any], version: int | None, key: ApiKey
    ) -> StoredCampaign:
        if version is None:
            raise VersionRequired
        if version != earlier.campaign.version:
            raise VersionMismatch
        buckets = document["buckets"] or earlier.campaign.buckets
        if buckets != earlier.campaign.buckets:
            raise InvalidFields((FieldError("buckets", "bad_value", "buckets are fixed when a campaign is created"),))
        document |= {"buckets": buckets, "closed_at": self._closed_at(earlier, document)}
        saved = self.store.replace(earlier, document, key=key.id, now=self.clock())
        self._forget(saved.campaign.id)
        return saved

    def _closed_at(self, earlier: StoredCampaign | None, document: Mapping[str, Any]) -> str | None:
        if document["state"] != "closed":
            return None
        before = earlier.document["closed_at"] if earlier else None
        return before or stamp(self.clock())

    def _checked(self, body: object) -> dict[str, Any]:
        from chalicelib.domain import documents

        if isinstance(body, dict):
            body = {name: value for name, value in body.items() if name not in OUR_KEYS}
        model = documents.read(body)
        document = documents.as_written(model)
        if "buckets" not in model.model_fields_set:
            document["buckets"] = None
        for text in document["texts"].values():
            text["body_html"] = self.render(text["body"])
        return document


def merged(document: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`document` with `changes` as RFC 7396 merges them: objects within objects, null takes away."""
    result = dict(document)
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = merged(result[name], value)
        else:
            result[name] = value
    return result


def as_document(stored: StoredCampaign) -> dict[str, Any]:
    """What an organiser gets: the document as written, with `id` and `version`."""
    document = dict(stored.document)
    document["texts"] = {
        language: {name: value for name, value in text.items() if name != "body_html"}
        for language, text in stored.document["texts"].items()
    }
    names_until = stored.campaign.names_until
    return {
        "id": stored.campaign.id,
        "version": stored.campaign.version,
        "names_until": stamp(names_until) if names_until else None,
        **document,
    }
