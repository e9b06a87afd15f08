"""What differs between a campaign as it is and as a file wants it, path by path, texts line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff
from itertools import islice
from typing import TYPE_CHECKING, Any

from undersigned_client.files.campaign_files import written
from undersigned_client.language.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONGEST_ON_A_LINE = 60


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs; None is nothing."""

    path: str
    before: Any
    after: Any

    def lines(self) -> list[str]:
        """How a person reads it: on one line, or below each other with - and +."""
        before, after = _shown(self.before), _shown(self.after)
        if max(len(before), len(after)) <= LONGEST_ON_A_LINE and "\n" not in before + after:
            return [f"{self.path}: {before or say('(nothing)')} → {after or say('(nothing)')}"]
        # The first two lines are the names of files, which these have not.
        lines = islice(unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""), 2, None)
        return [f"{self.path}:", *(f"  {line[0]} {line[1:]}" for line in lines if line[0] in "+-")]


def _shown(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else written(value).rstrip().removesuffix("\n...")


def compare(current: Mapping[str, Any], wanted: Mapping[str, Any], path: str = "") -> Iterator[Change]:
    """Every difference, within objects by their keys; lists are one value.

    At the top only what `wanted` names is looked at: the rest stays as it is.
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
    """True for what the API would store alike: moments in whatever zone, texts but for spaces around them."""
    if isinstance(one, str) and isinstance(other, str):
        return one.strip() == other.strip() or (_moment(one) is not None and _moment(one) == _moment(other))
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[name], other[name]) for name in one)
    return bool(type(one) is type(other) and one == other)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
