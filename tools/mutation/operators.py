"""What may be wrong in a program: for each kind of syntax the faults that a person might make, as edits of its text."""

from __future__ import annotations

import ast
from copy import copy
from itertools import pairwise
from typing import TYPE_CHECKING

from tools.mutation.conditions import variants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tools.mutation.edits import Edit, Source

    Faults = Iterator[tuple[str, Edit]]  # each after a word for what was done

COMPARISONS: dict[type[ast.cmpop], dict[str, str]] = {
    ast.Lt: {"<": "<=", "< ": ">="},
    ast.LtE: {"<=": "<", "<= ": ">"},
    ast.Gt: {">": ">=", "> ": "<="},
    ast.GtE: {">=": ">", ">= ": "<"},
    ast.Eq: {"==": "!="},
    ast.NotEq: {"!=": "=="},
    ast.Is: {"is": "is not"},
    ast.IsNot: {"is not": "is"},
    ast.In: {"in": "not in"},
    ast.NotIn: {"not in": "in"},
}
ARITHMETIC = {
    "+": "-",
    "-": "+",
    "*": "/",
    "/": "*",
    "//": "*",
    "%": "*",
    "**": "*",
    "|": "&",
    "&": "|",
    "^": "&",
    "<<": ">>",
    ">>": "<<",
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list", "filter": "map", "reversed": "iter"}
TIDYING = {"strip", "lower", "upper", "casefold", "lstrip", "rstrip", "removesuffix", "removeprefix", "replace"}
MOST_ELEMENTS = 12  # a longer list is data: what it holds is its own and only proof
LOGS = {"info", "warning", "exception", "error", "debug"}


def compare(source: Source, node: ast.Compare) -> Faults:
    """A bound that is one off, and the opposite."""
    for (left, right), operator in zip(pairwise([node.left, *node.comparators]), node.ops, strict=True):
        for token, changed in COMPARISONS[type(operator)].items():
            yield f"{token.strip()} to {changed}", source.between(left, right, _swap({token.strip(): changed}))


def boolean(source: Source, node: ast.BoolOp) -> Faults:
    """`and` for `or`, and each condition left out."""
    for left, right in pairwise(node.values):
        yield "and/or", source.between(left, right, _swap({"and": "or", "or": "and"}))
    for left_out in node.values:
        others = [one for one in node.values if one is not left_out]
        changed = others[0] if len(others) == 1 else ast.BoolOp(node.op, others)
        yield "condition removed", source.rewrite(node, changed)


def negation(source: Source, node: ast.UnaryOp) -> Faults:
    """`not` left out."""
    if isinstance(node.op, ast.Not):
        yield "not removed", source.rewrite(node, node.operand)


def branch(source: Source, node: ast.If | ast.IfExp) -> Faults:
    """A condition that always holds, or never."""
    if not isinstance(node.test, ast.NamedExpr):
        yield "condition always true", source.replace(node.test, "True")
        yield "condition never true", source.replace(node.test, "False")


def comprehension(source: Source, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Faults:
    """A filter left out."""
    for generator in node.generators:
        for condition in generator.ifs:
            if not isinstance(condition, ast.NamedExpr):
                yield "filter removed", source.replace(condition, "True")


def constant(source: Source, node: ast.Constant) -> Faults:
    """Another number, the other truth, another text, an expression of DynamoDB with a fault."""
    value = node.value
    if isinstance(value, bool):
        yield f"{value} to {not value}", source.replace(node, str(not value))
    elif isinstance(value, int | float):
        yield "number changed", source.replace(node, repr(value + 1))
    elif isinstance(value, str):
        found = [(kind, repr(text)) for kind, text in variants(value)]
        yield from ((kind, source.replace(node, text)) for kind, text in found)
        if not found:
            yield "text changed", source.replace(node, '""' if value else '"x"')


def formatted(source: Source, node: ast.JoinedStr) -> Faults:
    """An expression of DynamoDB that is put together, with a fault in one of its parts."""
    for place, part in enumerate(node.values):
        if isinstance(part, ast.Constant):
            for kind, text in variants(str(part.value)):
                values = [*node.values[:place], ast.Constant(text), *node.values[place + 1 :]]
                yield kind, source.replace(node, ast.unparse(ast.JoinedStr(values)))


def call(source: Source, node: ast.Call) -> Faults:
    """An argument left out, two of them swapped, another function of the same shape, a text not tidied."""
    for left_out in node.keywords:
        if left_out.arg:
            changed = copy(node)
            changed.keywords = [one for one in node.keywords if one is not left_out]
            yield f"argument {left_out.arg} removed", source.rewrite(node, changed)
    first, second = (*node.args, None, None)[:2]
    if first and second and _may_be_mixed_up(first, second):
        changed = copy(node)
        changed.args = [second, first, *node.args[2:]]
        yield "arguments swapped", source.rewrite(node, changed)
    if isinstance(node.func, ast.Name) and node.func.id in CALLS:
        yield f"{node.func.id} to {CALLS[node.func.id]}", source.replace(node.func, CALLS[node.func.id])
    if isinstance(node.func, ast.Attribute) and node.func.attr in TIDYING:
        yield f"{node.func.attr} removed", source.rewrite(node, node.func.value)


def display(source: Source, node: ast.Set | ast.List | ast.Tuple | ast.Dict) -> Faults:
    """One of several left out."""
    if isinstance(node, ast.Dict):
        for place, key in enumerate(node.keys):
            if isinstance(key, ast.Constant):
                keys, values = (
                    node.keys[:place] + node.keys[place + 1 :],
                    node.values[:place] + node.values[place + 1 :],
                )
                yield "entry removed", source.replace(node, ast.unparse(ast.Dict(keys, values)))
    elif 1 < len(node.elts) <= MOST_ELEMENTS and all(
        isinstance(one, ast.Constant | ast.Attribute) for one in node.elts
    ):
        for left_out in node.elts:
            yield "element removed", source.replace(node, _display_of(node, left_out))


def _display_of(node: ast.Set | ast.List | ast.Tuple, left_out: ast.expr) -> str:
    changed = copy(node)
    changed.elts = [one for one in node.elts if one is not left_out]
    return ast.unparse(changed)


def arithmetic(source: Source, node: ast.BinOp) -> Faults:
    """Plus for minus and the like; not where texts are joined."""
    if not any(isinstance(one, ast.JoinedStr) or _is_text(one) for one in (node.left, node.right)):
        edit = source.between(node.left, node.right, _swap(ARITHMETIC))
        yield f"operator to {edit.text}", edit


def augmented(source: Source, node: ast.AugAssign) -> Faults:
    """Minus for plus and the like."""
    swaps = {f"{one}=": f"{other}=" for one, other in ARITHMETIC.items()}
    if not isinstance(node.value, ast.JoinedStr) and not _is_text(node.value):
        edit = source.between(node.target, node.value, _swap(swaps))
        yield f"operator to {edit.text}", edit


def returned(source: Source, node: ast.Return) -> Faults:
    """Nothing comes back."""
    if node.value and not isinstance(node.value, ast.Constant):
        yield "None returned", source.replace(node.value, "None")


def statement(source: Source, node: ast.Expr | ast.Raise | ast.Continue | ast.Break) -> Faults:
    """A call or a refusal left out; a loop that ends early, or does not."""
    if isinstance(node, ast.Continue | ast.Break):
        yield "continue/break", source.replace(node, "break" if isinstance(node, ast.Continue) else "continue")
    elif isinstance(node, ast.Raise):
        yield "raise removed", source.replace(node, "pass")
    elif isinstance(node.value, ast.Call):
        yield "call removed", source.replace(node, "pass")


def handler(source: Source, node: ast.ExceptHandler) -> Faults:
    """What was caught goes on."""
    if not (len(node.body) == 1 and isinstance(node.body[0], ast.Raise)):
        yield "not caught", source.replace(node.body[0], "raise")


def is_log(node: ast.AST) -> bool:
    """True for a call that only tells an operator something: no test needs to hold its words."""
    function = node.func if isinstance(node, ast.Call) else None
    owner = function.value if isinstance(function, ast.Attribute) else None
    return (
        isinstance(owner, ast.Name)
        and owner.id == "log"
        and isinstance(function, ast.Attribute)
        and function.attr in LOGS
    )


def _may_be_mixed_up(first: ast.expr, second: ast.expr) -> bool:
    """False where the two are surely of other kinds: the first test to come by would fail."""
    odd = (ast.Starred, ast.Constant, ast.JoinedStr, ast.Lambda, ast.GeneratorExp)
    return not isinstance(first, odd) and not isinstance(second, odd) and ast.dump(first) != ast.dump(second)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _swap(words: dict[str, str]) -> Callable[[str], str]:
    return lambda word: words.get(word, word)


OPERATORS: Sequence[tuple[type[ast.AST] | tuple[type[ast.AST], ...], Callable[..., Faults]]] = (
    (ast.Compare, compare),
    (ast.BoolOp, boolean),
    (ast.UnaryOp, negation),
    ((ast.If, ast.IfExp), branch),
    ((ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp), comprehension),
    (ast.Constant, constant),
    (ast.JoinedStr, formatted),
    (ast.Call, call),
    ((ast.Set, ast.List, ast.Tuple, ast.Dict), display),
    (ast.BinOp, arithmetic),
    (ast.AugAssign, augmented),
    (ast.Return, returned),
    ((ast.Expr, ast.Raise, ast.Continue, ast.Break), statement),
    (ast.ExceptHandler, handler),
)


def faults(source: Source, node: ast.AST) -> Faults:
    """Everything that may be wrong with one node itself."""
    for kinds, operator in OPERATORS:
        if isinstance(node, kinds):
            yield from operator(source, node)
