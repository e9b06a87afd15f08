"""What organisers decide about a signature in public, kept apart from what its signer typed: no correction undoes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.text import text_rules

if TYPE_CHECKING:
    from datetime import datetime

MAX_REASON = 200


@dataclass(frozen=True, slots=True)
class Moderation:
    """`hidden_at` is when an organiser took the name off the public list and what is handed over; None while it may be shown.

    `hidden_reason` is the organiser's, for other organisers and for the person, who may read it.
    """

    hidden_at: datetime | None = None
    hidden_reason: str = ""

    @property
    def is_hidden(self) -> bool:
        """True while an organiser keeps the name from the public."""
        return self.hidden_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerationRequest:
    """What is to be decided: whether the name is `shown`, and why not."""

    shown: bool
    reason: str = ""


def parse(body: object) -> ModerationRequest:
    """The request in `{shown, reason}`; hiding needs a reason. Raises InvalidFields."""
    if not isinstance(body, dict) or body.keys() - {"shown", "reason"}:
        raise InvalidFields.one("body", "unknown_field")
    shown = body.get("shown")
    if not isinstance(shown, bool):
        raise InvalidFields.one("shown", "missing" if shown is None else "not_true_or_false")
    reason = _reason(body.get("reason"))
    if not (shown or reason):
        raise InvalidFields.one("reason", "missing")
    return ModerationRequest(shown=shown, reason=reason)


def _reason(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidFields.one("reason", "not_text")
    text = text_rules.normalise(value, limit=MAX_REASON)
    if code := text_rules.error_code(text, limit=MAX_REASON):
        raise InvalidFields.one("reason", code, limit=MAX_REASON)
    return text
