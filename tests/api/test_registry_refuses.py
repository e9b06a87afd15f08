"""When the Registry refuses to be read, signing goes on with what is known; and a large campaign's counts cost one small read."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.errors import Unavailable
from chalicelib.services.cache import Cache
from chalicelib.services.campaigns import campaign_reader
from chalicelib.storage.dynamodb.table import Table
from chalicelib.wiring import wiring
from tests.kit.factories import NOW

if TYPE_CHECKING:
    from datetime import datetime

    from tests.kit.world import World

PAGE = {"accept": "text/html"}


class Refusing:
    """Lets the Registry refuse everything while `is_on`, and counts what was asked of it meanwhile."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_on = False
        self.asked = 0
        original: Any = Table._call

        def call(table: Any, operation: str, **request: Any) -> Any:
            if self.is_on and table._name == world.resources.registry_table:
                self.asked += 1
                raise Unavailable
            return original(table, operation, **request)

        monkeypatch.setattr(Table, "_call", call)


@pytest.fixture
def registry(world: World, monkeypatch: pytest.MonkeyPatch) -> Refusing:
    world.publish(listed=True)
    for path in ("/campaigns/peru", "/"):
        assert world.get(path).status == 200
    return Refusing(world, monkeypatch)


def answers(world: World, number: int) -> set[int]:
    """The statuses of what signers and visitors ask for."""
    return {
        world.sign(email=f"n{number}@example.org").status - 1,
        world.get("/campaigns/peru/count").status,
        world.get("/campaigns/peru").status,
        world.get("/sign/peru", **PAGE).status,
        world.get("/", **PAGE).status,
    }


def test_a_known_campaign_takes_signatures_for_five_minutes(world: World, registry: Refusing) -> None:
    registry.is_on = True
    for number, seconds in enumerate((31, 60, 120, 80)):
        world.later(seconds=seconds)
        assert answers(world, number) == {200}
    assert registry.asked, "it is tried all the same"
    world.later(seconds=10)
    assert answers(world, 9) == {503, 502}, "after five minutes nothing is known any more"
    registry.is_on = False
    assert answers(world, 10) == {200}
    assert len(world.signatures()) == 5


def test_a_container_that_knows_nothing_says_so(world: World, registry: Refusing) -> None:
    registry.is_on = True
    world.cold_start()
    assert world.sign().status == 503
    assert world.get("/campaigns/peru/count").status == 503


