"""Lints the scripts and styles that browsers get, with Biome: one pinned binary from npm. `python -m tools.biome` (--write mends).

It formats nothing: `biome.json` says which rules hold, and why not the others.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from local.engines.npm_binary import BinaryMissing, NpmBinary

ROOT = Path(__file__).parents[1]
BIOME = NpmBinary(
    "biome",
    "2.6.8",
    {
        ("Darwin", "arm64"): (
            "@biomejs/cli-darwin-arm64",
            "05a72143395eb2fc387393b51444c9662513673ab4f8bb415dc17b93ad71c8fb",
        ),
        ("Darwin", "x86_64"): (
            "@biomejs/cli-darwin-x64",
            "3a2ba0bc6675ca2edc433cdb74adc568dcc69c5d3aa1132ce3ec173d0273f9de",
        ),
        ("Linux", "aarch64"): (
            "@biomejs/cli-linux-arm64",
            "2db75b982f62fda24a864b3a4831ff9cc0899cc9673b3bd88de16dcf14b47290",
        ),
        ("Linux", "x86_64"): (
            "@biomejs/cli-linux-x64",
            "e9fc491ffec6ba4024549b7c797937cd4f01855b4fe66a78220efe83b95be7f1",
        ),
    },
    "Without it, CI still lints the scripts.",
)


def main(arguments: list[str]) -> int:
    """Lint; return Biome's exit code."""
    try:
        command = [str(BIOME.path()), "lint", "--error-on-warnings", *arguments]
    except BinaryMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
