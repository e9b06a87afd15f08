"""`make package`: the CloudFormation template and the zip, checked; it deploys nothing.

`--check` builds into a temporary folder, for `make lint`. What Chalice lets pass is refused here: a wheel that could not
be had, a merged resource that exists nowhere, an error that cfn-lint finds.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from local.engine import ROOT

SHIPPED = ("app.py", "requirements.txt", ".chalice", "chalicelib")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "deployments", "deployed", "*.po", "*.pot")
STAGE = "prod"


class PackageFailed(RuntimeError):
    """The package would not work; the message says why."""


def build(target: Path) -> None:
    """Write `sam.json` and `deployment.zip` to `target`."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "undersigned"
        project.mkdir()
        for name in SHIPPED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, project / name, ignore=LEFT_OUT)
            else:
                shutil.copy(source, project / name)
        _run_chalice(project, target)
    _check_template(target / "sam.json")
    _compile_zip(target / "deployment.zip")


def _run_chalice(project: Path, target: Path) -> None:
    command = [str(Path(sys.executable).with_name("chalice")), "package", "--stage", STAGE]
    command += ["--merge-template", ".chalice/resources.json", "--template-format", "json", str(target)]
    environment = {**os.environ, "AWS_DEFAULT_REGION": os.environ.get("AWS_DEFAULT_REGION", "us-east-1")}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    # Chalice exits 0 with a broken zip when a wheel is missing, and only says so.
    if done.returncode or "Could not install" in said:
        raise PackageFailed(f"chalice package failed:\n{said}")


def _check_template(path: Path) -> None:
    resources = json.loads(path.read_text())["Resources"]
    # A misspelt logical id in the merge template makes a resource without a type, silently.
    nameless = [name for name, facts in resources.items() if "Type" not in facts]
    if nameless:
        raise PackageFailed(f"the merge template speaks of resources that do not exist: {', '.join(nameless)}")
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--regions", "us-east-1", "--template", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackageFailed(f"cfn-lint:\n{done.stdout}{done.stderr}")


def _compile_zip(archive: Path) -> None:
    """Ship byte code: a cold start without it spends more on compiling than on everything else."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
        compiler = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "-s", folder]
        subprocess.run([*compiler, "-p", "/var/task", folder], check=True, stdout=subprocess.DEVNULL)
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for file in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
                packed.write(file, file.relative_to(folder))


def main(arguments: list[str]) -> int:
    """Build into the named folder, or check only; return the exit code."""
    try:
        if arguments == ["--check"]:
            with tempfile.TemporaryDirectory() as folder:
                build(Path(folder))
        else:
            target = Path(arguments[0]).resolve()
            build(target)
            print(f"Wrote {target}/sam.json and {target}/deployment.zip")
    except PackageFailed as failed:
        print(failed, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
