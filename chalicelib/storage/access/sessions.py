"""Stores sessions beside the API keys, and the emails by which they begin; never a secret, a token or a code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain.access.sessions import Session
from chalicelib.domain.timestamps import read_stamp, stamp
from chalicelib.storage.access.audit_log import audit_item
from chalicelib.storage.access.members import read_member
from chalicelib.storage.dynamodb import item_keys, transactions
from chalicelib.storage.dynamodb.table import ConditionFailed, is_there, not_there_yet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.access.members import Member
    from chalicelib.domain.access.sign_in import SignIn
    from chalicelib.storage.dynamodb.item_values import Attributes
    from chalicelib.storage.dynamodb.table import Table

is_unused = "#token_hash = :token_hash"
is_still_a_member = "attribute_exists(#pk) AND attribute_not_exists(#removed_at) AND #epoch = :epoch"
# DynamoDB may delete an item days after its time; this only keeps one long enough for clocks that differ.
KEPT_AFTER_END = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions in the Registry table."""

    table: Table

    def begin(self, session: Session, sign_in: SignIn, member: Member) -> bool:
        """Writes a session, uses up the email that it began with, and notes both, in one transaction.

        False when the email was used already, or its member was removed, narrowed or signed out meanwhile.
        """
        now = session.created_at
        used = transactions.update(
            item_keys.sign_in_key(member.address_hash),
            "REMOVE #token_hash, #code_hash, #valid_until",  # what is left says which email was sent, so that it is not again
            condition=is_unused,
            values={":token_hash": sign_in.token_hash},
        )
        signed_in = transactions.update(
            item_keys.member_key(member.id),
            "SET #signed_in_at = :now",
            condition=is_still_a_member,
            values={":now": stamp(now), ":epoch": member.epoch},
        )
        audit = transactions.put(audit_item("signed in", member.id, now=now, member=member.id))
        try:
            self.table.commit(used, transactions.put(_item(session), condition=not_there_yet), signed_in, audit)
        except ConditionFailed:
            return False
        return True

    def find(self, session: str, member: str) -> tuple[Session, Member] | None:
        """A session and its member, both as they are at this moment: one call, two strongly consistent reads."""
        keys = [item_keys.api_key_key(session), item_keys.member_key(member)]
        found = {item["pk"]: item for item in self.table.get_many(keys, consistent=True)}
        stored, person = (found.get(pk) for pk, _ in keys)
        owner = read_member(person) if person else None
        return (_read(stored), owner) if stored and owner else None

    def list(self, member: str) -> Iterator[Session]:
        """The sessions of a member, newest first; one that began within the last second may be missing."""
        rows = self.table.query_index("by_type", "type", item_keys.session_type(member), newest_first=True)
        ids = [(row["pk"], row["sk"]) for row in rows]
        yield from sorted(map(_read, self.table.get_many(ids, consistent=True)), key=lambda one: one.created_at)[::-1]

    def record_use(self, session: Session) -> bool:
        """Records when a session was last used; False when it has ended meanwhile."""
        values = {":used_at": stamp(session.used_at), ":until": _expiry(session)}
        try:
            self.table.update(
                *item_keys.api_key_key(session.id),
                "SET #used_at = :used_at, #expires_at = :until",
                condition=is_there,
                values=values,
            )
        except ConditionFailed:
            return False
        return True

    def end(self, session: str) -> bool:
        """Ends a session at once; False when there is none."""
        try:
            self.table.delete(*item_keys.api_key_key(session), condition=is_there)
        except ConditionFailed:
            return False
        return True


def _expiry(session: Session) -> int:
    return int((session.valid_until + KEPT_AFTER_END).timestamp())


def _item(session: Session) -> dict[str, Any]:
    pk, sk = item_keys.api_key_key(session.id)
    return {
        "pk": pk,
        "sk": sk,
        "type": item_keys.session_type(session.member),
        "sort": stamp(session.created_at),
        "created_at": stamp(session.created_at),
        "used_at": stamp(session.used_at),
        "member": session.member,
        "epoch": session.epoch,
        "secret_hash": session.secret_hash,
        "browser": session.browser,
        "system": session.system,
        "expires_at": _expiry(session),
    }


def _read(item: Attributes) -> Session:
    created_at, used_at = read_stamp(item["created_at"]), read_stamp(item["used_at"])
    assert created_at is not None  # noqa: S101 - `begin` always writes both
    assert used_at is not None  # noqa: S101
    return Session(
        id=item["pk"].partition("#")[2],
        member=item["member"],
        secret_hash=item["secret_hash"],
        created_at=created_at,
        used_at=used_at,
        epoch=item["epoch"],
        browser=item.get("browser", ""),
        system=item.get("system", ""),
    )
