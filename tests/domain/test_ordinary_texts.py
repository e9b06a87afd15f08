"""What nearly everybody types is known at one look, and nothing else is: of such a text the rules change and refuse nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.campaigns import sign_form
from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.text import text_rules
from chalicelib.domain.text.text_rules import ORDINARY
from tests.kit.factories import a_campaign, a_form

# What the rules are about: spaces, signs at the edge, marks, what is invisible or forbidden, and letters beside them.
ODD = "aAé7 .'-,=+@:/w\t\n\r\x00\x7f\xa0\xad\u0301\u200b\u2028\u202e\u2800\u3164\ufeff×÷ªßÿĀʼ"
NEAR = st.one_of(
    st.from_regex(ORDINARY, fullmatch=True), st.text(ODD), st.text(), st.from_regex(r"\A[wW. a:/]{1,12}\Z")
)


@given(text=NEAR, is_name=st.booleans(), has_lines=st.booleans(), limit=st.integers(0, 40))
@example(text="www.example", is_name=True, has_lines=False, limit=40)
@example(text="a\u0301", is_name=False, has_lines=False, limit=40)
@example(text="Ana\n", is_name=True, has_lines=True, limit=40)
def test_of_an_ordinary_text_nothing_is_changed_or_refused(
    text: str, *, is_name: bool, has_lines: bool, limit: int
) -> None:
    if not text_rules.is_ordinary(text, limit=limit, is_name=is_name):
        return
    assert text_rules.normalise(text, limit=limit) == text
    assert text_rules.single_line(text) == text
    assert text_rules.error_code(text, limit=limit, is_name=is_name, has_lines=has_lines) is None


@pytest.mark.parametrize(
    ("text", "is_ordinary"),
    [
        ("María José", True), ("O'Brien", True), ("15001", True), ("Jean-Luc", True), ("Straße 7 (Hof)", True),
        ("x" * 100, True), ("x" * 101, False), ("", False), (" Ana", False), ("Ana ", False), ("Ana  Luz", False),
        ("=1", False), ("+1", False), ("-1", False), ("@ana", False), ("www.x", False), ("a://b", False), ("Ana\n", False),
        ("Jr.", False), ("Jose\u0301", False), ("a\u200db", False), ("李", False), ("a\xa0b", False),
    ],
)  # fmt: skip
def test_a_name_is_ordinary_by_its_letters(text: str, *, is_ordinary: bool) -> None:
    assert text_rules.is_ordinary(text, limit=100, is_name=True) is is_ordinary


@pytest.mark.parametrize("words", ["No queremos tropas extranjeras en nuestro país.", "Why?  \n Because!"])
def test_a_comment_stays_as_it_was_typed(words: str) -> None:
    assert sign_form.parse(a_campaign(), a_form(comment=words)).answers["comment"] == words


@given(NEAR)
def test_a_form_says_the_same_of_a_text_whether_or_not_it_is_ordinary(text: str) -> None:
    """Beside an invisible character, which is taken off, a text is not ordinary."""
    assert _said_of(text) == _said_of(f"\u200b{text}\u200b")


def _said_of(name: str) -> object:
    try:
        return sign_form.parse(a_campaign(), a_form(given_name=name))
    except InvalidFields as mistakes:
        return mistakes.errors
