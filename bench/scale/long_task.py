"""Runs one long task as its function does, in a process of its own, and prints what it took.

`python -m bench.scale.long_task export CAMPAIGN EXPORT` or `… verify CAMPAIGN`.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import TYPE_CHECKING

from bench.instruments.call_counter import counting_calls
from bench.instruments.scenario import silence_logs

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.wiring import Wiring


def main(task: str, *arguments: str) -> None:
    """Prints `{"seconds", "cpu_seconds", "peak_mb", "calls", "reads", "writes"}`: memory is that of the whole process."""
    silence_logs()
    with counting_calls() as count:
        from chalicelib.wiring import wiring

        work = _prepare(wiring(), task, *arguments)
        count.reset()
        clock, cpu = time.perf_counter(), time.process_time()
        work()
        figures = {"seconds": time.perf_counter() - clock, "cpu_seconds": time.process_time() - cpu}
    peak_mb = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    units = {"reads": count.reads.total(), "writes": count.writes.total()}
    print(json.dumps({**figures, "peak_mb": peak_mb, "calls": count.calls.total(), **units}))


def _prepare(wired: Wiring, task: str, campaign: str, export: str = "") -> Callable[[], None]:
    """The task, with everything it needs built beforehand."""
    if task == "export":
        export_writer = wired.export_writer

        def write() -> None:
            assert export_writer.write(campaign, export)

        return write
    tally_projector = wired.tally_projector

    def verify() -> None:
        assert tally_projector.verify(campaign) == []

    return verify


if __name__ == "__main__":
    main(*sys.argv[1:])
