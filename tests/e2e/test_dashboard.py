"""The dashboard in a real browser on the local stack, on both engines, once behind a stage: what an organiser does there."""

from __future__ import annotations

import io
import itertools
import json
import re
import urllib.request
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from chalicelib.i18n.field_words import FIELD_WORDS
from chalicelib.pages.dashboard import dashboard
from chalicelib.pages.dashboard.dashboard_words import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Dialog, Page, Route

    from tests.e2e.conftest import Site

pytestmark = [pytest.mark.engine, pytest.mark.browser]
PETITION = "no-troops-in-peru"
LETTER = "halt-military-aid"
AXE = Axe()
TABS = ["", "/signatures", "/messages", "/share", "/handover", "/settings"]
VIEWS = ["", *(f"campaigns/{PETITION}{tab}" for tab in TABS), "new", "members", "keys", "people", "audit", "account"]
SIGNED = 12


def call(site: Site, method: str, path: str, body: Any = None, **headers: str) -> Any:
    data = None if body is None else json.dumps(body).encode()
    named = {"Authorization": f"Bearer {site.key}", "Content-Type": "application/json", **headers}
    request = urllib.request.Request(f"{site.stack.url}{path}", data, named, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


@pytest.fixture(scope="module")
def signed(site: Site) -> Site:
    """A campaign with confirmed and pending signatures."""
    for number in range(SIGNED):
        typed = {
            "email": f"d{number}@example.org",
            "given_name": f"Ana {number}",
            "family_name": "Quispe",
            "country": "PE",
        }
        call(site, "POST", f"/campaigns/{PETITION}/signatures", typed | {"consents": ["wbw"] if number % 2 else []})
    site.stack.drain()
    mails = [mail for mail in site.stack.outbox() if re.match(r"d\d+@", mail["to"])][: SIGNED - 2]
    for mail in mails:
        link = re.search(r"https?://\S+/confirm/\S+", mail["text"])
        assert link
        urllib.request.urlopen(urllib.request.Request(link[0], b""), timeout=30).close()
    site.stack.drain()
    return site


@contextmanager
def a_tab(site: Site, browser: Browser, language: str = "en", **settings: Any) -> Iterator[Page]:
    """A tab where nothing may go wrong unseen: no error on the console, no request to anybody else."""
    context = browser.new_context(locale=language, **settings)
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda said: wrong.append(said.text) if said.type == "error" and "Failed to load" not in said.text else None,
    )
    page.on(
        "request",
        lambda sent: (
            wrong.append(sent.url) if not sent.url.startswith((site.stack.base, "data:", "blob:", "about:")) else None
        ),
    )
    page.goto(f"{site.stack.url}/admin?lang={language}")
    yield page
    assert wrong == []
    context.close()


def enter(page: Page, key: str) -> None:
    page.locator("input[type=password]").fill(key)
    page.keyboard.press("Enter")
    expect(page.locator("main h1")).not_to_have_text(re.compile("Sign in|Entrar"))


def go(page: Page, view: str) -> None:
    page.evaluate("hash => { location.hash = hash }", f"#/{view}")
    expect(page.locator("#main")).to_have_attribute("data-at", f"#/{view}")


def unfold(page: Page, part: str) -> None:
    """Opens a part of the editor, unless it is open; which closes another."""
    fold = page.locator("details.fold", has=page.locator("summary h2", has_text=re.compile(f"^{re.escape(part)}$")))
    if fold.get_attribute("open") is None:
        fold.locator("summary").first.click()


def test_the_key_stays_in_the_tab_and_a_wrong_one_is_told(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser) as page:
        page.locator("input[type=password]").fill("us_abc_wrong")
        page.keyboard.press("Enter")
        expect(page.locator(".wrong")).to_contain_text("not valid")
        enter(page, signed.key)
        page.reload()
        expect(page.locator(".campaigns")).to_be_visible()
        assert page.evaluate("localStorage.length") == 0
        assert page.context.cookies() == []
        page.get_by_role("button", name="Sign out").click()
        expect(page.locator("input[type=password]")).to_be_visible()
        assert page.evaluate("sessionStorage.length") == 0


def test_one_signature_is_not_called_signatures(signed: Site, browser: Browser) -> None:
    counts = call(signed, "GET", f"/admin/campaigns/{PETITION}/counts") | {"public_count": 1}
    with a_tab(signed, browser) as page:
        page.route(f"**/admin/campaigns/{PETITION}/counts*", lambda route: route.fulfill(json=counts))
        enter(page, signed.key)
        page.locator(f'a[href="#/campaigns/{PETITION}"]').click()
        expect(page.locator(".big")).to_have_text("1 signature")


