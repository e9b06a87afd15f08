"""What the page that ends the news of a campaign takes and returns."""

from chalicelib.api.http.operations import Operation, returns_html
from chalicelib.api.public.descriptions.link_pages import ONE_CLICK
from chalicelib.domain.errors import LinkExpired

TAG = "Links in emails"
OPERATIONS = {
    "show_leaving": Operation(responses={200: returns_html("The page with the button.")}, errors=(LinkExpired,)),
    "leave_updates": Operation(
        responses={200: returns_html("No more news of the campaign will be sent to this signer.")},
        body=ONE_CLICK,
        errors=(LinkExpired,),
    ),
}
