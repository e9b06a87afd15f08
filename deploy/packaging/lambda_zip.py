"""The zips for Lambda, byte for byte the same for the same files; it refuses what could not run there.

Times, order and permissions are fixed, byte code is compiled again, and of the AWS SDK and Pillow only what is used stays; it downloads
nothing and changes no source.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from deploy.packaging import pillow, sdk
from deploy.packaging.architectures import ARM, Architecture
from deploy.packaging.archives import DEPLOYMENT, EXPORT, is_for_exports

MAX_BYTES = {DEPLOYMENT: 13 * 1024 * 1024, EXPORT: 23 * 1024 * 1024}
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold
READABLE_FILE = 0o100644 << 16
UNIX = 3
LEFT_OUT_FOLDERS = {"__pycache__", "tests", "sboms"}
LEFT_OUT_SUFFIXES = {".pyc", ".po", ".pot", ".pyi", ".c", ".pyx"}
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


class PackageFailed(RuntimeError):
    """The package would not work on Lambda; the message says why."""


def pack(raw: Path, target: Path, python: str = sys.executable) -> None:
    """Write `target` from the files in `raw`, the zip that Chalice made, compiled by `python`. Both may be the same file."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with zipfile.ZipFile(raw) as packed:
            packed.extractall(root, [name for name in packed.namelist() if _is_wanted(PurePosixPath(name))])
        sdk.cut(root)
        pillow.cut(root)
        _compile(root, python)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
            for file in sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()):
                packed.writestr(_entry(file), (root / file).read_bytes())


def lighten(whole: Path, target: Path) -> None:
    """Write `target` from the packed zip `whole`, without what only exports load."""
    with zipfile.ZipFile(whole) as packed, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as light:
        for name in packed.namelist():
            if not is_for_exports(name):
                light.writestr(_entry(name), packed.read(name))


def _is_wanted(name: PurePosixPath) -> bool:
    return not LEFT_OUT_FOLDERS & set(name.parts) and name.suffix not in LEFT_OUT_SUFFIXES


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, UNIX, READABLE_FILE
    return entry


def _compile(root: Path, python: str) -> None:
    """Byte code beside each source. Unchecked: Lambda's files never change, so checking would only slow cold starts."""
    # Byte code stores sets in hash order, and strings differently once they are interned. A fixed hash seed, no site
    # packages and an empty environment keep it reproducible.
    compiler = [python, "-s", "-S", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    command = [*compiler, "-s", str(root), "-p", "/var/task", str(root)]
    done = subprocess.run(command, cwd="/", env={"PYTHONHASHSEED": "0"}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackageFailed(f"compileall:\n{done.stdout}{done.stderr}")


def check(
    archive: Path,
    requirements: str,
    catalogues: list[str],
    architecture: Architecture = ARM,
    cache_tag: str = str(sys.implementation.cache_tag),
) -> None:
    """Raise PackageFailed unless `archive` is complete, for `architecture` and the Python of `cache_tag`, and small enough."""
    if archive.stat().st_size > (limit := MAX_BYTES.get(archive.name, max(MAX_BYTES.values()))):
        raise PackageFailed(f"{archive.name} is {archive.stat().st_size:,} bytes, more than {limit:,}")
    with zipfile.ZipFile(archive) as packed:
        names = set(packed.namelist())
        foreign = [name for name in names if name.endswith(".so") and _machine(packed, name) != architecture.elf]
    if foreign:
        raise PackageFailed(f"built for another processor: {', '.join(sorted(foreign))}")
    missing = [*_missing_wheels(names, requirements), *(name for name in catalogues if name not in names)]
    missing += [name for name in names if name.endswith(".py") and _byte_code(name, cache_tag) not in names]
    missing += [name for name in ("app.py", "chalice/app.py", "chalicelib/settings.py") if name not in names]
    if missing:
        raise PackageFailed(f"the zip lacks {', '.join(sorted(missing))}")


def _machine(packed: zipfile.ZipFile, name: str) -> int:
    """The e_machine of an ELF file."""
    with packed.open(name) as file:
        return int.from_bytes(file.read(20)[18:], "little")


def _missing_wheels(names: set[str], requirements: str) -> list[str]:
    """Pinned requirements whose wheel is not in the zip in exactly that version."""
    have = {name.partition("/")[0].lower() for name in names if ".dist-info/" in name}
    pins = PIN.findall(requirements)
    return [f"{name}=={version}" for name, version in pins if _folder(name, version) not in have]


def _folder(name: str, version: str) -> str:
    return f"{re.sub(r'[-_.]+', '_', name).lower()}-{version}.dist-info"


def _byte_code(name: str, cache_tag: str) -> str:
    path = PurePosixPath(name)
    return str(path.parent / "__pycache__" / f"{path.stem}.{cache_tag}.pyc")
