"""Updates to signers in the dashboard: written in each language, tried, sent with the number typed, paused, stopped, and read in figures."""

from __future__ import annotations

import re
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.test_dashboard import AXE, PETITION, a_tab, call, go
from tests.e2e.test_emails_in_the_dashboard import member

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.e2e.conftest import Site

__all__ = ["member"]
pytestmark = [
    pytest.mark.engine,
    pytest.mark.browser,
    # The dashboard's other tests run on both engines; these are about what an organiser sees.
    pytest.mark.parametrize("site", [("dynoxide", "/api")], ids=["dynoxide-stage"], indirect=True, scope="module"),
]
MESSAGES = f"campaigns/{PETITION}/messages"
UPDATES = f"/admin/campaigns/{PETITION}/updates"
NEWS = {"subject": "News, {{given_name}}", "body": "Dear {{given_name}},\n\n**It** moves."}
TEXTS = {"en": NEWS, "es": NEWS}


def asks(site: Site, *, updates: bool) -> None:
    version = call(site, "GET", f"/admin/campaigns/{PETITION}")["version"]
    call(site, "PATCH", f"/admin/campaigns/{PETITION}", {"ask_updates": updates}, **{"If-Match": f'"{version}"'})


def sign(site: Site, *names: str, **more: Any) -> None:
    for name in names:
        typed = {"email": f"{name}@example.org", "given_name": name.title(), "family_name": "Paz", "country": "PE"}
        call(site, "POST", f"/campaigns/{PETITION}/signatures", typed | {"updates": True} | more)
    site.stack.drain()
    mails = [mail for mail in site.stack.outbox() if mail["to"].split("@")[0] in names]
    for mail in mails:
        if link := re.search(r"https?://\S+/confirm/\S+", mail["text"]):
            urllib.request.urlopen(urllib.request.Request(link[0], b""), timeout=30).close()
    site.stack.drain()


@pytest.fixture(scope="module")
def readers(site: Site) -> Site:
    """A campaign with four who want its news, three of them in Spanish."""
    asks(site, updates=True)
    sign(site, "uno", "dos", lang="es")
    sign(site, "tres", lang="es", country="US")
    sign(site, "four", lang="en")
    return site


def opened(page: Page, secret: str, view: str) -> None:
    page.evaluate("secret => sessionStorage.setItem('undersigned-key', secret)", secret)
    page.reload()
    go(page, view)


def draft(site: Site, **changes: Any) -> str:
    return str(call(site, "POST", UPDATES, {"texts": TEXTS, **changes})["id"])


def fill(page: Page, language: str, subject: str, body: str) -> None:
    page.get_by_role("button", name=language).click()
    page.locator(".language:visible").get_by_label("Subject").fill(subject)
    page.locator(".language:visible").get_by_label("Text").fill(body)


def test_a_campaign_that_does_not_ask_says_what_to_do(site: Site, browser: Browser, member: str) -> None:
    asks(site, updates=False)
    with a_tab(site, browser) as page:
        opened(page, member, MESSAGES)
        section = page.get_by_role("region", name="Updates to signers")
        expect(section).to_contain_text("The form does not ask signers")
        expect(section.get_by_role("link", name="Write an update")).to_have_count(0)
        section.get_by_role("link", name="To the setting").click()
        expect(page.get_by_label("Ask signers whether they want news of this campaign by email")).to_be_visible()
    asks(site, updates=True)


