"""Markdown as plain text: what an email says where nothing else is shown."""

from __future__ import annotations

import pytest

from chalicelib.pages.plain_text import to_text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**On Friday** the *committee* ~~sleeps~~ votes.", "On Friday the committee sleeps votes."),
        ("# We did it\n\nThank you.", "We did it\n\nThank you."),
        ("See [the vote](https://example.org/no).", "See the vote (https://example.org/no)."),
        ("<https://example.org> or [https://example.org](https://example.org)", "https://example.org or https://example.org"),
        ("[Write](mailto:us@example.org), [us@example.org](mailto:us@example.org)", "Write (us@example.org), us@example.org"),
        ("[](https://example.org)", "https://example.org"),
        ("- one\n- *two*\n  - three\n- four", "- one\n- two\n  - three\n- four"),
        ("3. one\n4. two", "3. one\n4. two"),
        ("- one\n\n  more\n\n- two", "- one\n\n  more\n\n- two"),
        ("> said\n> so", "> said\n> so"),
        ("A line\nand its other,  \nand a third", "A line\nand its other,\nand a third"),
        ("`x` and\n\n```\na *b*\n```", "x and\n\n    a *b*"),
        ("one\n\n---\n\ntwo", "one\n\n--------------------\n\ntwo"),
        ("| a | b |\n|---|---|\n| **1** | 2 |", "a | b\n1 | 2"),
        ("![A crowd](https://example.org/p.png) after", "after"),
        ("<b>bold</b> & [a](javascript:b) 1 \\* 2", "<b>bold</b> & [a](javascript:b) 1 * 2"),
        ("", ""),
    ],
)  # fmt: skip
def test_it_reads_like_a_letter(markdown: str, text: str) -> None:
    assert to_text(markdown) == text


def test_deep_nesting_is_no_harm() -> None:
    assert to_text("> " * 3000 + "deep").startswith("> > ")
