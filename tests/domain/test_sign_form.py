from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.campaigns import sign_form
from chalicelib.domain.errors import FieldError, InvalidFields
from tests.kit.factories import a_campaign, a_form

CAMPAIGN = a_campaign()


def refusals(**changes: Any) -> dict[str, str]:
    with pytest.raises(InvalidFields) as refused:
        sign_form.parse(CAMPAIGN, a_form(**changes))
    return {error.field: error.code for error in refused.value.errors}


@pytest.mark.parametrize(
    "name",
    [
        "O'Brien",
        "D’Angelo",
        "Jean-Luc",
        "María José",
        "Ñusta",
        "محمد",
        "עדה",
        "李小龍",
        "Zoë 🌻",
        "X",
        "Van der Berg, Jr.",
    ],
)
def test_names_of_the_world_are_taken(name: str) -> None:
    assert sign_form.parse(CAMPAIGN, a_form(given_name=name)).answers["given_name"] == name


@pytest.mark.parametrize(
    "email",
    [
        "a@b.co",
        "x" * 64 + "@example.org",
        "ana@ñandú.pe",
        "josé@example.org",
        "o'hara@example.org",
        "a_b-c+d@sub.example.org",
    ],
)
def test_addresses_of_the_world_are_taken_as_typed(email: str) -> None:
    assert sign_form.parse(CAMPAIGN, a_form(email=f"  {email} ")).email == email


@pytest.mark.parametrize(
    ("email", "code"),
    [
        ("", "missing"), (None, "missing"), ("ana", "email_without_at"), ("ana@", "not_an_email"), ("@b.co", "not_an_email"),
        ("a@b..co", "not_an_email"), ("a b@c.org", "space_in_email"), ("a@b.org\r\nBcc: x@y.org", "control_characters"),
        ("a@b.org,c@d.org", "several_emails"), ("x" * 65 + "@example.org", "not_an_email"),
        ("x" * 250 + "@e.org", "too_long"), ("a\0@b.org", "control_characters"), (["a@b.org"], "not_text"), (7, "not_text"),
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(email: object, code: str) -> None:
    assert refusals(email=email) == {"email": code}


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"given_name": "  "}, "given_name", "missing"),
        ({"given_name": "x" * 101}, "given_name", "too_long"),
        ({"given_name": "=cmd()"}, "given_name", "leading_symbol"),
        ({"family_name": "@ana"}, "family_name", "leading_symbol"),
        ({"family_name": "-1+1"}, "family_name", "leading_symbol"),
        ({"given_name": "see https://x.example"}, "given_name", "url_in_name"),
        ({"given_name": "WWW.x.example"}, "given_name", "url_in_name"),
        ({"given_name": "a\nb"}, "given_name", "control_characters"),
        ({"given_name": "a\u202eb"}, "given_name", "control_characters"),
        ({"given_name": "a\ud800"}, "given_name", "control_characters"),
        ({"given_name": {"a": 1}}, "given_name", "not_text"),
        ({"comment": "x" * 2001}, "comment", "too_long"),
        ({"comment": "\x1b[2J"}, "comment", "control_characters"),
        ({"country": "Perú"}, "country", "not_a_country"),
        ({"country": "ZZ"}, "country", "not_a_country"),
        ({"custom.chapter": "Quito"}, "custom.chapter", "not_an_option"),
        ({"consents": ["wbw", "nsa"]}, "consents", "bad_consent"),
        ({"consents": {"wbw": True}}, "consents", "not_text"),
        ({"public": "maybe"}, "public", "bad_value"),
    ],
)
def test_refusals_name_the_field_and_the_reason(changes: dict[str, Any], field: str, code: str) -> None:
    assert refusals(**changes) == {field: code}


def test_all_mistakes_are_told_at_once() -> None:
    assert refusals(email="x", given_name="", country="") == {
        "email": "email_without_at",
        "given_name": "missing",
        "country": "missing",
    }


def test_what_the_campaign_does_not_ask_for_is_not_kept() -> None:
    kept = sign_form.parse(CAMPAIGN, a_form(phone="+51 1 234", shoe_size="42")).answers
    assert set(kept) == {"given_name", "family_name", "country"}


def test_hidden_fields_are_cleaned_never_refused() -> None:
    got = sign_form.parse(
        CAMPAIGN,
        a_form(
            source="Facebook Ad #7 \n",
            referrer="https://x.example/\r\n" + "y" * 900,
            utm_medium="\x00mail",
            utm_source="ignored",
        ),
    )
    assert got.source == "facebookad7"
    assert len(got.referrer) == 300
    assert got.utm == {"utm_medium": "mail", "utm_source": "ignored"}


def test_utm_source_serves_as_source_when_there_is_none() -> None:
    assert sign_form.parse(CAMPAIGN, a_form(utm_source="Newsletter")).source == "newsletter"


def test_long_comment_keeps_its_lines() -> None:
    assert sign_form.parse(CAMPAIGN, a_form(comment="one\r\ntwo")).answers["comment"] == "one\ntwo"


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "email",
                "given_name",
                "country",
                "comment",
                "public",
                "consents",
                "source",
                "custom.chapter",
                "_next",
                "website",
            ]
        ),
        st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=4),
    )
)
def test_any_body_is_either_read_or_refused(typed: dict[str, Any]) -> None:
    errors: tuple[FieldError, ...] = ()
    try:
        sign_form.parse(CAMPAIGN, typed)
    except InvalidFields as refused:
        errors = refused.errors
    assert all(error.field and error.code for error in errors)


def test_the_validator_is_built_once_a_version() -> None:
    assert sign_form._validator(a_campaign(), is_paper=False) is sign_form._validator(a_campaign(), is_paper=False)
