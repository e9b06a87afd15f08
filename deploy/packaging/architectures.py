"""The processors that Lambda has: their names there and in wheels, and how a library built for one is recognised.

What is deployed runs on `ARM`. The other one is for packages that are tried on the machine that makes them.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Architecture:
    """One processor: `name` as Lambda has it, `machine` as wheels have it, `elf` the e_machine of its libraries."""

    name: str
    machine: str
    elf: int


ARM = Architecture("arm64", "aarch64", 183)
INTEL = Architecture("x86_64", "x86_64", 62)


def of_this_machine() -> Architecture:
    """The one that this machine has. Raises ValueError when Lambda has none like it."""
    for one in (ARM, INTEL):
        if platform.machine() in {one.name, one.machine}:
            return one
    raise ValueError(f"Lambda has no {platform.machine()}")
