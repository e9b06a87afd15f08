"""Takes the pictures of forms on other people's pages: `python -m tools.screenshots.embedded_forms FOLDER`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from local.stack import Stack
from local.web.demo_site import DemoSite
from tools.browser import a_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

DESKTOP, PHONE = {"width": 1100, "height": 820}, {"width": 390, "height": 844}


def a_page(browser: Browser, url: str, size: dict[str, int], scheme: str = "light") -> Page:
    """The demo page in a window of this size, without animations."""
    page = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce").new_page()  # type: ignore[arg-type]
    page.goto(url)
    return page


def filled(page: Page, place: int, email: str) -> Locator:
    """The form at `place` on the page, filled in but not sent."""
    form = page.locator("undersigned-form").nth(place).locator("form[part]")
    for name, value in {"given_name": "María José", "family_name": "Quispe", "email": email}.items():
        form.locator(f'[name="{name}"]').fill(value)
    return form


def shoot(folder: Path) -> None:
    """Takes all pictures; replaces those in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as place,
        a_browser() as browser,
        Stack(engine="ministack", directory=Path(place), port=0, memory=True) as stack,
    ):
        demo = DemoSite(0, stack.url)
        demo.start()
        stack.load_samples(demo.origins)
        page = a_page(browser, demo.url, DESKTOP)
        form = filled(page, 1, "maria.jose@gmail.com")
        page.locator("undersigned-form").nth(1).evaluate(
            "e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 90)"
        )
        page.screenshot(path=folder / "embed-widget.png")
        form.locator("button[type=submit]").click()
        page.locator("[part~=thanks]").wait_for()
        page.mouse.move(0, 0)
        page.locator("undersigned-form").nth(1).screenshot(path=folder / "embed-thanks.png")
        page = a_page(browser, f"{demo.url}es", PHONE)
        form = filled(page, 0, "maria.jose@gmail.com")
        form.locator('[name="email"]').evaluate("e => e.scrollIntoView({block: 'center'})")
        page.screenshot(path=folder / "embed-phone.png")
        form.locator('[name="country"]').select_option("PE")
        form.locator("button[type=submit]").click()
        page.locator("[part~=thanks]").wait_for()
        page.locator("[part~=thanks]").evaluate("e => e.scrollIntoView({block: 'center'})")
        page.screenshot(path=folder / "embed-phone-thanks.png")
        page = a_page(browser, f"{demo.url}frame", DESKTOP)
        page.frame_locator("iframe").nth(1).locator("form").wait_for()
        page.locator("iframe").nth(1).evaluate("e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 90)")
        page.screenshot(path=folder / "embed-frame.png")
        demo.stop()


if __name__ == "__main__":
    shoot(Path(sys.argv[1]))
