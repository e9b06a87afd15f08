"""Runs one command and ends it when the process that started it is gone, for whatever reason.

Usage: `python -m local.engines.orphan_guard [--delete FOLDER] COMMAND ARGUMENT...`, with stdin held open by the parent.
FOLDER is deleted when the command ends.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

GRACE_SECONDS = 5


def main(arguments: list[str]) -> int:
    """Run the command; return its exit code, or 0 when it was terminated."""
    if arguments[0] != "--delete":
        return _run(arguments)
    try:
        return _run(arguments[2:])
    finally:
        shutil.rmtree(arguments[1], ignore_errors=True)


def _run(command: list[str]) -> int:
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_end_with_guard)  # noqa: PLW1509  # no thread yet

    def stop(_number: int = 0, _frame: FrameType | None = None) -> None:
        child.terminate()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    threading.Thread(target=_watch_parent, args=(stop,), daemon=True).start()
    code = child.wait()
    return 0 if code == -signal.SIGTERM else code


def _end_with_guard() -> None:
    """On Linux the command ends even when the guard itself is killed; elsewhere it would keep running in that case."""
    if sys.platform == "linux":
        import ctypes

        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def _watch_parent(stop: Callable[[], None]) -> None:
    # The parent holds the other end of stdin: when it dies, for whatever reason, this read ends.
    while os.read(0, 1024):
        pass
    stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
