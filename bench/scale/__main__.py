"""`make scale`: measures how one campaign grows, simulates it against AWS's limits, prices it, and updates docs/scale.md.

`--largest N` stops at N signatures; `--quick` measures all but growth, `--figures` nothing, and both take the rest from the
stored results.
With fewer than a million signatures it writes to build/scale/ and leaves the docs alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.instruments.scenario import show_progress
from bench.scale import costs, fixed_costs, floods, scale_page
from bench.scale.growth import parse_output
from bench.simulation import runs

ROOT = Path(__file__).parents[2]
MILLION = 1_000_000
SIZES = (1000, 10_000, 100_000, MILLION)
# Below the limit of emails per hour to one network: here everybody comes from the same one.
TOGETHER = 150


def measure(largest: int) -> dict[str, Any]:
    """All measurements, each in a process of its own; the longest last, so that little is lost if it fails."""
    quick = measure_quick()
    show_progress(f"One campaign growing to {largest:,} signatures ...")
    sizes = [str(size) for size in SIZES if size <= largest]
    return {**quick, "growth": parse_output(_run("bench.scale.growth", *sizes))}


def measure_quick() -> dict[str, Any]:
    """What takes a few minutes, whatever the size of a campaign."""
    this_machine = machine()
    show_progress("Cold starts ...")
    cold = json.loads(_run("bench.signing.cold_start"))
    show_progress("Memory ...")
    memory = json.loads(_run("bench.scale.memory"))
    show_progress("Lifetimes of signatures ...")
    life = json.loads(_run("bench.scale.signature_lifetime", str(TOGETHER)))
    return {"machine": this_machine, "life": life, "cold": cold, "memory": memory}


def machine() -> dict[str, Any]:
    """The machine that the figures were measured on."""
    load = round(os.getloadavg()[0] / (os.cpu_count() or 1), 1)
    return {"python": platform.python_version(), "cores": os.cpu_count(), "load_a_core": load}


def _run(module: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments], check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def derive(measured: dict[str, Any]) -> dict[str, Any]:
    """The results with what follows from the measurements: simulation and prices. Deterministic."""
    life, growth = measured["life"], measured["growth"]
    needs = costs.needs(life["together"], measured["cold"]["cpu_ms"]["first_sign"])
    item_bytes = growth[-1]["item_bytes"]
    amounts = {name: costs.amounts(life[name], item_bytes) for name in ("alone", "together")}
    template = json.loads((ROOT / ".chalice" / "resources.json").read_text())
    return {
        "measured": measured,
        "needs": {name: round(value, 5) for name, value in asdict(needs).items()},
        "simulated": runs.simulate(needs, costs.LIMITS),
        "costs": {
            "per_1000": {name: costs.priced(one, 1000) for name, one in amounts.items()},
            "per_million": {name: costs.priced(one, MILLION) for name, one in amounts.items()},
            "idle_a_month": fixed_costs.fixed_costs(template),
            "kept_million_a_month": costs.storage_costs(growth[-1], MILLION),
            "flood_a_day": floods.floods(template, life["together"], needs.mail_seconds),
        },
    }


def write(results: dict[str, Any], folder: Path) -> None:
    """Write the results, the page and the charts."""
    from bench.scale import charts  # needs matplotlib

    page = folder / "scale.md"
    if not page.exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "docs" / "scale.md", page)
    (folder / "scale.json").write_text(json.dumps(results, indent=1) + "\n")
    page.write_text(scale_page.fill(page.read_text(), scale_page.blocks(results)))
    charts.draw(results, folder / "images")
    if folder.name == "docs":
        readme = ROOT / "README.md"
        readme.write_text(scale_page.fill(readme.read_text(), scale_page.blocks(results)))


def main() -> None:
    """Measure, simulate, price and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=MILLION)
    parser.add_argument("--figures", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    folder = ROOT / "docs" if options.largest >= MILLION else ROOT / "build" / "scale"
    stored = folder / "scale.json"
    if options.figures or options.quick:
        measured = json.loads(stored.read_text())["measured"] | (measure_quick() if options.quick else {})
    else:
        measured = measure(options.largest)
    write(derive(measured), folder)
    show_progress(f"Written to {(folder / 'scale.md').relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
