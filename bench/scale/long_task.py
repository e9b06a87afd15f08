"""Does one long thing as its function does, in a process of its own, and says what it took.

`python -m bench.scale.long_task export CAMPAIGN EXPORT` or `… verify CAMPAIGN`.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import TYPE_CHECKING

from bench.instruments.call_counter import watching
from bench.instruments.scenario import quiet

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.wiring import Wiring


def main(what: str, *about: str) -> None:
    """Prints `{"seconds", "cpu_seconds", "peak_mb", "calls", "reads", "writes"}`: memory is the whole process's."""
    quiet()
    with watching() as count:
        from chalicelib.wiring import wiring

        work = _prepared(wiring(), what, *about)
        count.forget()
        clock, cpu = time.perf_counter(), time.process_time()
        work()
        figures = {"seconds": time.perf_counter() - clock, "cpu_seconds": time.process_time() - cpu}
    peak_mb = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    units = {"reads": count.reads.total(), "writes": count.writes.total()}
    print(json.dumps({**figures, "peak_mb": peak_mb, "calls": count.calls.total(), **units}))


def _prepared(wired: Wiring, what: str, campaign: str, export: str = "") -> Callable[[], None]:
    """The work, with what it needs built already."""
    if what == "export":
        writing = wired.export_writer

        def write() -> None:
            assert writing.write(campaign, export)

        return write
    tally_projector = wired.tally_projector

    def verify() -> None:
        assert tally_projector.verify(campaign) == []

    return verify


if __name__ == "__main__":
    main(*sys.argv[1:])
