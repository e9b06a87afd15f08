"""A table in Markdown, its first column to the left and all others, which hold numbers, to the right."""

from __future__ import annotations


def table(head: list[str], rows: list[list[str]]) -> str:
    """The table's lines, without a line break at the end."""
    ruler = ["---", *(["--:"] * (len(head) - 1))]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ruler, *rows])
