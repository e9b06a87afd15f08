"""`make deploy`: shows what would change, asks, changes it; what holds data is never replaced or removed unasked."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deploy.cloudformation import changes, parameters
from deploy.packaging import template_checks
from deploy.terminal import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from deploy.cloudformation.changes import Change
    from deploy.cloudformation.package_bucket import PackageBucket
    from deploy.cloudformation.stack import Stack
    from deploy.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Deploying:
    """One stage of one account."""

    stack: Stack
    bucket: PackageBucket
    terminal: Terminal
    stage: str

    def run(self, package: Path, pairs: Sequence[str]) -> dict[str, str]:
        """Bring the stack to what the package says; its outputs. Raises Refused."""
        sam = json.loads((package / "sam.json").read_text())
        given = parameters.given(pairs, sam["Parameters"])
        parameters.completed(given, self.stack.parameters, "", stage=self.stage)  # refuses before anything is made
        self._refuse_if_busy()
        self.bucket.ensure(self.terminal)
        code = self.bucket.add((package / "deployment.zip").read_bytes(), ".zip")
        text = template_checks.with_code_at(sam, self.bucket.uri(code))
        url = self.bucket.url(self.bucket.add(text.encode(), ".json"))
        self._pass(url, given, sam["Parameters"], is_asked=True)
        if not self.stack.parameters.get("PublicUrl"):
            self.terminal.say("\nNow that the API has an address, the functions are told of it.")
            self._pass(url, given, sam["Parameters"], is_asked=False)
        return self.stack.outputs

    def _refuse_if_busy(self) -> None:
        status = self.stack.status
        if status.endswith("IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
            raise Refused(f"{self.stack.name} is {status}. Wait until that has ended.")
        if status == "ROLLBACK_COMPLETE":  # a first attempt that failed: it holds nothing and cannot be updated
            if not self.terminal.agrees(
                f"{self.stack.name} failed when it was first made and holds nothing. Remove it?"
            ):
                raise Refused("Nothing was changed.")
            self.stack.delete()

    def _pass(self, url: str, given: Mapping[str, str], declared: Mapping[str, Any], *, is_asked: bool) -> None:
        current = self.stack.parameters
        values = parameters.completed(given, current, api_url(self.stack.outputs), stage=self.stage)
        name = f"deploy-{time.time_ns()}"
        found = self.stack.propose(name, url, parameters.as_sent(values, current, declared), self.stage)
        if not found:
            self.terminal.say("No changes.")
            return
        self.terminal.say(f"\n{self.stack.name} would change:\n\n{changes.table(found)}\n")
        try:
            self._agree(found, is_asked=is_asked)
        except Refused:
            self.stack.drop(name)
            raise
        self.stack.execute(name)

    def _agree(self, found: list[Change], *, is_asked: bool) -> None:
        in_danger = [one.name for one in found if one.endangers_data]
        if in_danger:
            why = f"What {', '.join(in_danger)} holds would be lost to the app: signatures, links or files."
            if not self.terminal.has_typed(self.stack.name, why):
                raise Refused("Nothing was changed.")
        elif is_asked and not self.terminal.agrees("Go on?"):
            raise Refused("Nothing was changed.")


def api_url(outputs: Mapping[str, str]) -> str:
    """The API's own address without a slash at the end, or empty."""
    return outputs.get("EndpointURL", "").rstrip("/")
