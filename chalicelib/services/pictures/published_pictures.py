"""Hands out the files of pictures, and knows whether those that a campaign names are there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chalicelib.domain.campaigns.pictures import MAIN_FILE, PictureFile, PictureUse, is_picture_id
from chalicelib.domain.errors import FieldError, InvalidFields, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.storage.pictures.picture_files import PictureFiles

# Of some 100 KB each: what many people look at is read once per container.
REMEMBERED = 24


@dataclass(frozen=True, slots=True)
class PublishedPictures:
    """The pictures that anybody can see. A file never changes under its name, so it is remembered as long as it is asked for."""

    files: Callable[[], PictureFiles]
    _remembered: dict[tuple[str, PictureFile], bytes] = field(default_factory=dict)

    def get(self, picture: str, file: str) -> bytes:
        """One file of a picture. Raises NotFound."""
        if not is_picture_id(picture) or file not in list(PictureFile):
            raise NotFound
        key = (picture, PictureFile(file))
        content = self._remembered.pop(key, None) or self.files().find_file(*key)
        if content is None:
            raise NotFound
        while len(self._remembered) >= REMEMBERED:
            self._remembered.pop(next(iter(self._remembered)))
        self._remembered[key] = content
        return content

    def check(self, document: Mapping[str, Any], earlier: Mapping[str, Any]) -> None:
        """Sees to it that what `document` shows and `earlier` did not is there and stays. Raises InvalidFields."""
        faults = []
        for use in PictureUse:
            written, before = document.get(use), earlier.get(use)
            if not written or (before and before["id"] == written["id"]):
                continue
            # In this order: whoever removes what is unused looks for the mark last.
            self.files().unmark(written["id"])
            if not self.files().exists(written["id"], MAIN_FILE[use]):
                faults.append(FieldError(f"{use}.id", "picture_unknown"))
        if faults:
            raise InvalidFields(tuple(faults))
