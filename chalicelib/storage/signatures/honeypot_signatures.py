"""Stores signatures whose form filled in the honeypot, held, and confirms those that an organiser releases.

It never touches a signature that a person may have given.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib import log
from chalicelib.domain.signatures.flags import HoldReason
from chalicelib.domain.signatures.mail_marks import Outcome
from chalicelib.domain.signatures.signature import PENDING_DAYS, Signature, SignatureState
from chalicelib.domain.timestamps import stamp
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.expressions import remove_clause, set_clause, values_of
from chalicelib.storage.dynamodb.table import ConditionFailed
from chalicelib.storage.signatures.preconditions import is_still_held, states, values_as_read
from chalicelib.storage.signatures.signature_items import form_attributes, replacing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from chalicelib.storage.dynamodb.table import Table

is_free_for_it = (
    "attribute_not_exists(#state) OR #state = :withdrawn"
    " OR (#state = :pending AND (#expires_at <= :epoch OR #held = :honeypot))"
)


class HoneypotSignatures:
    """Signatures in the Signatures table that nobody may have given. Each method is one call to DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def sign(self, signature: Signature, *, now: datetime) -> None:
        """Adds `signature` as pending and held; one of its address that still counts, or could, stays as it is."""
        pk, sk = item_keys.signature_key(signature.key)
        times = dict.fromkeys(("signed_at", "asked_at", "changed_at", "held_at"), stamp(now))
        attributes = {
            **form_attributes(signature),
            **times,
            "state": str(SignatureState.PENDING),
            "expires_at": int((now + timedelta(days=PENDING_DAYS)).timestamp()),
            "held": str(HoldReason.HONEYPOT),
            "outcome": str(Outcome.HELD),
            "request": log.request_id.get(),
        }
        values = {**states("pending", "withdrawn"), ":honeypot": attributes["held"], ":epoch": int(now.timestamp())}
        try:
            self._table.update(
                pk, sk, replacing(attributes), condition=is_free_for_it, values=values_of(attributes) | values
            )
        except ConditionFailed:  # the address has signed, and that stands
            return

    def confirm(self, signature: Signature, labels: Mapping[str, str], *, day: str, now: datetime) -> bool:
        """Confirms a held one, where no click is needed; False if it has changed or is not held any more.

        `labels` are what to count its `source` and region (`region_label`) under.
        """
        times = dict.fromkeys(("confirmed_at", "changed_at", "cleared_at"), stamp(now))
        sets = {**times, "day": day, "request": log.request_id.get()} | {
            name: label for name, label in labels.items() if label
        }
        removes = remove_clause(["expires_at", "held", "held_at", "source_is_new"])
        expression = f"{set_clause(sets)}, #state = :confirmed {removes}"
        values = {
            **values_of(sets),
            **values_as_read(signature),
            **states("confirmed"),
            ":reason": signature.marks.held,
        }
        key = item_keys.signature_key(signature.key)
        try:
            self._table.update(*key, expression, condition=is_still_held, values=values)
        except ConditionFailed:
            return False
        return True
