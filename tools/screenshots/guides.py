"""Takes the pictures in the guides for organisers: `python -m tools.screenshots.guides FOLDER`.

A whole local stack with three weeks of invented signatures, so that charts have something to show.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from local.stack import Stack
from local.startup.app_loader import wiring
from tools.browser import a_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect, Page

CONFIRMED = 0.9
PETITION, LETTER = "no-troops-in-peru", "halt-military-aid"
DAYS = (4, 9, 14, 11, 7, 5, 6, 9, 8, 4, 3, 5, 12, 18, 13, 9, 7, 6, 8, 10, 7)
COUNTRIES = ("PE", "PE", "PE", "PE", "US", "US", "US", "ES", "MX", "CA")
SOURCES = ("newsletter", "newsletter", "whatsapp", "flyer", "")
DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 780}
# Below two campaigns the list is empty.
LIST: FloatRect = {"x": 0, "y": 0, "width": 1280, "height": 540}


def sign(stack: Stack, campaign: str, number: int, chance: random.Random) -> None:
    """Signs for an invented person."""
    typed = {
        "email": f"signer{number}@example.org",
        "given_name": chance.choice(["Ana", "Ben", "Eva", "José", "Luz", "Rosa"]),
        "family_name": chance.choice(["Quispe", "Okoro", "Diaz", "Mamani", "Smith", "Rojas"]),
        "country": chance.choice(COUNTRIES),
        "lang": chance.choice(["en", "es", "es"]),
        "source": chance.choice(SOURCES),
        "consents": chance.choice(["wbw", "cidydh", ""]) if campaign == PETITION else "codepink",
        "public": "on" if number % 3 else "",
    }
    body = urllib.parse.urlencode({name: value for name, value in typed.items() if value}).encode()
    headers = {"Accept": "application/json"}
    urllib.request.urlopen(
        urllib.request.Request(f"{stack.url}/campaigns/{campaign}/signatures", body, headers), timeout=30
    ).close()


def confirm(stack: Stack, seen: int, chance: random.Random) -> int:
    """Presses the button in nine of ten emails after the first `seen`; returns how many there are now."""
    stack.drain()
    mails = stack.outbox()
    for mail in mails[seen:]:
        link = re.search(r"https?://\S+/confirm/\S+", mail["text"])
        if link and chance.random() < CONFIRMED:
            urllib.request.urlopen(urllib.request.Request(link[0], b""), timeout=30).close()
    stack.drain()
    return len(stack.outbox())


def three_weeks(stack: Stack) -> None:
    """Signs and confirms as three weeks would, with the days dated back."""
    chance, number, seen = random.Random(7), 0, 0  # noqa: S311 - always the same pictures
    wired, now = wiring(), datetime.now(UTC)
    for place, count in enumerate(DAYS):
        moment = now - timedelta(days=len(DAYS) - 1 - place, minutes=30)
        wired.clock = lambda moment=moment: moment
        for _ in range(count):
            number += 1
            sign(stack, PETITION if number % 4 else LETTER, number, chance)
        seen = confirm(stack, seen, chance)
    wired.clock = lambda: datetime.now(UTC)


def a_page(browser: Browser, stack: Stack, key: str, language: str, size: dict[str, int]) -> Page:
    """The dashboard, signed in."""
    context = browser.new_context(locale=language, viewport=size, color_scheme="light")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{stack.url}/admin?lang={language}")
    page.locator("input[type=password]").fill(key)
    page.keyboard.press("Enter")
    page.locator(".campaigns").wait_for()
    return page


def at(page: Page, view: str) -> None:
    """Goes to one view and waits until it is drawn."""
    page.evaluate("hash => { location.hash = hash }", f"#/{view}")
    expect(page.locator("#main")).to_have_attribute("data-at", f"#/{view}")
    page.wait_for_timeout(300)


def shoot(folder: Path) -> None:
    """Takes all pictures; replaces those in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, a_browser() as browser:
        stack = Stack(engine="ministack", directory=Path(place), port=0, memory=True)
        with stack:
            key = stack.load_samples()
            three_weeks(stack)
            for language in ("en", "es"):
                page = a_page(browser, stack, key, language, DESKTOP)
                at(page, "")
                page.screenshot(path=folder / f"dashboard-list-{language}.png", clip=LIST)
                at(page, f"campaigns/{PETITION}")
                page.screenshot(path=folder / f"dashboard-campaign-{language}.png")
                page = a_page(browser, stack, key, language, PHONE)
                at(page, f"campaigns/{PETITION}")
                page.screenshot(path=folder / f"dashboard-phone-{language}.png")


if __name__ == "__main__":
    shoot(Path(sys.argv[1]))
