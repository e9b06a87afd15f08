"""Small changes of a Python text by the positions of its syntax tree; it knows nothing of which changes are worth making."""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Placed = ast.expr | ast.stmt


@dataclass(frozen=True, slots=True)
class Edit:
    """Puts `text` in the place of the characters from `start` up to `end`."""

    start: int
    end: int
    text: str

    def apply(self, source: str) -> str:
        """The whole text with the change made."""
        return source[: self.start] + self.text + source[self.end :]


class Source:
    """A Python text whose nodes can be found and replaced in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(text)
        lines = text.splitlines(keepends=True)
        self._lines = lines
        self._starts = [0, *accumulate(map(len, lines))]

    def offset(self, line: int, column: int) -> int:
        """Where a node's line (from 1) and column (in UTF-8 bytes) are in the text, in characters."""
        return self._starts[line - 1] + len(self._lines[line - 1].encode()[:column].decode())

    def span(self, node: Placed) -> tuple[int, int]:
        """Where an expression or a statement begins and ends."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def replace(self, node: Placed, text: str) -> Edit:
        """An edit that puts `text` in the place of a node."""
        return Edit(*self.span(node), text)

    def rewrite(self, node: ast.expr, changed: ast.expr) -> Edit:
        """An edit that puts another expression in the place of a node, in parentheses where it may need them."""
        text = ast.unparse(changed)
        is_safe = isinstance(changed, ast.Call | ast.Constant | ast.Name | ast.Set | ast.List | ast.Dict | ast.Tuple)
        return self.replace(node, text if is_safe else f"({text})")

    def between(self, left: Placed, right: Placed, change: Callable[[str], str]) -> Edit:
        """An edit of the first token between two nodes that `change` changes: the operator, whatever stands around it."""
        start, end = self.span(left)[1], self.span(right)[0]
        text = self.text[start:end]
        for token_start, token_end, token in _tokens(text):
            changed = change(token)
            if changed != token:
                return Edit(start + token_start, start + token_end, changed)
        raise ValueError(text)


def _tokens(text: str) -> list[tuple[int, int, str]]:
    """Operators and words of a piece of Python, each with its place; `not in` and `is not` are one."""
    starts = [0, *accumulate(map(len, text.splitlines(keepends=True)))]
    found: list[tuple[int, int, str]] = []
    reader = io.StringIO(f"({text})").readline  # in parentheses, so that line ends mean nothing
    try:
        for token in tokenize.generate_tokens(reader):
            if token.type in {tokenize.OP, tokenize.NAME}:
                shift = 1 if token.start[0] == 1 else 0
                begin = starts[token.start[0] - 1] + token.start[1] - shift
                found.append((begin, begin + len(token.string), token.string))
    except tokenize.TokenError:  # parentheses of the nodes around it
        pass
    for first, second in pairwise(found):
        if (first[2], second[2]) in {("not", "in"), ("is", "not")}:
            found.insert(0, (first[0], second[1], f"{first[2]} {second[2]}"))
            break
    return found
