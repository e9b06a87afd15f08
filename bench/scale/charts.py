"""Draws the results as SVG: axes from zero, labels at the lines, readable on white and on black."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure

from bench.scale.scale_page import SERVICES

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

INK = "#24292f"
# In the dark the ink is light; the colours of lines and bars are seen on both.
DARK = (
    f"<style>@media (prefers-color-scheme: dark) {{ "
    f'[style*="fill: {INK}"] {{ fill: #e6edf3 !important }} '
    f'[style*="stroke: {INK}"] {{ stroke: #8b949e !important }} }}</style>'
)
COLOURS = ("#2f81f7", "#d9730d", "#8957e5", "#2da44e", "#d1497a")
STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "undersigned",  # the same picture, the same bytes
    "font.family": "sans-serif",
    "font.size": 11,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
TOLD_READS = {
    "page of 50, one country": "page of 50, one country",
    "page of 50": "page of 50",
    "counts, all breakdowns": "counts, finding an address",  # their lines lie on each other
}


def draw(told: dict[str, Any], folder: Path) -> None:
    """All pictures, as scale-*.svg in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(STYLE):
        pictures = {
            "reads": _reads(told["measured"]["growth"]),
            "answered": _answered(told["simulated"]["scenes"]),
            "cost": _cost(told["costs"]["per_million"]["together"]),
        }
        for name, figure in pictures.items():
            _save(figure, folder / f"scale-{name}.svg")


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, format="svg", transparent=True, bbox_inches="tight", metadata={"Date": None, "Creator": None})
    head, mark, rest = path.read_text().partition(" <defs>")
    lines = (head + DARK + mark + rest).splitlines()
    path.write_text("\n".join(line.rstrip() for line in lines) + "\n")


def _axes(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height))
    return figure, figure.subplots()


def _reads(growth: list[dict[str, Any]]) -> Figure:
    """Read units as signatures grow: flat lines. The stages are tenfold each, so they stand at equal distances."""
    figure, axes = _axes(7.2, 3.4)
    places = range(len(growth))
    for colour, (name, label) in zip(COLOURS, TOLD_READS.items(), strict=False):
        units = [size["reads"][name]["units"] for size in growth]
        axes.plot(places, units, color=colour, marker="o", linewidth=2)
        axes.annotate(label, (places[-1], units[-1]), (9, -4), textcoords="offset points", color=colour)
    axes.set_xticks(list(places), [f"{size['signatures']:,}" for size in growth])
    axes.set_ylim(bottom=0)
    axes.set_xlabel("signatures of the campaign")
    axes.set_ylabel("read units")
    return figure


def _answered(scenes: dict[str, Any]) -> Figure:
    """The part of the signers who are answered at once, by rate and layout."""
    figure, axes = _axes(7.2, 3.2)
    rates = list(next(iter(scenes.values())))
    for turn, (layout, by_rate) in enumerate(scenes.items()):
        places = [place + (turn - 1) * 0.27 for place in range(len(rates))]
        shares = [by_rate[rate]["answered"] * 100 for rate in rates]
        axes.bar(places, shares, 0.25, color=COLOURS[turn])
        for place, share in zip(places, shares, strict=True):
            axes.annotate(f"{share:.0f}", (place, share), (0, 2), textcoords="offset points", ha="center", fontsize=9)
        axes.text(1.02, 0.9 - turn * 0.1, layout, color=COLOURS[turn], transform=axes.transAxes, weight="bold")
    axes.set_xticks(range(len(rates)), [f"{int(rate):,} a second" for rate in rates])
    axes.set_ylim(0, 108)
    axes.set_ylabel("answered at once, %")
    return figure


def _cost(prices: dict[str, float]) -> Figure:
    """US dollars of a million confirmed signatures, by service."""
    figure, axes = _axes(7.2, 3.0)
    ordered = sorted(SERVICES, key=lambda service: prices[service])
    axes.barh([SERVICES[one] for one in ordered], [prices[one] for one in ordered], color=COLOURS[0])
    for place, one in enumerate(ordered):
        axes.annotate(f"{prices[one]:,.2f}", (prices[one], place), (4, 0), textcoords="offset points", va="center")
    axes.set_xlim(0, max(prices.values()) * 1.12)
    axes.set_xlabel("US dollars for 1,000,000 confirmed signatures")
    return figure
