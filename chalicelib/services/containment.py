"""Contains a failure of one part of the hourly round, or of one campaign in it: it is reported, and the others go on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from chalicelib import log

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERY_CAMPAIGN = "every"


@contextmanager
def contained(part: str, campaign: str = EVERY_CAMPAIGN, **place: Any) -> Iterator[None]:
    """Logs an exception of the block, with a metric that has `campaign` as a dimension, and goes on after the block."""
    try:
        yield
    except Exception:  # noqa: BLE001 - each part of a round is an entry point: one that fails must not stop the others
        log.exception("a part of the hourly round failed", kind=part, campaign=campaign, **place)
        log.metric("round_failed", 1, kind=part, campaign=campaign, **place)
