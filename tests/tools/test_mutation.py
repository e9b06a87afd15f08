"""The mutation tool: which faults it makes, where it makes them, and that it tells those that tests notice from the others."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from tools.mutation.__main__ import main
from tools.mutation.changes import changed_lines_since
from tools.mutation.conditions import variants
from tools.mutation.equivalents import Equivalents
from tools.mutation.mutants import mutants_of

if TYPE_CHECKING:
    from pathlib import Path

PRICE = '''
"""A shop."""

def price(age: int, day: str) -> int:
    """What a ticket costs, in cents."""
    if age < 18:
        return 500
    return 900


def greeting(name: str) -> str:
    return "Hello " + name
'''
TESTS = """
from chalicelib.shop import greeting, price

def test_children_pay_less():
    assert price(10, "monday") == 500

def test_the_rest_pay_more():
    assert price(40, "monday") == 900

def test_a_greeting():
    assert greeting("Ana")
"""


def becomes(text: str) -> set[str]:
    """What the mutants of a module make of its lines, without indentation."""
    found = mutants_of("x.py", text)
    return {"; ".join(line[1:].strip() for line in one.diff(text) if line[0] == "+") for one in found}


# --- which faults


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("x = a < b", {"x = a <= b", "x = a >= b"}),
        ("x = a not in b", {"x = a in b"}),
        ("x = (a) is (b)", {"x = (a) is not (b)"}),
        ("x = a and b", {"x = a or b", "x = a", "x = b"}),
        ("x = not a", {"x = a"}),
        ("x = 5", {"x = 6"}),
        ("x = True", {"x = False"}),
        ("x = a + b", {"x = a - b"}),
        ("x = 'ñandú' + f(a, b)", {'x = "" + f(a, b)', "x = 'ñandú' + f(b, a)"}),
        ("x = [a for a in b if a]", {"x = [a for a in b if True]"}),
        ("x = min(a)", {"x = max(a)"}),
        ("x = a.strip()", {"x = a"}),
        ("x = {A.B, A.C}", {"x = {A.C}", "x = {A.B}"}),
        ("x = {'a': b, 'c': d}", {"x = {'c': d}", "x = {'a': b}"}),
        ("f(a=b)", {"pass", "f()"}),
        ("while x:\n    continue", {"break"}),
        ("def f():\n    return a", {"return None"}),
        ("def f():\n    raise A", {"pass"}),
        ("if a:\n    b = c", {"if True:", "if False:"}),
        ("try:\n    a = b\nexcept C:\n    a = d", {"raise"}),
        ("x += a", {"x -= a"}),
    ],
)  # fmt: skip
def test_each_kind_of_syntax_has_its_faults(text: str, faults: set[str]) -> None:
    assert becomes(text) == faults


@pytest.mark.parametrize(
    "text",
    [
        '"""A docstring."""',
        "import a",
        "x: int | None = a",
        "@cache(maxsize=3)\ndef f(a: 'int' = b) -> 'int': ...",
        "class A(B, slots=True): ...",
        "if TYPE_CHECKING:\n    x = 5",
        "log.info('a word', campaign=campaign)",
        "x = a['name']",
        "x: dict[str, int] = a",
        f"x = {list('abcdefghijklmno')}",
    ],
)
def test_what_a_program_says_of_itself_is_left_alone(text: str) -> None:
    assert becomes(text) == set()


def test_metrics_are_left_out_though_lines_of_a_log_are_not() -> None:
    assert "pass" in becomes("log.metric('mail_sent', 1)")


def test_conditions_of_dynamodb_lose_a_clause_or_bound_otherwise() -> None:
    found = {
        text for _, text in variants("#state = :pending AND (#expires_at > :epoch OR attribute_not_exists(#held))")
    }
    assert "#state = :pending" in found
    assert "(#expires_at > :epoch OR attribute_not_exists(#held))" in found
    assert "#state = :pending AND (attribute_not_exists(#held))" in found
    assert "#state = :pending AND (#expires_at > :epoch)" in found
    assert "#state = :pending AND (#expires_at >= :epoch OR attribute_not_exists(#held))" in found
    assert "#state = :pending AND (#expires_at > :epoch OR attribute_exists(#held))" in found


def test_updates_of_dynamodb_lose_an_assignment_or_a_removal() -> None:
    found = {text for _, text in variants("SET #a = :a, #b = if_not_exists(#b, :b) REMOVE #c, #d")}
    assert "SET #b = if_not_exists(#b, :b) REMOVE #c, #d" in found
    assert "SET #a = :a REMOVE #c, #d" in found
    assert "SET #a = :a, #b = if_not_exists(#b, :b)" in found
    assert "SET #a = :a, #b = if_not_exists(#b, :b) REMOVE #d" in found
    assert set(variants("Nothing of the kind")) == set()


def test_states_of_a_condition_are_left_out_one_by_one() -> None:
    found = {text for _, text in variants("#state IN (:a, :b)")}
    assert found == {"#state IN (:a)", "#state IN (:b)"}


def test_a_mutant_knows_its_line_and_its_block() -> None:
    text = "class A:\n    def f(self):\n        a = b\n        if a:\n            return c\n        return d\n"
    found = {one.diff(text)[1][1:].strip(): (one.line, one.block.name) for one in mutants_of("x.py", text)}
    assert found == {
        "if True:": (4, "A.f#0"),
        "if False:": (4, "A.f#0"),
        "return None": (6, "A.f#0"),
    } | {"return None": (6, "A.f#0")}
    lines = {(one.line, one.block.name) for one in mutants_of("x.py", text)}
    assert (5, "A.f#1") in lines


# --- the whole way


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A little tree under git: two functions, and tests that do not know the border between two prices."""
    for name, text in (("chalicelib/shop.py", PRICE), ("tests/test_shop.py", TESTS), ("chalicelib/__init__.py", "")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "tests/conftest.py").write_text("import chalicelib.shop\n")  # before anything is recorded
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\npythonpath = ["."]\nmarkers = ["browser", "slow"]\n'
    )
    (tmp_path / ".gitignore").write_text(".cache\n__pycache__\n")
    for command in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"]):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    return tmp_path


