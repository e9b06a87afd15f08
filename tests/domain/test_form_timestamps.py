"""A form's moment: too soon, made up, or nothing to say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.abuse.form_timestamps import form_flags, form_flags_and_time, form_token
from tests.kit.factories import NOW

if TYPE_CHECKING:
    from datetime import datetime

TOKEN = form_token(b"p", "peru", NOW)


@pytest.mark.parametrize(
    ("seconds", "flags"),
    [(0, ("fast",)), (1.8, ("fast",)), (2, ()), (86_400 * 30, ()), (-3, ("fast",)), (-9, ("forged",))],
)
def test_only_what_no_person_can_do_is_odd(seconds: float, flags: tuple[str, ...]) -> None:
    assert form_flags(b"p", "peru", TOKEN, NOW + timedelta(seconds=seconds)) == flags


@pytest.mark.parametrize(
    "token", ["x", TOKEN[:-1] + "0", f"0.{TOKEN.partition('.')[2]}", "ñ" * 5000, "\ud83d", ["a"], True, "."]
)
def test_what_was_made_up_is_told(token: object) -> None:
    assert form_flags(b"p", "peru", token, NOW + timedelta(minutes=1)) == ("forged",)


def test_a_token_is_good_for_its_campaign_and_secret_alone() -> None:
    later = NOW + timedelta(minutes=1)
    assert form_flags(b"p", "other", TOKEN, later) == form_flags(b"q", "peru", TOKEN, later) == ("forged",)


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_plain_form_carries_none_and_is_not_odd(nothing: object) -> None:
    assert form_flags(b"p", "peru", nothing, NOW) == ()


@pytest.mark.parametrize(("seconds", "shown_at"), [(0, NOW), (60, NOW), (-3, NOW), (-9, None)])
def test_a_good_token_says_when_the_form_was_shown(seconds: float, shown_at: datetime | None) -> None:
    assert form_flags_and_time(b"p", "peru", TOKEN, NOW + timedelta(seconds=seconds))[1] == shown_at


@pytest.mark.parametrize("token", [None, "", "x", TOKEN[:-1] + "0", 0, False, [], ["a"]])
def test_any_other_token_says_nothing_of_the_time(token: object) -> None:
    assert form_flags_and_time(b"p", "peru", token, NOW)[1] is None
