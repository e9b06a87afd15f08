"""The outbox: every email that the local SES accepted, in a file that outlives the stack; nothing is ever sent."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

PUBLIC_KEYS = ("to", "from", "subject", "text", "html", "headers", "sent_at")


class Outbox:
    """Emails as JSON lines. Only their offsets are in memory, so that a large outbox costs little."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+b")
        self._lock = threading.Lock()
        self._offsets: list[int] = []
        self._file.seek(0)
        offset = 0
        for line in self._file:
            if line.endswith(b"\n"):
                self._offsets.append(offset)
                offset += len(line)
        # A line cut off by a crash must not swallow the next one.
        self._file.truncate(offset)

    def __len__(self) -> int:
        return len(self._offsets)

    def add(self, email: dict[str, Any]) -> None:
        """Record one email; it has reached the kernel when this returns."""
        line = json.dumps(email, ensure_ascii=False).encode() + b"\n"
        with self._lock:
            self._file.seek(0, 2)
            self._offsets.append(self._file.tell())
            self._file.write(line)
            self._file.flush()

    def emails(self, start: int = 0, end: int | None = None) -> list[dict[str, Any]]:
        """Emails `start` to `end` as they were recorded, oldest first."""
        with self._lock:
            emails = []
            for offset in self._offsets[start:end]:
                self._file.seek(offset)
                emails.append(json.loads(self._file.readline()))
            return emails

    def public(self) -> list[dict[str, Any]]:
        """All emails with only the documented keys, newest last."""
        return [{key: email[key] for key in PUBLIC_KEYS} for email in self.emails()]

    def close(self) -> None:
        """Close the file."""
        self._file.close()