def results(shop: Path, *options: str) -> dict[str, tuple[str, str]]:
    """What became of each mutant, and the test that noticed it."""
    told = shop / ".cache" / "results.json"
    main(["--root", str(shop), "--jobs", "1", "--json", str(told), *options])
    found = json.loads(told.read_text())
    return {one["diff"][-1][1:].strip(): (one["outcome"], one["test"].partition("::")[2]) for one in found}


@pytest.mark.slow
def test_a_fault_that_a_test_notices_is_told_from_one_that_none_does(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / ".cache").mkdir()
    found = results(shop, "--in", "chalicelib/shop.py")
    assert found["return 501"] == ("killed", "test_children_pay_less")
    assert found["if True:"] == ("killed", "test_the_rest_pay_more")
    assert found["if age <= 18:"] == ("survived", "")
    assert found["if age < 19:"] == ("survived", "")
    assert found['return "" + name'] == ("survived", "")
    said = capsys.readouterr().out
    assert "chalicelib/shop.py:6: < to <= (2 of 2 tests passed)\n    -    if age < 18:\n    +    if age <= 18:" in said
    assert f"chalicelib  {len(found) - 3} of {len(found)} noticed" in said
    assert (shop / "chalicelib/shop.py").read_text() == PRICE, "the tree itself is only read"


@pytest.mark.slow
def test_only_lines_that_changed_are_mutated(shop: Path) -> None:
    (shop / ".cache").mkdir()
    (shop / "chalicelib/shop.py").write_text(PRICE.replace("return 900", "return 900  # cents"))
    assert changed_lines_since(shop, "HEAD") == {"chalicelib/shop.py": {8}}
    assert set(results(shop, "--since", "HEAD")) == {"return 901  # cents"}


@pytest.mark.slow
def test_a_fault_that_never_ends_is_noticed_and_one_that_no_test_runs_is_not(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.mutation.runs.SPARE_SECONDS", 15)
    (shop / ".cache").mkdir()
    endless = "def wait(n):\n    while n > 0:\n        n -= 1\n    return n\n\n\ndef unused(n):\n    return 3\n"
    (shop / "chalicelib/shop.py").write_text(PRICE + endless)
    (shop / "tests/test_wait.py").write_text(
        "from chalicelib.shop import wait\n\ndef test_wait():\n    assert wait(3) == 0\n"
    )
    found = results(shop, "--since", "HEAD")
    assert found["n += 1"][0] == "timeout"
    assert found["return None"][0] == "killed"
    assert found["return 4"][0] == "untested"


def test_equivalent_mutants_are_listed_with_a_reason_and_not_run(tmp_path: Path) -> None:
    listed = '[[equivalent]]\npath = "x.py"\nwas = "x = a < b"\nbecomes = "x = a <= b"\n'
    (tmp_path / "list.toml").write_text(f'{listed}reason = "a is never b"\n')
    known = Equivalents.load(tmp_path / "list.toml")
    text = "x = a < b"
    assert [one.kind for one in mutants_of("x.py", text) if not known.holds(one, text)] == ["< to >="]
    (tmp_path / "list.toml").write_text(f'{listed}reason = " "\n')
    with pytest.raises(KeyError):
        Equivalents.load(tmp_path / "list.toml")


def test_every_equivalent_has_a_reason() -> None:
    Equivalents.load()
