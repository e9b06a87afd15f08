"""Deploying in tests: a person at the terminal, packages without the SAM transform, and small templates."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deploy.cloudformation.package_bucket import PackageBucket
from deploy.cloudformation.stack import Stack
from deploy.commands.account_checks import AccountChecks
from deploy.commands.deploy import Deployment
from deploy.commands.stack_recovery import StackRecovery
from deploy.packaging.archives import ARCHIVES
from deploy.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from boto3.session import Session

ACCOUNT = "000000000000"


@dataclass(frozen=True, slots=True)
class Person(Terminal):
    """Answers as told, and remembers what was said."""

    agreeing: bool = True
    typing: str = ""
    said: list[str] = field(default_factory=list)

    def say(self, text: str = "") -> None:
        self.said.append(text)

    def agrees(self, question: str) -> bool:
        self.said.append(question)
        return self.agreeing

    def has_typed(self, word: str, why: str) -> bool:
        if self.is_sure:
            return Terminal.has_typed(self, word, why)  # slots: no super() without arguments
        self.said.append(why)
        return self.typing == word


def a_package(folder: Path, template: dict[str, Any]) -> Path:
    """As `make package` leaves it, but for the SAM transform, which no engine here has."""
    (folder / "sam.json").write_text(json.dumps(template))
    for name in ARCHIVES:
        with zipfile.ZipFile(folder / name, "w") as packed:
            packed.writestr("app.py", "")
    return folder


def a_small(key: str = "pk", **more: Any) -> dict[str, Any]:
    """Two tables, named by hand, so that another key means another table."""
    table = {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
        },
    }
    queue = {"Type": "AWS::SQS::Queue"}
    names = ("ApiDomain", "PublicUrl", "Production")
    parameters = {name: {"Type": "String", "Default": ""} for name in names}
    return {"Parameters": parameters, "Resources": {"SignaturesTable": table, "MailQueue": queue, **more}}


def the_stack(session: Session, name: str, terminal: Terminal) -> Stack:
    return Stack(session, name, terminal, pause=lambda _: None)


def a_deployment(session: Session, stack: Stack, terminal: Terminal, stage: str = "dev") -> Deployment:
    recovery, checks = StackRecovery(session, stack, terminal), AccountChecks(session, stack, terminal)
    return Deployment(stack, recovery, checks, PackageBucket(session, ACCOUNT), terminal, stage)


def deploy(session: Session, name: str, package: Path, terminal: Terminal | None = None, *pairs: str) -> dict[str, str]:
    terminal = terminal or Person()
    stack = the_stack(session, name, terminal)
    pairs = pairs or ("PublicUrl=https://sign.example.org",)
    return a_deployment(session, stack, terminal).run(package, pairs)


def tables(session: Session, stack: str) -> list[str]:
    return [name for name in session.client("dynamodb").list_tables()["TableNames"] if name.startswith(f"{stack}-")]
