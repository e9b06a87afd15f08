"""A captcha's script that turns hostile, in a real browser: it reaches neither the organiser's key nor the dashboard."""

from __future__ import annotations

import json
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from chalicelib.domain.campaigns.captcha_services import SERVICES
from local.stack import Stack
from local.startup.app_loader import wiring
from tests.kit.captcha_services import CaptchaServices

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Route

pytestmark = [pytest.mark.engine, pytest.mark.browser]
PETITION, GUARDED = "no-troops-in-peru", "petition-with-turnstile"
KEY = "undersigned-key"
# What a script in the same tab, after the organiser was in the dashboard, would try; it tells what it got.
HOSTILE = """
const tried = {};
const attempt = (name, act) => { try { tried[name] = String(act()); } catch (error) { tried[name] = error.name; } };
attempt("session", () => sessionStorage.getItem("undersigned-key"));
attempt("local", () => localStorage.length);
attempt("cookie", () => document.cookie);
attempt("origin", () => self.origin);
window.tried = tried;
window.openDashboard = (url) => { window.opened = open(url); };
window.readDashboard = () => { try { return String(window.opened.document.title); } catch (error) { return error.name; } };
"""


class Place:
    """A running stack with a campaign that asks for a captcha, whose form only our own page may send."""

    def __init__(self, stack: Stack, key: str, services: CaptchaServices) -> None:
        self.stack, self.key, self.services = stack, key, services

    def call(self, method: str, path: str, body: object = None) -> dict[str, object]:
        data = None if body is None else json.dumps(body).encode()
        named = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.stack.url}{path}", data, named, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            told: dict[str, object] = json.loads(answer.read())
            return told


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder: Path = tmp_path_factory.mktemp("isolation")
    with (
        Stack(engine="dynoxide", directory=folder, port=0, memory=True, prefix="") as stack,
        pytest.MonkeyPatch.context() as patched,
        CaptchaServices().running(patched) as services,
    ):
        place = Place(stack, stack.load_samples(("http://elsewhere.example",)), services)
        wiring().secret_store.write_captcha_secret("s3cret")
        wiring().__dict__.pop("cached_secrets", None)
        document = place.call("GET", f"/admin/campaigns/{PETITION}")
        captcha = {"provider": "turnstile", "site_key": "0xSITE"}
        allowed = ["https://elsewhere.example"]
        place.call("PUT", f"/admin/campaigns/{GUARDED}", document | {"captcha": captcha, "allowed_origins": allowed})
        yield place


@contextmanager
def an_organisers_tab(place: Place, browser: Browser, dashboard: str) -> Iterator[Page]:
    """A tab where somebody has signed in, and whose captcha's script is hostile."""

    def with_hostile_part(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=HOSTILE + answer.text())

    context = browser.new_context(locale="en")
    page = context.new_page()
    page.route(f"{SERVICES['turnstile'].script}*", with_hostile_part)
    page.goto(f"{dashboard}/admin?lang=en")
    page.locator("input[type=password]").fill(place.key)
    page.keyboard.press("Enter")
    expect(page.locator(".campaigns")).to_be_visible()
    assert page.evaluate("name => sessionStorage.getItem(name)", KEY) == place.key
    yield page
    context.close()


def test_a_captchas_script_reads_no_key_and_opens_no_dashboard_while_its_form_works(
    place: Place, browser: Browser
) -> None:
    with an_organisers_tab(place, browser, place.stack.url) as page:
        page.goto(f"{place.stack.url}/sign/{GUARDED}?lang=en")
        page.wait_for_function("window.tried")
        tried = page.evaluate("tried")
        assert tried == {
            "session": "SecurityError",
            "local": "SecurityError",
            "cookie": "SecurityError",
            "origin": "null",
        }
        with page.expect_popup() as opened:
            page.evaluate("url => openDashboard(url)", f"{place.stack.url}/admin?lang=en")
        expect(opened.value.locator("h1")).to_be_visible()
        assert page.evaluate("readDashboard()") != "Dashboard · Undersigned"
        assert opened.value.evaluate("window.opener") is None
        opened.value.close()
        page.locator('[name="email"]').fill("not an address")
        page.locator("form button[type=submit]").click()
        expect(page.get_by_role("link", name="email").first).to_be_visible()
        page.wait_for_function("window.tried")
        assert page.evaluate("tried.session") == "SecurityError", "the form with its mistakes runs the script too"
        page.locator('[name="email"]').fill("isolated@example.org")
        page.locator('[name="given_name"]').fill("Ana")
        page.locator('[name="family_name"]').fill("Quispe")
        page.locator('[name="country"]').select_option("PE")
        page.locator("form button[type=submit]").click()
        expect(page.locator("h1")).to_contain_text("One step left")
        page.goto(f"{place.stack.url}/admin?lang=en")
        expect(page.locator(".campaigns")).to_be_visible()
    place.stack.drain()
    found = place.call("POST", f"/admin/campaigns/{GUARDED}/signatures/find", {"email": "isolated@example.org"})
    assert [one["state"] for one in found["signatures"]] == ["pending"]  # type: ignore[attr-defined]


def test_on_a_host_of_its_own_the_dashboard_is_out_of_reach_and_the_captcha_is_not_sandboxed(
    place: Place, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = place.stack.url.replace("127.0.0.1", "localhost")
    monkeypatch.setitem(wiring().settings.__dict__, "dashboard_url", own)
    with an_organisers_tab(place, browser, place.stack.url) as page:
        assert page.url.startswith(f"{own}/admin?lang=en"), "the old address leads to the new one"
        page.goto(f"{place.stack.url}/sign/{GUARDED}?lang=en")
        page.wait_for_function("window.tried")
        assert page.evaluate("[tried.session, tried.origin]") == ["null", place.stack.url]
        with page.expect_popup() as opened:
            page.evaluate("url => openDashboard(url)", f"{own}/admin?lang=en")
        expect(opened.value.locator("h1")).to_be_visible()
        assert page.evaluate("readDashboard()") != "Dashboard · Undersigned"
        page.goto(f"{own}/sign/{GUARDED}?lang=en")
        page.wait_for_function("window.tried")
        assert page.evaluate("[tried.session, tried.origin]") == ["SecurityError", "null"]
