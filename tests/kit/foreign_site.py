"""A web site on another origin: pages by path, each with its own headers."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from local.http.server import Answer, Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.http.server import Request

HTML = "text/html; charset=utf-8"


class ForeignSite:
    """Serves `pages`: HTML by path, with a Content-Security-Policy if one is set."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, str]] = {}
        self._server = Server(0, self._handle)
        self.url = f"http://127.0.0.1:{self._server.port}"

    def put(self, path: str, body: str, *, policy: str = "", head: str = "", language: str = "en") -> str:
        """Add a page with `body` in it; returns its URL."""
        html = (
            f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Another site</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head><body><main><h1>News</h1>{body}'
            '<p id="after">More below.</p></main></body></html>'
        )
        self.pages[path] = html, policy
        return self.url + path

    def _handle(self, request: Request) -> Answer:
        if request.path not in self.pages:
            return Answer(404, [("Content-Type", HTML)], b"Not found.")
        html, policy = self.pages[request.path]
        headers = [("Content-Type", HTML), *([("Content-Security-Policy", policy)] if policy else [])]
        return Answer(200, headers, html.encode())

    def start(self) -> None:
        """Start serving."""
        self._server.start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.stop()


@contextmanager
def a_foreign_site() -> Iterator[ForeignSite]:
    """A running site, stopped at the end of the block."""
    site = ForeignSite()
    site.start()
    yield site
    site.stop()
