"""When and to whom a campaign was handed over, and which signatures were counted in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

    from chalicelib.domain.signatures.signature import Signature

# A bulk withdrawal that was undone within a day is over; since when the signature was away is not kept.
LONGEST_AWAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One time that it was handed over. `words` are the organiser's about it, by language; `url` leads to more, or is empty."""

    target: str
    date: date
    words: Mapping[str, str] = field(default_factory=dict)
    url: str = ""


def read_deliveries(document: Mapping[str, Any]) -> tuple[Delivery, ...]:
    """Those in a stored document, the newest first."""
    found = [Delivery(**{**one, "date": date.fromisoformat(one["date"])}) for one in document.get("delivered", ())]
    return tuple(sorted(found, key=lambda one: one.date, reverse=True))


def counted_in(delivered: Iterable[Delivery], signature: Signature, zone: ZoneInfo) -> tuple[Delivery, ...]:
    """The deliveries that a signature was counted in: it counted before that day ended in the campaign's `zone`, and was not withdrawn then.

    Whether its name was in what was handed over is not known here: a signer may have shown or hidden it since.
    """
    return tuple(one for one in delivered if _counted_at(signature, _end_of(one.date, zone)))


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone)


def _counted_at(signature: Signature, moment: datetime) -> bool:
    began = signature.signed_at if signature.is_external else signature.confirmed_at
    if began is None or began >= moment or signature.is_honeypot_held:
        return False
    if signature.is_withdrawn:
        return signature.withdrawn_at is not None and signature.withdrawn_at >= moment
    restored = signature.restored_at
    # What cannot be known for sure is not said.
    return restored is None or not restored - LONGEST_AWAY < moment <= restored
