"""The blocks of a module, each run as a whole or not at all: what coverage is recorded by, so that a mutant finds its tests."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BODIES = ("body", "orelse", "finalbody")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Block:
    """A run of statements: in the function `function` (`Class.method`, empty for the module), the `number`th there."""

    function: str
    number: int
    first: int
    last: int

    @property
    def name(self) -> str:
        """What it is recorded under: lines may move, this stays."""
        return f"{self.function}#{self.number}"


def blocks_of(tree: ast.Module) -> list[Block]:
    """Every block of a module, outer ones before those inside them."""
    return [block for block, _ in statements_of(tree)]


def statements_of(tree: ast.Module) -> Iterator[tuple[Block, list[ast.stmt]]]:
    """Every block with the list of its statements."""
    yield Block("", 0, 1, max(getattr(tree.body[-1], "end_lineno", 1), 1) if tree.body else 1), tree.body
    yield from _inside(tree, "", [0])


def _inside(node: ast.AST, function: str, counter: list[int]) -> Iterator[tuple[Block, list[ast.stmt]]]:
    for child in ast.iter_child_nodes(node):
        name, count = function, counter
        if isinstance(child, (*FUNCTIONS, ast.ClassDef)):
            name, count = f"{function}.{child.name}".lstrip("."), [-1]
        if not isinstance(child, ast.ClassDef):
            for field in BODIES:
                statements = getattr(child, field, None)
                if name and isinstance(statements, list) and statements and isinstance(statements[0], ast.stmt):
                    count[0] += 1
                    yield Block(name, count[0], statements[0].lineno, statements[-1].end_lineno or 1), statements
        yield from _inside(child, name, count)


def innermost(blocks: Sequence[Block], line: int) -> Block:
    """The smallest block that holds a line."""
    return min((one for one in blocks if one.first <= line <= one.last), key=lambda one: one.last - one.first)
