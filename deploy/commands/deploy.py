"""`make deploy`: shows what would change, asks, applies it; never replaces or removes what holds data without asking."""

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
class Deployment:
    """Deploys one stage in one account."""

    stack: Stack
    bucket: PackageBucket
    terminal: Terminal
    stage: str

    def run(self, package: Path, pairs: Sequence[str]) -> dict[str, str]:
        """Make the stack match the package, with `Name=value` parameters; return its outputs. Raises Refused."""
        sam = json.loads((package / "sam.json").read_text())
        values = parameters.parse(pairs, sam["Parameters"])
        parameters.completed(values, self.stack.parameters, "", stage=self.stage)  # refuses before anything is created
        self._refuse_if_busy()
        self.bucket.ensure(self.terminal)
        code = self.bucket.add((package / "deployment.zip").read_bytes(), ".zip")
        text = template_checks.with_code_at(sam, self.bucket.uri(code))
        url = self.bucket.url(self.bucket.add(text.encode(), ".json"))
        self._apply(url, values, sam["Parameters"], asks=True)
        if not self.stack.parameters.get("PublicUrl"):
            self.terminal.say("\nThe API has an address now; passing it to the functions.")
            self._apply(url, values, sam["Parameters"], asks=False)
        return self.stack.outputs

    def _refuse_if_busy(self) -> None:
        status = self.stack.status
        if status.endswith("IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
            raise Refused(f"{self.stack.name} is {status}. Try again when that has finished.")
        if status == "ROLLBACK_COMPLETE":  # a first deployment that failed: it holds nothing and cannot be updated
            if not self.terminal.agrees(
                f"The first deployment of {self.stack.name} failed; the stack holds nothing. Remove it?"
            ):
                raise Refused("Nothing was changed.")
            self.stack.delete()

    def _apply(self, url: str, requested: Mapping[str, str], declared: Mapping[str, Any], *, asks: bool) -> None:
        current = self.stack.parameters
        values = parameters.completed(requested, current, api_url(self.stack.outputs), stage=self.stage)
        name = f"deploy-{time.time_ns()}"
        proposed = self.stack.propose(name, url, parameters.for_cloudformation(values, current, declared), self.stage)
        if not proposed:
            self.terminal.say("No changes.")
            return
        self.terminal.say(f"\n{self.stack.name} would change:\n\n{changes.table(proposed)}\n")
        try:
            self._agree(proposed, asks=asks)
        except Refused:
            self.stack.drop(name)
            raise
        self.stack.execute(name)

    def _agree(self, proposed: list[Change], *, asks: bool) -> None:
        in_danger = [one.name for one in proposed if one.endangers_data]
        if in_danger:
            why = f"The app would lose what {', '.join(in_danger)} holds: signatures, links or files."
            if not self.terminal.has_typed(self.stack.name, why):
                raise Refused("Nothing was changed.")
        elif asks and not self.terminal.agrees("Apply these changes?"):
            raise Refused("Nothing was changed.")


def api_url(outputs: Mapping[str, str]) -> str:
    """The API's own address without a trailing slash, or empty."""
    return outputs.get("EndpointURL", "").rstrip("/")
