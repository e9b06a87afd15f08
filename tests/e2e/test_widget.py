"""The script widget on a stranger's page, in a real browser, with everything that can go wrong on the way."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from local.stack import Stack
from local.startup.app_loader import wiring
from tests.kit.captcha_services import CaptchaServices
from tests.kit.foreign_site import ForeignSite, a_foreign_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

pytestmark = [pytest.mark.engine, pytest.mark.browser]
PETITION, LETTER = "no-troops-in-peru", "halt-military-aid"
WITH_TURNSTILE, WITH_HCAPTCHA = "petition-with-turnstile", "letter-with-hcaptcha"
PHONE, DESKTOP = {"width": 320, "height": 3000}, {"width": 1280, "height": 3000}
POSTED = "**/signatures"
# Told to the window, so that a test can ask: layout shifts, breaches of the page's policy, events of the widget.
WATCHED = """
  window.shifts = []; window.breaches = []; window.events = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifts.push(entry.value);
  }).observe({ type: "layout-shift", buffered: true });
  addEventListener("securitypolicyviolation", (event) => breaches.push(event.violatedDirective + " " + event.blockedURI));
  for (const name of ["undersigned:signed", "undersigned:error"])
    addEventListener(name, (event) => events.push([event.type, event.detail]));
"""
AXE = Axe()


@dataclass
class Place:
    """A deployment behind a stage, with both samples, and a stranger's site."""

    stack: Stack
    site: ForeignSite
    key: str
    browser: Browser
    snippets: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    def snippet(self, campaign: str, language: str, kind: str = "widget") -> str:
        if campaign not in self.snippets:
            url = f"{self.stack.url}/admin/campaigns/{campaign}/snippets"
            request = urllib.request.Request(url, headers={"Authorization": f"Bearer {self.key}"})
            with urllib.request.urlopen(request, timeout=30) as answer:
                self.snippets[campaign] = json.load(answer)["snippets"]
        return self.snippets[campaign][language][kind]

    def element(self, campaign: str, attributes: str = "", inside: str = "") -> str:
        script = f'<script src="{self.stack.url}/embed.js" async></script>'
        return f'{script}<undersigned-form campaign="{campaign}" {attributes}>{inside}</undersigned-form>'

    @contextmanager
    def visit(self, body: str, *, policy: str = "", head: str = "", language: str = "en", query: str = "", routes: Any = None, **settings: Any) -> Iterator[Page]:  # fmt: skip
        """A visitor who opens a page with `body` in it; nothing may go wrong in a script unnoticed."""
        context = self.browser.new_context(**({"viewport": DESKTOP, "locale": "en-US"} | settings))
        page, errors = context.new_page(), []
        page.add_init_script(WATCHED)
        page.on("pageerror", lambda error: errors.append(str(error)))
        for pattern, handler in (routes or {}).items():
            page.route(pattern, handler)
        page.goto(self.site.put("/page", body, policy=policy, head=head, language=language) + query)
        yield page
        context.close()
        assert errors == []

    def mail(self, address: str) -> dict[str, Any]:
        self.stack.drain()
        return [mail for mail in self.stack.outbox() if mail["to"] == address][-1]

    def confirm(self, address: str) -> None:
        found = re.search(r"https?://\S+/confirm/\S+", self.mail(address)["text"])
        assert found
        urllib.request.urlopen(urllib.request.Request(found[0], b""), timeout=30).close()
        self.stack.drain()

    def publish_like(self, campaign: str, new: str, **changes: Any) -> None:
        url, named = f"{self.stack.url}/admin/campaigns/", {"Authorization": f"Bearer {self.key}"}
        with urllib.request.urlopen(urllib.request.Request(url + campaign, headers=named), timeout=30) as answer:
            stored = json.load(answer)
        ours = {"id", "version", "created_at", "closed_at", "text_version", "names_until"}
        document = {name: value for name, value in stored.items() if name not in ours} | changes
        body, json_too = json.dumps(document).encode(), named | {"Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(url + new, body, json_too, method="PUT"), timeout=30).close()

    def signatures_of(self, campaign: str, **wanted: str) -> list[dict[str, Any]]:
        self.stack.drain()
        url = f"{self.stack.url}/admin/campaigns/{campaign}/signatures?limit=200"
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {self.key}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            all_of_them = json.load(answer)["signatures"]
        return [one for one in all_of_them if wanted.items() <= one.items()]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("widget")
    with (
        a_foreign_site() as site,
        Stack(engine="ministack", directory=folder, port=0, memory=True, prefix="/api") as stack,
    ):
        yield Place(stack, site, stack.load_samples([site.url]), browser)


@pytest.fixture
def later(place: Place) -> Iterator[Any]:  # noqa: ARG001 - the deployment is there first
    """Moves the deployment's clock, so that its memory of a count is old."""
    wired, before = wiring(), wiring().clock

    def move(minutes: int) -> None:
        wired.clock = lambda: datetime.now(UTC) + timedelta(minutes=minutes)

    yield move
    wired.clock = before


def form_of(page: Page, number: int = 0) -> Any:
    return page.locator("undersigned-form").nth(number).locator("form[part]")


def fill(form: Any, email: str, **more: str) -> None:
    for name, value in {"given_name": "María José", "family_name": "Quispe", "email": email, **more}.items():
        form.locator(f'[name="{name}"]').fill(value)


def press(form: Any) -> None:
    form.locator("button[type=submit]").click()


def thanks(page: Page) -> Any:
    return page.locator("undersigned-form [part~=thanks] h2")


class TestSigning:
    def test_a_newcomer_pastes_snippets_and_signs_in_spanish(self, place: Place, later: Any) -> None:
        sent: list[tuple[str, str]] = []

        def note(route: Route) -> None:
            sent.append((route.request.method, route.request.url))
            route.continue_()

        both = place.snippet(PETITION, "es") + place.snippet(PETITION, "en")
        with place.visit(both, viewport=PHONE, routes={"**/*": note}, language="es") as page:
            form = form_of(page)
            fill(form, "maria.jose@gmail.com")
            form.locator('[name="country"]').select_option("PE")
            form.locator('[name="consents"][value="wbw"]').check()
            assert page.evaluate("shifts") == []
            press(form)
            expect(thanks(page)).to_have_text("Falta un paso: abra el correo que le enviamos")
            expect(thanks(page)).to_be_focused()
            expect(page.get_by_text("Le escribimos a")).to_contain_text("maria.jose@gmail.com")
            web_mail = page.get_by_role("link", name="Abrir Gmail")
            assert web_mail.get_attribute("href") == "https://mail.google.com/"
            place.confirm("maria.jose@gmail.com")
            later(5)
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # back from the mail
            for number in (0, 1):
                count = page.locator("undersigned-form").nth(number).locator("[part=count]")
                expect(count).to_have_text("1")
            assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
            assert page.context.cookies() == []
        [signature] = place.signatures_of(PETITION, email="maria.jose@gmail.com")
        assert (signature["language"], signature["consents"], signature["state"]) == ("es", ["wbw"], "confirmed")
        assert signature["referrer"] == f"{place.site.url}/page"
        known = (place.stack.url, place.site.url)
        assert [url for _, url in sent if not url.startswith(known)] == []
        assert len([url for method, url in sent if method == "POST"]) == 1
        assert len([url for _, url in sent if "/form?" in url]) == 2  # one for each element
        assert len([url for _, url in sent if url.endswith("/embed.js")]) == 1

    def test_count_and_bar_move_under_a_strict_policy_and_the_page_hears_of_it(self, place: Place) -> None:
        origin = "/".join(place.stack.url.split("/")[:3])
        policy = f"default-src 'none'; script-src {origin}; connect-src {origin}; form-action {origin}; base-uri 'none'"
        query = "?utm_source=newsletter&utm_campaign=june&secret=1"
        with place.visit(place.element(LETTER) * 2, policy=policy, query=query) as page:
            form = form_of(page)
            fill(form, "strict@example.org")
            press(form)
            expect(thanks(page)).to_have_text("Thank you for signing")
            for number in (0, 1):  # the other form of the campaign on this page as well
                bar = page.locator("undersigned-form").nth(number).locator("progress")
                assert bar.evaluate("bar => bar.value") == 1
            [[name, detail]] = page.evaluate("events")
            assert (name, detail["campaign"], detail["state"], detail["count"]) == (
                "undersigned:signed", LETTER, "confirmed", 1,
            )  # fmt: skip
            assert page.evaluate("breaches") == []
            page.get_by_role("button", name="Let someone else sign").click()
            expect(form.locator('[name="given_name"]')).to_be_focused()
            expect(form.locator('[name="given_name"]')).to_have_value("")
        [signature] = place.signatures_of(LETTER, email="strict@example.org")
        assert signature["source"] == "newsletter"
        assert signature["utm"] == {"utm_source": "newsletter", "utm_campaign": "june"}
        assert "secret" not in signature["referrer"]

    def test_mistakes_are_told_beside_their_fields_and_lead_there(self, place: Place) -> None:
        with place.visit(place.element(PETITION, 'lang="en"')) as page:
            form = form_of(page)
            fill(form, "not-an-address")
            press(form)
            summary = form.locator("[role=alert]")
            expect(summary).to_be_focused()
            expect(summary.locator("strong")).to_have_text("Answers that need another look: 2")
            fields = form.locator("input:visible, select").evaluate_all("all => all.map(one => '#' + one.id)")
            told = summary.get_by_role("link").evaluate_all("all => all.map(one => one.getAttribute('href'))")
            assert told == [field for field in fields if field in told] == ["#f-email", "#f-country"]
            summary.get_by_role("link", name="Choose your country.").click()
            country = form.locator('[name="country"]')
            expect(country).to_be_focused()
            expect(country).to_have_attribute("aria-invalid", "true")
            expect(country).to_have_accessible_description("Choose your country.")
            expect(form.locator('[name="email"]')).to_have_value("not-an-address")
            assert page.evaluate("events.map(([name, detail]) => [name, detail.code])") == [
                ["undersigned:error", "invalid"]
            ]
            axe(page)
            country.select_option("PE")
            fill(form, "mended@example.org")
            press(form)
            expect(thanks(page)).to_be_visible()

    def test_the_campaigns_own_page_comes_next_unless_this_page_says_no(self, place: Place) -> None:
        own = place.site.put("/our-thanks", "<p>Thank you from us.</p>")

        def with_redirect(route: Route) -> None:
            route.fulfill(json=json.loads(route.fetch().text()) | {"redirect_url": own})

        with place.visit(place.element(LETTER), routes={"**/form?*": with_redirect}) as page:
            page.evaluate("addEventListener('undersigned:signed', (event) => event.preventDefault(), { once: true })")
            fill(form_of(page), "stays@example.org")
            press(form_of(page))
            page.get_by_role("button", name="Let someone else sign").click()
            fill(form_of(page), "goes@example.org")
            press(form_of(page))
            page.wait_for_url(own)

    def test_it_says_when_it_was_handed_over_and_leads_on(self, place: Place) -> None:
        told = {
            "sentence": "Handed to Congress on May 3, 2026.",
            "words": "One line.\n<b>Another.</b>",
            "url": "https://example.org/photo",
            "more": "More at example.org",
        }

        def handed(route: Route) -> None:
            route.fulfill(json=json.loads(route.fetch().text()) | {"delivered": told})

        with place.visit(place.element(LETTER, 'lang="en"'), routes={"**/form?*": handed}) as page:
            part = page.locator("undersigned-form [part=delivered]")
            expect(part).to_contain_text("Handed to Congress on May 3, 2026.")
            expect(part).to_contain_text("<b>Another.</b>")
            expect(part.get_by_role("link")).to_have_accessible_name("More at example.org (opens a new tab)")
            expect(part.get_by_role("link")).to_have_attribute("href", "https://example.org/photo")
            axe(page)

    def test_a_mistyped_address_is_put_right_with_one_press(self, place: Place) -> None:
        with place.visit(place.element(LETTER, 'lang="en"')) as page:
            form = form_of(page)
            fill(form, "paola@gmial.com")
            press(form)
            hint = page.locator("undersigned-form [part=hint]")
            expect(hint).to_contain_text("We wrote to")
            expect(hint).to_contain_text("paola@gmial.com")
            axe(page)
            hint.get_by_role("button", name="paola@gmail.com").click()
            expect(hint).to_have_count(0)
            expect(thanks(page)).to_have_text("Thank you for signing")
        assert [
            one["email"]
            for one in place.signatures_of(LETTER, given_name="María José", state="confirmed")
            if "paola" in one["email"]
        ] == ["paola@gmail.com"]

    def test_the_widget_lies_over_nothing_on_paper(self, place: Place) -> None:
        with place.visit(place.element(LETTER, 'lang="en"') + "<p id=after>After it</p>") as page:
            expect(form_of(page)).to_be_visible()
            page.emulate_media(media="print")
            expect(form_of(page)).to_be_hidden()
            expect(page.locator("undersigned-form h2")).to_be_visible()
            end, after = page.evaluate(
                "[document.querySelector('undersigned-form').getBoundingClientRect().bottom, document.getElementById('after').getBoundingClientRect().top]"
            )
            assert end <= after
            assert (
                page.evaluate("getComputedStyle(document.querySelector('undersigned-form')).containerType") == "normal"
            )

    def test_a_keyboard_is_enough(self, place: Place) -> None:
        with place.visit(place.element(LETTER, 'lang="en"')) as page:
            form_of(page).wait_for()
            typed = {"given_name": "Key", "family_name": "Board", "email": "keys@example.org"}
            for _ in range(40):
                page.keyboard.press("Tab")
                focused = "document.activeElement.shadowRoot?.activeElement"
                if name := typed.pop(page.evaluate(f"{focused}?.name || ''"), ""):
                    page.keyboard.type(name)
                if not typed and page.evaluate(f"{focused}?.type") == "submit":
                    break
            page.keyboard.press("Enter")
            expect(thanks(page)).to_be_focused()
        assert place.signatures_of(LETTER, email="keys@example.org")


class TestTrouble:
    def test_what_was_typed_stays_while_there_is_no_connection(self, place: Place) -> None:
        with place.visit(place.element(LETTER, 'lang="es"')) as page:
            form = form_of(page)
            fill(form, "offline@example.org")
            page.context.set_offline(True)
            press(form)
            expect(form.get_by_text("No hay conexión. Lo que escribió sigue aquí.")).to_be_visible()
            page.context.set_offline(False)
            form.get_by_role("button", name="Intentar de nuevo").click()
            expect(thanks(page)).to_be_visible()
        assert len(place.signatures_of(LETTER, email="offline@example.org")) == 1

    def test_an_answer_that_is_lost_on_the_way_doubles_nothing(self, place: Place) -> None:
        lost: list[str] = []

        def lose_the_first(route: Route) -> None:
            if lost:
                return route.continue_()
            lost.append(route.fetch().text())
            return route.abort()

        with place.visit(place.element(LETTER, 'lang="en"'), routes={POSTED: lose_the_first}) as page:
            form = form_of(page)
            fill(form, "lost@example.org")
            press(form)
            form.get_by_role("button", name="Try again").click()
            expect(thanks(page)).to_be_visible()
        assert "confirmed" in lost[0]
        assert len(place.signatures_of(LETTER, email="lost@example.org")) == 1

    def test_a_double_click_on_a_slow_line_sends_once(self, place: Place) -> None:
        posts: list[str] = []

        def slowly(route: Route) -> None:
            posts.append(route.request.url)
            time.sleep(0.4)
            route.continue_()

        with place.visit(place.element(LETTER, 'lang="en"'), routes={POSTED: slowly}) as page:
            form = form_of(page)
            fill(form, "twice@example.org")
            form.locator("button[type=submit]").dblclick()
            expect(thanks(page)).to_be_visible()
        assert len(posts) == 1

    def test_going_back_finds_what_was_typed(self, place: Place) -> None:
        with place.visit(place.element(PETITION, 'lang="en"')) as page:
            fill(form_of(page), "back@example.org", comment="Because.")
            form_of(page).locator('[name="country"]').select_option("PE")
            page.goto(place.site.put("/elsewhere", "<p>Elsewhere.</p>"))
            page.go_back()
            form = form_of(page)
            expect(form.locator('[name="comment"]')).to_have_value("Because.")
            expect(form.locator('[name="country"]')).to_have_value("PE")
            expect(form.locator('[name="email"]')).to_have_value("back@example.org")

    def test_a_form_that_does_not_come_says_so_and_can_be_asked_for_again(self, place: Place) -> None:
        tries: list[str] = []

        def refuse_the_first(route: Route) -> None:
            tries.append(route.request.url)
            route.abort() if len(tries) == 1 else route.continue_()

        with place.visit(place.element(PETITION, 'lang="es"'), routes={"**/form?*": refuse_the_first}) as page:
            expect(page.get_by_text("No se pudo cargar el formulario.")).to_be_visible()
            page.get_by_role("button", name="Intentar de nuevo").click()
            form_of(page).wait_for()


class TestBesideTheScript:
    def test_a_plain_form_inside_signs_where_scripts_do_not_run(self, place: Place) -> None:
        inside = place.snippet(LETTER, "es", "form")
        with place.visit(place.element(LETTER, 'lang="es"', inside), java_script_enabled=False) as page:
            form = page.locator("undersigned-form form")
            fill(form, "plain@example.org")
            press(form)
            page.wait_for_url("**/thanks?lang=es")

    def test_what_was_typed_before_the_script_came_is_kept(self, place: Place) -> None:
        held: list[Route] = []
        inside = place.snippet(LETTER, "en", "form")
        routes = {"**/form?*": lambda route: held.append(route)}  # noqa: PLW0108 - it is marked by what calls it
        with place.visit(place.element(LETTER, 'lang="en"', inside), routes=routes) as page:
            plain = page.locator("undersigned-form > form")
            fill(plain, "early@example.org")
            plain.locator('[name="consents"]').check()
            while not held:
                page.wait_for_timeout(20)
            held[0].continue_()
            form = form_of(page)
            expect(form.locator('[name="email"]')).to_have_value("early@example.org")
            expect(form.locator('[name="consents"]')).to_be_checked()
            expect(plain).to_be_hidden()

    @pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
    def test_the_frame_shows_all_of_the_form_and_leads_on(self, place: Place, viewport: Any) -> None:
        with place.visit(place.snippet(PETITION, "es", "iframe"), viewport=viewport, java_script_enabled=False) as page:
            frame = page.frame_locator("iframe")
            inner = frame.locator("html")
            heights = inner.evaluate("e => [e.scrollHeight, e.clientHeight, e.scrollWidth, e.clientWidth]")
            assert heights[0] <= heights[1], "it would scroll inside"
            assert heights[2] <= heights[3]
            fill(frame.locator("form"), f"frame{viewport['width']}@example.org")
            frame.locator('[name="country"]').select_option("PE")
            frame.locator("form [type=submit]").click()
            page.get_by_role("heading", name="Falta un paso").wait_for()
        [signature] = place.signatures_of(PETITION, email=f"frame{viewport['width']}@example.org")
        assert signature["source"] == "iframe"


class TestLooks:
    def test_the_language_is_the_elements_else_the_pages_else_the_browsers(self, place: Place) -> None:
        with place.visit(place.element(PETITION, 'lang="en"') + place.element(PETITION), language="es") as page:
            expect(form_of(page, 0).locator("h3")).to_have_text("Add your name")
            expect(form_of(page, 1).locator("h3")).to_have_text("Sume su firma")
        with place.visit(place.element(PETITION), language="", locale="es-PE") as page:
            form = form_of(page)
            expect(form.locator("h3")).to_have_text("Sume su firma")
            form.locator('[name="given_name"]').fill("Luz")
            page.locator("undersigned-form").evaluate("element => { element.lang = 'en' }")
            expect(form.locator("h3")).to_have_text("Add your name")
            expect(form.locator('[name="given_name"]')).to_have_value("Luz")

    @pytest.mark.parametrize("width", [320, 768, 1280])
    @pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "es")])
    def test_it_keeps_its_room_and_axe_finds_nothing(
        self, place: Place, scheme: str, language: str, width: int
    ) -> None:
        def slowly(route: Route) -> None:
            time.sleep(0.2)
            route.continue_()

        head = '<meta name="color-scheme" content="light dark">'
        pasted = place.snippet(PETITION, language) + place.snippet(LETTER, language)
        viewport = {"width": width, "height": 4000}
        with place.visit(
            pasted, head=head, language=language, viewport=viewport, color_scheme=scheme, routes={"**/form?*": slowly}
        ) as page:
            form_of(page, 0).wait_for()
            form_of(page, 1).wait_for()
            assert page.evaluate("shifts") == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            small = "[...document.querySelectorAll('undersigned-form')].flatMap(one => [...one.shadowRoot.querySelectorAll('button, input:not([tabindex]), select')]).filter(one => one.offsetHeight < 24)"
            assert page.evaluate(f"{small}.length") == 0
            if width == 768:  # rules about contrast, names and roles see no third width
                return
            axe(page)
            fill(form_of(page, 1), f"{scheme}{width}@example.org")
            press(form_of(page, 1))
            expect(thanks(page)).to_be_visible()
            axe(page)

    def test_it_mirrors_with_a_language_from_the_right(self, place: Place) -> None:
        def from_the_right(route: Route) -> None:
            told = json.loads(route.fetch().text())
            route.fulfill(json=told | {"direction": "rtl", "text_direction": "rtl"})

        with place.visit(place.element(PETITION, 'lang="en"'), routes={"**/form?*": from_the_right}) as page:
            tick = form_of(page).locator('[name="consents"]').first
            label = form_of(page).locator(f'label[for="{tick.get_attribute("id")}"]')
            assert tick.bounding_box()["x"] > label.bounding_box()["x"]
            assert form_of(page).locator("h3").evaluate("e => getComputedStyle(e).textAlign") == "start"
            axe(page)


