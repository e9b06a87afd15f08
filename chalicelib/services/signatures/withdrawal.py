"""Withdraws a signature: for its signer, for an organiser, or because an address is erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chalicelib.domain.errors import Unavailable
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.signatures.signature import Signature, SignatureKey
    from chalicelib.domain.signatures.withdrawers import Withdrawer
    from chalicelib.storage.signatures.signatures import Signatures


TRIES = 5


class Withdrawal(NamedTuple):
    """A signature as it was before, and what is left of it; the same twice when it was withdrawn already, None when there is none."""

    was: Signature | None
    left: Signature | None


def withdraw_signature(
    signatures: Signatures, key: SignatureKey, by: Withdrawer, clock: Callable[[], datetime]
) -> Withdrawal:
    """Withdraws a signature for good, also one whose withdrawal could be undone. Repeating it changes nothing. Raises Unavailable."""
    for _ in range(TRIES):
        signature = signatures.find(key)
        if signature is None or signature.is_withdrawn:
            if signature and signature.withdrawal and not signatures.kept.forget(key, signature.withdrawal):
                continue
            if signature and not signature.has_left:
                signatures.paper.leave(key, by, now=clock())
            return Withdrawal(signature, signature)
        try:
            return Withdrawal(signature, signatures.withdraw(signature, by, now=clock()))
        except ConditionFailed:  # confirmed in this very moment
            continue
    raise Unavailable
