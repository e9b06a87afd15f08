"""A draft is shown to whoever has its private link, for a week; nothing can be signed there, and refusals are all alike."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.access.signed_links import Purpose
from chalicelib.wiring import wiring
from tests.pages.outline import Outline

if TYPE_CHECKING:
    from tests.kit.world import World

MAKE = "/admin/campaigns/peru/preview-links"


def made(world: World) -> str:
    answer = world.admin("POST", MAKE)
    assert answer.status == 201
    url: str = answer.json["url"]
    return url.removeprefix("https://api.example")


def test_it_shows_the_draft_as_it_will_be_and_can_send_nothing(world: World) -> None:
    world.publish(state="draft", closes_at="2020-01-01T00:00:00Z")
    page = world.get(made(world), accept="text/html")
    assert page.status == 200
    outline = Outline(page.text)
    (form,) = outline.all("form")
    assert not {"action", "method"} & form.attributes.keys()
    assert outline.one("button", type="submit").attributes.keys() >= {"disabled"}
    assert "<script" not in page.text
    assert 'name="robots" content="noindex"' in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    assert "form-action 'none'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-frame-options"] == "DENY"


def test_it_speaks_each_language_and_its_links_stay_on_it(world: World) -> None:
    world.publish(state="draft")
    link = made(world)
    assert 'lang="es"' in world.get(f"{link}?lang=es", accept="text/html").text
    page = world.get(f"{link}?lang=en", accept="text/html").text
    assert 'href="?lang=es"' in page
    assert "/sign/peru?lang" not in page


def test_without_the_link_the_draft_does_not_exist_and_with_it_nobody_signs(world: World) -> None:
    world.publish(state="draft")
    made(world)
    assert world.get("/sign/peru", accept="text/html").status == 404
    assert world.sign().status == 404


def test_it_is_good_for_a_week_and_every_refusal_is_the_same(world: World) -> None:
    world.publish(state="draft")
    link = made(world)
    world.later(days=6, hours=23)
    assert world.get(link).status == 200
    world.later(hours=2)
    expired = world.get(link)
    other = wiring().links().token(Purpose.CURSOR, "peru", now=wiring().now())
    nowhere = wiring().links().token(Purpose.PREVIEW, "nowhere", now=wiring().now())
    answers = [world.get(f"/preview/{token}") for token in ("x", other, nowhere, f"{link[9:]}x")]
    for answer in (expired, *answers):
        assert answer.status == 404
        assert {**answer.json, "instance": ""} == {**expired.json, "instance": ""}


def test_what_is_no_draft_any_more_is_on_its_page(world: World) -> None:
    world.publish(state="draft")
    link = made(world)
    world.publish(state="open")
    answer = world.get(link)
    assert (answer.status, answer.headers["location"]) == (303, "https://api.example/sign/peru")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("days", [7])
def test_it_says_until_when(world: World, days: int) -> None:
    world.publish(state="draft")
    until = (world.now + timedelta(days=days)).isoformat()[:19]
    assert world.admin("POST", MAKE).json["expires_at"].startswith(until)
