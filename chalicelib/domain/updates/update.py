"""An update: news of a campaign in each of its languages, whom it is for, and how far it has been sent."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from chalicelib.domain.signatures.signature import Signature

MAX_DRAFTS = 50
# Who has had an update is remembered for longer than it can be sent on: nobody gets it twice.
SENDABLE_FOR = timedelta(days=60)
REMEMBERED_DAYS = 120


class UpdateState(StrEnum):
    """How far an update has got."""

    DRAFT = "draft"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    STOPPED = "stopped"


class PauseReason(StrEnum):
    """Why an update is paused."""

    ORGANIZER = "organizer"
    BOUNCES = "bounces"
    COMPLAINTS = "complaints"
    REFUSED = "refused"  # SES sends nothing of this sender


class WaitReason(StrEnum):
    """What an update waits for while it is being sent; it goes on by itself."""

    CONFIRMATIONS = "confirmations"
    QUOTA = "quota"  # the share of SES's daily quota that updates may use
    MAIL_PAUSED = "mail_paused"
    SES = "ses"  # it refuses for now


@dataclass(frozen=True, slots=True)
class UpdateText:
    """The words in one language; `body` is Markdown. Either is empty while it is not written."""

    subject: str
    body: str

    @property
    def is_whole(self) -> bool:
        """True when it can be sent."""
        return bool(self.subject and self.body)


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom an update is for, among those who asked for news; an empty list means everybody."""

    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()

    def includes(self, language: str, country: str) -> bool:
        """True for a signer of that language and country (empty: not given)."""
        return (not self.languages or language in self.languages) and (not self.countries or country in self.countries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What became of an update. `failed` were refused by SES for good, `skipped` may not be emailed at all."""

    sent: int = 0
    failed: int = 0
    skipped: int = 0
    delivered: int = 0
    bounced: int = 0
    complained: int = 0
    unsubscribed: int = 0

    @classmethod
    def total(cls, parts: Iterable[Figures]) -> Figures:
        """The sum of the buckets' figures."""
        whole = list(parts)
        return cls(**{one.name: sum(getattr(part, one.name) for part in whole) for one in fields(cls)})

    def since(self, earlier: Figures) -> Figures:
        """What was added to an earlier reading."""
        return Figures(**{one.name: getattr(self, one.name) - getattr(earlier, one.name) for one in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One update without its bodies. `recipients` is how many it was to reach when it began; `buckets` are the campaign's.

    `judged_from` are its figures when it was last resumed: what came before does not pause it again.
    """

    campaign: str
    id: str
    state: UpdateState
    subjects: Mapping[str, str]
    audience: Audience
    revision: int
    created_at: datetime
    changed_at: datetime
    buckets: int = 0
    recipients: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    reason: str = ""
    judged_from: Figures = field(default_factory=Figures)

    @property
    def is_draft(self) -> bool:
        """True while it can be changed."""
        return self.state is UpdateState.DRAFT

    @property
    def is_over(self) -> bool:
        """True when nothing of it will be sent any more."""
        return self.state in {UpdateState.SENT, UpdateState.STOPPED}

    def is_too_old(self, now: datetime) -> bool:
        """True when it began so long ago that it is not sent on."""
        return self.started_at is not None and now > self.started_at + SENDABLE_FOR

    def is_for(self, signature: Signature) -> bool:
        """True for a signer who confirmed, asked for news, and is in the audience. Held ones await an organiser's decision."""
        if not signature.is_confirmed or not signature.wants_updates or signature.marks.held:
            return False
        if not signature.email or signature.anonymised_at:
            return False
        return self.audience.includes(signature.language, signature.answers.get("country", ""))
