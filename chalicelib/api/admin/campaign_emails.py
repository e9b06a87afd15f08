"""The emails of a campaign for organisers: each as it will arrive, saved or not; nothing here sends to a signer."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from chalice.app import Blueprint, Response

from chalicelib import log
from chalicelib.api.http import bodies
from chalicelib.api.http.middleware import current_key, route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.timestamps import stamp
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.api.admin.descriptions import campaign_emails as body_types

emails = Blueprint(__name__)
EMAILS = "/admin/campaigns/{campaign}/emails"


@route(emails, EMAILS, "GET", role=Role.READER)
def list_emails(campaign: str) -> Response:
    """Lists the emails that the campaign sends, with its own words, the usual ones, and what can be filled in."""
    body: body_types.EmailList = {
        "campaign": campaign,
        "emails": [
            {
                "kind": email.kind,
                "words": {language: _words(words) for language, words in email.words.items()},
                "usual": {language: _words(words) for language, words in email.usual.items()},
                "placeholders": list(email.placeholders),
            }
            for email in wiring().email_previews.list(campaign)
        ],
    }
    return json_response(body)


def _words(words: Any) -> body_types.Words:
    return cast("body_types.Words", asdict(words))


@route(emails, f"{EMAILS}/{{kind}}", "GET", role=Role.READER)
def show_email(campaign: str, kind: str) -> Response:
    """Returns one email as it will arrive, to an example person."""
    return _shown(campaign, kind, current_request().query_param("language"))


@route(emails, f"{EMAILS}/{{kind}}/preview", "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def preview_email(campaign: str, kind: str) -> Response:
    """Returns one email with words that are not saved."""
    body = bodies.read_json(current_request().body)
    if not isinstance(body, dict):
        raise InvalidFields.one("words", "not_an_object")
    language = body.pop("language", None)
    if not isinstance(language, str | None):
        raise InvalidFields.one("language", "not_text")
    return _shown(campaign, kind, language, words=body)


@route(emails, f"{EMAILS}/{{kind}}/test", "POST", role=Role.ORGANIZER)
def send_test_email(campaign: str, kind: str) -> Response:
    """Sends one email, marked as a test, to whoever is signed in."""
    key, language = current_key(Role.ORGANIZER, campaign), current_request().query_param("language")
    member, sent_in = wiring().sample_requests.take(campaign, kind, language, key, log.request_id.get())
    body: body_types.SentTest = {"to": member.email, "language": sent_in}
    return json_response(body, 202)


@route(emails, "/admin/campaigns/{campaign}/test-signatures", "POST", role=Role.ORGANIZER)
def begin_test_signature(campaign: str) -> Response:
    """Returns a link, good for an hour, to the campaign's form as a test: what is signed there counts nowhere and is deleted."""
    request, stored = current_request(), wiring().campaign_reader.get_stored(campaign).campaign
    token, good_until = wiring().signing_tests.begin(stored.id)
    language = stored.language_or_default(request.query_param("language") or "")
    body: body_types.TestSignature = {
        "url": f"{request.base_url}/sign/{stored.id}?lang={language}&_test={token}",
        "expires_at": stamp(good_until),
    }
    return json_response(body, 201)


def _shown(campaign: str, kind: str, language: str | None, *, words: Mapping[str, Any] | None = None) -> Response:
    from chalicelib.services.mail.email_previews import EXAMPLE_ADDRESS

    base_url = current_request().base_url
    stored, shown_in, message = wiring().email_previews.show(campaign, kind, language, base_url, words=words)
    body: body_types.ShownEmail = {
        "campaign": campaign,
        "kind": cast("Any", kind),
        "language": shown_in,
        "from": {"name": stored.sender.name, "email": stored.sender.email, "reply_to": stored.sender.reply_to},
        "to": EXAMPLE_ADDRESS,
        "subject": message.subject,
        "preview": message.preview,
        "text": message.text,
        "html": message.html,
    }
    return json_response(body)
