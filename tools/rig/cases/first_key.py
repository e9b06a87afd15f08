"""What somebody enters on the Test page of the Lambda console."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tools.rig.cases import case

if TYPE_CHECKING:
    from tools.rig.rig import Rig


def _answered(rig: Rig, event: Any) -> str:
    """The names in the answer, and whether the log holds the secret."""
    container = rig.containers["first_key"]
    answer = rig.invoke("first_key", event).payload
    leaked = str(answer.get("secret", "us_")).rpartition("_")[2] or "nothing"
    return f"{', '.join(answer)}; {'in the log' if leaked in container.log() else 'not in the log'}"


@case("first_key", "a name, while an admin key works", "error; not in the log")
def _(rig: Rig) -> str:
    assert rig.admin
    return _answered(rig, {"name": "Ana"})


@case("first_key", "a name, while none works", "id, secret, next; not in the log")
def _(rig: Rig) -> str:
    assert rig.admin
    with rig.without_keys():
        return _answered(rig, {"name": "Ana"})


@case("first_key", "the console's own example", "error; not in the log")
def _(rig: Rig) -> str:
    return _answered(rig, json.loads('{"key1": "value1", "key2": "value2", "key3": "value3"}'))
