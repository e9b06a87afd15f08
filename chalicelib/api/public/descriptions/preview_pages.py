"""What the page of a draft takes and returns."""

from chalicelib.api.http.operations import Operation, Response, returns_html
from chalicelib.domain.errors import NotFound

TAG = "Pages"
OPERATIONS = {
    "show_draft": Operation(
        responses={
            200: returns_html("The page as it will be, with a form that sends nothing."),
            303: Response("It is no draft any more.", headers=("Location", "Cache-Control")),
        },
        errors=(NotFound,),
    )
}
