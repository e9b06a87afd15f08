"""Downloads a file: resumes where a broken connection left off, and succeeds only when every byte is there."""

from __future__ import annotations

import gzip
import time
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import certifi
import urllib3
from urllib3.util import Timeout

from undersigned_client.api.admin_api import USER_AGENT
from undersigned_client.errors import BadFile, OutOfReach
from undersigned_client.files.private_files import open_to_write
from undersigned_client.language.messages import translate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHUNK_BYTES = 64 * 1024
TRIES = 6
DAMAGED = "The file arrived damaged and was discarded. Download it again."
OK, PARTIAL, OUT_OF_RANGE = 200, 206, 416


class Incomplete(Exception):
    """This attempt ended early; another may resume from there."""


@dataclass(slots=True)
class Download:
    """One file of `size` bytes, into `part`. `link` returns a fresh address for it each time: they are short-lived."""

    link: Callable[[], str]
    size: int
    part: Path
    report: Callable[[int], Any]
    backoff_seconds: float = 0.5

    def run(self) -> None:
        """Download what is missing. Raises OutOfReach after six attempts in a row without progress."""
        failures = 0
        while (start := self._downloaded()) != self.size:
            try:
                self._attempt(start)
            except (Incomplete, urllib3.exceptions.HTTPError) as error:
                failures = 1 if self._downloaded() > start else failures + 1
                if failures >= TRIES:
                    raise OutOfReach(
                        translate("The file could not be downloaded. What has arrived is kept.")
                    ) from error
                time.sleep(self.backoff_seconds * 2**failures)

    def _downloaded(self) -> int:
        """Bytes downloaded so far; a longer file cannot be part of this one and is deleted."""
        size = self.part.stat().st_size if self.part.exists() else 0
        if size > self.size:
            self.part.unlink()
            return 0
        return size

    def _attempt(self, start: int) -> None:
        # Not the API's pool: the key is for the API only, and the link is signed.
        with urllib3.PoolManager(ca_certs=certifi.where(), timeout=Timeout(connect=10, read=60)) as pool:
            headers = {"User-Agent": USER_AGENT, **({"Range": f"bytes={start}-"} if start else {})}
            answer = pool.request("GET", self.link(), headers=headers, preload_content=False, retries=False)
            try:
                if answer.status not in {OK, PARTIAL}:
                    raise Incomplete
                self._store(answer, resumes=answer.status == PARTIAL)
            finally:
                answer.release_conn()

    def _store(self, answer: Any, *, resumes: bool) -> None:
        with open_to_write(self.part, append=resumes) as file:
            self.report(file.tell())
            for chunk in answer.stream(CHUNK_BYTES, decode_content=False):
                file.write(chunk)
                self.report(file.tell())
                if file.tell() > self.size:
                    raise Incomplete


def finish_packed(part: Path, target: Path) -> None:
    """Turn the downloaded ZIP, which a spreadsheet is too, into `target`, once every checksum in it is verified. Raises BadFile."""
    try:
        with zipfile.ZipFile(part) as packed:
            is_whole = packed.testzip() is None
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError):
        is_whole = False
    if not is_whole:
        part.unlink(missing_ok=True)
        raise BadFile(translate(DAMAGED))
    part.replace(target)


def finish(part: Path, target: Path) -> None:
    """Turn the downloaded gzip file into `target`: unchanged for a name in .gz, otherwise unpacked. Raises BadFile.

    Either way it is read to the end, so that its checksum is verified.
    """
    unpacked = part.with_name(f"{part.name}.unpacked")
    try:
        with gzip.open(part) as packed, open_to_write(unpacked) as file:
            while chunk := packed.read(CHUNK_BYTES * 16):
                if target.suffix != ".gz":
                    file.write(chunk)
        (part if target.suffix == ".gz" else unpacked).replace(target)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        part.unlink(missing_ok=True)
        raise BadFile(translate(DAMAGED)) from error
    finally:
        unpacked.unlink(missing_ok=True)
    part.unlink(missing_ok=True)
