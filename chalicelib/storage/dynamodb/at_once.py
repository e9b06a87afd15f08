"""Asks several partitions at once instead of one after the other: the same calls, and the wait of one."""

from __future__ import annotations

from contextvars import copy_context
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Answer = TypeVar("Answer")
# Connections that a client keeps (`Stores.client`) are more. With 64 buckets that is two rounds.
MOST_AT_ONCE = 32


def at_once(calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """What the calls return, in their order; each sees the caller's context (request, patience). Raises what the first to fail raises."""
    if len(calls) < 2:  # noqa: PLR2004 - nothing to do at once
        return [call() for call in calls]
    from concurrent.futures import ThreadPoolExecutor  # only where there is something to wait for

    with ThreadPoolExecutor(min(len(calls), MOST_AT_ONCE)) as pool:
        begun = [pool.submit(copy_context().run, call) for call in calls]
        return [one.result() for one in begun]
