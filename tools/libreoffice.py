"""Finds LibreOffice for tests of spreadsheets: an installed one, or as root installs Debian's. It downloads nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("soffice", "libreoffice")
PLACES = ("/Applications/LibreOffice.app/Contents/MacOS/soffice",)


def find() -> str | None:
    """The path of LibreOffice, or None. `SOFFICE` names one in another place."""
    configured = os.environ.get("SOFFICE")
    if configured:
        return shutil.which(configured)
    on_path = next((path for path in map(shutil.which, NAMES) if path), None)
    return on_path or next((place for place in PLACES if Path(place).exists()), None)


def find_or_install() -> str:
    """The path of LibreOffice; exits with the command to run when there is none and it cannot install one."""
    path = find()
    if path is None and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "libreoffice-calc-nogui"]
        subprocess.run(install, check=True, env=environment)
        path = find()
    if path is None:
        sys.exit(
            "The tests need LibreOffice, and there is none. On Debian or Ubuntu: sudo apt-get install libreoffice-calc-nogui\n"
            "Elsewhere, install it, or say where it is: SOFFICE=/path/to/soffice make test",
        )
    return path


if __name__ == "__main__":
    find_or_install()
