"""Pictures as organisers write them in a campaign document, and their request to have one made of an upload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.domain.campaigns.document_types import Language
from chalicelib.domain.campaigns.pictures import MAX_UPLOAD_BYTES, PICTURE_ID, UPLOAD_ID, PictureUse
from chalicelib.domain.documents import SingleLine, WholeNumber, matching, validate
from chalicelib.domain.errors import FieldError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_ALT_LENGTH = 250
AltText = Annotated[SingleLine, StringConstraints(max_length=MAX_ALT_LENGTH)]


class PictureDocument(BaseModel):
    """A picture or logo: its id, from the answer to an upload, and what is on it, in each language of the campaign."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, *matching(PICTURE_ID, "picture_unknown")]
    alt: Annotated[dict[Language, AltText], Field(max_length=30)] = {}

    def faults(self, name: str, languages: Iterable[str]) -> Iterator[FieldError]:
        """Languages that nobody has described it in, each in its place (`picture.alt.es`)."""
        for language in languages:
            if not self.alt.get(language):
                yield FieldError(f"{name}.alt.{language}", "without_alt")


class UploadDocument(BaseModel):
    """The body of `POST /admin/campaigns/{campaign}/pictures`: the file's SHA-256 in hex, its size in bytes, and what it is for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    upload: Annotated[str, *matching(UPLOAD_ID.pattern, "bad_upload")]
    # A larger one gets an error of its own, so this limit is only told.
    size: Annotated[int, Field(ge=1, json_schema_extra={"maximum": MAX_UPLOAD_BYTES}), *WholeNumber]
    use: PictureUse = PictureUse.PICTURE


def parse(body: object) -> UploadDocument:
    """The checked request. Raises InvalidFields."""
    return validate(UploadDocument, body, whole="picture")