def test_a_container_whose_first_read_was_refused_asks_for_the_sum(
    large: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    public_count(large)
    large.later(seconds=11)
    public_count(large)  # keeps the sum
    refusing = Refusing(large, monkeypatch)
    large.cold_start()
    refusing.is_on = True
    assert large.get("/campaigns/peru/count").status == 503
    refusing.is_on = False
    with large.counting():
        assert public_count(large) == 3
    assert registry_calls(large) == ["Query"]


def test_a_registry_that_refuses_is_not_asked_by_every_request(world: World, registry: Refusing) -> None:
    registry.is_on = True
    world.later(seconds=31)
    for number in range(20):
        world.sign(email=f"n{number}@example.org")
    assert registry.asked == 1
    world.later(seconds=4.9)
    world.sign(email="late@example.org")
    assert registry.asked == 1
    world.later(seconds=0.2)
    world.sign(email="later@example.org")
    assert registry.asked == 2


def test_what_was_changed_meanwhile_holds_as_soon_as_it_can_be_read(world: World, registry: Refusing) -> None:
    world.publish(state="closed")
    wiring().campaign_reader._snapshots.put("peru", _as_open(world))
    registry.is_on = True
    world.later(seconds=31)
    assert world.sign().status == 201
    registry.is_on = False
    world.later(seconds=5)
    assert world.sign(email="late@example.org").status == 409


def _as_open(world: World) -> Any:
    from dataclasses import replace

    from chalicelib.domain.campaigns.campaign import CampaignState

    snapshot = wiring().campaign_reader.get_fresh_snapshot("peru")
    assert world.counts()["signatures"]["confirmed"] == 0
    return replace(snapshot, campaign=replace(snapshot.campaign, state=CampaignState.OPEN))


def test_organisers_are_never_shown_what_may_be_old(world: World, registry: Refusing) -> None:
    key = "/admin/campaigns/peru"
    assert world.admin("GET", key).status == 200
    registry.is_on = True
    assert [world.admin("GET", f"{key}{path}").status for path in ("", "/counts")] == [503, 503]


def test_a_thousand_containers_that_began_together_do_not_read_together() -> None:
    dice = random.Random(14)  # noqa: S311 - no secret
    now = NOW
    caches: list[Cache[str, int]] = [Cache(30, lambda: now, spread=0.3, dice=dice.random) for _ in range(1000)]
    reads: Counter[int] = Counter()
    for second in range(60):
        now = NOW + timedelta(seconds=second)
        for cache in caches:
            if cache.find("peru") is None:
                cache.put("peru", 1)
                reads[second] += 1
    later = {second: n for second, n in reads.items() if second}
    assert max(later.values()) <= 150
    assert min(later) >= 21


@pytest.mark.parametrize(("dice", "fresh"), [(0.0, 10), (0.5, 8.5), (1.0, 7)])
def test_a_value_is_fresh_for_up_to_its_time_and_never_longer(dice: float, fresh: float) -> None:
    moment: list[datetime] = [NOW]
    cache: Cache[str, int] = Cache(10, lambda: moment[0], spread=0.3, dice=lambda: dice)
    cache.put("a", 1)
    moment[0] = NOW + timedelta(seconds=fresh - 0.01)
    assert cache.find("a") == 1
    moment[0] = NOW + timedelta(seconds=fresh)
    assert cache.find("a") is None
    assert cache.find_older("a", max_age_seconds=60, again_after_seconds=5) == 1
    assert cache.find("a") == 1, "nobody tries again at once"
    moment[0] += timedelta(seconds=5 * (1 - 0.3 * dice))
    assert cache.find("a") is None
    moment[0] = NOW + timedelta(seconds=60)
    assert cache.find_older("a", max_age_seconds=60, again_after_seconds=5) is None


# --- large campaigns


@pytest.fixture
def large(real_world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(campaign_reader, "LARGE", 10)
    real_world.publish(confirmation="single")
    for number in range(3):
        real_world.sign(email=f"n{number}@example.org")
    real_world.drain()
    real_world.cold_start()
    return real_world


def public_count(world: World) -> int:
    reply = world.get("/campaigns/peru/count")
    assert reply.status == 200, reply.text
    found: int = reply.json["count"]
    return found


def registry_calls(world: World) -> list[str]:
    return [one["operation"] for one in world.units if one["capacity"]["TableName"] == world.resources.registry_table]


def test_containers_share_one_sum_and_one_of_them_renews_it(large: World) -> None:
    assert public_count(large) == 3, "one call reads everything, and shows that it is large"
    large.later(seconds=11)
    with large.counting():
        public_count(large)
    assert registry_calls(large) == ["Query", "Query", "PutItem"], "no sum yet: it is added up and kept"
    first = wiring().campaign_reader
    large.cold_start()
    public_count(large)
    large.later(seconds=3)
    wiring().campaign_reader._recent_snapshots.remove("peru")
    with large.counting():
        assert public_count(large) == 3
    assert registry_calls(large) == ["Query"]
    large.later(seconds=2)
    with large.counting():
        for reader in (first, wiring().campaign_reader):
            reader._recent_snapshots.remove("peru")
            assert reader.get_recent_snapshot("peru").public_count == 3
    assert Counter(registry_calls(large)) == {"Query": 3, "UpdateItem": 1, "PutItem": 1}, "the second reads the new sum"


def test_while_one_adds_up_the_others_take_the_old_sum_until_it_is_too_old(large: World) -> None:
    public_count(large)
    large.later(seconds=11)
    public_count(large)  # the sum of now
    reader, sums = wiring().campaign_reader, wiring().campaign_reader.sums
    large.later(seconds=5)
    _, old = reader.store.get_with_sum("peru")
    assert sums.is_to_be_renewed("peru", old, large.now), "the first one claims it"
    assert not sums.is_to_be_renewed("peru", old, large.now), "the second does not"
    large.later(seconds=2.1)
    assert sums.is_to_be_renewed("peru", old, large.now), "the first one is gone"
    large.later(seconds=1)
    assert sums.is_to_be_renewed("peru", old, large.now), "too old to be used by anybody"
    assert not sums.is_to_be_renewed("peru", reader.store.get_with_sum("peru")[1], large.now - timedelta(seconds=5))


def test_a_large_campaigns_public_count_is_exact_ten_seconds_later(large: World) -> None:
    for number in range(20):
        large.sign(email=f"m{number}@example.org")
        large.drain()
        large.later(seconds=10)
        assert public_count(large) == 4 + number
        assert large.counts()["signatures"]["confirmed"] == 4 + number, "organisers' are never those of a sum"


def test_a_sum_costs_a_fraction_of_what_the_buckets_cost(large: World) -> None:
    for bucket in range(4):
        padding = {f"source:s{number}": {"N": "1"} for number in range(1200)}
        key = {"pk": {"S": "campaign#peru"}, "sk": {"S": f"tally#{bucket:02}"}}
        large.session.client("dynamodb").put_item(TableName=large.resources.registry_table, Item={**key, **padding})

    def units() -> float:
        wiring().campaign_reader._recent_snapshots.remove("peru")
        with large.counting():
            public_count(large)
        return sum(float(one["capacity"]["CapacityUnits"]) for one in large.units if one["operation"] == "Query")

    whole = units()
    large.later(seconds=11)
    units()
    assert units() < whole / 3
    assert wiring().campaign_reader.get_recent_snapshot("peru").tally.count("source:s7") == 4


def test_a_deleted_campaign_leaves_no_sum(large: World) -> None:
    large.publish("gone")
    sums = wiring().campaign_reader.sums
    sums.save("gone", wiring().tallies.get("peru"), as_of=large.now)
    sums.is_to_be_renewed("gone", None, large.now)
    assert large.admin("DELETE", "/admin/campaigns/gone").status == 204
    assert not [item for item in large.items(large.resources.registry_table) if item["pk"]["S"].endswith("#gone")
                and item["pk"]["S"].startswith(("sum", "campaign"))]  # fmt: skip


def test_an_older_sum_never_replaces_a_newer_one(large: World) -> None:
    sums, tally = wiring().campaign_reader.sums, wiring().tallies.get("peru")
    sums.save("peru", tally, as_of=large.now)
    sums.save("peru", type(tally)({"state:confirmed": 1}), as_of=large.now - timedelta(seconds=1))
    _, found = wiring().campaign_reader.store.get_with_sum("peru")
    assert found is not None
    assert found.tally.confirmed == 3


def test_emails_about_a_large_campaign_are_sent_and_reported_by_functions_that_only_read(large: World) -> None:
    large.publish(confirmation="double")
    sent = len(large.ses.sent)
    for number in range(3):
        assert large.sign(email=f"large{number}@example.org").status == 201
        large.later(seconds=40)  # the mailer reads the campaign again, and its sum is too old
        large.drain()
    assert len(large.ses.sent) == sent + 3
    assert large.permissions.denied == []


def test_a_campaign_alone_is_read_without_adding_up_and_kept(large: World) -> None:
    reader = wiring().campaign_reader
    public_count(large)
    large.later(seconds=40)
    with large.counting():
        assert {reader.get("peru").id for _ in range(3)} == {"peru"}
    assert registry_calls(large) == ["Query"]
    assert large.admin("PATCH", "/admin/campaigns/peru", {"goal": 77}, if_match="*").status == 200
    assert reader.get("peru").goal == 77


def test_a_large_campaign_that_cannot_be_read_is_served_as_it_was(
    large: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = wiring().campaign_reader
    public_count(large)
    large.later(seconds=40)
    refusing = Refusing(large, monkeypatch)
    refusing.is_on = True
    assert reader.get("peru").id == "peru"
    large.later(seconds=301)
    with pytest.raises(Unavailable):
        reader.get("peru")
