"""Fetches a file to the disk: goes on where a broken connection left off, and is done only when every byte is there."""

from __future__ import annotations

import gzip
import time
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import certifi
import urllib3
from urllib3.util import Timeout

from undersigned_client.api.admin_api import USER_AGENT
from undersigned_client.errors import BadFile, OutOfReach
from undersigned_client.files.private_files import open_to_write
from undersigned_client.language.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHUNK_BYTES = 64 * 1024
TRIES = 6
OK, PARTIAL, OUT_OF_RANGE = 200, 206, 416


class Broken(Exception):
    """This attempt ended early; another may go on from there."""


@dataclass(slots=True)
class Transfer:
    """One file of `size` bytes. `link` makes an address for it, a new one each time: they are short-lived."""

    link: Callable[[], str]
    size: int
    part: Path
    moved: Callable[[int], Any]
    backoff_seconds: float = 0.5

    def run(self) -> None:
        """Fetch what is missing. Raises OutOfReach after six attempts in a row that brought nothing."""
        failures = 0
        while (start := self._held()) != self.size:
            try:
                self._go_on(start)
            except (Broken, urllib3.exceptions.HTTPError) as error:
                failures = 1 if self._held() > start else failures + 1
                if failures >= TRIES:
                    raise OutOfReach(say("The file could not be downloaded. What has arrived is kept.")) from error
                time.sleep(self.backoff_seconds * 2**failures)

    def _held(self) -> int:
        """Bytes that are here; more than there can be are no part of this file."""
        held = self.part.stat().st_size if self.part.exists() else 0
        if held > self.size:
            self.part.unlink()
            return 0
        return held

    def _go_on(self, start: int) -> None:
        # Not the API's pool: the key is for the API, and the link carries its own right.
        with urllib3.PoolManager(ca_certs=certifi.where(), timeout=Timeout(connect=10, read=60)) as pool:
            headers = {"User-Agent": USER_AGENT, **({"Range": f"bytes={start}-"} if start else {})}
            answer = pool.request("GET", self.link(), headers=headers, preload_content=False, retries=False)
            try:
                if answer.status not in {OK, PARTIAL}:
                    raise Broken
                self._keep(answer, goes_on=answer.status == PARTIAL)
            finally:
                answer.release_conn()

    def _keep(self, answer: Any, *, goes_on: bool) -> None:
        with open_to_write(self.part, append=goes_on) as file:
            self.moved(file.tell())
            for chunk in answer.stream(CHUNK_BYTES, decode_content=False):
                file.write(chunk)
                self.moved(file.tell())
                if file.tell() > self.size:
                    raise Broken


def settle(part: Path, target: Path) -> None:
    """Make the fetched gzip file what was asked for: as it is for a name in .gz, else unpacked. Raises BadFile.

    Either way it is read to its end, so that its checksum speaks.
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
        raise BadFile(say("The file arrived damaged and was discarded. Download it again.")) from error
    finally:
        unpacked.unlink(missing_ok=True)
    part.unlink(missing_ok=True)
