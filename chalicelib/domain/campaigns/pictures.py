"""A campaign's picture and logo: named after their content and size, and described in each language of the campaign."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# Its content's hash, then its width and height in pixels: pages make room for it without asking anybody.
PICTURE_ID = r"[0-9a-f]{32}-[1-9][0-9]{0,3}x[1-9][0-9]{0,3}"
# The SHA-256 of a file as it was uploaded.
UPLOAD_ID = re.compile(r"[0-9a-f]{64}")
MAX_UPLOAD_BYTES = 10 * 1024 * 1024
# API Gateway passes a function 6 MB, of which base64 takes a third (AWS Lambda, "Lambda quotas").
PART_BYTES = 4 * 1024 * 1024


class PictureUse(StrEnum):
    """What an uploaded file is made into."""

    PICTURE = "picture"
    LOGO = "logo"


class PictureFile(StrEnum):
    """The files of a picture, by the name that ends their address."""

    LARGE = "large.webp"
    SMALL = "small.webp"
    CARD = "card.jpg"
    LOGO = "logo.png"


# What a picture is missing without.
MAIN_FILE = {PictureUse.PICTURE: PictureFile.LARGE, PictureUse.LOGO: PictureFile.LOGO}
CONTENT_TYPES = {
    PictureFile.LARGE: "image/webp",
    PictureFile.SMALL: "image/webp",
    PictureFile.CARD: "image/jpeg",
    PictureFile.LOGO: "image/png",
}
SMALL_WIDTH = 800


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture or logo; `alt` says what is on it, by language."""

    id: str
    alt: Mapping[str, str]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, of the largest file."""
        width, _, height = self.id.partition("-")[2].partition("x")
        return int(width), int(height)

    def alt_in(self, language: str) -> str:
        """What is on it, in one of the campaign's languages."""
        return self.alt.get(language, "")

    def path(self, file: PictureFile) -> str:
        """Where one of its files is, below the API's URL."""
        return f"/pictures/{self.id}/{file}"


def read_pictures(document: Mapping[str, Any]) -> dict[str, Any]:
    """The picture and the logo in a stored document, each under its use."""
    return {str(use): Picture(**document[use]) for use in PictureUse if document.get(use)}


def is_picture_id(text: str) -> bool:
    """True for the id of a picture, whether or not there is one."""
    return re.fullmatch(PICTURE_ID, text) is not None


def part_sizes(size: int) -> list[int]:
    """How many bytes each part of an uploaded file has: all as many as fit, the last one the rest."""
    whole, rest = divmod(size, PART_BYTES)
    return [PART_BYTES] * whole + ([rest] if rest else [])
