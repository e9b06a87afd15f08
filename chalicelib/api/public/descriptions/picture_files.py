"""What the route of pictures' files returns."""

from typing import Annotated

from pydantic import Field

from chalicelib.api.http.operations import NOT_MODIFIED, Operation, Response
from chalicelib.domain.campaigns.pictures import CONTENT_TYPES, PICTURE_ID, PictureFile
from chalicelib.domain.errors import NotFound

TAG = "Pages"
OPERATIONS = {
    "get_picture_file": Operation(
        responses={
            200: Response("The file.", dict.fromkeys(CONTENT_TYPES.values(), bytes), ("ETag", "Cache-Control")),
            304: NOT_MODIFIED,
        },
        path={"picture": Annotated[str, Field(pattern=f"^{PICTURE_ID}$")], "file": PictureFile},
        errors=(NotFound,),
    )
}
