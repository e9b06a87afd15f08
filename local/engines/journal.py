"""Every item written to ministack, appended to a file before the answer is sent. It never rewrites what is there.

ministack keeps tables in memory and saves them only on a clean stop. The journal holds the items written since the
last save, so that replaying it after `kill -9` restores every write that was answered.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Key = tuple[str, str, str]


class Journal:
    """Appends JSON lines: `[table arn, hash key, range key, item or null]`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pending: list[str] = []
        self._file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
        self._cut_off_torn_line()

    def add(self, key: Key, item: dict[str, Any] | None) -> None:
        """Buffer one write until `flush`."""
        self._pending.append(json.dumps([*key, item], separators=(",", ":")))

    def flush(self) -> None:
        """Hand the buffered writes to the kernel at once, so that they survive this process."""
        if self._pending:
            lines, self._pending = self._pending, []
            os.write(self._file, ("\n".join(lines) + "\n").encode())

    def replay(self) -> Iterator[tuple[Key, dict[str, Any] | None]]:
        """Yield the writes, oldest first."""
        with self._path.open("rb") as lines:
            for line in lines:
                arn, hash_key, range_key, item = json.loads(line)
                yield (arn, hash_key, range_key), item

    def clear(self) -> None:
        """Empty the journal, once everything is saved elsewhere."""
        self._pending.clear()
        os.ftruncate(self._file, 0)

    def _cut_off_torn_line(self) -> None:
        """A line cut off by a crash was never answered, and must not swallow the next one."""
        whole = 0
        with self._path.open("rb") as lines:
            for line in lines:
                whole += len(line) if line.endswith(b"\n") else 0
        os.ftruncate(self._file, whole)
