"""Somebody in the dashboard of a local stack, whom pictures are taken of."""

from __future__ import annotations

import json
import re
import urllib.request
from typing import TYPE_CHECKING, Any

from chalicelib.i18n import languages
from chalicelib.pages.dashboard.dashboard_words import WORDS

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from local.stack import Stack


class Visit:
    """One visit, in one language; pictures go to `folder`, named after the story they tell."""

    def __init__(self, stack: Stack, key: str, browser: Browser, folder: Path, language: str) -> None:
        self.stack, self.key, self.browser, self.folder, self.language = stack, key, browser, folder, language
        self.page: Page

    def t(self, name: str) -> str:
        """The dashboard's words for `name`."""
        return languages.lookup(WORDS[name], self.language, "admin")

    def shoot(self, name: str, of: Page | Locator | None = None) -> None:
        """Takes one picture, of the screen or of a part of it."""
        (of or self.page).screenshot(path=self.folder / f"story-{name}-{self.language}.png")

    def in_words(self, code: str) -> re.Pattern[str]:
        """A language's name, in the story's."""
        names = "([shown, code]) => new Intl.DisplayNames(shown, { type: 'language' }).of(code)"
        return re.compile(self.page.evaluate(names, [self.language, code]))

    def press(self, name: str, within: Page | Locator | None = None) -> None:
        """Presses the button, or follows the link, with the words of `name`."""
        (within or self.page).locator("button, a").get_by_text(self.t(name), exact=True).first.click()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One call of the API, with the admin key if the headers do not say otherwise."""
        named = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **headers}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.stack.url}{path}", data, named, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def newest_email(self, address: str) -> dict[str, Any]:
        """The last email to that address."""
        self.stack.drain()
        return [mail for mail in self.stack.outbox() if mail["to"] == address][-1]

    def new_tab(self, size: dict[str, int]) -> Page:
        """A tab of a browser that has never been here."""
        context = self.browser.new_context(locale=self.language, viewport=size, color_scheme="light")  # type: ignore[arg-type]
        return context.new_page()
