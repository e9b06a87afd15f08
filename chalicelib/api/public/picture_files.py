"""The files of campaigns' pictures and logos, as anybody sees them: from here, and never from somebody else's host."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.api.http.middleware import route
from chalicelib.api.http.responses import image_response, not_modified_if_current
from chalicelib.domain.campaigns.pictures import CONTENT_TYPES, PictureFile
from chalicelib.wiring import wiring

picture_files = Blueprint(__name__)

# A file never changes under its name, which has the hash of its content.
FOR_EVER = "public, max-age=31536000, immutable"
# Opened as a page of its own it may do nothing; other sites may show it, in the widget.
ALONE = "default-src 'none'; sandbox"


@route(picture_files, "/pictures/{picture}/{file}", "GET")
def get_picture_file(picture: str, file: str) -> Response:
    """Returns one file of a picture or logo: large.webp, small.webp and card.jpg, or logo.png."""
    content = wiring().published_pictures.get(picture, file)
    headers = {"Content-Security-Policy": ALONE, "Cross-Origin-Resource-Policy": "cross-origin"}
    answer = image_response(content, CONTENT_TYPES[PictureFile(file)], cache_control=FOR_EVER)
    answer.headers.update({**headers, "ETag": f'"{picture}"'})
    return not_modified_if_current(answer)
