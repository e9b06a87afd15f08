"""Makes a picture of an upload, in the background: put together, resized in a process of its own, and stored."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from chalicelib import log
from chalicelib.domain.campaigns.pictures import CONTENT_TYPES, PictureFile, PictureUse, part_sizes
from chalicelib.services.pictures import resizing
from chalicelib.settings import library_path

if TYPE_CHECKING:
    from chalicelib.storage.pictures.picture_files import PictureFiles
    from chalicelib.storage.queues import PictureJob

# An honest picture takes two or three.
SECONDS = 60


@dataclass(frozen=True, slots=True)
class PictureMaker:
    """Works through jobs; doing one twice gives the same files."""

    files: PictureFiles

    def make(self, job: PictureJob) -> None:
        """Makes one picture and says so in its status, or why there is none. Raises Unavailable."""
        content = self._uploaded(job)
        answer = resized(content, job.use) if content is not None else ({"code": "upload_incomplete"}, {})
        made, files = answer
        for name, encoded in files.items():
            self.files.put_file(made["id"], name, encoded, CONTENT_TYPES[name])
        if "id" in made:
            self.files.unmark(made["id"])
        log.info("picture made", campaign=job.campaign, code=made.get("code", "made"))
        self.files.put_status(job.campaign, job.name, made)

    def _uploaded(self, job: PictureJob) -> bytes | None:
        parts = [self.files.find_part(job.campaign, job.upload, n) for n, _ in enumerate(part_sizes(job.size), start=1)]
        content = b"".join(part or b"" for part in parts)
        is_whole = len(content) == job.size and hashlib.sha256(content).hexdigest() == job.upload
        return content if is_whole else None


def resized(content: bytes, use: PictureUse) -> tuple[dict[str, Any], dict[PictureFile, bytes]]:
    """The answer of `resizing.resize` and the files, or `{"code"}` and none."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "upload").write_bytes(content)
        command = [sys.executable, "-m", resizing.__name__, name, str(use)]
        try:
            # An environment of its own: the credentials of this function are in it.
            done = subprocess.run(  # noqa: S603 - our own module, with a folder and a word of ours
                command,
                env={"PYTHONPATH": ":".join(filter(None, sys.path)), "LD_LIBRARY_PATH": library_path()},
                timeout=SECONDS,
                capture_output=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"code": "picture_too_complex"}, {}
        if done.returncode < 0:  # stopped by a limit, or by what was in the file
            return {"code": "picture_too_complex"}, {}
        if done.returncode > 0:
            raise RuntimeError(done.stderr.decode(errors="replace")[-500:])
        answer = json.loads((folder / "answer.json").read_text())
        files = {PictureFile(file): (folder / file).read_bytes() for file in answer.get("files", ())}
    return answer, files
