"""The first admin key: created with the app's own keyring, saved to a file that only its owner can read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from local.startup.app_loader import wiring

if TYPE_CHECKING:
    from pathlib import Path


def admin_key(path: Path) -> str:
    """The key in the file if it still works, otherwise a new one."""
    if path.exists():
        saved = path.read_text().strip()
        if saved and _works(saved):
            return saved
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
    """True when `key` still has the admin role; the keyring is asked directly, because requests may be held back."""
    from chalicelib.domain.access.api_keys import Role
    from chalicelib.domain.errors import UndersignedError

    try:
        wiring().keyring.authorize(f"Bearer {key}", Role.ADMIN)
    except UndersignedError:
        return False
    return True
