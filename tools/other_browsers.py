"""Finds the browsers beside Chromium, Firefox and WebKitGTK: installed ones, or as root installs Debian's. It downloads nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("firefox-esr", "webkit2gtk-driver", "xvfb")
FIREFOX_NAMES = ("firefox-esr", "firefox")
LIBRARIES = Path("/usr/lib")


@dataclass(frozen=True)
class WebKit:
    """What WebKitGTK needs: its driver, its small browser and a screen."""

    driver: str
    mini_browser: str
    screen: str


def find_firefox() -> str | None:
    """The path of a Firefox, or None. `FIREFOX` names one in another place."""
    configured = os.environ.get("FIREFOX")
    if configured:
        return shutil.which(configured)
    return next((path for path in map(shutil.which, FIREFOX_NAMES) if path), None)


def find_webkit() -> WebKit | None:
    """WebKitGTK with its driver, or None."""
    driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    browsers = sorted(LIBRARIES.glob("*/webkit*gtk-*/MiniBrowser"))
    return WebKit(driver, str(browsers[-1]), screen) if driver and screen and browsers else None


def find_or_install() -> None:
    """Exits with the command to run when one of them is missing and it cannot install it."""
    if not (find_firefox() and find_webkit()) and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
        subprocess.run(install, check=True, env=environment)
    if not (find_firefox() and find_webkit()):
        sys.exit(
            "The tests need Firefox and WebKitGTK, and one is missing. "
            f"On Debian or Ubuntu: sudo apt-get install {' '.join(PACKAGES)}",
        )


if __name__ == "__main__":
    find_or_install()
