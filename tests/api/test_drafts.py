"""A draft does not exist for strangers: no route answers otherwise than for a campaign that nobody has made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app import app
from tests.kit.factories import a_form

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

SECRET = "Whom nobody may know yet"
DRAFT: dict[str, Any] = {
    "state": "draft",
    "sponsors": [{"id": "wbw", "name": SECRET, "url": "https://sponsor.example", "privacy_url": "https://sponsor.example/p"}],
    "allowed_origins": ["https://site.example"],
}  # fmt: skip
ROUTES = sorted(
    (path, method)
    for path, methods in app.routes.items()
    for method in methods
    if "{campaign}" in path and not path.startswith("/admin")
)
HEADERS: list[dict[str, str]] = [
    {"accept": "text/html"},
    {"accept": "application/json"},
    {"accept": "text/html", "origin": "https://site.example"},
    {"accept": "text/html", "origin": "https://evil.example"},
    {"accept": "application/json", "origin": "https://evil.example"},
]


def answered(reply: Reply, campaign: str) -> tuple[int, str, dict[str, str]]:
    headers = {name: value for name, value in reply.headers.items() if name not in {"date", "x-amzn-requestid", "etag"}}
    return reply.status, reply.text.replace(campaign, "ID"), {n: v.replace(campaign, "ID") for n, v in headers.items()}


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_it_answers_as_if_there_were_none(world: World, path: str, method: str) -> None:
    world.publish("secretly", **DRAFT)
    body = a_form(consents="wbw") if method == "POST" else {}
    for headers in HEADERS:
        for form in (body, {"email": "no"} if method == "POST" else {}):
            replies = []
            for campaign in ("secretly", "nobodies"):
                url = path.replace("{campaign}", campaign)
                if method == "POST":
                    reply = world.post_form(url, form, **headers)
                else:
                    reply = world.request(method, url, **headers)
                replies.append(answered(reply, campaign))
            assert replies[0] == replies[1], (headers, form)
            assert replies[0][0] == 404
            assert SECRET not in replies[0][1]
    assert world.signatures() == []
    assert world.admin("GET", "/admin/campaigns/secretly/refused-sites").json["sites"] == []


def test_other_ways_to_it_find_nothing_either(world: World) -> None:
    world.publish("secretly", listed=True, **DRAFT)
    page = "https%3A%2F%2Fapi.example%2Fsign%2Fsecretly"
    assert world.get(f"/oembed?url={page}").status == 404
    assert SECRET not in world.get("/", accept="text/html").text
