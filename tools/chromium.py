"""Finds the browser for tests: an installed one, or as root installs Debian's. It downloads nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find() -> str | None:
    """The path of a Chromium, or None. `CHROMIUM` names one in another place."""
    configured = os.environ.get("CHROMIUM")
    if configured:
        return shutil.which(configured)
    on_path = next((path for path in map(shutil.which, NAMES) if path), None)
    return on_path or next((place for place in PLACES if Path(place).exists()), None)


def find_or_install() -> str:
    """The path of a Chromium; exits with the command to run when there is none and it cannot install one."""
    path = find()
    if path is None and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        subprocess.run(install, check=True, env=environment)
        path = find()
    if path is None:
        sys.exit(
            "The tests need Chromium, and there is none. On Debian or Ubuntu: sudo apt-get install chromium\n"
            "Elsewhere, install Chrome or Chromium, or say where it is: CHROMIUM=/path/to/chrome make test",
        )
    return path


if __name__ == "__main__":
    find_or_install()
