"""The second engine, dynoxide: one pinned binary from npm.

`make run` never needs it; tests and `ENGINE=dynoxide` do.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from local.engines.npm_binary import BinaryMissing, NpmBinary

if TYPE_CHECKING:
    from pathlib import Path

DYNOXIDE = NpmBinary(
    "dynoxide",
    "1.2.1",
    # npm has no build for other systems at this version.
    {
        ("Linux", "x86_64"): (
            "@dynoxide/linux-x64",
            "80e1ed33e33ec33c7bdcb1779ea09678e5c6f87c5c225f44c2037d2b2ea71164",
        )
    },
    "Without it, use the default engine: ENGINE=ministack",
)
NUMBER = "CAST(sequence_number AS INTEGER)"  # exactly as in dynoxide's own queries, otherwise the indexes are not used
STREAM_INDEXES = {
    "undersigned_last": f"table_name, {NUMBER}",
    "undersigned_next": f"table_name, shard_id, {NUMBER}",
}


def binary() -> Path:
    """Path of the verified binary, downloaded on first use. Raises BinaryMissing."""
    return DYNOXIDE.path()


def index_stream(database: Path) -> None:
    """Index the stream of a running dynoxide: without, 1.2.1 scans all of it on every read and write."""
    with closing(sqlite3.connect(database, timeout=30)) as file, file:
        for name, columns in STREAM_INDEXES.items():
            file.execute(f"CREATE INDEX IF NOT EXISTS {name} ON _stream_records ({columns})")


if __name__ == "__main__":
    try:
        binary()
    except BinaryMissing as missing:
        sys.exit(str(missing))
