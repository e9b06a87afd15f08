"""Takes pictures of every page and email: `python -m tools.screenshots.pages FOLDER [language or name ...]`."""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

from playwright.sync_api import sync_playwright

from chalicelib.i18n.languages import LANGUAGES
from tools import chromium
from tools.screenshots.gallery import gallery, mails

WIDTHS = (320, 768, 1280)


def shoot(folder: Path, asked: list[str]) -> None:
    """Takes pictures of the pages and languages in `asked`, or of all; replaces those in `folder`."""
    languages = [language for language in LANGUAGES if language in asked] or LANGUAGES
    names = [name for name in asked if name not in LANGUAGES]
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find_or_install(), args=["--no-sandbox"])
        for language, scheme, width in product(languages, ("light", "dark"), WIDTHS):
            settings = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
            context = browser.new_context(**settings, java_script_enabled=False)  # type: ignore[arg-type]
            tab = context.new_page()
            for name, page in (gallery(language) | mails(language)).items():
                if not names or name in names:
                    tab.set_content(page.html)
                    tab.screenshot(path=folder / f"{name}-{language}-{scheme}-{width}.png", full_page=True)
            context.close()
        browser.close()


if __name__ == "__main__":
    shoot(Path(sys.argv[1]), sys.argv[2:])
