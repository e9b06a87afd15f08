"""What is unlikely: more than half of enough signatures, and nothing that a campaign is used to."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.abuse.anomalies import Anomaly, find_anomalies
from chalicelib.domain.counting.tallies import Tally
from tests.kit.factories import a_signature

USED_TO = Tally({"state:confirmed": 200, "source:news": 150, "source:flyer": 10})


def some(count: int, **facts: Any) -> list[Any]:
    return [a_signature(id=f"{number:032}", **{"email": "a@gmail.com", **facts}) for number in range(count)]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (some(40, network="n"), []),  # too few to say anything
        (some(30, network="n") + some(30, network="m"), []),  # a half is not more than a half
        (some(31, network="n") + some(29, network="m"), [Anomaly("network", 0.52, 60, "n")]),
        (some(60, email="a@flood.example"), [Anomaly("domain", 1.0, 60)]),  # it may be somebody's own: not named
        (some(60), []),
        (some(60, source="news"), []),  # as always
        (some(60, source="flyer"), [Anomaly("source", 1.0, 60, "flyer")]),
    ],
)
def test_only_an_unlikely_share_is_told(found: list[Any], expected: list[Anomaly]) -> None:
    assert list(find_anomalies(found, USED_TO)) == expected


def test_a_campaign_with_one_source_has_one_source() -> None:
    assert list(find_anomalies(some(60, source="flyer"), Tally({"state:confirmed": 10}))) == []
