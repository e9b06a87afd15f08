"""Writes files that hold keys or people's data: readable by their owner alone, whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path

OWNER_ALONE = 0o600


def open_to_write(path: Path, *, append: bool = False) -> BinaryIO:
    """A file that is its owner's from the first byte on."""
    flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else os.O_TRUNC) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, OWNER_ALONE), "ab" if append else "wb")


def write(path: Path, text: str) -> None:
    """Put `text` there in one step: a reader sees the old file or the new one."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open_to_write(fresh) as file:
            file.write(text.encode())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
