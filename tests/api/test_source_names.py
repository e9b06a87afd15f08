"""What organisers call the sources of their links: kept with the campaign, changed one by one, and nobody else's business."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.access.api_keys import Role
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

PERU = "/admin/campaigns/peru"


def patch(world: World, names: Any) -> Reply:
    return world.admin("PATCH", PERU, {"source_names": names}, if_match=world.admin("GET", PERU).headers["etag"])


def test_names_are_added_changed_and_taken_away_one_by_one(world: World) -> None:
    world.publish()
    assert patch(world, {"radio-lima": "Radio  Lima "}).json["source_names"] == {"radio-lima": "Radio Lima"}
    assert patch(world, {"union": "Sindicato"}).json["source_names"] == {
        "radio-lima": "Radio Lima",
        "union": "Sindicato",
    }
    assert patch(world, {"radio-lima": "RPP"}).json["source_names"]["radio-lima"] == "RPP"
    assert patch(world, {"union": None}).json["source_names"] == {"radio-lima": "RPP"}


def test_nobody_else_reads_them(world: World) -> None:
    world.publish(source_names={"radio-lima": "Our friend at the radio"})
    for path in ("/campaigns/peru", "/campaigns/peru/form", "/sign/peru?source=radio-lima"):
        assert "Our friend" not in world.get(path).text


@pytest.mark.parametrize(
    ("names", "field", "code"),
    [
        ({"Radio Lima": "x"}, "source_names.Radio Lima", "bad_source"),
        ({"x" * 41: "x"}, f"source_names.{'x' * 41}", "bad_source"),
        ({"": "x"}, "source_names.", "bad_source"),
        ({"a": ""}, "source_names.a", "missing"),
        ({"a": "\u200b"}, "source_names.a", "missing"),
        ({"a": "x" * 61}, "source_names.a", "too_long"),
        ({"a": "x\x00"}, "source_names.a", "control_characters"),
        ({"a": 1}, "source_names.a", "not_text"),
        ({f"s{place}": "x" for place in range(101)}, "source_names", "too_many_entries"),
        (["a"], "source_names", "not_an_object"),
    ],
)
def test_mistakes_are_named_at_their_place(world: World, names: Any, field: str, code: str) -> None:
    world.publish()
    refused = patch(world, names)
    assert refused.status == 422, refused.text
    assert [(error["field"], error["code"]) for error in refused.json["errors"]] == [(field, code)]


@pytest.mark.parametrize("role", ["reader", "organizer"])
def test_a_sponsor_is_not_told_what_other_partners_are_called(world: World, role: str) -> None:
    world.publish("peru", source_names={"radio-lima": "Radio Lima"})
    _, secret = wiring().keyring.create("sponsor", Role(role), campaigns=("peru",), sponsor="wbw")
    told = world.admin("GET", "/admin/campaigns/peru", authorization=f"Bearer {secret}")
    assert (told.status, told.json["source_names"], told.json["id"]) == (200, {}, "peru")
    assert world.admin("GET", "/admin/campaigns/peru").json["source_names"] == {"radio-lima": "Radio Lima"}
