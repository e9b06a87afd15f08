"""The differences between a campaign and its file: path by path, texts line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff
from itertools import islice
from typing import TYPE_CHECKING, Any

from undersigned_client.files.campaign_files import to_yaml
from undersigned_client.language.messages import translate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_INLINE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs; None when there is none."""

    path: str
    before: Any
    after: Any

    def lines(self) -> list[str]:
        """The change for people: on one line, or as lines with - and +."""
        before, after = _as_text(self.before), _as_text(self.after)
        if max(len(before), len(after)) <= MAX_INLINE_LENGTH and "\n" not in before + after:
            return [f"{self.path}: {before or translate('(nothing)')} → {after or translate('(nothing)')}"]
        # The first two lines of a unified diff name files.
        lines = islice(unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""), 2, None)
        return [f"{self.path}:", *(f"  {line[0]} {line[1:]}" for line in lines if line[0] in "+-")]


def _as_text(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else to_yaml(value).rstrip().removesuffix("\n...")


def compare(current: Mapping[str, Any], wanted: Mapping[str, Any], path: str = "") -> Iterator[Change]:
    """Every difference, within objects key by key; a list is one value.

    At the top level, keys that `wanted` lacks are ignored: they stay as they are.
    """
    names = wanted if not path else {**current, **wanted}
    for name in names:
        here = f"{path}.{name}".removeprefix(".")
        before, after = current.get(name), wanted.get(name)
        if isinstance(before, dict) and isinstance(after, dict):
            yield from compare(before, after, here)
        elif not is_same(before, after):
            yield Change(here, before, after)


def is_same(one: Any, other: Any) -> bool:
    """True for values that the API stores alike: times in any time zone, texts with or without spaces around them."""
    if isinstance(one, str) and isinstance(other, str):
        return one.strip() == other.strip() or (_moment(one) is not None and _moment(one) == _moment(other))
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[name], other[name]) for name in one)
    return bool(type(one) is type(other) and one == other)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
