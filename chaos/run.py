"""One run from seed to verdict: people sign while everything breaks, then the backlog is worked off and checked."""

from __future__ import annotations

import random
import threading
import time
from typing import TYPE_CHECKING

from chaos.plan import plan_for
from chaos.signers.crowd import Crowd, GaveUp
from chaos.signers.organiser import Organiser
from chaos.signers.request_ledger import Ledger
from chaos.stack.cluster import Cluster
from chaos.verdict.observed_state import observe
from chaos.verdict.promise_checks import check
from chaos.verdict.report import Report
from chaos.workers.backlog import work_off_backlog

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from chaos.plan import Plan

SIGNERS_AT_ONCE = 6
# Signers that wait for a silent service notice the end of the storm late.
END_SECONDS = 90
FIRST_UPDATE_SECONDS, LOOK_SECONDS = 20, 0.1


def run(*, seed: int, seconds: float, signers: int, folder: Path) -> Report:
    """Run in `folder`, which will hold the tables, the outbox and every log."""
    plan = plan_for(seed=seed, seconds=seconds, signers=signers)
    ledger = Ledger()
    began = time.monotonic()
    with Cluster(plan, folder) as cluster:
        crowd = Crowd(cluster.gateway_urls, cluster.admin_key, ledger, cluster.fake_ses.newest_link)
        organiser = Organiser(cluster.gateway_urls, cluster.admin_key, ledger, random.Random(f"{plan.seed}/organiser"))  # noqa: S311  # a schedule
        _before(crowd, organiser, plan)
        storm_seconds = _storm(cluster, crowd, organiser, plan)
        cluster.end_workers()
        backlog = work_off_backlog(ledger.updates)
        observed = observe(cluster, ledger, backlog.differences)
        return Report.of(
            plan,
            observed,
            backlog,
            check(observed),
            cluster,
            storm_seconds=storm_seconds,
            seconds=time.monotonic() - began,
        )


def _before(crowd: Crowd, organiser: Organiser, plan: Plan) -> None:
    """In the calm, some sign and get a first update, which they can leave in the storm."""
    crowd.run(plan.early, f"{plan.seed}/early", threading.Event())
    for campaign in {one.campaign for one in plan.early}:
        organiser.send_first(campaign)
    deadline = time.monotonic() + FIRST_UPDATE_SECONDS
    while time.monotonic() < deadline and not all(crowd.links(one, "leave-updates") for one in plan.early):
        time.sleep(LOOK_SECONDS)


def _storm(cluster: Cluster, crowd: Crowd, organiser: Organiser, plan: Plan) -> float:
    """Run signers and faults until either is done; return seconds. Signers finish what they started without faults."""
    over, done, ledger = threading.Event(), threading.Event(), crowd.ledger

    def sign(number: int) -> None:
        try:
            crowd.run(plan.late[number::SIGNERS_AT_ONCE], f"{plan.seed}/signers/{number}", over)
        except GaveUp as gave_up:
            ledger.unexpected.append(f"a signer gave up: {gave_up}")

    def watch() -> None:
        for thread in threads:
            thread.join()
        done.set()

    threads = [threading.Thread(target=sign, args=(number,), daemon=True) for number in range(SIGNERS_AT_ONCE)]
    others = [
        threading.Thread(target=watch, daemon=True),
        threading.Thread(target=organiser.run, args=(over,), daemon=True),
    ]
    began = time.monotonic()
    for thread in [*threads, *others]:
        thread.start()
    cluster.storm(done)
    over.set()
    storm_seconds = time.monotonic() - began
    _wait_for(others, ledger)
    return storm_seconds


def _wait_for(threads: Sequence[threading.Thread], ledger: Ledger) -> None:
    for thread in threads:
        thread.join(END_SECONDS)
    if any(thread.is_alive() for thread in threads):
        ledger.unexpected.append("signers were still waiting long after the storm")
