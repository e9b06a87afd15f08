"""Sites whose forms were refused are shown to organisers for a day: few, checked, and without a word about signers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from chalicelib.storage.campaigns.refused_origins import MAX_ORIGINS
from tests.kit.factories import a_form
from tests.kit.interleaving import delete_expired

if TYPE_CHECKING:
    from tests.kit.world import World

PATH = "/campaigns/peru/signatures"


@pytest.fixture
def listed(world: World) -> World:
    world.publish(allowed_origins=["https://example.org"])
    world.later(minutes=1)
    return world


def refuse(world: World, origin: str) -> None:
    reply = world.post_json(PATH, a_form(), origin=origin)
    assert (reply.status, reply.json["code"]) == (403, "origin_not_allowed")


def sites(world: World) -> list[str]:
    reply = world.admin("GET", "/admin/campaigns/peru/refused-sites")
    assert reply.status == 200
    found: list[str] = reply.json["sites"]
    return found


def test_a_refused_site_is_shown_until_it_is_allowed_or_a_day_has_passed(listed: World) -> None:
    assert sites(listed) == []
    for origin in ("https://www.example.org", "HTTPS://Other.Example:443", "https://www.example.org"):
        refuse(listed, origin)
    assert sites(listed) == ["https://other.example", "https://www.example.org"]
    listed.publish(allowed_origins=["https://example.org", "https://*.example.org"])
    assert sites(listed) == ["https://other.example"]
    listed.later(days=1)
    assert sites(listed) == ["https://other.example"]
    listed.later(days=1)
    assert sites(listed) == []
    delete_expired(listed)
    assert "refused#" not in json.dumps(listed.items(listed.resources.registry_table))


def test_what_is_no_site_is_not_shown_and_where_all_are_allowed_there_is_nothing(listed: World) -> None:
    for origin in ("null", "https://a b", "javascript:alert(1)", "https://ana@example.org", "<b>", ""):
        refuse(listed, origin)
    assert sites(listed) == []
    refuse(listed, "https://www.example.org")
    listed.publish(allowed_origins=[])
    assert sites(listed) == []


def test_a_flood_of_made_up_sites_costs_a_few_writes_and_stays_short(listed: World) -> None:
    with listed.counting() as calls:
        for n in range(60):
            refuse(listed, f"https://made-up-{n}.example")
    assert calls["UpdateItem"] == MAX_ORIGINS
    assert len(sites(listed)) == MAX_ORIGINS
    listed.later(hours=1)
    refuse(listed, "https://one-more.example")
    assert len(sites(listed)) == MAX_ORIGINS


def test_nothing_of_a_signer_is_kept_and_a_site_that_is_allowed_writes_nothing(listed: World) -> None:
    refuse(listed, "https://www.example.org")
    kept = [item for item in listed.items(listed.resources.registry_table) if item["pk"]["S"].startswith("refused#")]
    assert [sorted(item) for item in kept] == [["expires_at", "origins", "pk", "sk"]]
    with listed.counting() as calls:
        assert listed.post_json(PATH, a_form(), origin="https://example.org").status == 201
    assert calls["UpdateItem"] == 1, "the signature"
