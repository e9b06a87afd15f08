"""What every process under test does first: log to a file, load the app as Lambda would."""

from __future__ import annotations

import logging
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.domain.errors import Unavailable
from chalicelib.log import JsonLines
from local.loading import load_app, wiring

TRY_AGAIN_SECONDS = 0.1


def load(name: str) -> Any:
    """The app, ready to be called. A start that fails is tried again, as a Lambda's would be."""
    log_to(Path(os.environ["CHAOS_FOLDER"]) / f"{name}.jsonl")
    while True:
        try:
            return load_app()
        except Unavailable:
            time.sleep(TRY_AGAIN_SECONDS)


def log_to(path: Path) -> None:
    """The app's log lines go to a file, where they are searched for personal data in the end."""
    handler = logging.FileHandler(path)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("undersigned.lines")  # as `chalicelib.log` names it
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


def set_clock_forward(by: timedelta) -> None:
    """Have this process's app believe that it is later."""
    wiring().clock = lambda: datetime.now(UTC) + by
