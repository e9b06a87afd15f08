"""Stores, under an address's hash, whether it may be emailed and how many emails it has had today."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.timestamps import stamp
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.storage.dynamodb.table import Table

MAX_EMAILS_PER_DAY = 5

is_another_day = "attribute_not_exists(#suppressed_for) AND (attribute_not_exists(#day) OR #day <> :day)"
has_emails_left = "attribute_not_exists(#suppressed_for) AND #day = :day AND #mails < :most"
is_suppressed = "attribute_exists(#suppressed_for)"
has_emails = "#day = :day AND #mails > :none"


class SuppressionReason(StrEnum):
    """Why an address is never emailed again."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
    ERASURE = "erasure"


class Allowance(StrEnum):
    """Whether an address may be emailed now."""

    GRANTED = "granted"
    CAPPED = "capped"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressStatus:
    """Why and since when an address must not be emailed, and how many emails it had on `day` (UTC).

    Each is None if nothing of the kind is stored.
    """

    suppressed_for: str | None = None
    suppressed_at: str | None = None
    day: str | None = None
    mails: int | None = None


@dataclass(frozen=True, slots=True)
class Suppressions:
    """The addresses in the Registry table, each under a hash that cannot be made without the pepper."""

    table: Table

    def reserve_email(self, address_hash: str, *, now: datetime) -> Allowance:
        """Counts one more email today (UTC), unless the address is suppressed or has had 5. One write, or two after the first."""
        key = item_keys.address_key(address_hash)
        day = _day(now)
        values = {":day": day, ":one": 1, ":until": int((now + timedelta(days=2)).timestamp())}
        expression = "SET #day = :day, #mails = :one, #expires_at = :until"
        try:
            self.table.update(*key, expression, condition=is_another_day, values=values)
        except ConditionFailed as refusal:
            if refusal.found and "suppressed_for" in refusal.found:
                return Allowance.SUPPRESSED
            return self._reserve_another(address_hash, day)
        return Allowance.GRANTED

    def _reserve_another(self, address_hash: str, day: str) -> Allowance:
        values = {":day": day, ":one": 1, ":most": MAX_EMAILS_PER_DAY}
        key = item_keys.address_key(address_hash)
        try:
            self.table.update(*key, "SET #mails = #mails + :one", condition=has_emails_left, values=values)
        except ConditionFailed:
            return Allowance.CAPPED
        return Allowance.GRANTED

    def find(self, address_hash: str) -> AddressStatus | None:
        """What is stored about an address, or None."""
        item = self.table.get(*item_keys.address_key(address_hash))
        return AddressStatus(**{f.name: item.get(f.name) for f in fields(AddressStatus)}) if item else None

    def is_suppressed(self, address_hash: str) -> bool:
        """True when this address must not be emailed."""
        return "suppressed_for" in (self.table.get(*item_keys.address_key(address_hash)) or {})

    def return_email(self, address_hash: str, *, now: datetime) -> None:
        """Takes one off today's count, because the email was not accepted."""
        values = {":day": _day(now), ":one": 1, ":none": 0}
        key = item_keys.address_key(address_hash)
        try:
            self.table.update(*key, "SET #mails = #mails - :one", condition=has_emails, values=values)
        except ConditionFailed:
            return

    def suppress(self, address_hash: str, reason: SuppressionReason, *, now: datetime) -> None:
        """Stops all email to this address, for ever, for `reason`. The first reason stays."""
        expression = (
            "SET #suppressed_for = if_not_exists(#suppressed_for, :reason), "
            "#suppressed_at = if_not_exists(#suppressed_at, :now) REMOVE #expires_at"
        )
        values = {":reason": reason, ":now": stamp(now)}
        self.table.update(*item_keys.address_key(address_hash), expression, values=values)

    def lift(self, address_hash: str, *, now: datetime) -> bool:
        """Allows an address to be emailed again, as its owner asked; False if it was not suppressed."""
        expression = "SET #expires_at = :until REMOVE #suppressed_for, #suppressed_at"
        values = {":until": int((now + timedelta(days=2)).timestamp())}
        try:
            self.table.update(*item_keys.address_key(address_hash), expression, condition=is_suppressed, values=values)
        except ConditionFailed:
            return False
        return True


def _day(now: datetime) -> str:
    return now.date().isoformat()
