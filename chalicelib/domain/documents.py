"""Checks the documents that organisers send by pydantic, and turns its errors into our own."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, Strict, ValidationError

from chalicelib.domain.errors import FieldError, InvalidFields
from chalicelib.domain.timestamps import read_day, read_moment

if TYPE_CHECKING:
    from collections.abc import Mapping

Document = TypeVar("Document", bound=BaseModel)

CODES_BY_ERROR_TYPE = {
    "missing": "missing",
    "string_too_short": "missing",  # nothing is shorter than one character
    "extra_forbidden": "unknown_field",
    "string_too_long": "too_long",
}
# What an organiser may see in the editor gets our own message, by its code. The rest stays in pydantic's English.
TRANSLATED_ERROR_TYPES = frozenset({"missing", "string_too_short", "string_too_long", "string_pattern_mismatch"})


def _moment(value: object) -> datetime:
    moment = read_moment(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime):
        msg = "a moment with its UTC offset, such as 2026-11-23T12:00:00Z, between 2000 and 2200"
        raise ValueError(msg)  # noqa: TRY004 - what pydantic expects
    return moment


def _moment_or_day(value: object) -> date:
    day = read_day(value) if isinstance(value, str) else None
    if day is None:
        try:
            return _moment(value)
        except ValueError as error:
            msg = f"a date such as 2026-11-23, or {error}"
            raise ValueError(msg) from None
    return day


def _whole(value: object) -> object:
    """In JSON `5.0` is the number 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Moment = Annotated[datetime, BeforeValidator(_moment)]
# A date is a whole day of the campaign's zone, which whoever reads it knows.
MomentOrDay = Annotated[datetime | date, BeforeValidator(_moment_or_day)]
# Neither `1` nor `"yes"`: what is written as something else was meant as something else.
Flag = Annotated[bool, Strict()]
# Behind the limits of a number; in front of them pydantic's schema would lose them.
WholeNumber = (Strict(), BeforeValidator(_whole))


def validate(model: type[Document], body: object, *, whole: str) -> Document:
    """`body` (JSON types) as a `model`. Raises InvalidFields, each field by its path (`texts.es.title`).

    `whole` is what an error names when it is about no single field.
    """
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise InvalidFields(tuple(_field_error(one, whole) for one in error.errors(include_url=False))) from None


def _field_error(found: Mapping[str, Any], whole: str) -> FieldError:
    path = ".".join(str(part) for part in found["loc"]) or whole
    code = CODES_BY_ERROR_TYPE.get(found["type"], "bad_value")
    if found["type"] in TRANSLATED_ERROR_TYPES:
        return FieldError(field=path, code=code, limit=found.get("ctx", {}).get("max_length"))
    return FieldError(field=path, code=code, message=str(found["msg"]).removeprefix("Value error, "))
