"""Parses request bodies from strangers: JSON, urlencoded or multipart, within limits of size, depth and number of fields."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import parse_qsl

from chalicelib.domain.errors import (
    BodyNotUtf8,
    BodyTooDeep,
    BodyTooLarge,
    InvalidFields,
    MalformedBody,
    TooManyFields,
    UnsupportedMediaType,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

JSON = "application/json"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
TYPES = [JSON, URLENCODED, MULTIPART]
MAX_BYTES = 32 * 1024
MAX_CAMPAIGN_BYTES = 300 * 1024
MAX_FIELDS = 200
MAX_DEPTH = 20
REPEATABLE = frozenset({"consents"})


@dataclass(frozen=True, slots=True)
class Form:
    """The values of a form, `{field: text | bool | list}`; custom fields are `custom.<name>`, however they were sent."""

    values: dict[str, Any]
    is_json: bool


def read_form(body: bytes, content_type: str) -> Form:
    """Parses a form. Raises MalformedBody or a subclass, BodyTooLarge, UnsupportedMediaType, InvalidFields."""
    _check_size(body, MAX_BYTES)
    kind = content_type.partition(";")[0].strip().lower()
    if kind == JSON or kind.endswith("+json"):
        return Form(_flattened(_object(read_json(body))), is_json=True)
    if kind == URLENCODED:
        return Form(_by_name(_urlencoded(_text(body))), is_json=False)
    if kind == MULTIPART:
        return Form(_by_name(_multipart(body, content_type)), is_json=False)
    raise UnsupportedMediaType


def read_json(body: bytes, *, most_bytes: int = MAX_BYTES) -> Any:
    """Parses JSON: strict UTF-8, no NaN, no repeated keys, at most 20 levels deep.

    Raises MalformedBody or a subclass, BodyTooLarge, InvalidFields.
    """
    _check_size(body, most_bytes)
    text = _text(body)
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except RecursionError:
        raise BodyTooDeep from None
    except ValueError:
        raise MalformedBody from None
    _check_depth(value)
    return value


def _check_size(body: bytes, most: int) -> None:
    if len(body) > most:
        raise BodyTooLarge


def _text(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise BodyNotUtf8 from None
    if "\ufffd" in text:  # API Gateway's replacement for bytes that were not UTF-8
        raise BodyNotUtf8
    return text


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MalformedBody
    if len(value) > MAX_FIELDS:
        raise TooManyFields
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    parsed = dict(pairs)
    if len(parsed) != len(pairs):
        _refuse_repeated(name for name, _ in pairs)
    return parsed


def _refuse_repeated(names: Iterable[str]) -> NoReturn:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InvalidFields.one(name, "duplicate_field")
        seen.add(name)
    raise MalformedBody


def _refuse_constant(_: str) -> NoReturn:
    raise MalformedBody


def _check_depth(value: object, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise BodyTooDeep
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            _check_depth(one, depth + 1)


def _flattened(fields: dict[str, Any]) -> dict[str, Any]:
    custom = fields.pop("custom", None)
    if isinstance(custom, dict):
        fields |= {f"custom.{name}": value for name, value in custom.items()}
    return {name: str(v) if _is_number(v) else v for name, v in fields.items()}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _urlencoded(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except UnicodeDecodeError:
        raise BodyNotUtf8 from None
    except ValueError:
        raise TooManyFields from None


def _multipart(body: bytes, content_type: str) -> list[tuple[str, str]]:
    from io import BytesIO

    from multipart import MultipartError, MultipartParser, ParserLimitReached, parse_options_header

    boundary = parse_options_header(content_type)[1].get("boundary", "")
    if not boundary:
        raise MalformedBody
    try:
        parts = list(MultipartParser(BytesIO(body), boundary, charset="utf-8", part_limit=MAX_FIELDS))
        return [(part.name, _text(part.raw)) for part in parts if not part.filename]
    except ParserLimitReached:
        raise TooManyFields from None
    except MultipartError:
        raise MalformedBody from None


def _by_name(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in REPEATABLE:
            values.setdefault(name, []).append(value)
        elif name in values:
            raise InvalidFields.one(name, "duplicate_field")
        else:
            values[name] = value
    return values


def parse_email_body(body: bytes) -> Any:
    """Returns the value of `email`, the only key allowed, from a JSON object. Raises MalformedBody, InvalidFields."""
    parsed = read_json(body)
    if not isinstance(parsed, dict):
        raise MalformedBody
    if parsed.keys() - {"email"}:  # the key is not named: the error would show a misplaced address
        raise InvalidFields.one("body", "unknown_field")
    return parsed.get("email")
