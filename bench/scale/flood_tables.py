"""The tables of docs/scale.md on what a flood costs."""

from __future__ import annotations

from typing import Any

from bench.scale.markdown_table import table

MILLION = 1_000_000


def by_sent(flood: dict[str, Any]) -> str:
    """By how much junk is sent: at the template's rate, with and without the firewall."""
    head = [
        "junk a second, all day",
        f"`ApiRate={flood['rate']}`",
        "and a firewall: from one address",
        "and a firewall: from 10,000 addresses",
    ]
    rows = [
        [f"{one['sent']:,}", *(f"{dollars:,.2f}" for dollars in (one["plain"], *one["firewall"].values()))]
        for one in flood["by_sent"]
    ]
    return table(head, rows)


def by_rate(flood: dict[str, Any]) -> str:
    """By how much is let through."""
    rows = [
        [
            f"{one['rate']:,} (template)" if one["rate"] == flood["rate"] else f"{one['rate']:,}",
            f"{one['requests'] / MILLION:,.1f}",
            f"{one['pages']:,.0f}",
            f"{one['forms']:,.0f}",
        ]
        for one in flood["by_rate"]
    ]
    return table(["`ApiRate`", "million requests a day", "pages, US dollars", "forms, US dollars"], rows)
