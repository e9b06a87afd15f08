"""What organisers decide about a signature in public, kept apart from what its signer typed: no correction undoes a hidden name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.text import text_rules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

MAX_REASON = 200
MAX_NAMES = 100  # of one request
MAX_ID_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Moderation:
    """`hidden_at` is when an organiser took the name off the public list and what is handed over; None while it may be shown.

    `hidden_reason` is the organiser's, for other organisers and for the person, who may read it. `comment_shown` says whether an
    organiser approved the comment for the public; None while nobody decided about its present words.
    """

    hidden_at: datetime | None = None
    hidden_reason: str = ""
    comment_shown: bool | None = None

    @property
    def is_hidden(self) -> bool:
        """True while an organiser keeps the name from the public."""
        return self.hidden_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameDecision:
    """Whether the name is `shown`, and why not."""

    shown: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesDecision:
    """The same about the names of several signatures."""

    ids: tuple[str, ...]
    decision: NameDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentDecision:
    """Whether the `comment`, as it was read, is `shown`; None takes an earlier decision back."""

    shown: bool | None
    comment: str = ""


def parse(body: object) -> NameDecision | CommentDecision:
    """The decision in `{shown, reason}` or `{comment_shown, comment}`. Raises InvalidFields."""
    if not isinstance(body, dict):
        raise InvalidFields.one("body", "unknown_field")
    return _comment_decision(body) if "comment_shown" in body else _name_decision(body)


def parse_names(body: object) -> NamesDecision:
    """The decision in `{ids, shown, reason}`, about each id once. Raises InvalidFields."""
    if not isinstance(body, dict):
        raise InvalidFields.one("body", "unknown_field")
    ids = body.get("ids")
    if not isinstance(ids, list):
        raise InvalidFields.one("ids", "missing" if ids is None else "not_a_list")
    if not ids or len(ids) > MAX_NAMES:
        raise InvalidFields.one("ids", "too_many_entries" if ids else "missing", limit=MAX_NAMES)
    for place, one in enumerate(ids):
        if not isinstance(one, str):
            raise InvalidFields.one(f"ids.{place}", "not_text")
        if not one.isascii() or len(one) > MAX_ID_LENGTH:  # could be no id of anything, and is repeated in the answer
            raise InvalidFields.one(f"ids.{place}", "not_an_option")
    decision = _name_decision({name: value for name, value in body.items() if name != "ids"})
    return NamesDecision(ids=tuple(dict.fromkeys(ids)), decision=decision)


def _name_decision(body: Mapping[str, object]) -> NameDecision:
    if body.keys() - {"shown", "reason"}:
        raise InvalidFields.one("body", "unknown_field")
    shown = body.get("shown")
    if not isinstance(shown, bool):
        raise InvalidFields.one("shown", "missing" if shown is None else "not_true_or_false")
    reason = _reason(body.get("reason"))
    if not (shown or reason):
        raise InvalidFields.one("reason", "missing")
    return NameDecision(shown=shown, reason=reason)


def _comment_decision(body: Mapping[str, object]) -> CommentDecision:
    """To be shown, the comment must be there as it was read: nobody approves words that were corrected a moment ago."""
    if body.keys() - {"comment_shown", "comment"}:
        raise InvalidFields.one("body", "unknown_field")
    shown, comment = body["comment_shown"], body.get("comment")
    if not isinstance(shown, bool | None):
        raise InvalidFields.one("comment_shown", "not_true_or_false")
    if not isinstance(comment, str | None):
        raise InvalidFields.one("comment", "not_text")
    if comment and len(comment) > text_rules.MAX_COMMENT_LENGTH:
        raise InvalidFields.one("comment", "too_long", limit=text_rules.MAX_COMMENT_LENGTH)
    if shown and not comment:
        raise InvalidFields.one("comment", "missing")
    return CommentDecision(shown=shown, comment=comment or "")


def _reason(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidFields.one("reason", "not_text")
    text = text_rules.normalise(value, limit=MAX_REASON)
    if code := text_rules.error_code(text, limit=MAX_REASON):
        raise InvalidFields.one("reason", code, limit=MAX_REASON)
    return text
