"""What is odd about a signature (flags), and why an email to its signer waits for an organiser (reasons)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from chalicelib.domain.signatures.signature import Signature


class Flag(StrEnum):
    """What is odd about a signature; it is counted, and holds the mail only if the campaign says so."""

    FAST = "fast"  # the form was sent sooner than a person can fill it in
    FORGED = "forged"  # what the form carried is not what we put there
    DISPOSABLE = "disposable"  # an address of a mailbox to throw away
    CAPTCHA = "captcha"  # the campaign asks for a proof that a person signs, and there is none


# Those for which a campaign may ask that they hold an email; a missing proof always does.
HoldableFlag = Literal["fast", "forged", "disposable"]
HOLDABLE_FLAGS: tuple[str, ...] = get_args(HoldableFlag)


class HoldReason(StrEnum):
    """Why a mail waits for the organiser; or one of the flags."""

    NETWORK = "network"
    DOMAIN = "domain"
    CAMPAIGN = "campaign"
    ADDRESS = "address"


HOLD_REASONS = (*map(str, HoldReason), *map(str, Flag))


def all_flags(signature: Signature) -> tuple[str, ...]:
    """All that is odd about a signature."""
    return (*signature.flags, *((str(Flag.DISPOSABLE),) if signature.marks.disposable else ()))
