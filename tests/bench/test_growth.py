"""Reads cost the same however many signatures there are, to the call and the unit; so does signing."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from bench.instruments import scenario
from bench.instruments.call_counter import Count, counting_calls
from bench.scale import growth, synthetic_signatures
from bench.scale.synthetic_signatures import Crowd
from chalicelib.domain.counting.contributions import recount
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.signatures.signature_items import read
from chalicelib.wiring import wiring
from tests.kit.dynoxide_server import a_dynoxide
from tests.kit.world import World, a_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SMALL, LARGE = 2000, 6000
# These read the tallies, and a number takes a byte more for two digits more: half a unit at most.
BY_TALLIES = 0.5


@contextmanager
def a_crowd(folder: Path, size: int, patch: pytest.MonkeyPatch) -> Iterator[tuple[Crowd, Count, World]]:
    """A deployment whose campaign has `size` signatures."""
    patch.setattr(synthetic_signatures, "ITEMS_PER_FILE", 700)  # several files: nobody may be lost between two
    crowd = Crowd(scenario.CAMPAIGN, growth.SECRETS.pepper, size)
    crowd.write_database(folder, growth.TABLE, growth._properties())
    with (
        a_dynoxide(folder / "dynamo.db") as tables_at,
        counting_calls() as count,
        a_world(patch, tables_at=tables_at) as world,
    ):
        scenario.use_secrets(wiring(), growth.SECRETS)
        reply = world.admin("PUT", f"/admin/campaigns/{scenario.CAMPAIGN}", scenario.document())
        assert reply.status == 201, reply.text
        crowd.write_tallies(wiring().tallies)
        yield crowd, count, world


def costs(folder: Path, size: int, patch: pytest.MonkeyPatch) -> dict[str, dict[str, float]]:
    with a_crowd(folder, size, patch) as (crowd, count, world):
        reader = growth.Reader(world.gateway.handle, world.admin_key)
        found = {name: growth.cost(count, one) for name, one in growth.reads(reader, crowd.addresses()).items()}
        assert wiring().tally_projector.verify(scenario.CAMPAIGN) == []
        return {**found, "sign": growth._sign(count, reader, size)}


@pytest.mark.engine
def test_reads_and_signing_cost_the_same_at_any_size(tmp_path: Path) -> None:
    found = []
    for size in (SMALL, LARGE):
        with pytest.MonkeyPatch.context() as patch:
            found.append(costs(tmp_path / str(size), size, patch))
    small, large = found
    assert small["sign"] == large["sign"] == {"calls": 1, "units": 2.0}
    assert {name: one["calls"] for name, one in small.items()} == {name: one["calls"] for name, one in large.items()}
    more = {name: large[name]["units"] - small[name]["units"] for name in small}
    assert {name: n for name, n in more.items() if abs(n) > BY_TALLIES} == {}
    assert large["page of 50"]["calls"] <= 2 + 16
    assert large["page of 50, one country"]["units"] < 250


def test_a_crowd_knows_the_counters_that_a_recount_finds() -> None:
    crowd = Crowd("peru", b"pepper", 3000, buckets=4)
    by_bucket: dict[int, list[dict[str, Any]]] = {bucket: [] for bucket in range(4)}
    for stored in crowd.items():
        by_bucket[item_keys.parse_partition(stored["pk"])[1]].append(stored)
    for bucket, items in by_bucket.items():
        assert crowd.tally(bucket) == recount(map(read, items))
    states = Counter(stored["state"] for items in by_bucket.values() for stored in items)
    assert states == {"confirmed": 2340, "pending": 570, "withdrawn": 90}


def test_an_item_weighs_what_dynamodb_says_it_weighs() -> None:
    # AWS, "DynamoDB item sizes": names and text as UTF-8, a truth 1, a number a byte for two digits and one more.
    assert synthetic_signatures.item_bytes({"ab": "ñ", "yes": True, "n": 1234}) == (2 + 2) + (3 + 1) + (1 + 4)
    assert synthetic_signatures.item_bytes({"l": ["ab"]}) == 1 + 3 + 1 + 2


def test_a_size_of_which_a_part_is_missing_is_left_out() -> None:
    lines = '{"signatures": 1}\n{"reads": {}}\n{"sign": {}}\n{"signatures": 2}\n{"reads": {}}\n'
    assert growth.parse_output(lines) == [{"signatures": 1, "reads": {}, "sign": {}}]
