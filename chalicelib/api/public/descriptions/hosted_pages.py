"""What the hosted form and the thank-you page take and return."""

from chalicelib.api.http.operations import (
    NOT_MODIFIED,
    UNREADABLE_FORM,
    Operation,
    Parameter,
    RequestBody,
    returns_html,
)
from chalicelib.api.public.descriptions.signing_routes import FORM_BODIES
from chalicelib.domain.addresses.webmail import WEBMAIL_BY_ID
from chalicelib.domain.campaigns.campaign import UTM
from chalicelib.domain.errors import InvalidFields, SigningTestOver

CACHED = ("ETag", "Cache-Control")
HINTS = tuple(
    Parameter(name=name, type=str, description="Where the signer came from; sent along with the form.")
    for name in ("source", "referrer", *UTM)
)

TEST = Parameter(name="_test", type=str, description="The token of a test: nothing that is signed counts.")
TAG = "Pages"
OPERATIONS = {
    "show_hosted_form": Operation(
        responses={200: returns_html("The form.", *CACHED), 304: NOT_MODIFIED},
        parameters=(
            Parameter(name="frame", type=str, description="`1`: only the form, for an iframe."),
            Parameter(
                name="theme",
                type=str,
                description="For an iframe: `dark` as the page around it, `auto` as the reader's system; else light.",
            ),
            *HINTS,
            TEST,
        ),
        errors=(SigningTestOver,),
    ),
    "show_hosted_form_again": Operation(
        responses={200: returns_html("The form in the language of `lang`, with what was typed. Nothing is stored.")},
        body=RequestBody(content=FORM_BODIES, errors=(*UNREADABLE_FORM, InvalidFields)),
        errors=(SigningTestOver,),
    ),
    "show_thanks": Operation(
        responses={200: returns_html("What comes after signing.", *CACHED), 304: NOT_MODIFIED},
        parameters=(
            Parameter(
                name="mailbox",
                type=str,
                description=f"Which webmail service to link to, one of {', '.join(WEBMAIL_BY_ID)}.",
            ),
            TEST,
        ),
        errors=(SigningTestOver,),
    ),
}
