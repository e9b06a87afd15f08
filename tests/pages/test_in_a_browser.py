from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from tests.pages.gallery import gallery, mails

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from playwright.sync_api import Page as Tab
    from playwright.sync_api import Request

    Open = Callable[..., AbstractContextManager[tuple[Tab, list[Request]]]]

pytestmark = pytest.mark.browser

PAGES = {language: gallery(language) for language in ("en", "es")}
# Pages to look at: without its mark, the one that confirms waits to be pressed by hand.
STILL = {
    language: {name: replace(page, html=page.html.replace(" data-press", "")) for name, page in pages.items()}
    for language, pages in PAGES.items()
}
MAILS = {language: mails(language) for language in ("en", "es")}
NAMES = sorted(PAGES["en"])
AXE = Axe()


# English in light, Spanish in dark: every page, every sentence and every colour is seen once.
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("es", "dark")])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing(opened: Open, name: str, language: str, scheme: str) -> None:
    with opened(STILL[language][name], color_scheme=scheme) as (tab, _):
        results = AXE.run(tab, options={"resultTypes": ["violations", "incomplete"]})
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("es", "dark")])
@pytest.mark.parametrize("name", sorted(MAILS["en"]))
def test_mails_are_as_readable_as_pages(opened: Open, name: str, language: str, scheme: str) -> None:
    with opened(MAILS[language][name], color_scheme=scheme, width=320) as (tab, _):
        results = AXE.run(tab, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [320, 768])
def test_nothing_is_wider_than_the_screen(opened: Open, name: str, width: int) -> None:
    with opened(STILL["es"][name], width=width) as (tab, _):
        assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", NAMES)
def test_what_is_pressed_is_big_enough_for_a_thumb(opened: Open, name: str) -> None:
    # WCAG 2.2, 2.5.8: 24 px; links inside sentences are exempt.
    with opened(STILL["en"][name], width=320) as (tab, _):
        sizes = tab.locator("button:visible, .button:visible, input:visible, select, summary").evaluate_all(
            "all => all.map(e => Math.min(e.getBoundingClientRect().width, e.getBoundingClientRect().height))"
        )
    assert [size for size in sizes if size < 24] == []


def test_confirming_is_pressed_once_the_page_is_seen(opened: Open) -> None:
    with opened(PAGES["en"]["confirm"]) as (tab, sent):
        tab.wait_for_function("document.title === 'answered'")
        assert [(request.method, request.url) for request in sent] == [
            ("POST", "https://api.example.org/api/confirm/abc")
        ]


def test_a_page_nobody_looks_at_presses_nothing(opened: Open) -> None:
    hidden = PAGES["en"]["confirm"]
    with opened(hidden, java_script_enabled=False) as (tab, sent):
        tab.wait_for_timeout(200)
        assert sent == []
        tab.get_by_role("button", name="Confirm my signature").click()
        assert len(sent) == 1


@pytest.mark.parametrize("name", ["withdraw", "unsubscribe", "manage", "sign"])
def test_nothing_else_presses_itself(opened: Open, name: str) -> None:
    with opened(PAGES["en"][name]) as (tab, sent):
        tab.wait_for_timeout(200)
        assert sent == []


def test_the_summary_of_mistakes_has_the_focus_and_leads_to_the_field(opened: Open) -> None:
    with opened(PAGES["en"]["sign-mistakes"]) as (tab, _):
        assert tab.evaluate("document.activeElement.id") == "errors"
        tab.get_by_role("link", name="Choose your country.").click()
        assert tab.evaluate("document.activeElement.id") == "f-country"


def test_a_pressed_button_cannot_be_pressed_again(opened: Open) -> None:
    with opened(PAGES["en"]["sign"]) as (tab, _):
        # The answer takes its time: the page stays as it was when the button was pressed.
        tab.evaluate("""() => {
            window.presses = 0;
            document.querySelector("form").addEventListener("submit", (e) => { e.preventDefault(); presses += 1; });
        }""")
        button = tab.locator("form button")
        button.click()
        expect(button).to_be_disabled()
        expect(button).to_have_text("Sending…")
        button.click(force=True)
        tab.get_by_label("E-mail address").press("Enter")
        assert tab.evaluate("presses") == 1


def test_the_form_sends_what_was_typed_with_its_origin(opened: Open) -> None:
    with opened(PAGES["es"]["sign"]) as (tab, sent):
        tab.get_by_label("Nombre", exact=True).fill("María José")
        tab.get_by_label("Correo electrónico").fill("maria@example.org")
        tab.get_by_label("País").select_option("Perú")
        tab.get_by_label("World BEYOND War puede").check()
        tab.locator("form button").click()
        tab.wait_for_function("document.title === 'answered'")
    assert sent[0].post_data_json == {
        "lang": "es", "given_name": "María José", "family_name": "", "email": "maria@example.org", "country": "PE",
        "organization": "", "custom.chapter": "", "consents": "wbw", "website": "",
    }  # fmt: skip
    assert sent[0].headers["origin"] == "https://api.example.org"


def test_the_link_is_copied(opened: Open) -> None:
    with opened(PAGES["en"]["thanks-confirmed"], permissions=["clipboard-read", "clipboard-write"]) as (tab, _):
        tab.get_by_role("button", name="Copy").click()
        tab.get_by_role("button", name="Copied").wait_for()
        assert tab.evaluate("navigator.clipboard.readText()").endswith("/sign/stop-funding?lang=en&source=link")


def test_the_button_stays_in_reach_while_a_long_statement_is_read(opened: Open) -> None:
    with opened(PAGES["en"]["sign"], width=320) as (tab, _):
        jump = tab.locator(".jump a")
        expect(jump).to_be_in_viewport(ratio=1)
        jump.click()
        expect(tab.get_by_role("heading", name="Add your name")).to_be_in_viewport()
