"""The generated blocks of docs/scale.md: every figure in them comes from the results."""

from __future__ import annotations

import re
from typing import Any

from bench.scale import flood_tables, memory
from bench.scale.markdown_table import table

BLOCK = re.compile(r"(<!-- figures: (?P<name>[a-z ]+) -->\n).*?(<!-- end of figures -->)", re.DOTALL)
MILLION = 1_000_000
DOLLARS = ("dollars", "after_free")
SERVICES = {
    "ses": "SES: two emails",
    "api_gateway": "API Gateway: five requests",
    "dynamodb": "DynamoDB, a month of storage included",
    "lambda": "Lambda",
    "data_out": "Data out",
    "cloudwatch": "CloudWatch logs",
    "sns": "SNS: two reports",
    "sqs": "SQS",
}


def blocks(results: dict[str, Any]) -> dict[str, str]:
    """Every block by its name."""
    measured, simulated, prices = results["measured"], results["simulated"], results["costs"]
    return {
        "headlines": _headlines(results),
        "reads": _reads(measured["growth"]),
        "milliseconds": _milliseconds(measured["growth"]),
        "long": _long(measured["growth"]),
        "needs": _needs(results),
        "throttles": _throttles(simulated),
        "registry": _registry(simulated),
        "mail": _mail(simulated),
        "cost": _cost(prices),
        "idle": _idle(prices),
        "kept": _kept(prices),
        "memory": memory.block(measured),
        "flood": flood_tables.by_sent(prices["flood_a_day"]),
        "rates": flood_tables.by_rate(prices["flood_a_day"]),
    }


def fill(page: str, blocks: dict[str, str]) -> str:
    """The page with every block replaced. Raises KeyError for an unknown block."""
    return BLOCK.sub(lambda match: f"{match[1]}\n{blocks[match['name']]}\n\n{match[3]}", page)


def _headlines(results: dict[str, Any]) -> str:
    first, last = results["measured"]["growth"][0], results["measured"]["growth"][-1]
    page, export = "page of 50", last["export"]
    scenes, prices = results["simulated"]["scenes"], results["costs"]["per_million"]["together"]
    fast = scenes["16 buckets"]["1000"]
    lines = [
        (
            f"- A page of 50 takes {_u(last['reads'][page]['units'])} read units in {last['reads'][page]['calls']} calls with "
            f"{_n(last['signatures'])} signatures, and {_u(first['reads'][page]['units'])} in {first['reads'][page]['calls']} with "
            f"{_n(first['signatures'])}. Signing takes {last['sign']['calls']} call and {_u(last['sign']['units'])} units at any size."
        ),
        (
            f"- An export of {_n(export['rows'])} rows writes {_n(export['rows_per_cpu_second'])} rows per second of CPU, "
            f"in {export['peak_mb']} MB."
        ),
        (
            f"- At 1,000 signatures a second in one campaign, within AWS's usual limits, {_percent(fast['answered'])} of the signers "
            f"are answered at once; with one bucket {_percent(scenes['1 bucket']['1000']['answered'])}."
        ),
        f"- A million confirmed signatures cost ${sum(prices.values()):,.0f}, of which ${prices['ses']:,.0f} is for emails.",
    ]
    return "\n".join(lines)


def _reads(growth: list[dict[str, Any]]) -> str:
    head = ["read, nothing cached", *(_n(size["signatures"]) for size in growth)]
    rows = [
        [name, *(f"{size['reads'][name]['calls']} / {_u(size['reads'][name]['units'])}" for size in growth)]
        for name in growth[0]["reads"]
    ]
    rows.append(
        ["signing (write units)", *(f"{size['sign']['calls']} / {_u(size['sign']['units'])}" for size in growth)]
    )
    return table(head, rows)


def _milliseconds(growth: list[dict[str, Any]]) -> str:
    head = ["read", *(_n(size["signatures"]) for size in growth)]
    rows = [[name, *(_clock(size["reads"][name]) for size in growth)] for name in growth[0]["reads"]]
    return table(head, rows)


def _clock(read: dict[str, float]) -> str:
    return f"{read['app_cpu_ms'] + read['engine_cpu_ms']:.0f} ({read['least_ms']:.0f})"


def _long(growth: list[dict[str, Any]]) -> str:
    head = ["signatures", "work", "calls", "read units", "CPU s", "peak MB", "rows per CPU second"]
    rows = []
    for size in growth:
        for work, done in (("export", size["export"]["rows"]), ("verify", size["signatures"])):
            one = size[work]
            pace = round(done / one["cpu_seconds"])
            rows.append(
                [_n(size["signatures"]), work, _n(one["calls"]), _n(round(one["reads"])), f"{one['cpu_seconds']:.1f}",
                 str(one["peak_mb"]), _n(pace)]
            )  # fmt: skip
    return table(head, rows)


