"""One run from seed to verdict: signers sign while everything breaks, then all is worked off and checked."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from chaos.plan import a_plan
from chaos.signers.crowd import Crowd, GaveUp
from chaos.signers.request_ledger import Ledger
from chaos.stack.cluster import Arena
from chaos.verdict.observed_state import gather
from chaos.verdict.promise_checks import check
from chaos.verdict.report import Report
from chaos.workers.backlog import settle

if TYPE_CHECKING:
    from pathlib import Path

    from chaos.plan import Plan

SIGNERS_AT_ONCE = 6
# The storm is over some time before its end is noticed by those who wait for a silent service.
END_SECONDS = 90


def run(*, seed: int, seconds: float, signers: int, folder: Path) -> Report:
    """Runs it in `folder`, which ends up with the tables, the outbox and every log."""
    plan = a_plan(seed=seed, seconds=seconds, signers=signers)
    ledger = Ledger()
    began = time.monotonic()
    with Arena(plan, folder) as arena:
        stormy = _storm(arena, plan, ledger)
        arena.end_workers()
        settled = settle()
        evidence = gather(arena, ledger, settled.differences)
        return Report.of(
            plan, evidence, settled, check(evidence), arena, stormy_seconds=stormy, seconds=time.monotonic() - began
        )


def _storm(arena: Arena, plan: Plan, ledger: Ledger) -> float:
    """Signers and faults together until either is done; seconds. Signers end what they began, in calm weather."""
    crowd = Crowd(arena.gateway_urls, arena.admin_key, ledger, arena.post_office.newest_link)
    over, done = threading.Event(), threading.Event()

    def sign(number: int) -> None:
        try:
            crowd.run(plan.people[number::SIGNERS_AT_ONCE], f"{plan.seed}/signers/{number}", over)
        except GaveUp as gave_up:
            ledger.odd.append(f"a signer gave up: {gave_up}")

    def watch() -> None:
        for thread in threads:
            thread.join()
        done.set()

    threads = [threading.Thread(target=sign, args=(number,), daemon=True) for number in range(SIGNERS_AT_ONCE)]
    began = time.monotonic()
    for thread in [*threads, watcher := threading.Thread(target=watch, daemon=True)]:
        thread.start()
    arena.storm(done)
    over.set()
    stormy = time.monotonic() - began
    watcher.join(END_SECONDS)
    if watcher.is_alive():
        ledger.odd.append("signers still waited long after the storm")
    return stormy
