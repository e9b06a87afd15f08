"""A program that npm carries as one file: pinned, downloaded on first use, and used only after its checksum was verified."""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CACHE = Path(__file__).parents[2] / ".cache"


class BinaryMissing(RuntimeError):
    """The program is not available here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class NpmBinary:
    """One program. `packages` are npm's package and its sha256 for a system and a processor, as `platform` names them.

    `instead` tells people what to do without it.
    """

    name: str
    version: str
    packages: Mapping[tuple[str, str], tuple[str, str]]
    instead: str

    def path(self) -> Path:
        """Where it is. Raises BinaryMissing."""
        path = CACHE / self.name / self.version / self.name
        if not path.exists():
            self._download(path)
        return path

    def unpack(self, archive: Path, checksum: str, path: Path) -> None:
        """Put the program of npm's `archive` at `path`. Raises BinaryMissing when it is not the pinned one."""
        actual = hashlib.sha256(archive.read_bytes()).hexdigest()
        if actual != checksum:
            raise BinaryMissing(f"{archive.name} has the checksum {actual}, not the pinned {checksum}. It is not used.")
        with tarfile.open(archive) as contents:
            member = contents.extractfile(f"package/{self.name}")
            if member is None:
                raise BinaryMissing(f"{archive.name} does not contain the binary.")
            unpacked = archive.with_name(self.name)
            unpacked.write_bytes(member.read())
        unpacked.chmod(0o755)
        unpacked.replace(path)

    def _download(self, path: Path) -> None:
        package, checksum = self._package()
        npm = shutil.which("npm")
        if npm is None:
            raise BinaryMissing(
                f"npm is needed to download {self.name}, and it is not installed. On Debian: apt-get install npm. {self.instead}"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            command = [npm, "pack", "--silent", "--pack-destination", folder, f"{package}@{self.version}"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            archives = list(Path(folder).glob("*.tgz"))
            if done.returncode or not archives:
                raise BinaryMissing(f"npm could not download {package}@{self.version}: {done.stderr.strip()[-300:]}")
            self.unpack(archives[0], checksum, path)

    def _package(self) -> tuple[str, str]:
        here = (platform.system(), platform.machine())
        if here not in self.packages:
            raise BinaryMissing(
                f"{self.name} {self.version} is not published on npm for {' '.join(here)}. {self.instead}"
            )
        return self.packages[here]
