"""A campaign's emails in the dashboard: seen as they will arrive, written beside their preview, and tried as a signer would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.test_dashboard import AXE, PETITION, a_tab, call, go

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.e2e.conftest import Site

pytestmark = [
    pytest.mark.engine,
    pytest.mark.browser,
    # The dashboard's other tests run on both engines; these are about what an organiser sees.
    pytest.mark.parametrize("site", [("dynoxide", "/api")], ids=["dynoxide-stage"], indirect=True, scope="module"),
]
MESSAGES = f"campaigns/{PETITION}/messages/emails"


@pytest.fixture(scope="module")
def member(site: Site) -> str:
    """The secret of a member's session."""
    call(site, "POST", "/admin/members", {"email": "rosa@example.org", "name": "Rosa", "role": "admin"})
    site.stack.drain()
    mail = next(mail for mail in reversed(site.stack.outbox()) if mail["to"] == "rosa@example.org")
    token = re.search(r"#sign-in=([A-Za-z0-9_-]+)", mail["text"])
    assert token
    return str(call(site, "POST", "/admin/sessions", {"token": token[1]})["secret"])


def opened(page: Page, secret: str) -> None:
    page.evaluate("secret => sessionStorage.setItem('undersigned-key', secret)", secret)
    page.reload()
    go(page, MESSAGES)
    expect(page.frame_locator("iframe.mail").locator("h1")).to_be_visible()


def in_frame(page: Page, read: str) -> Any:
    return page.frame_locator("iframe.mail").locator("a.key-text").evaluate(f"element => {read}")


def test_an_email_looks_as_it_will_and_runs_nothing(site: Site, browser: Browser, member: str) -> None:
    with a_tab(site, browser) as page:
        opened(page, member)
        frame = page.locator("iframe.mail")
        assert frame.get_attribute("sandbox") == "allow-same-origin"
        assert in_frame(page, "getComputedStyle(element).paddingTop") == "14px"
        assert in_frame(page, "element.ownerDocument.querySelectorAll('a[href], script').length") == 0
        expect(page.frame_locator("iframe.mail").locator("h1")).to_contain_text("Please confirm your signature on")
        page.get_by_role("button", name="Phone").click()
        expect(page.locator(".sheet.phone iframe")).to_be_visible()
        assert frame.evaluate("frame => frame.offsetWidth") == 375
        page.get_by_role("button", name="Text").click()
        expect(page.locator(".sheet pre")).to_contain_text("Please confirm your signature on “")
        page.locator("main").get_by_label("Language").select_option("es")
        expect(page.locator(".sheet pre")).to_contain_text("Por favor, confirme su firma en «")


def test_words_are_written_beside_the_email_and_saved(site: Site, browser: Browser, member: str) -> None:
    with a_tab(site, browser) as page:
        opened(page, member)
        page.get_by_label("Email", exact=True).select_option("thanks")
        page.get_by_label("Opening words").fill("Dear ")
        page.get_by_role("button", name="first name").click()
        page.keyboard.type(", it counts.")
        body = page.frame_locator("iframe.mail").locator("body")
        expect(body).to_contain_text("Dear María, it counts.")
        page.get_by_label("Subject").fill("Hello {{who}}")
        expect(page.locator(".look .note")).to_contain_text("Only these placeholders can be filled in here")
        go_away = page.evaluate("hash => { location.hash = hash }", f"#/campaigns/{PETITION}")
        assert go_away is None
        page.get_by_role("dialog").get_by_role("button").last.click()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_label("Subject")).to_be_focused()
        expect(page.locator(".field .wrong")).to_contain_text("{{title}}, {{sender}}, {{given_name}}")
        page.get_by_label("Subject").fill("Hello {{given_name}}")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#said")).to_contain_text("Saved.")
        stored = call(site, "GET", f"/admin/campaigns/{PETITION}")["emails"]
        assert stored == {
            "thanks": {
                "en": {"subject": "Hello {{given_name}}", "opening": "Dear {{given_name}}, it counts.", "closing": ""}
            }
        }
        page.get_by_label("Email", exact=True).select_option("thanks")
        for name in ("Subject", "Opening words"):
            page.get_by_label(name).fill("")
        with page.expect_response(lambda answer: answer.request.method == "PATCH"):
            page.get_by_role("button", name="Save").click()
        assert call(site, "GET", f"/admin/campaigns/{PETITION}")["emails"] == {"thanks": {}}


def test_a_test_email_comes_to_whoever_is_signed_in(site: Site, browser: Browser, member: str) -> None:
    with a_tab(site, browser) as page:
        opened(page, member)
        page.get_by_role("button", name="Send me a test").click()
        expect(page.locator("#said")).to_have_text("On its way to rosa@example.org.")
        site.stack.drain()
        assert site.stack.outbox()[-1]["subject"].startswith("[Test] Please confirm")
        opened(page, site.key)
        expect(page.get_by_role("button", name="Send me a test")).to_have_count(0)


def test_one_button_leads_through_a_whole_signature_that_counts_nowhere(
    site: Site, browser: Browser, member: str
) -> None:
    def counts() -> Any:
        site.stack.drain()
        return call(site, "GET", f"/admin/campaigns/{PETITION}/counts")["signatures"]

    before = counts()
    with a_tab(site, browser) as page:
        opened(page, member)
        with page.context.expect_page() as begun:
            page.get_by_role("button", name="Sign as a test").click()
        form = begun.value
        expect(form.locator(".as-test")).to_contain_text("This is a test.")
        form.locator("[name=given_name]").fill("Rosa")
        form.locator("[name=family_name]").fill("Quispe")
        form.locator("[name=email]").fill("rosa@example.org")
        form.locator("[name=country]").select_option("PE")
        form.locator("form button[type=submit]").click()
        expect(form.locator("h1")).to_contain_text("One step left")
        site.stack.drain()
        mail = site.stack.outbox()[-1]
        assert mail["subject"].startswith("[Test] ")
        link = re.search(r"https?://\S+/confirm/\S+", mail["text"])
        assert link
        form.goto(link[0])
        form.locator("form button[type=submit]").click()
        expect(form.locator("h1")).to_have_text("Thank you. Your signature counts.")
        expect(form.locator(".as-test")).to_be_visible()
        found = AXE.run(form)
        assert found.violations_count == 0, found.generate_report()
    assert counts() == before
    site.stack.drain()
    assert site.stack.outbox()[-1]["subject"].startswith("[Test] Thank you")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["en", "es"])
def test_it_fits_and_reads_well_everywhere(
    site: Site, browser: Browser, member: str, width: int, language: str
) -> None:
    with a_tab(site, browser, language, viewport={"width": width, "height": 800}) as page:
        opened(page, member)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found = AXE.run(page)
        assert found.violations_count == 0, found.generate_report()
