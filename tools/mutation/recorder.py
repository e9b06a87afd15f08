"""A pytest plugin that records which blocks of the instrumented sources each test runs, and how much of the processor it takes.

It writes one JSON file a process into the folder that MUTATION_RECORD names:
`{"tests": {id: [seconds, [block, ...]]}, "failed": [id, ...]}`. Ids are without parameters.
"""

from __future__ import annotations

import ast
import builtins
import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools.mutation.blocks import statements_of

if TYPE_CHECKING:
    from collections.abc import Iterator

HOOK = "_mutation_seen"
seen: set[str] = set()
_tests: dict[str, tuple[float, set[str]]] = {}
_failed: set[str] = set()
setattr(
    builtins, HOOK, seen.add
)  # when the plugin is imported: conftest, which comes next, imports some of the sources


def instrumented(path: str, text: str) -> str:
    """The source of a module that tells of each block when it is run; without this plugin it tells nobody."""
    tree = ast.parse(text)
    for block, statements in list(statements_of(tree)):
        if block.function:
            place = 1 if _is_docstring(statements[0]) and len(statements) > 1 else 0
            note = ast.parse(f"{HOOK}({f'{path}:{block.name}'!r})").body
            statements[place:place] = note
    begin = sum(1 for one in tree.body if _is_docstring(one) or _is_future(one))
    tree.body[begin:begin] = ast.parse(f"import builtins as _b\n{HOOK} = getattr(_b, {HOOK!r}, len)").body
    return ast.unparse(ast.fix_missing_locations(tree))


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """What runs now is this test's, its fixtures included."""
    seen.clear()
    began = time.process_time()
    result = yield
    name = _name(item.nodeid)
    seconds, blocks = _tests.get(name, (0.0, set()))
    _tests[name] = (seconds + time.process_time() - began, blocks | seen)
    return result


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keeps which tests fail without any fault."""
    if report.failed:
        _failed.add(_name(report.nodeid))


def _name(test: str) -> str:
    return test.partition("[")[0]


def pytest_sessionfinish() -> None:
    """Keeps what this process saw; one that only leads others ran no test."""
    if _tests:
        found = {name: [round(seconds, 3), sorted(blocks)] for name, (seconds, blocks) in _tests.items()}
        folder = Path(os.environ["MUTATION_RECORD"])
        (folder / f"{os.getpid()}.json").write_text(json.dumps({"tests": found, "failed": sorted(_failed)}))
