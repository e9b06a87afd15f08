"""A campaign's picture and logo as pages show them: address, size and words. It reads no file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.campaigns.pictures import SMALL_WIDTH, PictureFile

if TYPE_CHECKING:
    from chalicelib.domain.campaigns.campaign import Campaign

TALL = 0.8  # of its width; four to three is 0.75


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """`width` and `height` in pixels are of the largest file; `candidates` is a `srcset`, empty if there is one file."""

    url: str
    alt: str
    width: int
    height: int
    candidates: str = ""

    @property
    def is_tall(self) -> bool:
        """True when cutting it to the shape of a photograph would take too much of it away."""
        return self.height > TALL * self.width


def pictures(campaign: Campaign | None, language: str, base_url: str) -> dict[str, ShownPicture | None]:
    """The campaign's `picture` and `logo`; None for what it does not have."""
    shown: dict[str, ShownPicture | None] = {"picture": None, "logo": None}
    if campaign is None:
        return shown
    if picture := campaign.picture:
        width, height = picture.size
        small, large = (base_url + picture.path(file) for file in (PictureFile.SMALL, PictureFile.LARGE))
        candidates = f"{small} {SMALL_WIDTH}w, {large} {width}w" if width > SMALL_WIDTH else ""
        shown["picture"] = ShownPicture(large, picture.alt_in(language), width, height, candidates)
    if logo := campaign.logo:
        shown["logo"] = ShownPicture(base_url + logo.path(PictureFile.LOGO), logo.alt_in(language), *logo.size)
    return shown
