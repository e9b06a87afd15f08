"""What Lighthouse looks at on the hosted page, as far as it can be known without timing anything."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tools.browser import until
from tools.screenshots.gallery import gallery
from tools.screenshots.sample_pages import BASE, PETITION_ES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

    from chalicelib.pages.rendering import Page

pytestmark = pytest.mark.browser

# A shift is reported with its size, and the largest piece of content by its element (W3C, Layout Instability and LCP).
WATCH = """
window.seen = { shift: 0, largest: "" };
new PerformanceObserver((list) => { for (const e of list.getEntries()) seen.shift += e.value; })
  .observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => { for (const e of list.getEntries()) seen.largest = e.element?.tagName ?? ""; })
  .observe({ type: "largest-contentful-paint", buffered: true });
"""
HEADINGS = "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((e) => Number(e.tagName[1]))"


@dataclass
class Visit:
    """One page as a browser saw it: what was asked of the network, and what was complained about."""

    tab: Tab
    page: Page
    requests: list[str]
    complaints: list[str]


@pytest.fixture(
    scope="module", params=[("sign-names", "en", 1280), ("sign-names", "es", 320), ("sign-mistakes", "es", 768)]
)
def visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    name, language, width = request.param
    page = gallery(language)[name]
    context = browser.new_context(viewport={"width": width, "height": 800})
    tab, seen = context.new_page(), Visit(None, page, [], [])  # type: ignore[arg-type]  # the tab is set next
    seen.tab = tab
    tab.add_init_script(WATCH)
    tab.on("request", lambda asked: seen.requests.append(asked.url))
    tab.on("console", lambda message: seen.complaints.append(message.text))
    tab.route("**/*", lambda route: route.fulfill(body=page.html, headers=dict(page.headers)))
    tab.goto(f"{BASE}/page")
    tab.evaluate("document.fonts.ready")
    if name != "sign-mistakes":  # which scrolls to the mistakes: a browser looks until then
        until(tab, "seen.largest !== ''")
    tab.mouse.wheel(0, 4000)
    yield seen
    context.close()


def test_one_request_brings_everything(visit: Visit) -> None:
    assert visit.requests == [f"{BASE}/page"]
    assert visit.complaints == [], "structured data is no script: the policy lets it stand"
    assert visit.tab.locator("link[rel=stylesheet], script[src], img, link[rel=preload], iframe").count() == 0


def test_it_is_light(visit: Visit) -> None:
    assert len(gzip.compress(visit.page.html.encode())) < 15_000
    assert visit.tab.evaluate("document.querySelectorAll('*').length") < 1_000


def test_nothing_moves_and_words_are_what_is_seen_first(visit: Visit) -> None:
    seen = visit.tab.evaluate("seen")
    assert seen["shift"] == 0
    assert seen["largest"] in {"H1", "P", "SPAN", "LI", "A", ""}


def test_the_script_waits_until_the_page_is_read(visit: Visit) -> None:
    last = "document.body.lastElementChild.tagName === 'SCRIPT' && document.querySelectorAll('head script:not([type])').length"
    assert visit.tab.evaluate(last) == 0
    kinds = visit.tab.locator("script").evaluate_all("all => all.map((e) => e.type)")
    assert kinds == ["application/ld+json", ""]


def test_search_engines_and_readers_are_told_what_it_is(visit: Visit) -> None:
    tab = visit.tab
    assert 10 <= len(tab.title()) <= 70
    description = tab.locator("meta[name=description]").get_attribute("content") or ""
    assert 50 <= len(description) <= 201
    viewport = tab.locator("meta[name=viewport]").get_attribute("content") or ""
    assert "width=device-width" in viewport
    assert not re.search("user-scalable|maximum-scale", viewport)
    assert tab.evaluate("document.documentElement.lang") in {"en", "es"}
    assert tab.evaluate("document.doctype.name + document.characterSet") == "htmlUTF-8"


def test_headings_go_down_step_by_step(visit: Visit) -> None:
    levels: list[int] = visit.tab.evaluate(HEADINGS)
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_links_lead_somewhere_say_where_and_keep_the_page(visit: Visit) -> None:
    links: list[dict[str, Any]] = visit.tab.locator("a").evaluate_all(
        "all => all.map((e) => ({href: e.getAttribute('href'), text: e.textContent.trim(), target: e.target, rel: e.rel}))"
    )
    assert links
    for link in links:
        assert re.match(r"https?://|#\w", link["href"] or ""), link
        assert len(link["text"]) > 2, link
        assert "noopener" in link["rel"] or link["target"] != "_blank", link
        if link["href"].startswith("#"):
            assert visit.tab.locator(link["href"]).count() == 1, link


def test_the_languages_are_in_sight(visit: Visit) -> None:
    switch = visit.tab.locator("nav.switch a")
    assert switch.all_text_contents() == ["English", "Español"]
    assert all(link.is_visible() for link in switch.all())
    assert switch.evaluate_all("all => all.map((e) => e.hreflang + e.lang)") == ["enen", "eses"]


def test_paper_shows_the_statement_and_where_to_sign_and_nothing_to_press(browser: Browser) -> None:
    page = gallery("es")["sign-names"]
    context = browser.new_context(color_scheme="dark", viewport={"width": 720, "height": 1000})
    tab = context.new_page()
    tab.set_content(page.html)
    tab.emulate_media(media="print", color_scheme="dark")
    words = tab.evaluate("document.body.innerText")
    assert PETITION_ES.title in words
    assert f"{BASE}/sign/no-troops?lang=es" in words
    assert "use strict" not in words
    assert "schema.org" not in words
    assert not any(one.is_visible() for one in tab.locator("form, nav, button, .jump a").all())
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"
    assert tab.pdf(format="A4").startswith(b"%PDF")
    context.close()
