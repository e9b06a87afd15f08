"""What exports, their files and their requests are called."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.exports.export_rows import ExportRequest


def request_digest(request: ExportRequest) -> str:
    """A short hash that identifies a request: equal requests have equal digests."""
    return hashlib.sha256(json.dumps(asdict(request), sort_keys=True).encode()).hexdigest()[:32]


def new_export_id(now: datetime) -> str:
    """An id that sorts by time and cannot be guessed."""
    return f"{now:%Y%m%dt%H%M%S}{now.microsecond // 1000:03}-{secrets.token_hex(6)}"


def file_name(campaign: str, export: str, format_: str) -> str:
    """What an export's file is called in the bucket. Firefox would not unpack what it saves from a link that ends in `.gz`."""
    return f"exports/{campaign}/{export}.{format_}"


def snapshot_name(name: str) -> str:
    """Where the signatures that a packet is made of are kept while it is made."""
    return f"{name}.signatures"
