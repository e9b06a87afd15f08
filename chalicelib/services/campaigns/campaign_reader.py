"""Reads campaigns, cached for 30 s, and their counts, cached for 10 s.

While the Registry refuses to be read, signers and pages get what is known, for up to five minutes; organisers never do.
"""

from __future__ import annotations

import contextlib
import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from chalicelib import log
from chalicelib.domain.errors import CampaignNotFound, Unavailable
from chalicelib.domain.signatures.signed_as_test import campaign_of, is_for_tests
from chalicelib.services.cache import Cache
from chalicelib.services.campaigns.campaign_overview import CampaignOverview

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.campaigns.statements import StatementVersion
    from chalicelib.domain.counting.tallies import Tally
    from chalicelib.storage.campaigns.campaign_summary import CampaignSummary
    from chalicelib.storage.campaigns.campaigns import Campaigns, StoredCampaign
    from chalicelib.storage.counting.tallies import Tallies
    from chalicelib.storage.counting.tally_sums import TallySums

Value = TypeVar("Value")
CAMPAIGN_SECONDS = 30
LISTED = "listed"
COUNT_SECONDS = 10
# A refused read is tried again after at most this long, and what is known is used for no longer than that.
AGAIN_SECONDS, KNOWN_SECONDS = 5, 300
# So much sooner, at random, a campaign is read again: containers that began together do not read together.
SPREAD = 0.3
# Counters over all buckets from which on a campaign's counts are read from their sum: about 40 KB.
LARGE, LARGE_SECONDS = 2000, 3600


@dataclass(frozen=True, slots=True)
class CampaignSnapshot:
    """A campaign with its counters as they were at `as_of`."""

    campaign: Campaign
    tally: Tally
    as_of: datetime

    def as_test(self) -> CampaignSnapshot:
        """The same, to sign as a test."""
        return replace(self, campaign=self.campaign.as_test())

    @property
    def public_count(self) -> int:
        """Confirmed signatures, those on paper, and those counted elsewhere (`external_count`)."""
        return self.tally.total + self.campaign.external_count

    @property
    def shown_count(self) -> int | None:
        """The public count, or None when the campaign hides it."""
        return self.public_count if self.campaign.show_count else None


