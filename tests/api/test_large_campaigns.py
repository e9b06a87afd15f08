"""Campaigns near the 400 KB that an item may have: saved whole, or refused with the number and nothing written."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.storage.dynamodb.item_values import MAX_ITEM_BYTES, item_bytes
from chalicelib.wiring import wiring
from tests.kit.factories import a_document

if TYPE_CHECKING:
    from tests.kit.world import World

LARGE = "/admin/campaigns/large"
LANGUAGES = ("en", "es", "fr", "pt", "ar")


def of_size(characters: int) -> dict[str, Any]:
    """A document whose bodies have so many characters in each of five languages; each is stored twice, as text and as HTML."""
    text = {"title": "T", "body": "x" * characters}
    return a_document(texts=dict.fromkeys(LANGUAGES, text), redirect_url={}, fields=[], targets=[])


def stored_bytes(world: World, campaign: str) -> int:
    items = world.items(world.resources.registry_table)
    found = next(item for item in items if "document" in item and item.get("sort", {}).get("S") == campaign)
    return item_bytes({name: next(iter(value.values())) for name, value in found.items()})


def test_the_largest_is_saved_and_one_more_is_refused_with_its_size(world: World) -> None:
    created = world.admin("PUT", LARGE, of_size(39_000))
    assert created.status == 201
    room = MAX_ITEM_BYTES - stored_bytes(world, "large")
    fits = 39_000 + room // (2 * len(LANGUAGES)) - 2
    assert world.admin("PUT", LARGE, of_size(fits), if_match="*").status == 200
    assert MAX_ITEM_BYTES - 200 < stored_bytes(world, "large") <= MAX_ITEM_BYTES
    refused = world.admin("PUT", LARGE, of_size(fits + 500), if_match="*")
    assert (refused.status, refused.json["code"]) == (413, "campaign_too_large")
    size = math.ceil((stored_bytes(world, "large") + 5000) / 1000)
    assert f"{size} KB" in refused.json["detail"]
    assert "400 KB" in refused.json["detail"]
    assert world.admin("GET", LARGE).json["version"] == 2


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_campaign_that_is_too_large_is_neither_created_nor_changed(world: World, language: str) -> None:
    calls = world.calls["TransactWriteItems"]
    created = world.admin("PUT", LARGE, of_size(49_000), accept_language=language)
    bodies = {"texts": {one: {"body": "ñ" * 50_000} for one in ("en", "es")}}
    changed = world.admin("PATCH", "/admin/campaigns/peru", bodies, if_match="*", accept_language=language)
    assert [created.status, changed.status] == [413, 413]
    assert ("at most 400 KB fit" in created.json["detail"]) is (language == "en")
    assert "400 KB" in created.json["detail"]
    assert world.calls["TransactWriteItems"] == calls, "DynamoDB is not asked"
    assert world.admin("GET", LARGE).status == 404
    assert wiring().campaign_reader.get("peru").version == 1


def test_letters_count_as_the_bytes_they_take() -> None:
    assert item_bytes({"pk": "ñ", "n": 5}) == 2 + 2 + 1 + 21


def test_who_asks_for_a_page_is_told_the_number_too(world: World) -> None:
    refused = world.admin("PUT", LARGE, of_size(49_000), accept="text/html")
    assert refused.status == 413
    assert "400 KB" in refused.text
