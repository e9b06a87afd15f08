"""`make bench`: runs every measurement in a process of its own, prints a table, and writes bench/results.json."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.instruments.scenario import show_progress

RESULTS = Path(__file__).parent / "results.json"
PARTS = {
    "cpu": "CPU of one sign without the network",
    "cold": "cold starts",
    "calls": "AWS calls and units",
    "throughput": "signs per second",
}
MODULES = {"cpu": "handler_cpu", "cold": "cold_start", "calls": "aws_calls", "throughput": "throughput"}
AIMS = {
    "own_times_bare": 2.5,
    "in_all_times_bare": 2.0,
    "import_times_bare": 1.3,
    "signs_per_second": 500,  # at 8 connections on dynoxide, without emails
    "cpu_ms_per_sign": 2.5,  # as above
}


def main() -> None:
    """Measure, print and write."""
    results: dict[str, Any] = {"machine": _machine()}
    for part, what in PARTS.items():
        show_progress(f"Measuring {what} ...")
        done = subprocess.run(
            [sys.executable, "-m", f"bench.signing.{MODULES[part]}"], check=True, stdout=subprocess.PIPE
        )
        results[part] = json.loads(done.stdout)
    results["machine"]["load_after"] = round(os.getloadavg()[0], 2)
    results["aims"] = _aims(results)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    _print(results)
    print(f"\nWritten to {RESULTS.relative_to(Path.cwd())}; bench/README.md says how to read it.")


def _machine() -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),  # above 0.5 per core, other programs distort the results
        "boto3": version("boto3"),
        "chalice": version("chalice"),
        "ministack": version("ministack"),
    }


def _aims(results: dict[str, Any]) -> dict[str, Any]:
    cell = next(one for one in results["throughput"] if _has_aim(one))
    values = {
        "own_times_bare": results["cpu"]["own_times_bare"],
        "in_all_times_bare": results["cpu"]["in_all_times_bare"],
        "import_times_bare": results["cold"]["times_bare"]["import_app"],
        "signs_per_second": cell["signs_per_second"],
        "cpu_ms_per_sign": cell["cpu_ms_per_sign"],
    }
    return {name: {"aim": AIMS[name], "measured": value, "met": _is_met(name, value)} for name, value in values.items()}


def _has_aim(cell: dict[str, Any]) -> bool:
    return cell["engine"] == "dynoxide" and cell["connections"] == 8 and not cell["emails"] and not cell["earlier"]


def _is_met(name: str, value: float) -> bool:
    return value >= AIMS[name] if name == "signs_per_second" else value <= AIMS[name]


def _print(results: dict[str, Any]) -> None:
    print("\nMachine: " + ", ".join(f"{name} {value}" for name, value in results["machine"].items()))
    cpu, cold = results["cpu"], results["cold"]
    print("\nOne sign without the network, CPU µs (and relative to a bare route)")
    print(f"  our own code, with Chalice's dispatch       {cpu['own_code_us']:8.1f}   {cpu['own_times_bare']:.2f}")
    print(f"  in all, with botocore building the request  {cpu['in_all_us']:8.1f}   {cpu['in_all_times_bare']:.2f}")
    print("\nCold start, CPU ms (and relative to the bare one: Chalice and a boto3 client)")
    for case, value in cold["cpu_ms"].items():
        print(f"  {case:<16} {value:8.1f}   {cold['times_bare'][case]:.2f}")
    print("\nAWS calls and capacity units per signature\n" + f"  {'':<38} {'calls':>6} {'units':>6}")
    for case, one in results["calls"].items():
        print(f"  {case:<38} {one['calls']:>6} {one['units']:>6}   {_operations(one)}")
    _print_throughput(results["throughput"])
    print("\nAims")
    for name, one in results["aims"].items():
        print(f"  {name:<20} aim {one['aim']:>6}   measured {one['measured']:>7}   {'met' if one['met'] else 'MISSED'}")


def _operations(case: dict[str, Any]) -> str:
    return ", ".join(f"{n:g} {name}" for name, n in case["by_operation"].items())


def _print_throughput(cells: list[dict[str, Any]]) -> None:
    print(
        "\nThrough the gateway (CPU of gateway, own code, botocore and engine; with emails: until the last one is sent)"
    )
    print(f"  {'engine':<22} {'connections':>11} {'signs/s':>8} {'p50 ms':>7} {'p99 ms':>7} {'CPU ms/sign':>14}")
    for one in cells:
        name = one["engine"] + (", with emails" if one["emails"] else "")
        name += f", {one['earlier']} stored before" if one["earlier"] else ""
        figures = f"{one['signs_per_second']:>8} {one['p50_ms']:>7} {one['p99_ms']:>7} {one['cpu_ms_per_sign']:>14}"
        print(f"  {name:<22} {one['connections']:>11} {figures}")


if __name__ == "__main__":
    main()
