"""CPU time of processes and their children, from Linux's /proc; other systems are not supported."""

from __future__ import annotations

import os
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids: list[int]) -> float:
    """User and system seconds of `pids` and all their descendants."""
    stats = [_stat(folder) for folder in Path("/proc").iterdir() if folder.name.isdigit()]
    parents = {pid: parent for pid, parent, _ in stats}
    roots = set(pids)
    return sum(ticks for pid, _, ticks in stats if _descends(pid, roots, parents)) / TICKS_PER_SECOND


def _descends(pid: int, roots: set[int], parents: dict[int, int]) -> bool:
    while pid not in roots and pid in parents:
        pid = parents[pid]
    return pid in roots


def _stat(folder: Path) -> tuple[int, int, int]:
    """Process id, parent id and CPU ticks (proc(5): fields 4, 14 and 15, after the name in brackets)."""
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:  # the process has ended
        return int(folder.name), 0, 0
    return int(folder.name), int(fields[1]), int(fields[11]) + int(fields[12])
