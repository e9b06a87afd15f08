"""A copy of the tree in a temporary folder, where faults are made; the tree itself is only read."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINKED = (".venv", ".cache")
# Later than any file was written: what is compiled of a file that is put back is still good, of a faulty one it is not.
LATER_SECONDS = 100_000


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """One copy; only one fault stands in it at a time."""

    folder: Path

    @contextmanager
    def changed(self, texts: dict[str, str]) -> Iterator[None]:
        """The files (by path from the root) read so inside, and as before afterwards."""
        kept = {path: ((self.folder / path).read_bytes(), (self.folder / path).stat()) for path in texts}
        try:
            for path, text in texts.items():
                (self.folder / path).write_text(text)
                moment = kept[path][1].st_mtime + LATER_SECONDS
                os.utime(self.folder / path, (moment, moment))
            yield
        finally:
            for path, (content, about) in kept.items():
                (self.folder / path).write_bytes(content)
                os.utime(self.folder / path, ns=(about.st_atime_ns, about.st_mtime_ns))

    def twin(self, folder: Path) -> WorkingCopy:
        """Another copy, with all that was compiled in this one."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return WorkingCopy(folder)


def copy_of(root: Path, folder: Path) -> WorkingCopy:
    """What git knows or would take of the tree at `root`, the compiled catalogues, and links to what is installed."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    names = [name for name in listed.split("\0") if name and (root / name).is_file()]
    names += [str(found.relative_to(root)) for found in (root / "chalicelib").rglob("*.mo")]
    for name in dict.fromkeys(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, folder / name)
    for name in LINKED:
        if (root / name).exists() and not (folder / name).exists():
            (folder / name).symlink_to((root / name).resolve())
    return WorkingCopy(folder)
