"""Concurrency without threads: runs something just before one of the app's calls to DynamoDB."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from chalicelib.wiring import wiring
from local.aws.iam_permissions import running_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.kit.world import World


@contextmanager
def just_before(operation: str, *actions: Callable[[], object], registry: bool = False) -> Iterator[None]:
    """Before each of the app's next calls of `operation` (`PutItem`) on the Signatures table, run one of `actions`.

    With `registry`, before calls on that table instead. Every action must have run by the end of the block. Actions may
    use the app themselves; their own calls do not count.
    """
    settings = wiring().settings
    table = settings.registry_table if registry else settings.signatures_table
    waiting, is_acting = list(actions), False

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
    """Delete expired items of both tables, as DynamoDB's time to live does sooner or later."""
    client, now = world.session.client("dynamodb"), world.now.timestamp()
    for table in (world.resources.signatures_table, world.resources.registry_table):
        for item in world.items(table):
            if "expires_at" in item and int(item["expires_at"]["N"]) <= now:
                client.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})
