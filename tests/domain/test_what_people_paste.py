"""Names and addresses as people paste them: what nobody sees is no answer, and what came along is no part of an address."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.addresses.email_addresses import canonical, clean_email
from chalicelib.domain.campaigns import sign_form
from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.text import text_rules
from tests.kit.factories import a_campaign

INVISIBLE = [
    "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u180b", "\u180e", "\u200b", "\u200c", "\u200d",
    "\u200e", "\u2060", "\u2061", "\u2800", "\u3000", "\u3164", "\ufe0f", "\uffa0", "\ufffc", "\U000e0100", "\U000e0020",
]  # fmt: skip


def answers(**values: Any) -> sign_form.Submission:
    return sign_form.parse(a_campaign(), {"email": "ana@example.org", "given_name": "Ana", "country": "PE", **values})


def codes(**values: Any) -> dict[str, str]:
    with pytest.raises(InvalidFields) as refused:
        answers(**values)
    return {one.field: one.code for one in refused.value.errors}


@pytest.mark.parametrize("character", INVISIBLE, ids=lambda one: f"U+{ord(one):04X}")
def test_a_name_made_of_nothing_is_missing(character: str) -> None:
    assert text_rules.normalise(f" {character}{character} ", limit=100) == ""
    assert "family_name" not in answers(family_name=character).answers


@pytest.mark.parametrize("name", ["Ñ", "李", "م", "7", "O'Brien", "नि", "👍", "ᠠ"])
def test_a_name_that_can_be_seen_stays(name: str) -> None:
    assert answers(family_name=name).answers["family_name"] == name


def test_joiners_inside_a_name_stay() -> None:
    persian = "علی\u200cرضا"
    assert answers(family_name=persian).answers["family_name"] == persian


@pytest.mark.parametrize("space", ["\t", "\xa0", "\u2009", "\u3000", "  "])
def test_spaces_of_any_kind_inside_a_name_are_one_space(space: str) -> None:
    assert answers(family_name=f"de{space}la Cruz").answers["family_name"] == "de la Cruz"


def test_accents_are_composed() -> None:
    assert text_rules.normalise("Jose\u0301", limit=100) == "José"


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("\u200bana@example.org", "ana@example.org"),
        ("ana\u00ad@exam\u200bple.org", "ana@example.org"),
        ("\ufeff ana@example.org\u200e", "ana@example.org"),
        ("ana\ufe0f@example.org", "ana@example.org"),
        ("Ana Quispe <ana@example.org>", "ana@example.org"),
        ('"Quispe, Ana" <ana@example.org>;', "ana@example.org"),
        ("<ana@example.org>", "ana@example.org"),
        ("mailto:ana@example.org", "ana@example.org"),
        ("MAILTO:ana@example.org?subject=hello", "ana@example.org"),
        ("ana＠example.org", "ana@example.org"),
        ("ａｎａ@ｅｘａｍｐｌｅ.ｏｒｇ", "ana@example.org"),
        ("ana@example.org.", "ana@example.org"),
        ("ana@example.org,", "ana@example.org"),
        ("ana+news@example.org", "ana+news@example.org"),
        ("what?is@example.org", "what?is@example.org"),
        ("josé@example.org", "josé@example.org"),
    ],
)
def test_what_came_along_is_no_part_of_an_address(pasted: str, meant: str) -> None:
    assert answers(email=pasted).email == meant
    assert clean_email(clean_email(pasted)) == clean_email(pasted)


def test_a_joiner_or_a_wide_letter_makes_nobody_a_second_person() -> None:
    spellings = ["ana@example.org", "a\u200dna@example.org", "ａna@example.org", "ana\u2060@example.org"]
    assert {canonical(answers(email=one).email) for one in spellings} == {"ana@example.org"}


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("ana@example,org", "comma_in_email"),
        ("ana.example.org", "email_without_at"),
        ("ana @example.org", "space_in_email"),
        ("ana@example.org, eva@example.org", "several_emails"),
        ("ana@example.org;eva@example.org", "several_emails"),
        ("ana@@example.org", "not_an_email"),
        ("ana@-", "not_an_email"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(pasted: str, code: str) -> None:
    assert codes(email=pasted) == {"email": code}


class TestConsents:
    def test_one_box_without_a_value_is_that_sponsor(self) -> None:
        campaign = a_campaign(sponsors=[{"id": "wbw", "name": "W", "url": "https://w.example"}])
        for ticked in ("on", "yes", "1", "true", "ON"):
            values = {"email": "a@example.org", "given_name": "A", "country": "PE", "consents": [ticked]}
            assert sign_form.parse(campaign, values).consents == ("wbw",)

    def test_a_hidden_no_before_the_boxes_is_no_consent(self) -> None:
        for unticked in ("", "0", "off", "false"):
            assert answers(consents=[unticked]).consents == ()

    def test_on_says_nothing_where_there_are_several(self) -> None:
        assert codes(consents=["on"]) == {"consents": "bad_consent"}