def test_an_update_is_written_tried_sent_and_read(readers: Site, browser: Browser, member: str) -> None:
    with a_tab(readers, browser) as page:
        opened(page, member, MESSAGES)
        page.get_by_role("link", name="Write an update").click()
        preview = page.frame_locator("iframe.mail").locator("body")
        expect(page.locator(".look .note")).to_contain_text("as soon as there are a subject and a text in English")
        fill(page, "English", "We meet on Friday", "Dear ")
        page.get_by_role("button", name="first name").click()
        page.keyboard.type(", **come**.")
        expect(preview).to_contain_text("Dear María, come.")
        fill(page, "Spanish", "Nos vemos el viernes", "Hola {{given_name}}, **venga**.")
        expect(preview).to_contain_text("Hola María, venga.")
        page.get_by_label("English").uncheck()
        page.get_by_label("Countries").select_option("Peru")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator(".reach")).to_have_text("Would reach 2 of the 4 who want news.")
        page.get_by_role("button", name="Send me a test").click()
        expect(page.locator("#said")).to_contain_text("On its way to rosa@example.org: English, Spanish.")
        readers.stack.drain()
        tests = [mail["subject"] for mail in readers.stack.outbox()[-2:]]
        assert sorted(tests) == ["[Prueba] Nos vemos el viernes", "[Test] We meet on Friday"]
        sign(readers, "cinco", lang="es")  # meanwhile
        page.get_by_role("button", name="Send…").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("type the number: 3").fill("2")
        page.keyboard.press("Enter")
        expect(dialog.locator(".wrong")).to_have_text("That is not the number. Type 3.")
        sign(readers, "seis", lang="es")  # while somebody types
        dialog.get_by_role("textbox").fill("3")
        page.keyboard.press("Enter")
        expect(dialog.get_by_role("alert")).to_contain_text("it would now reach 4.")
        dialog.get_by_label("type the number: 4").fill("4")
        page.keyboard.press("Enter")
        expect(page.locator(".heading .state").last).to_have_text(re.compile("Being sent|Sent"))
        readers.stack.drain(120)
        expect(page.locator(".heading .state").last).to_have_text("Sent")
        expect(page.locator(".figures div", has_text="Delivered")).to_contain_text("4 · 100%")
        page.get_by_text("What it says").click()
        expect(preview).to_contain_text("Dear María, come.")
        page.get_by_role("link", name="← Messages").click()
        row = page.locator(".updates li", has_text="We meet on Friday")
        expect(row.locator(".tally div", has_text="Recipients")).to_contain_text("4")
        assert page.evaluate("localStorage.length") == 0
    mails = [mail for mail in readers.stack.outbox() if mail["subject"] == "Nos vemos el viernes"]
    assert sorted(mail["to"].partition("@")[0] for mail in mails) == ["cinco", "dos", "seis", "uno"]


def test_a_half_written_draft_is_saved_and_tried_and_says_what_is_missing(
    readers: Site, browser: Browser, member: str
) -> None:
    with a_tab(readers, browser) as page:
        opened(page, member, f"{MESSAGES}/updates/new")
        fill(page, "English", "We meet on Friday", "Come.")
        page.get_by_role("button", name="Save draft").click()
        expect(page.locator("#said")).to_contain_text("The draft is saved.")
        page.get_by_role("button", name="Send me a test").click()
        expect(page.locator("#said")).to_contain_text("On its way to rosa@example.org: English.")
        page.get_by_role("button", name="Send…").click()
        expect(page.locator(".mistakes")).to_be_focused()
        expect(page.locator(".mistakes")).to_contain_text("Before you can send it:")
        expect(page.locator(".mistakes li")).to_have_text(["Spanish: Write it in this language, too."])
        expect(page.get_by_role("button", name=re.compile("Spanish.*mistakes"))).to_be_visible()
        page.locator(".mistakes a").first.click()
        page.locator(".language:visible").get_by_label("Subject").fill("Nos vemos")
        expect(page.get_by_role("button", name=re.compile("Spanish.*mistakes"))).to_have_count(0)
        page.get_by_role("button", name="Send…").click()
        expect(page.locator(".mistakes li")).to_have_text(["Spanish, Text: Fill this in."])
        page.locator(".language:visible").get_by_label("Text").fill("Venga.")
        expect(page.locator(".language:visible .wrong")).to_have_count(0)
        page.get_by_role("button", name="Delete draft").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete draft").click()
        expect(page.locator("#said")).to_have_text("The draft is deleted.")


def test_what_was_not_saved_is_asked_about_and_offered_again(readers: Site, browser: Browser, member: str) -> None:
    with a_tab(readers, browser) as page:
        opened(page, member, f"{MESSAGES}/updates/new")
        fill(page, "English", "Half a thought", "")
        page.evaluate("hash => { location.hash = hash }", f"#/{MESSAGES}")
        page.get_by_role("dialog").get_by_role("button", name="Stay").click()
        page.close()
        tab = page.context.new_page()
        tab.goto(f"{readers.stack.url}/admin?lang=en")
        opened(tab, member, f"{MESSAGES}/updates/new")
        tab.get_by_role("button", name="Bring them back").click()
        expect(tab.locator(".language:visible").get_by_label("Subject")).to_have_value("Half a thought")
        tab.evaluate("hash => { location.hash = hash }", f"#/{MESSAGES}")
        tab.get_by_role("dialog").get_by_role("button").first.click()
        expect(tab.get_by_role("region", name="Updates to signers")).to_be_visible()
        assert tab.evaluate("localStorage.length") == 0


