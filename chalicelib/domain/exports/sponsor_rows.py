"""What a sponsor's export holds: who consents to it, and a mark for who did and does no longer; nobody else, in no form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.signatures.signature import SignatureState

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    Row = Mapping[str, Any]


def consents(sponsor: str, stored: Row) -> bool:
    """True for a confirmed signer who may be written to by that sponsor."""
    return stored["state"] == SignatureState.CONFIRMED and sponsor in stored.get("consents", ())


def is_wanted(sponsor: str, since: str, states: Container[str], stored: Row) -> bool:
    """True if a stored signature is a row of that sponsor's export of `states`; with `since`, of what changed from then on.

    Changes of confirmed signers include who left the sponsor since: an earlier file may have them.
    """
    if consents(sponsor, stored):
        return SignatureState.CONFIRMED in states and (not since or stored.get("changed_at", "") >= since)
    left_at = _left_at(sponsor, stored)
    if since:
        asks_for_them = SignatureState.CONFIRMED in states or SignatureState.WITHDRAWN in states
        return asks_for_them and left_at >= since
    return bool(left_at) and stored["state"] == SignatureState.WITHDRAWN and SignatureState.WITHDRAWN in states


def tombstone(sponsor: str, stored: Row) -> dict[str, Any]:
    """What a sponsor may know of somebody who left it: when that was, and nothing about what came after."""
    left_at = _left_at(sponsor, stored)
    return {"signed_at": stored["signed_at"], "withdrawn_at": left_at, "changed_at": left_at}


def _left_at(sponsor: str, stored: Row) -> str:
    left_at: str = stored.get("left_sponsors", {}).get(sponsor, "")
    return left_at
