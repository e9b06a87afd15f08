"""Keyed hashes name what is stored for years: each is the HMAC-SHA256 in base32 that it always was."""

from __future__ import annotations

import hmac
from base64 import b32encode
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.addresses.keyed_hashes import PSEUDONYM_LENGTH, daily_pseudonym, keyed_hash

if TYPE_CHECKING:
    from datetime import date

MESSAGES = st.text(st.characters(exclude_categories=["Cs"]))


def by_definition(key: bytes, message: str, length: int) -> str:
    return b32encode(hmac.digest(key, message.encode(), "sha256")).decode().lower()[:length]


@given(st.binary(max_size=200), MESSAGES, st.integers(0, 48))
def test_a_name_is_a_truncated_hmac_in_base32(key: bytes, message: str, length: int) -> None:
    assert keyed_hash(key, message, length=length) == by_definition(key, message, length)


@given(st.binary(max_size=200), st.sampled_from(["networks", "domains"]), st.dates(), MESSAGES)
def test_a_pseudonym_is_made_with_a_key_of_its_day_and_kind(pepper: bytes, kind: str, day: date, text: str) -> None:
    key = hmac.digest(pepper, f"{kind}\n{day.isoformat()}".encode(), "sha256")
    assert daily_pseudonym(pepper, kind, day, text) == by_definition(key, text, PSEUDONYM_LENGTH)


def test_one_name_leaves_nothing_in_the_next() -> None:
    names = [keyed_hash(key, text, length=16) for key in (b"p", b"q") for text in ("ana", "luis", "ana")]
    assert names == [by_definition(key, text, 16) for key in (b"p", b"q") for text in ("ana", "luis", "ana")]


def test_names_stay_what_they_were() -> None:
    assert keyed_hash(b"pepper", "signature\nperu\nana@example.org", length=32) == "4hfywfqufix7msr42q47ryg6updjugu2"
