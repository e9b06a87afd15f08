"""The only way tests and pictures start a browser: with an installed Chromium; nothing is downloaded."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

from tools import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page


# A busy machine is not a failure; what never appears still fails.
expect.set_options(timeout=30_000)


@contextmanager
def a_browser() -> Iterator[Browser]:
    """A headless Chromium, closed at the end of the block."""
    path = chromium.find()
    assert path, "no Chromium: run make browser"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def until(tab: Page, expression: str, seconds: float = 30) -> None:
    """Wait until a JavaScript expression is true; every check is a call of its own.

    Playwright's own `wait_for_function` checks from inside the page with `eval`, which a strict content security policy
    refuses (except for the first check, so it passes when the page happens to be quick).
    """
    for _ in range(int(seconds * 20)):
        if tab.evaluate(expression):
            return
        tab.wait_for_timeout(50)
    raise AssertionError(f"still not true after {seconds} s: {expression}")
