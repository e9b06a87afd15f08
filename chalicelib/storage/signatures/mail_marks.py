"""The mail marks of a signature: what is wished for, who has it in hand, what went out, what waits for an organiser.

Each note is void when the signature moved meanwhile. Nothing that was signed is changed here: see `signatures`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib import log
from chalicelib.domain.mail.due_mail import GIVEN_UP
from chalicelib.domain.signatures.signature import MailKind, Signature
from chalicelib.domain.timestamps import stamp
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import ConditionFailed
from chalicelib.storage.signatures.preconditions import has_not_moved, is_still_held, states, where_it_was
from chalicelib.storage.signatures.signature_items import read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from chalicelib.domain.signatures.signature import SignatureKey
    from chalicelib.storage.dynamodb.table import Table

LEASE_SECONDS = 30

is_signed = "#state IN (:pending, :confirmed, :external)"
is_unleased = f"{is_signed} AND (attribute_not_exists(#lease_until) OR #lease_until < :epoch)"
# SES may report a bounce or a complaint before the delivery.
is_signed_and_unreported = f"{is_signed} AND attribute_not_exists(#delivery)"
is_given_up = f"#outcome IN ({', '.join(f':{one}' for one in sorted(GIVEN_UP))})"
holds_lease = "#lease_until = :lease"


class MailMarks:
    """What the mailer, and those who wish for mails, note on the Signatures table. Each method is one call to DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def ask_stands(self, signature: Signature, *, now: datetime) -> None:
        """Notes that the signer should hear that the signature stands; nothing if it moved meanwhile."""
        self._ask(signature, "SET #stands_asked_at = :now", now=now)

    def start_mails_anew(self, signature: Signature, *, now: datetime) -> None:
        """Forgets the mails sent to an earlier spelling of the address; nothing if it moved meanwhile."""
        self._ask(signature, "SET #asked_at = :now REMOVE #sent_at, #sends, #reminded_at", now=now)

    def ask_confirmation(self, signature: Signature, *, now: datetime) -> None:
        """Notes that a pending signer should get the confirmation again; nothing if it moved meanwhile."""
        self._ask(signature, "SET #asked_at = :now", now=now)

    def ask_reminder(self, signature: Signature, *, now: datetime) -> None:
        """Notes that a pending signer should be reminded; nothing if it moved meanwhile."""
        self._ask(signature, "SET #asked_at = :now, #reminded_at = :now", now=now)

    def _ask(self, signature: Signature, expression: str, *, now: datetime) -> None:
        values = {":now": stamp(now), ":request": log.request_id.get(), **where_it_was(signature)}
        traced = expression.replace("SET ", "SET #request = :request, ", 1)
        self._note(signature.key, traced, has_not_moved, values)

    def lease(self, key: SignatureKey, *, now: datetime) -> Signature | None:
        """Reserves a signature for one mailer for 30 s and returns it.

        None when it is gone or withdrawn. Raises ConditionFailed while another mailer holds it.
        """
        epoch = int(now.timestamp())
        values = {":epoch": epoch, ":until": epoch + LEASE_SECONDS, **states("pending", "confirmed", "external")}
        pk, sk = item_keys.signature_key(key)
        try:
            item = self._table.update(
                pk, sk, "SET #lease_until = :until", condition=is_unleased, values=values, returns="ALL_NEW"
            )
        except ConditionFailed as refusal:
            if refusal.found is None or "lease_until" not in refusal.found:
                return None
            raise
        return read(item)

    def end_lease(
        self,
        signature: Signature,
        *,
        outcome: str = "",
        until: datetime | None = None,
        cleared_at: datetime | None = None,
    ) -> None:
        """Ends a lease without a mail; with `until`, nobody tries before then. `cleared_at`: it was under the caps then."""
        values: dict[str, Any] = {":outcome": outcome, ":lease": signature.marks.lease_until}
        expression = "SET #outcome = :outcome"
        if cleared_at is not None:
            expression, values[":cleared"] = f"{expression}, #cleared_at = :cleared", stamp(cleared_at)
        if until is not None:
            expression, values[":until"] = f"{expression}, #lease_until = :until", int(until.timestamp())
        else:
            expression += " REMOVE #lease_until"
        self._note(signature.key, expression, holds_lease, values)

    def note_pause(self, key: SignatureKey) -> None:
        """Notes that a mail which had been given up was wished for anew while mail was paused; else nothing."""
        values = {":paused": "paused", **{f":{one}": one for one in GIVEN_UP}}
        self._note(key, "SET #outcome = :paused", is_given_up, values)

    def hold(self, signature: Signature, reason: str, *, now: datetime) -> None:
        """Ends a lease without a mail: an organiser must look first."""
        values = {":reason": reason, ":now": stamp(now), ":outcome": "held", ":lease": signature.marks.lease_until}
        expression = "SET #held = :reason, #held_at = :now, #outcome = :outcome"
        if signature.marks.disposable:
            expression, values = f"{expression}, #disposable = :yes", {**values, ":yes": True}
        self._note(signature.key, f"{expression} REMOVE #lease_until", holds_lease, values)

    def release(self, signature: Signature, *, now: datetime) -> bool:
        """What was held is to be mailed, whatever the caps say; False when it moved or is not held."""
        values = {":now": stamp(now), ":reason": signature.marks.held, **where_it_was(signature)}
        expression = "SET #cleared_at = :now REMOVE #held, #held_at"
        return self._note(signature.key, expression, is_still_held, values)

    def mark_sent(self, signature: Signature, kind: MailKind, *, now: datetime) -> None:
        """Notes that a mail of `kind` is out, and ends the lease."""
        values: dict[str, Any] = {":now": stamp(now), ":outcome": "sent", ":lease": signature.marks.lease_until}
        when = {MailKind.THANKS: "thanked_at", MailKind.STANDS: "stands_sent_at"}.get(kind, "sent_at")
        expression = f"SET #{when} = :now, #outcome = :outcome"
        if signature.marks.disposable:
            expression, values[":yes"] = f"{expression}, #disposable = :yes", True
        expression += " REMOVE #lease_until"
        if when == "sent_at":
            values[":one"] = 1
            expression += " ADD #sends :one"
        self._note(signature.key, expression, holds_lease, values)

    def set_delivery(self, key: SignatureKey, delivery: str) -> None:
        """Notes what SES reported (`delivered`, `bounced`, `complained`), unless the signature is withdrawn or gone."""
        values = {":delivery": delivery, **states("pending", "confirmed", "external")}
        condition = is_signed_and_unreported if delivery == "delivered" else is_signed
        self._note(key, "SET #delivery = :delivery", condition, values)

    def _note(self, key: SignatureKey, expression: str, condition: str, values: Mapping[str, Any]) -> bool:
        try:
            self._table.update(*item_keys.signature_key(key), expression, condition=condition, values=values)
        except ConditionFailed:  # withdrawn or gone meanwhile, or otherwise: the note no longer means anything
            return False
        return True
