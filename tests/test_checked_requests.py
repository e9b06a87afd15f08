"""A request that AWS would not understand fails the test that makes it, although the deployed clients check nothing."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.wiring import wiring
from deploy.packaging.sdk import OPERATIONS
from tests.kit.checked_requests import unfit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.kit.world import World

KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}


def contained(call: Callable[..., Any], **request: Any) -> None:
    """As at the entry points of the functions."""
    with suppress(Exception):
        call(**request)


@pytest.fixture
def noted() -> Iterator[list[str]]:
    yield unfit
    unfit.clear()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"Consistent": True}, "Unknown parameter"),
        ({"Key": {"pk": "a"}}, "Invalid type"),
        ({"ConsistentRead": "yes"}, "Invalid type"),
        ({"Key": {"pk": {"N": 1}}}, "Invalid type"),
    ],
)
def test_a_request_that_does_not_fit_the_model_fails_even_where_errors_are_contained(
    world: World, noted: list[str], wrong: dict[str, object], said: str
) -> None:
    client = wiring().dynamodb
    client.get_item(TableName=world.resources.registry_table, Key=KEY)
    assert noted == []
    with pytest.raises(pytest.fail.Exception, match=said):
        contained(client.get_item, TableName=world.resources.registry_table, **{"Key": KEY, **wrong})
    assert len(noted) == 1


def test_what_is_asked_of_ses_is_held_to_its_model_too(world: World, noted: list[str]) -> None:
    client = wiring().client("sesv2")
    with pytest.raises(pytest.fail.Exception, match="Unknown parameter"):
        client.get_email_identity(EmailIdentity="example.org", Identity="example.org")
    assert len(noted) == 1
    world.ses.identities = {}
    with pytest.raises(ClientError):
        client.get_email_identity(EmailIdentity="example.org")
    assert len(noted) == 1


def test_an_operation_that_is_not_deployed_fails_where_the_app_calls_it(
    world: World, noted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(OPERATIONS, "dynamodb", OPERATIONS["dynamodb"] - {"GetItem"})
    wiring().dynamodb.get_item(TableName=world.resources.registry_table, Key=KEY)  # a test may
    assert noted == []
    with pytest.raises(pytest.fail.Exception, match="GetItem is missing"):
        wiring().registry.get("a", "b")