def _needs(results: dict[str, Any]) -> str:
    needs = results["needs"]
    rows = [
        ["write units to sign", _u(needs["sign_units"])],
        ["write units of the mailer's marks, per email", _u(needs["mail_units"])],
        ["write units of SES's report, per email", _u(needs["report_units"])],
        ["write units to confirm", _u(needs["confirm_units"])],
        ["write units of one tally, a month old", _u(needs["tally_units"])],
        ["requests to sign, to confirm", f"{needs['requests_to_sign']}, {needs['requests_to_confirm']}"],
        ["billed ms per request", f"{needs['request_seconds'] * 1000:.0f}"],
        ["ms per cold start", f"{needs['cold_seconds'] * 1000:.0f}"],
        ["billed ms per stream record in the projector", f"{needs['record_seconds'] * 1000:.2f}"],
        ["billed ms per email", f"{needs['mail_seconds'] * 1000:.0f}"],
    ]
    return table(["what", "measured"], rows)


def _throttles(simulated: dict[str, Any]) -> str:
    head = [
        "signatures per second",
        "layout",
        "answered at once",
        "signing is refused by",
        "counting is held up by",
        "behind",
    ]
    rows = []
    for rate in next(iter(simulated["scenes"].values())):
        for layout, scenes in simulated["scenes"].items():
            scene = scenes[rate]
            rows.append(
                [_n(int(rate)), layout, _answered(scene), _first(scene["refusals"]["signing"]),
                 _first(scene["refusals"]["counting"]), _span(scene["seconds_behind"])]
            )  # fmt: skip
    return table(head, rows)


def _registry(simulated: dict[str, Any]) -> str:
    head = [
        "buckets",
        "how a campaign is read",
        "read units asked for in the worst second",
        "in the last minute, each second",
        "requests refused",
    ]
    rows = [
        [buckets, how, _n(one["units_at_most"]), _n(round(one["units_each_second"])), f"{one['refused']:.2%}"]
        for buckets, readings in simulated["reads"].items()
        for how, one in readings.items()
    ]
    return table(head, rows)


def _answered(scene: dict[str, Any]) -> str:
    worst = scene["answered_at_worst"]
    usual = _percent(scene["answered"])
    return usual if worst == scene["answered"] else f"{usual} (worst {_percent(worst)})"


def _first(refusals: list[dict[str, Any]]) -> str:
    return "; ".join(f"{one['what']} (from second {one['second']})" for one in refusals) or "nothing"


def _mail(simulated: dict[str, Any]) -> str:
    rates = list(next(iter(simulated["mail"].values()))["days"])
    head = ["SES allows per second", "mailers", "emails per second", *(f"{_n(int(rate))}/s signed" for rate in rates)]
    rows = [
        [f"{allowed} (sandbox, 200 per day)" if allowed == "1" else allowed, str(one["mailers"]), f"{one['per_second']:g}",
         *(_span(one["days"][rate] * 86_400) for rate in rates)]
        for allowed, one in simulated["mail"].items()
    ]  # fmt: skip
    return table(head, rows)


def _cost(prices: dict[str, Any]) -> str:
    head = ["US dollars", "1,000, busy day", "1,000, one by one", "1,000,000, busy day", "1,000,000, one by one"]
    columns = [prices[per][pace] for per in ("per_1000", "per_million") for pace in ("together", "alone")]
    digits = (4, 4, 2, 2)
    rows = [
        [words, *(f"{column[service]:,.{n}f}" for column, n in zip(columns, digits, strict=True))]
        for service, words in SERVICES.items()
    ]
    rows.append(["**total**", *(f"**{sum(c.values()):,.{n}f}**" for c, n in zip(columns, digits, strict=True))])
    return table(head, rows)


def _idle(prices: dict[str, Any]) -> str:
    rows = [
        [one["what"], one["when"], f"{one['dollars']:.2f}", f"{one['after_free']:.2f}", f"[{one['read_on']}]({one['source']})"]
        for one in prices["idle_a_month"]
    ]  # fmt: skip
    always = [one for one in prices["idle_a_month"] if one["when"] == "always"]
    rows.append(["**every stack**", "always", *(f"**{sum(one[key] for one in always):.2f}**" for key in DOLLARS), ""])
    return table(["per month", "with", "US dollars", "after what is free in every account", "price, looked up"], rows)


def _kept(prices: dict[str, Any]) -> str:
    rows = [[name, f"{dollars:.2f}"] for name, dollars in prices["kept_million_a_month"].items()]
    return table(["keeping a million signatures, per month", "US dollars"], rows)


def _n(number: float) -> str:
    return f"{number:,}"


def _u(units: float) -> str:
    return f"{units:g}"


def _percent(part: float) -> str:
    return f"{part:.1%}"


def _span(seconds: float) -> str:
    """A duration as people say it."""
    for unit, length in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
