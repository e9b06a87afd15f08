"""Takes requests for a sign-in email, and does the same for each address: whether it is a member's only the mailer finds out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from chalicelib.domain.access import sign_in
from chalicelib.domain.addresses.email_addresses import normalised
from chalicelib.domain.addresses.networks import network_pseudonym
from chalicelib.domain.timestamps import stamp
from chalicelib.storage.queues import MemberMailJob

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.storage.mail.mail_counters import MailCounters
    from chalicelib.storage.queues import MailQueue


@dataclass(frozen=True, slots=True)
class SignInRequests:
    """Queues sign-in emails."""

    counters: MailCounters
    queue: MailQueue
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]

    def take(self, email: str, *, client_ip: str, request: str) -> None:
        """Queues an email to a valid address, within the caps of its network and of the address; over one, it does nothing.

        Two writes and one message, or fewer over a cap, which strangers' addresses have as members' do.
        """
        now, pepper = self.clock(), self.pepper()
        day = now.astimezone(UTC).date()
        network = network_pseudonym(pepper, day, client_ip)
        address = sign_in.member_address_hash(pepper, normalised(email))
        has_room = self.counters.reserve(
            "sign-in-network",
            network,
            hourly=sign_in.NETWORK_EMAILS_PER_HOUR,
            daily=sign_in.NETWORK_EMAILS_PER_DAY,
            now=now,
        ) and self.counters.reserve(
            "sign-in-address", address, hourly=sign_in.EMAILS_PER_HOUR, daily=sign_in.EMAILS_PER_DAY, now=now
        )
        if has_room:
            self.queue.add_member_mail(MemberMailJob("sign_in", address, stamp(now), secrets.token_hex(8), request))
