"""Loads the sample campaigns through the admin API, as an organiser would; existing ones are left alone.

They are ordinary campaign files: `undersigned campaigns diff local/samples` reads the same ones.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[1] / "samples"
# This one accepts forms from listed sites only, so that both settings can be tried.
WITH_ALLOWED_ORIGINS = "halt-military-aid"


def documents(demo_origins: list[str]) -> dict[str, dict[str, Any]]:
    """The sample campaigns by id, the petition first."""
    samples = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(FOLDER.glob("*.yaml"), reverse=True)}
    samples[WITH_ALLOWED_ORIGINS]["allowed_origins"] = demo_origins
    return samples


def load(url: str, key: str, demo_origins: list[str]) -> list[str]:
    """Create the missing campaigns; return the ids of those created."""
    return [name for name, document in documents(demo_origins).items() if _load_one(url, key, name, document)]


def _load_one(url: str, key: str, name: str, document: dict[str, Any]) -> bool:
    address = f"{url}/admin/campaigns/{name}"
    existing = _call("GET", address, key)
    if existing is None:
        _call("PUT", address, key, body=document)
        return True
    missing = [origin for origin in document["allowed_origins"] if origin not in existing.get("allowed_origins", [])]
    if missing and existing.get("allowed_origins"):
        # The demo site moved to another port: allow it, and leave everything else as it is.
        origins = [*existing["allowed_origins"], *missing]
        changed = {name_: existing.get(name_, value) for name_, value in document.items()}
        _call("PUT", address, key, body={**changed, "allowed_origins": origins}, version=existing["version"])
    return False


def _call(
    method: str,
    address: str,
    key: str,
    *,
    body: dict[str, Any] | None = None,
    version: int | None = None,
) -> dict[str, Any] | None:
    request = urllib.request.Request(address, method=method)
    request.add_header("Authorization", f"Bearer {key}")
    if version is not None:
        request.add_header("If-Match", f'"{version}"')
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            loaded: dict[str, Any] = json.load(answer)
            return loaded
    except urllib.error.HTTPError as error:
        if error.code == 404:  # noqa: PLR2004  # not found
            return None
        raise RuntimeError(f"{method} {address}: {error.code} {error.read().decode()}") from error
