"""How far the writing of an export has come."""

from __future__ import annotations

# Of the making of a packet, how much is reading the signatures.
READING = 0.3


def fraction_done(buckets: int, bucket: int, after: str) -> float:
    """How much of a scan over all buckets is done, 0 to 1; since ids spread evenly, the last id in order says so."""
    letters = "abcdefghijklmnopqrstuvwxyz234567"  # base32, which sorts digits first
    order = sorted(letters)
    within = 0.0
    for place, letter in enumerate(after[:3], start=1):
        within += order.index(letter) / len(order) ** place if letter in letters else 0
    return round(min(1.0, (bucket + within) / buckets), 4)


def packet_progress(buckets: int, bucket: int, names: int, total: int) -> float:
    """How much of a packet with at most `total` names is made, 0 to 1: first all buckets are read, then names are set."""
    is_set = names / total if total else 0.0
    return round(min(0.99, READING * bucket / buckets + (0.99 - READING) * is_set), 4)
