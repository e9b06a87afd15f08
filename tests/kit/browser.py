"""The one way a test starts a browser: Debian's Chromium, or another that is there; nothing is downloaded."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from local import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


@contextmanager
def a_browser() -> Iterator[Browser]:
    """A headless Chromium, closed afterwards."""
    path = chromium.find()
    assert path, "no Chromium: run make browser"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()
