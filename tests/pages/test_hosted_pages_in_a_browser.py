from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from tools.catalogues import ROOT
from tools.screenshots.gallery import gallery, mails

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from playwright.sync_api import Page as Tab
    from playwright.sync_api import Request

    Open = Callable[..., AbstractContextManager[tuple[Tab, list[Request]]]]

pytestmark = pytest.mark.browser

# Short words, long words, and words from the right.
LANGUAGES = ("en", "es", "ar")
PAGES = {language: gallery(language) for language in LANGUAGES}
# Pages to look at: without its mark, the one that confirms waits to be pressed by hand.
STILL = {
    language: {name: replace(page, html=page.html.replace(" data-press", "")) for name, page in pages.items()}
    for language, pages in PAGES.items()
}
MAILS = {language: mails(language) for language in LANGUAGES}
NAMES = sorted(PAGES["en"])
# At rest the long words and those from the right are enough: the short ones need less room and stand in the same elements.
RESTING = ("es", "ar")
AXE = Axe()


# One tab for everything that is asked of a page at rest.
@pytest.fixture(scope="module", params=product(RESTING, NAMES), ids="-".join)
def resting(opened: Open, request: pytest.FixtureRequest) -> Iterator[Tab]:
    language, name = request.param
    with opened(STILL[language][name], color_scheme="light", reduced_motion="reduce") as (tab, _):
        yield tab


def test_axe_finds_nothing_in_either_theme(resting: Tab) -> None:
    assert found_by_axe(resting, {"resultTypes": ["violations"]}) == ""
    resting.emulate_media(color_scheme="dark")
    assert found_by_axe(resting, {"runOnly": ["color-contrast", "link-in-text-block"]}) == ""


def found_by_axe(tab: Tab, options: dict[str, list[str]]) -> str:
    results = AXE.run(tab, options=options)
    return results.generate_report() if results.violations_count else ""


def test_nothing_is_wider_than_the_screen(resting: Tab) -> None:
    for width in (768, 320):
        resting.set_viewport_size({"width": width, "height": 800})
        assert resting.evaluate("document.documentElement.scrollWidth") <= width


def test_what_is_pressed_is_big_enough_for_a_thumb(resting: Tab) -> None:
    # WCAG 2.2, 2.5.8: 24 px, and 44 (2.5.5) wherever there is room; links inside sentences are exempt.
    resting.set_viewport_size({"width": 320, "height": 800})
    roomy = "button, .button, input:not([type=checkbox], .trap *), select, textarea, summary, .switch a, .places a"
    assert [size for size in sizes(resting, roomy) if size < 44] == []
    assert [size for size in sizes(resting, "input[type=checkbox], .summary a, .aside a") if size < 24] == []


def sizes(tab: Tab, selector: str) -> list[float]:
    found: list[float] = (
        tab.locator(selector)
        .locator("visible=true")
        .evaluate_all(
            "all => all.map(e => e.getBoundingClientRect()).map(r => Math.round(Math.min(r.width, r.height)))"
        )
    )
    return found


def test_nothing_moves_for_those_who_do_not_want_it(resting: Tab) -> None:
    moving = resting.evaluate("""() => [...document.querySelectorAll("*")].map(e => getComputedStyle(e)).filter(
        s => s.transitionDuration !== "0s" || s.animationName !== "none" || s.scrollBehavior !== "auto").length""")
    assert moving == 0


# What one Tab after the other reaches, and whether a reader can see that it is there.
FOCUSED = """() => {
  const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
  const over = document.elementFromPoint(r.x + r.width / 2, r.y + Math.min(r.height / 2, 20));
  return {name: e.name || e.textContent.trim(), tag: e.tagName, submits: e.type === "submit",
          ringed: s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2,
          covered: !(over && (over === e || e.contains(over) || over.contains(e)))};
}"""


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", ["sign", "confirm", "withdraw", "unsubscribe", "manage"])
def test_the_keyboard_alone_reaches_the_button_and_shows_the_way(opened: Open, name: str, width: int) -> None:
    with opened(STILL["en"][name], width=width, reduced_motion="reduce") as (tab, sent):
        stops: list[dict[str, Any]] = []
        while not stops or (stops[-1]["tag"] != "BODY" and not stops[-1]["submits"]):
            tab.keyboard.press("Tab")
            stops.append(tab.evaluate(FOCUSED))
        assert [stop for stop in stops if stop["covered"] or not stop["ringed"]] == []
        tab.keyboard.press("Enter")
        expect(tab).to_have_title("answered")
        assert len(sent) == 1


