"""Sends sign-in emails and invitations. It alone knows a token or code, for as long as it takes to send it.

They are not held, capped or paused with signers' emails: whoever pauses email must be able to sign in and resume it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib import log
from chalicelib.domain.access import sign_in
from chalicelib.domain.access.sign_in import SignIn
from chalicelib.domain.campaigns.campaign import Sender
from chalicelib.domain.errors import PermanentMailError, SenderRefused, TemporaryMailError
from chalicelib.domain.timestamps import read_stamp
from chalicelib.mail.member_messages import MemberMailKind, compose

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.access.members import Member
    from chalicelib.mail.ses import EmailSender
    from chalicelib.services.mail.address_allowance import AddressAllowance
    from chalicelib.services.mail.sender_breaker import SenderBreaker
    from chalicelib.storage.access.members import Members
    from chalicelib.storage.access.sign_ins import SignIns
    from chalicelib.storage.queues import MemberMailJob

SENDER_NAME = "Undersigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberMailer:
    """Works through the email jobs that are about members."""

    members: Members
    sign_ins: SignIns
    address_allowance: AddressAllowance
    email_sender: EmailSender
    sender_breaker: SenderBreaker
    sender: Callable[[], str]
    dashboard_url: Callable[[], str]
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]

    def send(self, job: MemberMailJob) -> None:
        """Sends the email of `job`, once, if its address is a member's and somebody still waits for it.

        Raises TemporaryMailError or Unavailable when the job must be retried.
        """
        member = self.find_member(job)
        if member is None or not self.sender() or self._is_too_late(job):
            return
        if self.address_allowance.is_undeliverable(member.email):
            log.metric("mail_refused", 1, message="mail to member not sent", code="suppressed", kind=job.member_mail)
            return
        self.sender_breaker.check(self.sender())
        self._deliver(job, member)

    def find_member(self, job: MemberMailJob) -> Member | None:
        """The member whose address a job names; None if it is nobody's."""
        found = self.members.find_by_address(job.address)
        return self.members.find(found) if found else None

    def _is_too_late(self, job: MemberMailJob) -> bool:
        asked_at = read_stamp(job.asked_at)
        is_sign_in = job.member_mail == MemberMailKind.SIGN_IN
        return is_sign_in and asked_at is not None and self.clock() - asked_at > sign_in.GOOD_FOR

    def _deliver(self, job: MemberMailJob, member: Member) -> None:
        kind = MemberMailKind(job.member_mail)
        token, code = sign_in.new_token(job.address), sign_in.new_code() if kind is MemberMailKind.SIGN_IN else ""
        good_for = sign_in.GOOD_FOR if code else sign_in.INVITATION_GOOD_FOR
        stored = SignIn(
            member=member.id,
            token_hash=sign_in.token_hash(self.pepper(), token),
            code_hash=sign_in.code_hash(self.pepper(), job.address, code) if code else "",
            valid_until=self.clock() + good_for,
        )
        if not self.sign_ins.begin(job.address, stored, request=job.id):
            return
        message = compose(kind, member, dashboard_url=self.dashboard_url(), token=token, code=code)
        sender = Sender(name=SENDER_NAME, email=self.sender())
        try:
            self.email_sender.send(message, to=member.email, sender=sender, tags={"kind": kind})
        except PermanentMailError as error:
            log.metric("mail_refused", 1, message="mail refused permanently", code=error.facts["reason"], kind=kind)
        except TemporaryMailError as error:
            self.sign_ins.forget_request(job.address, job.id)
            self.note_delay(error, kind)
            raise
        else:
            self.sender_breaker.note_sent(sender.email)
            log.metrics({"mail_sent": 1, "mail_delayed": 0}, message="mail to member sent", kind=kind)

    def note_delay(self, error: TemporaryMailError, kind: str) -> None:
        """Reports an email of `kind` that was not accepted, and stops trying for a while if it was the sender's fault."""
        code = str(error.facts["reason"])
        log.metrics({"mail_delayed": 1, "mail_sent": 0}, message="mail delayed", code=code, kind=kind)
        if isinstance(error, SenderRefused):
            self.sender_breaker.note_refusal(self.sender(), code)
