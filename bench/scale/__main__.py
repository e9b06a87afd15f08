"""`make scale`: measures how one campaign grows, plays it against AWS's limits, prices it, and writes docs/scale.md anew.

`--largest N` stops at so many signatures, `--figures` measures nothing and makes page and pictures from what is there.
Anything smaller than a million goes to build/scale/ and leaves the docs alone.
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

from bench.instruments.scenario import say
from bench.scale import costs, scale_page
from bench.scale.growth import gathered
from bench.simulation import runs

ROOT = Path(__file__).parents[2]
MILLION = 1_000_000
SIZES = (1000, 10_000, 100_000, MILLION)
# Below the mails an hour to one network: everybody here comes from the same.
TOGETHER = 150


def measured(largest: int) -> dict[str, Any]:
    """Everything that takes time, each in a process of its own; the longest last, so that little is lost with it."""
    told = machine()
    say("Cold starts ...")
    cold = json.loads(_run("bench.signing.cold_start"))
    say("Whole lives of signatures ...")
    life = json.loads(_run("bench.scale.signature_lifetime", str(TOGETHER)))
    say(f"One campaign growing to {largest:,} ...")
    sizes = [str(size) for size in SIZES if size <= largest]
    growth = gathered(_run("bench.scale.growth", *sizes))
    return {"machine": told, "growth": growth, "life": life, "cold": cold}


def machine() -> dict[str, Any]:
    """What the figures belong to."""
    load = round(os.getloadavg()[0] / (os.cpu_count() or 1), 1)
    return {"python": platform.python_version(), "cores": os.cpu_count(), "load_a_core": load}


def _run(module: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments], check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def figures(found: dict[str, Any]) -> dict[str, Any]:
    """What follows from what was measured: the play and the prices. The same for the same."""
    life, growth = found["life"], found["growth"]
    needs = costs.needs(life["together"], found["cold"]["cpu_ms"]["first_sign"])
    item_bytes = growth[-1]["item_bytes"]
    amounts = {name: costs.amounts(life[name], item_bytes) for name in ("alone", "together")}
    template = json.loads((ROOT / ".chalice" / "resources.json").read_text())
    return {
        "measured": found,
        "needs": {name: round(value, 5) for name, value in asdict(needs).items()},
        "simulated": runs.play(needs, costs.LIMITS),
        "costs": {
            "per_1000": {name: costs.priced(one, 1000) for name, one in amounts.items()},
            "per_million": {name: costs.priced(one, MILLION) for name, one in amounts.items()},
            "idle_a_month": costs.idle(template),
            "kept_million_a_month": costs.kept(growth[-1], MILLION),
        },
    }


def write(told: dict[str, Any], folder: Path) -> None:
    """The results, the page and the pictures."""
    from bench.scale import charts  # matplotlib: only who draws needs it

    page = folder / "scale.md"
    if not page.exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "docs" / "scale.md", page)
    (folder / "scale.json").write_text(json.dumps(told, indent=1) + "\n")
    page.write_text(scale_page.filled(page.read_text(), scale_page.blocks(told)))
    charts.draw(told, folder / "images")
    if folder.name == "docs":
        readme = ROOT / "README.md"
        readme.write_text(scale_page.filled(readme.read_text(), scale_page.blocks(told)))


def main() -> None:
    """Measures, plays, prices, writes."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--largest", type=int, default=MILLION)
    options.add_argument("--figures", action="store_true")
    asked = options.parse_args()
    folder = ROOT / "docs" if asked.largest >= MILLION else ROOT / "build" / "scale"
    known = folder / "scale.json"
    found = json.loads(known.read_text())["measured"] if asked.figures else measured(asked.largest)
    write(figures(found), folder)
    say(f"Written to {(folder / 'scale.md').relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
