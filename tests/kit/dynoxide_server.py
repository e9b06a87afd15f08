"""A dynoxide server for tests on real tables, in memory or in a file."""

from __future__ import annotations

import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

from local.engines import dynoxide
from local.engines.ports import ReservedPort

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START_SECONDS = 60


@contextmanager
def a_dynoxide(file: Path | None = None) -> Iterator[str]:
    """The URL of a dynoxide with its tables in `file`, or in memory; stopped at the end of the block."""
    storage = ["--db-path", str(file)] if file else []
    with ReservedPort() as port:
        command = [str(dynoxide.binary()), "--host", "127.0.0.1", "--port", str(port.number), *storage]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            _wait_for(port.url, process)
            yield port.url
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "dynoxide ended"
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(f"dynoxide did not answer within {START_SECONDS} s")
