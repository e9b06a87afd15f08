"""Two at once without threads: what somebody else does at the very moment of one of the app's calls to DynamoDB."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from chalicelib.wiring import wiring
from local.aws.iam_permissions import running_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.kit.world import World


@contextmanager
def just_before(operation: str, *acts: Callable[[], object], registry: bool = False) -> Iterator[None]:
    """Before the app's next calls of `operation` (`PutItem`) on the Signatures table leave, one of `acts` each.

    With `registry`, on that table instead. Every act must have had its turn at the end. An act may use the app itself:
    its own calls count for nothing.
    """
    settings = wiring().settings
    table = settings.registry_table if registry else settings.signatures_table
    waiting, is_acting = list(acts), False

    def intervene(params: dict[str, Any], **_: Any) -> None:
        nonlocal is_acting
        if is_acting or not waiting or params["TableName"] != table:
            return
        is_acting = True
        try:
            with running_as(""):
                waiting.pop(0)()
        finally:
            is_acting = False

    event, events = f"before-parameter-build.dynamodb.{operation}", wiring().dynamodb.meta.events
    events.register_first(event, intervene)
    try:
        yield
    finally:
        events.unregister(event, intervene)
    assert not waiting, f"{len(waiting)} more calls of {operation} were expected"


def delete_expired(world: World) -> None:
    """What DynamoDB's time to live does in its own time, on both tables."""
    client, now = world.session.client("dynamodb"), world.now.timestamp()
    for table in (world.resources.signatures_table, world.resources.registry_table):
        for item in world.items(table):
            if "expires_at" in item and int(item["expires_at"]["N"]) <= now:
                client.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})
