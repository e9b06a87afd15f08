"""Updates to signers for organisers: written and tried here, sent in the background; nothing here names a signer."""

from __future__ import annotations

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
from chalicelib.domain.updates.update import UpdateState
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.api.admin.descriptions import updates as body_types
    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.updates.update import PauseReason, UpdateText, WaitReason
    from chalicelib.services.updates.update_editor import UpdateReport

signer_updates = Blueprint(__name__)
MERGE_PATCH = "application/merge-patch+json"
ALL = "/admin/campaigns/{campaign}/updates"
ONE = f"{ALL}/{{id}}"


def _key(campaign: str) -> ApiKey:
    return current_key(Role.ORGANIZER, campaign)


def _body() -> Any:
    return bodies.read_json(current_request().body, most_bytes=bodies.MAX_CAMPAIGN_BYTES)


def _line(report: UpdateReport) -> body_types.UpdateLine:
    update, progress = report.update, report.progress
    figures, is_waiting = progress.figures, bool(progress.waits_for) and update.state == UpdateState.SENDING
    return {
        "id": update.id,
        "campaign": update.campaign,
        "state": update.state,
        "reason": cast("PauseReason", update.reason) if update.reason else None,
        "waits_for": cast("WaitReason", progress.waits_for) if is_waiting else None,
        "subjects": dict(update.subjects),
        "audience": {
            "languages": list(update.audience.languages),
            "countries": cast("Any", list(update.audience.countries)),
        },
        "recipients": report.recipients,
        "sent": figures.sent,
        "failed": figures.failed,
        "skipped": figures.skipped,
        "delivered": figures.delivered,
        "bounced": figures.bounced,
        "complained": figures.complained,
        "unsubscribed": figures.unsubscribed,
        "created_at": stamp(update.created_at),
        "changed_at": stamp(update.changed_at),
        "started_at": _stamp(update.started_at),
        "finished_at": _stamp(update.finished_at),
    }


def _whole(report: UpdateReport) -> body_types.Update:
    words = wiring().update_editor.words(report.update)
    return {**_line(report), "texts": {language: _text(text) for language, text in words.items()}}


def _text(text: UpdateText) -> body_types.UpdateText:
    return {"subject": text.subject, "body": text.body}


def _stamp(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None


@route(signer_updates, ALL, "GET", role=Role.ORGANIZER)
def list_updates(campaign: str) -> Response:
    """Lists the newest hundred updates of a campaign with their figures."""
    body: body_types.Updates = {"updates": [_line(report) for report in wiring().update_editor.list(campaign)]}
    return json_response(body)


@route(signer_updates, ALL, "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def create_update(campaign: str) -> Response:
    """Saves a draft."""
    report = wiring().update_editor.create(campaign, _body(), _key(campaign))
    location = f"{current_request().base_url}/admin/campaigns/{campaign}/updates/{report.update.id}"
    return json_response(_whole(report), 201, location=location)


@route(signer_updates, f"{ALL}/preview", "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def preview_update(campaign: str) -> Response:
    """Returns words that are not saved as the email that would arrive, to an example person."""
    body = _body()
    if not isinstance(body, dict):
        raise InvalidFields.one("update", "not_an_object")
    language = body.pop("language", None)
    if not isinstance(language, str | None):
        raise InvalidFields.one("language", "not_text")
    shown_in, message = wiring().update_previews.show(campaign, language, body, current_request().base_url)
    shown: body_types.ShownUpdate = {
        "campaign": campaign,
        "language": shown_in,
        "subject": message.subject,
        "preview": message.preview,
        "text": message.text,
        "html": message.html,
    }
    return json_response(shown)


@route(signer_updates, f"{ALL}/audience", "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def count_audience(campaign: str) -> Response:
    """Returns how many signers an audience has now."""
    body: body_types.AudienceSize = {"recipients": wiring().update_editor.count_audience(campaign, _body())}
    return json_response(body)


@route(signer_updates, ONE, "GET", role=Role.ORGANIZER)
def get_update(campaign: str, id: str) -> Response:  # noqa: A002 - the contract's name
    """Returns an update with its words and figures."""
    return json_response(_whole(wiring().update_editor.get(campaign, id)))


@route(signer_updates, ONE, "PATCH", role=Role.ORGANIZER, types=[bodies.JSON, MERGE_PATCH])
def change_update(campaign: str, id: str) -> Response:  # noqa: A002
    """Changes part of a draft."""
    return json_response(_whole(wiring().update_editor.patch(campaign, id, _body(), _key(campaign))))


@route(signer_updates, ONE, "DELETE", role=Role.ORGANIZER)
def delete_update(campaign: str, id: str) -> Response:  # noqa: A002
    """Deletes a draft."""
    wiring().update_editor.delete(campaign, id, _key(campaign))
    return Response("", {"Cache-Control": "no-store"}, 204)


@route(signer_updates, f"{ONE}/test", "POST", role=Role.ORGANIZER)
def send_test_update(campaign: str, id: str) -> Response:  # noqa: A002
    """Sends a saved update, marked as a test, to whoever is signed in, in each language that is written."""
    languages = wiring().update_editor.written_languages(campaign, id)
    member = wiring().sample_requests.take_update(campaign, id, languages, _key(campaign), log.request_id.get())
    body: body_types.SentTestUpdate = {"to": member.email, "languages": list(languages)}
    return json_response(body, 202)


@route(signer_updates, f"{ONE}/send", "POST", role=Role.ORGANIZER, types=[bodies.JSON])
def send_update(campaign: str, id: str) -> Response:  # noqa: A002
    """Begins to send a draft, if it reaches as many signers as the organiser says."""
    return json_response(_line(wiring().update_control.send(campaign, id, _body(), _key(campaign))), 202)


@route(signer_updates, f"{ONE}/pause", "POST", role=Role.ORGANIZER)
def pause_update(campaign: str, id: str) -> Response:  # noqa: A002
    """Pauses an update within seconds."""
    return json_response(_line(wiring().update_control.pause(campaign, id, _key(campaign))))


@route(signer_updates, f"{ONE}/resume", "POST", role=Role.ORGANIZER)
def resume_update(campaign: str, id: str) -> Response:  # noqa: A002
    """Goes on with a paused update."""
    return json_response(_line(wiring().update_control.resume(campaign, id, _key(campaign))), 202)


@route(signer_updates, f"{ONE}/stop", "POST", role=Role.ORGANIZER)
def stop_update(campaign: str, id: str) -> Response:  # noqa: A002
    """Ends an update for good."""
    return json_response(_line(wiring().update_control.stop(campaign, id, _key(campaign))))
