"""Stores members. Their addresses are here and nowhere else; who is an admin is counted in the transaction that changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.access.members import Access, Member
from chalicelib.domain.errors import LastAdmin, MemberExists, VersionMismatch
from chalicelib.domain.timestamps import read_stamp, stamp
from chalicelib.storage.access.audit_log import audit_item
from chalicelib.storage.dynamodb import item_keys, transactions
from chalicelib.storage.dynamodb.table import ConditionFailed, not_there_yet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from chalicelib.storage.dynamodb.item_values import Attributes
    from chalicelib.storage.dynamodb.table import Table
    from chalicelib.storage.dynamodb.transactions import Write

is_unchanged = "#revision = :revision AND attribute_not_exists(#removed_at)"
is_no_last_admin = "#admins > :one"
is_member = "attribute_exists(#pk) AND attribute_not_exists(#removed_at)"


class Members:
    """The members in the Registry table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, member: Member, *, by: str) -> None:
        """Writes a new member with an audit entry. Raises MemberExists when the address is somebody's."""
        address = self._take_address(member)
        audit = audit_item("member invited", by, now=member.created_at, **_facts(member))
        writes = [address, transactions.put(_item(member), condition=not_there_yet), transactions.put(audit)]
        try:
            self._table.commit(*writes, *_admins(int(member.is_admin)))
        except ConditionFailed:
            raise MemberExists from None

    def change(self, old: Member, new: Member, *, by: str, now: datetime) -> None:
        """Replaces `old` by `new`, with an audit entry.

        Raises VersionMismatch when somebody else changed or removed it meanwhile, LastAdmin, or MemberExists for an address
        of another member.
        """
        audit = audit_item("member changed", by, now=now, **_facts(new), **_changed(old, new))
        values: dict[str, Any] = {":" + name: value for name, value in _changeable(new).items()}
        expression = "SET " + ", ".join(f"#{name} = :{name}" for name in _changeable(new))
        expression += ", #revision = #revision + :one, #epoch = #epoch + :ends"
        values |= {":one": 1, ":ends": int(new.epoch > old.epoch), ":revision": old.revision}
        update = transactions.update(item_keys.member_key(old.id), expression, condition=is_unchanged, values=values)
        self._commit(old, new, [update, transactions.put(audit)])

    def remove(self, member: Member, *, by: str, now: datetime) -> None:
        """Removes all of a member but the id and the name, with an audit entry. Raises VersionMismatch, LastAdmin."""
        pk, sk = item_keys.member_key(member.id)
        left = {
            "pk": pk,
            "sk": sk,
            "name": member.name,
            "created_at": stamp(member.created_at),
            "removed_at": stamp(now),
        }
        values = {":revision": member.revision}
        audit = audit_item("member removed", by, now=now, member=member.id)
        writes = [transactions.put(left, condition=is_unchanged, values=values), transactions.put(audit)]
        self._commit(member, None, writes)

    def _commit(self, old: Member, new: Member | None, writes: list[Write]) -> None:
        if new is None or new.address_hash != old.address_hash:
            writes.append(transactions.delete(item_keys.member_address_key(old.address_hash)))
            writes.append(transactions.delete(item_keys.sign_in_key(old.address_hash)))
        if new is not None and new.address_hash != old.address_hash:
            writes.append(self._take_address(new))
        difference = int(new is not None and new.is_admin) - int(old.is_admin)
        try:
            self._table.commit(*writes, *_admins(difference))
        except ConditionFailed:
            raise self._refusal(old, new, difference) from None

    def _take_address(self, member: Member) -> Write:
        """The write that makes an address this member's. Raises MemberExists when it is another one's.

        After a restore it may be left over from somebody who was removed, or has another address by now.
        """
        owner = self.find_by_address(member.address_hash)
        if not owner:
            return transactions.put(_address_item(member), condition=not_there_yet)
        living = self.find(owner)
        if living is not None and living.address_hash == member.address_hash:
            raise MemberExists
        return transactions.put(_address_item(member), condition="#member = :owner", values={":owner": owner})

    def _refusal(self, old: Member, new: Member | None, difference: int) -> Exception:
        """Why a change was refused, as a transaction does not say which of its conditions failed."""
        current = self.find(old.id)
        if current is None or current.revision != old.revision:
            return VersionMismatch()
        if new is not None and new.address_hash != old.address_hash and self.find_by_address(new.address_hash):
            return MemberExists()
        return LastAdmin() if difference < 0 else VersionMismatch()

    def end_sessions(self, member: str, *, by: str, now: datetime) -> None:
        """Ends every session of a member at once, with an audit entry. Does nothing for somebody who is none."""
        audit = audit_item("signed out everywhere", by, now=now, member=member)
        end = transactions.update(
            item_keys.member_key(member), "SET #epoch = #epoch + :one", condition=is_member, values={":one": 1}
        )
        self._table.commit(end, transactions.put(audit))

    def find(self, member: str) -> Member | None:
        """A member by id, by a strongly consistent read; None for somebody who is none, or no longer."""
        found = read_member(self._table.get(*item_keys.member_key(member)) or {})
        return None if found is None or found.removed_at else found

    def find_by_address(self, address_hash: str) -> str:
        """The id of the member with this address; empty if there is none."""
        return str((self._table.get(*item_keys.member_address_key(address_hash)) or {}).get("member", ""))

    def has_admin(self) -> bool:
        """True when a member is an admin: one read."""
        return bool((self._table.get(*item_keys.ADMINS) or {}).get("admins"))

    def list(self) -> Iterator[Member]:
        """Every member, oldest first: one call for their ids, and one per hundred members."""
        ids = [(item["pk"], item["sk"]) for item in self._table.query_index("by_type", "type", item_keys.MEMBER)]
        found = filter(None, map(read_member, self._table.get_many(ids, consistent=True)))
        yield from sorted((one for one in found if not one.removed_at), key=lambda one: (one.created_at, one.id))


