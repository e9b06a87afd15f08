"""Updates as organisers write them: drafts, how many signers each would reach, and how far those are that have begun."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from chalicelib.domain.campaigns.merge_patch import apply_patch
from chalicelib.domain.errors import InvalidFields, NotADraft, NotFound, TooManyDrafts
from chalicelib.domain.updates.update import MAX_DRAFTS, Figures, Update, UpdateState
from chalicelib.storage.dynamodb.at_once import at_once
from chalicelib.storage.exports.export_names import new_export_id
from chalicelib.storage.updates.update_progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.updates.update import UpdateText
    from chalicelib.domain.updates.update_documents import UpdateDocument
    from chalicelib.services.campaigns.campaign_reader import CampaignReader, CampaignSnapshot
    from chalicelib.storage.updates.update_progress import UpdateProgress
    from chalicelib.storage.updates.updates import Updates

NOTHING = Progress(figures=Figures(), done=frozenset())
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """An update with its figures; of a draft, `recipients` is whom it would reach now."""

    update: Update
    recipients: int
    progress: Progress


@dataclass(frozen=True, slots=True)
class UpdateEditor:
    """Writes and reads updates."""

    campaign_reader: CampaignReader
    updates: Updates
    update_progress: UpdateProgress
    clock: Callable[[], datetime]

    def create(self, campaign: str, body: object, key: ApiKey) -> UpdateReport:
        """Saves a draft. Raises CampaignNotFound, InvalidFields, TooManyDrafts."""
        snapshot = self.campaign_reader.get_fresh_snapshot(campaign)
        document = _parse(body, snapshot)
        if sum(one.is_draft for one in self.updates.list(campaign)) >= MAX_DRAFTS:
            raise TooManyDrafts(limit=MAX_DRAFTS)
        now = self.clock()
        update = Update(
            campaign=campaign,
            id=new_export_id(now),
            state=UpdateState.DRAFT,
            subjects={language: text.subject for language, text in document.words.items()},
            audience=document.readers,
            revision=1,
            created_at=now,
            changed_at=now,
        )
        self.updates.add(update, document.words, key=key.id)
        return _report(update, snapshot, NOTHING)

    def list(self, campaign: str) -> list[UpdateReport]:
        """Lists the newest hundred updates: one call for all, and one for each that has begun. Raises CampaignNotFound."""
        snapshot = self.campaign_reader.get_fresh_snapshot(campaign)
        listed = [one for _, one in zip(range(MOST_LISTED), self.updates.list(campaign), strict=False)]
        return [
            _report(update, snapshot, progress)
            for update, progress in zip(listed, at_once([partial(self._progress, one) for one in listed]), strict=True)
        ]

    def _progress(self, update: Update) -> Progress:
        return NOTHING if update.is_draft else self.update_progress.get(update)

    def get(self, campaign: str, update_id: str) -> UpdateReport:
        """Returns one update with its figures. Raises CampaignNotFound, NotFound."""
        snapshot = self.campaign_reader.get_fresh_snapshot(campaign)
        update = self.find(campaign, update_id)
        return _report(update, snapshot, self._progress(update))

    def count_audience(self, campaign: str, body: object) -> int:
        """Returns how many signers an audience has now. Raises CampaignNotFound, InvalidFields."""
        from chalicelib.domain.updates import update_documents  # loads pydantic, so only when it is needed

        snapshot = self.campaign_reader.get_fresh_snapshot(campaign)
        audience = update_documents.parse_audience(body, snapshot.campaign)
        return snapshot.tally.want_updates(audience.languages, audience.countries)

    def written_languages(self, campaign: str, update_id: str) -> tuple[str, ...]:
        """Returns the campaign's languages, in its order, in which the update is whole.

        Raises CampaignNotFound, NotFound; InvalidFields if there is none.
        """
        from chalicelib.domain.updates import update_documents  # loads pydantic, so only when it is needed

        stored = self.campaign_reader.get_stored(campaign).campaign
        words = self.updates.words(self.find(campaign, update_id))
        update_documents.require_any_whole(words, stored)
        return tuple(language for language in stored.languages if language in words and words[language].is_whole)

    def find(self, campaign: str, update_id: str) -> Update:
        """Returns one update. Raises NotFound."""
        update = self.updates.find(campaign, update_id)
        if update is None:
            raise NotFound
        return update

    def words(self, update: Update) -> dict[str, UpdateText]:
        """Returns its words by language."""
        return self.updates.words(update)

    def patch(self, campaign: str, update_id: str, changes: object, key: ApiKey) -> UpdateReport:
        """Changes part of a draft by a JSON merge patch. Raises as `create`, NotFound, NotADraft, VersionMismatch."""
        snapshot = self.campaign_reader.get_fresh_snapshot(campaign)
        was = self._draft(campaign, update_id)
        if not isinstance(changes, dict):
            raise InvalidFields.one("update", "not_an_object")
        document = _parse(apply_patch(self._written(was, snapshot), changes), snapshot)
        update = replace(
            was,
            subjects={language: text.subject for language, text in document.words.items()},
            audience=document.readers,
            changed_at=self.clock(),
        )
        return _report(self.updates.replace(was, update, document.words, key=key.id), snapshot, NOTHING)

    def _written(self, update: Update, snapshot: CampaignSnapshot) -> dict[str, Any]:
        """The draft as it was sent; without words and audience in a language that the campaign has no more."""
        known = snapshot.campaign.texts
        return {
            "texts": {
                language: {"subject": text.subject, "body": text.body}
                for language, text in self.updates.words(update).items()
                if language in known
            },
            "audience": {
                "languages": [one for one in update.audience.languages if one in known],
                "countries": list(update.audience.countries),
            },
        }

    def _draft(self, campaign: str, update_id: str) -> Update:
        update = self.find(campaign, update_id)
        if not update.is_draft:
            raise NotADraft
        return update

    def delete(self, campaign: str, update_id: str, key: ApiKey) -> None:
        """Deletes a draft. Raises NotFound, NotADraft, VersionMismatch."""
        self.updates.delete(self._draft(campaign, update_id), key=key.id, now=self.clock())


def reach(update: Update, snapshot: CampaignSnapshot) -> int:
    """How many signers the counters know whom an update is for."""
    return snapshot.tally.want_updates(update.audience.languages, update.audience.countries)


def _parse(body: object, snapshot: CampaignSnapshot) -> UpdateDocument:
    from chalicelib.domain.updates import update_documents  # loads pydantic, so only when it is needed

    return update_documents.parse(body, snapshot.campaign)


def _report(update: Update, snapshot: CampaignSnapshot, progress: Progress) -> UpdateReport:
    return UpdateReport(update, reach(update, snapshot) if update.is_draft else update.recipients, progress)


def texts_of(words: Mapping[str, UpdateText]) -> dict[str, dict[str, str]]:
    """The words as JSON types."""
    return {language: {"subject": text.subject, "body": text.body} for language, text in words.items()}
