"""What every worker does first: log to a file, and load the app as Lambda would."""

from __future__ import annotations

import logging
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib import log
from chalicelib.domain.errors import Unavailable
from local.startup.app_loader import load_app, wiring

TRY_AGAIN_SECONDS = 0.1


def load(name: str) -> Any:
    """The app, ready to be called. A failing start is retried, as on Lambda."""
    log.write_to(log_file(name))
    while True:
        try:
            return load_app()
        except Unavailable:
            time.sleep(TRY_AGAIN_SECONDS)


def log_file(name: str) -> logging.Handler:
    """A file for the app's log lines, which are searched for personal data in the end."""
    return logging.FileHandler(Path(os.environ["CHAOS_FOLDER"]) / f"{name}.jsonl")


def set_clock_forward(by: timedelta) -> None:
    """Set the clock of this process's app forward."""
    wiring().clock = lambda: datetime.now(UTC) + by
