"""Campaigns for everybody who needs one: cached 30 s for signing, counts 10 s; saving checks, renders and versions them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.campaigns import CampaignState, from_document
from chalicelib.domain.errors import (
    CampaignHasSignatures,
    CampaignNotFound,
    FieldError,
    Forbidden,
    InvalidFields,
    VersionMismatch,
    VersionRequired,
)
from chalicelib.domain.revising import merged, says_the_same
from chalicelib.services.caching import Cache
from chalicelib.services.overview import Listed
from chalicelib.storage.signature_items import stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from chalicelib.domain.campaigns import Campaign
    from chalicelib.domain.keys import ApiKey
    from chalicelib.domain.tallies import Tally
    from chalicelib.storage.campaigns import Campaigns, StoredCampaign
    from chalicelib.storage.tallies import Tallies
    from chalicelib.storage.texts import StatementVersion

CAMPAIGN_SECONDS = 30
COUNT_SECONDS = 10
DEFAULT_BUCKETS = 16
# What an answer to GET carries beside the document; a PUT of that answer is welcome.
OUR_KEYS = frozenset({"id", "version", "created_at", "closed_at", "names_until", "text_version"})


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

    def listed(self, key: ApiKey, *, archived: bool = False) -> list[Listed]:
        """The campaigns that `key` reaches, each with its counters: one query and one call a hundred buckets."""
        reached = [one for one in self.store.list() if key.has_every_campaign or one.id in key.campaigns]
        summaries = [one for one in reached if archived or not one.archived]
        tallies = self.tallies.get_many({one.id: one.buckets for one in summaries})
        return [Listed(one, tallies[one.id], self.clock()) for one in summaries]

    def texts_of(self, campaign: str) -> list[StatementVersion]:
        """Every version of a campaign's statement, oldest first. Raises CampaignNotFound."""
        return list(self.store.texts.list(self.store.get(campaign).campaign.id))

    def text_of(self, campaign: str, version: int) -> StatementVersion:
        """One version of a campaign's statement. Raises CampaignNotFound, NotFound."""
        return self.store.texts.get(self.store.get(campaign).campaign.id, version)

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

    def drafted(self, campaign: str, body: object) -> Campaign:
        """The campaign that a document would make, open as of now, without saving anything. Raises InvalidFields."""
        open_now = {"state": CampaignState.OPEN, "opens_at": None, "closes_at": None, "closed_at": None}
        document = self._checked(body)
        return from_document(campaign, 1, {**document, **open_now, "buckets": DEFAULT_BUCKETS})

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
        document["text_version"] = 1
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
        document["text_version"] = self._text_version(earlier, document)
        saved = self.store.replace(earlier, document, key=key.id, now=self.clock())
        self._forget(saved.campaign.id)
        return saved

    def _text_version(self, earlier: StoredCampaign, document: Mapping[str, Any]) -> int:
        """The next one when the statement says something else now, and somebody may have signed what it said.

        Of a campaign that is open nobody can know: a function may take a signature on the old words in this moment.
        """
        campaign = earlier.campaign
        if says_the_same(earlier.document, document):
            return campaign.text_version
        may_be_signed = campaign.state is not CampaignState.DRAFT or self.has_signatures(campaign.id, campaign.buckets)
        return campaign.text_version + (1 if may_be_signed else 0)

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
