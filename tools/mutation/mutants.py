"""All the mutants of a module: one fault each, where a fault would mean something; no annotation, docstring or log line."""

from __future__ import annotations

import ast
import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.mutation.blocks import Block, blocks_of, innermost
from tools.mutation.edits import Edit, Source
from tools.mutation.operators import MOST_ELEMENTS, faults, is_log

if TYPE_CHECKING:
    from collections.abc import Iterator

SKIPPED_FIELDS = {"annotation", "returns", "decorator_list"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault in the file `path` (from the root), on a line (from 1), in a block of a function."""

    path: str
    line: int
    block: Block
    kind: str
    edit: Edit

    def diff(self, source: str) -> list[str]:
        """The lines that it changes, `-` before and `+` after."""
        changed = self.edit.apply(source).splitlines()
        lines = difflib.unified_diff(source.splitlines(), changed, lineterm="", n=0)
        return [line for line in lines if line[0] in "+-" and line[:3] not in {"+++", "---"}]

    def first_lines(self, source: str) -> tuple[str, str]:
        """The first line that it takes out and the first that it puts in, without indentation."""
        lines = self.diff(source)
        was, now = ([line[1:].strip() for line in lines if line[0] == sign] for sign in "-+")
        return was[0], now[0] if now else ""


def mutants_of(path: str, text: str) -> list[Mutant]:
    """Every mutant of a module, in the order of their lines; each is valid Python and says something else."""
    source = Source(text)
    blocks = blocks_of(source.tree)
    made: dict[tuple[int, int, str], Mutant] = {}
    for node in _nodes(source.tree):
        for kind, edit in faults(source, node):
            if (edit.start, edit.end, edit.text) not in made and _says_something_else(text, edit):
                line = text.count("\n", 0, edit.start) + 1
                mutant = Mutant(path, line, innermost(blocks, line), kind, edit)
                made[edit.start, edit.end, edit.text] = mutant
    return sorted(made.values(), key=lambda one: (one.edit.start, one.edit.text))


def _says_something_else(text: str, edit: Edit) -> bool:
    try:
        return ast.dump(ast.parse(edit.apply(text))) != ast.dump(ast.parse(text))
    except SyntaxError:
        return False


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Nodes worth a fault: what the program does, and none of what it says about itself."""
    for name, value in ast.iter_fields(tree):
        if name in SKIPPED_FIELDS:
            continue
        for node in value if isinstance(value, list) else [value]:
            if not isinstance(node, ast.AST) or _is_passed_over(tree, node):
                continue
            yield node
            yield from _nodes(node)


def _is_passed_over(parent: ast.AST, node: ast.AST) -> bool:
    match parent, node:
        case _, ast.Import() | ast.ImportFrom() | ast.Assert() | ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case _, ast.Expr(value=line):
            return isinstance(line, ast.Constant) or is_log(line)
        case (ast.JoinedStr(), _) | (ast.ClassDef(), ast.keyword()):
            return True  # parts of a text have no places of their own
        case ast.Subscript(slice=part), ast.Tuple() | ast.Constant():
            return node is part  # part of a type, or a name that must be there
        case ((ast.Set() | ast.List() | ast.Tuple()), _):
            return len(parent.elts) > MOST_ELEMENTS
    return isinstance(parent, ast.Dict) and node in parent.keys  # leaving the entry out says as much
