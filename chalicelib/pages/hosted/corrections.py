"""An address that looks mistyped, as the thank-you page shows it: where the email went, and a button that corrects it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedCorrection:
    """`hidden` is the whole form with the corrected `address`, as pairs; `elsewhere` where the signer was to go, or empty.

    Without an `address` nothing looks mistyped: the page shows where the email went (`masked`), and asks for another.
    """

    typed: str
    masked: str = ""
    address: str
    action: str
    hidden: tuple[tuple[str, str], ...]
    elsewhere: str
