"""Which of Lambda's Pythons the functions run on, as `.chalice/config.json` says, and an interpreter that packages for it.

Chalice deploys to the Python that runs it, and byte code fits no other. So where that is not the one that runs us, Chalice and the
compiler get an environment of their own; the functions' Python does not depend on who packages.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.packaging.lambda_zip import PackageFailed

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "packagers"
LOCK = ROOT / "locks" / "run.txt"
OWN = f"python{sys.version_info.major}.{sys.version_info.minor}"
# The C library of the machines behind each (Amazon Linux 2, then 2023): glibc 2.26 and 2.34.
GLIBC = {"python3.11": 26, "python3.12": 34, "python3.13": 34, "python3.14": 34}


@dataclass(frozen=True, slots=True)
class Runtime:
    """A runtime of Lambda by its name there, and an interpreter of that version with Chalice and pip."""

    name: str
    python: str

    @property
    def cache_tag(self) -> str:
        """What files of byte code are named after."""
        return f"cpython-{self.name.removeprefix('python').replace('.', '')}"

    @property
    def glibc(self) -> int:
        """The minor version of its C library."""
        return GLIBC[self.name]


def configured(config: Path = ROOT / ".chalice" / "config.json") -> str:
    """The name of the runtime that is deployed."""
    return str(json.loads(config.read_text())["runtime"])


def runtime(name: str, *, downloads: bool = True) -> Runtime:
    """That runtime; its interpreter may be downloaded. Raises PackageFailed when there is none."""
    if name not in GLIBC:
        raise PackageFailed(f"Lambda has no {name}, or we do not know it; we know {', '.join(GLIBC)}")
    if name == OWN and sys.implementation.name == "cpython":
        return Runtime(name, sys.executable)
    interpreter = find(name)
    if interpreter is None and not downloads:
        raise PackageFailed(f"there is no {name} on this machine")
    return Runtime(name, str(_environment(name, interpreter)))


def find(name: str) -> str | None:
    """An interpreter of that version on this machine: on the path, or one of pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    there = sorted(pyenv.glob(f"{name.removeprefix('python')}.*/bin/{name}"), reverse=True)
    return next((one for one in (shutil.which(name), *map(str, there)) if one and _works(one, name)), None)


def _works(interpreter: str, name: str) -> bool:
    """False for one of pyenv's stand-ins for what is not chosen."""
    show = "import ssl, sys; print('python{}.{}'.format(*sys.version_info))"
    done = subprocess.run([interpreter, "-c", show], capture_output=True, text=True, check=False)
    return done.stdout.strip() == name


def _environment(name: str, interpreter: str | None) -> Path:
    """Python in an environment with Chalice, and with what the app imports, as Chalice imports the app."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = CACHE / f"{name}-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}"
        if not (folder / "complete").exists():
            for old in CACHE.glob(f"{name}-*"):
                shutil.rmtree(old)
            _uv(
                "venv",
                "--quiet",
                "--seed",
                "--python",
                interpreter or name.removeprefix("python"),
                str(folder),
                of=name,
            )
            python = str(folder / "bin" / "python")
            _uv("pip", "install", "--quiet", "--require-hashes", "--python", python, "-r", str(LOCK), of=name)
            (folder / "complete").touch()
    return folder / "bin" / "python"


def _uv(*arguments: str, of: str) -> None:
    command = [str(Path(sys.executable).with_name("uv")), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackageFailed(
            f"The functions run on {of} (.chalice/config.json), this is {OWN}, and there is no {of} here: install it.\n"
            f"{done.stderr}"
        )
