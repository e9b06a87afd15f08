"""A campaign's form as a pydantic validator, built once per version, that turns form values into a checked submission.

What a signer can correct is refused with a code; what a signer cannot see (source, referrer, utm) is cleaned, never
refused. The validator is built on pydantic-core's schemas: importing pydantic's models is an eighth of a cold start.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError, SchemaValidator, ValidationError, core_schema

from chalicelib.domain.addresses.email_addresses import (
    MAX_EMAIL_LENGTH,
    clean_email,
    email_mistake,
    is_ordinary_address,
    valid_email,
)
from chalicelib.domain.campaigns.campaign import UTM
from chalicelib.domain.errors import FieldError, InvalidFields
from chalicelib.domain.signatures.handing_over import HANDOVER_NOTICE, is_told_of_handover
from chalicelib.domain.signatures.person_fields import ALWAYS_ASKED, PERSON_FIELDS, PersonField
from chalicelib.domain.signatures.public_comments import NOTICE, is_told
from chalicelib.domain.text import text_rules
from chalicelib.domain.text.countries import COUNTRIES
from chalicelib.domain.text.text_rules import FALSE_VALUES, TRUE_VALUES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.domain.campaigns.campaign import Campaign


# What every form has besides the answers to its fields.
BESIDES_ANSWERS = frozenset({"email", "public", "updates", "consents"})


@dataclass(frozen=True, slots=True)
class Submission:
    """A checked form. `email` is as typed; `answers` are by OSDI name, without empty ones.

    `updates` says that the box for news of the campaign is ticked, whether or not the campaign shows one; `comment_notice`
    numbers the words by which the form said that the comment may be public, `handover_notice` those by which it said that the name is
    handed over; 0 if it did not.
    """

    email: str
    answers: Mapping[str, str]
    public: bool
    consents: tuple[str, ...]
    updates: bool
    comment_notice: int
    handover_notice: int
    source: str
    referrer: str
    utm: Mapping[str, str]


def parse(campaign: Campaign, form_values: Mapping[str, object], *, is_paper: bool = False) -> Submission:
    """The checked `form_values`, `{field: text | bool | list}` with custom fields as `custom.<name>`.

    From a paper list nothing is required, and `email` may be empty. Raises InvalidFields with one FieldError for each
    wrong field, messages empty.
    """
    try:
        values = _validator(campaign, is_paper=is_paper).validate_python(form_values)
    except ValidationError as error:
        raise InvalidFields(tuple(_field_error(found) for found in error.errors())) from None
    return _submission(values, form_values)


def _submission(values: Mapping[str, Any], form_values: Mapping[str, object]) -> Submission:
    utm = {name: hint for name in UTM if (hint := _hint(form_values, name))}
    source = text_rules.source_label(_first_text(form_values, "source") or utm.get("utm_source", ""))
    answers = {name: value for name, value in values.items() if value and name not in BESIDES_ANSWERS}
    return Submission(
        email=values["email"],
        answers=answers,
        public=values["public"],
        consents=values["consents"],
        updates=values["updates"],
        comment_notice=NOTICE if is_told(form_values) and answers.get("comment") else 0,
        handover_notice=HANDOVER_NOTICE if is_told_of_handover(form_values) else 0,
        source=source,
        referrer=_hint(form_values, "referrer"),
        utm=utm,
    )


def _hint(form_values: Mapping[str, object], name: str) -> str:
    return text_rules.clean_hint(_first_text(form_values, name)) if name in form_values else ""


def _first_text(form_values: Mapping[str, object], name: str) -> str:
    value = form_values.get(name)
    value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, str) else ""


@lru_cache(maxsize=128)
def _validator_for(
    _campaign: str,
    _version: int,
    fields: tuple[tuple[str, bool, str, tuple[str, ...]], ...],
    sponsors: frozenset[str],
    *,
    is_paper: bool,
) -> SchemaValidator:
    checked = {
        "email": _field(_email_if_any, "") if is_paper else _field(_email),
        "public": _field(_yes_or_no, default=False),
        "updates": _field(_yes_or_no, default=False),
        "consents": _field(_consents(sponsors), ()),
    }
    fields_by_name = {name: (name, required, kind, options) for name, required, kind, options in fields}
    for name in (*ALWAYS_ASKED, *fields_by_name):
        _, required, kind, options = fields_by_name.get(name, (name, False, "text", ()))
        check = _answer(name, kind, options, required=required)
        checked[name] = _field(check) if required else _field(check, "")
    return SchemaValidator(core_schema.typed_dict_schema(checked, extra_behavior="ignore"))


def _field(check: Callable[[object], object], default: object = None) -> core_schema.TypedDictField:
    """A field whose value `check` returns; required unless it has a `default`."""
    schema: Any = core_schema.no_info_plain_validator_function(check)
    if default is None:
        return core_schema.typed_dict_field(schema, required=True)
    return core_schema.typed_dict_field(core_schema.with_default_schema(schema, default=default), required=False)


def _validator(campaign: Campaign, *, is_paper: bool) -> SchemaValidator:
    fields = tuple((f.name, f.required and not is_paper, f.type, f.options) for f in campaign.fields)
    return _validator_for(campaign.id, campaign.version, fields, campaign.sponsor_ids(), is_paper=is_paper)


def _answer(name: str, kind: str, options: tuple[str, ...], *, required: bool) -> Callable[[object], str]:
    field = PERSON_FIELDS.get(name) or _custom(kind)
    limit, has_lines, is_name = field.max_length, field.input == "textarea", field.is_name

    is_text = kind != "checkbox"

    def check(value: object) -> str:
        if is_text and isinstance(value, str) and text_rules.is_ordinary(value, limit=limit, is_name=is_name):
            return chosen(value)
        text = _checkbox(value) if kind == "checkbox" else text_rules.normalise(_text(value), limit=limit)
        text = text if has_lines else text_rules.single_line(text)
        if not text:
            return _refuse("missing") if required else ""
        if code := text_rules.error_code(text, limit=limit, is_name=is_name, has_lines=has_lines):
            return _refuse(code, limit=limit)
        return chosen(text)

    def chosen(text: str) -> str:
        if name == "country":
            return _country(text)
        if options and text not in options:
            return _refuse("not_an_option")
        return text

    return check


def _custom(kind: str) -> PersonField:
    """The rules for a custom field of that kind."""
    if kind == "textarea":
        return PersonField(input="textarea", max_length=text_rules.MAX_COMMENT_LENGTH)
    return PersonField()


def _refuse(code: str, **facts: int) -> str:
    raise PydanticCustomError(code, code, facts or None)


def _text(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return _refuse("not_text")
    return value


def _checkbox(value: object) -> str:
    return "yes" if _yes_or_no(value) else ""


def _yes_or_no(value: object) -> bool:
    if isinstance(value, bool) or value is None:
        return bool(value)
    text = value.strip().lower() if isinstance(value, str) else None
    if text in TRUE_VALUES:
        return True
    if text not in FALSE_VALUES:
        _refuse("bad_value")
    return False


def _country(text: str) -> str:
    code = text.upper()
    return code if code in COUNTRIES else _refuse("not_a_country")


def _consents(sponsors: frozenset[str]) -> Callable[[object], tuple[str, ...]]:
    def check(value: object) -> tuple[str, ...]:
        sponsor_ids = [value] if isinstance(value, str) else value or []
        if not isinstance(sponsor_ids, list | tuple) or not all(isinstance(one, str) for one in sponsor_ids):
            return (_refuse("not_text"),)
        unique = {one for one in sponsor_ids if one in sponsors or one.lower() not in FALSE_VALUES}
        if len(sponsors) == 1:  # a single box without a value says `on`
            unique = {one if one.lower() not in TRUE_VALUES else next(iter(sponsors)) for one in unique}
        if not unique <= sponsors:
            return (_refuse("bad_consent"),)
        return tuple(sorted(unique))

    return check


def _email(value: object) -> str:
    if isinstance(value, str) and is_ordinary_address(value):
        return value
    text = clean_email(text_rules.normalise(_text(value), limit=MAX_EMAIL_LENGTH))
    if not text:
        return _refuse("missing")
    if code := text_rules.error_code(text, limit=MAX_EMAIL_LENGTH):
        return _refuse(code, limit=MAX_EMAIL_LENGTH)
    return valid_email(text) or _refuse(email_mistake(text))


def _email_if_any(value: object) -> str:
    return _email(value) if text_rules.normalise(_text(value), limit=MAX_EMAIL_LENGTH) else ""


def _field_error(found: Any) -> FieldError:
    field = str(found["loc"][0]) if found["loc"] else ""
    limit = (found.get("ctx") or {}).get("limit")
    return FieldError(field=field, code=str(found["type"]), limit=limit)
