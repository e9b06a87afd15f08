"""What organisers do most in the dashboard: find a name, withdraw several, a link for a partner, the form in their colours, a copy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.test_dashboard import AXE, PETITION, a_tab, call, enter, go, signed, unfold

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
COPY = "the-copy"


def test_a_name_is_found_and_several_are_withdrawn(signed: Site, browser: Browser) -> None:
    for one in range(3):
        typed = {"email": f"zoe{one}@example.org", "given_name": "Zoë", "family_name": f"Zárate {one}", "country": "PE"}
        call(signed, "POST", f"/campaigns/{PETITION}/signatures", typed)
    signed.stack.drain()
    with a_tab(signed, browser, viewport={"width": 320, "height": 700}) as page:
        enter(page, signed.key)
        go(page, f"campaigns/{PETITION}/signatures")
        page.get_by_label("Find by name or email address").fill("zarate zoe")
        page.keyboard.press("Enter")
        names = page.locator("tbody th")
        expect(names).to_have_count(3)
        assert page.get_by_role("group", name="Latest signatures").evaluate(
            "list => list.scrollWidth <= list.clientWidth"
        )
        expect(page.get_by_text(re.compile("^3 found; [0-9]+ of about"))).to_be_visible()
        page.get_by_label("Select Zoë Zárate 0").check()
        expect(page.get_by_text("1 selected")).to_be_visible()
        page.get_by_role("button", name="Select all shown").click()
        page.get_by_role("button", name="Withdraw 3").click()
        dialog = page.locator("dialog")
        expect(dialog).to_contain_text("Withdraw these 3 signatures?")
        expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
        dialog.get_by_role("button", name="Withdraw 3").click()
        expect(page.locator("#said")).to_have_text("3 signatures withdrawn.")
        page.get_by_label("Find by name or email address").fill("zarate")
        page.keyboard.press("Enter")
        expect(page.get_by_text("No signatures here.")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_partner_gets_a_link_with_its_code_and_its_count(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser, accept_downloads=True) as page:
        enter(page, signed.key)
        go(page, f"campaigns/{PETITION}/share")
        page.get_by_label("Name, such as Radio Lima").fill("Radio Ñandú 95")
        page.get_by_role("button", name="Make the link").click()
        dialog = page.locator("dialog")
        expect(dialog.get_by_role("textbox")).to_have_value(re.compile(r"lang=en&source=radio-nandu-95$"))
        results = AXE.run(page)
        assert results.violations_count == 0, results.generate_report()
        for kind, begins in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
            with page.expect_download() as download:
                dialog.get_by_role("button", name=f"Download as {kind}").click()
            assert download.value.suggested_filename == f"{PETITION}-radio-nandu-95.{kind.lower()}"
            assert download.value.path().read_bytes().startswith(begins)
        dialog.get_by_role("button", name="Close").click()
        typed = {"email": "radio@example.org", "given_name": "Ana", "family_name": "Paz", "country": "PE"}
        call(signed, "POST", f"/campaigns/{PETITION}/signatures", typed | {"source": "radio-nandu-95"})
        go(page, "")
        go(page, f"campaigns/{PETITION}/share")
        row = page.get_by_role("row", name=re.compile("Radio Ñandú 95"))
        expect(row).to_contain_text("0 · 0%")  # not confirmed yet


def test_a_partner_has_a_name_for_everybody_until_it_is_taken_away(signed: Site, browser: Browser) -> None:
    def names() -> dict[str, str]:
        found: dict[str, str] = call(signed, "GET", f"/admin/campaigns/{PETITION}")["source_names"]
        return found

    typed = {"email": "press@example.org", "given_name": "Ana", "family_name": "Paz", "country": "PE"}
    call(signed, "POST", f"/campaigns/{PETITION}/signatures", typed | {"source": "the-press"})
    with a_tab(signed, browser, viewport={"width": 320, "height": 700}) as page:
        enter(page, signed.key)
        go(page, f"campaigns/{PETITION}/share")
        before = names()
        page.get_by_label("Name, such as Radio Lima").fill("The Press")
        page.get_by_role("button", name="Make the link").click()
        expect(page.get_by_role("dialog").get_by_role("textbox")).to_have_value(re.compile("source=the-press$"))
        page.keyboard.press("Escape")
        page.get_by_label("Name, such as Radio Lima").fill("THE PRESS!")
        page.get_by_role("button", name="Make the link").click()
        expect(page.get_by_role("dialog").get_by_role("textbox")).to_have_value(re.compile("source=the-press-2$"))
        page.keyboard.press("Escape")
        assert names() == before | {"the-press": "The Press", "the-press-2": "THE PRESS!"}
        changed = call(signed, "GET", f"/admin/campaigns/{PETITION}")
        version = {"If-Match": f'"{changed["version"]}"'}
        call(signed, "PATCH", f"/admin/campaigns/{PETITION}", {"goal": changed["goal"] + 1}, **version)
        page.get_by_role("button", name="Rename The Press", exact=True).click()
        page.get_by_role("dialog").get_by_label("Name").fill("Our paper")
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_have_text("Renamed.")
        expect(page.get_by_role("row", name=re.compile("Our paper"))).to_be_visible()
        results = AXE.run(page)
        assert results.violations_count == 0, results.generate_report()
        page.get_by_role("button", name="Remove: THE PRESS!").click()
        page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        expect(page.locator("#said")).to_have_text("Removed from the list.")
        assert names() == before | {"the-press": "Our paper"}
        page.locator("#toast").get_by_role("button", name="Undo").click()
        expect(page.get_by_role("row", name=re.compile("THE PRESS!"))).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.evaluate("localStorage.clear()")
        go(page, f"campaigns/{PETITION}/signatures")
        page.get_by_role("button", name="Ana Paz").first.click()
        expect(page.get_by_role("dialog")).to_contain_text("Our paper")


def test_what_was_done_goes_by_itself_and_what_went_wrong_stays(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser) as page:
        page.clock.install()
        enter(page, signed.key)
        go(page, f"campaigns/{PETITION}/share")
        said, copy = page.locator("#said"), page.get_by_role("button", name="Copy", exact=True).first
        copy.click()
        expect(said).to_have_text("Copied.")
        page.clock.run_for(7_000)
        expect(said).to_have_text("Copied.")
        page.clock.run_for(2_000)
        expect(page.locator("#toast")).to_be_hidden()
        copy.click()
        page.locator("#toast").hover()
        page.clock.run_for(20_000)
        expect(said).to_have_text("Copied.")
        page.mouse.move(1, 1)
        page.clock.run_for(9_000)
        expect(said).to_have_text("")
        page.get_by_label("Name, such as Radio Lima").fill("!!!")
        page.keyboard.press("Enter")
        page.clock.run_for(60_000)
        expect(said).to_have_text("Give it a name with at least one letter or number.")
        page.locator("#toast").get_by_role("button", name="Dismiss").press("Enter")
        expect(said).to_have_text("")
        expect(page.locator(":focus")).to_have_count(1)
        copy.click()
        page.keyboard.press("Escape")
        expect(said).to_have_text("")


def test_the_overview_reads_its_numbers_again_while_it_is_looked_at(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser) as page:
        page.clock.install()
        enter(page, signed.key)
        go(page, f"campaigns/{PETITION}")
        pending = page.locator(".figures > div", has_text="Not confirmed yet").locator("dd")
        before = int(pending.inner_text())
        page.get_by_text("As a table").click()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if "/admin/" in request.url else None)
        typed = {"email": "late@example.org", "given_name": "Ana", "family_name": "Late", "country": "PE"}
        call(signed, "POST", f"/campaigns/{PETITION}/signatures", typed)
        signed.stack.drain()
        page.clock.run_for(31_000)
        expect(pending).to_have_text(str(before + 1))
        expect(page.locator("#said")).to_have_text("")
        expect(page.locator("details[open]")).to_have_count(1)  # what is unfolded stays so
        assert [url.rpartition("/")[2] for url in asked] == ["counts"]
        page.evaluate("Object.defineProperty(document, 'hidden', { get: () => window.away, configurable: true })")
        page.evaluate("window.away = true")
        page.clock.run_for(300_000)
        assert len(asked) <= 2  # one may have been on its way
        asked_before = len(asked)
        with page.expect_request(re.compile("/counts$")):
            page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
        assert len(asked) == asked_before + 1


def test_the_form_is_shown_and_written_as_it_was_chosen(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        go(page, f"campaigns/{PETITION}/share")
        page.get_by_text("Make it look like your page").click()
        frame = page.frame_locator(".sample iframe")
        expect(frame.get_by_role("heading", level=2).first).to_be_visible()
        page.get_by_label("Light or dark").select_option("dark")
        page.get_by_label("Corners").select_option(label="Square")
        page.get_by_label("Color").fill("#aa2200")
        page.get_by_label("Leave out title and summary").check()
        text = page.get_by_role("textbox", name="The form, for most pages")
        expect(text).to_have_value(
            re.compile('theme="dark" compact style="[^"]*;--undersigned-accent:#aa2200;--undersigned-radius:0"')
        )
        form = frame.locator("undersigned-form")
        expect(form).to_have_attribute("theme", "dark")
        assert form.evaluate("one => one.style.getPropertyValue('--undersigned-accent')") == "#aa2200"
        assert (
            page.locator(".sample iframe").get_attribute("sandbox") == "allow-scripts"
        )  # no origin, and no form is sent


def test_a_campaign_is_copied_seen_by_a_private_link_and_deleted(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        go(page, f"campaigns/{PETITION}/settings")
        unfold(page, "Open, close, copy, archive")
        page.get_by_role("button", name="Duplicate campaign").click()
        dialog = page.locator("dialog")
        dialog.get_by_label("Short name for the address").fill(PETITION)
        dialog.get_by_role("button", name="Duplicate campaign").click()
        expect(dialog).to_contain_text("There is a campaign with this short name already")
        dialog.get_by_label("Short name for the address").fill(COPY)
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_have_attribute("data-at", f"#/campaigns/{COPY}/settings")
        copied, original = (call(signed, "GET", f"/admin/campaigns/{one}") for one in (COPY, PETITION))
        assert (copied["state"], copied["opens_at"], copied["closes_at"]) == ("draft", None, None)
        assert {copied[one] == original[one] for one in ("fields", "sponsors", "sender", "goal")} == {True}
        titles = {language: text.pop("title") for language, text in copied["texts"].items()}
        before = {language: text.pop("title") for language, text in original["texts"].items()}
        assert titles == {"en": f"{before['en']} (copy)", "es": f"{before['es']} (copia)"}
        assert copied["texts"] == original["texts"]
        page.get_by_role("button", name="Private preview link").first.click()
        link = dialog.get_by_role("textbox").input_value()
        dialog.get_by_role("button", name="Close").click()
        stranger = browser.new_page()
        stranger.goto(link)
        expect(stranger.get_by_role("note")).to_contain_text("This is a draft.")
        expect(stranger.locator("form button[type=submit]")).to_be_disabled()
        stranger.close()
        go(page, "")
        page.get_by_role("button", name="Drafts (1)").click()
        expect(page.locator(".campaigns > li")).to_have_count(1)
        go(page, f"campaigns/{COPY}/settings")
        unfold(page, "Open, close, copy, archive")
        page.get_by_role("button", name="Delete campaign").click()
        dialog.get_by_role("button", name="Delete campaign").click()
        expect(page.locator("#said")).to_have_text("The campaign is deleted.")
        expect(page.locator("main h1")).to_have_text("Campaigns")


def people_called(site: Site, family: str, *given_names: str) -> None:
    for given in given_names:
        typed = {"email": f"{given}-{family}@example.org", "given_name": given, "family_name": family, "country": "PE"}
        call(site, "POST", f"/campaigns/{PETITION}/signatures", typed)
    site.stack.drain()


def check_with_axe(page: Page) -> None:
    results = AXE.run(page)
    assert results.violations_count == 0, results.generate_report()


def test_odd_names_are_suggested_and_hidden_with_one_reason(signed: Site, browser: Browser) -> None:
    people_called(signed, "Mouse", "Mickey", "Minnie")
    with a_tab(signed, browser, viewport={"width": 390, "height": 844}) as page:
        enter(page, signed.key)
        go(page, f"campaigns/{PETITION}/signatures")
        page.get_by_label("State").select_option(label="Names that look odd")
        names = page.locator("tbody th")
        expect(names).to_have_count(2)
        expect(names.first).to_contain_text("a name known from jokes")
        page.get_by_role("button", name="Select all shown").click()
        page.get_by_role("button", name="Hide 2 from the list").click()
        dialog = page.locator("dialog")
        expect(dialog.get_by_label("Why")).to_be_focused()
        check_with_axe(page)
        dialog.get_by_label("Why").fill("Nobody has this name")
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_contain_text("2 hidden.")
        expect(page.get_by_role("button", name="Select all shown")).to_be_focused()
        expect(page.locator("tbody input:checked")).to_have_count(0)
        page.locator("#toast").get_by_role("button", name="Undo").click()
        expect(page.locator("#said")).to_have_text("Undone.")
        expect(page.locator("tbody .tag")).to_have_count(0)
        page.get_by_role("button", name="Select all shown").click()
        page.get_by_role("button", name="Hide 2 from the list").click()
        expect(dialog.get_by_label("Why")).to_have_value("Nobody has this name")
        page.keyboard.press("Enter")
        expect(page.locator("tbody .tag")).to_have_count(2)
        page.get_by_label("State").select_option(label="Hidden")
        expect(names).to_have_count(2)
        expect(names.first.locator(".tag")).to_have_text("Hidden")
        page.get_by_role("button", name="Minnie Mouse").click()
        expect(dialog).to_contain_text("Nobody has this name")
        dialog.get_by_role("button", name="Show again").click()
        expect(page.locator("tbody .tag")).to_have_count(1)
        check_with_axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_name_is_hidden_by_the_keyboard_alone_while_the_list_has_the_focus(signed: Site, browser: Browser) -> None:
    people_called(signed, "Zúñiga", "Xenia", "Ximena")
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        go(page, f"campaigns/{PETITION}/signatures")
        page.get_by_label("Find by name or email address").fill("zuniga")
        page.keyboard.press("Enter")
        expect(page.locator("tbody th")).to_have_count(2)
        page.get_by_label("Find by name or email address").press_sequentially("jkh")
        expect(page.get_by_label("Find by name or email address")).to_have_value("zunigajkh")
        page.get_by_role("group", name="Latest signatures").focus()
        for key, name in (("j", "Ximena"), ("j", "Xenia"), ("k", "Ximena"), ("k", "Ximena")):
            page.keyboard.press(key)
            expect(page.get_by_role("button", name=f"{name} Zúñiga")).to_be_focused()
        dialog = page.locator("dialog")
        page.keyboard.press("h")
        expect(dialog.get_by_label("Why")).to_have_value("")
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(page.get_by_role("button", name="Ximena Zúñiga")).to_be_focused()
        page.keyboard.press("h")
        page.keyboard.type("a joke")
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_contain_text("1 hidden.")
        expect(page.get_by_role("button", name="Ximena Zúñiga")).to_be_focused()
        page.keyboard.press("h")
        expect(page.locator("#said")).to_have_text("1 shown again.")
        expect(page.locator("tbody .tag")).to_have_count(0)


def test_comments_are_read_and_published_together(signed: Site, browser: Browser) -> None:
    letter = "halt-military-aid"
    stored = call(signed, "GET", f"/admin/campaigns/{letter}")
    changes = {"fields": [*stored["fields"], {"name": "comment"}], "show_signers": True, "show_comments": True}
    version = {"If-Match": f'"{stored["version"]}"'}
    call(signed, "PATCH", f"/admin/campaigns/{letter}", changes | {"confirmation": "single"}, **version)
    required = {one["name"]: "Nurse" for one in stored["fields"] if one.get("required")}
    for one, comment in enumerate(("Peace first.", "Spam!", "For my sister.")):
        typed = {"email": f"c{one}@example.org", "given_name": f"Ida {one}", "family_name": "Paz", "country": "PE"}
        told = {"comment": comment, "comment_notice": "1", "public": True}
        call(signed, "POST", f"/campaigns/{letter}/signatures", required | typed | told)
    signed.stack.drain()
    with a_tab(signed, browser, viewport={"width": 390, "height": 844}) as page:
        enter(page, signed.key)
        go(page, f"campaigns/{letter}")
        page.get_by_role("link", name="3 comments wait for your review.").click()
        expect(page.get_by_label("State").locator("option:checked")).to_have_text("Comments to review")
        expect(page.locator("tbody blockquote")).to_have_text(["For my sister.", "Spam!", "Peace first."])
        page.get_by_label("Select Ida 0 Paz").check()
        page.get_by_label("Select Ida 2 Paz").check()
        check_with_axe(page)
        page.get_by_role("button", name="Publish 2", exact=True).click()
        expect(page.locator("#said")).to_have_text("2 comments published.")
        expect(page.locator("tbody input:checked")).to_have_count(0)
        check_with_axe(page)
        page.get_by_label("State").select_option(label="Published comments")
        expect(page.locator("tbody blockquote")).to_have_text(["For my sister.", "Peace first."])
        page.get_by_role("button", name="Ida 0 Paz").click()
        expect(page.locator("dialog")).to_contain_text("Publishing: Published")
        page.locator("dialog").get_by_role("button", name="Do not publish the comment").click()
        expect(page.locator("#said")).to_have_text("1 comment not published.")
        page.goto(f"{signed.stack.url}/sign/{letter}?lang=en")
        expect(page.locator(".voices blockquote")).to_have_text(["For my sister."])
        expect(page.get_by_text("May be published with your name")).to_be_visible()
        check_with_axe(page)
