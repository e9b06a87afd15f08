"""One local stack in a process of its own, on a fresh folder, for the load generator.

`python -m bench.instruments.stack_process ENGINE on|off` prints one JSON line, `{"url", "pids"}`, and stops when its
standard input ends. With `off` the pump does not run: signatures are stored, but not counted, and no email is sent.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, cast
from unittest.mock import patch

from chalicelib import log
from local.functions.pump import Pump
from local.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.engines.engine import EngineName


@contextmanager
def without_pump() -> Iterator[None]:
    """Stacks started in the block handle events only when drained."""
    with patch.object(Pump, "start", lambda _self: None):
        yield


def main(engine: str, pump: str) -> None:
    """Serves until the parent closes our standard input."""
    with (
        nullcontext() if pump == "on" else without_pump(),
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        Stack(engine=cast("EngineName", engine), directory=Path(folder), port=0) as running,
    ):
        log.write_to(logging.FileHandler(Path(folder) / "app.log"))  # as `make run` does
        running.load_samples()
        print(json.dumps({"url": running.url, "pids": [os.getpid(), *running.engine_pids()]}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
