"""Records about a signature's emails what was requested, which mailer is at work, what was sent, and what is held.

A mark is not written if the signature has changed in the meantime. What was signed is never changed here (see
`signatures`).
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from chalicelib import log
from chalicelib.domain.signatures.mail_marks import GIVEN_UP, Delivery, MailKind, Outcome
from chalicelib.domain.timestamps import stamp
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.expressions import remove_clause, set_clause, values_of
from chalicelib.storage.dynamodb.table import ConditionFailed
from chalicelib.storage.signatures.preconditions import is_as_read, is_still_held, states, values_as_read
from chalicelib.storage.signatures.signature_items import read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from chalicelib.domain.signatures.signature import Signature, SignatureKey
    from chalicelib.storage.dynamodb.table import Table

LEASE_SECONDS = 30
# The mark that says when an email of each kind was sent.
SENT_MARKS = {
    MailKind.CONFIRMATION: "sent_at",
    MailKind.REMINDER: "sent_at",
    MailKind.ALREADY_SIGNED: "stands_sent_at",
    MailKind.THANKS: "thanked_at",
}

is_signed = "#state IN (:pending, :confirmed, :external)"
is_unleased = f"{is_signed} AND (attribute_not_exists(#lease_until) OR #lease_until < :epoch)"
# SES may report a bounce or a complaint before the delivery.
is_signed_and_unreported = f"{is_signed} AND attribute_not_exists(#delivery)"
is_given_up = f"#outcome IN ({', '.join(f':{one}' for one in sorted(GIVEN_UP))})"
holds_lease = "#lease_until = :lease"


class MailMarks:
    """Mail marks in the Signatures table. Each method is one call to DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def request_already_signed_email(self, signature: Signature, *, now: datetime) -> None:
        """Requests the email that says that the address has already signed; does nothing if the signature has changed."""
        self._request(signature, "stands_asked_at", now=now)

    def restart_emails(self, signature: Signature, *, now: datetime) -> bool:
        """Forgets the emails sent to an earlier spelling of the address.

        False if there were none, or if it has changed, was asked for again or emailed since.
        """
        marks = signature.marks
        if marks.sent_at is None or marks.asked_at is None:
            return False
        sets = {"asked_at": stamp(now), "request": signature.request}
        expression = f"{set_clause(sets)} {remove_clause(('sent_at', 'sends', 'reminded_at'))}"
        then = {":asked_then": stamp(marks.asked_at), ":sent_then": stamp(marks.sent_at)}
        condition = f"{is_as_read} AND #asked_at = :asked_then AND #sent_at = :sent_then"
        return self._update_if(signature.key, expression, condition, values_of(sets) | values_as_read(signature) | then)

    def request_confirmation(self, signature: Signature, *, now: datetime) -> None:
        """Requests another confirmation email for a pending signature; does nothing if it has changed."""
        self._request(signature, "asked_at", now=now)

    def request_reminder(self, signature: Signature, *, now: datetime) -> None:
        """Requests a reminder for a pending signature; does nothing if it has changed."""
        self._request(signature, "asked_at", "reminded_at", now=now)

    def _request(self, signature: Signature, *marks: str, now: datetime) -> None:
        sets = {**dict.fromkeys(marks, stamp(now)), "request": log.request_id.get()}
        self._update_if(signature.key, set_clause(sets), is_as_read, {**values_of(sets), **values_as_read(signature)})

    def lease(self, key: SignatureKey, *, now: datetime) -> Signature | None:
        """Reserves a signature for one mailer for 30 s and returns it.

        None if it is gone or withdrawn. Raises ConditionFailed while another mailer holds it.
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
        outcome: Outcome | None = None,
        *,
        until: datetime | None = None,
        cleared_at: datetime | None = None,
    ) -> None:
        """Ends a lease without an email; without an `outcome`, the last one stands.

        With `until`, nobody tries again before then. `cleared_at` is when it passed the limits.
        """
        lease_until = int(until.timestamp()) if until else None
        cleared = stamp(cleared_at) if cleared_at else None
        self._end(signature, {"outcome": outcome, "cleared_at": cleared, "lease_until": lease_until})

    def note_pause(self, key: SignatureKey) -> None:
        """Records that an email which had been given up was requested again while mail was paused; otherwise does nothing."""
        values = {":paused": Outcome.PAUSED, **{f":{one}": one for one in GIVEN_UP}}
        self._update_if(key, "SET #outcome = :paused", is_given_up, values)

    def hold(self, signature: Signature, reason: str, *, now: datetime) -> None:
        """Ends a lease without an email: an organiser must look first."""
        sets = {"held": reason, "held_at": stamp(now), "outcome": Outcome.HELD}
        self._end(signature, {**sets, "disposable": signature.marks.disposable or None})

    def release(self, signature: Signature, *, now: datetime) -> bool:
        """Lets a held signature be emailed, whatever the limits; False if it has changed or is not held."""
        values = {":now": stamp(now), ":reason": signature.marks.held, **values_as_read(signature)}
        expression = "SET #cleared_at = :now REMOVE #held, #held_at"
        return self._update_if(signature.key, expression, is_still_held, values)

    def mark_sent(self, signature: Signature, kind: MailKind, *, now: datetime) -> None:
        """Records that an email of `kind` was sent, and ends the lease. Raises KeyError for an unknown kind."""
        mark = SENT_MARKS[kind]
        sets = {mark: stamp(now), "outcome": Outcome.SENT, "disposable": signature.marks.disposable or None}
        self._end(signature, sets, is_counted=mark == "sent_at")

    def end_test(self, signature: Signature) -> None:
        """Deletes one given as a test, whose last email is out."""
        values = {":lease": signature.marks.lease_until}
        with contextlib.suppress(ConditionFailed):
            self._table.delete(*item_keys.signature_key(signature.key), condition=holds_lease, values=values)

    def _end(self, signature: Signature, marks: Mapping[str, Any], *, is_counted: bool = False) -> None:
        """Writes the `marks` that are not None, and ends the lease unless they include a new `lease_until`."""
        sets = {name: value for name, value in marks.items() if value is not None}
        values = {**values_of(sets), ":lease": signature.marks.lease_until}
        clauses = [set_clause(sets), "" if "lease_until" in sets else "REMOVE #lease_until"]
        if is_counted:
            clauses.append("ADD #sends :one")
            values[":one"] = 1
        self._update_if(signature.key, " ".join(filter(None, clauses)), holds_lease, values)

    def set_delivery(self, key: SignatureKey, delivery: Delivery) -> None:
        """Records what SES reported, unless the signature is withdrawn or gone."""
        values = {":delivery": delivery, **states("pending", "confirmed", "external")}
        condition = is_signed_and_unreported if delivery is Delivery.DELIVERED else is_signed
        self._update_if(key, "SET #delivery = :delivery", condition, values)

    def _update_if(self, key: SignatureKey, expression: str, condition: str, values: Mapping[str, Any]) -> bool:
        try:
            self._table.update(*item_keys.signature_key(key), expression, condition=condition, values=values)
        except ConditionFailed:  # it has changed in the meantime, so the mark no longer means anything
            return False
        return True
