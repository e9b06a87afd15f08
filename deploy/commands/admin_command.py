"""The app's own commands against a deployed stage: its functions' settings, this machine's AWS credentials."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from deploy.terminal import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from boto3.session import Session

    from deploy.cloudformation.stack import Stack


def settings(session: Session, stack: Stack) -> dict[str, str]:
    """What the functions of the stack read from their environment. Raises Refused."""
    if not stack.status:
        raise Refused(f"There is no stack {stack.name} here: deploy it first.")
    client = session.client("lambda")
    found: dict[str, str] = {}
    for one in stack.resources():
        if one["ResourceType"] == "AWS::Lambda::Function":
            facts = client.get_function_configuration(FunctionName=one["PhysicalResourceId"])
            found |= facts.get("Environment", {}).get("Variables", {})
    return found


def run(session: Session, stack: Stack, command: Sequence[str]) -> int:
    """Run one command of `chalicelib.cli`; its exit code. What it prints is all that is printed: a key's secret too, once."""
    os.environ.update(settings(session, stack))
    os.environ.setdefault("AWS_REGION", str(session.region_name))
    os.environ.setdefault("AWS_DEFAULT_REGION", str(session.region_name))
    from chalicelib import cli

    return cli.main(command)
