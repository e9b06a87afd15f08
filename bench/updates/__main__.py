"""`python -m bench.updates`: 100,000 updates beside 1,000 new signatures a minute, and the same minutes without; writes docs/scale.md.

With and without differ in nothing else: the same people sign at the same moments. It takes a minute or two.
"""

from __future__ import annotations

import argparse
import logging
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench.scale.markdown_table import table
from bench.updates.play import Play, Scene, mailers_beside_updates, mailers_for

if TYPE_CHECKING:
    from bench.updates.play import Outcome

PAGE = Path(__file__).parents[2] / "docs" / "scale.md"
BLOCK = re.compile(r"(<!-- played by python -m bench.updates -->\n).*?(<!-- end of the play -->)", re.DOTALL)
SES_RATE, SIGNATURES = 50, 1000
MINUTES_PER_RECIPIENT = 165 / 100_000  # people sign for as long as the update takes


def main() -> None:
    """Play every scene and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.updates", description=__doc__)
    parser.add_argument("--recipients", type=int, default=100_000)
    parser.add_argument("--write", action="store_true", help="also write the table to docs/scale.md")
    options = parser.parse_args()
    logging.disable(logging.INFO)
    made = played(options.recipients)
    sys.stdout.write(f"{made}\n")
    if options.write:
        page = BLOCK.sub(lambda found: f"{found[1]}\n{made}\n\n{found[2]}", PAGE.read_text())
        PAGE.write_text(page)


def played(recipients: int) -> str:
    """The table of all scenes, each without and with the update."""
    rows = []
    for mailers in (mailers_beside_updates(SES_RATE), mailers_for(SES_RATE)):
        scene = Scene(
            ses_rate=SES_RATE, signatures=SIGNATURES, minutes=recipients * MINUTES_PER_RECIPIENT, mailers=mailers
        )
        rows += [_row(one, Play(one).run()) for one in (scene, replace(scene, recipients=recipients))]
    names = [
        "mailers",
        "update",
        "confirmations",
        "half within",
        "99 % within",
        "the slowest",
        "tried again",
        "sent",
        "most copies",
        "minutes",
    ]
    return table(names, rows)


def _row(scene: Scene, outcome: Outcome) -> list[str]:
    update = (
        [f"{outcome.sent:,}", str(outcome.most_copies), f"{outcome.update_minutes:.0f}"]
        if scene.recipients
        else ["", "", ""]
    )
    return [
        str(scene.mailers),
        f"{scene.recipients:,}" if scene.recipients else "none",
        f"{len(outcome.waits):,}",
        *(f"{outcome.quantile(share):.2f} s" for share in (0.5, 0.99, 1)),
        f"{outcome.refused_confirmations:,}",
        *update,
    ]


if __name__ == "__main__":
    main()
