"""What forms and their pages call: a campaign, its form, its count, its signers, and signing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import route
from chalicelib.api.http.problems import Headers, problem_response, with_messages
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response, with_etag
from chalicelib.api.public.public_document import public_document
from chalicelib.api.public.visible_campaigns import CACHE_CONTROL, visible_campaign, visible_campaign_and_language
from chalicelib.domain.abuse.form_timestamps import TIMESTAMP_FIELD
from chalicelib.domain.errors import InvalidFields, NotFound
from chalicelib.services.counting.public_breakdown import public_breakdown
from chalicelib.services.signatures.signing import Receipt, SignRequest, language_for
from chalicelib.services.signatures.signing_tests import TEST_FIELD
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.api.public.descriptions import signing_routes as body_types
    from chalicelib.services.signatures.address_correction import Correction

public = Blueprint(__name__)

# Sites never change their script tag; a new widget reaches all of them within the hour.
SCRIPT_CACHED = "public, max-age=3600, stale-while-revalidate=86400, stale-if-error=604800"
URL_MARKS = "%/:=&?~#+!$,;'@()*[]"


@route(public, "/campaigns/{campaign}", "GET")
def get_public_campaign(campaign: str) -> Response:
    """Returns the public document of a campaign in one language."""
    snapshot, language = visible_campaign_and_language(campaign)
    body = public_document(snapshot, language)
    return with_etag(
        json_response(body, cache_control=CACHE_CONTROL, vary="Accept-Language", content_language=language)
    )


@route(public, "/campaigns/{campaign}/form", "GET")
def get_widget_form(campaign: str) -> Response:
    """Returns all that the script widget shows, in one language: fields, texts, and what comes after signing."""
    from chalicelib.pages.widget.widget import form_document

    request = current_request()
    snapshot, language = visible_campaign_and_language(campaign)
    token = wiring().signing.form_token(snapshot.campaign)
    body = form_document(
        snapshot.campaign,
        language,
        base_url=request.base_url,
        count=snapshot.shown_count,
        now=wiring().now(),
        hidden={TIMESTAMP_FIELD: token} if token else {},
    )
    response = json_response(body, cache_control=CACHE_CONTROL, vary="Accept-Language", content_language=language)
    # The token holds the time of display, which does not make it a different form.
    return with_etag(response, str(response.body).replace(token, "") if token else None)


@route(public, "/embed.js", "GET")
def get_widget_script() -> Response:
    """Returns the script widget, for any site."""
    from chalicelib.pages.widget.widget import script

    headers: Headers = {"Content-Type": "text/javascript; charset=utf-8", "Cache-Control": SCRIPT_CACHED}
    return with_etag(Response(script(current_request().base_url), headers, 200))


@route(public, "/campaigns/{campaign}/count", "GET")
def get_public_count(campaign: str) -> Response:
    """Returns the public count, at most 10 s old; `?by=country,region` breaks it down where the campaign shows that."""
    snapshot = visible_campaign(campaign, with_recent_count=True)
    by = public_breakdown(snapshot, current_request().query_param("by"))
    body: body_types.PublicCount = {
        "campaign": campaign,
        "count": snapshot.shown_count,
        "goal": snapshot.campaign.goal,
        "as_of": snapshot.as_of.isoformat(timespec="seconds"),
    }
    if by:
        body["by"] = cast("Any", by)
    tagged = f"{body['count']} {body['goal']}{f' {by}' if by else ''}"
    return with_etag(json_response(body, cache_control=CACHE_CONTROL), tagged=tagged)


@route(public, "/campaigns/{campaign}/signers", "GET")
def list_signers(campaign: str) -> Response:
    """Lists the newest public names."""
    snapshot = visible_campaign(campaign)
    names = wiring().public_signers.names(snapshot.campaign)
    body: body_types.Signers = {"campaign": campaign, "signers": [{"name": name} for name in names]}
    return with_etag(json_response(body, cache_control=CACHE_CONTROL))


@route(public, "/campaigns/{campaign}/comments", "GET")
def list_comments(campaign: str) -> Response:
    """Lists the comments that organisers approved, with their signers' names."""
    snapshot = visible_campaign(campaign)
    comments = wiring().public_comments.comments(snapshot.campaign)
    body: body_types.Comments = {
        "campaign": campaign,
        "comments": [{"name": one.name, "comment": one.comment, "language": one.language} for one in comments],
    }
    return with_etag(json_response(body, cache_control=CACHE_CONTROL))


