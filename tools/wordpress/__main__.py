"""Pastes every snippet into a real WordPress as every kind of account and tells what a reader gets: `make wordpress`.

Exits with 1 when that is not what docs/embedding.md says. With a folder, it also puts pictures of the posts there.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from local.stack import Stack
from tools.browser import a_browser, until
from tools.wordpress.site import find_or_install, wordpress

if TYPE_CHECKING:
    from playwright.sync_api import Page

CAMPAIGN = "no-troops-in-peru"
PHONE = {"width": 360, "height": 740}
# `strict` is whoever is no super administrator of a multisite, whatever the role.
WRITES_HTML = {"administrator": True, "editor": True, "strict": False, "author": False, "contributor": False}
KINDS = ("widget", "form", "iframe", "address")
EXPECTED = {
    **{(account, kind): kind if free else "link" for account, free in WRITES_HTML.items() for kind in KINDS},
    **{(account, "address"): "embed" for account in WRITES_HTML},
}


def pasted(snippets: dict[str, str]) -> dict[str, str]:
    """What somebody pastes: a snippet in a "Custom HTML" block, the address in the block that WordPress makes of it."""
    blocks = {kind: f"<!-- wp:html -->\n{snippets[kind]}\n<!-- /wp:html -->" for kind in ("widget", "form", "iframe")}
    link = snippets["link"]
    embed = json.dumps({"url": link, "type": "wp-embed", "providerNameSlug": "undersigned"})
    blocks["address"] = (
        f'<!-- wp:embed {embed} -->\n<figure class="wp-block-embed is-type-wp-embed"><div class="wp-block-embed__wrapper">\n'
        f"{link}\n</div></figure>\n<!-- /wp:embed -->"
    )
    return blocks


def seen(page: Page, form_url: str) -> str:
    """What a reader of the open post can use: a widget, a form, a frame, an embed, a link, or nothing."""
    content = page.locator(".wp-block-post-content")
    if content.locator("iframe.wp-embedded-content").count():
        return embed_of(page, form_url)
    if content.locator("undersigned-form").count():
        content.locator("undersigned-form form[part]").wait_for()
        return "widget"
    if content.locator("iframe").count():
        content.frame_locator("iframe").locator("form").wait_for()
        return "iframe"
    if content.locator("form[action] button").count():
        return "form"
    link = content.locator(f'a[href^="{form_url}/sign/"]')
    return "link" if link.count() and link.first.is_visible() else "nothing"


def embed_of(page: Page, form_url: str) -> str:
    """`embed` if it fits a phone, is as high as its page, and its button leads to the hosted form."""
    until(page, "!document.querySelector('iframe.wp-embedded-content').style.position")
    frame = page.frame_locator("iframe.wp-embedded-content")
    inside = frame.locator("html").evaluate("e => e.offsetHeight")
    until(page, f"Math.abs(document.querySelector('iframe.wp-embedded-content').offsetHeight - {inside}) < 60")
    if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
        return "embed wider than a phone"
    frame.get_by_role("link", name="Sign").last.click()
    page.wait_for_url(f"{form_url}/sign/**")
    return "embed" if page.locator("form").first.is_visible() else "embed that leads nowhere"


def check() -> int:
    """Prints the table; returns 1 if a line is not as expected."""
    find_or_install()
    with (
        tempfile.TemporaryDirectory() as place,
        Stack(engine="ministack", directory=Path(place) / "stack", port=0, memory=True) as stack,
    ):
        key = stack.load_samples([])
        port = urlsplit(stack.url).port or 0
        ask = Request(f"{stack.url}/admin/campaigns/{CAMPAIGN}/snippets", headers={"Authorization": f"Bearer {key}"})
        with urlopen(ask) as answer:  # our own stack on loopback
            posts = pasted(json.load(answer)["snippets"]["en"])
        with wordpress(Path(place), port, dict.fromkeys(WRITES_HTML, posts)) as published, a_browser() as browser:
            wrong = 0
            for (account, kind), expected in EXPECTED.items():
                page = browser.new_context(viewport=PHONE).new_page()  # type: ignore[arg-type]
                page.goto(published[account][kind]["url"])
                found = seen(page, stack.url)
                wrong += found != expected
                print(f"{account:14} {kind:8} → {found}{f'   expected: {expected}' if found != expected else ''}")
                if len(sys.argv) > 1:
                    page.screenshot(path=Path(sys.argv[1]) / f"{account}-{kind}.png", full_page=True)
                page.context.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(check())
