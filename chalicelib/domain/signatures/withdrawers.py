"""Who can withdraw a signature."""

from __future__ import annotations

from enum import StrEnum


class Withdrawer(StrEnum):
    """Who withdrew a signature."""

    SIGNER = "signer"
    ORGANIZER = "organizer"
    ERASURE = "erasure"  # an organiser, because the person asked that everything be erased
    UNDO = "undo"  # an organiser, who undid the sheet that it was entered from: that person never left
