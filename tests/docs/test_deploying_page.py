"""Outputs that docs/deploying.md shows are those that the commands print; names of outputs are the template's."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import app
from chalicelib.api import events
from deploy.commands import next_steps
from deploy.smoke import smoke_test

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(app.__file__).parent
PAGE = (ROOT / "docs" / "deploying.md").read_text()
BLOCKS = re.findall(r"^ *```text\n(.*?)^ *```", PAGE, re.MULTILINE | re.DOTALL)
# What CloudFormation says itself, keys and sums: nothing that is written down in a source.
ELSEWHERE = re.compile(
    r"\$ make|[0-9a-f]{8}…|Action |Add |  (CREATE|UPDATE|DELETE)_COMPLETE| *…|{\"id\"|  \w+: undersigned|  (CNAME|TXT) |Next:$"
)
MIN_LETTERS = 8


def literals() -> Iterator[str]:
    """Every run of fixed words in a string of the commands' sources, sentence by sentence."""
    for folder in ("deploy", "client/src", "chalicelib/i18n"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield from (one.strip() for one in re.split(r"\{\w+\}|\n|(?<=\.) ", node.value))


def test_every_line_of_an_output_is_in_the_words_of_the_code() -> None:
    known = {one for one in literals() if len(one) >= MIN_LETTERS}
    lines = [line for block in BLOCKS for line in block.splitlines() if line and not ELSEWHERE.match(line)]
    assert len(lines) > 25
    cut = [line.partition("…")[0].strip() for line in lines]
    assert [line for line in cut if not any(one in line or line in one for one in known)] == []


def test_what_comes_next_is_shown_as_it_is_printed() -> None:
    api = "https://f801241b.execute-api.eu-west-1.amazonaws.com/api"
    printed = next_steps.lines({"EndpointURL": f"{api}/"}, {}, "eu-west-1", "dev")
    assert "\n".join(printed) in PAGE


def test_every_step_of_the_smoke_test_is_shown_in_its_order() -> None:
    source = Path(smoke_test.__file__).read_text().replace("{CAMPAIGN}", smoke_test.CAMPAIGN)
    steps = re.findall(r'self\.say\(f?"(ok  [^"]+)"\)', source)
    assert len(steps) == 7
    assert "\n".join([*steps, "All is well."]) in PAGE.replace("return ", "")


def test_the_answers_of_the_first_key_are_those_of_the_function() -> None:
    source = " ".join(Path(events.__file__).read_text().split())
    (shown,) = re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    answer = json.loads(shown)
    assert list(answer) == ["id", "secret", "next"]
    assert all(f'"{name}": ' in source for name in answer)
    assert answer["next"] in source
    errors = re.findall(r"^\| `([^`]+) …`", PAGE.partition("| `error` |")[2].partition("\n\n")[0], re.MULTILINE)
    assert len(errors) == 2
    assert [one for one in errors if one not in source] == []


def test_every_output_and_parameter_that_is_named_is_one() -> None:
    template = json.loads((ROOT / ".chalice" / "resources.json").read_text())
    named = set(re.findall(r"`(Do\d\w+)", PAGE))
    assert {"Do1Protect", "Do4FirstKey", "Do5Dashboard"} <= named
    assert [one for one in named if not any(output.startswith(one) for output in template["Outputs"])] == []
    assert [
        one for one in template["Outputs"] if one.startswith("Do") and not any(one.startswith(name) for name in named)
    ] == []
    set_there = set(re.findall(r"(?<![\w/?])([A-Z][A-Za-z0-9]+)=", re.sub(r"_[A-Z]+", "", PAGE)))
    parameters = {one for one in set_there if not one.isupper()}
    assert parameters - set(template["Parameters"]) == set()
