"""JSON from strangers: how deep it may be, and what a number in a form is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api.http import bodies
from chalicelib.domain.errors import BodyTooDeep

PLAIN = st.none() | st.booleans() | st.text("[{}]a", max_size=30)
VALUES = st.recursive(PLAIN, lambda one: st.lists(one, max_size=4) | st.dictionaries(st.text("[{a"), one, max_size=4))


def nested(depth: int, opening: str, inside: str, closing: str) -> bytes:
    return (opening * depth + inside + closing * depth).encode()


def depth_of(value: Any) -> int:
    """How many lists and objects are around the innermost value; an empty one is a value."""
    if not value or not isinstance(value, list | dict):
        return 0
    return 1 + max(map(depth_of, value.values() if isinstance(value, dict) else value))


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_twenty_levels_are_read_and_no_more(opening: str, closing: str) -> None:
    for inside in ("1", "[]", "{}", '"[[[[{{{{"'):
        bodies.read_json(nested(20, opening, inside, closing))
        with pytest.raises(BodyTooDeep):
            bodies.read_json(nested(21, opening, inside, closing))


def test_many_brackets_beside_each_other_are_not_deep() -> None:
    assert bodies.read_json(b"[" + b",".join([b"[[]]"] * 100) + b"]") == [[[]]] * 100
    assert bodies.read_json(b'"' + b"[{" * 100 + b'"') == "[{" * 100


@given(VALUES, st.integers(0, 25))
def test_what_is_read_is_just_what_is_not_too_deep(value: Any, around: int) -> None:
    for _ in range(around):
        value = [value]
    if depth_of(value) > bodies.MAX_DEPTH:
        with pytest.raises(BodyTooDeep):
            bodies.read_json(json.dumps(value).encode())
    else:
        assert bodies.read_json(json.dumps(value).encode()) == value


def test_a_number_in_a_form_is_the_text_that_was_meant_and_a_box_is_none() -> None:
    sent = {"postal_code": 15001, "custom": {"age": 7, "yes": True}, "height": 1.5, "public": True, "x": None, "l": [1]}
    form = bodies.read_form(json.dumps(sent).encode(), "application/json")
    assert form.values == {
        "postal_code": "15001", "custom.age": "7", "custom.yes": True, "height": "1.5", "public": True, "x": None, "l": [1],
    }  # fmt: skip
