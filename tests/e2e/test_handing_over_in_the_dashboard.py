"""Handing over in the dashboard: a packet is made, watched, fetched and deleted, and what is refused is said in words."""

from __future__ import annotations

import csv
import io
import json
import re
import urllib.request
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.test_dashboard import PETITION, a_tab, call, enter, fits, go, signed
from tests.e2e.test_dashboard_tasks import check_with_axe

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

    from tests.e2e.conftest import Site

__all__ = ["signed"]
pytestmark = [
    pytest.mark.engine,
    pytest.mark.browser,
    # The dashboard's other tests run on both engines; these are about what an organiser sees.
    pytest.mark.parametrize("site", [("dynoxide", "/api")], ids=["dynoxide-stage"], indirect=True, scope="module"),
]
TAB = f"campaigns/{PETITION}/handover"
PACKETS = f"/admin/campaigns/{PETITION}/packets"


def packet_of(page: Page, site: Site) -> Page:
    enter(page, site.key)
    go(page, TAB)
    return page


def sign_publicly(site: Site, *names: str) -> None:
    for name in names:
        typed = {"email": f"public-{name}@example.org", "given_name": name, "family_name": "Paz", "country": "PE"}
        call(site, "POST", f"/campaigns/{PETITION}/signatures", typed | {"public": True})
    site.stack.drain()
    for mail in [mail for mail in site.stack.outbox() if mail["to"].startswith("public-")]:
        if link := re.search(r"https?://\S+/confirm/\S+", mail["text"]):
            urllib.request.urlopen(urllib.request.Request(link[0], b""), timeout=30).close()
    site.stack.drain()


def test_a_packet_is_made_watched_fetched_and_deleted(signed: Site, browser: Browser) -> None:
    sign_publicly(signed, "Ana", "Ben")
    with a_tab(signed, browser, viewport={"width": 320, "height": 700}) as page:
        packet_of(page, signed)
        section = page.get_by_role("region", name="Packet to hand over")
        expect(section).to_contain_text("No packets yet.")
        target = section.get_by_label("Whom it is for")
        expect(target).to_have_value(re.compile("^US Congress, Committee on Foreign Relations, "))
        target.fill("Committee on Petitions")
        section.get_by_label("Language").select_option("es")
        expect(target).to_have_value("Committee on Petitions")  # what somebody wrote stays
        section.get_by_label("How names are sorted").select_option(label="By country")
        section.get_by_label("Paper").select_option("letter")
        section.get_by_role("button", name="Make the packet").press("Enter")
        link = section.get_by_role("link", name=re.compile("^Download"))
        expect(link).to_be_visible(timeout=30_000)
        expect(page.locator("#said")).to_have_text("The packet is ready.")
        (made,) = call(signed, "GET", PACKETS)["packets"]
        asked = {name: made[name] for name in ("target", "language", "group_by", "paper", "comments")}
        assert asked == {
            "target": "Committee on Petitions",
            "language": "es",
            "group_by": "country",
            "paper": "letter",
            "comments": False,
        }
        expect(section).to_contain_text(f"{made['pages']} pages, {made['signatures']} names")
        with urllib.request.urlopen(link.get_attribute("href") or "", timeout=30) as answer:
            packed = zipfile.ZipFile(io.BytesIO(answer.read()))
        rows = csv.reader(io.StringIO(packed.read("names.csv").decode("utf-8-sig")))
        assert len(list(rows)) - 1 == made["signatures"] == 2
        fits(page, TAB)
        section.get_by_role("button", name=re.compile("^Delete")).click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
        dialog.get_by_role("button", name="Delete").click()
        expect(section).to_contain_text("No packets yet.")
        assert [one["state"] for one in call(signed, "GET", PACKETS)["packets"]] == ["deleted"]


def test_whom_the_campaign_addresses_follows_the_language_until_another_is_written(
    signed: Site, browser: Browser
) -> None:
    version = call(signed, "GET", f"/admin/campaigns/{PETITION}")["version"]
    targets = [{"name": "Congress", "names": {"es": "Congreso"}}]
    call(signed, "PATCH", f"/admin/campaigns/{PETITION}", {"targets": targets}, **{"If-Match": f'"{version}"'})
    with a_tab(signed, browser) as page:
        packet_of(page, signed)
        target = page.get_by_label("Whom it is for")
        expect(target).to_have_value("Congress")
        page.get_by_role("combobox", name="Language").select_option("es")
        expect(target).to_have_value("Congreso")


def test_what_is_refused_is_said_in_words_beside_the_button(signed: Site, browser: Browser) -> None:
    def refused(route: Route) -> None:
        if route.request.method == "GET":
            return route.fallback()
        mistakes = [
            {"field": "packet", "code": "too_many_for_a_packet", "message": "A packet lists at most 200,000 names."},
            {"field": "target", "code": "too_long", "message": "Shorten this."},
        ]
        body = {"detail": "Some fields need attention.", "code": "invalid_fields", "errors": mistakes}
        return route.fulfill(status=422, content_type="application/problem+json", body=json.dumps(body))

    with a_tab(signed, browser) as page:
        page.route("**/packets", refused)
        packet_of(page, signed)
        page.get_by_role("button", name="Make the packet").click()
        expect(page.locator("form [role=alert]").first).to_have_text("A packet lists at most 200,000 names.")
        target = page.get_by_label("Whom it is for")
        expect(target).to_be_focused()
        expect(target).to_have_accessible_description(re.compile("Shorten this"))


