"""DynamoDB ends a bucket at 10 GB: operators are told at half, at no cost, and a signer is told when it is over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.domain.counting.bucket_capacity import SIGNATURE_BYTES, bucket_fill_percent
from chalicelib.domain.counting.tallies import Tally
from chalicelib.storage.dynamodb.item_values import item_bytes
from chalicelib.wiring import wiring
from local.aws.template import PATH
from tests.kit.factories import a_form

if TYPE_CHECKING:
    from tests.kit.world import World


@pytest.mark.parametrize(
    ("counters", "buckets", "percent"),
    [
        ({"state:confirmed": 99_999}, 1, 0),
        ({"state:confirmed": 100_000}, 1, 1),
        ({"state:confirmed": 4_999_999}, 1, 49),
        ({"state:confirmed": 5_000_000}, 1, 50),
        ({"state:confirmed": 5_000_000}, 2, 25),
        ({"state:pending": 1_000_000, "state:confirmed": 2_000_000, "state:external": 1_000_000, "held:honeypot": 1_000_000}, 1, 50),
        ({"event:withdrawn": 9_000_000, "held:network": 9_000_000, "day:2026-11-23": 9_000_000}, 1, 0),
        ({}, 16, 0),
    ],
)  # fmt: skip
def test_it_counts_what_is_stored_in_each_bucket(counters: dict[str, int], buckets: int, percent: int) -> None:
    assert bucket_fill_percent(Tally(counters), buckets) == percent


def test_a_signature_with_all_that_is_asked_for_takes_about_what_is_estimated(world: World) -> None:
    world.sign_and_confirm(public=True, consents=["wbw", "cidydh"], source="newsletter-of-november", utm_source="mail",
                           referrer="https://www.worldbeyondwar.example/no-troops-in-peru", organization="Sindicato",
                           **{"custom.chapter": "Lima"})  # fmt: skip
    (item,) = world.signatures()
    flat: dict[str, Any] = {name: json.dumps(value) for name, value in item.items() if "S" not in value}
    flat |= {name: value["S"] for name, value in item.items() if "S" in value}
    index_entry = item_bytes({name: flat[name] for name in ("pk", "sk", "signed_at")})
    # Each item and each entry of an index weighs 100 bytes more (AWS, "DynamoDB item sizes and formats").
    size = item_bytes(flat) + 100 + index_entry + 100
    assert 700 < size <= 1.2 * SIGNATURE_BYTES


def fills(err: str) -> dict[str, int]:
    lines = [json.loads(line) for line in err.splitlines() if '"bucket_fill"' in line]
    return {line["campaign"]: line["bucket_fill"] for line in lines}


def test_the_hourly_run_says_how_full_the_buckets_of_open_campaigns_are_and_reads_nothing_for_it(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    def run() -> tuple[dict[str, int], dict[str, int]]:
        with world.counting() as calls:
            wiring().anomaly_detection.run()
        return fills(capfd.readouterr().err), dict(calls)

    for name in ("full", "small", "over"):
        world.publish(name, buckets=1)
    told, before = run()
    assert told == {}
    for name, n in (("full", 5_200_000), ("small", 99_000), ("over", 9_000_000)):
        wiring().registry.update(f"campaign#{name}", "tally#00", "ADD #c :n", values={":n": n},
                                 aliases={"#c": "state:confirmed"})  # fmt: skip
    world.publish("over", buckets=1, state="closed")
    # A closed one is not looked at: neither its counts nor its newest.
    assert run() == ({"full": 52}, {**before, "Query": before["Query"] - 2})


def test_the_alarm_rings_at_half() -> None:
    alarm = json.loads(PATH.read_text())["Resources"]["BucketFillAlarm"]["Properties"]
    assert (alarm["MetricName"], alarm["Statistic"], alarm["Threshold"]) == ("bucket_fill", "Maximum", 50)
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"


def test_a_full_bucket_is_answered_as_unavailable(world: World) -> None:
    def full(**_: Any) -> None:
        response: Any = {"Error": {"Code": "ItemCollectionSizeLimitExceededException", "Message": "Collection size exceeded."},
                         "ResponseMetadata": {"HTTPStatusCode": 400}}  # fmt: skip
        raise ClientError(response, "UpdateItem")

    world.sign(email="other@example.org")
    wiring().dynamodb.meta.events.register_first("before-call.dynamodb.UpdateItem", full, unique_id="full")
    reply = world.post_json("/campaigns/peru/signatures", a_form())
    wiring().dynamodb.meta.events.unregister("before-call.dynamodb.UpdateItem", unique_id="full")
    assert (reply.status, reply.json["code"]) == (503, "unavailable")
    assert len(world.signatures()) == 1
