"""What Lambda brings of its own: an interpreter and the runtime client, as the lock names them, and nothing else.

So a library that the zip lacks is missed here as it would be there. It installs into `.cache/rig` and touches no other place.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from deploy.packaging import runtimes

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "rig"
LOCK = ROOT / "locks" / "dev.txt"
# Not its boto3: the zip's own must do.
BROUGHT = ("awslambdaric", "simplejson", "snapshot-restore-py")
LOCKED = r"^{}==[^\n]* \\\n(?:    --hash=\S+(?: \\)?\n)+"


@dataclass(frozen=True, slots=True)
class Runtime:
    """One of Lambda's Python runtimes, such as `python3.11`, with the folder that stands for /var/runtime."""

    name: str
    python: str
    folder: Path


def runtime(name: str = "") -> Runtime:
    """The runtime of that name, by default the one that is deployed; installed if it is not there yet. Raises PackageFailed."""
    name = name or runtimes.configured()
    # The interpreter beneath an environment: what else the environment holds is not Lambda's.
    show = [runtimes.runtime(name).python, "-c", "import sys; print(getattr(sys, '_base_executable', sys.executable))"]
    python = subprocess.run(show, capture_output=True, text=True, check=True).stdout.strip()
    pins = _pins()
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = CACHE / f"{name}-{hashlib.sha256(pins.encode()).hexdigest()[:16]}"
        if not folder.exists():
            for old in CACHE.glob(f"{name}-*"):
                shutil.rmtree(old)
            _install(python, pins, folder)
    return Runtime(name, python, folder)


def _pins() -> str:
    text = LOCK.read_text()
    found = [re.search(LOCKED.format(re.escape(name)), text, re.MULTILINE) for name in BROUGHT]
    if missing := [name for name, match in zip(BROUGHT, found, strict=True) if match is None]:
        raise LookupError(f"{LOCK} does not name {', '.join(missing)}")
    return "".join(match[0] for match in found if match)


def _install(python: str, pins: str, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=CACHE) as place:
        (Path(place) / "pins.txt").write_text(pins)
        command = [
            str(Path(sys.executable).with_name("uv")),
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "--no-deps",
        ]
        command += ["--python", python, "--target", f"{place}/runtime", "--compile-bytecode", "-r", f"{place}/pins.txt"]
        subprocess.run(command, check=True)
        (Path(place) / "runtime").rename(folder)
