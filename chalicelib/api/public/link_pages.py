"""The pages behind the links in emails: GET shows, POST acts."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import route
from chalicelib.api.http.problems import Headers, with_messages
from chalicelib.api.http.request import current_request
from chalicelib.api.public.hosted_pages import as_lists, page_response
from chalicelib.domain.access.signed_links import Purpose
from chalicelib.domain.addresses.email_addresses import without_tag
from chalicelib.domain.campaigns.deliveries import counted_in
from chalicelib.domain.errors import InvalidFields, UndersignedError
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.pages.signature_view import SignatureView
    from chalicelib.services.signers.signer_links import OpenedLink

links = Blueprint(__name__)


def _language(link: OpenedLink) -> str:
    """Returns the requested language, or else the one that the signer signed in."""
    return link.campaign.language_or_default(current_request().query_param("lang") or link.signature.language)


def _view(link: OpenedLink) -> SignatureView:
    from chalicelib.pages.signature_view import SignatureView

    signature = link.signature
    return SignatureView(
        fields={**signature.answers, "email": without_tag(signature.email)},
        public=signature.public,
        is_hidden=signature.moderation.is_hidden,
        is_told_of_handover=bool(signature.handover_notice),
        state=str(signature.state),
        signed_at=signature.signed_at,
        consents=signature.consents,
        updates=signature.wants_updates,
        asks_for_updates=link.campaign.asks_about_updates(signature),
        statement=link.statement,
        has_same_words=link.has_same_words,
        counted_in=counted_in(link.campaign.delivered, signature, link.campaign.zone),
    )


def _action(purpose: Purpose, token: str, language: str) -> str:
    return f"{current_request().base_url}/{purpose}/{token}?lang={language}"


@route(links, "/confirm/{token}", "GET")
def show_confirmation(token: str) -> Response:
    """Shows what will be confirmed, with a button; or that the signature already counts."""
    return _confirm(wiring().signer_links.open(Purpose.CONFIRM, token))


def _confirm(link: OpenedLink, status: int = 200) -> Response:
    """Returns the page with the button, or what follows it when the signature already counts."""
    from chalicelib.pages import rendering

    if not link.signature.is_pending:
        return _confirmed(link)
    language = _language(link)
    # A new link, so that the button confirms what this page shows.
    base_url = current_request().base_url
    action = wiring().link_maker.url_for(Purpose.CONFIRM, link.signature, base_url=base_url, language=language)
    page = rendering.confirm_page(
        link.campaign, language, action=action, signature=_view(link), is_changed=not link.is_unchanged
    )
    return page_response(page, status)


@route(links, "/confirm/{token}", "POST", types=bodies.TYPES)
def confirm(token: str) -> Response:
    """Confirms the signature; repeating it is harmless. What changed since the link was sent is shown first."""
    return _confirm(wiring().signer_links.confirm(token, _words_shown()), HTTPStatus.CONFLICT)


def _words_shown() -> str:
    """The hash of the words on the page whose button was pressed; empty when the request does not say."""
    return _sent_along("text")


def _sent_along(name: str) -> str:
    """What the page whose button was pressed sent as `name`; empty when the request does not say."""
    request = current_request()
    try:
        form_values = bodies.read_form(request.body, request.header("content-type") or bodies.URLENCODED).values
    except UndersignedError:  # whoever presses the button need not send anything readable
        return ""
    value = form_values.get(name)
    return value if isinstance(value, str) else ""


def _confirmed(link: OpenedLink) -> Response:
    from chalicelib.pages import rendering

    base_url, language = current_request().base_url, _language(link)
    snapshot = wiring().campaign_reader.get_recent_snapshot(link.campaign.id)
    page = rendering.confirmed_page(link.campaign, language, base_url=base_url, count=snapshot.shown_count)
    return page_response(page)


@route(links, "/withdraw/{token}", "GET")
def show_withdrawal(token: str) -> Response:
    """Shows what will be withdrawn, with a button."""
    from chalicelib.pages import rendering

    link = wiring().signer_links.open(Purpose.WITHDRAW, token)
    language = _language(link)
    action = _action(Purpose.WITHDRAW, token, language)
    return page_response(rendering.withdraw_page(link.campaign, language, action=action, signature=_view(link)))


@route(links, "/withdraw/{token}", "POST", types=bodies.TYPES)
def withdraw(token: str) -> Response:
    """Withdraws the signature; repeating it is harmless."""
    return _withdrawn(Purpose.WITHDRAW, token)


def _withdrawn(purpose: Purpose, token: str) -> Response:
    from chalicelib.pages import rendering

    request = current_request()
    campaign, was = wiring().signer_links.withdraw(token, purpose=purpose)
    language = campaign.language_or_default(request.query_param("lang") or request.language)
    # Of one that was gone already, only the page whose button was pressed knows.
    was_pending = was.is_pending if was and not was.is_withdrawn else _sent_along("was") == "pending"
    page = rendering.withdrawn_page(campaign, language, base_url=request.base_url, was_pending=was_pending)
    return page_response(page)


@route(links, "/unsubscribe/{token}", "GET")
def show_unsubscription(token: str) -> Response:
    """Shows a button that unsubscribes."""
    from chalicelib.pages import rendering

    _, campaign = wiring().signer_links.open_unsubscribe(token)
    language = current_request().language
    action = _action(Purpose.UNSUBSCRIBE, token, language)
    return page_response(rendering.unsubscribe_page(language, action=action, campaign=campaign))


@route(links, "/unsubscribe/{token}", "POST")
def unsubscribe(token: str) -> Response:
    """Unsubscribes at once, as RFC 8058 requires of one click, whatever the type of the body, which is not read."""
    from chalicelib.pages import rendering

    campaign, request = wiring().signer_links.unsubscribe(token), current_request()
    return page_response(rendering.unsubscribed_page(request.language, base_url=request.base_url, campaign=campaign))


@route(links, "/manage/{token}", "GET")
def show_own_signature(token: str) -> Response:
    """Shows signers their own signature."""
    return _managed(token, wiring().signer_self_service.open(token))


def _managed(token: str, link: OpenedLink, *, saved: bool = False) -> Response:
    from chalicelib.pages import rendering

    language = _language(link)
    action = _action(Purpose.MANAGE, token, language)
    return page_response(
        rendering.manage_page(link.campaign, language, action=action, signature=_view(link), saved=saved)
    )


@route(links, "/manage/{token}", "POST", types=bodies.TYPES)
def change_own_signature(token: str) -> Response:
    """Does what the pressed button says: save, show, hide, download or withdraw."""
    request, signer_self_service = current_request(), wiring().signer_self_service
    form_values = bodies.read_form(request.body, request.header("content-type") or bodies.URLENCODED).values
    match form_values.get("do"):
        case "save":
            return _corrected(token, form_values)
        case "show" | "hide" as wish:
            return _managed(token, signer_self_service.set_public(token, public=wish == "show"), saved=True)
        case "download":
            return _download(token)
        case "withdraw":
            return _ask_withdrawal(token)
        case "withdraw-now":
            return _withdrawn(Purpose.MANAGE, token)
        case _:
            return _managed(token, signer_self_service.open(token))


def _corrected(token: str, form_values: dict[str, object]) -> Response:
    from chalicelib.pages import rendering

    signer_self_service = wiring().signer_self_service
    try:
        return _managed(token, signer_self_service.correct(token, form_values), saved=True)
    except InvalidFields as mistakes:
        link = signer_self_service.open(token)
        language = _language(link)
        page = rendering.manage_page(
            link.campaign,
            language,
            action=_action(Purpose.MANAGE, token, language),
            signature=_view(link),
            errors=with_messages(mistakes.errors, language),
            form_values=as_lists(form_values),
        )
        return page_response(page, 422)


def _download(token: str) -> Response:
    from chalicelib.api.public.signature_file import signature_file

    opened = wiring().signer_self_service.open(token)
    held = signature_file(opened.signature, opened.statement)
    headers: Headers = {
        "Content-Type": "application/json",
        "Content-Disposition": 'attachment; filename="signature.json"',
        "Cache-Control": "no-store",
    }
    return Response(json.dumps(held, ensure_ascii=False, indent=2), headers, 200)


def _ask_withdrawal(token: str) -> Response:
    from chalicelib.pages import rendering

    link = wiring().signer_self_service.open(token)
    base_url, language = current_request().base_url, _language(link)
    action = wiring().link_maker.url_for(Purpose.WITHDRAW, link.signature, base_url=base_url, language=language)
    return page_response(rendering.withdraw_page(link.campaign, language, action=action, signature=_view(link)))
