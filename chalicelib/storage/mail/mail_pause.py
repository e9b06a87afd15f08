"""Stores whether all mail is paused: one item in the Registry, changed in one transaction with its audit entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.timestamps import stamp
from chalicelib.storage.access.audit_log import audit_item
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.storage.dynamodb.table import Table

is_different = "attribute_not_exists(#pk) OR #paused <> :paused"


@dataclass(frozen=True, slots=True)
class MailPauseState:
    """Whether all mail is paused, and since when (a stamp); `changed_at` is empty if it has never been paused."""

    is_paused: bool = False
    changed_at: str = ""

    @property
    def resumed_at(self) -> str:
        """When mail was last resumed; empty while it is paused, or if it never was."""
        return "" if self.is_paused else self.changed_at


@dataclass(frozen=True, slots=True)
class MailPauseSwitch:
    """The switch in the Registry table."""

    table: Table

    def get(self) -> MailPauseState:
        """The current state: one read."""
        item = self.table.get(*item_keys.MAIL_PAUSE) or {}
        return MailPauseState(item.get("paused", False), item.get("changed_at", ""))

    def set_paused(self, *, paused: bool, key: str, now: datetime) -> None:
        """Pauses or resumes all mail, with an audit entry for `key`; does nothing if that is already so."""
        pk, sk = item_keys.MAIL_PAUSE
        item = {"pk": pk, "sk": sk, "paused": paused, "changed_at": stamp(now)}
        audit = audit_item("mail paused" if paused else "mail resumed", key, now=now)
        try:
            self.table.put_in_transaction(item, audit, condition=is_different, values={":paused": paused})
        except ConditionFailed:
            return
