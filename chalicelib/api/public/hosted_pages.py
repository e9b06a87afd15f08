"""Pages for people: the hosted form, the form again with its errors, and the thank-you page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import with_etag
from chalicelib.api.public.visible_campaigns import CACHE_CONTROL, visible_campaign_and_language
from chalicelib.domain.abuse.form_timestamps import TIMESTAMP_FIELD
from chalicelib.domain.addresses.mailboxes import masked
from chalicelib.domain.addresses.webmail import WEBMAIL_BY_ID
from chalicelib.domain.campaigns.campaign import UTM
from chalicelib.services.signatures.address_correction import MISTYPED_FIELD, PROOF_FIELD
from chalicelib.services.signatures.signing import HONEYPOT
from chalicelib.services.signatures.signing_tests import TEST_FIELD
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.errors import FieldError
    from chalicelib.pages.rendering import Page
    from chalicelib.services.campaigns.campaign_reader import CampaignSnapshot
    from chalicelib.services.signatures.address_correction import Correction
    from chalicelib.services.signatures.signing import Receipt

hosted = Blueprint(__name__)

MAX_NAMES = 12
MAX_COMMENTS = 6
# How a form in a frame may look: like the page around it, or as the reader's system does.
THEMES = {"dark": "dark", "auto": ""}
HIDDEN = ("source", "referrer", *UTM)


def page_response(page: Page, status: int = 200, cache: str = "no-store") -> Response:
    """Returns a page as a response."""
    return Response(page.html, {**page.headers, "Cache-Control": cache}, status)


@route(hosted, "/sign/{campaign}", "GET")
def show_hosted_form(campaign: str) -> Response:
    """Shows the hosted form."""
    from chalicelib.pages.rendering import sign_page

    request = current_request()
    test = request.query_param(TEST_FIELD)
    snapshot, language = visible_campaign_and_language(campaign, test=test)
    form_only, token = request.query_param("frame") == "1", wiring().signing.form_token(snapshot.campaign)
    page = sign_page(
        snapshot.campaign,
        language,
        base_url=request.base_url,
        count=snapshot.shown_count,
        now=wiring().now(),
        hidden={
            **{name: value for name, value in request.query_params.items() if name in HIDDEN},
            **({TEST_FIELD: test} if test else {}),
            TIMESTAMP_FIELD: token,
        },
        signers=wiring().public_signers.names(snapshot.campaign)[:MAX_NAMES]
        if snapshot.campaign.show_signers and not form_only
        else (),
        comments=wiring().public_comments.comments(snapshot.campaign)[:MAX_COMMENTS]
        if snapshot.campaign.show_comments and snapshot.campaign.show_signers and not form_only
        else (),
        form_only=form_only,
        theme=THEMES.get(request.query_param("theme") or "", "light"),
        is_on_dashboards_host=request.is_on_dashboards_host,
    )
    return _public(page, ignoring=token, is_test=bool(test))


@route(hosted, "/sign/{campaign}", "POST", types=bodies.TYPES)
def show_hosted_form_again(campaign: str) -> Response:
    """Shows the hosted form in another language with what was typed, which must not be in a URL. It stores nothing."""
    request = current_request()
    form = bodies.read_form(request.body, request.header("content-type") or bodies.URLENCODED)
    test = form.values.get(TEST_FIELD)
    snapshot, language = visible_campaign_and_language(campaign, test=test)
    kept = _kept(snapshot.campaign, form.values, (request.header("origin") or "").lower())
    if test:  # whatever of the rest is kept: what says that it is a test stays one
        kept = {**kept, TEST_FIELD: test}
    return form_with_errors(snapshot, language, kept, (), status=200)


def _kept(campaign: Campaign, typed: Mapping[str, object], origin: str) -> Mapping[str, object]:
    """What was typed, if our own page sent it: no other site puts words into the form that somebody is about to sign.

    A sandboxed page of ours looks like anybody's, so of what it sends no box stays ticked: agreeing is the signer's alone.
    """
    if origin == current_request().own_origin.lower():
        return typed
    if not wiring().signing.is_from_own_sandbox(campaign, origin, typed):
        return {}
    boxes = {"public", "consents", "updates", *(field.name for field in campaign.fields if field.type == "checkbox")}
    return {name: value for name, value in typed.items() if name not in boxes}


def _public(page: Page, *, ignoring: str = "", is_test: bool = False) -> Response:
    """Returns a page that is the same for everybody, so caches may keep it; `ignoring` is a part left out of its ETag.

    None of a test is kept.
    """
    response = page_response(page, cache="no-store" if is_test else CACHE_CONTROL)
    response.headers["Vary"] = "Accept-Language"
    # The token holds the time of display, which does not make it a different form.
    return with_etag(response, page.html.replace(ignoring, "") if ignoring else None)


def form_with_errors(
    snapshot: CampaignSnapshot,
    language: str,
    form_values: Mapping[str, object],
    errors: tuple[FieldError, ...],
    *,
    status: int = 422,
) -> Response:
    """Returns the form with what was typed, and a message beside each error."""
    from chalicelib.pages.rendering import sign_page

    fields_with_errors = {error.field for error in errors}
    value_lists = as_lists(form_values)
    hidden = {
        name: value_lists[name][0]
        for name in (*HIDDEN, "_next", TIMESTAMP_FIELD, TEST_FIELD)
        if value_lists.get(name) and name not in fields_with_errors
    }
    page = sign_page(
        snapshot.campaign,
        language,
        base_url=current_request().base_url,
        count=snapshot.shown_count,
        now=wiring().now(),
        form_values=value_lists,
        errors=errors,
        hidden=hidden,
        is_on_dashboards_host=current_request().is_on_dashboards_host,
    )
    return page_response(page, status)


def thanks_with_correction(
    receipt: Receipt, correction: Correction, form_values: Mapping[str, object], *, elsewhere: str
) -> Response:
    """Returns the thank-you page with the offer to correct the address; `elsewhere` is where the signer was to go."""
    from chalicelib.pages.hosted.corrections import OfferedCorrection
    from chalicelib.pages.rendering import thanks_page

    campaign, base_url = receipt.campaign, current_request().base_url
    offer = OfferedCorrection(
        typed=correction.typed,
        masked=masked(correction.typed),
        address=correction.address,
        action=f"{base_url}/campaigns/{campaign.id}/signatures",
        hidden=corrected_form({**form_values, "lang": receipt.language}, correction),
        elsewhere=elsewhere,
    )
    page = thanks_page(
        campaign,
        receipt.language,
        base_url=base_url,
        count=receipt.count,
        state=str(receipt.state),
        mailbox=receipt.mailbox,
        correction=offer,
    )
    return page_response(page)


def corrected_form(form_values: Mapping[str, object], correction: Correction) -> tuple[tuple[str, str], ...]:
    """The form once more, as pairs, with the corrected address if it is known, and the proof that the wrong one goes."""
    again = {name: value for name, value in form_values.items() if name not in {HONEYPOT, MISTYPED_FIELD, PROOF_FIELD}}
    again = {name: value for name, value in again.items() if name != "email"}
    if correction.address:
        again["email"] = correction.address
    again |= {MISTYPED_FIELD: correction.typed, PROOF_FIELD: correction.prove()}
    return tuple((name, one) for name, values in as_lists(again).items() for one in values)


def as_lists(form_values: Mapping[str, object]) -> dict[str, list[str]]:
    """Returns form values as pages take them: a list of texts per field."""
    return {
        name: [str(one) for one in value] if isinstance(value, list) else [str(value)]
        for name, value in form_values.items()
    }


@route(hosted, "/sign/{campaign}/thanks", "GET")
def show_thanks(campaign: str) -> Response:
    """Shows what comes after signing: the same page for everybody."""
    from chalicelib.pages.rendering import thanks_page

    request = current_request()
    test = request.query_param(TEST_FIELD)
    snapshot, language = visible_campaign_and_language(campaign, test=test)
    state = "pending" if snapshot.campaign.is_double else "confirmed"
    page = thanks_page(
        snapshot.campaign,
        language,
        base_url=request.base_url,
        count=snapshot.shown_count,
        state=state,
        mailbox=WEBMAIL_BY_ID.get(request.query_param("mailbox") or ""),
    )
    return _public(page, is_test=bool(test))
