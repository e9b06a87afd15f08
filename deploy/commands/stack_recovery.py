"""Gets a stack out of whatever state an earlier attempt left it in, so that it can be created or updated. It asks first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deploy.cloudformation import stack_states
from deploy.cloudformation.stack_states import Way
from deploy.commands.data_removal import DataRemoval, holding_data
from deploy.terminal import Refused

if TYPE_CHECKING:
    from boto3.session import Session

    from deploy.cloudformation.stack import Stack
    from deploy.terminal import Terminal

NOTHING = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class StackRecovery:
    """The way on from a stack's state (`stack_states`)."""

    session: Session
    stack: Stack
    terminal: Terminal

    def must_remove(self) -> bool:
        """True when the stack is the rest of a first deployment that failed."""
        return stack_states.row(self.stack.status).way is Way.REMOVE

    def make_ready(self) -> None:
        """Return when the stack can be created or updated. Raises Refused, with the way on."""
        status = self.stack.status
        row = stack_states.row(status)
        if row.way in {Way.WAIT, Way.REFUSE}:
            raise Refused(f"{self.stack.name} is {status}. {row.refusal}")
        if row.way is Way.REMOVE:
            self._remove(status)
        elif row.way is Way.ROLL_BACK:
            self._agree(f"The last update of {self.stack.name} stopped half way. Roll it back first?")
            self.stack.roll_back()
        elif row.way is Way.CONTINUE_ROLLBACK:
            self._agree(f"{self.stack.name} could not be rolled back after its last update failed. Try again?")
            self.stack.continue_rollback()

    def _remove(self, status: str) -> None:
        """Remove a stack that was never finished, with the empty tables that CloudFormation could not delete or keeps."""
        removal, left = DataRemoval(self.session, self.terminal), holding_data(self.stack)
        removal.refuse_if_signed(left, self.stack.name)
        self.terminal.say(f"The first deployment of {self.stack.name} failed ({status}).")
        for one in left:
            self.terminal.say(f"  left: {one['LogicalResourceId']} {one['PhysicalResourceId']}")
        if filled := removal.tables_with_rows(left):
            why = f"{' and '.join(filled)} of a deployment that was never finished hold rows, which would be lost."
            if not self.terminal.has_typed(self.stack.name, why):
                raise Refused(NOTHING)
        else:
            self._agree("It holds nothing. Remove it?")
        removal.unprotect(left)
        self.stack.delete()
        for one in left:
            removal.remove_unfinished(one)

    def _agree(self, question: str) -> None:
        if not self.terminal.agrees(question):
            raise Refused(NOTHING)
