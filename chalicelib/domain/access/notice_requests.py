"""Checks what members write about the notices they want; unknown fields are refused."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from chalicelib.domain.access.notices import Digest, NoticeChoice
from chalicelib.domain.documents import validate


class NoticeChanges(BaseModel):
    """The body of `PATCH /admin/me/notices`: only what is to be different."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    digest: Digest | None = None
    at_once: bool | None = None


def parse(body: Any, current: NoticeChoice) -> NoticeChoice:
    """The `current` choice with the changes in `body`. Raises InvalidFields, MalformedBody."""
    changes = validate(NoticeChanges, body, whole="body")
    return NoticeChoice(
        digest=current.digest if changes.digest is None else changes.digest,
        at_once=current.at_once if changes.at_once is None else changes.at_once,
    )
