"""What a sponsor's export holds: who consents to it, and a mark for who did and does no longer; nobody else, in no form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.signatures.signature import SignatureState

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    Row = Mapping[str, Any]

COUNTED_STATES = (SignatureState.CONFIRMED, SignatureState.EXTERNAL)


def consents(sponsor: str, stored: Row) -> bool:
    """True for a signer who counts, online or on paper, and may be written to by that sponsor."""
    return stored["state"] in COUNTED_STATES and sponsor in stored.get("consents", ())


def is_wanted(sponsor: str, since: str, states: Collection[str], stored: Row) -> bool:
    """True if a stored signature is a row of that sponsor's export of `states`; with `since`, of what changed from then on.

    Changes include who left the sponsor since, or the asked for state: an earlier file may have them. Without `since`, only
    an export of withdrawn ones has those.
    """
    if consents(sponsor, stored) and stored["state"] in states:
        return not since or stored.get("changed_at", "") >= since
    if since:
        return _left_at(sponsor, stored) >= since
    return states == {SignatureState.WITHDRAWN} == {stored["state"]} and bool(_left_at(sponsor, stored))


def tombstone(sponsor: str, stored: Row) -> dict[str, Any]:
    """What a sponsor may know of somebody who left it: when that was, and nothing about what came after."""
    left_at = _left_at(sponsor, stored)
    return {"signed_at": stored["signed_at"], "withdrawn_at": left_at, "changed_at": left_at}


def _left_at(sponsor: str, stored: Row) -> str:
    left_at: str = stored.get("left_sponsors", {}).get(sponsor, "")
    return left_at
