"""Draws the results as SVG: axes from zero, labels at the lines, readable on a light and on a dark background."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure

from bench.scale.scale_page import SERVICES

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

INK = "#24292f"
# In dark mode the ink is light; the colours of lines and bars are visible on both.
DARK = (
    f"<style>@media (prefers-color-scheme: dark) {{ "
    f'[style*="fill: {INK}"] {{ fill: #e6edf3 !important }} '
    f'[style*="stroke: {INK}"] {{ stroke: #8b949e !important }} }}</style>'
)
COLOURS = ("#2f81f7", "#d9730d", "#8957e5", "#2da44e", "#d1497a")
STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "undersigned",  # the same chart gives the same bytes
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
READS = {
    "page of 50, one country": "page of 50, one country",
    "page of 50": "page of 50",
    "counts, all breakdowns": "counts, finding an address",  # their lines coincide
}


def draw(results: dict[str, Any], folder: Path) -> None:
    """Draw all charts, as scale-*.svg in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(STYLE):
        charts = {
            "reads": _reads(results["measured"]["growth"]),
            "answered": _answered(results["simulated"]["scenes"]),
            "cost": _cost(results["costs"]["per_million"]["together"]),
        }
        for name, figure in charts.items():
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
    """Read units as signatures grow: flat lines. Sizes grow tenfold, so they are at equal distances."""
    figure, axes = _axes(7.2, 3.4)
    positions = range(len(growth))
    for colour, (name, label) in zip(COLOURS, READS.items(), strict=False):
        units = [size["reads"][name]["units"] for size in growth]
        axes.plot(positions, units, color=colour, marker="o", linewidth=2)
        axes.annotate(label, (positions[-1], units[-1]), (9, -4), textcoords="offset points", color=colour)
    axes.set_xticks(list(positions), [f"{size['signatures']:,}" for size in growth])
    axes.set_ylim(bottom=0)
    axes.set_xlabel("signatures of the campaign")
    axes.set_ylabel("read units")
    return figure


def _answered(scenes: dict[str, Any]) -> Figure:
    """The share of signers who are answered at once, by rate and layout."""
    figure, axes = _axes(7.2, 3.2)
    rates = list(next(iter(scenes.values())))
    for index, (layout, by_rate) in enumerate(scenes.items()):
        positions = [position + (index - 1) * 0.27 for position in range(len(rates))]
        shares = [by_rate[rate]["answered"] * 100 for rate in rates]
        axes.bar(positions, shares, 0.25, color=COLOURS[index])
        for position, share in zip(positions, shares, strict=True):
            axes.annotate(
                f"{share:.0f}", (position, share), (0, 2), textcoords="offset points", ha="center", fontsize=9
            )
        axes.text(1.02, 0.9 - index * 0.1, layout, color=COLOURS[index], transform=axes.transAxes, weight="bold")
    axes.set_xticks(range(len(rates)), [f"{int(rate):,} a second" for rate in rates])
    axes.set_ylim(0, 108)
    axes.set_ylabel("answered at once, %")
    return figure


def _cost(prices: dict[str, float]) -> Figure:
    """US dollars per million confirmed signatures, by service."""
    figure, axes = _axes(7.2, 3.0)
    ordered = sorted(SERVICES, key=lambda service: prices[service])
    axes.barh([SERVICES[one] for one in ordered], [prices[one] for one in ordered], color=COLOURS[0])
    for position, one in enumerate(ordered):
        axes.annotate(f"{prices[one]:,.2f}", (prices[one], position), (4, 0), textcoords="offset points", va="center")
    axes.set_xlim(0, max(prices.values()) * 1.12)
    axes.set_xlabel("US dollars for 1,000,000 confirmed signatures")
    return figure
