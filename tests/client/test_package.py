"""The client is a package of its own: it builds offline, runs without this repository, and knows nothing of the app."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import undersigned_client

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "client" / "pyproject.toml").read_text())
SOURCES = sorted(Path(undersigned_client.__file__).parent.rglob("*.py"))


def test_it_builds_without_a_network_and_runs_alone(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    build = ["wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path)]
    subprocess.run([*pip, *build, str(ROOT / "client")], check=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name == f"undersigned_client-{undersigned_client.__version__}-py3-none-any.whl"
    target = tmp_path / "installed"
    install = ["install", "--quiet", "--no-index", "--no-deps", "--target", str(target), str(wheel)]
    subprocess.run([*pip, *install], check=True, timeout=120)
    environment = {**os.environ, "PYTHONPATH": str(target)}
    command = [sys.executable, str(target / "bin" / "undersigned"), "--version"]
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == undersigned_client.__version__
    assert {Path(name).name for name in zipfile.ZipFile(wheel).namelist()} >= {path.name for path in SOURCES}


def test_it_imports_nothing_of_the_app() -> None:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] in {"chalicelib", "local", "app", "boto3"}]


def test_what_it_needs_is_what_its_tests_ran_with() -> None:
    installed = set(re.findall(r"^[\w.-]+==[\w.]+", (ROOT / "locks" / "dev.txt").read_text().lower(), re.MULTILINE))
    needed = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
    assert {one.lower().replace("_", "-") for one in needed} - installed == set()


def test_decisions_say_why_each_library_is_needed() -> None:
    table = (
        (ROOT / "docs" / "decisions.md")
        .read_text()
        .partition("## The organisers' command line")[2]
        .partition("\n## ")[0]
        .lower()
    )
    for one in PROJECT["project"]["dependencies"]:
        assert one.partition("==")[0].lower() in table


def test_modules_stay_small() -> None:
    sizes = {path.name: len(path.read_text().splitlines()) for path in SOURCES if path.name != "spanish.py"}
    assert {name: size for name, size in sizes.items() if size > 250} == {}
