"""A post on WordPress with the address of a hosted page on a line of its own, on a phone, in a real browser."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.kit.wordpress import cleaned, embedded, script_for
from tests.kit.world import BASE
from tools.browser import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

    from tests.kit.world import World

HOST = "https://wordpress.example"
ADDRESS = f"{BASE}/sign/peru?lang=en"
# Who may not write raw HTML keeps about this of it.
AUTHORS = {"a": {"href"}, "p": set[str](), "blockquote": set[str](), "button": {"type"}, "label": {"for"}}


def oembed(world: World) -> str:
    html: str = world.get(f"/oembed?url={quote(ADDRESS, safe='')}&maxwidth=500&maxheight=750").json["html"]
    return html


@contextmanager
def a_post(browser: Browser, world: World, html: str, script: str, *, late: bool = False) -> Iterator[Page]:
    post = f'<!doctype html><meta name="viewport" content="width=device-width"><body style="margin:16px">{html}<script src="/wp-embed.js"></script>'

    def answer(route: Route) -> None:
        url = route.request.url
        if url == f"{HOST}/wp-embed.js":
            if late:  # the frame has loaded and told its height before anybody listens
                tab.frame_locator("iframe").locator("h1").wait_for(state="attached")
            route.fulfill(body=script, content_type="text/javascript")
        elif url.startswith(HOST):
            route.fulfill(body=post, content_type="text/html")
        elif "card.png" in url:
            route.abort()
        else:
            reply = world.get(url.removeprefix(BASE).partition("#")[0])
            route.fulfill(status=reply.status, body=reply.raw, headers=dict(reply.headers))

    context = browser.new_context(viewport={"width": 320, "height": 640})
    tab = context.new_page()
    tab.route("**/*", answer)
    tab.goto(f"{HOST}/post")
    yield tab
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("late", [False, True])
def test_the_frame_takes_its_height_and_its_button_leads_to_the_page(
    world: World, browser: Browser, late: bool
) -> None:
    world.publish()
    html = embedded(oembed(world))
    with a_post(browser, world, html, script_for(html), late=late) as tab:
        until(tab, "!document.querySelector('iframe').style.position")
        until(tab, "Number(document.querySelector('iframe').height) < 700")
        assert tab.evaluate("document.documentElement.scrollWidth") == 320
        assert not tab.locator("blockquote").is_visible()
        button = tab.frame_locator("iframe").get_by_role("link", name="Sign the petition")
        box = button.bounding_box()
        assert box
        assert box["height"] >= 44
        button.click()
        tab.wait_for_url(f"{BASE}/sign/peru?lang=en")
        assert tab.locator("form").is_visible()


@pytest.mark.browser
def test_where_nobody_listens_the_link_says_its_address(world: World, browser: Browser) -> None:
    world.publish()
    with a_post(browser, world, embedded(oembed(world)).replace("position: absolute", ""), "") as tab:
        inside = tab.frame_locator("iframe")
        inside.get_by_role("link", name="Sign the petition").click(force=True)
        inside.get_by_text(ADDRESS, exact=True).wait_for()


@pytest.mark.browser
def test_where_the_sandbox_lets_it_the_link_is_a_link_though_nobody_listens(world: World, browser: Browser) -> None:
    world.publish()
    html = embedded(oembed(world)).replace("position: absolute", "")
    free = html.replace('"allow-scripts"', '"allow-scripts allow-top-navigation-by-user-activation"')
    with a_post(browser, world, free, "") as tab:
        tab.frame_locator("iframe").get_by_role("link", name="Sign the petition").click(force=True)
        tab.wait_for_url(ADDRESS)


@pytest.mark.browser
@pytest.mark.parametrize("changes", [{"state": "closed"}, {"opens_at": "2040-01-01T00:00:00Z"}])
def test_a_frame_without_a_form_is_shown_too(world: World, browser: Browser, changes: dict[str, Any]) -> None:
    world.publish(**changes)
    html = embedded(oembed(world))
    with a_post(browser, world, html, script_for(html), late=True) as tab:
        until(tab, "!document.querySelector('iframe').style.position")


def test_feeds_and_mails_keep_a_link(world: World) -> None:
    world.publish()
    kept = cleaned(oembed(world), {"a": {"href"}, "blockquote": set()})
    link = f"{BASE}/sign/peru?lang=en&amp;source=oembed"
    assert kept == f'<blockquote><a href="{link}">No troops in Peru</a></blockquote>'


@pytest.mark.parametrize("kind", ["widget", "iframe", "form"])
def test_every_snippet_leaves_a_link_to_who_may_not_write_html(world: World, kind: str) -> None:
    world.publish()
    for language, found in world.admin("GET", "/admin/campaigns/peru/snippets").json["snippets"].items():
        kept = cleaned(found[kind], AUTHORS)
        assert f'<a href="{BASE}/sign/peru?lang={language}&amp;source=' in kept, kept
