"""Queue messages for `updates`, and what an update's signers and figures are afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.rig.aws_events import queue_batch
from tools.rig.cases import case, told

if TYPE_CHECKING:
    from tools.rig.rig import Rig

ALL, ONE = "/admin/campaigns/{campaign}/updates", "/admin/campaigns/{campaign}/updates/{id}"
QUEUE = "undersigned-UpdateQueue"
NONSENSE = "[1, 2"


def _sent(rig: Rig, mode: str = "ok", *, times: int = 1, **life: float) -> str:
    campaign = rig.new_campaign(confirmation="single", ask_updates=True)
    rig.mail_jobs([rig.sign(campaign, updates=True)])
    texts = {language: {"subject": "News", "body": "Dear {{given_name}},"} for language in ("en", "es")}
    where = {"campaign": campaign}
    where["id"] = rig.ask("POST", ALL, {"campaign": campaign}, {"texts": texts})["id"]
    rig.ask("POST", f"{ONE}/send", where, {"recipients": 1})
    jobs, before = rig.take(rig.services.resources.update_queue_url, campaign), len(rig.services.outbox)
    rig.services.ses.mode = mode
    answers = {told(rig.invoke("updates", queue_batch(jobs, QUEUE), **life)) for _ in range(times)}
    rig.services.ses.mode = "ok"
    update = rig.ask("GET", ONE, where)
    return f"{', '.join(answers)}; {len(rig.services.outbox) - before} sent; {update['state']}"


@case("updates", "the jobs of an update", "none failed; 1 sent; sent")
def _(rig: Rig) -> str:
    return _sent(rig)


@case("updates", "the same jobs, delivered twice", "none failed; 1 sent; sent")
def _(rig: Rig) -> str:
    return _sent(rig, times=2)


@case("updates", "its jobs while SES throttles", "none failed; 0 sent; sending")
def _(rig: Rig) -> str:
    return _sent(rig, "throttle")


@case("updates", "its jobs from an address that SES does not know", "none failed; 0 sent; paused")
def _(rig: Rig) -> str:
    return _sent(rig, "reject")


@case("updates", "its jobs, with a minute left", "none failed; 0 sent; sending")
def _(rig: Rig) -> str:
    return _sent(rig, seconds=60)


@case("updates", "nonsense", "1 failed")
def _(rig: Rig) -> str:
    return told(rig.invoke("updates", queue_batch([NONSENSE], QUEUE)))
