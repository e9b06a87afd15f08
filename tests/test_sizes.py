"""The limits that CONTRIBUTING names: modules and functions stay small, but for those that are listed here with a reason."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
CODE = ("app.py", "chalicelib", "client/src", "local", "deploy", "chaos", "bench", "tools")
MODULE_LINES, FUNCTION_LINES = 250, 30
LONG_MODULES = {
    "chalicelib/domain/campaigns/campaign.py": "everything that a campaign is, one small class after another",
    "chalicelib/domain/errors.py": "every refusal in one place, each with a line on when",
    "chalicelib/i18n/messages.py": "a table of sentences",
    "chalicelib/pages/dashboard/dashboard_words.py": "a table of sentences",
    "chalicelib/pages/rendering.py": "one short function for each page",
    "chalicelib/wiring.py": "one short property for each collaborator",
    "client/src/undersigned_client/language/spanish.py": "a table of sentences",
}
LONG_FUNCTIONS = {
    "bench/scale/costs.py:amounts": "one entry for each thing that AWS charges for",
    "chalicelib/pages/hosted/page_metadata.py:_structured": "one JSON-LD document, written out",
    "chalicelib/pages/widget/widget.py:form_document": "one JSON document, written out",
    "chalicelib/storage/signatures/signature_items.py:read": "one line for each attribute",
    "deploy/__main__.py:_parser": "one line for each option",
    "local/functions/events.py:_context": "API Gateway's request context, written out",
    "local/mail/ses.py:_send": "one entry for each fact about an email",
    "tools/screenshots/embedded_forms.py:shoot": "one picture after another",
}


@cache
def modules() -> dict[str, str]:
    paths = [
        path for place in CODE for path in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))
    ]
    return {path.relative_to(ROOT).as_posix(): path.read_text() for path in paths}


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From the first statement after the docstring to the last: a signature and a contract may be as long as they must."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_modules_stay_small() -> None:
    long = {name for name, text in modules().items() if len(text.splitlines()) > MODULE_LINES}
    assert long - set(LONG_MODULES) == set()
    assert set(LONG_MODULES) <= set(modules())


def test_functions_stay_small() -> None:
    long = {
        f"{name}:{node.name}"
        for name, text in modules().items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and body_lines(node) > FUNCTION_LINES
    }
    assert long == set(LONG_FUNCTIONS), "mend it, or give a reason; take away those that are short by now"
