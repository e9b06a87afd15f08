"""The values of filters for signatures, each checked strictly; empty means any."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.keyed_hashes import PSEUDONYM_LENGTH, hash_pattern
from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.signatures.flags import HOLD_REASONS
from chalicelib.domain.signatures.public_comments import CommentState
from chalicelib.domain.text import text_rules
from chalicelib.domain.timestamps import read_day, read_moment, stamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

ANY_REASON = "any"
NETWORK = re.compile(hash_pattern(PSEUDONYM_LENGTH))
YES_NO = {"": None, "true": True, "false": False}


def refuse_empty(fields: Mapping[str, str]) -> None:
    """An empty filter is a mistake of whoever asks: it would be ignored. An empty cursor is where a list begins."""
    for name, text in fields.items():
        if not text and name not in ("cursor", "withdrawal"):
            raise InvalidFields.one(name, "empty_filter")


def shown(text: str) -> bool | None:
    """Whether names are shown, or None. Raises InvalidFields."""
    if text not in YES_NO:
        raise InvalidFields.one("shown", "not_true_or_false")
    return YES_NO[text]


def comment(text: str) -> str:
    """The state of a comment. Raises InvalidFields."""
    if text and text not in set(CommentState):
        raise InvalidFields.one("comment", "not_an_option", options=", ".join(CommentState))
    return text


def source(text: str) -> str:
    """A label of a source. Raises InvalidFields."""
    if text != text_rules.source_label(text):
        raise InvalidFields.one("source", "bad_source")
    return text


def held(text: str, name: str) -> str:
    """A reason for holding, or any. Raises InvalidFields."""
    if text and text != ANY_REASON and text not in HOLD_REASONS:
        raise InvalidFields.one(name, "not_an_option", options=", ".join((*sorted(HOLD_REASONS), ANY_REASON)))
    return text


def network(text: str) -> str:
    """The name of a network. Raises InvalidFields."""
    if text and not NETWORK.fullmatch(text):
        raise InvalidFields.one("network", "bad_network")
    return text


def shown_at(text: str | None) -> str:
    """A moment, as a stamp. Raises InvalidFields."""
    if text is None:
        return ""
    moment = read_moment(text)
    if moment is None:
        raise InvalidFields.one("form_shown_at", "bad_moment")
    return stamp(moment)


def day(query: Mapping[str, str], name: str) -> date | None:
    """A day, or None. Raises InvalidFields."""
    text = query.get(name, "")
    found = read_day(text)
    if text and found is None:
        raise InvalidFields.one(name, "bad_day")
    return found
