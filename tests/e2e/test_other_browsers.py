"""Chromium, Firefox and the engine of Safari, as people use them: one signing by keyboard, the links in mails, a file."""

from __future__ import annotations

import csv
import io
import json
import time
import urllib.request
from typing import TYPE_CHECKING, Any, Protocol

import openpyxl
import pytest

from local.stack import Stack
from local.web.demo_site import DemoSite
from tests.e2e.conftest import Site
from tests.e2e.test_journey import LETTER, PETITION, counts, link_in, mail_to
from tests.kit.chromium import a_chromium
from tests.kit.firefox import a_firefox
from tests.kit.webkit import a_webkit
from tools import other_browsers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

pytestmark = [pytest.mark.engine, pytest.mark.browser, pytest.mark.other_browsers]
TAB, ENTER, END = "\ue004", "\ue006", "\ue010"
BLOCKED = "NS_ERROR_CONTENT_BLOCKED"
FIELDS = {"given_name": "Key", "family_name": "Board"}
PAGES = (f"/sign/{LETTER}?lang=en", f"/sign/{LETTER}/thanks?lang=en", f"/sign/{PETITION}?lang=es", "/admin?lang=en")


class Tab(Protocol):
    """What every browser's tab can do."""

    downloads: Path

    def open(self, url: str) -> None: ...
    def evaluate(self, expression: str) -> Any: ...
    def press(self, *keys: str) -> None: ...


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Stack(engine="ministack", directory=tmp_path_factory.mktemp("site"), port=0) as stack:
        demo = DemoSite(0, stack.url)
        demo.start()
        yield Site(stack, demo, stack.load_samples(demo.origins))
        demo.stop()


@pytest.fixture(scope="module", params=["chromium", "firefox", "webkit"])
def tab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    folder = tmp_path_factory.mktemp(request.param)
    opened: AbstractContextManager[Tab]
    if request.param == "chromium":
        opened = a_chromium(request.getfixturevalue("browser"), folder)
    elif request.param == "firefox":
        opened = a_firefox(_firefox(), folder)
    else:
        webkit = other_browsers.find_webkit()
        assert webkit, "no WebKitGTK: run make browsers"
        opened = a_webkit(webkit, folder)
    with opened as started:
        yield started


def _firefox() -> str:
    found = other_browsers.find_firefox()
    assert found, "no Firefox: run make browsers"
    return found


def until(tab: Tab, expression: str, seconds: float = 30) -> None:
    """Wait until a JavaScript expression is true; between two pages there is nobody to ask."""
    end, last = time.monotonic() + seconds, ""
    while time.monotonic() < end:
        try:
            if tab.evaluate(f"Boolean({expression})"):
                return
        except AssertionError as error:
            last = str(error)
        time.sleep(0.05)
    raise AssertionError(f"still not true after {seconds} s: {expression} {last}")


def tab_to(tab: Tab, expression: str) -> list[str]:
    """Press Tab until the expression is true of `at`, what has the focus; the stops on the way."""
    seen: list[str] = []
    for _ in range(80):
        if tab.evaluate(f"((at) => Boolean({expression}))(document.activeElement)"):
            return seen
        tab.press(TAB)
        seen.append(tab.evaluate("document.activeElement.outerHTML.slice(0, 90)"))
    pytest.fail(f"Tab does not lead to {expression}: {seen}")


def press_through(tab: Tab, answers: dict[str, str]) -> list[str]:
    """Fill in the fields that Tab leads to, then press the first button after them; the stops on the way."""
    seen = []
    for name, answer in answers.items():
        seen += tab_to(tab, f"at.name === {json.dumps(name)}")
        tab.press(*answer)
    seen += tab_to(tab, "at.type === 'submit' && at.form.method === 'post'")
    tab.press(ENTER)
    return seen


def test_one_signing_with_a_mistake_by_keyboard_alone_and_its_links(site: Site, tab: Tab) -> None:
    name = type(tab).__name__.lower()
    wrong, right = f"{name}@example", f"{name}@example.org"
    before = counts(site, LETTER)["signatures"]
    tab.open(f"{site.stack.url}/sign/{LETTER}?lang=en")
    seen = press_through(tab, FIELDS | {"email": wrong})
    assert [stop for stop in seen if 'type="hidden"' in stop] == [], "Tab stops where nothing is"
    until(tab, "document.querySelectorAll('[aria-invalid=true]').length === 1")
    assert tab.evaluate("document.querySelector('[name=given_name]').value") == FIELDS["given_name"]
    assert tab.evaluate("document.querySelector('[name=email]').value") == wrong
    tab_to(tab, "at.name === 'email'")
    tab.press(END, *right.removeprefix(wrong))
    assert tab.evaluate("document.activeElement.value") == right
    tab.press(ENTER)
    until(tab, "document.querySelector('h1').textContent.includes('Thank you for signing')")
    assert counts(site, LETTER)["signatures"]["confirmed"] == before["confirmed"] + 1
    tab.open(link_in(mail_to(site, right), "withdraw"))
    press_through(tab, {})
    until(tab, "document.querySelector('h1').textContent.includes('Your signature has been withdrawn')")
    assert counts(site, LETTER)["signatures"]["withdrawn"] == before["withdrawn"] + 1


