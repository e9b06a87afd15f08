"""Handing over in the dashboard: a packet is made, watched, fetched and deleted, and what is refused is said in words."""

from __future__ import annotations

import csv
import io
import json
import re
import urllib.request
import zipfile
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.test_dashboard import PETITION, a_tab, call, enter, fits, go, signed

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
