"""The outbox: every mail that was handed to the local SES, in a file that survives the stack; nothing is ever sent."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

PUBLIC_KEYS = ("to", "from", "subject", "text", "html", "headers", "sent_at")


class Mailbox:
    """Mails as JSON lines. Only their places are kept in memory, so that a large outbox costs little."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+b")
        self._lock = threading.Lock()
        self._places: list[int] = []
        self._file.seek(0)
        place = 0
        for line in self._file:
            if line.endswith(b"\n"):
                self._places.append(place)
                place += len(line)
        # A line that was cut off by the end of the machine must not swallow the next one.
        self._file.truncate(place)

    def __len__(self) -> int:
        return len(self._places)

    def add(self, mail: dict[str, Any]) -> None:
        """Record one mail; it is with the kernel when this returns."""
        line = json.dumps(mail, ensure_ascii=False).encode() + b"\n"
        with self._lock:
            self._file.seek(0, 2)
            self._places.append(self._file.tell())
            self._file.write(line)
            self._file.flush()

    def mails(self, start: int = 0, end: int | None = None) -> list[dict[str, Any]]:
        """Mails `start` to `end` as they were recorded, oldest first."""
        with self._lock:
            found = []
            for place in self._places[start:end]:
                self._file.seek(place)
                found.append(json.loads(self._file.readline()))
            return found

    def public(self) -> list[dict[str, Any]]:
        """All mails with the documented keys only, newest last."""
        return [{key: mail[key] for key in PUBLIC_KEYS} for mail in self.mails()]

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
