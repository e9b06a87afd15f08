"""What the front page takes and returns."""

from chalicelib.api.http.operations import NOT_MODIFIED, Operation, Response, returns_html

TAG = "Pages"
OPERATIONS = {
    "show_front_page": Operation(
        responses={
            200: returns_html("The open campaigns that want to be listed.", "ETag", "Cache-Control"),
            303: Response("To where the operator sends visitors.", headers=("Location", "Cache-Control")),
            304: NOT_MODIFIED,
        },
    ),
}
