"""Which comments may be public: their signers were told so and show their names, and an organiser approved these very words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from chalicelib.domain.signatures.person_fields import display_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.signatures.signature import Signature

# A form that says what may become of the comment sends this; the number names the words (docs/privacy.md).
NOTICE_FIELD = "comment_notice"
NOTICE = 1


class CommentState(StrEnum):
    """Where a comment is on its way to the public."""

    PRIVATE = "private"  # its signer was not told, or does not show the name, or an organiser hides that
    WAITING = "waiting"
    SHOWN = "shown"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PublicComment:
    """A comment with the name to show, and the language of its form."""

    name: str
    comment: str
    language: str


def is_told(form_values: Mapping[str, object]) -> bool:
    """True if the form said that the comment may be published."""
    return form_values.get(NOTICE_FIELD) == str(NOTICE)


def comment_state(signature: Signature) -> CommentState | None:
    """The state of a signature's comment; None if it has none."""
    decided, answers = signature.moderation, signature.answers
    may = signature.public and signature.comment_notice and display_name(answers) and not decided.is_hidden
    return _state(bool(answers.get("comment")), bool(may), decided.comment_shown)


def state_of_stored(stored: Mapping[str, Any]) -> CommentState | None:
    """The same of a signature as it is stored, by attribute."""
    may = stored.get("public") and stored.get("comment_notice") and display_name(stored) and "hidden_at" not in stored
    return _state(bool(stored.get("comment")), bool(may), stored.get("comment_shown"))


def _state(there: bool, may_be_public: bool, decided: bool | None) -> CommentState | None:  # noqa: FBT001
    if not there:
        return None
    if not may_be_public:
        return CommentState.PRIVATE
    if decided is None:
        return CommentState.WAITING
    return CommentState.SHOWN if decided else CommentState.REFUSED
