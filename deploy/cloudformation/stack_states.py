"""Every state that CloudFormation has for a stack, and the way on from it. It calls nothing.

docs/deploying.md shows the same table; a test holds them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """How `make deploy` goes on."""

    CREATE = "create"
    UPDATE = "update"
    WAIT = "wait"
    REMOVE = "remove"
    ROLL_BACK = "roll back"
    CONTINUE_ROLLBACK = "continue the rollback"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Row:
    """States with one way on, in words for docs/deploying.md and, where there is a refusal, for whoever deploys."""

    way: Way
    states: tuple[str, ...]
    meaning: str
    deploy_does: str
    refusal: str = ""


TABLE = (
    Row(
        Way.CREATE,
        ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE"),
        "There is nothing yet, or nothing any more.",
        "creates it",
    ),
    Row(
        Way.UPDATE,
        ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"),
        "All is well: after success, or as it was before a change that failed.",
        "updates it",
    ),
    Row(
        Way.WAIT,
        (
            "CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS", "UPDATE_IN_PROGRESS",
            "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS",
            "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "IMPORT_IN_PROGRESS", "IMPORT_ROLLBACK_IN_PROGRESS",
        ),
        "CloudFormation is at work, for somebody else or for a command that was interrupted.",
        "asks you to try again when that has finished",
        "Try again when that has finished.",
    ),
    Row(
        Way.REMOVE,
        ("CREATE_FAILED", "ROLLBACK_FAILED", "ROLLBACK_COMPLETE"),
        "The first deployment failed, and a stack that was never finished cannot be updated.",
        "offers to remove what is left, then creates it again with the parameters that you had set. Refuses if there are "
        "signatures",
    ),
    Row(
        Way.ROLL_BACK,
        ("UPDATE_FAILED",),
        "An update failed half way, and somebody had asked CloudFormation not to roll it back.",
        "offers to roll it back, then updates it",
    ),
    Row(
        Way.CONTINUE_ROLLBACK,
        ("UPDATE_ROLLBACK_FAILED",),
        "An update failed, and so did going back, because something was changed by hand or AWS was in trouble.",
        "offers to go on with the rollback, then updates it. If that fails, mend what the line with `FAILED` names and run "
        "it again; *Continue update rollback* in the CloudFormation console can skip it",
    ),
    Row(
        Way.REFUSE,
        ("DELETE_FAILED",),
        "`make destroy` did not come to its end.",
        "refuses. Run `make destroy` again: the line with `DELETE_FAILED` says what is in the way",
        "It was being removed. Run make destroy again: the line with DELETE_FAILED says what is in the way.",
    ),
    Row(
        Way.REFUSE,
        ("IMPORT_ROLLBACK_FAILED",),
        "Somebody imported resources into the stack, and that could neither be done nor undone. No command here imports.",
        "refuses. Whoever imported has to finish it in the CloudFormation console",
        "Somebody imported resources by hand, and that failed. It has to be finished in the CloudFormation console.",
    ),
)  # fmt: skip
ROWS = {state: row for row in TABLE for state in row.states}


def row(state: str) -> Row:
    """The row of a state; that of a stack that is not there when the state is empty.

    A state that AWS adds one day is waited for or refused, never guessed at.
    """
    if state in ROWS:
        return ROWS[state]
    if not state:
        return ROWS["REVIEW_IN_PROGRESS"]
    if state.endswith("IN_PROGRESS"):
        return ROWS["UPDATE_IN_PROGRESS"]
    return Row(
        Way.REFUSE, (state,), "", "", "This command does not know that state. Look into the CloudFormation console."
    )
