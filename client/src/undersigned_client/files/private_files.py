"""Writes files that hold keys or personal data: readable by their owner only, complete or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path

OWNER_ONLY = 0o600


def open_to_write(path: Path, *, append: bool = False) -> BinaryIO:
    """Open a file that only its owner can read, from the first byte on."""
    flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else os.O_TRUNC) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, OWNER_ONLY), "ab" if append else "wb")


def write(path: Path, text: str) -> None:
    """Write `text` atomically: a reader sees the old file or the new one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open_to_write(temporary) as file:
            file.write(text.encode())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
