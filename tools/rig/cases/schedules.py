"""EventBridge's schedule. These come first: the round looks twice, with a pause, at whatever others leave uncounted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.rig.aws_events import schedule
from tools.rig.cases import case, told

if TYPE_CHECKING:
    from tools.rig.rig import Rig


def _round(rig: Rig, **options: float) -> str:
    container = rig.containers["scheduled"]
    before = len(container.log())
    answer = told(rig.invoke("scheduled", schedule(), **options))
    said = [line for line in container.log()[before:].splitlines() if '"round_failed"' in line]
    is_done = '"scheduled_round_complete": 1' in container.log()[before:]
    return f"{answer}; {'complete' if is_done else 'to be continued'}, {len(said)} parts failed"


@case("scheduled", "the schedule, with a minute left", "null; to be continued, 0 parts failed")
def _(rig: Rig) -> str:
    rig.new_campaign()
    return _round(rig, seconds=60)


@case("scheduled", "the schedule", "null; complete, 0 parts failed")
def _(rig: Rig) -> str:
    rig.new_campaign()
    return _round(rig)
