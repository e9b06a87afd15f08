"""The one way a test starts a browser: Debian's Chromium, or another that is there; nothing is downloaded."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

from tests.kit import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page


# A busy machine is no failure: what never comes still fails.
expect.set_options(timeout=30_000)


@contextmanager
def a_browser() -> Iterator[Browser]:
    """A headless Chromium, closed afterwards."""
    path = chromium.find()
    assert path, "no Chromium: run make browser"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()


def until(tab: Page, expression: str, seconds: float = 30) -> None:
    """Wait for a JavaScript expression to hold; asks anew each time.

    Playwright's own `wait_for_function` keeps asking from inside the page, by `eval`, and a strict content policy
    refuses that (not the first time, so it passes when the page happens to be quick).
    """
    for _ in range(int(seconds * 20)):
        if tab.evaluate(expression):
            return
        tab.wait_for_timeout(50)
    raise AssertionError(f"after {seconds} s this does not hold: {expression}")
