"""Operations lists every command, option, variable and exit code of the client, and no other command."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

import undersigned_client
from undersigned_client.command_line import parser
from undersigned_client.errors import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGE = (
    (ROOT / "docs" / "operations.md").read_text().partition("## The organisers' command line")[2].partition("\n## ")[0]
)
ROWS = re.findall(r"^\| (`[^|]*(?:\\\|[^|]*)*) \|", PAGE, re.MULTILINE)
SHOWN = [one for row in ROWS for one in re.findall(r"`([^`]+)`", row)]
EVERYWHERE = {"--json", "--help", "--version"}


def commands(made: argparse.ArgumentParser, path: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every command that does something, with its long options."""
    inner = [action for action in made._actions if isinstance(action, argparse._SubParsersAction)]
    if path:
        yield path, {word for action in made._actions for word in action.option_strings if word.startswith("--")}
    for name, one in inner[0].choices.items() if inner else ():
        yield from commands(one, f"{path} {name}".strip())


def test_every_command_is_listed_with_its_options_and_no_other() -> None:
    known = dict(commands(parser()))
    listed = {one: found for one in SHOWN if (found := longest(one, set(known)))}
    assert set(listed.values()) == set(known)
    for text, command in listed.items():
        assert set(re.findall(r"--[a-z]+(?:-[a-z]+)*", text)) == known[command] - EVERYWHERE, command
    assert {"--json"} <= set(re.findall(r"--[a-z]+", PAGE))


def longest(text: str, known: set[str]) -> str | None:
    words = [word for word in text.split() if re.fullmatch(r"[a-z]+(?:-[a-z]+)?", word)][:2]
    tries = (" ".join(words), words[0] if words else "")
    return next((one for one in tries if one in known), None)


def test_every_exit_code_is_listed() -> None:
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)} == set(Exit)


def test_every_variable_is_listed() -> None:
    sources = "".join(path.read_text() for path in Path(undersigned_client.__file__).parent.rglob("*.py"))
    read = set(re.findall(r'"((?:UNDERSIGNED|LC)_[A-Z]+|LANG)"', sources))
    assert len(read) == 5
    assert read - set(re.findall(r"`([A-Z_]+)`", PAGE)) == set()


def test_make_campaigns_applies_the_folder_to_the_address() -> None:
    recipe = re.search(r"^apply-campaigns:.*\n\t(.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert recipe
    for part in (
        "undersigned campaigns apply '$(DIR)'",
        "UNDERSIGNED_URL='$(URL)'",
        "$(CHECK),--check",
        "$(YES),--yes",
    ):
        assert part in recipe[1]
