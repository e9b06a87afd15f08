"""The fingerprint of what somebody typed: a confirm link carries it, so that it confirms exactly that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.email_addresses import fingerprint

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

TO_JSON = json.JSONEncoder(ensure_ascii=False).encode


def fingerprint_of(  # noqa: PLR0913 - all that a form says
    pepper: bytes,
    email: str,
    answers: Mapping[str, str],
    consents: Collection[str],
    *,
    public: bool,
    updates: bool,
    notices: tuple[int, int] = (0, 0),
) -> str:
    """The fingerprint of what was typed, and of the `notices` that the form gave of comment and name.

    Without a yes to updates and without notices it is the one of releases that did not ask or say so.
    """
    later = [*(["updates"] if updates else []), *([notices] if any(notices) else [])]
    typed = [email, sorted(answers.items()), public, sorted(consents), *later]
    return fingerprint(pepper, TO_JSON(typed))
