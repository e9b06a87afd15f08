"""Downloads the libraries that the zip may hold, each by the hash that its lock names, so that Chalice can take no others.

Chalice has pip look for wheels twice: first for this machine, then for Lambda's, where one of these does not fit. The
second look checks no hashes. So both are made here, with hashes, and Chalice has only this folder to look in.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from deploy.packaging.lambda_zip import PackageFailed

if TYPE_CHECKING:
    from pathlib import Path

    from deploy.packaging.architectures import Architecture

# What runs on the oldest C library of Lambda's machines for these Pythons, glibc 2.26 (PEP 600).
LAMBDA = ("manylinux2014", *(f"manylinux_2_{minor}" for minor in range(17, 27)))


def download(lock: Path, folder: Path, architecture: Architecture) -> dict[str, str]:
    """Fill `folder`; return the variables that let pip find wheels there and nowhere else. Raises PackageFailed."""
    for platforms in ([], [f"{one}_{architecture.machine}" for one in LAMBDA]):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        command += ["--require-hashes", "--no-deps", "--only-binary=:all:", "--dest", str(folder)]
        command += [f"--platform={platform}" for platform in platforms]
        done = subprocess.run([*command, f"--requirement={lock}"], capture_output=True, text=True, check=False)
        if done.returncode:
            raise PackageFailed(f"pip download failed:\n{done.stdout}{done.stderr}")
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder), "PIP_CONFIG_FILE": os.devnull}
