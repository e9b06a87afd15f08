"""What moto holds, put aside and laid down again: a copy takes a fiftieth of the time that making it by calls takes."""

from __future__ import annotations

import copyreg
from copy import deepcopy
from threading import Condition
from typing import TYPE_CHECKING, Any

from moto.backends import get_backend

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVICES = ("dynamodb", "s3", "secretsmanager", "sns", "sqs")
State = dict[tuple[str, str, str], dict[str, Any]]

# Nobody waits on a queue between two tests: the copy gets a condition of its own.
copyreg.pickle(Condition, lambda _: (Condition, ()))


def keep() -> State:
    """A copy of all that is there."""
    return {place: _copy(vars(backend), backend) for place, backend in _backends()}


def restore(state: State) -> None:
    """Lays down a copy of `state`, where nothing may be yet."""
    for (service, account, region), held in state.items():
        backend: Any = get_backend(service)[account][region]  # type: ignore[call-overload]  # by name
        vars(backend).update(_copy(held, backend))


def _copy(held: dict[str, Any], backend: Any) -> dict[str, Any]:
    """What refers to the backend itself goes on doing so."""
    return deepcopy(held, {id(backend): backend})


def _backends() -> Iterator[tuple[tuple[str, str, str], Any]]:
    for service in SERVICES:
        for account, regions in get_backend(service).items():  # type: ignore[call-overload]  # by name
            for region, backend in regions.items():
                yield (service, account, region), backend
