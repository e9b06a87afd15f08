"""Every figure of docs/scale.md follows from docs/scale.json, and what is computed there follows from what was measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import app
from bench.scale import scale_page
from bench.scale.__main__ import derive

ROOT = Path(app.__file__).parent
PAGE = (ROOT / "docs" / "scale.md").read_text()
TOLD: dict[str, Any] = json.loads((ROOT / "docs" / "scale.json").read_text())


def near(found: Any, known: Any, at: str = "") -> None:
    """The same but for the last digits that another machine's arithmetic may give."""
    if isinstance(known, dict):
        assert found.keys() == known.keys(), at
        for key in known:
            near(found[key], known[key], f"{at}/{key}")
    elif isinstance(known, list):
        assert len(found) == len(known), at
        for one, other in zip(found, known, strict=True):
            near(one, other, at)
    elif isinstance(known, int | float) and not isinstance(known, bool):
        assert found == pytest.approx(known, rel=0.01, abs=1), at
    else:
        assert found == known, at


def test_each_block_says_what_the_results_say() -> None:
    assert scale_page.fill(PAGE, scale_page.blocks(TOLD)) == PAGE
    assert {match["name"] for match in scale_page.BLOCK.finditer(PAGE)} == set(scale_page.blocks(TOLD))


def test_a_figure_that_is_changed_by_hand_is_noticed() -> None:
    changed = PAGE.replace("| **total** | **", "| **total** | **9", 1)
    assert changed != PAGE
    assert scale_page.fill(changed, scale_page.blocks(TOLD)) == PAGE


def test_play_and_prices_follow_from_what_was_measured() -> None:
    again = json.loads(json.dumps(derive(TOLD["measured"])))
    kept = dict(TOLD["costs"], idle_a_month=None)  # alarms come and go; what they cost is held in tests/bench
    near(dict(again["costs"], idle_a_month=None), kept)
    near({key: again[key] for key in ("needs", "simulated")}, {key: TOLD[key] for key in ("needs", "simulated")})


def test_the_readme_tells_the_headlines_of_the_page() -> None:
    readme = (ROOT / "README.md").read_text()
    assert scale_page.blocks(TOLD)["headlines"] in readme
    assert scale_page.fill(readme, scale_page.blocks(TOLD)) == readme


def test_the_flat_reads_are_flat_in_the_committed_results() -> None:
    first, *later = [size for size in TOLD["measured"]["growth"] if size["signatures"] >= 10_000]
    for size in later:
        for name, read in size["reads"].items():
            known = first["reads"][name]
            assert read["calls"] == known["calls"], name
            assert abs(read["units"] - known["units"]) <= 1.5, name


def test_numbers_in_the_prose_follow_from_the_results() -> None:
    needs, growth = TOLD["needs"], TOLD["measured"]["growth"]
    template = json.loads((ROOT / ".chalice" / "resources.json").read_text())["Parameters"]
    mailers, rate = template["MailConcurrency"]["Default"], template["ApiRate"]["Default"]
    sent = round(mailers / needs["mail_seconds"])
    advice = PAGE[PAGE.index("## What it means for you") : PAGE.index("How far to trust")]
    deploying, operations = ((ROOT / "docs" / name).read_text() for name in ("deploying.md", "operations.md"))
    assert f"the {mailers} of the template send {sent}," in advice
    assert f"the template's {mailers} mailers send about {sent} a second" in deploying
    assert f"lets {rate:,} requests a second through" in advice
    requests = needs["requests_to_sign"] + needs["requests_to_confirm"]
    assert f"the forms take {rate // requests} signatures a second" in advice
    walked = growth[-1]["verify"]["reads"] / growth[-1]["signatures"]
    assert f"about {walked:.2f} read units per signature" in " ".join(operations.split())


def test_the_fixed_costs_in_words_are_those_of_the_table() -> None:
    lines = TOLD["costs"]["idle_a_month"]

    def dollars(when: set[str], key: str) -> str:
        return f"{sum(one[key] for one in lines if one['when'] in when):.2f}"

    asleep, alarmed = {"always"}, {"always", "`AlarmTopic`"}
    readme, deploying, operations = (
        " ".join((ROOT / name).read_text().split()) for name in ("README.md", "docs/deploying.md", "docs/operations.md")
    )
    assert f"a sleeping stack costs {dollars(asleep, 'after_free')} dollars a month" in readme
    assert f"{dollars(alarmed, 'after_free')} with its alarms" in readme
    assert f"{dollars(asleep, 'after_free')} USD a month" in deploying
    assert f"{dollars(alarmed, 'after_free')} USD with alarms" in deploying
    assert f"{dollars(asleep, 'dollars')} and {dollars(alarmed, 'dollars')} USD where" in deploying
    assert f"A zone in Route 53 adds {dollars({'`HostedZone`'}, 'after_free')} USD" in deploying
    assert f"the firewall (`FirewallRate`) {float(dollars({'`FirewallRate`'}, 'dollars')):g} USD" in deploying
    (alarms,) = (one for one in lines if one["when"] == "`AlarmTopic`")
    assert f"They look at {alarms['units']:g} metrics" in operations
    assert f"each of the {alarms['units']:g} metrics" in deploying
    (polls,) = (one for one in lines if one["what"].startswith("waiting for messages"))
    assert f"That is {polls['units'] / 1e6:.1f} million requests" in PAGE


def test_what_a_flood_costs_in_words_is_what_the_tables_say() -> None:
    flood = TOLD["costs"]["flood_a_day"]
    by_rate = {one["rate"]: one for one in flood["by_rate"]}
    template = json.loads((ROOT / ".chalice" / "resources.json").read_text())["Parameters"]
    assert flood["rate"] == template["ApiRate"]["Default"]
    deploying, decisions, page = (
        " ".join(text.split())
        for text in ((ROOT / "docs/deploying.md").read_text(), (ROOT / "docs/decisions.md").read_text(), PAGE)
    )
    a_million = flood["a_million"]
    assert f"A million pages cost {a_million['pages']} dollars, a million such forms {a_million['forms']}" in page
    assert f"at most {flood['emails_a_day']} dollars a day with the two mailers" in page
    assert f"`FirewallRate`, here {flood['firewall_rate']:,} requests in five minutes" in page
    ours = by_rate[flood["rate"]]
    least, most = round(ours["pages"], -1), 5 * -(-ours["forms"] // 5)
    for text in (deploying, decisions):
        assert f"{least:g} to {most:g}" in text
    assert f"it cost {by_rate[2000]['pages']:.0f} and more" in decisions
    signatures = flood["rate"] // 5 * 3600
    assert f"{signatures:,} an hour" in page
    assert f"{signatures:,} confirmed signatures an hour" in deploying
    assert f"with bursts of {template['ApiBurst']['Default']} " in deploying