@dataclass(slots=True)
class CampaignReader:
    """Reads campaigns."""

    store: Campaigns
    tallies: Tallies
    sums: TallySums
    clock: Callable[[], datetime]
    dice: Callable[[], float] = random.random
    _campaigns: Cache[str, Campaign] = field(init=False)
    _snapshots: Cache[str, CampaignSnapshot] = field(init=False)
    _recent_snapshots: Cache[str, CampaignSnapshot] = field(init=False)
    _listed: Cache[str, tuple[CampaignSummary, ...]] = field(init=False)
    _large: Cache[str, bool] = field(init=False)

    def __post_init__(self) -> None:
        self._campaigns = Cache(CAMPAIGN_SECONDS, self.clock, spread=SPREAD, dice=self.dice)
        self._snapshots = Cache(CAMPAIGN_SECONDS, self.clock, spread=SPREAD, dice=self.dice)
        self._listed = Cache(CAMPAIGN_SECONDS, self.clock, spread=SPREAD, dice=self.dice)
        self._recent_snapshots = Cache(COUNT_SECONDS, self.clock, spread=SPREAD, dice=self.dice)
        self._large = Cache(LARGE_SECONDS, self.clock)

    def get_snapshot(self, campaign: str) -> CampaignSnapshot:
        """Returns a campaign and its count, at most 30 s old: one call unless it is cached. Raises CampaignNotFound.

        At most five minutes old while the Registry cannot be read. Raises Unavailable when nothing is known by then.
        """
        if cached := self._snapshots.find(campaign):
            return self._recent_snapshots.find(campaign) or cached
        try:
            return self._read_snapshot(campaign)
        except Unavailable:
            return _known(self._snapshots, campaign)

    def get_recent_snapshot(self, campaign: str) -> CampaignSnapshot:
        """Returns the same with a count at most 10 s old: one call unless it is cached. Raises CampaignNotFound, Unavailable."""
        if cached := self._recent_snapshots.find(campaign):
            return cached
        snapshot = self._snapshots.find(campaign)
        if snapshot is None or self._large.find(campaign):
            return self._read_recent(campaign)
        try:
            recounted = replace(snapshot, tally=self.tallies.get(campaign), as_of=self.clock())
        except Unavailable:
            return _known(self._recent_snapshots, campaign, snapshot)
        # Kept apart, as the campaign itself is no newer than before.
        return self._recent_snapshots.put(campaign, recounted)

    def _read_recent(self, campaign: str) -> CampaignSnapshot:
        try:
            return self._read_snapshot(campaign)
        except Unavailable:
            return _known(self._recent_snapshots, campaign, _known(self._snapshots, campaign))

    def _read_snapshot(self, campaign: str) -> CampaignSnapshot:
        """Reads a campaign with its counters: of a large one their sum, which is a few seconds old."""
        if not self._large.find(campaign):
            try:
                snapshot = self.get_fresh_snapshot(campaign)
            except Unavailable:  # the next read asks for less
                self._large.put(campaign, value=True)
                raise
            if len(snapshot.tally.counters) * snapshot.campaign.buckets >= LARGE:
                self._large.put(campaign, value=True)
            return snapshot
        found, tally_sum = self.store.get_with_sum(campaign)
        if tally_sum is None or self.sums.is_to_be_renewed(campaign, tally_sum, self.clock()):
            snapshot = self.get_fresh_snapshot(campaign)
            with contextlib.suppress(Unavailable):
                self.sums.save(campaign, snapshot.tally, as_of=snapshot.as_of)
            return snapshot
        return self._remember(CampaignSnapshot(found, tally_sum.tally, tally_sum.as_of))

    def count_for(self, draft: Campaign) -> int:
        """Returns the public count that an unsaved document would have now, which is 0 for a campaign that does not exist yet."""
        try:
            snapshot = self.get_recent_snapshot(draft.id)
        except CampaignNotFound:
            return draft.external_count
        return replace(snapshot, campaign=draft).public_count

    def invalidate(self, campaign: str) -> None:
        """Removes a campaign from the caches, after it was saved."""
        self._campaigns.remove(campaign)
        self._snapshots.remove(campaign)
        self._recent_snapshots.remove(campaign)
        self._listed.remove(LISTED)

    def get(self, campaign: str) -> Campaign:
        """Returns a campaign, as old as `get_snapshot`. Raises CampaignNotFound, Unavailable.

        It only reads: functions that send email or hear of it may not store the sum of a large campaign, and need none.
        """
        if snapshot := self._snapshots.find(campaign):
            return snapshot.campaign
        if not self._large.find(campaign):
            return self.get_snapshot(campaign).campaign
        if cached := self._campaigns.find(campaign):
            return cached
        try:
            return self._campaigns.put(campaign, self.store.get_with_sum(campaign)[0])
        except Unavailable:
            snapshot = self._snapshots.find_older(
                campaign, max_age_seconds=KNOWN_SECONDS, again_after_seconds=AGAIN_SECONDS
            )
            return _known(self._campaigns, campaign, snapshot.campaign if snapshot else None)

    def get_of_signatures(self, name: str) -> Campaign:
        """Returns the campaign that signatures under `name` are for: a campaign's id, or the name of its tests.

        Never for a name that a stranger or an organiser sent. Raises CampaignNotFound.
        """
        campaign = self.get(campaign_of(name))
        return campaign.as_test() if is_for_tests(name) else campaign

    def get_stored(self, campaign: str) -> StoredCampaign:
        """Returns a campaign as it is stored now, never cached: for organisers. Raises CampaignNotFound."""
        return self.store.get(campaign)

    def list_for(self, key: ApiKey, *, archived: bool = False) -> list[CampaignOverview]:
        """Lists the campaigns that `key` reaches, each with its counters: one query, and one call per hundred buckets."""
        reached = [summary for summary in self.store.list() if key.has_every_campaign or summary.id in key.campaigns]
        summaries = [summary for summary in reached if archived or not summary.archived]
        tallies = self.tallies.get_many({summary.id: summary.buckets for summary in summaries})
        return [CampaignOverview(summary, tallies[summary.id], self.clock()) for summary in summaries]

    def list_listed(self) -> tuple[CampaignSummary, ...]:
        """Lists the campaigns that want to be on the front page, as old as `get_snapshot`: one query, however many there are."""
        if (cached := self._listed.find(LISTED)) is not None:
            return cached
        try:
            return self._listed.put(LISTED, tuple(one for one in self.store.list() if one.listed and not one.archived))
        except Unavailable:
            return _known(self._listed, LISTED)

    def list_statements(self, campaign: str) -> list[StatementVersion]:
        """Lists every version of a campaign's statement, oldest first. Raises CampaignNotFound."""
        return list(self.store.statement_versions.list(self.store.get(campaign).campaign.id))

    def get_statement(self, campaign: str, version: int) -> StatementVersion:
        """Returns one version of a campaign's statement. Raises CampaignNotFound, NotFound."""
        return self.store.statement_versions.get(self.store.get(campaign).campaign.id, version)

    def get_fresh_snapshot(self, campaign: str) -> CampaignSnapshot:
        """Returns a campaign and its counters as they are now: always one call. Raises CampaignNotFound."""
        return self._remember(CampaignSnapshot(*self.store.get_with_tally(campaign), self.clock()))

    def _remember(self, snapshot: CampaignSnapshot) -> CampaignSnapshot:
        self._recent_snapshots.put(snapshot.campaign.id, snapshot, since=snapshot.as_of)
        return self._snapshots.put(snapshot.campaign.id, snapshot)


def _known(cache: Cache[str, Value], key: str, otherwise: Value | None = None) -> Value:
    """What is known although it cannot be read now. Raises Unavailable if nothing is."""
    known = cache.find_older(key, max_age_seconds=KNOWN_SECONDS, again_after_seconds=AGAIN_SECONDS)
    if known is None:
        known = otherwise
    if known is None:
        raise Unavailable
    log.info("what was read before is used", campaign=key)
    return known
