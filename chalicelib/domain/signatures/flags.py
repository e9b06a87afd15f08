"""What is odd about a signature (flags), and why an email to its signer waits for an organiser (reasons)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Collection


class Flag(StrEnum):
    """What is odd about a signature. Flags are counted; they hold the email only if the campaign says so."""

    FAST = "fast"  # the form was sent faster than a person can fill it in
    FORGED = "forged"  # the form's token is not one that we made
    DISPOSABLE = "disposable"  # the address is a disposable one
    CAPTCHA = "captcha"  # the campaign asks for a captcha, and its proof is missing


# The flags that a campaign may choose to hold emails for; a missing captcha proof always does.
HoldableFlag = Literal["fast", "forged", "disposable"]
HOLDABLE_FLAGS: tuple[str, ...] = get_args(HoldableFlag)


class HoldReason(StrEnum):
    """Why an email waits for the organiser, besides the flags."""

    NETWORK = "network"
    DOMAIN = "domain"
    CAMPAIGN = "campaign"
    ADDRESS = "address"
    HONEYPOT = "honeypot"  # a field that people do not see was filled in: nothing of it counts before it is released


HOLD_REASONS = (*map(str, HoldReason), *map(str, Flag))


def lacks_proof(flags: Collection[str], *, is_cleared: bool, is_double: bool) -> bool:
    """True for one that counts without a click and without the captcha's proof, until an organiser has looked at it.

    Without this a campaign's captcha would not keep a robot's names off the page, nor out of what is handed over.
    """
    return not is_double and Flag.CAPTCHA in flags and not is_cleared
