"""The API's address and key: from the environment, otherwise from a file that only its owner can read.

A key is never taken from the command line, where every process on the machine could read it.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from undersigned_client.errors import BadFile, Misused, NotSignedIn
from undersigned_client.files.private_files import write
from undersigned_client.language.messages import translate

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Account:
    """The API's address, without a trailing slash, and a key or a session's secret for it; empty to sign in."""

    url: str
    key: str


def path() -> Path:
    """The file that `login` writes, in the user's configuration folder."""
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return base / "undersigned" / "login.json"


def load() -> Account:
    """The account to use; UNDERSIGNED_URL and UNDERSIGNED_KEY each override the file. Raises NotSignedIn."""
    saved = _saved()
    url = os.environ.get("UNDERSIGNED_URL") or saved.get("url", "")
    key = os.environ.get("UNDERSIGNED_KEY") or saved.get("key", "")
    # A saved key belongs to the address it was saved with and is sent to no other.
    if url != saved.get("url") and not os.environ.get("UNDERSIGNED_KEY"):
        key = ""
    if not url or not key:
        raise NotSignedIn(translate("No address and key are saved yet. Start with: undersigned login"))
    return Account(checked_url(url), key)


def _saved() -> dict[str, str]:
    try:
        content = json.loads(path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BadFile(translate("{file} cannot be read. Run undersigned login again.", file=path())) from error
    return (
        {name: value for name, value in content.items() if isinstance(value, str)} if isinstance(content, dict) else {}
    )


def saved() -> Account | None:
    """What `login` saved; None if there is nothing that can be read."""
    try:
        content = _saved()
    except BadFile:
        return None
    return Account(content["url"], content["key"]) if content.get("url") and content.get("key") else None


def save(account: Account) -> Path:
    """Save it for later commands, readable by its owner only; return the file."""
    path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write(path(), json.dumps({"url": account.url, "key": account.key}))
    return path()


def forget() -> bool:
    """Delete what `login` saved; True when there was something."""
    existed = path().exists()
    path().unlink(missing_ok=True)
    return existed


def checked_url(text: str) -> str:
    """The address without a trailing slash. Raises Misused for one that would send the key unencrypted."""
    url = text.strip().rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise Misused(translate("{url} is not an address. It looks like https://sign.example.org", url=url))
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise Misused(translate("Only https addresses keep the key secret; {url} is not one.", url=url))
    return url
