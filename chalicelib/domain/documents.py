"""Checks the documents that organisers send by pydantic, and turns its errors into our own: a path, a code, what is possible."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, Strict, StringConstraints, ValidationError
from pydantic_core import PydanticCustomError

from chalicelib.domain.errors import FieldError, InvalidFields
from chalicelib.domain.text import text_rules
from chalicelib.domain.timestamps import read_day, read_moment

if TYPE_CHECKING:
    from collections.abc import Mapping

Document = TypeVar("Document", bound=BaseModel)

# What pydantic calls an error (https://docs.pydantic.dev/latest/errors/validation_errors/), and our code for it. Codes that
# our own checks raise are used as they are.
CODES_BY_ERROR_TYPE = {
    "missing": "missing",
    "string_too_short": "missing",  # nothing is shorter than one character
    "too_short": "missing",
    "extra_forbidden": "unknown_field",
    "string_too_long": "too_long",
    "too_long": "too_many_entries",
    "string_type": "not_text",
    "string_unicode": "control_characters",
    "int_type": "not_a_number",
    "int_parsing_size": "too_large",
    "bool_type": "not_true_or_false",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "enum": "not_an_option",
    "literal_error": "not_an_option",
    "tuple_type": "not_a_list",
    "dict_type": "not_an_object",
    "model_type": "not_an_object",
    "model_attributes_type": "not_an_object",
}
MAX_LINE_LENGTH = 300
LIMITS = ("max_length", "ge", "le", "limit")


def refusal(code: str, *, field: str = "", limit: int = 0) -> PydanticCustomError:
    """What a check raises: `code`, for a `field` inside of what it checks, or for all of it."""
    return PydanticCustomError(code, code, {"field": field, "limit": limit} if limit else {"field": field})


def matching(pattern: str, code: str, *, limit: int = 0) -> tuple[Any, Any]:
    """Annotations for a text that must match all of `pattern`; JSON Schema sees the pattern, people the message of `code`."""
    whole = re.compile(pattern)

    def check(value: str) -> str:
        if not whole.fullmatch(value):
            raise refusal(code, limit=limit)
        return value

    return AfterValidator(check), Field(json_schema_extra={"pattern": f"^({pattern})$"})


def _moment(value: object) -> datetime:
    moment = read_moment(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime):
        raise refusal("bad_moment")
    return moment


def _moment_or_day(value: object) -> date:
    day = read_day(value) if isinstance(value, str) else None
    found = day or (read_moment(value) if isinstance(value, str) else value)
    if not isinstance(found, date):
        raise refusal("bad_moment_or_day")
    return found


def _whole(value: object) -> object:
    """In JSON `5.0` is the number 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _single_line(value: str) -> str:
    line = text_rules.single_line(text_rules.normalise(value, limit=MAX_LINE_LENGTH))
    if code := text_rules.error_code(line, limit=len(line)):
        raise refusal(code)
    return line


def _is_there(value: str) -> str:
    if not value:
        raise refusal("missing")
    return value


Moment = Annotated[datetime, BeforeValidator(_moment)]
# A date is a whole day of the campaign's zone, which whoever reads it knows.
MomentOrDay = Annotated[datetime | date, BeforeValidator(_moment_or_day)]
# Neither `1` nor `"yes"`: what is written as something else was meant as something else.
Flag = Annotated[bool, Strict()]
# Behind the limits of a number; in front of them pydantic's schema would lose them.
WholeNumber = (Strict(), BeforeValidator(_whole))
# One line without control characters, and nothing invisible around it; the empty text if nothing of it can be seen.
SingleLine = Annotated[
    str,
    StringConstraints(max_length=MAX_LINE_LENGTH),
    AfterValidator(_single_line),
    Field(json_schema_extra={"pattern": r"^[^\x00-\x08\x0b-\x1f\x7f]*$"}),
]


# Behind a type of a single line: something in it can be seen.
Visible = AfterValidator(_is_there)


def validate(model: type[Document], body: object, *, whole: str) -> Document:
    """`body` (JSON types) as a `model`. Raises InvalidFields, each field by its path (`texts.es.title`).

    `whole` is what an error names when it is about no single field.
    """
    try:
        return model.model_validate(body)
    except ValidationError as error:
        found = [_field_error(one, whole) for one in error.errors(include_url=False)]
        # One message for each place, and the first: the key of an object is checked before its value.
        raise InvalidFields(tuple({one.field: one for one in reversed(found)}.values())[::-1]) from None


def _field_error(found: Mapping[str, Any], whole: str) -> FieldError:
    facts = found.get("ctx", {})
    # A key of an object that is itself wrong: pydantic adds what it checked.
    parts = [str(part) for part in found["loc"] if part != "[key]"]
    path = ".".join([*parts, *filter(None, [facts.get("field")])]) or whole
    is_ours = "field" in facts
    # Behind another check, pydantic measures a text as it does any value with a length.
    kind = "string_too_long" if found["type"] == "too_long" and isinstance(found.get("input"), str) else found["type"]
    code = found["type"] if is_ours else CODES_BY_ERROR_TYPE.get(kind, "bad_value")
    limit = next((int(facts[name]) for name in LIMITS if name in facts), None)
    return FieldError(field=path, code=code, limit=limit, options=_options(facts.get("expected", "")))


def _options(expected: str) -> str:
    """Pydantic's list of what is possible (`'draft', 'open' or 'closed'`) as codes with commas."""
    return expected.replace("'", "").replace(" or ", ", ")