def test_a_packet_of_long_ago_has_its_link_renewed_when_it_is_followed(signed: Site, browser: Browser) -> None:
    made = {"id": "p1", "state": "done", "language": "en", "target": "", "comments": False, "pages": 7, "signatures": 1}
    made |= {"created_at": "2026-11-23T12:00:00+00:00", "expires_at": "2026-11-30T12:00:00+00:00"}

    def told(route: Route) -> None:
        is_list = route.request.url.endswith("/packets")
        one = made | {"url": f"{signed.stack.url}/health?{'old' if is_list else 'fresh'}"}
        route.fulfill(json={"packets": [one]} if is_list else one)

    with a_tab(signed, browser) as page:
        page.clock.install()
        page.route(re.compile("/packets(/p1)?$"), told)
        packet_of(page, signed)
        link = page.get_by_role("link", name=re.compile("^Download"))
        expect(link).to_have_attribute("href", re.compile("old$"))
        page.clock.run_for(11 * 60_000)
        link.click()
        page.wait_for_url("**/health?fresh")


def test_who_only_reads_sees_no_packets(signed: Site, browser: Browser) -> None:
    key = call(signed, "POST", "/admin/keys", {"name": "reader", "role": "reader", "campaigns": ["*"]})["secret"]
    with a_tab(signed, browser) as page:
        enter(page, key)
        go(page, TAB)
        expect(page.get_by_role("heading", name="The numbers")).to_be_visible()
        expect(page.get_by_role("heading", name="Packet to hand over")).to_have_count(0)


def delivered(site: Site) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call(site, "GET", f"/admin/campaigns/{PETITION}")["delivered"]
    return found


def test_a_delivery_is_recorded_changed_told_to_signers_and_removed(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser, viewport={"width": 320, "height": 700}) as page:
        packet_of(page, signed)
        section = page.get_by_role("region", name="Handed over")
        section.get_by_role("button", name="Record a delivery").press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_label("On which day")).not_to_have_value("")
        dialog.get_by_label("To whom").fill("")
        dialog.get_by_label("Link to more").fill("http://example.org")
        dialog.get_by_label("On which day").fill("2199-01-01")
        dialog.get_by_role("button", name="Save").press("Enter")
        expect(dialog.get_by_label("To whom")).to_be_focused()
        expect(dialog.get_by_label("Link to more")).to_have_accessible_description(re.compile("begins with https"))
        dialog.get_by_label("To whom").fill("The Committee on Petitions")
        dialog.get_by_label("Link to more").fill("https://example.org/photo")
        dialog.get_by_label(re.compile("English")).fill("She promised an answer.")
        dialog.get_by_label(re.compile("Spanish")).fill("Prometió una respuesta.")
        dialog.get_by_role("button", name="Save").press("Enter")
        expect(dialog.get_by_label("On which day")).to_have_accessible_description(re.compile("in the future"))
        dialog.get_by_label("On which day").fill("2026-05-03")
        check_with_axe(page)
        dialog.get_by_role("button", name="Save").press("Enter")
        expect(section).to_contain_text("Handed to The Committee on Petitions on May 3, 2026")
        expect(section).to_contain_text("She promised an answer.")
        words = {"en": "She promised an answer.", "es": "Prometió una respuesta."}
        (kept,) = delivered(signed)
        assert kept == {
            "target": "The Committee on Petitions",
            "date": "2026-05-03",
            "words": words,
            "url": "https://example.org/photo",
        }
        tell = section.get_by_role("link", name=re.compile("Write to the signers about it"))
        expect(tell).to_be_focused()
        fits(page, TAB)
        page.set_viewport_size({"width": 320, "height": 700})
        tell.press("Enter")
        expect(page.locator(".language:visible").get_by_label("Subject")).to_have_value(
            "We handed your signatures to The Committee on Petitions"
        )
        text = page.locator(".language:visible").get_by_label("Text")
        expect(text).to_have_value(re.compile(r"^Handed to .* on May 3, 2026\.\n\nShe .*\n\n\[example\.org\]\(https"))
        page.get_by_role("button", name=re.compile("^Spanish")).click()
        expect(page.locator(".language:visible").get_by_label("Subject")).to_have_value(
            "Entregamos sus firmas a The Committee on Petitions"
        )
        page.get_by_role("button", name="Save draft").click()
        expect(page.get_by_text("Saved").first).to_be_visible()
        assert call(signed, "GET", f"/admin/campaigns/{PETITION}/updates")["updates"][0]["state"] == "draft"
        go(page, TAB)
        section.get_by_role("button", name=re.compile("^Edit")).click()
        dialog.get_by_label("To whom").fill("The mayor")
        dialog.get_by_role("button", name="Save").click()
        expect(section).to_contain_text("Handed to The mayor on May 3, 2026")
        section.get_by_role("button", name=re.compile("^Remove")).click()
        dialog.get_by_role("button", name="Remove").click()
        expect(section.get_by_role("listitem")).to_have_count(0)
        expect(section.get_by_role("button", name="Record a delivery")).to_be_focused()
    assert delivered(signed) == []
