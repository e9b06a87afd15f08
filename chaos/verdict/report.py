"""The report of a run, as text, JSON or Markdown; it contains no address."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from chaos.faults.service_faults import REJECTED
from chaos.verdict.email_checks import count_duplicates
from chaos.verdict.observed_state import UPDATE
from chaos.verdict.promise_checks import PROMISES
from chaos.verdict.update_checks import is_owed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chaos.plan import Plan
    from chaos.stack.cluster import Cluster
    from chaos.verdict.observed_state import ObservedState
    from chaos.verdict.promise_checks import Violation
    from chaos.workers.backlog import BacklogResult

WHERE = {"tables": "DynamoDB", "queues": "SQS and Secrets Manager", "mail": "SES"}
LOST = "is lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One run. `faults` are `(where, what, times)`; `violations` are `(promise, what)`."""

    seed: int
    storm_seconds: float
    seconds: float
    faults: Sequence[tuple[str, str, int]]
    figures: dict[str, int]
    violations: Sequence[tuple[str, str]]

    @classmethod
    def of(  # noqa: PLR0913  # everything that a run produces
        cls,
        plan: Plan,
        observed: ObservedState,
        backlog: BacklogResult,
        violations: Sequence[Violation],
        cluster: Cluster,
        *,
        storm_seconds: float,
        seconds: float,
    ) -> Self:
        """The report of a run."""
        return cls(
            seed=plan.seed,
            storm_seconds=round(storm_seconds, 1),
            seconds=round(seconds, 1),
            faults=list(_faults(cluster, backlog)),
            figures=_figures(observed, backlog, violations),
            violations=[(one.promise, one.what) for one in violations],
        )

    @property
    def fault_count(self) -> int:
        """The number of injected faults."""
        return sum(times for _, _, times in self.faults)

    def as_json(self) -> str:
        """The report as JSON."""
        return json.dumps({**asdict(self), "fault_count": self.fault_count}, indent=2)

    def as_text(self) -> str:
        """The report for a terminal."""
        width = max(len(what) for _, what, _ in self.faults)
        lines = [f"seed {self.seed}, storm of {self.storm_seconds} s, {self.seconds} s in all", ""]
        lines += [f"  {where:<24} {what:<{width}} {times:>6}" for where, what, times in self.faults]
        lines += ["", *(f"  {name:<55} {n:>6}" for name, n in self.figures.items()), ""]
        for promise in PROMISES:
            wrong = [what for broken, what in self.violations if broken == promise]
            lines.append(f"  {'BROKEN' if wrong else 'held  '} {promise}")
            lines += [f"           {what}" for what in wrong[:20]]
        return "\n".join([*lines, "", self.verdict])

    @property
    def verdict(self) -> str:
        """The result in one sentence."""
        if self.violations:
            return f"{len(self.violations)} violations among {self.fault_count} faults. To repeat: make chaos SEED={self.seed}"
        return f"{self.fault_count} faults survived, 0 violations."

    def as_markdown(self, date: str) -> str:
        """The tables of docs/faults.md."""
        lines = [f"`make chaos SEED={self.seed}` on {date}: a storm of {self.storm_seconds} s.", ""]
        lines += ["| where | fault | times |", "|---|---|---:|"]
        lines += [f"| {where} | {what} | {times} |" for where, what, times in self.faults]
        lines += ["", "| outcome | |", "|---|---:|", *(f"| {name} | {n} |" for name, n in self.figures.items())]
        lines += ["", "| promise | |", "|---|---|"]
        broken = Counter(promise for promise, _ in self.violations)
        lines += [f"| {one} | {f'broken {broken[one]} times' if broken[one] else 'held'} |" for one in PROMISES]
        return "\n".join([*lines, "", f"**{self.verdict}**", ""])


def _faults(cluster: Cluster, backlog: BacklogResult) -> Iterable[tuple[str, str, int]]:
    counts = cluster.fault_log.counts()
    for (where, what), times in counts.items():
        yield WHERE[where], what, times
    if cluster.fake_ses.rejections:
        yield WHERE["mail"], REJECTED.name, cluster.fake_ses.rejections
    kills = Counter(name for name, _ in cluster.supervisor.kills) - cluster.aimed_kills
    yield from (
        ("process", f"{name} killed (SIGKILL) at a random moment", times) for name, times in sorted(kills.items())
    )
    yield "stream", "items edited by hand so that they cannot be counted", cluster.hand_edits.done
    yield "stream", "batches delivered again, in other sizes", backlog.stream["batches_again"]
    yield "stream", "records delivered again", backlog.stream["again"]


def _owed(observed: ObservedState) -> int:
    return sum(is_owed(observed, one, update) for update in observed.ledger.updates for one in observed.people)


def _figures(observed: ObservedState, backlog: BacklogResult, violations: Sequence[Violation]) -> dict[str, int]:
    ledger, duplicates = observed.ledger, count_duplicates(observed)
    statuses: Counter[Any] = Counter(reply.status for _, _, reply in ledger.replies)
    actions = Counter(action.kind for done in ledger.actions.values() for action in done)
    return {
        "people who signed": len(ledger.actions),
        "forms sent": sum(ledger.posts.values()),
        "forms answered 201": statuses[201],
        "forms answered 503": statuses[503],
        "requests without an answer": ledger.unanswered,
        "confirmed, corrected": actions["confirm"] + actions["correct"],
        "withdrawn, erased": actions["withdraw"] + actions["erase"],
        "signatures stored": len(observed.rows),
        "signatures lost": sum(LOST in one.what for one in violations),
        "stream records": backlog.stream["records"],
        "emails sent": len(observed.emails),
        "emails permanently rejected, all in the dead letters": len(observed.rejected),
        "jobs in the dead letters after ten tries": observed.exhausted,
        "emails that only the daily round queued again": backlog.queued_by_daily_round,
        "duplicate emails: the first answer was lost": duplicates.answer_lost,
        "duplicate emails: the mailer was killed before marking": duplicates.mailer_killed,
        "duplicate emails without such a cause": len(duplicates.unexplained),
        "updates sent to all signers who want them": len(ledger.updates),
        "emails of updates": sum(mail.kind.startswith(UPDATE) for mail in observed.emails),
        "updates that were owed, and arrived": _owed(observed),
        "left updates by their link": actions["leave"],
        "updates resumed after the storm": backlog.resumed,
    }
