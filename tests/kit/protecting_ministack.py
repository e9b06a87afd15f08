"""ministack whose CloudFormation does as AWS's where it matters to recovery. Started in place of the local one.

It fails to delete a table that is protected, and goes on listing what it failed to delete. To have a rollback fail, it
fails to take the protection off a table while there is one called `jammed`.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from ministack.services import dynamodb
from ministack.services.cloudformation import handlers, provisioners, stacks

from local.engines import ministack_server
from local.engines.engine import Engine

TABLE: Any = vars(provisioners)["_RESOURCE_HANDLERS"]["AWS::DynamoDB::Table"]
JAM = "jammed"
delete, update, roll_back = TABLE["delete"], TABLE["update"], vars(stacks)["_roll_back_operation"]


class ProtectingEngine(Engine):
    """The engine, with this module as its server."""

    def _spawn(self, name: str, command: list[str], settings: dict[str, str], *inherited: int) -> None:
        super()._spawn(name, [*command[:-1], "tests.kit.protecting_ministack"], settings, *inherited)


def delete_unless_protected(physical_id: str, *more: Any) -> Any:
    if (is_there(physical_id) or {}).get("DeletionProtectionEnabled"):
        raise ValueError(f"Resource cannot be deleted as it is currently protected against deletion: {physical_id}")
    return delete(physical_id, *more)


def update_unless_jammed(physical_id: str, old: dict[str, Any], new: dict[str, Any], *more: Any) -> Any:
    if is_there(JAM) and old.get("DeletionProtectionEnabled") and not new.get("DeletionProtectionEnabled"):
        raise ValueError(f"Something is in the way: {JAM}")
    return update(physical_id, old, new, *more)


async def roll_back_and_list(name: str, stack_id: str, stack: dict[str, Any], *more: Any, **options: Any) -> None:
    await roll_back(name, stack_id, stack, *more, **options)
    if stack["StackStatus"] == "ROLLBACK_FAILED":
        failed = {"ResourceStatus": "DELETE_FAILED", "Timestamp": stack["CreationTime"]}
        stack["_resources"] |= {one: {**facts, **failed} for one, facts in stack["_rollback_failed"].items()}


def is_there(table: str) -> Any:
    return vars(dynamodb)["_tables"].get(table)


if __name__ == "__main__":
    TABLE |= {"delete": delete_unless_protected, "update": update_unless_jammed}
    for module in (stacks, handlers):
        vars(module)["_roll_back_operation"] = roll_back_and_list
    state = Path(os.environ["STATE_DIR"])
    state.mkdir(parents=True, exist_ok=True)
    lock_handle = ministack_server.lock(state)
    asyncio.run(ministack_server.serve(state, int(os.environ["LISTENER"])))
