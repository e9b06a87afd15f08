"""Where the API is and with which key: from the environment, else from a file that only its owner reads.

A key is never taken from the command line, where every process of the machine could read it.
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
from undersigned_client.language.messages import say

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Account:
    """The API's address without a slash at its end, and a key for it."""

    url: str
    key: str


def place() -> Path:
    """Where `login` keeps them: in the user's own configuration folder."""
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return base / "undersigned" / "login.json"


def load() -> Account:
    """The account to use; each of UNDERSIGNED_URL and UNDERSIGNED_KEY comes before the file. Raises NotSignedIn."""
    kept = _kept()
    url = os.environ.get("UNDERSIGNED_URL") or kept.get("url", "")
    key = os.environ.get("UNDERSIGNED_KEY") or kept.get("key", "")
    # A stored key belongs to the address it was stored with: it is not shown to another one.
    if url != kept.get("url") and not os.environ.get("UNDERSIGNED_KEY"):
        key = ""
    if not url or not key:
        raise NotSignedIn(say("No address and key are saved yet. Start with: undersigned login"))
    return Account(checked_url(url), key)


def _kept() -> dict[str, str]:
    try:
        found = json.loads(place().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BadFile(say("{file} cannot be read. Run undersigned login again.", file=place())) from error
    return {name: value for name, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}


def save(account: Account) -> Path:
    """Keep it for later commands, readable by its owner alone."""
    place().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write(place(), json.dumps({"url": account.url, "key": account.key}))
    return place()


def forget() -> bool:
    """Remove what `login` kept; True when there was something."""
    had = place().exists()
    place().unlink(missing_ok=True)
    return had


def checked_url(text: str) -> str:
    """The address without a slash at its end. Raises Misused for one that would send the key in the clear."""
    url = text.strip().rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise Misused(say("{url} is not an address. It looks like https://sign.example.org", url=url))
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise Misused(say("Only https addresses keep the key secret; {url} is not one.", url=url))
    return url
