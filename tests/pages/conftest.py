"""A browser that sees the gallery at the addresses it would have; nothing leaves the machine."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit.pictures import a_file
from tools.screenshots.sample_pages import BASE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from playwright.sync_api import Browser, Request, Route
    from playwright.sync_api import Page as Tab

    from chalicelib.pages.rendering import Page

Open = "Callable[..., AbstractContextManager[tuple[Tab, list[Request]]]]"


@pytest.fixture(scope="session")
def opened(browser: Browser) -> Callable[..., AbstractContextManager[tuple[Tab, list[Request]]]]:
    """Opens a page; gives the tab, and the list of what it sent. A complaint on the console fails the test."""

    @contextmanager
    def open_page(page: Page, *, width: int = 1280, **settings: Any) -> Iterator[tuple[Tab, list[Request]]]:
        context = browser.new_context(viewport={"width": width, "height": 800}, **settings)
        tab, sent, complaints = context.new_page(), [], []
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))

        def answer(route: Route) -> None:
            if route.request.resource_type == "image":
                width, height = map(int, re.findall(r"-(\d+)x(\d+)/", route.request.url)[0])
                route.fulfill(body=a_file(width, height), content_type="image/jpeg")
            elif route.request.method == "GET":
                route.fulfill(body=page.html, headers=dict(page.headers))
            else:
                sent.append(route.request)
                route.fulfill(status=200, content_type="text/html", body="<title>answered</title>")

        tab.route("**/*", answer)
        tab.goto(f"{BASE}/page", wait_until="commit")
        tab.wait_for_load_state()
        yield tab, sent
        context.close()
        assert complaints == []

    return open_page
