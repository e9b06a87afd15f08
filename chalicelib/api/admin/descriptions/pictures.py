"""What the routes of pictures take and return."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib.api.http.operations import NO_CONTENT, Operation, RequestBody, returns_json, takes_json
from chalicelib.api.http.schemas import Count, Url
from chalicelib.domain.campaigns.picture_documents import UploadDocument
from chalicelib.domain.campaigns.pictures import PICTURE_ID, UPLOAD_ID, PictureUse
from chalicelib.domain.errors import BodyTooLarge, InvalidFields, NotFound, UnsupportedContentEncoding
from chalicelib.services.pictures.picture_uploads import PictureState

StatusId = Annotated[str, Field(pattern=f"^(picture|logo)-{UPLOAD_ID.pattern}$")]
UploadId = Annotated[str, Field(pattern=f"^{UPLOAD_ID.pattern}$")]
PictureId = Annotated[str, Field(pattern=f"^{PICTURE_ID}$")]


class PictureMessage(TypedDict):
    """What is wrong with the file, or could be better."""

    field: str
    code: str
    message: str


class PictureStatus(TypedDict):
    """How far a picture has come. `picture` is what a campaign's document names, `url` where it can be seen."""

    id: StatusId
    use: PictureUse
    state: PictureState
    picture: PictureId | None
    width: Count | None
    height: Count | None
    url: Url | None
    errors: list[PictureMessage]
    warnings: list[PictureMessage]


TAG = "Pictures"
OPERATIONS = {
    "put_upload_part": Operation(
        responses={204: NO_CONTENT},
        path={"upload": UploadId, "part": Annotated[str, Field(pattern="^[123]$")]},
        body=RequestBody(
            content={"application/octet-stream": bytes},
            errors=(BodyTooLarge, UnsupportedContentEncoding, InvalidFields),
        ),
        errors=(NotFound,),
    ),
    "request_picture": Operation(
        responses={202: returns_json("The picture that is being made.", PictureStatus, "Location")},
        body=takes_json(UploadDocument),
    ),
    "get_picture_status": Operation(
        responses={200: returns_json("How far the picture has come.", PictureStatus)},
        path={"id": StatusId},
        errors=(NotFound,),
    ),
}
