"""A page with a captcha shares no origin with the dashboard; its form is taken all the same, and nobody else's is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.wiring import wiring
from tests.kit.factories import a_form
from tests.pages.outline import Outline

if TYPE_CHECKING:
    from tests.kit.world import World

CAPTCHA = {"provider": "turnstile", "site_key": "0xSITE"}
ELSEWHERE = "https://elsewhere.example"


def sandbox(world: World, path: str = "/sign/peru") -> str:
    policy = world.get(path).headers["content-security-policy"]
    found = [part for part in policy.split("; ") if part.startswith("sandbox")]
    return found[0] if found else ""


def test_a_page_is_sandboxed_only_for_a_captcha(world: World) -> None:
    world.publish()
    assert sandbox(world) == ""
    world.publish(captcha=CAPTCHA)
    world.later(seconds=60)
    for path in ("/sign/peru", "/sign/peru?frame=1"):
        given = sandbox(world, path).split()
        assert "allow-same-origin" not in given
        assert {"sandbox", "allow-forms", "allow-scripts"} <= set(given)
    refused = world.post_form("/campaigns/peru/signatures", a_form(email="no"))
    assert "; sandbox allow-forms" in refused.headers["content-security-policy"]
    assert sandbox(world, "/sign/peru/thanks") == ""


def test_where_the_dashboard_has_a_host_of_its_own_only_that_host_sandboxes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.publish(captcha=CAPTCHA)
    settings = wiring().settings.__dict__
    own = "https://Admin.example/api"
    monkeypatch.setitem(settings, "dashboard_url", own)  # and the world's requests come to another one
    assert sandbox(world) == ""
    assert world.post_form("/campaigns/peru/signatures", a_form(email="no")).status == 422
    moved = world.get("/admin?lang=es")
    assert (moved.status, moved.headers["location"]) == (303, f"{own}/admin?lang=es")
    own = "https://Api.example/api"
    monkeypatch.setitem(settings, "dashboard_url", own)
    assert sandbox(world) != ""
    page = world.get("/admin?lang=es")
    assert page.status == 200
    assert f'src="{own}/admin/assets/' in page.text


@pytest.mark.parametrize(
    ("captcha", "origin", "token", "status"),
    [
        (CAPTCHA, "null", "ours", 303),
        (CAPTCHA, "null", "", 403),
        (CAPTCHA, "null", "1.forged", 403),
        (CAPTCHA, "https://evil.example", "ours", 403),
        (None, "null", "ours", 403),
    ],
)
def test_a_form_without_an_origin_is_taken_only_with_a_token_of_ours_and_a_captcha(
    world: World, captcha: dict[str, str] | None, origin: str, token: str, status: int
) -> None:
    world.publish(captcha=captcha, allowed_origins=[ELSEWHERE])
    shown = Outline(world.get("/sign/peru").text).one("input", name="_shown")["value"]
    form = a_form() | ({"_shown": shown if token == "ours" else token} if token else {})
    assert world.post_form("/campaigns/peru/signatures", form, origin=origin).status == status


@pytest.mark.parametrize(
    ("captcha", "token", "kept"), [(CAPTCHA, "ours", True), (CAPTCHA, "1.forged", False), (None, "ours", False)]
)
def test_changing_the_language_there_keeps_what_was_typed_and_no_tick(
    world: World, captcha: dict[str, str] | None, token: str, kept: bool
) -> None:
    member = {"name": "custom.member", "type": "checkbox", "label": {"en": "Member"}}
    world.publish(captcha=captcha, show_signers=True, fields=[{"name": "comment"}, member])
    shown = Outline(world.get("/sign/peru").text).one("input", name="_shown")["value"]
    form = a_form(given_name="Zoë", comment="Why not", public="yes", consents="solidarity", **{"custom.member": "yes"})
    typed = form | {"_shown": shown if token == "ours" else token}
    page = world.post_form("/sign/peru?lang=es", typed, origin="null")
    assert page.status == 200
    assert ("Zoë" in page.text, "Why not" in page.text) == (kept, kept)
    assert " checked" not in page.text, "nobody agrees by what another page may have sent"
    if kept:
        typed["_shown"] = shown
        assert " checked" in world.post_form("/sign/peru?lang=es", typed, origin="https://api.example").text
