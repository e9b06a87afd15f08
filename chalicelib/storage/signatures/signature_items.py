"""Converts a signature to a DynamoDB item and back, with the attributes in one list so that none is forgotten."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from chalicelib import log
from chalicelib.domain.counting.contributions import stages_of
from chalicelib.domain.signatures.mail_marks import Delivery, Marks, Outcome
from chalicelib.domain.signatures.moderation import Moderation
from chalicelib.domain.signatures.person_fields import PERSON_FIELDS
from chalicelib.domain.signatures.signature import STUB_DAYS, Signature, SignatureState
from chalicelib.domain.signatures.signed_as_test import PREFIX
from chalicelib.domain.timestamps import read_stamp, stamp
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.expressions import remove_clause, set_clause
from chalicelib.storage.dynamodb.item_values import READ_FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from chalicelib.domain.signatures.withdrawers import Withdrawer

ID = re.compile(rf"({PREFIX})?[a-z0-9-]{{1,64}}")
# What a signer types or the form adds; all of it is replaced when somebody signs again.
FORM_ATTRIBUTES = (
    "email",
    *PERSON_FIELDS,
    "custom",
    "language",
    "public",
    "consents",
    "updates_at",
    "source",
    "source_is_new",
    "region_label",
    "referrer",
    "utm",
    "text_version",
    "text_sha256",
    "fingerprint",
    *("network", "flags", "form_shown_at"),
    *("comment_notice", "handover_notice"),
)
# Of these, where the form came from, and which words it was for.
ORIGIN_ATTRIBUTES = ("source", "source_is_new", "referrer", "utm")
WORDS_ATTRIBUTES = ("language", "text_version", "text_sha256")
MARK_TIMESTAMPS = (
    "asked_at",
    "sent_at",
    "reminded_at",
    "thanked_at",
    "stands_asked_at",
    "stands_sent_at",
    "held_at",
    "cleared_at",
)
# Cleared when somebody signs again or confirms, so that holding is decided again.
HOLD_MARKS = ("held", "held_at", "cleared_at")
# Cleared when somebody signs again.
WITHDRAWAL_MARKS = ("withdrawn_at", "withdrawn_by", "withdrawal", "kept")
# What is noted about its emails.
MARKS = (*MARK_TIMESTAMPS, "sends", "lease_until", "outcome", "delivery", "held", "disposable")
# What organisers decided: a correction, a form sent again and a paper leave it as it is.
HIDING_ATTRIBUTES = ("hidden_at", "hidden_reason")
# Cleared when the comment may be another.
COMMENT_MARKS = ("comment_shown",)
CUSTOM = "custom."
# What one on paper has besides: gone once somebody else has changed it.
PAPER_ATTRIBUTES = ("sheet", "likeness", "before")
# What outlives whatever replaces a signature: an earlier file or link may be about what it was.
LASTING_ATTRIBUTES = ("round", "left_sponsors", "left_states")
# All that a signature may have, but its key and that.
REPLACED_ATTRIBUTES = (
    *FORM_ATTRIBUTES,
    *MARKS,
    *WITHDRAWAL_MARKS,
    *("state", "signed_at", "confirmed_at", "day", "changed_at", "expires_at", "restored_at", "request"),
    *("anonymised_at", "signer", "kept_stages"),
    *PAPER_ATTRIBUTES,
    *COMMENT_MARKS,
)


def form_attributes(signature: Signature) -> dict[str, Any]:
    """What was typed, without empty values."""
    answers = signature.answers
    attributes: dict[str, Any] = {name: value for name, value in answers.items() if not name.startswith(CUSTOM)}
    attributes |= {
        "email": signature.email,
        "custom": {name.removeprefix(CUSTOM): v for name, v in answers.items() if name.startswith(CUSTOM)},
        "language": signature.language,
        "public": signature.public,
        "consents": list(signature.consents),
        "updates_at": stamp(signature.updates_at) if signature.updates_at else "",
        "source": signature.source,
        "source_is_new": signature.source_is_new,
        "region_label": signature.region_label,
        "referrer": signature.referrer,
        "utm": dict(signature.utm),
        "text_version": signature.text_version,
        "text_sha256": signature.text_sha256,
        "fingerprint": signature.fingerprint,
        "network": signature.network,
        "flags": list(signature.flags),
        "form_shown_at": signature.form_shown_at,
        "comment_notice": signature.comment_notice,
        "handover_notice": signature.handover_notice,
    }
    return {name: value for name, value in attributes.items() if value}


@lru_cache(maxsize=256)
def signing_expression(names: tuple[str, ...]) -> str:
    """Sets the attributes of a new form, and removes what an earlier one left; most forms fill in the same few."""
    old = (*FORM_ATTRIBUTES, *HOLD_MARKS, *WITHDRAWAL_MARKS, *COMMENT_MARKS, "expires_at")
    removes = [name for name in old if name not in names]
    return f"{set_clause(names)}, #signed_at = if_not_exists(#signed_at, :asked_at) {remove_clause(removes)}"


# What retention leaves of a signature: what its campaign's counters need, and nothing about the person.
RETAINED_ATTRIBUTES = (
    *("pk", "sk", "state", "signed_at", "confirmed_at", "day", "country", "region_label", "language", "source"),
    *("consents", "text_version", "text_sha256", "left_states"),
)


def stub(signature: Signature, by: Withdrawer, now: datetime) -> dict[str, Any]:
    """What is left of a signature that is withdrawn: key, state, times, its next round and what ended with it, for 30 days."""
    pk, sk = item_keys.signature_key(signature.key)
    left: dict[str, Any] = {"pk": pk, "sk": sk, "state": "withdrawn", "signed_at": stamp(signature.signed_at)}
    left |= {"withdrawn_at": stamp(now), "withdrawn_by": str(by), "changed_at": stamp(now)}
    left["round"] = signature.round + 1
    lasting = {"left_sponsors": signature.left_by(now), "left_states": signature.states_left_by(now)}
    left |= {name: value for name, value in lasting.items() if value}
    return left | {"expires_at": int((now + timedelta(days=STUB_DAYS)).timestamp())}


def replacing(attributes: Mapping[str, Any]) -> str:
    """The update expression that leaves nothing but `attributes`, the key, and what outlives it."""
    return f"{set_clause(attributes)} {remove_clause(name for name in REPLACED_ATTRIBUTES if name not in attributes)}"


def anonymised_attributes(signature: Signature, item: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What is left of a stored signature when its campaign's retention is over."""
    kept = {name: item[name] for name in RETAINED_ATTRIBUTES if name in item}
    times = {"anonymised_at": stamp(now), "changed_at": stamp(now)}
    return {
        **kept,
        **times,
        "signer": signature.signer_kind,
        "kept_stages": list(stages_of(signature)),
        "fingerprint": "anonymised",
        **({"left_sponsors": left} if (left := signature.left_by(now, staying=signature.consents)) else {}),
    }


