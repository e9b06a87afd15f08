"""`make package`: builds and checks the CloudFormation template and the zips of a stage; it deploys nothing.

It refuses what Chalice lets pass: a missing wheel, a stale cache, a merged resource that exists nowhere.
`--check` is for `make lint` and the tests: it packages once for each state of the sources.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.packaging import lambda_zip, regional_resources, runtimes, template_checks, wheels
from deploy.packaging.architectures import ARM
from deploy.packaging.archives import ARCHIVES, DEPLOYMENT, EXPORT, without_export_libraries
from deploy.packaging.lambda_zip import PackageFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deploy.packaging.architectures import Architecture
    from deploy.packaging.runtimes import Runtime

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "package"
LOCK = ROOT / "locks" / "app.txt"
SHIPPED = ("app.py", "requirements.txt", ".chalice", "chalicelib")
# Files left behind by editors and operating systems must not get into the zip.
LEFT_OUT = shutil.ignore_patterns(
    "__pycache__", "deployments", "deployed", "*.pot", ".DS_Store", ".*.sw?", "*~", "*.orig", "*.rej", "*.tmp"
)
STAGE = "prod"
REGION = "us-east-1"
# `chalice package` neither validates the configuration nor fails when a wheel is missing.
CHALICE = """
import sys
from chalice.cli import cli
from chalice.cli.factory import CLIFactory
from chalice.deploy.validate import validate_configuration
stage, target = sys.argv[1:]
validate_configuration(CLIFactory('.').create_config_obj(stage))
cli(['package', '--stage', stage, '--merge-template', '.chalice/resources.json', '--template-format', 'json', target],
    obj={})
"""


def build(
    target: Path,
    stage: str = STAGE,
    region: str = REGION,
    architecture: Architecture = ARM,
    runtime: Runtime | None = None,
) -> None:
    """Write `sam.json`, `deployment.zip` and `export.zip` to `target`, checked for `region`; by default for the configured runtime.

    Raises PackageFailed.
    """
    runtime = runtime or runtimes.runtime(runtimes.configured())
    _check_stage(stage)
    catalogues = _catalogues()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "undersigned"
        _copy_to(project, architecture)
        where = wheels.download(LOCK, Path(folder) / "wheels", architecture, runtime)
        _run_chalice(project, stage, target, where, runtime.python)
    regional_resources.fit(target / "sam.json", region)
    template_checks.divide(target / "sam.json")
    template_checks.check(target / "sam.json", region, runtime.name, architecture)
    lambda_zip.pack(target / DEPLOYMENT, target / EXPORT, runtime.python)
    lambda_zip.lighten(target / EXPORT, target / DEPLOYMENT)
    for name in ARCHIVES:
        lambda_zip.check(target / name, _requirements(name), catalogues, architecture, runtime.cache_tag)


def checked(architecture: Architecture = ARM, runtime: Runtime | None = None) -> Path:
    """A folder with the package of the current sources, built if there is none yet. Raises PackageFailed."""
    cache = CACHE / (f"{architecture.name}-{runtime.name}" if runtime else architecture.name)
    cache.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = cache / _fingerprint()
        if not folder.exists():
            for old in cache.iterdir():
                shutil.rmtree(old)
            with tempfile.TemporaryDirectory(dir=cache) as build_folder:
                build(Path(build_folder) / "package", architecture=architecture, runtime=runtime)
                (Path(build_folder) / "package").rename(folder)
    return folder


def _requirements(archive: str) -> str:
    """What must be in a zip, as lines of requirements.txt."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return "\n".join(lines if archive == EXPORT else without_export_libraries(lines))


def _check_stage(stage: str) -> None:
    stages = json.loads((ROOT / ".chalice" / "config.json").read_text())["stages"]
    if stage not in stages:
        raise PackageFailed(f".chalice/config.json has no stage {stage}, only {', '.join(sorted(stages))}")


def _catalogues() -> list[str]:
    """Names of the compiled catalogues in the zip. Raises PackageFailed when one is not compiled."""
    catalogues = [po.with_suffix(".mo") for po in (ROOT / "chalicelib").rglob("*.po")]
    missing = [str(mo.relative_to(ROOT)) for mo in catalogues if not mo.exists()]
    if missing or not catalogues:
        raise PackageFailed(f"run make catalogues first. Missing: {', '.join(sorted(missing))}")
    return [mo.relative_to(ROOT).as_posix() for mo in catalogues]


def _copy_to(project: Path, architecture: Architecture) -> None:
    project.mkdir()
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, project / name, ignore=LEFT_OUT)
        else:
            shutil.copy(source, project / name)
    config = project / ".chalice" / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"lambda_architecture": architecture.name}))


def _run_chalice(project: Path, stage: str, target: Path, where: Mapping[str, str], python: str) -> None:
    """Package for the version of `python`, with the variables in `where` for pip."""
    region = os.environ.get("AWS_DEFAULT_REGION", REGION)
    environment = {**os.environ, "AWS_DEFAULT_REGION": region, "PYTHONDONTWRITEBYTECODE": "1", **where}
    command = [python, "-c", CHALICE, stage, str(target)]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    if done.returncode or "Could not install" in output:
        raise PackageFailed(f"chalice package failed:\n{output}")


def _fingerprint() -> str:
    """A hash of everything that a package depends on: its sources and the code that builds it."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(_sources()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:32]


def _sources() -> Iterator[Path]:
    makers = (
        "deploy/packaging/architectures.py",
        "deploy/packaging/archives.py",
        "deploy/packaging/regional_resources.py",
        "deploy/packaging/runtimes.py",
        "deploy/packaging/stage_package.py",
        "deploy/packaging/lambda_zip.py",
        "deploy/packaging/pillow.py",
        "deploy/packaging/sdk.py",
        "deploy/packaging/template_checks.py",
        "deploy/packaging/wheels.py",
        "locks/app.txt",
        "locks/dev.txt",
        "locks/run.txt",
    )
    for name in (*SHIPPED, *makers):
        source = ROOT / name
        files = source.rglob("*") if source.is_dir() else (source,)
        yield from (path for path in files if path.is_file() and not {"__pycache__", "deployments"} & set(path.parts))


def main(arguments: list[str]) -> int:
    """Build a stage into the named folder, or only check (`--check`); return the exit code."""
    try:
        if arguments == ["--check"]:
            checked()
        else:
            target = Path(arguments[0]).resolve()
            build(target, arguments[1] if arguments[1:] else STAGE, os.environ.get("AWS_DEFAULT_REGION", REGION))
            print(f"Wrote {target}/sam.json")
            for content, name in (((target / name).read_bytes(), name) for name in ARCHIVES):
                digest = hashlib.sha256(content).hexdigest()
                print(f"Wrote {target}/{name} ({len(content):,} bytes, sha256 {digest})")
            print("All passed their checks.")
    except PackageFailed as failed:
        print(failed, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