def test_the_first_screen_says_how_it_is_going_with_the_numbers_of_the_api(signed: Site, browser: Browser) -> None:
    counts = call(signed, "GET", f"/admin/campaigns/{PETITION}/counts")
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        page.locator(f'a[href="#/campaigns/{PETITION}"]').click()
        expect(page.locator(".big strong")).to_have_text(str(counts["public_count"]))
        expect(page.locator(".figures dd").first).to_have_text(str(counts["signatures"]["confirmed"]))
        expect(page.locator(".uplot canvas")).to_be_visible()
        page.get_by_text("As a table").click()
        expect(page.locator("details table tbody tr")).to_have_count(len(counts["by"]["day"]))
        page.get_by_role("navigation", name="Parts of this campaign").get_by_role("link", name="Signatures").click()
        page.get_by_label("Find by name or email address").fill("d1@example.org")
        page.get_by_role("button", name="Find").click()
        expect(page.locator("dialog")).to_contain_text("d1@example.org")
        expect(page.locator("dialog h2")).to_be_focused()
        expect(page.locator("dialog .does")).to_be_in_viewport(ratio=1)
        assert "Version of the text" not in page.locator("dialog dt:visible").all_inner_texts()
        page.locator("dialog summary").click()
        said = page.locator("dialog dt").all_inner_texts()
        assert {"Signed", "Confirmation request sent", "Version of the text", "Given name"} <= set(said)
        assert [one for one in said if "_" in one] == []


