"""The end of a worker's time."""

from __future__ import annotations


class OutOfTime(Exception):
    """The worker's time is nearly over: what it has begun must be begun anew by another."""
