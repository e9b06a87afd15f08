"""A signer's click, as the write that confirms needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.signatures.signature import SignatureKey


@dataclass(frozen=True, slots=True)
class Click:
    """A click on a confirm link's button at `now`: for which signature, fingerprint and round, on which local `day`.

    `new_source`, for a signature whose source is new, is that source and what to count it under.
    """

    key: SignatureKey
    fingerprint: str
    day: str
    now: datetime
    new_source: tuple[str, str] | None = None
    round: int = 0
