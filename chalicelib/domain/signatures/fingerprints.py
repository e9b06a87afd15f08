"""The fingerprint of what somebody typed: a confirm link carries it, so that it confirms exactly that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.email_addresses import fingerprint

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

TO_JSON = json.JSONEncoder(ensure_ascii=False).encode


def fingerprint_of(
    pepper: bytes, email: str, answers: Mapping[str, str], consents: Collection[str], *, public: bool, updates: bool
) -> str:
    """The fingerprint of what was typed; without a yes to updates it is the one of releases that did not ask for it."""
    typed = [email, sorted(answers.items()), public, sorted(consents), *(["updates"] if updates else [])]
    return fingerprint(pepper, TO_JSON(typed))
