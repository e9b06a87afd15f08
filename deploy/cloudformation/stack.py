"""One CloudFormation stack: reads it, proposes changes, applies and deletes; it decides nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from deploy.cloudformation import changes, stack_states
from deploy.cloudformation.stack_states import Way
from deploy.terminal import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from boto3.session import Session

    from deploy.cloudformation.changes import Change
    from deploy.terminal import Terminal

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]  # roles for the functions; the SAM transform
# CloudFormation has no error code for this, only these messages.
NOTHING_CHANGED = ("didn't contain changes", "No updates are to be performed")
POLL_SECONDS = 3


class Stack:
    """A stack by its name. Nothing is cached: every property asks CloudFormation."""

    def __init__(
        self, session: Session, name: str, terminal: Terminal, *, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self.name = name
        self._cloudformation: Any = session.client("cloudformation")
        self._terminal = terminal
        self._pause = pause
        self._reported: set[str] = set()

    def find(self) -> dict[str, Any] | None:
        """The stack's description, or None when there is no such stack."""
        try:
            (stack,) = self._cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return dict(stack)

    @property
    def status(self) -> str:
        """CloudFormation's status; empty when there is no stack."""
        description = self.find()
        return str(description["StackStatus"]) if description else ""

    @property
    def parameters(self) -> dict[str, str]:
        """The stack's current parameters; none while the stack is only proposed."""
        description = self.find() or {}
        if stack_states.row(description.get("StackStatus", "")).way is Way.CREATE:
            return {}
        return {one["ParameterKey"]: one["ParameterValue"] for one in description.get("Parameters", [])}

    @property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs."""
        return {one["OutputKey"]: one["OutputValue"] for one in (self.find() or {}).get("Outputs", [])}

    def resources(self) -> list[dict[str, Any]]:
        """Summaries of all resources: logical and physical ids, types."""
        pages = self._cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.name)
        return [one for page in pages for one in page["StackResourceSummaries"]]

    def propose(self, change_set: str, template_url: str, parameters: list[Any], stage: str) -> list[Change]:
        """Create a change set; returns its changes, empty when there are none. Raises Refused."""
        is_new = stack_states.row(self.status).way is Way.CREATE
        self._cloudformation.create_change_set(
            StackName=self.name, ChangeSetName=change_set, ChangeSetType="CREATE" if is_new else "UPDATE",
            TemplateURL=template_url, Parameters=parameters, Capabilities=CAPABILITIES,
            Tags=[{"Key": "app", "Value": "undersigned"}, {"Key": "stage", "Value": stage}],
        )  # fmt: skip
        while True:
            description = self._describe(change_set)
            if description["Status"] == "FAILED":
                self.drop(change_set)
                if any(words in description.get("StatusReason", "") for words in NOTHING_CHANGED):
                    return []
                raise Refused(f"CloudFormation refused the change: {description.get('StatusReason')}")
            if description["Status"] == "CREATE_COMPLETE":
                return changes.read(description["Changes"])
            self._pause(POLL_SECONDS)

    def drop(self, change_set: str) -> None:
        """Delete a change set, and the empty stack that a first one leaves behind."""
        self._cloudformation.delete_change_set(StackName=self.name, ChangeSetName=change_set)
        if self.status == "REVIEW_IN_PROGRESS":
            self._cloudformation.delete_stack(StackName=self.name)

    def execute(self, change_set: str) -> None:
        """Execute a change set and wait. Raises Refused when it was rolled back."""
        self._skip_old_events()
        self._cloudformation.execute_change_set(StackName=self.name, ChangeSetName=change_set)
        self._wait("CREATE_COMPLETE", "UPDATE_COMPLETE")

    def delete(self) -> None:
        """Delete the stack and wait; what the template retains stays. Raises Refused."""
        self._skip_old_events()
        self._cloudformation.delete_stack(StackName=self.name)
        self._wait("", "DELETE_COMPLETE")

    def roll_back(self) -> None:
        """Undo an update that stopped half way, and wait. Raises Refused when that fails."""
        self._skip_old_events()
        self._cloudformation.rollback_stack(StackName=self.name)
        self._wait("UPDATE_ROLLBACK_COMPLETE")

    def continue_rollback(self) -> None:
        """Go on with a rollback that failed, and wait. Raises Refused when it fails again."""
        self._skip_old_events()
        self._cloudformation.continue_update_rollback(StackName=self.name)
        self._wait("UPDATE_ROLLBACK_COMPLETE")

    def _describe(self, change_set: str) -> dict[str, Any]:
        description: dict[str, Any] = {}
        token: dict[str, str] = {}
        while True:
            page = self._cloudformation.describe_change_set(StackName=self.name, ChangeSetName=change_set, **token)
            description = {**page, "Changes": [*description.get("Changes", []), *page.get("Changes", [])]}
            if not page.get("NextToken"):
                return description
            token = {"NextToken": page["NextToken"]}

    def _wait(self, *good: str) -> None:
        self._pause(POLL_SECONDS)  # CloudFormation may still show the state of before
        while True:
            status = self.status
            if status:
                self._report_events()
            if status in good:
                return
            if not status.endswith("IN_PROGRESS"):
                raise Refused(f"{self.name} is {status}: the first line with FAILED above says why.")
            self._pause(POLL_SECONDS)

    def _new_events(self) -> list[dict[str, Any]]:
        """Events not reported yet, newest first; reads only as many pages as hold any."""
        events: list[dict[str, Any]] = []
        try:
            for page in self._cloudformation.get_paginator("describe_stack_events").paginate(StackName=self.name):
                new = [event for event in page["StackEvents"] if event["EventId"] not in self._reported]
                events += new
                if len(new) < len(page["StackEvents"]):
                    break
        except ClientError as error:
            if "does not exist" not in str(error):  # the stack disappeared between two calls, as it should
                raise
        return events

    def _skip_old_events(self) -> None:
        self._reported |= {event["EventId"] for event in self._new_events()}

    def _report_events(self) -> None:
        for event in reversed(self._new_events()):
            self._reported.add(event["EventId"])
            status = event.get("ResourceStatus", "")
            if not status.endswith("IN_PROGRESS") or "ROLLBACK" in status:  # a rollback says why
                line = f"  {status:<16} {event['LogicalResourceId']}  {event.get('ResourceStatusReason', '')}"
                self._terminal.say(line.rstrip())
