"""Every list of libraries has a lock beside it that names each by its contents, and all locks say the same."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LISTS = {
    "app": ["requirements.txt"],
    "run": ["local/requirements.txt"],
    "dev": ["requirements-dev.txt"],
    "bench": ["bench/requirements.txt"],
}
LOCKED = re.compile(r"^([^\s#].*?) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)


def listed(name: str) -> list[Requirement]:
    """What a list asks for, and those that it begins with."""
    path, found = ROOT / name, []
    for line in path.read_text().splitlines():
        if line.startswith("-r "):
            found += listed(str((path.parent / line[3:]).resolve().relative_to(ROOT)))
        elif line and not line.startswith("#"):
            found.append(Requirement(line))
    return found


def locked(name: str) -> list[Requirement]:
    text = (ROOT / "locks" / f"{name}.txt").read_text()
    found = [Requirement(one) for one, _ in LOCKED.findall(text)]
    assert len(found) == len(re.findall(r"^[^\s#]", text, re.MULTILINE)), "one of them has no hash"
    return found


@pytest.mark.parametrize("name", LISTS)
def test_a_lock_holds_what_its_list_asks_for(name: str) -> None:
    pins = {canonicalize_name(one.name): next(iter(one.specifier)).version for one in locked(name)}
    asked = [one for file in LISTS[name] for one in listed(file)]
    wrong = [str(one) for one in asked if pins.get(canonicalize_name(one.name), "") not in one.specifier]
    assert wrong == [], "run make lock"


def test_the_client_is_installed_from_a_lock_too() -> None:
    project = tomllib.loads((ROOT / "client" / "pyproject.toml").read_text())
    needed = map(Requirement, [*project["project"]["dependencies"], *project["build-system"]["requires"]])
    pins = {canonicalize_name(one.name): one.specifier for one in locked("client")}
    assert [str(one) for one in needed if pins.get(canonicalize_name(one.name)) != one.specifier] == []


def test_all_locks_name_the_same_versions() -> None:
    all_of_them = {str(one) for one in locked("bench")}
    for name in ("app", "run", "dev", "client"):
        assert {str(one) for one in locked(name)} - all_of_them == set(), f"{name}: run make lock"


def test_the_list_of_what_is_deployed_is_whole() -> None:
    """Chalice reads it, and what it does not name would be taken as it comes."""
    assert {canonicalize_name(one.name) for one in locked("app")} == {
        canonicalize_name(one.name) for one in listed("requirements.txt")
    }
    assert all(str(one.specifier).startswith("==") for one in listed("requirements.txt"))


def test_the_operators_commands_load_nothing_that_only_development_installs() -> None:
    """`make api-key`, `restore`, `destroy` and their like run on what locks/run.txt names."""
    show = "import sys, deploy.__main__; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", show], cwd=ROOT, capture_output=True, text=True, check=True)
    known = packages_distributions()
    loaded = {name for module in done.stdout.split() for name in known.get(module, ())}
    assert "boto3" in loaded
    at_hand = {"certifi"}  # botocore takes it where it is, and does without
    assert {canonicalize_name(name) for name in loaded} - at_hand <= {
        canonicalize_name(one.name) for one in locked("run")
    }
