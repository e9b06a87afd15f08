"""Prices: every amount has one, durations are billed by share of a core, and nothing in the files is without its source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench.scale import costs

ROOT = Path(costs.__file__).parents[2]


def facts(**changes: Any) -> dict[str, Any]:
    some = {"invocations": 1.0, "records": 1.0, "cpu_ms": 10.0, "log_bytes": 1000, "calls": {"UpdateItem": 1.0}}
    return {
        **some,
        "reads_signatures": 0.0,
        "reads_registry": 0.0,
        "writes_signatures": 2.0,
        "writes_registry": 0.0,
        **changes,
    }


def a_life() -> dict[str, Any]:
    sign = {"functions": {"api": facts()}, "sent_bytes": 1000}
    after = {
        "functions": {
            "project": facts(calls={"UpdateItem": 1.0, "SendMessageBatch": 0.1}),
            "mail": facts(invocations=0.1, calls={"SendEmail": 1.0}),
            "feedback": facts(),
        },
        "sent_bytes": 0,
    }
    return {"phases": {"sign": sign, "count and mail": after}}


def test_a_function_with_a_share_of_a_core_is_billed_for_its_slowness_and_its_waiting() -> None:
    wait = costs.LIMITS["assumed"]["dynamodb_wait_ms"]["value"]
    assert costs.memory_of("api") == 512
    assert costs.billed_ms("api", facts()) == pytest.approx(10 * 1769 / 512 + wait)
    assert costs.billed_ms("export", facts()) == pytest.approx(10 + wait)  # a whole core, and more does not help


def test_amounts_are_those_of_all_functions() -> None:
    found = costs.amounts(a_life(), item_bytes=500)
    assert found["lambda"]["requests"] == pytest.approx(3.1)
    assert found["dynamodb"]["write_units"] == 8
    assert found["sqs"]["requests"] == pytest.approx(0.1 + 2 * 0.1)
    assert found["ses"] == {"mails": 1.0}
    assert found["data_out"]["gb"] == pytest.approx(1000 / 1e9)


def test_a_million_costs_a_thousand_thousands_and_a_mail_its_price() -> None:
    found = costs.amounts(a_life(), item_bytes=500)
    thousand, million = costs.priced(found, 1000), costs.priced(found, 1_000_000)
    assert million["ses"] == pytest.approx(100)
    assert sum(million.values()) == pytest.approx(1000 * sum(thousand.values()), rel=0.01)


def test_every_price_and_limit_says_whence_and_whether_it_was_seen() -> None:
    for service, entries in costs.PRICES.items():
        if isinstance(entries, dict):
            assert entries["source"].startswith("https://"), service
            priced = [one for name, one in entries.items() if name not in {"source", "read_on"}]
            assert all({"price", "per", "seen"} == set(one) - {"free_a_month"} for one in priced), service
    for group, limits in costs.LIMITS.items():
        if isinstance(limits, dict):
            wanted = {"value", "says"} if group == "assumed" else {"value", "says", "source", "seen"}
            assert all(set(one) == wanted for one in limits.values()), group