def test_a_page_from_the_right_is_the_mirror_of_one_from_the_left(opened: Open) -> None:
    def edges(language: str) -> dict[str, list[int]]:
        shown = {}
        with opened(STILL[language]["sign-mistakes"]) as (tab, _):
            for selector in (".head", ".panel", ".wrong input[name=email]", ".tick input >> nth=0"):
                box = tab.locator(selector).bounding_box()
                assert box
                shown[selector] = [round(box["x"]), round(1280 - box["x"] - box["width"])]
        return shown

    left, right = edges("en"), edges("ar")
    assert right == {selector: pytest.approx(sides[::-1], abs=2) for selector, sides in left.items()}


def test_in_the_readers_own_colours_nothing_is_lost(opened: Open) -> None:
    with opened(STILL["en"]["sign"], forced_colors="active") as (tab, _):
        invisible = tab.evaluate("""() => [...document.querySelectorAll("button, input, select, progress")].filter(e => {
            const s = getComputedStyle(e);
            return !e.closest(".trap") && e.type !== "checkbox" && e.type !== "hidden" &&
              (s.borderTopStyle === "none" || s.borderTopColor === s.backgroundColor);
        }).map(e => e.outerHTML)""")
    assert invisible == []


# Kept after a run, for whoever wants to look: build/pictures.
PICTURES = ROOT / "build" / "pictures"


