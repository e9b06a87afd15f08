"""What the page that ends a member's notices takes and returns."""

from chalicelib.api.http.operations import Operation, returns_html
from chalicelib.api.public.descriptions.link_pages import ONE_CLICK
from chalicelib.domain.errors import LinkExpired

TAG = "Links in emails"
OPERATIONS = {
    "show_notices": Operation(responses={200: returns_html("The page with the button.")}, errors=(LinkExpired,)),
    "end_notices": Operation(
        responses={200: returns_html("No more notices will be sent to this member.")},
        body=ONE_CLICK,
        errors=(LinkExpired,),
    ),
}
