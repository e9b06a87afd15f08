"""Writes one export as the function does, and says what it took: `python -m bench.export_worker CAMPAIGN EXPORT`."""

from __future__ import annotations

import json
import resource
import sys
import time

from bench.scenario import quiet


def main(campaign: str, export: str) -> None:
    """Prints `{"seconds", "cpu_seconds", "peak_mb"}`: of the writing, and of the whole process for memory."""
    quiet()
    from chalicelib.wiring import wiring

    writing = wiring().export_writing
    clock, cpu = time.perf_counter(), time.process_time()
    assert writing.write(campaign, export)
    figures = {"seconds": time.perf_counter() - clock, "cpu_seconds": time.process_time() - cpu}
    peak_mb = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps({**figures, "peak_mb": peak_mb}))


if __name__ == "__main__":
    main(*sys.argv[1:])