def read(item: Mapping[str, Any]) -> Signature:
    """The signature that a decoded item holds."""
    campaign, bucket = item_keys.parse_partition(item["pk"])
    return Signature(
        campaign=campaign,
        bucket=bucket,
        id=item["sk"],
        state=SignatureState(item["state"]),
        signed_at=datetime.fromisoformat(item["signed_at"]),
        email=item.get("email", ""),
        answers=_answers(item),
        language=item.get("language", ""),
        public=item.get("public", False),
        consents=tuple(item.get("consents", ())),
        updates_at=read_stamp(item.get("updates_at")),
        left_sponsors=item.get("left_sponsors", {}),
        left_states=item.get("left_states", {}),
        round=item.get("round", 0),
        source=item.get("source", ""),
        source_is_new=item.get("source_is_new", False),
        region_label=item.get("region_label", ""),
        referrer=item.get("referrer", ""),
        utm=item.get("utm", {}),
        text_version=item.get("text_version", 0),
        text_sha256=item.get("text_sha256", ""),
        fingerprint=item.get("fingerprint", ""),
        network=item.get("network", ""),
        flags=tuple(item.get("flags", ())),
        form_shown_at=item.get("form_shown_at", ""),
        confirmed_at=read_stamp(item.get("confirmed_at")),
        day=item.get("day", ""),
        withdrawn_at=read_stamp(item.get("withdrawn_at")),
        withdrawn_by=item.get("withdrawn_by", ""),
        withdrawal=item.get("withdrawal", ""),
        restored_at=read_stamp(item.get("restored_at")),
        sheet=item.get("sheet", ""),
        likeness=item.get("likeness", ""),
        changed_at=read_stamp(item.get("changed_at")),
        expires_at=item.get("expires_at", 0),
        anonymised_at=read_stamp(item.get("anonymised_at")),
        signer=item.get("signer", ""),
        kept_stages=tuple(item.get("kept_stages", ())),
        request=item.get("request", ""),
        comment_notice=item.get("comment_notice", 0),
        handover_notice=item.get("handover_notice", 0),
        moderation=Moderation(
            read_stamp(item.get("hidden_at")), item.get("hidden_reason", ""), item.get("comment_shown")
        ),
        marks=_marks(item),
    )


def readable(items: Iterable[Mapping[str, Any]], campaign: str, bucket: int) -> Iterator[Signature]:
    """The signatures of one bucket's items; one that cannot be read is left out, and logged with a metric."""
    for item in items:
        try:
            signature = read(item)
        except READ_FAULTS:
            id_if_ours = item["sk"] if ID.fullmatch(item["sk"]) else ""
            log.exception("unreadable signature", campaign=campaign, bucket=bucket, signature=id_if_ours)
            log.metric("unreadable_record", 1, campaign=campaign)
            continue
        yield signature


def _answers(item: Mapping[str, Any]) -> dict[str, str]:
    answers = {name: item[name] for name in PERSON_FIELDS if name in item}
    return answers | {f"{CUSTOM}{name}": value for name, value in item.get("custom", {}).items()}


def _marks(item: Mapping[str, Any]) -> Marks:
    times = {name: read_stamp(item[name]) for name in MARK_TIMESTAMPS if name in item}
    return Marks(
        **times,
        sends=item.get("sends", 0),
        lease_until=item.get("lease_until", 0),
        outcome=Outcome(item["outcome"]) if item.get("outcome") else None,
        delivery=Delivery(item["delivery"]) if item.get("delivery") else None,
        held=item.get("held", ""),
        disposable=item.get("disposable", False),
    )
