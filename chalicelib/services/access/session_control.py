"""Begins, checks and ends the sessions of members. Nothing of a session is cached: each request reads it, and its member.

So a session ends everywhere with the write that ends it, and what it may do changes with its member.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING

from chalicelib.domain.access import sign_in
from chalicelib.domain.access.api_keys import PREFIX, ApiKey, hash_secret, new_secret
from chalicelib.domain.access.members import member_of, new_session_id
from chalicelib.domain.access.sessions import Session
from chalicelib.domain.addresses.email_addresses import clean_email, normalised, valid_email
from chalicelib.domain.addresses.networks import network_pseudonym
from chalicelib.domain.errors import LinkInvalid, NotASession, SessionNotFound, Unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from chalicelib.domain.access.members import Member
    from chalicelib.domain.access.sign_in import SignIn
    from chalicelib.storage.access.members import Members
    from chalicelib.storage.access.sessions import Sessions
    from chalicelib.storage.access.sign_ins import SignIns
    from chalicelib.storage.mail.mail_counters import MailCounters


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session that has just begun, with its secret, which is stored nowhere."""

    session: Session
    member: Member
    secret: str


@dataclass(frozen=True, slots=True)
class SessionControl:
    """Begins, checks and ends sessions."""

    members: Members
    sessions: Sessions
    sign_ins: SignIns
    counters: Callable[[], MailCounters]
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]

    def begin_by_token(self, token: str, *, client_ip: str, device: tuple[str, str]) -> NewSession:
        """Begins a session by the token of a link. Raises LinkInvalid, whatever the reason."""
        self._count_network(client_ip)
        address_hash = sign_in.address_hash_of(token)
        if not address_hash:
            raise LinkInvalid
        found = self.sign_ins.find(address_hash)
        if not found.opens_by_token(sign_in.token_hash(self.pepper(), token), self.clock()):
            raise LinkInvalid
        return self._begin(found, device)

    def begin_by_code(self, email: str, code: str, *, client_ip: str, device: tuple[str, str]) -> NewSession:
        """Begins a session by a code that was sent to `email`; each call is a try. Raises LinkInvalid, whatever the reason.

        What it does until the code is found right is the same for every address.
        """
        self._count_network(client_ip)
        address, typed = clean_email(email), sign_in.read_code(code)
        if valid_email(address) is None or not typed:
            raise LinkInvalid
        pepper, now = self.pepper(), self.clock()
        address_hash = sign_in.member_address_hash(pepper, normalised(address))
        found = self.sign_ins.count_try(address_hash, now=now)
        if not found.opens_by_code(sign_in.code_hash(pepper, address_hash, typed), now):
            raise LinkInvalid
        return self._begin(found, device)

    def _count_network(self, client_ip: str) -> None:
        now = self.clock()
        network = network_pseudonym(self.pepper(), now.astimezone(UTC).date(), client_ip)
        hourly, daily = sign_in.NETWORK_TRIES_PER_HOUR, sign_in.NETWORK_TRIES_PER_DAY
        if not self.counters().reserve("sign-in-tries", network, hourly=hourly, daily=daily, now=now):
            raise LinkInvalid

    def _begin(self, found: SignIn, device: tuple[str, str]) -> NewSession:
        member = self.members.find(found.member)
        if member is None:
            raise LinkInvalid
        _, random_part = new_secret()[1].removeprefix(PREFIX).split("_", 1)
        now, session_id = self.clock(), new_session_id(member.id)
        secret = f"{PREFIX}{session_id}_{random_part}"
        browser, system = device
        session = Session(
            id=session_id,
            member=member.id,
            secret_hash=hash_secret(secret),
            created_at=now,
            used_at=now,
            epoch=member.epoch,
            browser=browser,
            system=system,
        )
        if not self.sessions.begin(session, found, member):
            raise LinkInvalid
        return NewSession(session=session, member=member, secret=secret)

    def authenticate(self, session_id: str, secret: str) -> ApiKey:
        """Returns the session with that secret as a key, by one call to the store. Raises Unauthorized."""
        found = self.sessions.find(session_id, member_of(session_id))
        if found is None:
            raise Unauthorized
        (session, member), now = found, self.clock()
        if not session.is_valid(secret, member, now):
            raise Unauthorized
        if session.is_use_due(now):
            session = replace(session, used_at=now)
            if not self.sessions.record_use(session):
                raise Unauthorized
        return session.as_key(member)

    def list_for(self, key: ApiKey) -> Sequence[Session]:
        """Lists the living sessions of whoever has the session `key`, newest first. Raises NotASession."""
        member = self.members.find(_member(key))
        return [one for one in self.sessions.list(key.id) if member and one.is_alive(member, self.clock())]

    def end(self, session_id: str, key: ApiKey) -> None:
        """Ends one session of whoever has the session `key`. Raises NotASession, SessionNotFound."""
        if member_of(session_id) != _member(key) or not self.sessions.end(session_id):
            raise SessionNotFound

    def end_all(self, key: ApiKey) -> None:
        """Ends every session of whoever has the session `key`, this one too. Raises NotASession."""
        self.members.end_sessions(_member(key), by=key.id, now=self.clock())


def _member(key: ApiKey) -> str:
    if not key.session:
        raise NotASession
    return key.id
