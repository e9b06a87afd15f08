"""Signing in by email, members, sessions and the log, in a real browser on the local stack."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.test_dashboard import AXE, a_tab, call, enter, go

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.e2e.conftest import Site

pytestmark = [pytest.mark.engine, pytest.mark.browser]
KEPT = "undersigned-key"


def invite(site: Site, email: str, **facts: Any) -> dict[str, Any]:
    person = {"email": email, "name": email.partition("@")[0].title(), "role": "admin", **facts}
    made: dict[str, Any] = call(site, "POST", "/admin/members", person)
    site.stack.drain()
    return made


def newest(site: Site, email: str) -> str:
    """The text of the newest email to that address."""
    site.stack.drain()
    return str([mail for mail in site.stack.outbox() if mail["to"] == email][-1]["text"])


def link_in(text: str) -> str:
    match = re.search(r"https?://\S+/admin#sign-in=\S+", text)
    assert match
    return match[0]


def code_in(text: str) -> str:
    match = re.search(r"^ +([A-Z0-9]{4}-[A-Z0-9]{4})$", text, re.MULTILINE)
    assert match
    return match[1]


def heading(page: Page, words: str) -> None:
    expect(page.locator("main h1")).to_have_text(words)


def test_a_code_signs_in_and_a_wrong_one_is_told_at_its_field(site: Site, browser: Browser) -> None:
    invite(site, "ana@example.org")
    with a_tab(site, browser) as page:
        page.get_by_label("Your email address").fill("ana@example.org")
        page.keyboard.press("Enter")
        heading(page, "Check your inbox")
        assert AXE.run(page).response["violations"] == []
        code = page.get_by_label("Code")
        expect(code).to_be_focused()
        code.fill("AAAA-AAAA")
        page.keyboard.press("Enter")
        expect(page.locator(".wrong")).to_contain_text("does not work")
        expect(code).to_be_focused()
        code.fill(code_in(newest(site, "ana@example.org")).lower())
        page.keyboard.press("Enter")
        heading(page, "Campaigns")
        assert page.evaluate("localStorage.length") == 0
        assert page.evaluate("name => sessionStorage.getItem(name)", KEPT).startswith("us_m")
        page.get_by_role("button", name="Sign out", exact=True).click()
        heading(page, "Sign in")
        assert page.evaluate("sessionStorage.length") == 0


def test_nobody_learns_from_the_page_who_is_a_member(site: Site, browser: Browser) -> None:
    with a_tab(site, browser) as page:
        page.get_by_label("Your email address").fill("nobody@example.org")
        page.keyboard.press("Enter")
        heading(page, "Check your inbox")
        page.get_by_role("button", name="Another address").click()
        heading(page, "Sign in")


def test_a_link_waits_for_a_press_leaves_the_address_and_works_once(site: Site, browser: Browser) -> None:
    invite(site, "ben@example.org")
    link = link_in(newest(site, "ben@example.org"))
    with a_tab(site, browser) as page:
        page.goto("about:blank")
        page.goto(link)
        heading(page, "Sign in")
        assert "sign-in" not in page.url
        assert page.evaluate("sessionStorage.length") == 0, "a scanner that runs scripts has used nothing"
        page.get_by_label("Stay signed in on this device").check()
        page.get_by_role("button", name="Sign in", exact=True).click()
        heading(page, "Campaigns")
        assert page.evaluate("name => [sessionStorage.length, Boolean(localStorage.getItem(name))]", KEPT) == [0, True]
        page.go_back()
        assert "sign-in" not in page.url
        second = page.context.new_page()
        second.goto(f"{site.stack.url}/admin?lang=en")
        heading(second, "Campaigns")
        page.goto(f"{site.stack.url}/admin?lang=en")
        heading(page, "Campaigns")
        page.get_by_role("button", name="Sign out", exact=True).click()
        heading(page, "Sign in")
        heading(second, "Sign in")
        second.close()
        page.goto("about:blank")
        page.goto(link)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("no longer works")
        assert AXE.run(page).response["violations"] == []


def test_somebody_is_invited_changed_and_removed_by_keyboard(site: Site, browser: Browser) -> None:
    with a_tab(site, browser) as page:
        enter(page, site.key)
        go(page, "members")
        page.get_by_label("Name").focus()
        page.keyboard.type("Eva Rojas")
        page.keyboard.press("Tab")
        page.keyboard.type("eva@example.org")
        page.get_by_label("Language of their emails").select_option("es")
        page.get_by_label("Only these").check()
        page.get_by_label("Tell Congress").check()
        page.get_by_label("Whose signers").select_option("wbw")
        assert AXE.run(page).response["violations"] == []
        page.get_by_role("button", name="Send the invitation").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_contain_text("Eva Rojas has been invited")
        made = next(one for one in call(site, "GET", "/admin/members")["members"] if one["name"] == "Eva Rojas")
        assert (made["role"], made["campaigns"], made["sponsor"], made["language"]) == (
            "organizer", ["no-troops-in-peru"], "wbw", "es")  # fmt: skip
        assert "le invita a trabajar en las campañas" in newest(site, "eva@example.org")
        page.get_by_role("link", name="Eva Rojas").click()
        expect(page.get_by_label("Only these")).to_be_checked()
        expect(page.get_by_label("Whose signers")).to_have_value("wbw")
        assert AXE.run(page).response["violations"] == []
        page.get_by_label("All campaigns").check()
        expect(page.get_by_label("Whose signers")).to_be_hidden()
        page.get_by_label("Permissions").select_option("reader")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#said")).to_contain_text("Saved")
        page.get_by_role("button", name="Remove").click()
        expect(page.locator("dialog").get_by_role("button", name="Cancel")).to_be_focused()
        page.locator("dialog").get_by_role("button", name="Remove").click()
        heading(page, "Members")
        expect(page.get_by_role("link", name="Eva Rojas")).to_have_count(0)


def test_who_is_removed_is_asked_to_sign_in_with_the_next_press(site: Site, browser: Browser) -> None:
    dan = invite(site, "dan@example.org", role="organizer")
    with a_tab(site, browser) as page:
        page.goto("about:blank")
        page.goto(link_in(newest(site, "dan@example.org")))
        page.get_by_role("button", name="Sign in", exact=True).click()
        heading(page, "Campaigns")
        expect(page.get_by_role("link", name="Members")).to_have_count(0)
        call(site, "DELETE", f"/admin/members/{dan['id']}")
        page.get_by_role("link", name="Your account").click()
        heading(page, "Sign in")
        assert page.evaluate("sessionStorage.length") == 0


def test_sessions_are_seen_and_ended_and_the_log_says_it_in_words(site: Site, browser: Browser) -> None:
    gus = invite(site, "gus@example.org")
    other = call(site, "POST", "/admin/sessions", {"token": link_in(newest(site, "gus@example.org")).partition("=")[2]})
    call(site, "POST", "/admin/sign-in", {"email": "gus@example.org"})
    with a_tab(site, browser) as page:
        page.goto("about:blank")
        page.goto(link_in(newest(site, "gus@example.org")))
        page.get_by_role("button", name="Sign in", exact=True).click()
        heading(page, "Campaigns")
        go(page, "account")
        expect(page.locator(".acts li")).to_have_count(2)
        expect(page.locator(".acts")).to_contain_text("Chrome, Linux (this one)")
        assert AXE.run(page).response["violations"] == []
        page.get_by_role("button", name="End the session").click()
        expect(page.locator(".acts li")).to_have_count(1)
        assert other["member"]["id"] == gus["id"]
        campaign = call(site, "GET", "/admin/campaigns/halt-military-aid")
        secret = page.evaluate("name => sessionStorage.getItem(name)", KEPT)
        for state in ("closed", "open"):
            campaign = call(site, "PATCH", "/admin/campaigns/halt-military-aid", {"state": state},
                            **{"If-Match": f'"{campaign["version"]}"', "Authorization": f"Bearer {secret}"})  # fmt: skip
        page.get_by_label("Tell me about urgent things within the hour").uncheck()
        page.get_by_label("Summary").select_option(label="Every day")
        page.get_by_role("button", name="Save").press("Enter")
        expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
        page.reload()
        expect(page.get_by_label("Summary")).to_have_value("daily")
        expect(page.get_by_label("Tell me about urgent things within the hour")).not_to_be_checked()
        go(page, "audit")
        expect(page.locator(".log")).to_contain_text("Gus closed Dear President Biden")
        page.get_by_label("Who").select_option(label="Gus")
        expect(page.locator(".log tbody tr")).to_have_count(4)
        page.get_by_label("Campaign").select_option("halt-military-aid")
        expect(page.locator(".log tbody tr")).to_have_count(2)
        page.get_by_label("Day").fill("2020-01-01")
        expect(page.get_by_text("Nothing of this kind.")).to_be_visible()
        assert AXE.run(page).response["violations"] == []
        go(page, "account")
        page.get_by_role("button", name="Sign out everywhere").click()
        page.locator("dialog").get_by_role("button", name="Sign out everywhere").click()
        heading(page, "Sign in")
