"""Signatures at rest. A confirmed one is never changed by a form; a withdrawn one keeps nothing of the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib import log
from chalicelib.domain.mails import GIVEN_UP
from chalicelib.domain.signatures import PENDING_DAYS, STUB_DAYS, MailKind, Signature, SignatureState
from chalicelib.storage import names
from chalicelib.storage.database import ConditionFailed
from chalicelib.storage.signature_items import HOLDING, TYPED, anonymised_attributes, read, stamp, typed_attributes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from chalicelib.storage.database import Table
    from chalicelib.storage.walking import Walk

LEASE_SECONDS = 30

still_open = "attribute_not_exists(#state) OR #state = :withdrawn OR (#state = :pending AND #expires_at > :epoch)"
is_as_mailed = "#state = :pending AND #expires_at > :epoch AND #fingerprint = :fingerprint"
is_signed = "#state IN (:pending, :confirmed, :external)"
is_unleased = f"{is_signed} AND (attribute_not_exists(#lease_until) OR #lease_until < :epoch)"
# SES may report a bounce or a complaint before the delivery.
is_signed_and_unreported = f"{is_signed} AND attribute_not_exists(#delivery)"
is_given_up = f"#outcome IN ({', '.join(f':{one}' for one in sorted(GIVEN_UP))})"
holds_lease = "#lease_until = :lease"
# One on paper never takes the place of one that counts; what is pending it makes count.
is_free_for_paper = "attribute_not_exists(#state) OR #state IN (:withdrawn, :pending)"
has_not_moved = "#state = :state AND #signed_at = :signed_at AND #fingerprint = :fingerprint_then"
STATES = {f":{state}": str(state) for state in SignatureState}


@dataclass(frozen=True, slots=True)
class Signed:
    """What the one write did: `earlier` is what stood there before, if anything; `is_written` is False if that stays."""

    earlier: Signature | None
    is_written: bool


class Signatures:
    """The Signatures table. Each method is one call to DynamoDB unless it says otherwise."""

    def __init__(self, table: Table, walk: Callable[[], Walk]) -> None:
        self._table = table
        self._walk = walk

    def sign(self, signature: Signature, *, buckets: int, now: datetime) -> Signed:
        """Adds `signature`, or replaces what was typed into a pending or withdrawn one; a confirmed one stays as it is.

        One write. `signed_at` and the mail marks of an earlier one stay, but whether it is held is asked anew. A pending one past its expiry is not replaced:
        see `renew`.
        """
        pk, sk = names.signature_key(signature.campaign, buckets, signature.id)
        sets = self._typed_and_state(signature, now)
        removes = [name for name in (*TYPED, *HOLDING, "withdrawn_at", "expires_at") if name not in sets]
        expression = f"{_set(sets)}, #signed_at = if_not_exists(#signed_at, :asked_at) {_remove(removes)}"
        values = {**_values(sets), **_pick("pending", "withdrawn"), ":epoch": int(now.timestamp())}
        try:
            before = self._table.update(pk, sk, expression, condition=still_open, values=values, returns="ALL_OLD")
        except ConditionFailed as refusal:
            return Signed(read(refusal.found) if refusal.found else None, is_written=False)
        return Signed(read(before) if "state" in before else None, is_written=True)

    def renew(self, signature: Signature, expired: Signature, *, buckets: int, now: datetime) -> None:
        """Puts `signature` in the place of one that expired but is not yet deleted. Raises ConditionFailed if it moved."""
        pk, sk = names.signature_key(signature.campaign, buckets, signature.id)
        attributes = self._typed_and_state(signature, now) | {"pk": pk, "sk": sk, "signed_at": stamp(now)}
        self._table.put(attributes, condition=has_not_moved, values=_where_it_was(expired))

    @staticmethod
    def _typed_and_state(signature: Signature, now: datetime) -> dict[str, Any]:
        attributes = typed_attributes(signature) | {
            "state": str(signature.state),
            "asked_at": stamp(now),
            "changed_at": stamp(now),
            "request": log.request_id.get(),
        }
        if signature.is_confirmed:
            return attributes | {"confirmed_at": stamp(now), "day": signature.day}
        return attributes | {"expires_at": _epoch_in(now, PENDING_DAYS)}

    def find(self, campaign: str, buckets: int, signature: str) -> Signature | None:
        """One signature, read strongly, or None."""
        item = self._table.get(*names.signature_key(campaign, buckets, signature))
        return read(item) if item else None

    def confirm(
        self, campaign: str, buckets: int, signature: str, *, fingerprint: str, day: str, now: datetime
    ) -> Signature:
        """Makes a pending signature count, if what was typed is still what the link was mailed for.

        Raises ConditionFailed when it does not stand so.
        """
        values = {
            **_pick("pending", "confirmed"),
            ":fingerprint": fingerprint,
            ":epoch": int(now.timestamp()),
            ":now": stamp(now),
            ":day": day,
            ":request": log.request_id.get(),
        }
        sets = "SET #state = :confirmed, #confirmed_at = :now, #changed_at = :now, #day = :day, #request = :request"
        expression = f"{sets} {_remove(['expires_at', *HOLDING])}"
        key = names.signature_key(campaign, buckets, signature)
        return read(self._table.update(*key, expression, condition=is_as_mailed, values=values, returns="ALL_NEW"))

    def withdraw(self, signature: Signature, *, buckets: int, now: datetime, while_held: bool = False) -> Signature:
        """Leaves key, state and times of `signature`, for 30 days. Raises ConditionFailed if it moved meanwhile.

        `while_held`: also if it is no longer held for the same reason.
        """
        pk, sk = names.signature_key(signature.campaign, buckets, signature.id)
        stub: dict[str, Any] = {"pk": pk, "sk": sk, "state": "withdrawn", "signed_at": stamp(signature.signed_at)}
        stub |= {"withdrawn_at": stamp(now), "changed_at": stamp(now), "expires_at": _epoch_in(now, STUB_DAYS)}
        condition, values = has_not_moved, _where_it_was(signature)
        if while_held:
            condition, values = f"{has_not_moved} AND #held = :reason", values | {":reason": signature.marks.held}
        self._table.put(stub, condition=condition, values=values)
        return read(stub)

    def add_external(self, signature: Signature, *, buckets: int, now: datetime) -> Signature | None:
        """Adds a signature given on paper, in the place of a pending or withdrawn one; else what stands there stays.

        None when it was added, else what stands there.
        """
        pk, sk = names.signature_key(signature.campaign, buckets, signature.id)
        attributes = {"pk": pk, "sk": sk, **typed_attributes(signature), "state": "external"}
        attributes |= {"signed_at": stamp(signature.signed_at), "asked_at": stamp(now), "changed_at": stamp(now)}
        try:
            self._table.put(attributes, condition=is_free_for_paper, values=_pick("withdrawn", "pending"))
        except ConditionFailed as refusal:
            return read(refusal.found) if refusal.found else self.find(signature.campaign, buckets, signature.id)
        return None

    def find_of_address(self, ids: Mapping[str, tuple[int, str]]) -> Iterator[Signature]:
        """Signatures by `{campaign: (buckets, id)}`, strongly read: one call a hundred campaigns."""
        keys = [names.signature_key(campaign, buckets, one) for campaign, (buckets, one) in ids.items()]
        yield from map(read, self._table.get_many(keys, consistent=True))

    def anonymise(self, campaign: str, bucket: int, *, now: datetime) -> int:
        """Leaves of every signature in a bucket what its counters need; one that is pending goes. Returns how many it took.

        Writes only over what was read: what moved meanwhile is left for the next run.
        """
        done = 0
        for item in self._table.query(names.partition(campaign, bucket), consistent=True):
            found = read(item)
            if not (found.is_withdrawn or found.anonymised_at):
                self._anonymise(found, item, now)
                done += 1
        return done

    def _anonymise(self, found: Signature, item: Mapping[str, Any], now: datetime) -> None:
        try:
            if found.is_pending:
                self._table.delete(item["pk"], item["sk"], condition=has_not_moved, values=_where_it_was(found))
            else:
                left = anonymised_attributes(found, item, now)
                self._table.put(left, condition=has_not_moved, values=_where_it_was(found))
        except ConditionFailed:
            return

    def correct(self, signature: Signature, *, was: Signature, buckets: int, now: datetime) -> None:
        """Replaces what was typed in a signature, as the signer saw it (`was`). Raises ConditionFailed if it moved."""
        sets = typed_attributes(signature) | {"changed_at": stamp(now)}
        removes = [name for name in TYPED if name not in sets]
        expression = f"{_set(sets)} {_remove(removes)}"
        key = names.signature_key(signature.campaign, buckets, signature.id)
        self._table.update(*key, expression, condition=has_not_moved, values=_values(sets) | _where_it_was(was))

    def ask_stands(self, signature: Signature, *, buckets: int, now: datetime) -> None:
        """Notes that the signer should hear that the signature stands; nothing if it moved meanwhile."""
        self._ask(signature, "SET #stands_asked_at = :now", buckets=buckets, now=now)

    def start_mails_anew(self, signature: Signature, *, buckets: int, now: datetime) -> None:
        """Forgets the mails sent to an earlier spelling of the address; nothing if it moved meanwhile."""
        self._ask(signature, "SET #asked_at = :now REMOVE #sent_at, #sends, #reminded_at", buckets=buckets, now=now)

    def ask_confirmation(self, signature: Signature, *, buckets: int, now: datetime) -> None:
        """Notes that a pending signer should get the confirmation again; nothing if it moved meanwhile."""
        self._ask(signature, "SET #asked_at = :now", buckets=buckets, now=now)

    def ask_reminder(self, signature: Signature, *, buckets: int, now: datetime) -> None:
        """Notes that a pending signer should be reminded; nothing if it moved meanwhile."""
        self._ask(signature, "SET #asked_at = :now, #reminded_at = :now", buckets=buckets, now=now)

    def _ask(self, signature: Signature, expression: str, *, buckets: int, now: datetime) -> None:
        values = {":now": stamp(now), ":request": log.request_id.get(), **_where_it_was(signature)}
        traced = expression.replace("SET ", "SET #request = :request, ", 1)
        self._update_if(signature, traced, has_not_moved, values, buckets=buckets)

    def lease(self, campaign: str, buckets: int, signature: str, *, now: datetime) -> Signature | None:
        """Reserves a signature for one mailer for 30 s and returns it.

        None when it is gone or withdrawn. Raises ConditionFailed while another mailer holds it.
        """
        epoch = int(now.timestamp())
        values = {":epoch": epoch, ":until": epoch + LEASE_SECONDS, **_pick("pending", "confirmed", "external")}
        key = names.signature_key(campaign, buckets, signature)
        try:
            item = self._table.update(
                *key, "SET #lease_until = :until", condition=is_unleased, values=values, returns="ALL_NEW"
            )
        except ConditionFailed as refusal:
            if refusal.found is None or "lease_until" not in refusal.found:
                return None
            raise
        return read(item)

    def release(
        self,
        signature: Signature,
        *,
        buckets: int,
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
        self._update_if(signature, expression, holds_lease, values, buckets=buckets)

    def note_pause(self, campaign: str, buckets: int, signature: str) -> None:
        """Notes that a mail which had been given up was wished for anew while mail was paused; else nothing."""
        key = names.signature_key(campaign, buckets, signature)
        values = {":paused": "paused", **{f":{one}": one for one in GIVEN_UP}}
        try:
            self._table.update(*key, "SET #outcome = :paused", condition=is_given_up, values=values)
        except ConditionFailed:
            return

    def hold(self, signature: Signature, reason: str, *, buckets: int, now: datetime) -> None:
        """Ends a lease without a mail: an organiser must look first."""
        values = {":reason": reason, ":now": stamp(now), ":outcome": "held", ":lease": signature.marks.lease_until}
        expression = "SET #held = :reason, #held_at = :now, #outcome = :outcome"
        if signature.marks.disposable:
            expression, values = f"{expression}, #disposable = :yes", {**values, ":yes": True}
        self._update_if(signature, f"{expression} REMOVE #lease_until", holds_lease, values, buckets=buckets)

    def let_go(self, signature: Signature, *, buckets: int, now: datetime) -> bool:
        """What was held is to be mailed, whatever the caps say; False when it moved or is not held."""
        values = {":now": stamp(now), ":reason": signature.marks.held, **_where_it_was(signature)}
        expression = "SET #cleared_at = :now REMOVE #held, #held_at"
        try:
            key = names.signature_key(signature.campaign, buckets, signature.id)
            self._table.update(*key, expression, condition=f"{has_not_moved} AND #held = :reason", values=values)
        except ConditionFailed:
            return False
        return True

    def mark_sent(self, signature: Signature, kind: MailKind, *, buckets: int, now: datetime) -> None:
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
        self._update_if(signature, expression, holds_lease, values, buckets=buckets)

    def set_delivery(self, campaign: str, buckets: int, signature: str, delivery: str) -> None:
        """Notes what SES reported (`delivered`, `bounced`, `complained`), unless the signature is withdrawn or gone."""
        key = names.signature_key(campaign, buckets, signature)
        values = {":delivery": delivery, **_pick("pending", "confirmed", "external")}
        condition = is_signed_and_unreported if delivery == "delivered" else is_signed
        try:
            self._table.update(*key, "SET #delivery = :delivery", condition=condition, values=values)
        except ConditionFailed:
            return

    def walk(self, campaign: str, bucket: int) -> Iterator[Signature]:
        """Every signature of one bucket, strongly read: one call a megabyte."""
        for stored, _ in self._walk().pages(campaign, bucket):
            yield from map(read, stored)

    def has_any(self, campaign: str, buckets: int) -> bool:
        """True when anybody signed, withdrawn ones included; strongly read, up to one call a bucket."""
        partitions = (names.partition(campaign, bucket) for bucket in range(buckets))
        return any(next(self._table.query(pk, consistent=True), None) for pk in partitions)

    def _update_if(
        self, signature: Signature, expression: str, condition: str, values: Mapping[str, Any], *, buckets: int
    ) -> None:
        key = names.signature_key(signature.campaign, buckets, signature.id)
        try:
            self._table.update(*key, expression, condition=condition, values=values)
        except ConditionFailed:  # withdrawn or gone meanwhile: the note no longer means anything
            return


def _where_it_was(signature: Signature) -> dict[str, str]:
    return {
        ":state": str(signature.state),
        ":signed_at": stamp(signature.signed_at),
        ":fingerprint_then": signature.fingerprint,
    }


def _pick(*states: str) -> dict[str, str]:
    return {f":{state}": STATES[f":{state}"] for state in states}


def _epoch_in(now: datetime, days: int) -> int:
    return int((now + timedelta(days=days)).timestamp())


def _set(attributes: Mapping[str, Any]) -> str:
    return "SET " + ", ".join(f"#{name} = :{name}" for name in attributes)


def _remove(attribute_names: list[str]) -> str:
    return "REMOVE " + ", ".join(f"#{name}" for name in attribute_names) if attribute_names else ""


def _values(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {f":{name}": value for name, value in attributes.items()}
