"""Each function has the memory that its goal asks for, and no more; the figures are those of docs/scale.json."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from bench.scale import costs, memory

ROOT = Path(costs.__file__).parents[2]
MEASURED: dict[str, Any] = json.loads((ROOT / "docs" / "scale.json").read_text())["measured"]
FUNCTIONS = {name.removesuffix("_handler") for name in costs.CONFIG["lambda_functions"]}


def test_every_function_has_a_goal_and_was_measured() -> None:
    advice = "give it a goal and a first event in bench/scale/memory.py, then run python -m bench.scale --quick"
    assert set(memory.GOALS) == FUNCTIONS, advice
    assert set(MEASURED["memory"]) == FUNCTIONS, advice


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_it_has_the_cheapest_memory_that_meets_its_goal(function: str) -> None:
    chosen = memory.cheapest(function, MEASURED)
    assert costs.memory_of(function) == chosen
    assert memory.seconds_at(function, chosen, MEASURED) <= memory.GOALS[function].seconds
    assert chosen >= 2 * memory.used(function, MEASURED)


def changed(function: str, **facts: float) -> dict[str, Any]:
    measured = copy.deepcopy(MEASURED)
    measured["memory"][function].update(facts)
    return measured


def test_who_uses_more_or_takes_longer_gets_more() -> None:
    assert memory.cheapest("mail", changed("mail", peak_mb=129)) == 384
    assert memory.cheapest("mail", changed("mail", cold_cpu_ms=1300)) == 512
    with pytest.raises(StopIteration):
        memory.cheapest("api", changed("api", cold_cpu_ms=5000))


def test_work_costs_the_same_at_every_size_and_waiting_by_memory() -> None:
    measured = copy.deepcopy(MEASURED)
    for phase in measured["life"]["together"]["phases"].values():
        for facts in phase["functions"].values():
            facts["calls"] = {}
    assert memory.dollars("mail", 256, measured) == pytest.approx(memory.dollars("mail", 1024, measured))
    assert memory.dollars("mail", 1024, MEASURED) > 2 * memory.dollars("mail", 256, MEASURED)
    assert memory.slower(1769) == memory.slower(3538) == 1.0