def test_a_signature_is_confirmed_and_managed_by_its_links(site: Site, tab: Tab) -> None:
    address = f"{type(tab).__name__.lower()}.links@example.org"
    before = counts(site, PETITION)["signatures"]["confirmed"]
    typed = FIELDS | {"email": address, "country": "PE", "language": "en"}
    _call(site, f"/campaigns/{PETITION}/signatures", typed)
    tab.open(link_in(mail_to(site, address), "confirm"))
    tab.press(TAB)  # the page presses its own button once somebody is there
    until(tab, "!document.querySelector('form[data-press]') && document.querySelector('h1')")
    assert counts(site, PETITION)["signatures"]["confirmed"] == before + 1
    tab.open(link_in(mail_to(site, address, "/manage/"), "manage"))
    assert "Board" in tab.evaluate("document.querySelector('main').innerHTML")


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_the_dashboard_by_keyboard_and_a_file_that_is_what_its_name_says(site: Site, tab: Tab, format_: str) -> None:
    _call(site, f"/campaigns/{LETTER}/signatures", FIELDS | {"email": "file@example.org", "country": "PE"})
    _call(site, f"/admin/campaigns/{LETTER}/exports", {"format": format_})
    site.stack.drain()
    tab.open("about:blank")
    tab.open(f"{site.stack.url}/admin?lang=en#/campaigns/{LETTER}/handover")
    until(tab, "document.querySelector('input[type=password]') || document.querySelector('.exports a.button')")
    if tab.evaluate("Boolean(document.querySelector('input[type=password]'))"):
        tab_to(tab, "at.type === 'password'")
        tab.press(*site.key, ENTER)
    until(tab, f"document.querySelector('.exports a.button[href*=\"{format_}\"]')")
    tab_to(tab, f"at.matches('.exports a.button[href*=\"{format_}\"]')")
    tab.press(ENTER)
    body = _saved(tab, f".{format_}").read_bytes()
    if format_ == "csv":
        names = [row["family_name"] for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig")))]
    else:
        (sheet,) = openpyxl.load_workbook(io.BytesIO(body)).worksheets
        names = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "Board" in names


def _call(site: Site, path: str, body: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {site.key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{site.stack.url}{path}", json.dumps(body).encode(), headers)
    urllib.request.urlopen(request, timeout=30).close()


def _saved(tab: Tab, ending: str, seconds: float = 30) -> Path:
    """The file that the browser saved, once it is whole."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        files = [path for path in tab.downloads.iterdir() if path.is_file()]
        done = [path for path in files if path.name.endswith(ending) and path.stat().st_size]
        if done and not [path for path in files if path.suffix in {".part", ".wkdownload"}]:
            return done[0]
        tab.evaluate("1")  # hears of what is saved
        time.sleep(0.1)
    raise AssertionError(f"nothing saved ends in {ending}: {[path.name for path in tab.downloads.iterdir()]}")


def test_firefox_has_no_fault_to_find_with_a_page(site: Site, tmp_path: Path) -> None:
    bare = tmp_path / "bare.html"
    bare.write_text(
        f'<meta http-equiv="Content-Security-Policy" content="img-src data:"><link rel="icon" href="{site.stack.url}/favicon.ico">'
    )
    with a_firefox(_firefox(), tmp_path) as tab:
        for page in PAGES:
            tab.open(f"{site.stack.url}{page}")
            assert tab.evaluate("document.querySelector('link[rel=icon]').href") == "data:,"
        time.sleep(1)  # an icon comes after the page
        assert tab.errors == []
        assert BLOCKED not in tab.said(), "an icon that the page's own policy forbids"
        tab.open(bare.as_uri())
        end = time.monotonic() + 20
        while BLOCKED not in tab.said():
            assert time.monotonic() < end, "Firefox would not have told"
            time.sleep(0.1)
