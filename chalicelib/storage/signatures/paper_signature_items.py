"""Signatures given on paper: entered, found by who they look like, and taken back with the sheet they were entered from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.signatures.withdrawers import Withdrawer
from chalicelib.domain.timestamps import stamp
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.expressions import values_of
from chalicelib.storage.dynamodb.table import ConditionFailed
from chalicelib.storage.signatures.preconditions import (
    as_found,
    has_marks_of,
    is_as_read,
    is_hidden_as_in,
    states,
    values_as_read,
)
from chalicelib.storage.signatures.signature_items import (
    COMMENT_MARKS,
    HIDING_ATTRIBUTES,
    LASTING_ATTRIBUTES,
    form_attributes,
    read,
    replacing,
    stub,
)

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.signatures.signature import Signature, SignatureKey
    from chalicelib.storage.dynamodb.table import Table

is_nowhere = "attribute_not_exists(#state)"
# Whoever sent the form since has signed, whatever becomes of the sheet.
is_of_sheet = f"{is_as_read} AND #sheet = :sheet AND attribute_not_exists(#stands_asked_at)"
is_undone = "#state = :withdrawn AND #withdrawn_by = :undo"
# What SES says of an email while its signature is on paper.
REPORTED = ("delivery", "outcome", "disposable")
BY_LIKENESS = "by_likeness"


class PaperSignatureItems:
    """Paper signatures in the Signatures table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, signature: Signature, *, was: Signature | None, now: datetime) -> None:
        """Adds one, or replaces what `was` there: one call. Raises ConditionFailed if that has changed.

        What a pending signer typed is kept beside it while its sheet can be undone: one more call.
        """
        attributes = {**form_attributes(signature), "state": "external"}
        attributes |= {"signed_at": stamp(signature.signed_at), "asked_at": stamp(now), "changed_at": stamp(now)}
        if signature.kept_stages:
            attributes["kept_stages"] = list(signature.kept_stages)
        attributes |= {name: value for name in ("sheet", "likeness") if (value := getattr(signature, name))}
        condition, then = as_found(was) if was else (is_nowhere, {})
        if signature.sheet and was and was.is_pending:
            item = self._as_stored(was)
            attributes["before"] = {n: v for n, v in item.items() if n not in ("pk", "sk", *LASTING_ATTRIBUTES)}
            same_marks, marks = has_marks_of(item)
            condition, then = f"{condition} AND {same_marks}", then | marks
        values = values_of(attributes) | then
        self._table.update(
            *item_keys.signature_key(signature.key), replacing(attributes), condition=condition, values=values
        )

    def _as_stored(self, was: Signature) -> dict[str, Any]:
        item = self._table.get(*item_keys.signature_key(was.key)) or {}
        if not item or values_as_read(read(item)) != values_as_read(was):
            raise ConditionFailed(item)
        return item

    def alike(self, likeness: str) -> list[str]:
        """The ids of those entered with that likeness, a second ago or earlier: one call."""
        return [item["sk"] for item in self._table.query_index(BY_LIKENESS, "likeness", likeness)]

    def undo(self, key: SignatureKey, sheet: str, *, now: datetime) -> bool:
        """Takes back one that was entered from `sheet`; False if somebody has changed it since. Two calls.

        What a signer had typed is pending again; of the others only the key, state and times are left, as of a withdrawn one.
        """
        pk, sk = item_keys.signature_key(key)
        item = self._table.get(pk, sk) or {}
        if item.get("sheet") != sheet:
            return False
        entered = read(item)
        left: dict[str, Any] = stub(entered, Withdrawer.UNDO, now)
        if before := item.get("before"):
            lasting: dict[str, Any] = {
                name: left[name] for name in LASTING_ATTRIBUTES if name in left and name != "round"
            }
            lasting |= {"round": entered.round} if entered.round else {}
            reported = {name: item[name] for name in (*REPORTED, *HIDING_ATTRIBUTES) if name in item}
            decided = (*HIDING_ATTRIBUTES, *COMMENT_MARKS)
            typed = {name: value for name, value in before.items() if name not in decided}
            left = {
                **_with_email_on_its_way(typed),
                **lasting,
                **reported,
                "pk": pk,
                "sk": sk,
                "changed_at": stamp(now),
            }
        is_same, then = is_hidden_as_in(item)
        values = values_as_read(entered) | {":sheet": sheet} | then
        try:
            self._table.put(left, condition=f"{is_of_sheet} AND {is_same}", values=values)
        except ConditionFailed:
            return False
        return True

    def find_before(self, key: SignatureKey) -> Signature | None:
        """What a signer had typed before a sheet, as long as that is kept, or None. One call."""
        pk, sk = item_keys.signature_key(key)
        before = (self._table.get(pk, sk) or {}).get("before")
        return read({**before, "pk": pk, "sk": sk}) if before else None

    def keep(self, key: SignatureKey) -> None:
        """Notes that the signer has pressed the button in an email since: no undoing of a sheet takes it back. One call."""
        self._update_if(key, "REMOVE #sheet, #before", "#state = :external", states("external"))

    def leave(self, key: SignatureKey, by: Withdrawer, *, now: datetime) -> None:
        """Notes who withdrew what only the undoing of a sheet had taken away: now that person has left. One call."""
        values = {**states("withdrawn"), ":undo": str(Withdrawer.UNDO), ":by": str(by), ":now": stamp(now)}
        self._update_if(key, "SET #withdrawn_by = :by, #changed_at = :now", is_undone, values)

    def date_by_form(self, signed: Signature, undone: Signature) -> None:
        """Gives one that was signed after its sheet was undone the time of the form instead of the day on the paper. One call."""
        moment = signed.marks.asked_at or signed.signed_at
        values = {":then": stamp(undone.signed_at), ":moment": stamp(moment), **states("pending", "confirmed")}
        condition = "#signed_at = :then AND #state IN (:pending, :confirmed)"
        self._update_if(signed.key, "SET #signed_at = :moment", condition, values)

    def _update_if(self, key: SignatureKey, expression: str, condition: str, values: dict[str, Any]) -> None:
        try:
            self._table.update(*item_keys.signature_key(key), expression, condition=condition, values=values)
        except ConditionFailed:
            return

    def forget_before(self, key: SignatureKey, sheet: str) -> None:
        """Removes what was there before `sheet`. One call."""
        self._update_if(key, "REMOVE #before", "#sheet = :sheet", {":sheet": sheet})


def _with_email_on_its_way(before: dict[str, Any]) -> dict[str, Any]:
    """As if an email had gone out that was on its way when the paper came: better one too few than the same one twice."""
    if "lease_until" not in before or "sent_at" in before:
        return before
    return {**before, "sent_at": before.get("asked_at", before["signed_at"]), "sends": before.get("sends", 0) + 1}
