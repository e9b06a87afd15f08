"""CPU that processes have used so far, children included, from Linux's /proc; elsewhere it says that it cannot know."""

from __future__ import annotations

import os
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids: list[int]) -> float:
    """User and system seconds of `pids` and everything they started."""
    stats = [_stat(folder) for folder in Path("/proc").iterdir() if folder.name.isdigit()]
    parents = {pid: parent for pid, parent, _ in stats}
    wanted = set(pids)
    return sum(ticks for pid, _, ticks in stats if _descends(pid, wanted, parents)) / TICKS_A_SECOND


def _descends(pid: int, wanted: set[int], parents: dict[int, int]) -> bool:
    while pid not in wanted and pid in parents:
        pid = parents[pid]
    return pid in wanted


def _stat(folder: Path) -> tuple[int, int, int]:
    """Process, parent, and ticks of CPU (proc(5): fields 4, 14 and 15, after the name in brackets)."""
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:  # it ended meanwhile
        return int(folder.name), 0, 0
    return int(folder.name), int(fields[1]), int(fields[11]) + int(fields[12])
