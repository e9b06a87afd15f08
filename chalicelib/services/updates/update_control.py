"""Begins, pauses, resumes and stops updates; what is asked for twice is done once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.errors import (
    NobodyToWriteTo,
    NotADraft,
    RecipientsChanged,
    Unavailable,
    UpdateNotSending,
    UpdateOver,
    VersionMismatch,
)
from chalicelib.domain.updates.update import PauseReason, Update, UpdateState
from chalicelib.services.updates.update_editor import UpdateReport, reach

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.services.updates.update_editor import UpdateEditor
    from chalicelib.services.updates.update_jobs import UpdateJobs
    from chalicelib.storage.updates.update_progress import UpdateProgress
    from chalicelib.storage.updates.updates import Updates

TRIES = 5


@dataclass(frozen=True, slots=True)
class UpdateControl:
    """Acts on updates that are being sent."""

    update_editor: UpdateEditor
    updates: Updates
    update_progress: UpdateProgress
    update_jobs: UpdateJobs
    clock: Callable[[], datetime]

    def send(self, campaign: str, update_id: str, body: object, key: ApiKey) -> UpdateReport:
        """Begins to send a draft, if it reaches as many signers as the organiser was told.

        Raises NotFound, InvalidFields, NotADraft, NobodyToWriteTo, RecipientsChanged, VersionMismatch.
        """
        from chalicelib.domain.updates import update_documents  # loads pydantic, so only when it is needed

        expected = update_documents.parse_send(body)
        snapshot = self.update_editor.campaign_reader.get_fresh_snapshot(campaign)
        update = self.update_editor.find(campaign, update_id)
        if not update.is_draft:
            raise NotADraft
        update_documents.require_whole(self.updates.words(update), snapshot.campaign, update.audience)
        recipients = reach(update, snapshot)
        if not recipients:
            raise NobodyToWriteTo
        if expected != recipients:
            raise RecipientsChanged(recipients=recipients)
        begun = replace(update, recipients=recipients, buckets=snapshot.campaign.buckets)
        sent = self.updates.start(begun, key=key.id, now=self.clock())
        self.update_jobs.queue_rest(sent)
        return self._report(sent)

    def pause(self, campaign: str, update_id: str, key: ApiKey) -> UpdateReport:
        """Pauses it within seconds; what is with SES already arrives. Raises NotFound, UpdateNotSending, UpdateOver."""

        def paused(update: Update) -> Update:
            if update.state is UpdateState.PAUSED:
                return update
            return self.updates.pause(update, PauseReason.ORGANIZER, key=key.id, now=self.clock())

        return self._report(self._change(campaign, update_id, paused))

    def resume(self, campaign: str, update_id: str, key: ApiKey) -> UpdateReport:
        """Goes on where it was paused; what bounced until now pauses it no more. Raises as `pause`."""

        def resumed(update: Update) -> Update:
            if update.is_too_old(self.clock()):
                raise UpdateOver
            if update.state is UpdateState.SENDING:
                return update
            figures = self.update_progress.get(update).figures
            return self.updates.resume(update, figures, key=key.id, now=self.clock())

        update = self._change(campaign, update_id, resumed)
        self.update_jobs.queue_rest(update)  # also if it was going on, in case its jobs were lost
        return self._report(self.update_editor.find(campaign, update_id))

    def stop(self, campaign: str, update_id: str, key: ApiKey) -> UpdateReport:
        """Ends it for good: whoever has not had it will not get it. Raises NotFound, UpdateNotSending, UpdateOver."""
        found = self.update_editor.find(campaign, update_id)
        if found.state is UpdateState.STOPPED:
            return self._report(found)

        def stopped(update: Update) -> Update:
            return self.updates.stop(update, key=key.id, now=self.clock())

        return self._report(self._change(campaign, update_id, stopped))

    def _change(self, campaign: str, update_id: str, change: Callable[[Update], Update]) -> Update:
        for _ in range(TRIES):
            update = self.update_editor.find(campaign, update_id)
            if update.is_draft:
                raise UpdateNotSending
            if update.is_over:
                raise UpdateOver
            try:
                return change(update)
            except VersionMismatch:  # a worker or somebody else changed it in this very moment
                continue
        raise Unavailable

    def _report(self, update: Update) -> UpdateReport:
        return UpdateReport(update, update.recipients, self.update_progress.get(update))
