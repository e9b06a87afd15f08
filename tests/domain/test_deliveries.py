"""Which signatures were counted in what was handed over: those that counted when that day ended where the campaign is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.campaigns import deliveries
from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.signatures.mail_marks import Marks
from chalicelib.domain.signatures.signature import SignatureState
from tests.kit.factories import CONFIRMED, PENDING, WITHDRAWN, a_campaign, a_signature

if TYPE_CHECKING:
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.signatures.signature import Signature

DAY = "2026-05-03"
# The day's last moment in Lima, which is five hours behind UTC.
END = datetime(2026, 5, 4, 5, 0, tzinfo=UTC)
BEFORE, AFTER = END - timedelta(seconds=1), END
LONG_AGO = END - timedelta(days=30)


def counted_in(campaign: Campaign, signature: Signature) -> tuple[deliveries.Delivery, ...]:
    return deliveries.counted_in(campaign.delivered, signature, campaign.zone)


def is_counted(**facts: Any) -> bool:
    campaign = a_campaign(delivered=[{"target": "Congress", "date": DAY}], time_zone="America/Lima")
    facts = {"state": CONFIRMED, "signed_at": LONG_AGO, "confirmed_at": LONG_AGO, **facts}
    return counted_in(campaign, a_signature(**facts)) == campaign.delivered


@pytest.mark.parametrize(
    ("facts", "counted"),
    [
        ({}, True),
        ({"confirmed_at": BEFORE}, True),
        ({"confirmed_at": AFTER}, False),  # signed before, confirmed afterwards
        ({"state": PENDING, "confirmed_at": None}, False),
        ({"state": SignatureState.EXTERNAL, "confirmed_at": None, "signed_at": BEFORE}, True),
        ({"state": SignatureState.EXTERNAL, "confirmed_at": None, "signed_at": AFTER}, False),
        ({"state": WITHDRAWN, "withdrawn_at": BEFORE}, False),
        ({"state": WITHDRAWN, "withdrawn_at": AFTER}, True),
        ({"state": WITHDRAWN, "withdrawn_at": AFTER, "confirmed_at": AFTER}, False),
        ({"restored_at": BEFORE}, True),  # away before, back in time
        ({"restored_at": END + timedelta(hours=1)}, False),  # perhaps away just then
        ({"restored_at": END + timedelta(days=2)}, True),
        ({"marks": Marks(held="honeypot")}, False),
    ],
)
def test_it_was_counted_if_it_counted_when_the_day_ended(facts: dict[str, Any], counted: bool) -> None:
    assert is_counted(**facts) is counted


def test_the_days_end_is_the_campaigns() -> None:
    delivered = [{"target": "Congress", "date": DAY}]
    signature = a_signature(state=CONFIRMED, signed_at=BEFORE, confirmed_at=BEFORE)
    assert counted_in(a_campaign(delivered=delivered, time_zone="America/Lima"), signature)
    assert not counted_in(a_campaign(delivered=delivered, time_zone="Europe/Madrid"), signature)


def test_the_newest_is_the_first_and_only_later_ones_have_later_signatures() -> None:
    days = ["2026-05-03", "2026-09-01", "2026-01-10"]
    campaign = a_campaign(delivered=[{"target": f"To {day}", "date": day} for day in days])
    assert [one.date.isoformat() for one in campaign.delivered] == sorted(days, reverse=True)
    signature = a_signature(state=CONFIRMED, confirmed_at=datetime(2026, 6, 1, tzinfo=UTC))
    assert [one.target for one in counted_in(campaign, signature)] == ["To 2026-09-01"]
    assert counted_in(campaign.as_test(), signature) == ()


def test_whom_the_campaign_addresses_is_called_by_their_name_in_the_language() -> None:
    campaign = a_campaign(targets=[{"name": "Congress", "names": {"es": "Congreso"}}])
    assert campaign.target_in("Congress", "es") == "Congreso"
    assert campaign.target_in("The mayor", "es") == "The mayor"
    assert replace(campaign, targets=()).target_in("Congress", "es") == "Congress"


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"target": ""}, "target", "missing"),
        ({"target": "\u200b"}, "target", "missing"),
        ({"target": "x" * 201}, "target", "too_long"),
        ({"target": "a\nb\x00"}, "target", "control_characters"),
        ({"date": "3 May"}, "date", "bad_day"),
        ({"date": "2026-02-30"}, "date", "bad_day"),
        ({"date": 20260503}, "date", "bad_day"),
        ({"words": {"en": "x" * 501}}, "words.en", "too_long"),
        ({"words": {"??": "x"}}, "words.??", "bad_language"),
        ({"url": "http://example.org"}, "url", "not_https"),
        ({"url": "javascript:alert(1)"}, "url", "bad_url"),
        ({"more": 1}, "more", "unknown_field"),
    ],
)
def test_what_is_wrong_is_told_in_its_place(wrong: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        a_campaign(delivered=[{"target": "Congress", "date": DAY, **wrong}])
    assert [(one.field, one.code) for one in refused.value.errors] == [(f"delivered.0.{field}", code)]


def test_there_are_at_most_twenty() -> None:
    one = {"target": "Congress", "date": DAY}
    assert len(a_campaign(delivered=[one] * 20).delivered) == 20
    with pytest.raises(InvalidFields) as refused:
        a_campaign(delivered=[one] * 21)
    assert [(one.field, one.code) for one in refused.value.errors] == [("delivered", "too_many_entries")]
