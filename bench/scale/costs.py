"""What signatures cost, service by service: counted calls and units times list prices, nothing else.

Free tiers are ignored. One core of the measuring machine is taken to equal one vCPU of Lambda.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.simulation.campaign import Needs

HERE = Path(__file__).parent
LIMITS: dict[str, Any] = json.loads((HERE / "limits.json").read_text())
PRICES: dict[str, Any] = json.loads((HERE / "prices.json").read_text())
CONFIG: dict[str, Any] = json.loads((HERE.parents[1] / ".chalice" / "config.json").read_text())
KB, GB = 1000, 1e9
SQS_CALLS = frozenset({"SendMessage", "SendMessageBatch"})
WAITS = {"SendEmail": "ses_wait_ms", "GetSecretValue": "http_wait_ms", **dict.fromkeys(SQS_CALLS, "sqs_wait_ms")}
INDEX_BYTES = 100  # DynamoDB adds these for each item and each index entry
INDEX_ENTRY_BYTES = 120  # keys and the time of signing
LOG_MONTHS = 1.0
FULL_BATCH = 10  # jobs per batch of the mailer, and messages per SQS call


def memory_of(function: str) -> int:
    """A function's memory in MB, as deployed."""
    name = "api_handler" if function == "api" else function
    return int(CONFIG["lambda_functions"][name]["lambda_memory_size"])


def wait_ms(calls: dict[str, float]) -> float:
    """Milliseconds spent waiting for AWS calls, made one after another."""
    assumed = LIMITS["assumed"]
    return float(sum(n * assumed[WAITS.get(operation, "dynamodb_wait_ms")]["value"] for operation, n in calls.items()))


def billed_ms(function: str, facts: dict[str, Any]) -> float:
    """What Lambda bills a function for one signature: CPU, slowed by its share of a core, plus waiting."""
    slower = max(1.0, LIMITS["lambda"]["memory_of_one_core_mb"]["value"] / memory_of(function))
    return float(facts["cpu_ms"] * slower + wait_ms(facts["calls"]))


def by_function(life: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The phases of a lifetime added up, by function."""
    whole: dict[str, dict[str, Any]] = {}
    for phase in life["phases"].values():
        for function, facts in phase["functions"].items():
            total = whole.setdefault(function, {"calls": {}})
            for name, value in facts.items():
                if name == "calls":
                    for operation, n in value.items():
                        total["calls"][operation] = total["calls"].get(operation, 0) + n
                else:
                    total[name] = total.get(name, 0) + value
    return whole


def amounts(life: dict[str, Any], item_bytes: float) -> dict[str, dict[str, float]]:
    """How much of everything priced one signature uses, by service."""
    functions = by_function(life)
    calls = {op: sum(f["calls"].get(op, 0.0) for f in functions.values()) for op in ("SendEmail", *SQS_CALLS)}
    gb_seconds = sum(billed_ms(name, f) / 1000 * memory_of(name) / 1024 for name, f in functions.items())
    jobs = functions["mail"]["records"]
    reads_of_queue = 2 * max(functions["mail"]["invocations"], jobs / FULL_BATCH)  # each batch is received and deleted
    stored = item_bytes + INDEX_BYTES + INDEX_ENTRY_BYTES + INDEX_BYTES
    return {
        "lambda": {
            "requests": sum(f["invocations"] for f in functions.values()),
            "gb_seconds_arm64": gb_seconds,
        },
        "api_gateway": {"rest_requests": functions["api"]["invocations"]},
        "dynamodb": {
            "write_units": sum(f["writes_signatures"] + f["writes_registry"] for f in functions.values()),
            "read_units": sum(f["reads_signatures"] + f["reads_registry"] for f in functions.values()),
            "storage_gb_month": stored / GB,
            "point_in_time_gb_month": stored / GB,
            "stream_reads_by_lambda": functions["project"]["invocations"],
        },
        "sqs": {"requests": sum(calls[one] for one in SQS_CALLS) + reads_of_queue},
        "ses": {"mails": calls["SendEmail"]},
        "sns": {
            "publishes": functions["feedback"]["records"],
            "deliveries_to_lambda": functions["feedback"]["records"],
        },
        "cloudwatch": {
            "log_gb": sum(f["log_bytes"] for f in functions.values()) / GB,
            "log_storage_gb_month": LOG_MONTHS * sum(f["log_bytes"] for f in functions.values()) / GB,
        },
        "data_out": {"gb": sum(phase["sent_bytes"] for phase in life["phases"].values()) / GB},
    }


def priced(amounts: dict[str, dict[str, float]], signatures: int) -> dict[str, float]:
    """US dollars for this many signatures, by service, with a month of storage."""
    return {
        service: round(sum(n * signatures * price(service, what) for what, n in parts.items()), 4)
        for service, parts in amounts.items()
    }


def price(service: str, what: str) -> float:
    """US dollars per unit."""
    entry = PRICES[service][what]
    return float(entry["price"] / entry["per"])


def storage_costs(size: dict[str, Any], signatures: int) -> dict[str, float]:
    """US dollars per month to keep signatures until their campaign is archived: the daily round reads them all."""
    share = signatures / size["signatures"]
    stored = (size["item_bytes"] + 2 * INDEX_BYTES + INDEX_ENTRY_BYTES) * signatures / GB
    slower = LIMITS["lambda"]["memory_of_one_core_mb"]["value"] / memory_of("scheduled")
    round_seconds = size["verify"]["cpu_seconds"] * share * slower
    return {
        "storage": round(stored * price("dynamodb", "storage_gb_month"), 2),
        "point in time": round(stored * price("dynamodb", "point_in_time_gb_month"), 2),
        "daily round, reads": round(30 * size["verify"]["reads"] * share * price("dynamodb", "read_units"), 2),
        "daily round, Lambda": round(
            30 * round_seconds * memory_of("scheduled") / 1024 * price("lambda", "gb_seconds_arm64"), 2
        ),
    }


def needs(life: dict[str, Any], cold_cpu_ms: float) -> Needs:
    """What one signature needs, for the simulation, from the lifetimes measured together."""
    phases = life["phases"]
    sign, counted, confirm = (phases[name]["functions"] for name in ("sign", "count and mail", "confirm"))
    mail, report, project, api = counted["mail"], counted["feedback"], counted["project"], sign["api"]
    assumed = LIMITS["assumed"]
    share = LIMITS["lambda"]["memory_of_one_core_mb"]["value"]
    requests = api["invocations"]
    # Lambda is said to give a starting function a whole core, but does not document it.
    cold = (
        cold_cpu_ms * share / memory_of("api")
        + assumed["cold_start_extra_ms"]["value"]
        + 3 * assumed["http_wait_ms"]["value"]
    )
    return Needs(
        sign_units=api["writes_signatures"],
        mail_units=mail["writes_signatures"],
        report_units=report["writes_signatures"],
        confirm_units=confirm["api"]["writes_signatures"],
        tally_units=project["writes_registry"] / project["calls"]["UpdateItem"],
        records_per_email=round(project["records"]) - 1,
        requests_to_sign=round(requests),
        requests_to_confirm=round(confirm["api"]["invocations"]),
        request_seconds=billed_ms("api", api) / requests / 1000,
        cold_seconds=cold / 1000,
        record_seconds=project["cpu_ms"] / project["records"] * share / memory_of("project") / 1000,
        tally_seconds=assumed["dynamodb_wait_ms"]["value"] / 1000,
        jobs_call_seconds=assumed["sqs_wait_ms"]["value"] / 1000,
        mail_seconds=billed_ms("mail", mail) / mail["records"] / 1000,
    )
