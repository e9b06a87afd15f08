"""Parses request bodies from strangers: JSON, urlencoded or multipart, within limits of size, depth and number of fields."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import unquote_to_bytes

from chalicelib.domain.errors import (
    BodyNotUtf8,
    BodyTooDeep,
    BodyTooLarge,
    InvalidFields,
    MalformedBody,
    TooManyFields,
    UnsupportedMediaType,
)
from chalicelib.domain.text.text_rules import FALSE_VALUES

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
NUMBERS = frozenset({int, float})
REPEATABLE = frozenset({"consents"})
# Encodings of pages that are not in UTF-8, by the names that such forms give (WHATWG, "Encoding Standard").
LEGACY_CHARSETS = {
    **dict.fromkeys(("windows-1252", "cp1252", "iso-8859-1", "iso8859-1", "latin1", "us-ascii", "ascii"), "cp1252"),
    **{f"windows-125{n}": f"cp125{n}" for n in (0, 1, 3, 4, 5, 6, 7, 8)},
    **{f"iso-8859-{n}": f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{name: name for name in ("koi8-r", "koi8-u", "shift_jis", "euc-jp", "euc-kr", "gbk", "gb18030", "big5")},
}


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
        return Form(_by_name(_decoded(_urlencoded(body), _charset(content_type))), is_json=False)
    if kind == MULTIPART:
        return Form(_by_name(_decoded(_multipart(body, content_type), "")), is_json=False)
    raise UnsupportedMediaType


def read_json(body: bytes, *, most_bytes: int = MAX_BYTES) -> Any:
    """Parses JSON: strict UTF-8, no NaN, no repeated keys, at most 20 levels deep.

    Raises MalformedBody or a subclass, BodyTooLarge, InvalidFields.
    """
    _check_size(body, most_bytes)
    text = _text(body).removeprefix("\ufeff")
    try:
        value = STRICT.decode(text)
    except RecursionError:
        raise BodyTooDeep from None
    except ValueError:
        raise MalformedBody from None
    if text.count("[") + text.count("{") > MAX_DEPTH:  # what has fewer brackets cannot be deeper
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
    return _whole(text)


def _whole(text: str) -> str:
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


# Made once: `json.loads` makes a decoder for every call with hooks.
STRICT = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse_constant)


def _check_depth(value: object, depth: int = 0) -> None:
    parts: Iterable[object] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        if depth >= MAX_DEPTH:
            raise BodyTooDeep
        if isinstance(part, dict | list):
            _check_depth(part, depth + 1)


def _flattened(fields: dict[str, Any]) -> dict[str, Any]:
    fields = {_plain_name(name): value for name, value in fields.items()}
    custom = fields.pop("custom", None)
    if isinstance(custom, dict):
        fields |= {f"custom.{name}": value for name, value in custom.items()}
    return {name: str(v) if type(v) in NUMBERS else v for name, v in fields.items()}


def _urlencoded(body: bytes) -> list[tuple[bytes, bytes]]:
    pairs = [pair.replace(b"+", b" ").partition(b"=") for pair in body.split(b"&", MAX_FIELDS) if pair]
    if len(pairs) > MAX_FIELDS:
        raise TooManyFields
    return [(unquote_to_bytes(name), unquote_to_bytes(value)) for name, _, value in pairs]


def _decoded(pairs: list[tuple[bytes, bytes]], charset: str) -> list[tuple[str, str]]:
    """Names and values as text: in the charset that the request or the field `_charset_` names, otherwise in UTF-8.

    Forms of pages in windows-1252 often do not say so; what is not UTF-8 is read as that, as browsers mean it when they
    write ISO-8859-1, too (WHATWG, "Encoding Standard").
    """
    charset = charset or next((value.decode("latin-1") for name, value in pairs if name == b"_charset_"), "")
    encodings = [LEGACY_CHARSETS[charset.strip().lower()]] if charset.strip().lower() in LEGACY_CHARSETS else []
    for encoding in (*encodings, "utf-8", "cp1252"):
        try:
            return [(_whole(name.decode(encoding)), _whole(value.decode(encoding))) for name, value in pairs]
        except UnicodeDecodeError:
            continue
    raise BodyNotUtf8


def _charset(content_type: str) -> str:
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"')
    return ""


def _multipart(body: bytes, content_type: str) -> list[tuple[bytes, bytes]]:
    from io import BytesIO

    from multipart import MultipartError, MultipartParser, ParserLimitReached, parse_options_header

    boundary = parse_options_header(content_type)[1].get("boundary", "")
    if not boundary:
        raise MalformedBody
    try:
        parts = list(MultipartParser(BytesIO(body), boundary, charset="latin-1", part_limit=MAX_FIELDS))
        return [(part.name.encode("latin-1"), part.raw) for part in parts if not part.filename]
    except ParserLimitReached:
        raise TooManyFields from None
    except MultipartError:
        raise MalformedBody from None


def _by_name(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Values by name. A list may be called `name[]`; of a hidden "no" before a ticked box the box counts."""
    values: dict[str, Any] = {}
    for written, value in pairs:
        name = _plain_name(written)
        if name in REPEATABLE:
            values.setdefault(name, []).append(value)
        elif values.get(name, "").lower() not in FALSE_VALUES:
            raise InvalidFields.one(name, "duplicate_field")
        else:
            values[name] = value
    return values


def _plain_name(name: str) -> str:
    """`consents[]` and `consents[0]` are `consents`, `custom[chapter]` is `custom.chapter` (PHP, Rails, WordPress)."""
    if not name.endswith("]"):
        return name
    base, _, key = name[:-1].partition("[")
    return f"custom.{key}" if base == "custom" else base


def parse_email_body(body: bytes) -> Any:
    """Returns the value of `email`, the only key allowed, from a JSON object. Raises MalformedBody, InvalidFields."""
    parsed = read_json(body)
    if not isinstance(parsed, dict):
        raise MalformedBody
    if parsed.keys() - {"email"}:  # the key is not named: the error would show a misplaced address
        raise InvalidFields.one("body", "unknown_field")
    return parsed.get("email")
