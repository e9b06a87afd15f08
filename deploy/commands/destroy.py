"""`make destroy`: removes a stage, never while it holds signatures, and its data only when DATA=1 asks for that."""

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


@dataclass(frozen=True, slots=True)
class StageRemoval:
    """Removes one stage of one account."""

    session: Session
    stack: Stack
    terminal: Terminal

    def run(self, *, with_data: bool) -> None:
        """Remove the stack, and with `with_data` also what it retains. Raises Refused."""
        self._refuse_if_absent_or_busy()
        removal, kept = DataRemoval(self.session, self.terminal), holding_data(self.stack)
        removal.refuse_if_signed(kept, self.stack.name)
        fate = "be removed as well" if with_data else "stay, and keep costing money"
        lines = [f"  {one['LogicalResourceId']}: {one['PhysicalResourceId']}" for one in kept]
        self.terminal.say(
            "\n".join([f"{self.stack.name} will be removed. The following hold data and will {fate}:", *lines])
        )
        if not self.terminal.has_typed(self.stack.name, "Every form, page and link of this stage will stop working."):
            raise Refused("Nothing was removed.")
        self.stack.delete()
        if with_data:
            for one in kept:
                removal.remove(one)
        else:
            self.terminal.say("DATA=1 would also have removed the tables, the secret and the bucket.")

    def _refuse_if_absent_or_busy(self) -> None:
        status = self.stack.status
        if not status:
            raise Refused(f"There is no stack {self.stack.name} here.")
        row = stack_states.row(status)
        if row.way is Way.WAIT:
            raise Refused(f"{self.stack.name} is {status}. {row.refusal}")
