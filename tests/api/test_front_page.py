"""The address itself shows what can be signed there, or leads to the operator's site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit.factories import a_document

if TYPE_CHECKING:
    from tests.kit.world import World


def shown(world: World, query: str = "", **headers: str) -> list[str]:
    reply = world.get(f"/{query}", **headers)
    assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return re.findall(r"/sign/([a-z-]+\?lang=\w+)\"", reply.text)


def test_nothing_is_listed_unless_its_campaign_asks_for_it(world: World) -> None:
    assert shown(world) == []
    assert "There is nothing to sign here at the moment." in world.get("/").text
    world.publish(listed=True)
    assert shown(world) == ["peru?lang=en"]


@pytest.mark.parametrize(
    "changes",
    [{"state": "draft"}, {"state": "closed"}, {"opens_at": "2026-11-24T00:00:00Z"}, {"closes_at": "2026-11-23T12:00:00Z"},
     {"archived": True, "state": "closed"}, {"listed": False}],
)  # fmt: skip
def test_what_cannot_be_signed_is_not_listed(world: World, changes: dict[str, Any]) -> None:
    world.publish(**({"listed": True} | changes))
    assert shown(world) == []


def test_it_appears_and_goes_by_its_dates_though_the_list_is_remembered(world: World) -> None:
    world.publish(listed=True, opens_at="2026-11-23T12:00:10Z", closes_at="2026-11-23T12:00:20Z")
    found = []
    for _ in range(3):
        found.append(shown(world))
        world.later(seconds=10)
    assert found == [[], ["peru?lang=en"], []]


def test_each_title_is_in_the_readers_language_or_the_nearest_that_it_has(world: World) -> None:
    world.publish(listed=True)
    only_english = a_document(listed=True)
    only_english["texts"] = {"en": {"title": "An English letter"}}
    assert world.admin("PUT", "/admin/campaigns/library", only_english).status == 201
    page = world.get("/", accept_language="es-PE, en;q=0.5")
    assert re.findall(r"/sign/([a-z-]+\?lang=\w+)\"", page.text) == ["library?lang=en", "peru?lang=es"]
    assert ("Peticiones y cartas para firmar" in page.text, page.headers["content-language"]) == (True, "es")
    assert (
        '<h2 lang="en" dir="ltr"><a href="https://api.example/sign/library?lang=en" hreflang="en">An English letter</a>'
        in page.text
    )
    assert shown(world, "?lang=en", accept_language="es") == ["library?lang=en", "peru?lang=en"]


def test_it_costs_one_query_however_many_there_are_and_none_while_remembered(world: World) -> None:
    for name in ("one", "two", "three"):
        world.publish(name, listed=True)
    with world.counting() as calls:
        assert len(shown(world)) == 3
    assert dict(calls) == {"Query": 1}
    with world.counting() as calls:
        first = world.get("/")
        assert world.get("/", if_none_match=first.headers["etag"]).status == 304
    assert dict(calls) == {}
    assert first.headers["cache-control"].startswith("public, max-age=60")
    assert first.headers["vary"] == "Accept-Language"
    world.later(seconds=30)
    with world.counting() as calls:
        shown(world)
    assert dict(calls) == {"Query": 1}


def test_a_campaign_stored_before_there_was_a_list_is_not_on_it(world: World) -> None:
    from chalicelib.storage.campaigns.campaign_summary import summary_of

    document = a_document() | {"goal": None, "external_count": 0, "buckets": 1, "time_zone": "UTC", "opens_at": None}
    document |= {"closes_at": None, "archived": False, "mail_paused": False, "mail_resumed_at": None}
    assert summary_of(document)["listed"] is False
    assert world.get("/").status == 200


def test_the_operator_may_send_visitors_elsewhere(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME_URL", "https://wbw.example/act")
    world.cold_start()
    reply = world.get("/")
    assert (reply.status, reply.headers["location"]) == (303, "https://wbw.example/act")


def test_an_organisers_words_stay_words(world: World) -> None:
    texts = a_document()["texts"]
    texts["en"]["title"] = "Stop <script>alert(1)</script>"
    world.publish(listed=True, texts=texts)
    assert "<script>alert" not in world.get("/?lang=en").text
