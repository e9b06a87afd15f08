"""Converts between Python's values and DynamoDB's typed ones."""

from __future__ import annotations

from decimal import Decimal
from types import NoneType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Attributes = dict[str, Any]
# DynamoDB takes 409,600, names and values as UTF-8; a little less, for what it counts that nobody has documented.
MAX_ITEM_BYTES = 400_000
MAX_NUMBER_BYTES = 21
SETS = frozenset({"SS", "NS", "BS"})  # we write none
# What reading an item raises that somebody has edited, or that another release wrote.
READ_FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def encode(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Python values as DynamoDB's typed ones. Raises TypeError for what an item never holds here, such as a float."""
    # Most are text, and this line is a good part of a sign's time.
    return {name: {"S": value} if type(value) is str else _typed(value) for name, value in attributes.items()}


def _typed(value: Any) -> dict[str, Any]:
    make = TYPED.get(type(value))
    if make:
        return make(value)
    if isinstance(value, str):  # a member of an enumeration
        return {"S": str(value)}
    raise TypeError(type(value))


def _typed_list(value: list[Any] | tuple[Any, ...]) -> dict[str, Any]:
    return {"L": [_typed(one) for one in value]}


TYPED: dict[type, Callable[[Any], dict[str, Any]]] = {
    str: lambda value: {"S": value},
    bool: lambda value: {"BOOL": value},
    int: lambda value: {"N": str(value)},
    dict: lambda value: {"M": encode(value)},
    list: _typed_list,
    tuple: _typed_list,
    NoneType: lambda _: {"NULL": True},
}


def item_bytes(attributes: Mapping[str, str | int]) -> int:
    """How large an item of texts and numbers is for DynamoDB, at most."""
    return sum(
        len(name.encode()) + (len(value.encode()) if isinstance(value, str) else MAX_NUMBER_BYTES)
        for name, value in attributes.items()
    )


def decode(item: Mapping[str, Any]) -> Attributes:
    """DynamoDB's typed values as Python's; numbers as int, without what stands behind a point."""
    return {name: value["S"] if "S" in value else _plain(value) for name, value in item.items()}


def _plain(typed: Mapping[str, Any]) -> Any:
    ((kind, value),) = typed.items()
    if kind == "N":
        return int(Decimal(value))
    if kind == "M":
        return {name: _plain(one) for name, one in value.items()}
    if kind == "L":
        return [_plain(one) for one in value]
    if kind == "NULL":
        return None
    return set(value) if kind in SETS else value