@pytest.mark.parametrize("name", sorted(MAILS["en"]))
@pytest.mark.parametrize("language", LANGUAGES)
def test_mails_are_as_readable_as_pages(opened: Open, name: str, language: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with opened(MAILS[language][name], color_scheme="light", width=320) as (tab, _):
        assert found_by_axe(tab, {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}) == ""
        for scheme, paper in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(31, 31, 28)")):
            tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            picture = tab.screenshot(path=PICTURES / f"{name}-{language}-{scheme}.png", full_page=True)
            assert width_of(picture) == 320
            assert tab.locator(".sheet").evaluate("e => getComputedStyle(e).backgroundColor") == paper
        assert found_by_axe(tab, {"runOnly": ["color-contrast", "link-in-text-block"]}) == ""
        assert sizes(tab, ".key-text")[0] >= 44


def width_of(png: bytes) -> int:
    """From the header (PNG, 11.2.1); wider than the window when something sticks out."""
    return int.from_bytes(png[16:20], "big")


# A browser that a person drives says so.
DRIVEN_BY_A_PERSON = "Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false })"
SIGNS: dict[str, Callable[[Tab], object]] = {
    "pointer": lambda tab: tab.mouse.move(200, 200),
    "key": lambda tab: tab.keyboard.press("Shift"),
    "wheel": lambda tab: tab.mouse.wheel(0, 10),
    "a second of looking": lambda tab: tab.evaluate(
        DRIVEN_BY_A_PERSON + "; document.dispatchEvent(new Event('visibilitychange'))"
    ),
}


@pytest.mark.parametrize("sign", SIGNS)
def test_confirming_is_pressed_once_by_a_sign_of_a_person(opened: Open, sign: str) -> None:
    with opened(PAGES["en"]["confirm"]) as (tab, sent):
        SIGNS[sign](tab)
        expect(tab).to_have_title("answered")
        assert [(request.method, request.url) for request in sent] == [
            ("POST", "https://api.example.org/api/confirm/abc")
        ]


def test_merely_loading_it_with_a_program_presses_nothing(opened: Open) -> None:
    with opened(PAGES["en"]["confirm"]) as (tab, sent):
        tab.evaluate(
            "window.dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }))"
        )  # what a script makes is no sign
        tab.wait_for_timeout(1500)
        assert sent == []
        tab.get_by_role("button", name="Confirm my signature").click()
        expect(tab).to_have_title("answered")
        assert len(sent) == 1, "the press by hand and the one by the script are one"


def test_a_person_who_looks_away_within_the_second_has_pressed_nothing(opened: Open) -> None:
    with opened(PAGES["en"]["confirm"]) as (tab, sent):
        away = "Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });"
        tab.evaluate(
            DRIVEN_BY_A_PERSON
            + "; document.dispatchEvent(new Event('visibilitychange'));"
            + away
            + "document.dispatchEvent(new Event('visibilitychange'))"
        )
        tab.wait_for_timeout(1500)
        assert sent == []


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
        tab.keyboard.press("Tab")
        tab.keyboard.press("Enter")
        assert tab.evaluate("document.activeElement.id") == "f-given_name"
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
        tab.get_by_label("Email address").press("Enter")
        assert tab.evaluate("presses") == 1


def test_the_form_sends_what_was_typed_with_its_origin(opened: Open) -> None:
    with opened(PAGES["es"]["sign"]) as (tab, sent):
        tab.get_by_label("Nombre", exact=True).fill("María José")
        tab.get_by_label("Correo electrónico").fill("maria@example.org")
        tab.get_by_label("País").select_option("Perú")
        tab.get_by_label("World BEYOND War puede").check()
        tab.locator("form button").click()
        expect(tab).to_have_title("answered")
    assert sent[0].post_data_json == {
        "lang": "es", "given_name": "María José", "family_name": "", "email": "maria@example.org", "country": "PE",
        "organization": "", "custom.chapter": "", "consents": "wbw", "website": "",
    }  # fmt: skip
    assert sent[0].headers["origin"] == "https://api.example.org"


def test_the_link_is_copied(opened: Open) -> None:
    with opened(PAGES["en"]["thanks-confirmed"], permissions=["clipboard-read", "clipboard-write"]) as (tab, _):
        tab.get_by_role("button", name="Copy the link").click()
        tab.get_by_role("button", name="Copied").wait_for()
        assert tab.evaluate("navigator.clipboard.readText()").endswith("/sign/stop-funding?lang=en&source=link")


def test_the_button_stays_in_reach_while_a_long_statement_is_read(opened: Open) -> None:
    with opened(PAGES["en"]["sign"], width=320) as (tab, _):
        jump = tab.locator(".jump a")
        expect(jump).to_be_in_viewport(ratio=1)
        jump.click()
        expect(tab.get_by_role("heading", name="Add your name")).to_be_in_viewport()


@pytest.mark.parametrize("name", ["sign", "sign-picture", "sign-poster"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1280, 720), (390, 844), (320, 568), (768, 1024)])
def test_the_button_that_leads_to_signing_is_in_view_from_the_beginning(
    opened: Open, language: str, name: str, width: int, height: int
) -> None:
    with opened(PAGES[language][name], width=width) as (tab, _):
        tab.set_viewport_size({"width": width, "height": height})
        shown = tab.locator(".jump a:visible, .panel button[type=submit]:visible").first
        expect(shown).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("name", ["sign-picture", "sign-poster"])
@pytest.mark.parametrize("width", [1280, 320])
def test_nothing_moves_when_a_picture_arrives(opened: Open, name: str, width: int) -> None:
    with opened(PAGES["es"][name], width=width) as (tab, _):
        where = "() => [...document.images, document.querySelector('.progress')].map(e => JSON.stringify(e.getBoundingClientRect()))"
        tab.wait_for_function("[...document.images].every(image => image.complete && image.naturalWidth)")
        after = tab.evaluate(where)
        tab.route("**/pictures/**", lambda _: None)  # never answered
        tab.reload(wait_until="domcontentloaded")
        assert tab.evaluate(where) == after


def test_a_picture_is_never_larger_than_it_is(opened: Open) -> None:
    page = PAGES["en"]["sign-picture"]
    small = replace(page, html=re.sub('width="1600" height="1067"', 'width="120" height="80"', page.html))
    with opened(small) as (tab, _):
        assert tab.locator(".picture").bounding_box()["width"] == 120  # type: ignore[index]


