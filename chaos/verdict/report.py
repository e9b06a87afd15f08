"""What a run did and found, as text, JSON or Markdown; it names no address."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from chaos.faults.service_faults import REFUSED_FOR_GOOD
from chaos.verdict.mail_checks import count_doubled
from chaos.verdict.promise_checks import PROMISES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chaos.plan import Plan
    from chaos.stack.cluster import Arena
    from chaos.verdict.observed_state import Evidence
    from chaos.verdict.promise_checks import Violation
    from chaos.workers.backlog import Settled

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
    def of(  # noqa: PLR0913  # all that a run leaves
        cls,
        plan: Plan,
        evidence: Evidence,
        settled: Settled,
        violations: Sequence[Violation],
        arena: Arena,
        *,
        stormy_seconds: float,
        seconds: float,
    ) -> Self:
        """The report of a run."""
        return cls(
            seed=plan.seed,
            storm_seconds=round(stormy_seconds, 1),
            seconds=round(seconds, 1),
            faults=list(_faults(arena, settled)),
            figures=_figures(evidence, settled, violations),
            violations=[(one.promise, one.what) for one in violations],
        )

    @property
    def fault_count(self) -> int:
        """How often anything failed."""
        return sum(times for _, _, times in self.faults)

    def as_json(self) -> str:
        """All of it."""
        return json.dumps({**asdict(self), "fault_count": self.fault_count}, indent=2)

    def as_text(self) -> str:
        """For a terminal."""
        width = max(len(what) for _, what, _ in self.faults)
        lines = [f"seed {self.seed}, storm of {self.storm_seconds} s, {self.seconds} s in all", ""]
        lines += [f"  {where:<24} {what:<{width}} {times:>6}" for where, what, times in self.faults]
        lines += ["", *(f"  {name:<52} {n:>7}" for name, n in self.figures.items()), ""]
        for promise in PROMISES:
            wrong = [what for broken, what in self.violations if broken == promise]
            lines.append(f"  {'BROKEN' if wrong else 'held  '} {promise}")
            lines += [f"           {what}" for what in wrong[:20]]
        return "\n".join([*lines, "", self.verdict])

    @property
    def verdict(self) -> str:
        """One sentence."""
        if self.violations:
            return (
                f"{len(self.violations)} violations among {self.fault_count} faults. Again: make chaos SEED={self.seed}"
            )
        return f"{self.fault_count} faults survived, 0 violations."

    def as_markdown(self, date: str) -> str:
        """The tables of docs/faults.md."""
        lines = [f"`make chaos SEED={self.seed}` on {date}: a storm of {self.storm_seconds} s.", ""]
        lines += ["| where | fault | times |", "|---|---|---:|"]
        lines += [f"| {where} | {what} | {times} |" for where, what, times in self.faults]
        lines += ["", "| what came of it | |", "|---|---:|", *(f"| {name} | {n} |" for name, n in self.figures.items())]
        lines += ["", "| promise | |", "|---|---|"]
        broken = Counter(promise for promise, _ in self.violations)
        lines += [f"| {one} | {f'broken {broken[one]} times' if broken[one] else 'held'} |" for one in PROMISES]
        return "\n".join([*lines, "", f"**{self.verdict}**", ""])


def _faults(arena: Arena, settled: Settled) -> Iterable[tuple[str, str, int]]:
    counts = arena.book.counts()
    for (where, what), times in counts.items():
        yield WHERE[where], what, times
    if arena.post_office.refusals:
        yield WHERE["mail"], REFUSED_FOR_GOOD.name, arena.post_office.refusals
    kills = Counter(name for name, _ in arena.supervisor.kills) - arena.aimed_kills
    yield from (
        ("process", f"{name} killed (SIGKILL), wherever it was", times) for name, times in sorted(kills.items())
    )
    yield "stream", "batches delivered a second time, cut otherwise", settled.stream["batches_again"]
    yield "stream", "records delivered a second time", settled.stream["again"]


def _figures(evidence: Evidence, settled: Settled, violations: Sequence[Violation]) -> dict[str, int]:
    ledger, doubled = evidence.ledger, count_doubled(evidence)
    statuses: Counter[Any] = Counter(reply.status for _, _, reply in ledger.replies)
    deeds = Counter(deed.act for done in ledger.deeds.values() for deed in done)
    return {
        "people who signed": len(ledger.deeds),
        "forms sent": sum(ledger.posts.values()),
        "forms answered 201": statuses[201],
        "forms answered 503": statuses[503],
        "requests whose line went dead": ledger.unanswered,
        "confirmed, corrected": deeds["confirm"] + deeds["correct"],
        "withdrawn, erased": deeds["withdraw"] + deeds["erase"],
        "signatures stored": len(evidence.rows),
        "signatures lost": sum(LOST in one.what for one in violations),
        "stream records": settled.stream["records"],
        "mails sent": len(evidence.mails),
        "mails refused for good, all in the dead letters": len(evidence.refused),
        "jobs that failed ten times and were laid aside": evidence.exhausted,
        "mails that only the daily round brought back": settled.left_to_the_daily_round,
        "mails doubled: their first answer was lost": doubled.unheard,
        "mails doubled: the mailer was killed before marking": doubled.killed,
        "mails doubled without such a reason": len(doubled.unexplained),
    }
