"""Reads the audit log for admins, page by page, all of it or the acts of one kind."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from chalicelib.domain.access.audit_kinds import KINDS
from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.timestamps import read_stamp
from chalicelib.storage.access.audit_log import AuditPosition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.storage.access.audit_log import AuditEntry, AuditLog

# So many entries are looked at for one page: a rare kind has pages with fewer entries than asked for, or none.
MOST_READ = 2000
MAX_ENTRY = 100


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries, newest first; the cursor is empty when there are no more."""

    entries: Sequence[AuditEntry] = field(default_factory=tuple)
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """Finds entries."""

    audit: AuditLog

    def page(self, *, limit: int, kind: str = "", cursor: str = "") -> AuditPage:
        """Up to `limit` entries, of one `kind` or of all, after `cursor`. Raises InvalidFields."""
        if kind and kind not in KINDS:
            raise InvalidFields.one("kind", "not_an_option", options=", ".join(KINDS))
        entries = self.audit.newest(after=_read(cursor) if cursor else None)
        found: list[AuditEntry] = []
        last = None
        for last in islice(entries, MOST_READ):
            if not kind or last.act in KINDS[kind]:
                found.append(last)
            if len(found) == limit:
                break
        has_more = last is not None and next(entries, None) is not None
        return AuditPage(found, _made(last.position) if last and has_more else "")


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
