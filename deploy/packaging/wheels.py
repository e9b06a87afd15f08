"""Downloads the libraries that the zip may hold, each by the hash that its lock names, so that Chalice can take no others.

Chalice has pip look for wheels twice: first for this machine, then for Lambda's, where one of these does not fit. The
second look checks no hashes. So both are made here, with hashes, and Chalice has only this folder to look in.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from deploy.packaging.lambda_zip import PackageFailed

if TYPE_CHECKING:
    from pathlib import Path

    from deploy.packaging.architectures import Architecture
    from deploy.packaging.runtimes import Runtime

OLDEST_GLIBC = 17  # that of manylinux2014 (PEP 600)


def download(lock: Path, folder: Path, architecture: Architecture, runtime: Runtime) -> dict[str, str]:
    """Fill `folder`; return the variables that let pip find wheels there and nowhere else. Raises PackageFailed."""
    names = ("manylinux2014", *(f"manylinux_2_{minor}" for minor in range(OLDEST_GLIBC, runtime.glibc + 1)))
    for platforms in ([], [f"{name}_{architecture.machine}" for name in names]):
        command = [runtime.python, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        command += ["--require-hashes", "--no-deps", "--only-binary=:all:", "--dest", str(folder)]
        command += [f"--platform={platform}" for platform in platforms]
        done = subprocess.run([*command, f"--requirement={lock}"], capture_output=True, text=True, check=False)
        if done.returncode:
            raise PackageFailed(f"pip download failed:\n{done.stdout}{done.stderr}")
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder), "PIP_CONFIG_FILE": os.devnull}
