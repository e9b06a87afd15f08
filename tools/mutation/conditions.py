"""Faults of the expressions that DynamoDB is sent, `#state = :pending AND #expires_at > :epoch`: a clause less, another comparison."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

IS_EXPRESSION = re.compile(r"#\w+|:\w+ |\battribute_(not_)?exists\b|\b(REMOVE|SET|ADD) ")
COMPARISONS = {"<=": "<", ">=": ">", "<": "<=", ">": ">=", "<>": "=", "=": "<>"}
WORDS = {
    "AND": "OR",
    "OR": "AND",
    "attribute_exists": "attribute_not_exists",
    "attribute_not_exists": "attribute_exists",
}
TOKEN = re.compile(r"<=|>=|<>|(?<!\{)[<>=]|\b(?:AND|OR|attribute_exists|attribute_not_exists)\b")
CLAUSE = re.compile(r"\b(AND|OR)\b")
OF_SEVERAL = (
    re.compile(r"(?<=[( ]):\w+, (?=:)"),
    re.compile(r"(?<=\w), :\w+(?=\))"),
)  # as in `#state IN (:pending, :confirmed)`
UPDATE = re.compile(r" ?\b(SET|REMOVE|ADD) ((?:(?! (?:SET|REMOVE|ADD) ).)+)")
BETWEEN_ITEMS = re.compile(r", (?![^(]*\))")


def variants(text: str) -> Iterator[tuple[str, str]]:
    """Faulty versions of an expression, each after a word for what was done; none for any other text."""
    if not IS_EXPRESSION.search(text):
        return
    for found in TOKEN.finditer(text):
        was = found[0]
        if was == "=" and "SET " in text[: found.start()] and "AND" not in text:
            continue  # assigns: its removal says more
        changed = COMPARISONS.get(was) or WORDS[was]
        yield f"{was} to {changed}", text[: found.start()] + changed + text[found.end() :]
    yield from (("clause removed", one) for one in _without_a_clause(text))
    for pattern in OF_SEVERAL:
        for found in pattern.finditer(text):
            yield f"{found[0].strip(', ')} removed", text[: found.start()] + text[found.end() :]
    yield from _without_an_item(text)


def _without_an_item(text: str) -> Iterator[tuple[str, str]]:
    """An update without one of the attributes that it sets, removes or adds to, or without all of one verb."""
    for clause in UPDATE.finditer(text):
        items = BETWEEN_ITEMS.split(clause[2])
        for item in dict.fromkeys([*items, clause[2]]):
            left = [one for one in items if one != item and item in items]
            rest = clause[0].replace(clause[2], ", ".join(left)) if left else ""
            yield f"{item} removed", text[: clause.start()] + rest + text[clause.end() :]


def _without_a_clause(text: str) -> Iterator[str]:
    """The expression without one of the clauses that AND or OR joins, parentheses heeded."""
    for joint in CLAUSE.finditer(text):
        end = _end_of_clause(text, joint.end())
        if text[joint.end() : end].strip():
            yield text[: joint.start()].rstrip() + text[end:]
        start = _start_of_clause(text, joint.start())
        if text[start : joint.start()].strip():
            yield text[:start] + text[joint.end() :].lstrip()


def _end_of_clause(text: str, place: int) -> int:
    depth = 0
    for at in range(place, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth < 0 or (depth == 0 and CLAUSE.match(text, at)):
            return at if depth < 0 else at - 1
    return len(text)


def _start_of_clause(text: str, place: int) -> int:
    depth = 0
    for at in range(place - 1, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if depth < 0:
            return at + 1
        if depth == 0 and (joint := CLAUSE.match(text, at)):
            return joint.end() + 1
    return 0
