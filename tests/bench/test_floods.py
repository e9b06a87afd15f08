"""What a flood costs: the rate decides it, the firewall costs by what it looks at, and accepted forms cost more than pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import app
from bench.scale import floods
from bench.scale.costs import price
from tests.bench.test_costs import a_life

TEMPLATE: dict[str, Any] = json.loads((Path(app.__file__).parent / ".chalice" / "resources.json").read_text())
DAY = 86_400


def the_floods(rate: int = 50, mailers: int = 2) -> dict[str, Any]:
    parameters = {"ApiRate": {"Default": rate}, "MailConcurrency": {"Default": mailers}}
    return floods.floods({"Parameters": parameters}, a_life(), mail_seconds=0.2)


def test_above_the_rate_it_makes_no_difference_how_much_is_sent() -> None:
    ten, hundred, thousand, _ = (one["plain"] for one in the_floods()["by_sent"])
    assert hundred == thousand == pytest.approx(5 * ten, rel=0.01)
    page = floods.page_dollars(a_life())
    assert hundred == pytest.approx(50 * DAY * page, rel=0.01)


def test_the_firewall_costs_for_all_that_it_looks_at() -> None:
    for one in the_floods()["by_sent"]:
        looked_at = one["sent"] * DAY * price("waf", "requests")
        assert one["firewall"]["1"] >= round(looked_at, 2)
        assert one["firewall"]["10000"] == pytest.approx(one["plain"] + looked_at, abs=0.02), (
            "so many addresses stay below its limit"
        )


def test_a_firewall_lets_one_address_send_no_more_than_its_rate() -> None:
    *_, most = the_floods(rate=10_000)["by_sent"]
    passed = (
        (most["firewall"]["1"] - most["sent"] * DAY * price("waf", "requests")) / floods.page_dollars(a_life()) / DAY
    )
    assert passed == pytest.approx(floods.FIREWALL_RATE / 300, rel=0.01)


def test_a_page_costs_its_request_and_what_goes_out_and_a_form_its_writes_as_well() -> None:
    page, form = floods.page_dollars(a_life()), floods.form_dollars(a_life())
    assert page > price("api_gateway", "rest_requests") + 1000 / 1e9 * price("data_out", "gb")
    assert form > page + 8 * price("dynamodb", "write_units"), "two by each of four functions"
    assert form < page + 8 * price("dynamodb", "write_units") + price("ses", "mails"), "its email is told apart"


def test_emails_are_limited_by_the_mailers() -> None:
    assert the_floods(mailers=4)["emails_a_day"] == pytest.approx(2 * the_floods()["emails_a_day"], abs=1)
    assert the_floods()["emails_a_day"] == round(2 / 0.2 * DAY * 0.1 / 1000)


def test_a_small_organisation_lives_through_a_day_of_it() -> None:
    """Whoever raises the template's limits decides that for everybody who does not look."""
    told = floods.floods(
        TEMPLATE,
        json.loads((Path(app.__file__).parent / "docs/scale.json").read_text())["measured"]["life"]["together"],
        0.169,
    )
    (ours,) = (one for one in told["by_rate"] if one["rate"] == told["rate"])
    assert ours["pages"] < 25
    assert ours["forms"] < 75
