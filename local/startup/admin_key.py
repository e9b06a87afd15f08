"""Makes the first admin key with the app's own keyring and keeps it in a file that only its owner can read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from local.startup.app_loader import wiring

if TYPE_CHECKING:
    from pathlib import Path


def admin_key(path: Path) -> str:
    """The key in the file while it works, otherwise a new one."""
    if path.exists():
        known = path.read_text().strip()
        if known and _works(known):
            return known
        path.unlink()
    key = _new_key()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key + "\n")
    return key


def _new_key() -> str:
    from chalicelib.domain.access.api_keys import Role

    _, secret = wiring().keyring.create("local", Role.ADMIN)
    return str(secret)


def _works(key: str) -> bool:
    """True when `key` still may do everything; asked of the app itself, because requests may be held."""
    from chalicelib.domain.access.api_keys import Role
    from chalicelib.domain.errors import UndersignedError

    try:
        wiring().keyring.authorize(f"Bearer {key}", Role.ADMIN)
    except UndersignedError:
        return False
    return True
