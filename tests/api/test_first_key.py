"""The first API key, for somebody who has the Lambda console and no terminal: one while none works, and its secret nowhere else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.access.api_keys import Role
from chalicelib.storage.dynamodb import item_keys
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from tests.kit.world import World


@pytest.fixture(autouse=True)
def _nobody_has_a_key(world: World) -> None:
    for key in wiring().keyring.list():
        remove(world, key.id)


def remove(world: World, key_id: str) -> None:
    """As somebody does by hand, in DynamoDB's console."""
    pk, sk = item_keys.api_key_key(key_id)
    table, key = world.resources.registry_table, {"pk": {"S": pk}, "sk": {"S": sk}}
    world.session.client("dynamodb").delete_item(TableName=table, Key=key)


def test_the_first_key_opens_the_dashboard_and_there_is_no_second(world: World) -> None:
    answer = world.app.first_key({"name": " Ana, laptop "}, None)
    (listed,) = world.get("/admin/keys", authorization=f"Bearer {answer['secret']}").json["keys"]
    assert (listed["id"], listed["name"], listed["role"]) == (answer["id"], "Ana, laptop", "admin")
    again = world.app.first_key({"name": "Eve"}, None)
    assert list(again) == ["error"]
    assert len(wiring().keyring.list()) == 1


def test_its_secret_is_in_no_log_and_in_no_table(world: World, caplog: pytest.LogCaptureFixture) -> None:
    secret = world.app.first_key({"name": "Ana"}, None)["secret"]
    kept = json.dumps(world.session.client("dynamodb").scan(TableName=world.resources.registry_table)["Items"])
    assert "secret_hash" in kept
    assert secret not in kept
    assert "first key created" in caplog.text
    assert secret.rpartition("_")[2] not in caplog.text


@pytest.mark.parametrize(
    "event", [{}, {"key1": "value1"}, {"name": "  "}, {"name": 7}, {"name": "x" * 101}, [], None, "Ana"]
)
def test_an_event_without_a_name_creates_nothing_and_is_told_what_to_enter(world: World, event: Any) -> None:
    assert '{"name":' in world.app.first_key(event, None)["error"]
    assert wiring().keyring.list() == []


def test_lesser_keys_do_not_stand_in_the_way(world: World) -> None:
    wiring().keyring.create("Volunteers", Role.ORGANIZER)
    assert "secret" in world.app.first_key({"name": "Ana"}, None)


@pytest.mark.parametrize("way", ["revoked", "removed from the table"])
def test_after_the_last_admin_key_is_gone_there_is_a_first_one_again(world: World, way: str) -> None:
    lost = world.app.first_key({"name": "Ana"}, None)["id"]
    if way == "revoked":
        wiring().keyring.revoke(lost, by=lost)
    else:
        remove(world, lost)
    assert "secret" in world.app.first_key({"name": "Ben"}, None)
