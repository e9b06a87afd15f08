"""HTTP calls of the smoke test: JSON in, JSON out. The key is sent only where it is needed, and only over TLS."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 30
THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}


class SmokeFailed(RuntimeError):
    """The deployment does not work as it should; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whatever its status; header names in lower case."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body; an empty mapping when it is not JSON."""
        try:
            return json.loads(self.text)
        except ValueError:
            return {}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the key must not go elsewhere."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Api:
    """One deployment, called with one of its keys."""

    def __init__(self, url: str, key: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in THIS_MACHINE:
            raise SmokeFailed(f"{url} is not https: the key would be sent unencrypted")
        self._url, self._key = url, key
        self._opener = urllib.request.build_opener(_NoRedirect)

    def call(
        self, method: str, path: str, body: Any = None, *, with_key: bool = True, headers: dict[str, str] | None = None
    ) -> Reply:
        """Send one request. Raises SmokeFailed when there is no answer."""
        all_headers = {"Accept": "application/json", "Content-Type": "application/json", **(headers or {})}
        if with_key:
            all_headers["Authorization"] = f"Bearer {self._key}"
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, content, all_headers, method=method)  # noqa: S310 - https, as checked
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return _reply(answer.status, answer)
        except urllib.error.HTTPError as error:
            with error:
                return _reply(error.code, error)
        except OSError as error:
            raise SmokeFailed(f"{self._url} cannot be reached: {error}") from error


def _reply(status: int, answer: Any) -> Reply:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Reply(status, headers, answer.read().decode(errors="replace"))
