"""What a stack costs in a month in which nobody signs: every fixed cost, with the page of its price. It measures nothing.

Counts come from the template, prices from prices.json. "After free" is what is left where nothing else in the account uses
what AWS gives every account each month; what it gives for a first year or as a trial is not deducted.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bench.scale.costs import PRICES, memory_of, price

if TYPE_CHECKING:
    from collections.abc import Iterator

HOURS = 24 * 30
# Lambda polls a queue with five connections while it has a maximum concurrency ("Configuring scaling behavior for SQS
# event source mappings"), and each waits 20 seconds for a message, the longest that SQS offers.
POLLERS, POLL_SECONDS = 5, 20
ROUND_SECONDS = 0.5  # an hour in which nothing is due
ROUND_LOG_BYTES = 2000
PACKAGE_BYTES = 20_000_000  # of one version in the bucket of packages
FREE_OF_CHARGE = (
    ("table", "AWS::DynamoDB::Table"), ("queue", "AWS::SQS::Queue"), ("topic", "AWS::SNS::Topic"), ("bucket", "AWS::S3::Bucket"),
    ("log group", "AWS::Logs::LogGroup"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cost:
    """One line: how many units of what, in US dollars a month, without and with what is free in every account."""

    what: str
    when: str
    units: float
    dollars: float
    after_free: float
    source: str
    read_on: str


def fixed_costs(template: dict[str, Any]) -> list[dict[str, Any]]:
    """All lines, those of every stack first."""
    return [asdict(one) for one in (*_always(template), *_by_choice(template))]


def count(template: dict[str, Any], kind: str) -> int:
    """How many resources of a kind the template has, whatever their condition."""
    return sum(one.get("Type") == kind for one in template["Resources"].values())


def metrics_of_alarms(template: dict[str, Any]) -> int:
    """AWS charges for each metric that an alarm uses: one that divides two metrics uses two."""
    alarms = [one for one in template["Resources"].values() if one.get("Type") == "AWS::CloudWatch::Alarm"]
    return sum(
        sum("MetricStat" in one for one in alarm["Properties"].get("Metrics", []))
        or "Metrics" not in alarm["Properties"]  # without the list there is one; a query has those that it finds
        for alarm in alarms
    )


def polled_queues(template: dict[str, Any]) -> int:
    """The queues that a function reads: those whose failures go to another one."""
    queues = [one["Properties"] for one in template["Resources"].values() if one.get("Type") == "AWS::SQS::Queue"]
    return sum("RedrivePolicy" in one for one in queues)


def _always(template: dict[str, Any]) -> Iterator[Cost]:
    secrets, queues = count(template, "AWS::SecretsManager::Secret"), polled_queues(template)
    yield _cost(f"{_number(secrets, 'secret')}", "always", secrets, "secrets_manager", "secret_month")
    polls = queues * POLLERS * HOURS * 3600 / POLL_SECONDS
    yield _cost(f"waiting for messages at {_number(queues, 'queue')}", "always", polls, "sqs", "requests")
    yield _cost("the hourly round's number", "always", 1, "cloudwatch", "custom_metric_month")
    dashboards = count(template, "AWS::CloudWatch::Dashboard")
    yield _cost(_number(dashboards, "dashboard"), "always", dashboards, "cloudwatch", "dashboard_month")
    gb_seconds = HOURS * ROUND_SECONDS * memory_of("scheduled") / 1024
    yield _cost("the hourly round: Lambda", "always", gb_seconds, "lambda", "gb_seconds_arm64")
    yield _cost("the hourly round: reading the secret", "always", HOURS, "secrets_manager", "calls")
    yield _cost("the hourly round: a list of pictures", "always", HOURS, "s3", "writes")  # a LIST costs as much
    yield _cost("the hourly round: its log", "always", HOURS * ROUND_LOG_BYTES / 1e9, "cloudwatch", "log_gb")
    yield _cost("one version in the bucket of packages", "always", PACKAGE_BYTES / 1e9, "s3", "storage_gb_month")
    things = ", ".join(_number(count(template, kind), name) for name, kind in FREE_OF_CHARGE)
    yield _nothing(f"{things}: as long as they are empty", "dynamodb")
    yield _nothing("encryption with AWS's own keys (no KMS key)", "kms")


def _by_choice(template: dict[str, Any]) -> Iterator[Cost]:
    looked_at = metrics_of_alarms(template)
    alarms = count(template, "AWS::CloudWatch::Alarm")
    what = f"{_number(alarms, 'alarm')}, which look at {_number(looked_at, 'metric')}"
    yield _cost(what, "`AlarmTopic`", looked_at, "cloudwatch", "alarm_month")
    yield _cost("a zone in Route 53", "`HostedZone`", 1, "route53", "zone_month")
    yield _cost(
        "the firewall: web ACL", "`FirewallRate`", count(template, "AWS::WAFv2::WebACL"), "waf", "web_acl_month"
    )
    rules = sum(
        len(one["Properties"]["Rules"])
        for one in template["Resources"].values()
        if one.get("Type") == "AWS::WAFv2::WebACL"
    )
    yield _cost(f"the firewall: {_number(rules, 'rule')}", "`FirewallRate`", rules, "waf", "rule_month")
    budgets = _number(count(template, "AWS::Budgets::Budget"), "budget")
    yield _nothing(f"{budgets}, which tells and stops nothing", "budgets", "`BudgetAmount`")
    yield _nothing("a domain of its own and its certificate", "acm", "`ApiDomain`")


def _cost(what: str, when: str, units: float, service: str, name: str) -> Cost:
    free = PRICES[service][name].get("free_a_month", 0)
    each = price(service, name)
    dollars, after = units * each, max(0.0, units - free) * each
    return Cost(what, when, round(units, 4), round(dollars, 4), round(after, 4), *_page(service))


def _nothing(what: str, service: str, when: str = "always") -> Cost:
    return Cost(what, when, 0, 0.0, 0.0, *_page(service))


def _page(service: str) -> tuple[str, str]:
    """The page of its prices, and the day they were looked up."""
    return PRICES[service]["source"], PRICES[service].get("read_on", PRICES["read_on"])


def _number(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
