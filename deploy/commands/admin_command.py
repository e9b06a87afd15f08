"""Runs the app's own commands (`chalicelib.cli`) against a deployed stage, with this machine's AWS credentials."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from deploy.terminal import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from boto3.session import Session

    from deploy.cloudformation.stack import Stack


def settings(session: Session, stack: Stack) -> dict[str, str]:
    """The environment variables of the stack's functions. Raises Refused when there is no stack."""
    if not stack.status:
        raise Refused(f"There is no stack {stack.name} here. Deploy it first.")
    client = session.client("lambda")
    variables: dict[str, str] = {}
    for one in stack.resources():
        if one["ResourceType"] == "AWS::Lambda::Function":
            facts = client.get_function_configuration(FunctionName=one["PhysicalResourceId"])
            variables |= facts.get("Environment", {}).get("Variables", {})
    return variables


def run(session: Session, stack: Stack, command: Sequence[str]) -> int:
    """Run one command of `chalicelib.cli`; return its exit code. Only the command itself prints."""
    os.environ.update(settings(session, stack))
    os.environ.setdefault("AWS_REGION", str(session.region_name))
    os.environ.setdefault("AWS_DEFAULT_REGION", str(session.region_name))
    from chalicelib import cli

    return cli.main(command)