@route(public, "/campaigns/{campaign}/signatures", "POST", types=bodies.TYPES)
def sign(campaign: str) -> Response:
    """Signs a campaign: answers JSON with 201, and plain forms with a redirect (303), or 422 and the form."""
    request = current_request()
    form = bodies.read_form(request.body, request.header("content-type") or bodies.JSON)
    wants_json = form.is_json or request.wants_json
    sign_request = SignRequest(
        campaign=campaign,
        form_values=form.values,
        accept_language=request.header("accept-language"),
        origin=request.header("origin"),
        own_origin=request.own_origin,
        client_ip=request.client_ip,
    )
    try:
        receipt = wiring().signing.sign(sign_request)
    except InvalidFields as mistakes:
        return _mistakes(sign_request, mistakes, as_page=not wants_json)
    if wants_json:
        return _as_json(receipt)
    if receipt.correction and request.wants_html and (receipt.correction.domain or _ends_here(receipt)):
        return _as_page(receipt, receipt.correction, form.values)
    return _as_redirect(receipt, str(form.values.get(TEST_FIELD) or ""))


@route(public, "/campaigns/{campaign}/signatures", "GET")
def open_form_address(campaign: str) -> Response:
    """Leads whoever opens the address of an answer (a bookmark, Enter in the address bar, a browser after a crash) to the form."""
    request = current_request()
    snapshot, language = visible_campaign_and_language(campaign)
    if not request.wants_html:
        raise NotFound
    url = f"{request.base_url}/sign/{snapshot.campaign.id}?lang={language}"
    return Response("", {"Location": url, "Cache-Control": "no-store", "Vary": "Accept, Accept-Language"}, 303)


def _as_json(receipt: Receipt) -> Response:
    body: body_types.Receipt = {
        "campaign": receipt.campaign.id,
        "state": cast("body_types.SignedState", receipt.state),
        "message": receipt.message,
        "count": receipt.count,
        "goal": receipt.campaign.goal,
        "mailbox": {"name": receipt.mailbox.name, "url": receipt.mailbox.url} if receipt.mailbox else None,
        "correction": {"domain": receipt.correction.domain, "proof": receipt.correction.prove()}
        if receipt.correction and receipt.correction.domain
        else None,
    }
    return json_response(body, 201, content_language=receipt.language)


def _ends_here(receipt: Receipt) -> bool:
    """True for a form on our own page that leads nowhere else: only then nobody expects a page of another address."""
    request = current_request()
    is_ours = (request.header("origin") or "").lower() == request.own_origin.lower()
    return is_ours and not (receipt.next_url or receipt.campaign.redirect_url.get(receipt.language))


def _as_page(receipt: Receipt, correction: Correction, form_values: Mapping[str, object]) -> Response:
    """Thanks at once: the page says where the email went, and corrects the address."""
    from chalicelib.api.public.hosted_pages import thanks_with_correction

    elsewhere = receipt.next_url or receipt.campaign.redirect_url.get(receipt.language) or ""
    return thanks_with_correction(receipt, correction, form_values, elsewhere=elsewhere)


def _as_redirect(receipt: Receipt, test: str) -> Response:
    campaign, language = receipt.campaign, receipt.language
    own = f"{current_request().base_url}/sign/{campaign.id}/thanks?lang={language}"
    if receipt.mailbox and campaign.is_double:
        own += f"&mailbox={receipt.mailbox.id}"
    if campaign.is_test:
        own += f"&{TEST_FIELD}={test}"
    target = receipt.next_url or campaign.redirect_url.get(language) or own
    return Response("", {"Location": quote(target, safe=URL_MARKS), "Cache-Control": "no-store"}, 303)


def _mistakes(request: SignRequest, mistakes: InvalidFields, *, as_page: bool) -> Response:
    snapshot = wiring().campaign_reader.get_snapshot(request.campaign)
    if request.form_values.get(TEST_FIELD):  # it was good, or there would be another answer
        snapshot = snapshot.as_test()
    language = language_for(snapshot.campaign, request.form_values.get("lang"), request.accept_language)
    fields = with_messages(mistakes.errors, language)
    if not as_page:
        return problem_response("invalid", 422, language, fields=fields)
    from chalicelib.api.public.hosted_pages import form_with_errors

    return form_with_errors(snapshot, language, request.form_values, fields)