@pytest.mark.parametrize("views", [VIEWS[::2], VIEWS[1::2]], ids=["even", "odd"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_axe_finds_nothing_and_nothing_is_wider_or_longer_than_it_should_be(
    signed: Site, browser: Browser, language: str, views: list[str]
) -> None:
    with a_tab(signed, browser, language, viewport={"width": 1280, "height": 800}) as page:
        seen = [page.locator("main h1").inner_text()]
        fits(page, "signing in")
        enter(page, signed.key)
        for view in views:
            go(page, view)
            assert page.evaluate("document.documentElement.scrollHeight") <= 2 * 800, f"{view}: two screens"
            fits(page, view)
            seen.append(page.locator("main h1").inner_text())
        assert page.locator("html").get_attribute("lang") == language
    assert len(set(seen)) == len(views) + 1


def fits(page: Page, view: str) -> None:
    """Everything unfolded, at three widths and in both themes: nothing for axe to find, nothing wider than the screen."""
    page.evaluate(
        "document.querySelectorAll('details').forEach(one => { one.removeAttribute('name'); one.open = true })"
    )
    for width, scheme in itertools.product((320, 768, 1280), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        results = AXE.run(page, options={"exclude": [["iframe"]]} if view.endswith("settings") else {})
        assert results.violations_count == 0, f"{view}, {width} px, {scheme}: {results.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{view}: wider than {width} px"


def test_what_to_paste_is_there_in_each_language_with_its_code(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        go(page, f"campaigns/{PETITION}/share")
        shared = page.locator('section[aria-labelledby="h-share"]')
        shared.get_by_role("combobox").select_option("es")
        expect(page.get_by_role("textbox", name="The form, for most pages")).to_have_value(re.compile('lang="es"'))
        page.get_by_text("A plain form, with no scripts").click()
        expect(page.get_by_role("textbox", name="A plain form")).to_have_value(re.compile("Nombre"))
        assert shared.get_by_role("img", name="A QR code").evaluate("image => image.decode().then(() => true)")


def test_an_export_is_watched_and_fetched(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser, accept_downloads=True) as page:
        enter(page, signed.key)
        go(page, f"campaigns/{PETITION}/handover")
        page.get_by_role("button", name="Export", exact=True).click()
        link = page.locator(".exports a.button").first
        expect(link).to_be_visible(timeout=20_000)
        told = call(signed, "GET", f"/admin/campaigns/{PETITION}/exports")["exports"][0]
        with urllib.request.urlopen(link.get_attribute("href") or "", timeout=30) as answer:
            assert answer.headers["Content-Encoding"] is None
            assert answer.headers["Content-Disposition"].endswith('.xlsx"')
            (sheet,) = openpyxl.load_workbook(io.BytesIO(answer.read())).worksheets
        assert sheet.max_row - 2 == told["rows"]
        page.get_by_role("combobox", name="Format").select_option("csv")
        page.get_by_role("button", name="Export", exact=True).click()
        expect(page.locator(".exports a.button")).to_have_count(2, timeout=20_000)
        with urllib.request.urlopen(page.locator(".exports a.button").first.get_attribute("href") or "") as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert answer.headers["Content-Type"].startswith("text/csv")
        assert told["rows"] == call(signed, "GET", f"/admin/campaigns/{PETITION}/counts")["signatures"]["confirmed"]


def test_closing_asks_once_with_numbers_and_opening_brings_it_back(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        go(page, f"campaigns/{PETITION}/settings")
        unfold(page, "Open, close, copy, archive")
        page.get_by_role("button", name="Close campaign").click()
        confirmed = call(signed, "GET", f"/admin/campaigns/{PETITION}/counts")["signatures"]["confirmed"]
        expect(page.locator("dialog")).to_contain_text(f"Confirmed signatures stay ({confirmed})")
        page.locator("dialog").get_by_role("button", name="Cancel").click()
        assert call(signed, "GET", f"/admin/campaigns/{PETITION}")["state"] == "open"
        page.get_by_role("button", name="Close campaign").click()
        page.locator("dialog").get_by_role("button", name="Close campaign").click()
        expect(page.locator(".state").first).to_have_text("Closed")
        unfold(page, "Open, close, copy, archive")
        page.get_by_role("button", name="Open campaign").click()
        page.locator("dialog").get_by_role("button", name="Open campaign").click()
        expect(page.locator(".state").first).to_have_text("Open")
        assert call(signed, "GET", f"/admin/campaigns/{PETITION}")["state"] == "open"


def unconfirmed(received: int) -> Callable[[Route], None]:
    """Counts as they were while so many forms had come and nobody had confirmed."""

    def answered(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        told |= {"public_count": 0, "funnel": told["funnel"] | {"received": received}}
        route.fulfill(response=answer, json=told)

    return answered


def test_nobody_has_signed_is_said_only_when_no_form_came(signed: Site, browser: Browser) -> None:
    said = "Nobody has signed yet"
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        for received, times in ((3, 0), (0, 1)):
            page.route("**/counts", unconfirmed(received))
            go(page, "")
            go(page, f"campaigns/{PETITION}")
            expect(page.locator(".big strong")).to_have_text("0")
            expect(page.get_by_text(said)).to_have_count(times)


def test_a_campaign_is_made_previewed_corrected_and_saved(signed: Site, browser: Browser) -> None:
    name = f"library-{signed.stack.url.rpartition('/')[2] or 'x'}".replace(":", "-").replace(".", "-")
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        go(page, "new")
        page.locator("#campaign-id").fill(name)
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".mistakes")).to_contain_text("Title: Fill this in.")
        assert page.locator("#campaign-id").input_value() == name
        page.get_by_label("Title", exact=True).fill("Keep the <library> open")
        page.get_by_label("Statement", exact=True).fill("It is **ours**.")
        unfold(page, "Emails come from")
        sender = page.locator("[data-part=sender]")
        sender.get_by_label("Name").fill("Friends")
        sender.get_by_label("Email address").fill("hello@example.org")
        unfold(page, "Bots and floods")
        expect(page.get_by_label("Site key")).to_be_hidden()
        page.get_by_label("A captcha").select_option("hcaptcha")
        page.get_by_label("Site key").fill("not a key")
        page.get_by_role("button", name="Save").click()
        key = page.get_by_label("Site key")
        expect(key).to_have_attribute("aria-invalid", "true")
        expect(key).to_have_accessible_description(re.compile('admin-command DO="captcha set …"'))
        key.fill("10000000-ffff")
        preview = page.frame_locator("iframe.preview")
        expect(preview.locator("h1")).to_have_text("Keep the <library> open")
        expect(preview.locator("strong", has_text="ours")).to_be_visible()
        page.get_by_role("button", name="Save").click()
        expect(page.locator("main h1")).to_contain_text("Keep the <library> open")
        go(page, f"campaigns/{name}/settings")
        assert call(signed, "GET", f"/admin/campaigns/{name}")["captcha"] == {
            "provider": "hcaptcha",
            "site_key": "10000000-ffff",
        }
        unfold(page, "Bots and floods")
        expect(page.get_by_label("Site key")).to_have_value("10000000-ffff")
        page.get_by_label("A captcha").select_option("")
        expect(page.get_by_label("Site key")).to_be_hidden()
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#said")).to_contain_text("Saved.")
        expect(page.get_by_label("A captcha")).to_be_visible()  # the part that was open stays open
    saved = call(signed, "GET", f"/admin/campaigns/{name}")
    assert (saved["texts"]["en"]["body"], saved["captcha"]) == ("It is **ours**.", None)
    call(signed, "DELETE", f"/admin/campaigns/{name}")


def test_what_somebody_else_saved_meanwhile_is_not_lost_unasked(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        go(page, f"campaigns/{PETITION}/settings")
        unfold(page, "The campaign")
        page.get_by_label("Goal").fill("7000")
        stored = call(signed, "GET", f"/admin/campaigns/{PETITION}")
        call(
            signed,
            "PATCH",
            f"/admin/campaigns/{PETITION}",
            {"external_count": 3},
            **{"If-Match": f'"{stored["version"]}"'},
        )
        page.get_by_role("button", name="Save").click()
        expect(page.locator("dialog")).to_contain_text("Signatures counted elsewhere")
        page.locator("dialog").get_by_role("button", name="Cancel").click()
        assert page.get_by_label("Goal").input_value() == "7000"
        assert call(signed, "GET", f"/admin/campaigns/{PETITION}")["external_count"] == 3
        page.get_by_role("button", name="Save").click()
        page.locator("dialog").get_by_role("button", name="Save my version").click()
        expect(page.locator("#said")).to_contain_text("Saved.")
    assert call(signed, "GET", f"/admin/campaigns/{PETITION}")["goal"] == 7000


def test_a_key_is_made_shown_once_used_and_revoked_by_keyboard(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        go(page, "keys")
        page.get_by_label("Whose key it is").focus()
        page.keyboard.type("Press office")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="The key is ready")).to_be_focused()
        expect(page.locator(".made textarea")).to_be_in_viewport(ratio=1)
        secret = page.locator(".made textarea").input_value()
        assert secret.startswith("us_")
        with a_tab(signed, browser) as other:
            enter(other, secret)
            expect(other.get_by_role("link", name="Keys")).to_have_count(0)
            go(other, f"campaigns/{PETITION}")
            expect(other.locator("#h-exports")).to_have_count(0)
            expect(other.get_by_role("button", name="Close")).to_have_count(0)
        page.get_by_role("button", name="Revoke Press office").focus()
        page.keyboard.press("Enter")
        expect(page.locator("dialog").get_by_role("button", name="Cancel")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("dialog")).to_have_count(0)
        expect(page.get_by_role("button", name="Revoke Press office")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Revoke Press office")).to_have_count(0)


def test_an_address_is_looked_into_and_erased(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        go(page, "people")
        page.locator("input[type=email]").fill("d0@example.org")
        page.get_by_role("button", name="What is stored?").click()
        expect(page.locator(".answer textarea")).to_have_value(re.compile("d0@example.org"))
        page.get_by_role("button", name="Erase everywhere").click()
        page.locator("dialog").get_by_role("button", name="Erase everywhere").click()
        expect(page.locator(".answer")).to_contain_text("Signatures: 1")
        expect(page.locator(".answer h2")).to_be_focused()
        said = page.locator(".answer").inner_text()
        assert "null" not in said
        assert "[object" not in said
    found = call(signed, "POST", f"/admin/campaigns/{PETITION}/signatures/find", {"email": "d0@example.org"})
    assert [one["state"] for one in found["signatures"]] == ["withdrawn"]


def test_copies_to_chase_are_listed_after_an_erasure(signed: Site, browser: Browser) -> None:
    report = {
        "signatures": [],
        "exports": [{"campaign": PETITION, "id": "e1", "created_at": "2026-11-20T10:00:00+00:00"}],
    }
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        go(page, "people")
        page.route("**/admin/erasures", lambda route: route.fulfill(json=report))
        page.locator("input[type=email]").fill("copied@example.org")
        page.get_by_role("button", name="Erase everywhere").click()
        page.locator("dialog").get_by_role("button", name="Erase everywhere").click()
        expect(page.locator(".answer li")).to_have_text(re.compile(f"^{PETITION}: Nov 20, 2026"))
        said = page.locator(".answer").inner_text()
        assert "Ask them to delete it" in said
        assert "null" not in said
        assert "[object" not in said


def test_unsaved_changes_are_not_dropped_unasked(signed: Site, browser: Browser) -> None:
    edited = f"#/campaigns/{PETITION}/settings"
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        go(page, f"campaigns/{PETITION}")
        go(page, f"campaigns/{PETITION}/settings")
        page.get_by_role("navigation", name="Dashboard").get_by_role("link", name="Campaigns").click()
        expect(page.locator("main h1")).to_have_text("Campaigns")  # nothing was changed, so nothing is asked
        page.go_back()
        expect(page.locator("#main")).to_have_attribute("data-at", edited)
        unfold(page, "The campaign")
        page.get_by_label("Goal").fill("8123")
        dialog = page.locator("dialog")
        ways: dict[str, Callable[[], object]] = {
            "a link": lambda: page.get_by_role("link", name="Keys").click(),
            "Back": lambda: page.evaluate("history.back()"),
            "two steps back": lambda: page.evaluate("history.go(-2)"),
            "signing out": lambda: page.get_by_role("button", name="Sign out").click(),
        }
        for way, leave in ways.items():
            leave()
            expect(dialog, way).to_contain_text("Leave without saving?")
            dialog.get_by_role("button", name="Stay here").click()
            expect(dialog, way).to_have_count(0)
            expect(page, way).to_have_url(re.compile(re.escape(edited) + "$"))
            expect(page.get_by_label("Goal"), way).to_have_value("8123")
        asked: list[str] = []

        def stay(native: Dialog) -> None:
            asked.append(native.type)
            native.dismiss()

        page.once("dialog", stay)
        page.evaluate("() => { location.href = location.pathname + '?lang=es'; }")
        expect(page.get_by_label("Goal")).to_have_value("8123")
        assert asked == ["beforeunload"]
        page.evaluate("history.back()")
        dialog.get_by_role("button", name="Leave without saving").click()
        expect(page.locator("#main")).to_have_attribute("data-at", f"#/campaigns/{PETITION}")
        page.reload()
        expect(page.locator(".big")).to_be_visible()
    assert call(signed, "GET", f"/admin/campaigns/{PETITION}")["goal"] != 8123


def test_what_was_typed_outlives_the_key(signed: Site, browser: Browser) -> None:
    made = call(signed, "POST", "/admin/keys", {"name": "Short-lived", "role": "admin", "campaigns": ["*"]})
    with a_tab(signed, browser) as page:
        enter(page, made["secret"])
        go(page, f"campaigns/{PETITION}/settings")
        unfold(page, "The campaign")
        page.get_by_label("Goal").fill("9000")
        page.route(f"**/admin/campaigns/{PETITION}", lambda route: route.fulfill(status=401, json={"detail": "ended"}))
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".wrong")).to_contain_text("You were signed out")
        page.unroute(f"**/admin/campaigns/{PETITION}")
        page.locator("input[type=password]").fill(signed.key)
        page.keyboard.press("Enter")
        expect(page.get_by_label("Goal")).to_have_value("9000")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#said")).to_contain_text("Saved.")
    assert call(signed, "GET", f"/admin/campaigns/{PETITION}")["goal"] == 9000


def test_the_preview_is_there_unasked_with_the_count_and_the_colour(signed: Site, browser: Browser) -> None:
    count = call(signed, "GET", f"/admin/campaigns/{PETITION}/counts")["public_count"]
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        go(page, f"campaigns/{PETITION}/settings")
        preview = page.frame_locator("iframe.preview")
        expect(preview.locator("main")).to_contain_text(str(count))
        expect(preview.get_by_text("Be the first")).to_have_count(0)
        unfold(page, "Picture, logo and color")
        page.get_by_label("Color").fill("#8e1b5a")
        accent = "element => getComputedStyle(element).getPropertyValue('--accent').trim()"
        expect(preview.locator("link[rel=stylesheet]")).to_have_attribute("href", re.compile("accent-8e1b5a"))
        expect(preview.locator("form .act button")).to_have_css("background-color", "rgb(142, 27, 90)")
        assert preview.locator("html").evaluate(accent) == "#8e1b5a"
        unfold(page, "Texts")
        title = page.get_by_label("Title", exact=True).first
        title.fill("")
        expect(page.locator(".look .note")).to_be_visible()
        expect(page.locator(".mistakes")).to_be_empty()
        title.fill("Another title")
        expect(preview.locator("h1")).to_have_text("Another title")
        expect(page.locator(".look .note")).to_be_hidden()
        page.evaluate("document.activeElement.blur()")
        go_anyway(page, "")


def go_anyway(page: Page, view: str) -> None:
    page.evaluate("hash => { location.hash = hash }", f"#/{view}")
    page.locator("dialog").get_by_role("button", name="Leave without saving").click()
    expect(page.locator("#main")).to_have_attribute("data-at", f"#/{view}")


def test_every_mistake_leads_to_its_field_in_words(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser, "es") as page:
        enter(page, signed.key)
        go(page, f"campaigns/{PETITION}/settings")
        unfold(page, "Reglas")
        origins = page.get_by_label("Sitios que pueden mostrar el formulario")
        origins.fill("https://example.org\nhttps://ana@example.org\nhttps://example.org/firma")
        unfold(page, "Qué pide el formulario")
        page.get_by_role("button", name="Añadir una pregunta propia").click()
        page.get_by_role("button", name="Guardar").click()
        mistakes = page.locator(".mistakes")
        expect(mistakes).to_be_focused()
        assert "allowed_origins" not in (mistakes.text_content() or "")
        expect(mistakes.get_by_role("listitem")).to_have_count(3)
        expect(mistakes.get_by_role("link")).to_have_count(3)
        expect(origins).to_have_accessible_description(re.compile("https://example.org/firma: Escriba solo el sitio"))
        mistakes.get_by_role("link", name=re.compile("Escriba un sitio como")).click()
        expect(origins).to_be_focused()
        assert page.url.endswith(f"campaigns/{PETITION}/settings")
        page.evaluate("() => { location.hash = '#/' }")
        page.locator("dialog").get_by_role("button", name="Salir sin guardar").click()


def test_a_site_that_was_refused_is_allowed_with_one_press(signed: Site, browser: Browser) -> None:
    refused = {"sites": ["https://www.example.org"], "campaign": PETITION}
    sent: list[Any] = []

    def patched(route: Any) -> None:
        if route.request.method != "PATCH":
            route.fallback()
            return
        sent.append(route.request.post_data_json)
        route.fulfill(json={})

    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        page.route("**/refused-sites", lambda route: route.fulfill(json=refused))
        listed = {"allowed_origins": ["https://example.org"]}
        page.route(
            f"**/admin/campaigns/{PETITION}", lambda route: route.fulfill(json={**route.fetch().json(), **listed})
        )
        page.route(f"**/admin/campaigns/{PETITION}", patched)
        go(page, f"campaigns/{PETITION}")
        part = page.get_by_role("region", name="Sites that were refused")
        part.get_by_role("button", name="Allow https://www.example.org").click()
        expect(page.get_by_text("https://www.example.org may show the form now.")).to_be_visible()
    assert sent == [{"allowed_origins": ["https://example.org", "https://www.example.org"]}]


def test_who_allows_a_site_is_offered_its_twin_with_www(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        go(page, f"campaigns/{PETITION}/settings")
        unfold(page, "Rules")
        origins = page.get_by_label("Sites that may show the form")
        origins.fill(
            "https://example.org\nhttps://www.uni.edu.pe\nhttps://sign.example.org\nhttps://*.example.net\nhttp://localhost:80"
        )
        origins.blur()
        offers = page.get_by_role("button", name="Allow http")
        expect(offers).to_have_text(["Allow https://www.example.org, too", "Allow https://uni.edu.pe, too"])
        offers.first.click()
        expect(offers).to_have_text(["Allow https://uni.edu.pe, too"])
        expect(origins).to_have_value(re.compile("https://www.example.org$"))
        go_anyway(page, "")


def test_a_new_campaign_needs_a_short_name_that_is_free(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        go(page, "new")
        for wrong, said in (
            ("", "Choose a short name"),
            ("..", "Choose a short name"),
            ("a/b", "Choose a short name"),
            ("Save us", "Choose a short name"),
        ):
            page.locator("#campaign-id").fill(wrong)
            page.get_by_role("button", name="Save").click()
            expect(page.locator(".mistakes")).to_contain_text(said)
            expect(page.locator("#campaign-id")).to_have_accessible_description(re.compile(said))
        page.get_by_label("Title", exact=True).fill("Mine")
        page.get_by_label("Statement", exact=True).fill("Ours.")
        unfold(page, "Emails come from")
        sender = page.locator("[data-part=sender]")
        sender.get_by_label("Name").fill("Friends")
        sender.get_by_label("Email address").fill("hello@example.org")
        page.locator("#campaign-id").fill(PETITION)
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".mistakes")).to_contain_text("There is a campaign with this short name already")
        go_anyway(page, "")


def test_a_draft_offers_nothing_to_share_until_it_is_open(signed: Site, browser: Browser) -> None:
    stored = call(signed, "GET", f"/admin/campaigns/{PETITION}")
    call(signed, "PUT", "/admin/campaigns/quiet-draft", stored | {"state": "draft"})
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        go(page, "campaigns/quiet-draft/share")
        shared = page.locator('section[aria-labelledby="h-share"]')
        expect(shared).to_contain_text("Only your team sees a draft")
        expect(shared.get_by_role("textbox").first).to_be_hidden()
        expect(page.locator('main a[href*="/sign/"]')).to_have_count(0)
        page.get_by_role("button", name="Open campaign").click()
        page.locator("dialog").get_by_role("button", name="Open campaign").click()
        link = page.locator('main a[href*="/sign/quiet-draft"]')
        expect(link).to_have_attribute("rel", "noopener")
        expect(shared.get_by_role("textbox").first).to_be_visible()
    call(signed, "DELETE", "/admin/campaigns/quiet-draft")


def test_charts_say_whom_they_count(signed: Site, browser: Browser) -> None:
    counts = call(signed, "GET", f"/admin/campaigns/{PETITION}/counts")
    on_paper = counts | {"public_count": 32, "external_count": 20}
    on_paper["signatures"] = counts["signatures"] | {"confirmed": 10, "external": 2}
    on_paper["by"] = counts["by"] | {"sponsor": {"wbw": 3}, "country": {"PE": 6}}
    with a_tab(signed, browser) as page:
        page.route(f"**/admin/campaigns/{PETITION}/counts", lambda route: route.fulfill(json=on_paper))
        enter(page, signed.key)
        go(page, f"campaigns/{PETITION}")
        expect(page.locator('section[aria-labelledby="h-per_day"] .aside')).to_have_text(
            re.compile("^22 of the 32 signatures are on paper")
        )
        page.get_by_text("Consents, kinds of signers").click()
        consents = page.locator('section[aria-labelledby="h-by_sponsor"]')
        expect(consents.locator(".bars").first.locator(".label")).to_have_text(
            ["Said yes", "Did not say yes", "Counted elsewhere"]
        )
        expect(consents.locator(".bars").first.locator(".value")).to_have_text(["3 · 9%", "9 · 28%", "20 · 63%"])
        countries = page.locator('section[aria-labelledby="h-by_country"] .bars')
        expect(countries.locator(".label")).to_have_text(["Peru", "Not given", "On paper", "Counted elsewhere"])
        expect(countries.locator(".value")).to_have_text(["6 · 19%", "4 · 13%", "2 · 6%", "20 · 63%"])
        expect(page.get_by_text("Percentages are of all signers (32).")).to_be_visible()
        figures = page.locator(".figures").first.locator("div")
        told = dict(line.split("\n") for line in figures.all_inner_texts())
        online = {"Confirmed online": "10", "On paper": "2", "Counted elsewhere": "20"}
        assert {name: told[name] for name in online} == online  # which add up to 32


def test_a_flood_is_shown_in_numbers_and_let_go_or_dropped(signed: Site, browser: Browser) -> None:
    at = f"/admin/campaigns/{LETTER}"
    version = call(signed, "GET", at)["version"]
    call(signed, "PATCH", at, {"limits": {"domain_hourly": 1}}, **{"If-Match": f'"{version}"'})
    for domain, number in (("flood.example", 4), ("school.example", 3)):
        for one in range(number):
            typed = {"email": f"f{one}@{domain}", "given_name": "Eva", "family_name": "Paz", "country": "PE"}
            call(signed, "POST", f"/campaigns/{LETTER}/signatures", typed)
    signed.stack.drain()
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        expect(page.locator(".campaigns")).to_contain_text("Emails held back until you review them: 5")
        go(page, f"campaigns/{LETTER}/messages")
        held = page.locator("section.held")
        expect(held.get_by_role("heading")).to_have_text("Emails held back: 5")
        flood = held.locator("li", has_text="flood.example")
        flood.get_by_role("button", name="Discard").click()
        expect(page.locator("dialog")).to_contain_text("Discard 3 signatures?")
        page.locator("dialog").get_by_role("button", name="Discard").click()
        expect(page.locator("#said")).to_contain_text("Discarded: 3.")
        held.locator("li", has_text="school.example").get_by_role("button", name="Send emails").click()
        page.locator("dialog").get_by_role("button", name="Send emails").click()
        expect(page.locator("#said")).to_contain_text("Emails on their way: 2.")
        expect(held).to_have_count(0)
    signed.stack.drain()
    arrived = [mail["to"] for mail in signed.stack.outbox() if mail["to"].endswith(".example")]
    assert sorted(one.partition("@")[2] for one in arrived) == ["flood.example", *["school.example"] * 3]


def test_a_flood_that_counts_is_counted_and_withdrawn_at_once(signed: Site, browser: Browser) -> None:
    for one in range(3):
        typed = {
            "email": f"w{one}@example.org",
            "given_name": "Eva",
            "family_name": "Paz",
            "country": "PE",
            "source": "bots",
        }
        call(signed, "POST", f"/campaigns/{PETITION}/signatures", typed)
    signed.stack.drain()
    with a_tab(signed, browser, viewport={"width": 320, "height": 640}) as page:
        enter(page, signed.key)
        go(page, f"campaigns/{PETITION}/signatures")
        page.locator("summary", has_text="Withdraw several signatures").click()
        form = page.locator("details[open] form")
        form.get_by_label("Source").fill("bots")
        form.get_by_label("What looked odd").select_option("fast")
        form.get_by_role("button", name="Count them").click()
        expect(page.locator("#said")).to_have_text("0 signatures found.")
        form.get_by_label("What looked odd").select_option("")
        form.get_by_role("button", name="Count them").click()
        expect(page.locator("dialog")).to_contain_text("Withdraw these 3 signatures?")
        page.locator("dialog").get_by_role("button", name="Withdraw").click()
        expect(page.locator("#said")).to_have_text("3 signatures withdrawn.")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        signed.stack.drain()
        assert call(signed, "GET", f"/admin/campaigns/{PETITION}/counts")["withdrawn"]["organizer"] == 3
        page.reload()
        page.locator("summary", has_text="Withdraw several signatures").click()
        expect(page.locator("details[open]")).to_contain_text("3 withdrawn (bots). You can restore them until")
        page.locator("details[open]").get_by_role("button", name="Restore 3").click()
        expect(page.locator("dialog")).to_contain_text("Restore these 3 signatures?")
        page.locator("dialog").get_by_role("button", name="Restore 3").click()
        expect(page.locator("#said")).to_have_text("3 signatures restored.")
        expect(page.get_by_role("button", name="Restore 3")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    signed.stack.drain()
    assert call(signed, "GET", f"/admin/campaigns/{PETITION}/counts")["withdrawn"]["organizer"] == 0


def test_without_a_connection_it_says_so(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        page.context.set_offline(True)
        page.locator(f'a[href="#/campaigns/{PETITION}"]').click()
        expect(page.locator("main")).to_contain_text("no connection")
        page.context.set_offline(False)
        page.get_by_role("button", name="Try again").click()
        expect(page.locator(".big")).to_be_visible()


def test_without_script_the_page_says_what_it_needs(signed: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{signed.stack.url}/admin")
    expect(page.locator("noscript p")).to_be_visible()
    assert "command line" in page.locator("noscript p").inner_text()
    context.close()


def test_every_word_that_is_asked_for_is_there_and_no_other() -> None:
    scripts = "".join(text for name, text in dashboard.assets().items() if name.endswith(".js") and name != "uplot.js")
    asked = set(re.findall(r'\bt\("([a-z_]+)"', scripts))
    asked |= {one for pair in re.findall(r'\bt\([^()"]+\? "([a-z_]+)" : "([a-z_]+)"', scripts) for one in pair}
    asked |= set(re.findall(r'\bwords: "([a-z_]+)"', scripts)) | set(
        re.findall(r'name: "([a-z_]+)",\n +digest', scripts)
    )
    asked |= set(re.findall(r'(?:section|group|way)\("([a-z_]+)"', scripts)) | set(
        re.findall(r'rows\("\w+", "(\w+)"', scripts)
    )
    families = tuple(set(re.findall(r"\bt\(`([a-z_]+_)\$", scripts)))
    of_signers = {f"field_{name}" for name in FIELD_WORDS}
    assert asked - set(WORDS) - of_signers == set()
    assert {word for word in WORDS if word not in asked and not word.startswith((*families, "state_"))} == set()


def test_the_chart_library_is_the_one_that_was_checked() -> None:
    known = {
        "uplot.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
        "uplot.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    }
    assert {name: sha256(dashboard.assets()[name].encode()).hexdigest() for name in known} == known
    assert "MIT License" in dashboard.assets()["uplot.LICENSE.txt"]


def test_mail_is_paused_and_resumed_from_the_list_and_everybody_sees_it(signed: Site, browser: Browser) -> None:
    with a_tab(signed, browser) as page:
        enter(page, signed.key)
        page.get_by_role("button", name="Pause all emails").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("go on signing")
        dialog.get_by_role("button", name="Pause all emails").click()
        expect(page.get_by_role("note")).to_contain_text("All emails have been paused since")
        assert call(signed, "GET", "/admin/mail")["paused"] is True
        page.get_by_role("button", name="Resume all emails").click()
        expect(page.get_by_role("button", name="Pause all emails")).to_be_visible()
        assert call(signed, "GET", "/admin/mail")["paused"] is False
        go(page, f"campaigns/{PETITION}/messages")
        page.get_by_role("button", name="Pause emails").click()
        page.get_by_role("dialog").get_by_role("button", name="Pause emails").click()
        expect(page.get_by_text("Emails are paused.")).to_be_visible()
        page.get_by_role("button", name="Resume emails").click()
        expect(page.get_by_role("button", name="Pause emails")).to_be_visible()
