"""How much memory each function should have: CPU, waiting and memory used, against Lambda's price and a goal.

Lambda gives a function CPU in proportion to its memory, a whole core at 1,769 MB. So its own work costs the same at every size,
and what differs is waiting, which is paid by memory: the smallest size that meets the goal is the cheapest.

`python -m bench.scale.memory` runs the packaged functions under Lambda's runtime client, each in a new container with its first
event, and prints the CPU until the answer and the most memory used, there and in all cases of `make rig`.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.scale import costs
from bench.scale.markdown_table import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.rig.rig import Rig

SIZES = (256, 384, 512, 768, 1024, 1280, 1536, 1769)  # below, what Lambda itself takes counts, which nothing here shows
ROOM = 2  # times what was measured: a longer text, a larger page, the next Python
COLD, BATCH, MILLION = "cold", "batch", "million"
# Calls to AWS until the first answer of a new container.
FIRST_CALLS: dict[str, dict[str, float]] = {
    "api": {"GetSecretValue": 1, "Query": 1, "UpdateItem": 1},
    "project": {"UpdateItem": 2, "SendMessageBatch": 1},
    "mail": {"GetSecretValue": 1, "Query": 1, "GetItem": 1, "UpdateItem": 4, "SendEmail": 1},
    "updates": {"GetItem": 3, "Query": 3, "UpdateItem": 4, "SendEmail": 1},
    "feedback": {"UpdateItem": 1},
    "first_key": {"Query": 2, "PutItem": 1},
}


@dataclass(frozen=True, slots=True)
class Goal:
    """What a function must do within `seconds`.

    That is its first event in a new container (`cold`), a full batch of records in a warm one (`batch`), or its work on a million
    signatures (`million`).
    """

    words: str
    seconds: float
    kind: str = COLD


GOALS = {
    "api": Goal("a signer whose form starts a container waits 1.5 s", 1.5),
    "project": Goal("100 changes in 0.2 s: a shard has them in order, so no second container helps", 0.2, BATCH),
    "mail": Goal("a new container sends its first email within 5 s", 5),
    "export": Goal("somebody waits: a million rows within a minute", 60, MILLION),
    "updates": Goal("nobody waits: a new container sends its first update within 10 s", 10),
    "feedback": Goal("nobody waits: a report within 10 s", 10),
    "scheduled": Goal("a million recounted within half of its life", 450, MILLION),
    "first_key": Goal("the console answers within 5 s", 5),
}
FULL_BATCH = 100  # records, app.py
MILLION_OF = {"export": ("export", "rows"), "scheduled": ("verify", None)}


def measure() -> dict[str, dict[str, float]]:
    """For each function: CPU ms until the first answer, and the most MB."""
    from deploy.packaging import stage_package
    from deploy.packaging.architectures import of_this_machine
    from tools.rig.cases import every_case
    from tools.rig.rig import Rig

    with Rig(stage_package.checked(of_this_machine())) as rig:
        found = {}
        for function, event in _first_events(rig):
            container = rig.containers[function]
            container.stop()
            assert rig.invoke(function, event).kind == "answer"
            found[function] = {"cold_cpu_ms": container.cpu_ms(), "peak_mb": round(container.most_megabytes())}
        for one in every_case():
            one.run(rig)
            container = rig.containers[one.function]
            found[one.function]["peak_mb"] = max(found[one.function]["peak_mb"], round(container.most_megabytes()))
    return found


def _first_events(rig: Rig) -> Iterator[tuple[str, Any]]:
    from tools.rig.aws_events import notification, queue_batch, rest_request, schedule, ses_report
    from tools.rig.rig import FORM, JSON, a_form

    campaign = rig.new_campaign()
    where = {"campaign": campaign}
    record = rig.sign(campaign)
    yield "api", rest_request("POST", FORM, where, body=json.dumps(a_form()), headers=JSON)
    yield "project", {"Records": [record]}
    yield "mail", queue_batch(rig.mail_jobs([rig.sign(campaign)]), "undersigned-MailQueue")
    rig.ask("POST", "/admin/campaigns/{campaign}/exports", where, {"format": "csv", "state": "pending"})
    yield "export", queue_batch(rig.take(rig.services.resources.export_queue_url, campaign), "undersigned-ExportQueue")
    yield "updates", queue_batch(_update_jobs(rig), "undersigned-UpdateQueue")
    tags = {"campaign": campaign, "signature": record["dynamodb"]["Keys"]["sk"]["S"]}
    details = {"recipients": ["ana@example.org"], "smtpResponse": "250 ok", "timestamp": "2026-11-28T12:00:01.000Z"}
    yield "feedback", notification(ses_report("Delivery", details, f"{uuid.uuid4().hex}@example.org", tags))
    yield "scheduled", schedule()
    with rig.without_keys():
        yield "first_key", {"name": "bench"}


def _update_jobs(rig: Rig) -> list[str]:
    """The jobs of an update to one signer."""
    campaign = rig.new_campaign(confirmation="single", ask_updates=True)
    rig.mail_jobs([rig.sign(campaign, updates=True)])
    texts = {language: {"subject": "News", "body": "Dear {{given_name}},"} for language in ("en", "es")}
    updates, where = "/admin/campaigns/{campaign}/updates", {"campaign": campaign}
    update = rig.ask("POST", updates, where, {"texts": texts})["id"]
    rig.ask("POST", f"{updates}/{{id}}/send", {**where, "id": update}, {"recipients": 1})
    return rig.take(rig.services.resources.update_queue_url, campaign)


def slower(megabytes: int) -> float:
    """How many times longer work takes than on a whole core."""
    return float(max(1.0, costs.LIMITS["lambda"]["memory_of_one_core_mb"]["value"] / megabytes))


def seconds_at(function: str, megabytes: int, measured: dict[str, Any]) -> float:
    """How long what the goal is about takes with that memory."""
    kind = GOALS[function].kind
    if kind == MILLION:
        task, rows = _largest(function, measured)
        return float((task["cpu_seconds"] * slower(megabytes) + costs.wait_ms({"Query": task["calls"]}) / 1000) * rows)
    if kind == BATCH:
        facts = costs.by_function(measured["life"]["together"])[function]
        each = facts["cpu_ms"] * slower(megabytes) + costs.wait_ms(facts["calls"])
        return float(each / facts["records"] * FULL_BATCH / 1000)
    cpu = measured["memory"][function]["cold_cpu_ms"] * slower(megabytes)
    before = costs.LIMITS["assumed"]["cold_start_extra_ms"]["value"]
    return float((cpu + before + costs.wait_ms(FIRST_CALLS[function])) / 1000)


def _largest(function: str, measured: dict[str, Any]) -> tuple[dict[str, Any], float]:
    """The longest work that was measured, and how many times as long a million takes."""
    name, rows = MILLION_OF[function]
    largest = measured["growth"][-1]
    return largest[name], 1e6 / (largest[name][rows] if rows else largest["signatures"])


def used(function: str, measured: dict[str, Any]) -> int:
    """The most MB that it was seen to use."""
    peak = measured["memory"][function]["peak_mb"]
    if GOALS[function].kind == MILLION:
        peak = max(peak, _largest(function, measured)[0]["peak_mb"])
    return int(peak)


def cheapest(function: str, measured: dict[str, Any]) -> int:
    """The smallest size that meets the goal and leaves room. Raises StopIteration if none does."""
    return next(
        size
        for size in SIZES
        if size >= ROOM * used(function, measured) and seconds_at(function, size, measured) <= GOALS[function].seconds
    )


def dollars(function: str, megabytes: int, measured: dict[str, Any]) -> float:
    """Lambda's price of what `function` does for a million confirmed signatures on a busy day, or of work on a million."""
    if GOALS[function].kind == MILLION:
        seconds = seconds_at(function, megabytes, measured)
    elif facts := costs.by_function(measured["life"]["together"]).get(function):
        seconds = (facts["cpu_ms"] * slower(megabytes) + costs.wait_ms(facts["calls"])) * 1000
    else:
        return 0.0
    return float(seconds * megabytes / 1024 * costs.price("lambda", "gb_seconds_arm64"))


def block(measured: dict[str, Any]) -> str:
    """The table of docs/scale.md: for each function the goal, and what it takes and costs at three sizes."""
    head = ["function", "its goal", "MB used", "MB", "s", "$", "s at half", "$ at half", "s at double", "$ at double"]
    rows = []
    for function, goal in GOALS.items():
        size = cheapest(function, measured)
        cells = [
            cell
            for megabytes in (size, size // 2, size * 2)
            for cell in (
                f"{seconds_at(function, megabytes, measured):,.1f}",
                f"{dollars(function, megabytes, measured):,.3f}",
            )
        ]
        rows.append([f"`{function}`", goal.words, str(used(function, measured)), str(size), *cells])
    return table(head, rows)


if __name__ == "__main__":
    print(json.dumps(measure()))
