from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from chalicelib.domain.access.signed_links import LIFETIME_DAYS, Links, Purpose
from chalicelib.domain.errors import LinkExpired, LinkInvalid
from tests.kit.factories import NOW

LINKS = Links([b"newest", b"older"])


def test_a_link_opens_what_it_was_made_for() -> None:
    token = LINKS.token(Purpose.CONFIRM, "peru", "a" * 32, now=NOW)
    assert LINKS.open(Purpose.CONFIRM, token, now=NOW) == ("peru", "a" * 32)


@pytest.mark.parametrize(("made_for", "used_for"), list(permutations(Purpose, 2)))
def test_promise_6_a_link_for_one_purpose_opens_nothing_else(made_for: Purpose, used_for: Purpose) -> None:
    token = LINKS.token(made_for, "peru", "x", now=NOW)
    with pytest.raises(LinkInvalid):
        LINKS.open(used_for, token, now=NOW)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_links_expire(purpose: Purpose) -> None:
    token = LINKS.token(purpose, "peru", "x", now=NOW)
    end = NOW + timedelta(days=LIFETIME_DAYS[purpose])
    assert LINKS.open(purpose, token, now=end)
    with pytest.raises(LinkExpired):
        LINKS.open(purpose, token, now=end + timedelta(seconds=1))


def test_links_made_before_a_rotation_still_open() -> None:
    token = Links([b"older"]).token(Purpose.CONFIRM, "peru", "x", now=NOW)
    assert LINKS.open(Purpose.CONFIRM, token, now=NOW)
    with pytest.raises(LinkInvalid):
        Links([b"newest"]).open(Purpose.CONFIRM, token, now=NOW)


def test_newest_secret_signs() -> None:
    token = LINKS.token(Purpose.CONFIRM, "peru", "x", now=NOW)
    assert Links([b"newest"]).open(Purpose.CONFIRM, token, now=NOW)


@pytest.mark.parametrize("cut", ["", ".", "a.b", "peru.x.zz", "é", "peru." + "x" * 5000, "\0"])
def test_broken_links_are_invalid_not_errors(cut: str) -> None:
    with pytest.raises(LinkInvalid):
        LINKS.open(Purpose.CONFIRM, cut, now=NOW)


def test_every_changed_character_breaks_a_link() -> None:
    token = LINKS.token(Purpose.WITHDRAW, "peru", "x" * 8, now=NOW)
    for place, mark in enumerate(token[:-1]):  # the last base64 character has two unused bits
        changed = token[:place] + ("A" if mark != "A" else "B") + token[place + 1 :]
        with pytest.raises(LinkInvalid):
            LINKS.open(Purpose.WITHDRAW, changed, now=NOW)
