"""Who is a member: inviting, changing and removing people. There is always one admin among them, once there was one."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.access.members import Access, Member, is_member_id, new_member_id
from chalicelib.domain.access.sign_in import member_address_hash
from chalicelib.domain.addresses.email_addresses import normalised
from chalicelib.domain.errors import MemberNotFound, NoSenderForMembers, Unavailable, UndersignedError, VersionMismatch
from chalicelib.domain.timestamps import stamp
from chalicelib.storage.queues import MemberMailJob

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.access.member_requests import MemberRequest
    from chalicelib.storage.access.members import Members
    from chalicelib.storage.queues import MailQueue

TRIES = 3


@dataclass(frozen=True, slots=True)
class Inviter:
    """Who changes members, as the audit log and an invitation name them; an operator's command has no name."""

    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Memberships:
    """Invites, changes and removes members."""

    members: Members
    queue: Callable[[], MailQueue]
    sender: Callable[[], str]
    pepper: Callable[[], bytes]
    forget_notices: Callable[[str], None]
    clock: Callable[[], datetime]

    def list(self) -> list[Member]:
        """Lists every member, oldest first."""
        return list(self.members.list())

    def get(self, member: str) -> Member:
        """Returns one member. Raises MemberNotFound."""
        found = self.members.find(member) if is_member_id(member) else None
        if found is None:
            raise MemberNotFound
        return found

    def invite(self, request: MemberRequest, *, by: Inviter, http_request: str = "") -> Member:
        """Adds a member and queues the invitation. Raises MemberExists, NoSenderForMembers; Unavailable with nothing done."""
        if not self.sender():
            raise NoSenderForMembers
        member = Member(
            id=new_member_id(),
            name=request.name,
            email=request.email,
            address_hash=self._hash(request.email),
            access=request.access,
            language=request.language,
            created_at=self.clock(),
            invited_by=by.name,
        )
        self.members.add(member, by=by.id)
        try:
            self._send_invitation(member, http_request)
        except Unavailable:
            with suppress(UndersignedError):  # the first and only admin stays: they can ask for an email themselves
                self.members.remove(member, by=by.id, now=self.clock())
            raise
        return member

    def change(self, member: Member, request: MemberRequest, *, by: Inviter, http_request: str = "") -> Member:
        """Makes `member` what `request` says.

        Whoever may do less afterwards is signed out everywhere, and so is whoever has another address, which gets an
        invitation. Raises MemberExists, LastAdmin, NoSenderForMembers, VersionMismatch.
        """
        moves = self._hash(request.email) != member.address_hash
        if moves and not self.sender():
            raise NoSenderForMembers
        changed = replace(
            member,
            name=request.name,
            email=request.email,
            address_hash=self._hash(request.email),
            access=request.access,
            language=request.language,
            invited_by=by.name if moves else member.invited_by,
            epoch=member.epoch + int(moves or not request.access.includes(member.access)),
            revision=member.revision + 1,
        )
        self.members.change(member, changed, by=by.id, now=self.clock())
        if moves:
            self._send_invitation(changed, http_request)
        return changed

    def remove(self, member: str, *, by: str) -> None:
        """Removes a member, whose sessions end at once. Raises MemberNotFound, LastAdmin."""
        for tries_left in reversed(range(TRIES)):
            try:
                self.members.remove(self.get(member), by=by, now=self.clock())
                return self.forget_notices(member)
            except VersionMismatch:
                if not tries_left:
                    raise
        return None

    def sign_out(self, member: str, *, by: str) -> None:
        """Ends every session of a member at once. Raises MemberNotFound."""
        self.members.end_sessions(self.get(member).id, by=by, now=self.clock())

    def end_for(self, campaign: str, by: str) -> None:
        """Takes `campaign` out of what members may reach: it is deleted, and its name may come again."""
        for member in self.list():
            if campaign in member.access.campaigns:
                self._take_from(member.id, campaign, by)

    def _take_from(self, member: str, campaign: str, by: str) -> None:
        for _ in range(TRIES):
            current = self.get(member)
            rest = tuple(one for one in current.access.campaigns if one != campaign)
            access = Access(role=current.access.role, campaigns=rest, sponsor=current.access.sponsor)
            changed = replace(current, access=access, epoch=current.epoch + 1, revision=current.revision + 1)
            with suppress(VersionMismatch):
                return self.members.change(current, changed, by=by, now=self.clock())
        raise VersionMismatch

    def _hash(self, email: str) -> str:
        return member_address_hash(self.pepper(), normalised(email))

    def _send_invitation(self, member: Member, http_request: str) -> None:
        now = stamp(self.clock())
        job = MemberMailJob("invitation", member.address_hash, now, secrets.token_hex(8), http_request)
        self.queue().add_member_mail(job)
