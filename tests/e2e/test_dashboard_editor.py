"""The campaign's editor in a browser: what was typed survives, questions keep their order, and choosing takes no codes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from chalicelib.domain.campaigns.accent_colours import palette
from tests.e2e.test_dashboard import PETITION, a_tab, call, enter, go, go_anyway, unfold

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.e2e.conftest import Site

pytestmark = [
    pytest.mark.engine,
    pytest.mark.browser,
    # The dashboard's other tests run on both engines; these are about what an organiser sees.
    pytest.mark.parametrize("site", [("dynoxide", "/api")], ids=["dynoxide-stage"], indirect=True, scope="module"),
]
SETTINGS = f"campaigns/{PETITION}/settings"


def stored(site: Site) -> Any:
    return call(site, "GET", f"/admin/campaigns/{PETITION}")


def change(site: Site, changes: Any) -> None:
    call(site, "PATCH", f"/admin/campaigns/{PETITION}", changes, **{"If-Match": f'"{stored(site)["version"]}"'})


def typed_and_closed(page: Page, goal: str) -> None:
    """Types a goal and closes the tab without saving; the browser stays."""
    go(page, SETTINGS)
    unfold(page, "The campaign")
    page.get_by_label("Goal").fill(goal)
    page.close()


def again(page: Page, site: Site) -> Page:
    """A new tab of the same browser, signed in, at the settings."""
    tab = page.context.new_page()
    tab.goto(f"{site.stack.url}/admin?lang=en")
    enter(tab, site.key)
    go(tab, SETTINGS)
    return tab


def test_what_was_not_saved_is_offered_after_the_tab_was_closed(site: Site, browser: Browser) -> None:
    before = stored(site)["goal"]
    with a_tab(site, browser) as page:
        enter(page, site.key)
        typed_and_closed(page, "6543")
        tab = again(page, site)
        offer = tab.get_by_role("group", name="Changes that were not saved")
        expect(offer).not_to_contain_text("Somebody has saved")
        offer.get_by_role("button", name="Bring them back").click()
        unfold(tab, "The campaign")
        expect(tab.get_by_label("Goal")).to_have_value("6543")
        tab.get_by_role("button", name="Save").click()
        expect(tab.locator("#said")).to_contain_text("Saved.")
        assert tab.evaluate("localStorage.length") == 0
    assert stored(site)["goal"] == 6543
    change(site, {"goal": before})


def test_what_was_discarded_or_left_unsaved_on_purpose_is_not_offered(site: Site, browser: Browser) -> None:
    with a_tab(site, browser) as page:
        enter(page, site.key)
        typed_and_closed(page, "6544")
        tab = again(page, site)
        tab.get_by_role("button", name="Discard them").click()
        assert tab.evaluate("localStorage.length") == 0
        unfold(tab, "The campaign")
        tab.get_by_label("Goal").fill("6545")
        assert "6545" in tab.evaluate("JSON.stringify(localStorage)")
        assert site.key not in tab.evaluate("JSON.stringify(localStorage)")
        go_anyway(tab, "")
        assert tab.evaluate("localStorage.length") == 0
        go(tab, SETTINGS)
        unfold(tab, "The campaign")
        expect(tab.get_by_role("button", name="Bring them back")).to_have_count(0)
        tab.get_by_label("Goal").fill("6546")
        tab.get_by_role("button", name="Sign out").click()
        tab.locator("dialog").get_by_role("button", name="Leave without saving").click()
        expect(tab.locator("input[type=password]")).to_be_visible()
        assert tab.evaluate("localStorage.length") == 0


def test_what_was_kept_of_an_older_version_never_overwrites_unasked(site: Site, browser: Browser) -> None:
    before = stored(site)
    with a_tab(site, browser) as page:
        enter(page, site.key)
        typed_and_closed(page, "6547")
        change(site, {"external_count": 5})
        tab = again(page, site)
        offer = tab.get_by_role("group", name="Changes that were not saved")
        expect(offer).to_contain_text("Someone else has saved this campaign since.")
        offer.get_by_role("button", name="Bring them back").click()
        tab.get_by_role("button", name="Save").click()
        expect(tab.locator("dialog")).to_contain_text("Goal · Signatures counted elsewhere")
        tab.locator("dialog").get_by_role("button", name="Cancel").click()
        go_anyway(tab, "")
    assert (stored(site)["external_count"], stored(site)["goal"]) == (5, before["goal"])
    change(site, {"external_count": before["external_count"]})


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "null",
        '{"version":1,"at":"2099-01-01T00:00:00Z"}',
        '{"version":1,"at":"2020-01-01T00:00:00Z","document":{}}',
    ],
)
def test_what_is_kept_and_cannot_be_read_is_left_alone(site: Site, browser: Browser, broken: str) -> None:
    with a_tab(site, browser) as page:
        enter(page, site.key)
        key = f"undersigned-draft:{site.stack.url}:{PETITION}"
        page.evaluate(f"localStorage.setItem({json.dumps(key)}, {json.dumps(broken)})")
        go(page, SETTINGS)
        expect(page.get_by_label("Title", exact=True).first).to_be_visible()
        expect(page.get_by_role("button", name="Bring them back")).to_have_count(0)


def asked(page: Page) -> list[str]:
    return page.locator("ol.asked > li > .label").all_inner_texts()


def test_questions_are_put_in_order_by_keyboard_and_by_dragging(site: Site, browser: Browser) -> None:
    before = stored(site)["fields"]
    with a_tab(site, browser) as page:
        enter(page, site.key)
        go(page, SETTINGS)
        unfold(page, "What the form asks")
        assert asked(page) == ["Country", "Postal code", "Comment"]
        page.get_by_role("button", name="Move down: Country").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Move down: Country")).to_be_focused()
        expect(page.locator("#said")).to_have_text("Country is number 2 of 3 now.")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Move up: Country")).to_be_focused()  # there is no further down
        assert asked(page) == ["Postal code", "Comment", "Country"]
        lines = page.locator("ol.asked > li")
        lines.nth(2).locator(".handle").drag_to(lines.nth(0))
        expect(page.locator("ol.asked > li > .label")).to_have_text(["Country", "Postal code", "Comment"])
        lines.nth(0).locator(".handle").drag_to(lines.nth(1))
        expect(page.locator("ol.asked > li > .label")).to_have_text(["Postal code", "Country", "Comment"])
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#said")).to_contain_text("Saved.")
    names = [one["name"] for one in stored(site)["fields"]]
    assert names == ["given_name", "family_name", "postal_code", "country", "comment"]
    change(site, {"fields": before})


def test_a_question_of_ones_own_is_named_by_its_words_and_keeps_that_name(site: Site, browser: Browser) -> None:
    before = stored(site)["fields"]
    with a_tab(site, browser) as page:
        enter(page, site.key)
        go(page, SETTINGS)
        unfold(page, "What the form asks")
        page.get_by_role("button", name="Add a question of your own").click()
        expect(page.get_by_label("Question (English)")).to_be_focused()
        page.keyboard.type("Can you bring 2 chairs?")
        page.get_by_label("Question (Spanish)").fill("¿Puede traer sillas?")
        short = page.locator("ol.asked").get_by_label("Short name")
        expect(short).to_have_value("can_you_bring_2_chairs")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#said")).to_contain_text("Saved.")
        assert asked(page)[-1] == "Can you bring 2 chairs?"
        page.get_by_text("Edit the question").click()
        expect(short).to_be_disabled()
        page.get_by_role("button", name="Remove: Can you bring 2 chairs?").click()
        page.get_by_label("Ask for one more thing").select_option("phone")
        page.locator("[data-part=asks]").get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_label("Phone: Required")).to_be_focused()
        go_anyway(page, "")
    own = stored(site)["fields"][-1]
    assert (own["name"], own["label"]["en"]) == ("custom.can_you_bring_2_chairs", "Can you bring 2 chairs?")
    change(site, {"fields": before})


def test_languages_and_time_zones_are_chosen_by_name(site: Site, browser: Browser) -> None:
    with a_tab(site, browser) as page:
        enter(page, site.key)
        go(page, SETTINGS)
        texts = page.locator("[data-part=words]")
        expect(page.frame_locator("iframe.preview").locator("html")).to_have_attribute("lang", "en")
        page.get_by_role("button", name="Spanish", exact=True).click()
        expect(page.locator("[data-language=es]").get_by_label("Title", exact=True)).to_have_value(re.compile("tropas"))
        expect(page.frame_locator("iframe.preview").locator("html")).to_have_attribute("lang", "es")
        texts.get_by_label("Add a language").select_option(label="Quechua")
        texts.get_by_role("button", name="Add", exact=True).click()
        shown = page.locator("[data-language=qu]")
        expect(shown.get_by_label("Title", exact=True)).to_be_focused()
        expect(page.locator("[data-language=en]")).to_be_hidden()
        page.get_by_role("button", name="Spanish", exact=True).click()
        expect(shown).to_be_hidden()
        page.get_by_role("button", name="Quechua", exact=True).click()
        page.get_by_role("button", name="Save").click()
        page.locator(".mistakes").get_by_role("link", name=re.compile("^Texts, Quechua, Title: ")).click()
        expect(shown.get_by_label("Title", exact=True)).to_be_focused()
        page.get_by_role("button", name="Remove Quechua").click()
        texts.get_by_label("Add a language").select_option(label="Another language, by its code")
        texts.get_by_label("Code of the language").fill("arn")
        texts.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator("[data-language=arn]")).to_be_visible()
        unfold(page, "The campaign")
        zones = page.locator(f"datalist#{page.get_by_label('Time zone').get_attribute('list')} option")
        assert {"America/Lima", "Asia/Kolkata"} & set(zones.evaluate_all("all => all.map(one => one.value)"))
        go_anyway(page, "")


@pytest.mark.parametrize(
    ("accent", "said"),
    [
        ("#0f5a66", "Hard to read on dark pages"),
        ("#ffee00", "Hard to read on light pages"),
        ("#6f7f8f", "Hard to read on light pages"),
    ],
)
def test_what_the_colour_becomes_is_said_in_words(site: Site, browser: Browser, accent: str, said: str) -> None:
    shades = palette(accent)
    with a_tab(site, browser) as page:
        enter(page, site.key)
        go(page, SETTINGS)
        unfold(page, "Picture, logo and color")
        expect(page.get_by_text("Our own color is used.")).to_be_visible()
        page.get_by_label("Color").fill(accent)
        result = page.locator("[data-of=accent] > .hint")
        expect(result).to_contain_text(said)
        for shade in {shades.light.accent, shades.dark.accent} - {accent}:
            expect(result).to_contain_text(shade)  # as the server reckons it
        page.get_by_role("button", name="Use our own color").click()
        expect(page.get_by_text("Our own color is used.")).to_be_visible()
        go(page, "")  # nothing has changed


def test_the_preview_says_why_it_waits(site: Site, browser: Browser) -> None:
    with a_tab(site, browser) as page:
        enter(page, site.key)
        go(page, SETTINGS)
        expect(page.frame_locator("iframe.preview").locator("h1")).to_be_visible()
        unfold(page, "Who sees what")
        page.get_by_label("Show names of signers who agree").uncheck()
        page.get_by_label("Publish comments that an organizer approved").check()
        note = page.locator(".look .note")
        expect(note).to_have_text(re.compile("^The preview waits: .*names"))
        page.get_by_label("Publish comments that an organizer approved").uncheck()
        expect(note).to_be_hidden()
        unfold(page, "Texts")
        page.get_by_label("Title", exact=True).first.fill("")
        expect(note).to_have_text("The preview catches up as soon as everything required is filled in.")
        page.get_by_role("button", name="Save", exact=True).click()
        title = page.locator('[data-of="texts.en.title"]')
        expect(page.locator(".mistakes h2")).to_have_text("Fix these, then try again.")
        expect(title).to_contain_text("Fill this in.")
        expect(page.get_by_role("button", name=re.compile("English.*mistakes"))).to_be_visible()
        title.get_by_role("textbox").fill("Again")
        expect(title.locator(".wrong")).to_have_count(0)
        expect(title.get_by_role("textbox")).not_to_have_attribute("aria-invalid", "true")
        expect(page.get_by_role("button", name=re.compile("English.*mistakes"))).to_have_count(0)
        go_anyway(page, "")


def test_the_texts_and_the_preview_begin_in_the_organizers_language(site: Site, browser: Browser) -> None:
    with a_tab(site, browser, "es") as page:
        enter(page, site.key)
        go(page, SETTINGS)
        expect(page.frame_locator("iframe.preview").locator("html")).to_have_attribute("lang", "es")
        expect(page.get_by_role("button", name="Español", exact=True)).to_have_attribute("aria-pressed", "true")
        page.get_by_role("button", name="Inglés", exact=True).click()
        expect(page.frame_locator("iframe.preview").locator("html")).to_have_attribute("lang", "en")


def test_on_a_phone_the_preview_is_behind_one_button(site: Site, browser: Browser) -> None:
    with a_tab(site, browser, viewport={"width": 390, "height": 800}) as page:
        enter(page, site.key)
        go(page, SETTINGS)
        preview = page.locator("iframe.preview")
        expect(preview).to_be_hidden()
        page.get_by_role("button", name="Show the preview").click()
        expect(preview).to_be_in_viewport()
        expect(page.get_by_role("heading", name="Preview")).to_be_focused()
        expect(page.frame_locator("iframe.preview").locator("h1")).to_be_visible()
        page.get_by_role("button", name="Hide the preview").click()
        expect(preview).to_be_hidden()


def test_a_new_campaign_is_named_after_its_title_until_somebody_names_it(site: Site, browser: Browser) -> None:
    with a_tab(site, browser) as page:
        enter(page, site.key)
        go(page, "new")
        page.get_by_label("Title", exact=True).fill("¡Salvemos José's library!")
        name = page.get_by_label("Short name for the address")
        expect(name).to_have_value("salvemos-jose-s-library")
        name.press("End")
        name.press_sequentially("-now")
        page.get_by_label("Title", exact=True).fill("Another title")
        expect(name).to_have_value("salvemos-jose-s-library-now")
        go_anyway(page, "")
