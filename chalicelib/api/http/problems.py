"""One error shape: RFC 9457 problem documents, one table from errors to HTTP statuses; never a word of what was typed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalice.app import Response

from chalicelib.domain import errors
from chalicelib.i18n.languages import field_message, problem_detail, problem_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chalicelib.domain.errors import FieldError, UndersignedError

# The type that chalice.app.Response takes.
Headers = dict[str, str | list[str]]

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_SECONDS = 5

STATUSES: dict[type[UndersignedError], int] = {
    errors.UndersignedError: 500,
    errors.CampaignUnreadable: 500,
    errors.MalformedBody: 400,
    errors.BodyNotUtf8: 400,
    errors.BodyTooDeep: 400,
    errors.TooManyFields: 400,
    errors.Unauthorized: 401,
    errors.Forbidden: 403,
    errors.OriginNotAllowed: 403,
    errors.KeyWithoutMember: 403,
    errors.NotFound: 404,
    errors.CampaignNotFound: 404,
    errors.KeyNotFound: 404,
    errors.MemberNotFound: 404,
    errors.SessionNotFound: 404,
    errors.LinkInvalid: 404,
    errors.LinkOfTest: 404,
    errors.CampaignNotOpen: 409,
    errors.CampaignExists: 409,
    errors.CampaignHasSignatures: 409,
    errors.NotPending: 409,
    errors.AlreadySigned: 409,
    errors.SignerLeft: 409,
    errors.ConfirmationsUsedUp: 409,
    errors.WithdrawalOver: 409,
    errors.SheetOver: 409,
    errors.AskedJustNow: 409,
    errors.SigningTestOver: 410,
    errors.MemberExists: 409,
    errors.LastAdmin: 409,
    errors.NotASession: 409,
    errors.NoSenderForMembers: 409,
    errors.NotADraft: 409,
    errors.CommentChanged: 409,
    errors.CommentPrivate: 409,
    errors.RecipientsChanged: 409,
    errors.NobodyToWriteTo: 409,
    errors.UpdateNotSending: 409,
    errors.UpdateOver: 409,
    errors.TooManyDrafts: 409,
    errors.LinkExpired: 410,
    errors.AlreadyWithdrawn: 410,
    errors.NamesRemoved: 410,
    errors.VersionMismatch: 412,
    errors.BodyTooLarge: 413,
    errors.CampaignTooLarge: 413,
    errors.UnsupportedMediaType: 415,
    errors.UnsupportedContentEncoding: 415,
    errors.InvalidFields: 422,
    errors.VersionRequired: 428,
    errors.TooManyTests: 429,
    errors.FormatNotOffered: 501,
    errors.Unavailable: 503,
    errors.BeingMade: 503,
    errors.TemporaryMailError: 503,
    errors.SenderRefused: 503,
    errors.MailPerhapsSent: 503,
    errors.PermanentMailError: 500,
}
# The errors that Chalice itself produces, by status.
CHALICE_ERRORS = {
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    400: "malformed",
}


def status_of(error: UndersignedError) -> int:
    """Returns the HTTP status of an error."""
    return STATUSES[type(error)]


def problem_response(
    code: str,
    status: int,
    language: str,
    *,
    fields: Iterable[FieldError] = (),
    facts: Mapping[str, str | int] | None = None,
) -> Response:
    """Returns a problem document in `language`; `facts` fill the placeholders of its detail."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": problem_title(code, language),
        "status": status,
        "detail": problem_detail(code, language, **(facts or {})),
        "code": code,
    }
    if facts and "recipients" in facts:
        body["recipients"] = facts["recipients"]
    if code == "invalid":
        body["errors"] = [
            {"field": f.field, "code": f.code, "message": f.message} for f in with_messages(fields, language)
        ]
    # A made-up field name may contain what cannot be encoded: a lone UTF-16 surrogate.
    text = json.dumps(body, ensure_ascii=False).encode(errors="replace").decode()
    return Response(text, problem_headers(status, language), status)


def problem_headers(status: int, language: str) -> Headers:
    """Returns the headers of a problem document."""
    headers: Headers = {"Content-Type": PROBLEM_JSON, "Cache-Control": "no-store", "Content-Language": language}
    if status == 503:  # noqa: PLR2004 - HTTP
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if status == 401:  # noqa: PLR2004
        headers["WWW-Authenticate"] = 'Bearer realm="undersigned"'
    return headers


def with_messages(fields: Iterable[FieldError], language: str) -> tuple[FieldError, ...]:
    """Returns the field errors with messages in `language`; those that have a message keep it."""
    return tuple(one if one.message else replace(one, message=_message(one, language)) for one in fields)


def _message(error: FieldError, language: str) -> str:
    facts = {"limit": error.limit, "field": error.field, "options": error.options or None, "row": error.row}
    return field_message(error.code, language, **facts)
