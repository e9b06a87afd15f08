"""Runs one command and ends it when whoever started the keeper is gone, however that happened.

Usage: `python -m local.engines.orphan_guard [--forget FOLDER] COMMAND ARGUMENT...` with stdin held open by the parent.
What the command kept in FOLDER goes with it.
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


def main(words: list[str]) -> int:
    """Run the command that `words` say; return its exit code, 0 when it was asked to stop."""
    if words[0] != "--forget":
        return _run(words)
    try:
        return _run(words[2:])
    finally:
        shutil.rmtree(words[1], ignore_errors=True)


def _run(command: list[str]) -> int:
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_end_with_keeper)  # noqa: PLW1509  # no thread yet

    def stop(_number: int = 0, _frame: FrameType | None = None) -> None:
        child.terminate()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    threading.Thread(target=_watch_parent, args=(stop,), daemon=True).start()
    code = child.wait()
    return 0 if code == -signal.SIGTERM else code


def _end_with_keeper() -> None:
    """Linux ends the command even when the keeper itself is killed; elsewhere that one case leaves it running."""
    if sys.platform == "linux":
        import ctypes

        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def _watch_parent(stop: Callable[[], None]) -> None:
    # The parent holds the other end of stdin: however it dies, this read ends.
    while os.read(0, 1024):
        pass
    stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