def test_a_draft_that_somebody_else_changed_is_not_overwritten_unseen(
    readers: Site, browser: Browser, member: str
) -> None:
    one = draft(readers)
    with a_tab(readers, browser) as page:
        opened(page, member, f"{MESSAGES}/updates/{one}")
        fill(page, "English", "Mine", "Mine")
        call(readers, "PATCH", f"{UPDATES}/{one}", {"texts": {"en": {"subject": "Theirs"}}})
        page.get_by_role("button", name="Save draft").click()
        expect(page.get_by_role("dialog")).to_contain_text("Somebody else has saved this draft")
        page.get_by_role("dialog").get_by_role("button").last.click()
        assert call(readers, "GET", f"{UPDATES}/{one}")["texts"]["en"]["subject"] == "Theirs"
        page.get_by_role("button", name="Delete draft").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete draft").click()
        expect(page.locator("#said")).to_have_text("The draft is deleted.")


def test_it_is_paused_resumed_and_stopped(readers: Site, browser: Browser, member: str) -> None:
    call(readers, "PUT", "/admin/mail", {"paused": True})
    one = draft(readers)
    reached = call(readers, "GET", f"{UPDATES}/{one}")["recipients"]
    call(readers, "POST", f"{UPDATES}/{one}/send", {"recipients": reached})
    try:
        with a_tab(readers, browser, viewport={"width": 320, "height": 700}) as page:
            opened(page, member, f"{MESSAGES}/updates/{one}")
            expect(page.get_by_role("progressbar", name="How far it is")).to_be_visible()
            page.get_by_role("button", name="Pause").click()
            expect(page.get_by_text(f"Paused after 0 of {reached}.")).to_be_visible()
            page.get_by_role("button", name="Resume").press("Enter")
            expect(page.locator("#said")).to_have_text("It goes on.")
            page.get_by_role("button", name="Stop for good").click()
            dialog = page.get_by_role("dialog")
            expect(dialog).to_contain_text(f"Whoever has not had it yet never gets it: {reached}.")
            expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
            dialog.get_by_role("button", name="Stop for good").click()
            expect(page.locator(".heading .state").last).to_have_text("Stopped")
            expect(page.get_by_role("button", name="Resume")).to_have_count(0)
    finally:
        call(readers, "PUT", "/admin/mail", {"paused": False})


@pytest.mark.parametrize(
    ("width", "language", "scheme"), [(320, "es", "light"), (768, "en", "dark"), (1280, "en", "light")]
)
def test_it_fits_and_reads_well_everywhere(
    readers: Site, browser: Browser, member: str, width: int, language: str, scheme: Any
) -> None:
    one, gone = draft(readers), draft(readers)
    reached = call(readers, "GET", f"{UPDATES}/{gone}")["recipients"]
    call(readers, "POST", f"{UPDATES}/{gone}/send", {"recipients": reached})
    call(readers, "POST", f"{UPDATES}/{gone}/stop")
    screen = {"width": width, "height": 800}
    with a_tab(readers, browser, language, viewport=screen, color_scheme=scheme) as page:
        opened(page, member, MESSAGES)
        for view in (MESSAGES, *(f"{MESSAGES}/updates/{which}" for which in ("new", one, gone))):
            go(page, view)
            if view.endswith(one):
                expect(page.locator(".reach")).not_to_be_empty()
            results = AXE.run(page)
            assert results.violations_count == 0, f"{view}: {results.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width, view
            if width == 1280:
                assert page.evaluate("document.documentElement.scrollHeight") <= 2 * 800, f"{view}: two screens"
        if width < 1120:
            go(page, f"{MESSAGES}/updates/{one}")
            expect(page.locator(".look")).to_be_hidden()
            page.locator(".toggle").press("Enter")
            expect(page.frame_locator("iframe.mail").locator("body")).to_contain_text("María")
    call(readers, "DELETE", f"{UPDATES}/{one}")
