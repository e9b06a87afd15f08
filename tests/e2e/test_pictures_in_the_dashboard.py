"""A picture and a logo, from a file on an organiser's disk to the campaign's page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.test_dashboard import AXE, PETITION, a_tab, call, enter, go, signed, unfold
from tests.kit.pictures import a_file, drawn, encoded

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.e2e.conftest import Site

__all__ = ["signed"]
pytestmark = [
    pytest.mark.engine,
    pytest.mark.browser,
    # The dashboard's other tests run on both engines; these are about what an organiser sees.
    pytest.mark.parametrize("site", [("dynoxide", "/api")], ids=["dynoxide-stage"], indirect=True, scope="module"),
]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
WORDS = {"en": ("Picture, logo and color", "Description in English", "Description in Spanish"), "es": ("Imagen, logotipo y color", "Descripción en inglés", "Descripción en español")}  # fmt: skip


def _file(content: bytes, name: str = "banner.jpg", kind: str = "image/jpeg") -> Any:
    return {"name": name, "mimeType": kind, "buffer": content}


def _choose(page: Page, use: str, content: bytes) -> None:
    page.locator(f"[data-use={use}] input[type=file]").set_input_files(_file(content))


def _opened(site: Site, page: Page, language: str = "en") -> None:
    enter(page, site.key)
    go(page, f"campaigns/{PETITION}/settings")
    unfold(page, WORDS[language][0])


def _stored(site: Site) -> Any:
    return call(site, "GET", f"/admin/campaigns/{PETITION}")


@pytest.mark.parametrize(("language", "width", "scheme"), [("en", 1280, "light"), ("es", 320, "dark")])
def test_a_file_becomes_the_picture_of_the_page(
    signed: Site, browser: Browser, language: str, width: int, scheme: Any
) -> None:
    _, english, spanish = WORDS[language]
    with a_tab(signed, browser, language, viewport={"width": width, "height": 800}, color_scheme=scheme) as page:
        _opened(signed, page, language)
        _choose(page, "picture", a_file(1200 + width, 800))
        first = page.locator("[data-use=picture]").get_by_label(english)
        expect(first).to_be_focused(timeout=20_000)
        look = page.frame_locator("iframe.preview").locator("img.picture")
        if width == 1280:
            expect(look).to_be_visible(timeout=20_000)
        page.keyboard.type("People with a banner")
        page.locator("[data-use=picture]").get_by_label(spanish).fill("Gente con una pancarta")
        _choose(page, "logo", encoded(drawn(960, 320, "RGBA"), "PNG"))
        expect(page.locator("[data-use=logo] img").first).to_be_visible(timeout=20_000)
        expect(page.locator("[data-use=logo]").get_by_label(english)).not_to_have_value("")
        results = AXE.run(page, options={"exclude": [["iframe"]]})
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("button", name=re.compile("^(Save|Guardar)$")).click()
        expect(page.locator("#said")).to_contain_text(re.compile("Saved|Guardad"))
    stored = _stored(signed)
    assert stored["picture"]["alt"] == {"en": "People with a banner", "es": "Gente con una pancarta"}
    assert stored["picture"]["id"].endswith("-1600x516" if width == 1280 else "-1520x800"), stored["picture"]
    assert stored["logo"]["id"].endswith("-480x160")


def test_what_is_refused_says_why_and_changes_nothing(signed: Site, browser: Browser) -> None:
    before = _stored(signed)
    with a_tab(signed, browser) as page:
        _opened(signed, page)
        _choose(page, "picture", SVG)
        wrong = page.locator("[data-use=picture] [role=alert]")
        expect(wrong).to_contain_text("SVG files can contain programs", timeout=20_000)
        page.locator("[data-use=picture] input[type=file]").set_input_files(_file(bytes(10 * 1024 * 1024 + 1)))
        expect(wrong).to_contain_text("larger than 10 MB")
    assert _stored(signed) == before


def test_it_is_dropped_described_late_and_removed(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser) as page:
        _opened(signed, page)
        dropped = """([place, bytes]) => {
          const moved = new DataTransfer();
          moved.items.add(new File([new Uint8Array(bytes)], "x.png", { type: "image/png" }));
          for (const kind of ["dragenter", "dragover", "drop"]) place.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: moved }));
        }"""
        place = page.locator("[data-use=picture] .drop").element_handle()
        page.evaluate(dropped, [place, list(a_file(900, 600, "PNG"))])
        described = page.locator("[data-use=picture]").get_by_label("Description in English")
        expect(described).to_be_focused(timeout=20_000)
        page.get_by_role("button", name="Save", exact=True).click()
        mistakes = page.locator(".mistakes")
        expect(mistakes).to_contain_text("Describe it in this language")
        mistakes.get_by_role("link").first.click()
        expect(described).to_be_focused()
        page.get_by_role("button", name="Remove the picture").click()
        expect(page.locator("[data-use=picture] input[type=file]")).to_be_focused()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#said")).to_contain_text("Saved")
    assert _stored(signed)["picture"] is None


def test_a_new_campaign_is_saved_first(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        go(page, "new")
        unfold(page, "Picture, logo and color")
        expect(page.locator("[data-part=images]")).to_contain_text("Save the campaign first.")