@pytest.fixture(scope="module")
def services(place: Place) -> Iterator[CaptchaServices]:
    with pytest.MonkeyPatch.context() as patched, CaptchaServices().running(patched) as services:
        wired = wiring()
        wired.secret_store.write_captcha_secret("s3cret")
        wired.__dict__.pop("cached_secrets", None)  # else it would be known in ten minutes
        place.publish_like(PETITION, WITH_TURNSTILE, captcha={"provider": "turnstile", "site_key": "0xSITE"})
        place.publish_like(LETTER, WITH_HCAPTCHA, captcha={"provider": "hcaptcha", "site_key": "uuid"})
        yield services


class TestCaptcha:
    BOX = "undersigned-form > [slot=captcha] .captcha-box"

    def test_whoever_signs_is_shown_it_and_what_it_gave_goes_along(
        self, place: Place, services: CaptchaServices
    ) -> None:
        sent: list[str] = []

        def note(route: Route) -> None:
            if route.request.url.startswith(services.url):
                sent.append(route.request.url.removeprefix(services.url))
            route.continue_()

        origin = "/".join(place.stack.url.split("/")[:3])
        policy = f"default-src 'none'; script-src {origin} {services.url}; connect-src {origin}; base-uri 'none'"
        english = [place.element(one, 'lang="en"', "<a>Sign</a>") for one in (WITH_TURNSTILE, LETTER, WITH_HCAPTCHA)]
        with place.visit("".join(english), policy=policy, routes={"**/*": note}) as page:
            form: Any = form_of(page)
            box: Any = page.locator(self.BOX)
            expect(form.get_by_text("Cloudflare Turnstile checks here that a person is signing.")).to_be_visible()
            fill(form_of(page, 1), "no-captcha@example.org")
            assert sent == []  # whoever only reads the page, or signs another campaign, is shown to nobody else
            fill(form, "person@example.org")
            form.locator('[name="country"]').select_option("PE")
            expect(box).to_have_text("turnstile (en)")
            above, below = form.locator('[name="consents"]').last, form.locator("button[type=submit]")
            assert above.bounding_box()["y"] < box.bounding_box()["y"] < below.bounding_box()["y"]
            press(form)
            expect(thanks(page)).to_be_visible()
            expect(box).to_have_count(0)
            page.get_by_role("button", name="Let someone else sign").click()
            expect(box).to_be_visible()
            page.locator("undersigned-form").first.evaluate("element => { element.lang = 'es' }")
            expect(form.get_by_text("Cloudflare Turnstile comprueba aquí que firma una persona.")).to_be_visible()
            expect(box).to_have_text("turnstile (es)")
            form_of(page, 2).locator('[name="email"]').focus()
            expect(box.last).to_have_text("hcaptcha (en)")
            page.evaluate("window.gone = document.querySelector('undersigned-form'); gone.remove()")
            assert page.evaluate("[captchas.shown.length, captchas.removed]") == [4, 3]
            page.evaluate("document.querySelector('main').append(gone)")
            form_of(page, 2).locator('[name="email"]').focus()
            expect(box).to_have_text(["hcaptcha (en)", "turnstile (es)"])
            assert page.evaluate("breaches") == []
        assert [url.split("?")[0] for url in sent] == ["/turnstile.js", "/hcaptcha.js"]
        [signature] = place.signatures_of(WITH_TURNSTILE, email="person@example.org")
        assert ("captcha" in signature["flags"], signature["held"]) == (False, None)
        assert services.checked[-1][1]
        place.confirm("person@example.org")

    def test_a_second_try_takes_a_new_proof_and_a_quick_signer_waits_for_it(
        self, place: Place, services: CaptchaServices
    ) -> None:
        proofs: list[list[str]] = []

        def note(route: Route) -> None:
            proofs.append(parse_qs(route.request.post_data or "").get("h-captcha-response", []))
            route.continue_()

        with place.visit(place.element(WITH_HCAPTCHA, 'lang="en"'), routes={POSTED: note}) as page:
            form = form_of(page)
            page.evaluate("window.patience = 1500")
            fill(form, "not-an-address")
            press(form)
            expect(form.locator("[role=alert]")).to_be_focused()
            assert page.evaluate("captchas.reset") == 1
            fill(form, "second@example.org")
            press(form)
            expect(thanks(page)).to_be_visible()
        [[first], [second]] = proofs
        assert first != second
        assert services.checked[-1] == (second, True)
        [signature] = place.signatures_of(WITH_HCAPTCHA, email="second@example.org")
        assert "captcha" not in signature["flags"]

    def test_a_captcha_that_does_not_come_keeps_nobody_from_signing(
        self, place: Place, services: CaptchaServices
    ) -> None:
        def empty(route: Route) -> None:  # as blockers answer
            route.fulfill(content_type="text/javascript", body="")

        blocked = [(lambda route: route.abort(), ""), (empty, "")]
        # Under this policy a page makes no script from an address.
        blocked.append((lambda route: route.continue_(), "require-trusted-types-for 'script'"))
        for number, (handler, policy) in enumerate(blocked):
            email = f"blocked{number}@example.org"
            routes = {f"{services.url}/**": handler}
            with place.visit(place.snippet(WITH_TURNSTILE, "en"), routes=routes, policy=policy) as page:
                form = form_of(page)
                fill(form, email)
                form.locator('[name="country"]').select_option("PE")
                expect(
                    form.get_by_text("The check did not load. Your signature is accepted all the same")
                ).to_be_visible()
                assert page.evaluate("shifts") == []
                press(form)
                expect(thanks(page)).to_be_visible()
            [signature] = place.signatures_of(WITH_TURNSTILE, email=email)
            assert (signature["state"], signature["held"]) == ("pending", "captcha")

    def test_a_captcha_that_gives_nothing_is_not_waited_for_long(self, place: Place, services: CaptchaServices) -> None:
        def hasty(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(
                response=answer, body=answer.text().replace("CAPTCHA_WAIT_MS = 4000", "CAPTCHA_WAIT_MS = 400")
            )

        before = len(services.checked)
        with place.visit(place.element(WITH_HCAPTCHA, 'lang="en"'), routes={"**/embed.js": hasty}) as page:
            form = form_of(page)
            page.evaluate("window.patience = 600000")
            fill(form, "unproven@example.org")
            press(form)
            expect(thanks(page)).to_be_visible()
        [signature] = place.signatures_of(WITH_HCAPTCHA, email="unproven@example.org")
        assert (signature["held"], len(services.checked)) == ("captcha", before)

    def test_the_plain_form_and_the_hosted_page_send_it_too(self, place: Place, services: CaptchaServices) -> None:
        pasted = place.snippet(WITH_HCAPTCHA, "en", "form")
        with place.visit(pasted, viewport={"width": 320, "height": 800}) as page:
            form = page.locator("form", has=page.locator('[name="email"]'))
            fill(form, "plain-proof@example.org")
            expect(form.locator('[name="h-captcha-response"]')).to_have_value(re.compile("good-"))
            press(form)
            page.wait_for_url("**/thanks?**")
            assert services.checked[-1][1]
            page.goto(f"{place.stack.url}/sign/{WITH_TURNSTILE}?lang=en")
            fill(form, "hosted-proof@example.org")
            form.locator('[name="country"]').select_option("PE")
            proof = form.locator('[name="cf-turnstile-response"]')
            expect(proof).to_have_value(re.compile("good-"))
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
            used = proof.input_value()
            page.evaluate(
                "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
            )  # back, for the next
            expect(proof).not_to_have_value(used)
            press(form)
            page.wait_for_url("**/thanks?**")
            assert services.checked[-1][1]

    @pytest.mark.parametrize(
        ("width", "scheme", "language", "size"), [(320, "light", "en", "compact"), (768, "dark", "es", "normal")]
    )
    def test_its_room_is_kept_and_axe_finds_nothing(
        self, place: Place, services: CaptchaServices, width: int, scheme: str, language: str, size: str
    ) -> None:
        assert not services.is_down
        head = '<meta name="color-scheme" content="light dark">'
        pasted = place.snippet(WITH_TURNSTILE, language) + place.snippet(WITH_HCAPTCHA, language)
        viewport = {"width": width, "height": 4000}
        with place.visit(pasted, head=head, language=language, viewport=viewport, color_scheme=scheme) as page:
            for number in (0, 1):
                form_of(page, number).locator('[name="email"]').focus()
                expect(page.locator(self.BOX).nth(number)).to_be_visible()
            assert page.evaluate("shifts") == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            told = page.evaluate("captchas.shown.map((one) => [one.size, one.theme, one.language])")
            assert told == [[size, scheme, language]] * 2
            axe(page)


def axe(page: Page) -> None:
    results = AXE.run(page, options={"resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()


def test_a_campaigns_own_colour_is_the_buttons_unless_the_page_has_one(place: Place) -> None:
    def tinted(route: Route) -> None:
        answer = route.fetch()
        colours = {"light": "#7a1f6b", "on_light": "#ffffff", "dark": "#e0a8d6", "on_dark": "#000000"}
        route.fulfill(response=answer, json={**answer.json(), "accent": colours})

    origin = "/".join(place.stack.url.split("/")[:3])
    policy = f"default-src 'none'; script-src {origin}; connect-src {origin}; form-action {origin}; base-uri 'none'"
    routes = {"**/form?*": tinted}
    colour = "element => getComputedStyle(element).backgroundColor"
    for scheme, expected in (("light", "rgb(122, 31, 107)"), ("dark", "rgb(224, 168, 214)")):
        themed = place.element(PETITION, f'theme="{scheme}"')
        with place.visit(themed, routes=routes, policy=policy) as page:
            assert page.locator("form button").first.evaluate(colour) == expected
            assert page.evaluate("breaches") == []
    own = "<style>undersigned-form { --undersigned-accent: #0000ff }</style>"
    with place.visit(place.element(PETITION), head=own, routes=routes) as page:
        assert page.locator("form button").first.evaluate(colour) == "rgb(0, 0, 255)"
