"""Chromium behind the same few calls as the other browsers."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

# What WebDriver calls these keys, and what Playwright does.
KEYS = {"\ue004": "Tab", "\ue006": "Enter", "\ue010": "End"}


class ChromiumTab:
    """One tab."""

    def __init__(self, page: Page, downloads: Path) -> None:
        self._page, self.downloads = page, downloads
        page.on("download", lambda saved: saved.save_as(downloads / saved.suggested_filename))

    def open(self, url: str) -> None:
        self._page.goto(url)

    def evaluate(self, expression: str) -> Any:
        """What a JavaScript expression is worth, as JSON can say it."""
        try:
            return self._page.evaluate(f"() => ({expression})")
        except Error as error:
            raise AssertionError(str(error)) from error

    def press(self, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(KEYS.get(key, key))


@contextmanager
def a_chromium(browser: Browser, folder: Path) -> Iterator[ChromiumTab]:
    """A tab of a browser that runs already; its downloads are in `folder`."""
    with browser.new_context() as context:
        yield ChromiumTab(context.new_page(), folder)
