"""The sizes of paper that something can be printed on."""

from __future__ import annotations

from enum import StrEnum


class Paper(StrEnum):
    """What a packet or a sheet is printed on."""

    A4 = "a4"
    LETTER = "letter"