def _admins(difference: int) -> list[Write]:
    """What keeps count of the admins; it refuses to take away the last one."""
    if not difference:
        return []
    values = {":difference": difference, **({":one": 1} if difference < 0 else {})}
    condition = is_no_last_admin if difference < 0 else ""
    return [transactions.update(item_keys.ADMINS, "ADD #admins :difference", condition=condition, values=values)]


def _facts(member: Member) -> dict[str, Any]:
    facts = {"member": member.id, "role": str(member.access.role), "campaigns": list(member.access.campaigns)}
    return facts | ({"sponsor": member.access.sponsor} if member.access.sponsor else {})


def _changed(old: Member, new: Member) -> dict[str, Any]:
    """Which of the personal facts changed, never what they are."""
    changed = [name for name in ("name", "email", "language") if getattr(old, name) != getattr(new, name)]
    return {"changed": changed} if changed else {}


def _changeable(member: Member) -> dict[str, Any]:
    return {
        "name": member.name,
        "email": member.email,
        "address_hash": member.address_hash,
        "role": str(member.access.role),
        "campaigns": list(member.access.campaigns),
        "sponsor": member.access.sponsor,
        "language": member.language,
        "invited_by": member.invited_by,
    }


def _item(member: Member) -> dict[str, Any]:
    pk, sk = item_keys.member_key(member.id)
    created_at = stamp(member.created_at)
    item: dict[str, Any] = {"pk": pk, "sk": sk, "type": item_keys.MEMBER, "sort": created_at, "created_at": created_at}
    return item | _changeable(member) | {"epoch": member.epoch, "revision": member.revision}


def _address_item(member: Member) -> dict[str, Any]:
    pk, sk = item_keys.member_address_key(member.address_hash)
    return {"pk": pk, "sk": sk, "member": member.id}


def read_member(item: Attributes) -> Member | None:
    """The member in an item; None when there is none. Of one who was removed only the id and the name are left."""
    created_at = read_stamp(item.get("created_at"))
    if created_at is None:
        return None
    return Member(
        id=item["pk"].partition("#")[2],
        name=item["name"],
        email=item.get("email", ""),
        address_hash=item.get("address_hash", ""),
        access=Access(
            role=Role(item.get("role", Role.READER)),
            campaigns=tuple(item.get("campaigns", ())),
            sponsor=item.get("sponsor", ""),
        ),
        language=item.get("language", "en"),
        created_at=created_at,
        invited_by=item.get("invited_by", ""),
        signed_in_at=read_stamp(item.get("signed_in_at")),
        removed_at=read_stamp(item.get("removed_at")),
        epoch=item.get("epoch", 0),
        revision=item.get("revision", 0),
    )
