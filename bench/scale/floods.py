"""What a flood of junk costs in a day, with and without the firewall, and what each `ApiRate` lets through. It measures nothing.

Amounts are those of the measured lifetimes, prices those of prices.json. API Gateway charges nothing for what it refuses by
its rate; AWS WAF charges for every request that it looks at, and is taken to look before that, at all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.scale.costs import billed_ms, memory_of, price

if TYPE_CHECKING:
    from collections.abc import Iterable

DAY = 86_400
SENT = (10, 100, 1000, 10_000)
RATES = (100, 500, 2000, 10_000)  # beside the template's own
# A rate for the firewall that lets everybody behind one large router sign (docs/operations.md), for each five minutes.
FIREWALL_RATE, WINDOW = 1000, 300
ADDRESSES = (1, 10_000)
JOBS_PER_CALL = 10


def floods(template: dict[str, Any], life: dict[str, Any], mail_seconds: float) -> dict[str, Any]:
    """Dollars of a day, by how much is sent and by what is let through, and what one request and all emails come to."""
    parameters = template["Parameters"]
    rate, mailers = int(parameters["ApiRate"]["Default"]), int(parameters["MailConcurrency"]["Default"])
    page, form = page_dollars(life), form_dollars(life)
    return {
        "rate": rate,
        "firewall_rate": FIREWALL_RATE,
        "a_million": {"pages": round(page * 1e6, 2), "forms": round(form * 1e6, 2)},
        "by_sent": [_sent(sent, rate, page) for sent in SENT],
        "by_rate": [_let_through(one, page, form) for one in sorted({rate, *RATES})],
        "emails_a_day": round(mailers / mail_seconds * DAY * price("ses", "mails")),
    }


def page_dollars(life: dict[str, Any]) -> float:
    """Dollars of one request that changes nothing: the mean of the form, its answer and the page after it."""
    phase = life["phases"]["sign"]
    facts = phase["functions"]["api"]
    requests = facts["invocations"]
    gone_out = phase["sent_bytes"] / 1e9 * price("data_out", "gb")
    return float((_run_dollars({"api": facts}) + gone_out) / requests + price("api_gateway", "rest_requests"))


def form_dollars(life: dict[str, Any]) -> float:
    """Dollars of one form that is accepted, from an address of its own: the request, the writes, counting, its job. Not its email."""
    stored = life["phases"]["sign"]["functions"]["api"]
    behind = life["phases"]["count and mail"]["functions"]
    units = [stored["writes_signatures"] + stored["writes_registry"]]
    units += [one["writes_signatures"] + one["writes_registry"] for one in behind.values()]
    calls = behind["project"]["calls"]["SendMessageBatch"] + 2 / JOBS_PER_CALL  # a batch is also received and deleted
    return float(
        page_dollars(life)
        + sum(units) * price("dynamodb", "write_units")
        + _run_dollars(behind)
        + calls * price("sqs", "requests")
        + behind["feedback"]["records"] * price("sns", "publishes")
    )


def _run_dollars(functions: dict[str, dict[str, Any]]) -> float:
    """Dollars of Lambda and logs."""
    logged = price("cloudwatch", "log_gb") + price("cloudwatch", "log_storage_gb_month")
    each = (
        facts["invocations"] * price("lambda", "requests")
        + billed_ms(name, facts) / 1000 * memory_of(name) / 1024 * price("lambda", "gb_seconds_arm64")
        + facts["log_bytes"] / 1e9 * logged
        for name, facts in functions.items()
    )
    return float(sum(each))


def _sent(sent: int, rate: int, page: float) -> dict[str, Any]:
    looked_at = sent * DAY * price("waf", "requests")
    passed = {str(n): min(sent, n * FIREWALL_RATE / WINDOW) for n in ADDRESSES}
    behind = {n: _dollars(min(each, rate), page) + looked_at for n, each in passed.items()}
    return {"sent": sent, "plain": round(_dollars(min(sent, rate), page), 2), "firewall": _rounded(behind.items())}


def _let_through(rate: int, page: float, form: float) -> dict[str, Any]:
    return {
        "rate": rate,
        "requests": rate * DAY,
        "pages": round(_dollars(rate, page), 2),
        "forms": round(_dollars(rate, form), 2),
    }


def _dollars(each_second: float, each: float) -> float:
    return each_second * DAY * each


def _rounded(entries: Iterable[tuple[str, float]]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in entries}
