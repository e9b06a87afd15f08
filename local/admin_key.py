"""Makes the first admin key with the app's own keyring and keeps it in a file that only its owner can read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.stack import Stack


def admin_key(stack: Stack) -> str:
    """The key in the file while it works, else a new one."""
    path = stack.directory / "admin-key"
    if path.exists():
        known = path.read_text().strip()
        if known and stack.takes_key(known):
            return known
        path.unlink()
    key = stack.new_admin_key()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key + "\n")
    return key
