"""Reads the audit log for admins, page by page: all of it, or what one person did, on one campaign, on one day, of one kind."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from chalicelib.domain.access.api_keys import is_key_id
from chalicelib.domain.access.audit_kinds import KINDS
from chalicelib.domain.campaigns.campaign import is_campaign_id
from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.timestamps import read_day, read_stamp
from chalicelib.storage.access.audit_log import AuditPosition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.storage.access.actors import Actors
    from chalicelib.storage.access.audit_log import AuditEntry, AuditLog

# So many entries are looked at for one page: a rare kind has pages with fewer entries than asked for, or none.
MOST_READ = 2000
MAX_ENTRY = 100


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries, newest first, and the names of those who acted and of members and keys that they are about.

    The cursor is empty when there are no more.
    """

    entries: Sequence[AuditEntry] = field(default_factory=tuple)
    cursor: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries are looked for: what is empty does not matter. `person` is the id of a member or key, `day` of UTC."""

    kind: str = ""
    person: str = ""
    campaign: str = ""
    day: str = ""

    def check(self) -> None:
        """Raises InvalidFields."""
        if self.kind and self.kind not in KINDS:
            raise InvalidFields.one("kind", "not_an_option", options=", ".join(KINDS))
        if self.person and not is_key_id(self.person):
            raise InvalidFields.one("person", "bad_actor")
        if self.campaign and not is_campaign_id(self.campaign):
            raise InvalidFields.one("campaign", "bad_campaign_id", limit=64)
        if self.day and read_day(self.day) is None:
            raise InvalidFields.one("day", "bad_day")

    def matches(self, entry: AuditEntry) -> bool:
        """True for an entry that is looked for."""
        return (
            (not self.kind or entry.act in KINDS[self.kind])
            and (not self.person or entry.key == self.person)
            and (not self.campaign or entry.facts.get("campaign") == self.campaign)
        )


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """Finds entries."""

    audit: AuditLog
    actors: Actors

    def page(self, wanted: AuditFilter, *, limit: int, cursor: str = "") -> AuditPage:
        """Up to `limit` entries after `cursor`. Raises InvalidFields."""
        wanted.check()
        entries = self.audit.newest(after=_read(cursor) if cursor else None, day=wanted.day)
        found: list[AuditEntry] = []
        last = None
        for last in islice(entries, MOST_READ):
            if wanted.matches(last):
                found.append(last)
            if len(found) == limit:
                break
        has_more = last is not None and next(entries, None) is not None
        return AuditPage(found, _made(last.position) if last and has_more else "", self._names(found))

    def _names(self, entries: Sequence[AuditEntry]) -> Mapping[str, str]:
        return self.actors.names({one for entry in entries for one in (entry.key, subject(entry.facts)) if one})


def subject(facts: Mapping[str, Any]) -> str:
    """The member or key that an act was about; empty if it was about neither."""
    about = facts.get("member") or facts.get("id")
    return about if isinstance(about, str) else ""


def _made(position: AuditPosition) -> str:
    return urlsafe_b64encode(f"{position.at} {position.entry}".encode()).decode().rstrip("=")


def _read(cursor: str) -> AuditPosition:
    try:
        at, _, entry = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(" ")
        is_position = bool(entry and len(entry) <= MAX_ENTRY and read_stamp(at))
    except (binascii.Error, ValueError):
        is_position = False
    if not is_position:
        raise InvalidFields.one("cursor", "bad_cursor")
    return AuditPosition(at, entry)
