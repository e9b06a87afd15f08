"""Every item written to the local engine, appended to a file before the answer leaves; it never rewrites what is there.

ministack keeps tables in memory and saves them on a clean stop only. The journal holds what was written since the
last save, item by item, so that a replay after `kill -9` brings back every write that was answered.
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
    """Appends `[table arn, hash key, range key, item or null]`, one JSON line each."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pending: list[str] = []
        self._file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
        self._cut_off_torn_line()

    def note(self, key: Key, item: dict[str, Any] | None) -> None:
        """Remember one write; `flush` makes it last."""
        self._pending.append(json.dumps([*key, item], separators=(",", ":")))

    def flush(self) -> None:
        """Hand what was noted to the kernel in one write, so that it survives this process."""
        if self._pending:
            lines, self._pending = self._pending, []
            os.write(self._file, ("\n".join(lines) + "\n").encode())

    def replay(self) -> Iterator[tuple[Key, dict[str, Any] | None]]:
        """Yield what was written, oldest first."""
        with self._path.open("rb") as lines:
            for line in lines:
                arn, hash_key, range_key, item = json.loads(line)
                yield (arn, hash_key, range_key), item

    def forget(self) -> None:
        """Start anew, once everything is saved elsewhere."""
        self._pending.clear()
        os.ftruncate(self._file, 0)

    def _cut_off_torn_line(self) -> None:
        """A line that the end of the machine cut off was never answered, and must not swallow the next one."""
        whole = 0
        with self._path.open("rb") as lines:
            for line in lines:
                whole += len(line) if line.endswith(b"\n") else 0
        os.ftruncate(self._file, whole)
