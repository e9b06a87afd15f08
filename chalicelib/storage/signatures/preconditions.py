"""Whether a signature still stands as it was read, as conditions of a write and the values they compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.signatures.signature import SignatureState
from chalicelib.domain.timestamps import stamp

if TYPE_CHECKING:
    from chalicelib.domain.signatures.signature import Signature

is_as_read = "#state = :state AND #signed_at = :signed_at AND #fingerprint = :fingerprint_then"
# Beside that, and for the reason it was judged by: with `reason` among the values.
is_still_held = f"{is_as_read} AND #held = :reason"
STATES = {f":{state}": str(state) for state in SignatureState}


def values_as_read(signature: Signature) -> dict[str, str]:
    """The values of `is_as_read`."""
    return {
        ":state": str(signature.state),
        ":signed_at": stamp(signature.signed_at),
        ":fingerprint_then": signature.fingerprint,
    }


def states(*wanted: str) -> dict[str, str]:
    """States as values of a condition, each under its own name."""
    return {f":{state}": STATES[f":{state}"] for state in wanted}
