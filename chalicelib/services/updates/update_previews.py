"""Shows an organiser an update as it will arrive, to an example person; its links act on nobody's signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.updates.update import Audience, Update, UpdateState
from chalicelib.services.mail.email_previews import EXAMPLE_NAME
from chalicelib.services.updates.update_composer import Mailing, compose_test

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.mail.email_messages import Message
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.storage.queues import SampleMailJob
    from chalicelib.storage.updates.updates import Updates


@dataclass(frozen=True, slots=True)
class UpdatePreviews:
    """Composes words that may not be saved yet."""

    campaign_reader: CampaignReader
    updates: Updates
    clock: Callable[[], datetime]

    def show(self, campaign: str, language: str | None, words: object, base_url: str) -> tuple[str, Message]:
        """Returns the language and the email; `language` None is the campaign's own. Raises CampaignNotFound, InvalidFields."""
        from chalicelib.domain.updates import update_documents  # loads pydantic, so only when it is needed

        stored = self.campaign_reader.get_stored(campaign).campaign
        shown_in = language or stored.default_language
        if shown_in not in stored.texts:
            raise InvalidFields.one("language", "not_an_option", options=", ".join(stored.languages))
        text = update_documents.parse_text(words)
        mailing = Mailing(stored, self._unsaved(stored), {shown_in: text})
        return shown_in, compose_test(mailing, shown_in, EXAMPLE_NAME, base_url, is_test=False)

    def compose_saved(self, job: SampleMailJob, campaign: Campaign, base_url: str) -> Message | None:
        """A saved update as a test, to the example person; None if it is no more, or not whole in that language."""
        update = self.updates.find(campaign.id, job.update)
        words = self.updates.words(update) if update else {}
        text = words.get(job.language)
        if update is None or text is None or not text.is_whole or job.language not in campaign.texts:
            return None
        return compose_test(Mailing(campaign, update, words), job.language, EXAMPLE_NAME, base_url)

    def _unsaved(self, campaign: Campaign) -> Update:
        now = self.clock()
        return Update(
            campaign=campaign.id,
            id="unsaved",
            state=UpdateState.DRAFT,
            subjects={},
            audience=Audience(),
            revision=0,
            created_at=now,
            changed_at=now,
        )