def test_the_button_at_the_edge_covers_no_field_that_has_the_focus(opened: Open) -> None:
    with opened(PAGES["es"]["sign"], width=1280, reduced_motion="reduce") as (tab, _):
        tab.set_viewport_size({"width": 1280, "height": 800})
        covered = """() => {
          const field = document.activeElement.getBoundingClientRect();
          const act = document.querySelector(".act").getBoundingClientRect();
          return document.activeElement.matches("form :not(.act *)") && field.bottom > act.top && field.top < act.bottom && field.left < act.right && field.right > act.left;
        }"""
        tab.locator("[name=given_name]").focus()
        for _ in range(14):
            assert not tab.evaluate(covered), tab.evaluate("document.activeElement.outerHTML")
            tab.keyboard.press("Tab")


@pytest.mark.parametrize(("width", "is_row"), [(1280, True), (390, True), (320, False)])
def test_names_stand_in_one_row_where_there_is_room(opened: Open, width: int, is_row: bool) -> None:
    with opened(PAGES["es"]["sign"], width=width) as (tab, _):
        given, family = (tab.locator(f"[name={name}]").bounding_box() for name in ("given_name", "family_name"))
        assert given
        assert family
        assert (given["y"] == family["y"]) is is_row


def test_a_frame_on_a_light_page_is_light_where_the_system_is_dark(opened: Open) -> None:
    def look(html: str) -> list[str]:
        page = replace(PAGES["en"]["sign-frame"], html=html)
        with opened(page, color_scheme="dark") as (tab, _):
            style = "getComputedStyle(document.{}).{}"
            found: list[str] = tab.evaluate(
                f"[{style.format('documentElement', 'colorScheme')}, {style.format('body', 'backgroundColor')}]"
            )
            return found

    light = PAGES["en"]["sign-frame"].html
    assert look(light) == ["light", "rgb(251, 250, 247)"]
    assert look(light.replace(' data-theme="light"', "")) == ["light dark", "rgb(23, 23, 21)"]
    assert look(light.replace(' data-theme="light"', ' data-theme="dark"')) == ["dark", "rgb(23, 23, 21)"]


def test_a_frame_on_a_dark_page_is_dark_where_the_system_is_light(opened: Open) -> None:
    frame = PAGES["en"]["sign-frame"]
    dark = replace(frame, html=frame.html.replace(' data-theme="light"', ' data-theme="dark"'))
    with opened(dark, color_scheme="light") as (tab, _):
        assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 23, 21)"
        assert found_by_axe(tab, {"runOnly": ["color-contrast"]}) == ""


def test_what_is_hidden_is_shown_nowhere_and_takes_no_focus(resting: Tab) -> None:
    hidden = resting.locator("input[type=hidden], [hidden], [hidden] *")
    assert (
        hidden.evaluate_all("all => all.filter(one => one.getClientRects().length > 0).map(one => one.outerHTML)") == []
    )


@pytest.mark.parametrize("name", ["sign", "sign-letter"])
def test_a_petition_is_printed_on_one_sheet(opened: Open, name: str) -> None:
    with opened(PAGES["es"][name]) as (tab, _):
        margins = {"top": "1cm", "bottom": "1cm", "left": "1cm", "right": "1cm"}
        assert len(re.findall(rb"/Type /Page\b", tab.pdf(format="A4", margin=margins))) == 1  # type: ignore[arg-type]
        for paper in ("A4", "Letter"):  # with margins of its own
            assert len(re.findall(rb"/Type /Page\b", tab.pdf(format=paper, prefer_css_page_size=True))) == 1


def test_one_press_corrects_a_mistyped_address(opened: Open) -> None:
    with opened(PAGES["es"]["thanks-mistyped"]) as (tab, sent):
        expect(tab.locator(".correction")).to_contain_text("Le escribimos a")
        tab.get_by_role("button", name="Corregirla a").click()
        expect(tab).to_have_title("answered")
    assert sent[0].post_data_json == {
        "lang": "es", "email": "maria@gmail.com", "_instead_of": "maria@gmial.com",
    }  # fmt: skip
