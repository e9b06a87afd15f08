"""`make deploy`: shows what would change, asks, applies it; never replaces or removes what holds data without asking."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deploy.cloudformation import changes, parameter_checks, parameters
from deploy.packaging import template_checks
from deploy.packaging.archives import ARCHIVES
from deploy.terminal import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from deploy.cloudformation.changes import Change
    from deploy.cloudformation.package_bucket import PackageBucket
    from deploy.cloudformation.stack import Stack
    from deploy.commands.account_checks import AccountChecks
    from deploy.commands.stack_recovery import StackRecovery
    from deploy.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Deployment:
    """Deploys one stage in one account."""

    stack: Stack
    recovery: StackRecovery
    checks: AccountChecks
    bucket: PackageBucket
    terminal: Terminal
    stage: str

    def run(self, package: Path, pairs: Sequence[str]) -> dict[str, str]:
        """Make the stack match the package, with `Name=value` parameters; return its outputs. Raises Refused."""
        sam = json.loads((package / "sam.json").read_text())
        values = self._prepared(parameters.parse(pairs, sam["Parameters"]), sam)
        self.bucket.ensure(self.terminal)
        codes = {name: self.bucket.add((package / name).read_bytes(), ".zip") for name in ARCHIVES}
        text = template_checks.with_code_at(sam, {name: self.bucket.uri(key) for name, key in codes.items()})
        url = self.bucket.url(self.bucket.add(text.encode(), ".json"))
        self._apply(url, values, sam["Parameters"], asks=True)
        if sentences := parameters.awaits_second_pass(self.stack.parameters):
            self.terminal.say("\n" + "\n".join(sentences))
            self._apply(url, values, sam["Parameters"], asks=False)
        return self.stack.outputs

    def refuse_unworkable(self, pairs: Sequence[str], template: Mapping[str, Any]) -> None:
        """Raise Refused for parameters that cannot work, before any time is spent on packaging."""
        self._checked(parameters.parse(pairs, template["Parameters"]), template)

    def _checked(self, requested: dict[str, str], template: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
        """What is asked for, and all parameters that would be in effect."""
        current = self.stack.parameters
        if self.recovery.must_remove():
            requested, current = {**parameters.carried(current), **requested}, {}
        completed = parameters.completed(requested, current, "", stage=self.stage)
        values = parameter_checks.in_effect(completed, current, template["Parameters"])
        parameter_checks.check(values, template, requested)
        return requested, values

    def _prepared(self, requested: dict[str, str], template: Mapping[str, Any]) -> dict[str, str]:
        """The parameters to ask for, after getting the stack out of what an earlier attempt left. Raises Refused."""
        requested, values = self._checked(requested, template)
        self.checks.run(values, {} if self.recovery.must_remove() else self.stack.parameters, template)
        self.recovery.make_ready()
        return requested

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
