"""A signature as organisers see it: a withdrawn one has only id, state and times, and a sponsor sees only its own consent."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from chalicelib.api.http.region_names import region_name_of
from chalicelib.api.http.request import current_request
from chalicelib.domain.signatures.public_comments import comment_state
from chalicelib.domain.timestamps import stamp

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.api.admin.descriptions import signatures as body_types
    from chalicelib.domain.signatures.signature import Signature


def signature_json(signature: Signature, sponsor: str = "") -> body_types.Signature | body_types.WithdrawnSignature:
    """Returns a signature as JSON types; `sponsor` is the one that the key is bound to, or empty."""
    if signature.is_withdrawn:
        return {
            "id": signature.id,
            "state": "withdrawn",
            "signed_at": stamp(signature.signed_at),
            "confirmed_at": _stamp(signature.confirmed_at),
            "withdrawn_at": _stamp(signature.withdrawn_at),
        }
    return _whole(signature, sponsor)


def _whole(signature: Signature, sponsor: str) -> body_types.Signature:
    written = {
        "id": signature.id,
        "state": str(signature.state),
        "signed_at": stamp(signature.signed_at),
        "confirmed_at": _stamp(signature.confirmed_at),
        "withdrawn_at": _stamp(signature.withdrawn_at),
        "day": signature.day or None,
        "email": signature.email,
        **signature.answers,
        **region_name_of(signature, current_request().language),
        "language": signature.language,
        "public": signature.public,
        "consents": [one for one in signature.consents if sponsor in ("", one)],
        **(
            {}
            if sponsor
            else {"updates_at": _stamp(signature.updates_at), **_oddities(signature), **decided_json(signature)}
        ),
        "source": signature.source,
        "referrer": signature.referrer,
        "utm": dict(signature.utm),
        "text_version": signature.text_version,
        "text_sha256": signature.text_sha256 or None,
        "mail": _mail(signature),
    }
    # A campaign's custom fields have names that no type can list.
    return cast("body_types.Signature", written)


def _oddities(signature: Signature) -> dict[str, object]:
    held = signature.marks.held or None
    shown_at = signature.form_shown_at or None
    return {
        "network": signature.network or None,
        "flags": list(signature.all_flags),
        "form_shown_at": shown_at,
        "held": held,
    }


def decided_json(signature: Signature) -> dict[str, object]:
    """What organisers decided about its name and comment."""
    decided = signature.moderation
    hidden = (
        {"hidden_at": stamp(decided.hidden_at), "hidden_reason": decided.hidden_reason} if decided.hidden_at else {}
    )
    state = comment_state(signature)
    return {"shown": not decided.is_hidden, **hidden, **({"comment_state": str(state)} if state else {})}


def _mail(signature: Signature) -> body_types.Mail:
    marks = signature.marks
    return {
        "asked_at": _stamp(marks.asked_at),
        "sent_at": _stamp(marks.sent_at),
        "reminded_at": _stamp(marks.reminded_at),
        "thanked_at": _stamp(marks.thanked_at),
        "stands_asked_at": _stamp(marks.stands_asked_at),
        "stands_sent_at": _stamp(marks.stands_sent_at),
        "held_at": _stamp(marks.held_at),
        "cleared_at": _stamp(marks.cleared_at),
        "sends": marks.sends,
        "outcome": marks.outcome,
        "delivery": marks.delivery,
    }


def _stamp(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None
