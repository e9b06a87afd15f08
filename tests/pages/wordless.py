"""Finds words that people would read and no catalogue knows: in templates, in Python, in scripts. It changes nothing."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from jinja2 import Environment, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKS = frozenset({"_", "ngettext"})
# What these are given is in the catalogues, or not for readers.
SILENT = MARKS | {"log"}
# Attributes that are read out or shown.
READ = frozenset(
    {"alt", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "data-busy", "data-done",
     "label", "placeholder", "summary", "title"}
)  # fmt: skip
UNSEEN = frozenset({"script", "style"})
# Names are the same in every language. "Website" labels the trap, which people never see and robots must recognise.
SAME_EVERYWHERE = frozenset(
    {"Bluesky", "Cloudflare Turnstile", "Facebook", "Gmail", "Mastodon", "Outlook", "Signal", "Telegram", "Undersigned"}
    | {"Website", "WhatsApp", "Escape"}
)
# Kinds of elements in a tagged PDF, and a category of Unicode: programs read these.
PDF_TAGS = frozenset({"Cc", "Document", "Lbl", "Sect", "Table"})
# What a macro may write where only a tag is read.
MACHINES = re.compile(r"""[\w-]+="[^"]*"|\b(?:checked|required|selected)\b""")
A_WORD = re.compile(r"[^\W\d_]{2,}")
# "Save", "Saved.", "Save it", "you signed it.": begins like a sentence, or ends like one.
A_SENTENCE = re.compile(r"(?!Bearer |Noto )[¡¿]?[A-Z][a-z]+(?:[ …!?.,:]|$)|.*[a-z] [a-z]+[.…!?]$")


def in_template(source: str, *, is_html: bool) -> list[str]:
    """Readable words of a template that stand outside `_()` and `ngettext()`."""
    rest = "".join(_left_over(Environment(autoescape=True).parse(source)))
    found = _Readable(rest).found if is_html else rest.splitlines()
    told = (" ".join(MACHINES.sub("", text).split()) for text in found)
    return [text for text in told if set(A_WORD.findall(text)) - SAME_EVERYWHERE]


def _left_over(node: nodes.Node) -> Iterator[str]:
    """The template as written, without what the catalogues or the facts put into it."""
    if isinstance(node, nodes.Block) and node.name == "shape":
        return  # the name of a class
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Output):
        for shown in node.nodes:
            yield from _left_over(shown) if isinstance(shown, nodes.TemplateData) else _constants(shown)
    else:
        for child in node.iter_child_nodes():
            yield from _left_over(child)


def _constants(node: nodes.Node) -> Iterator[str]:
    """Words written into an expression that is shown."""
    if isinstance(node, nodes.Const):
        yield node.value if isinstance(node.value, str) else ""
    elif isinstance(node, nodes.CondExpr):
        for shown in filter(None, (node.expr1, node.expr2)):
            yield from _constants(shown)
    elif isinstance(node, nodes.Filter):
        yield from _constants(node.node) if node.node else ()
    elif isinstance(node, nodes.Call):
        if not (isinstance(node.node, nodes.Name) and node.node.name in MARKS):
            for argument in node.args:
                yield from _constants(argument)
    elif not isinstance(node, nodes.Compare | nodes.Test | nodes.Getitem | nodes.Getattr):
        for child in node.iter_child_nodes():
            yield from _constants(child)


class _Readable(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unseen = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen = tag in UNSEEN
        self.found += [value for name, value in attrs if name in READ and value]

    def handle_endtag(self, tag: str) -> None:
        self._unseen = self._unseen and tag not in UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.found.append(data)


def in_python(source: str) -> list[str]:
    """Constants that read like sentences and are not marked; what is raised, logged or documented is not for readers."""
    return [text for text in _strings(ast.parse(source)) if A_SENTENCE.match(text) and text not in SAME_EVERYWHERE]


def _strings(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield node.value if isinstance(node.value, str) else ""
    elif not (isinstance(node, ast.Raise | ast.Assert) or (isinstance(node, ast.Call) and _name(node.func) in SILENT)):
        for child in ast.iter_child_nodes(node):
            if not _is_docstring(child, node):
                yield from _strings(child)


def _name(function: ast.expr) -> str:
    while isinstance(function, ast.Attribute):
        function = function.value
    return function.id if isinstance(function, ast.Name) else ""


def _is_docstring(child: ast.AST, parent: ast.AST) -> bool:
    is_text = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
    return is_text and isinstance(parent, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)


STRING = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`""", re.DOTALL
)


def in_script(source: str) -> list[str]:
    """Strings of a script that read like sentences: a script is told its words by the page."""
    strings = ("".join(found) for found in STRING.findall(source))
    return [text for text in strings if A_SENTENCE.match(text) and text not in SAME_EVERYWHERE]
