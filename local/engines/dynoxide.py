"""The second engine, dynoxide: one pinned binary from npm, used only after its checksum was verified.

`make run` never needs it; tests and `ENGINE=dynoxide` do.
"""

from __future__ import annotations

import hashlib
import platform
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

VERSION = "1.2.1"
# npm has no build for other systems at this version.
PACKAGES = {
    ("Linux", "x86_64"): (
        "@dynoxide/linux-x64",
        "80e1ed33e33ec33c7bdcb1779ea09678e5c6f87c5c225f44c2037d2b2ea71164",
    ),
}
NUMBER = "CAST(sequence_number AS INTEGER)"  # exactly as in dynoxide's own queries, otherwise the indexes are not used
STREAM_INDEXES = {
    "undersigned_last": f"table_name, {NUMBER}",
    "undersigned_next": f"table_name, shard_id, {NUMBER}",
}
CACHE = Path(__file__).parents[2] / ".cache" / "dynoxide" / VERSION


class DynoxideMissing(RuntimeError):
    """The binary is not available here; the message says what to do."""


def binary() -> Path:
    """Path of the verified binary, downloaded on first use."""
    path = CACHE / "dynoxide"
    if not path.exists():
        _download(path)
    return path


def index_stream(database: Path) -> None:
    """Index the stream of a running dynoxide: without, 1.2.1 scans all of it on every read and write."""
    with closing(sqlite3.connect(database, timeout=30)) as file, file:
        for name, columns in STREAM_INDEXES.items():
            file.execute(f"CREATE INDEX IF NOT EXISTS {name} ON _stream_records ({columns})")


def _download(path: Path) -> None:
    package, checksum = _package()
    npm = shutil.which("npm")
    if npm is None:
        raise DynoxideMissing(
            "npm is needed to download dynoxide, and it is not installed. On Debian: apt-get install npm. "
            "Without it, use the default engine: ENGINE=ministack",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        command = [npm, "pack", "--silent", "--pack-destination", folder, f"{package}@{VERSION}"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        archives = list(Path(folder).glob("*.tgz"))
        if done.returncode or not archives:
            raise DynoxideMissing(f"npm could not download {package}@{VERSION}: {done.stderr.strip()[-300:]}")
        _unpack(archives[0], checksum, path)


def _unpack(archive: Path, checksum: str, path: Path) -> None:
    actual = hashlib.sha256(archive.read_bytes()).hexdigest()
    if actual != checksum:
        raise DynoxideMissing(f"{archive.name} has the checksum {actual}, not the pinned {checksum}. It is not used.")
    with tarfile.open(archive) as contents:
        member = contents.extractfile("package/dynoxide")
        if member is None:
            raise DynoxideMissing(f"{archive.name} does not contain the binary.")
        unpacked = archive.with_name("dynoxide")
        unpacked.write_bytes(member.read())
    unpacked.chmod(0o755)
    unpacked.replace(path)


def _package() -> tuple[str, str]:
    here = (platform.system(), platform.machine())
    if here not in PACKAGES:
        raise DynoxideMissing(
            f"dynoxide {VERSION} is not published on npm for {' '.join(here)}. Use the default engine: ENGINE=ministack",
        )
    return PACKAGES[here]


if __name__ == "__main__":
    try:
        binary()
    except DynoxideMissing as missing:
        sys.exit(str(missing))
