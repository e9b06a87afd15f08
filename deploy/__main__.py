"""Commands behind `make deploy`, `make destroy`, `make keys`, `make restore` and `make operate`; the account is the one boto3 finds."""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from deploy.cloudformation.package_bucket import PackageBucket
from deploy.cloudformation.stack import Stack
from deploy.commands import admin_command, next_steps
from deploy.commands.deploy import Deploying
from deploy.commands.destroy import Destroying
from deploy.commands.restore import REGISTRY, SIGNATURES, Restoring
from deploy.packaging import stage_package
from deploy.packaging.lambda_zip import PackageFailed
from deploy.terminal import Refused, Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_CREDENTIALS = (
    "This terminal has no AWS credentials: export AWS_PROFILE=undersigned, or the name that you gave aws configure sso, "
    "and aws sso login."
)


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; 0 done or nothing to do, 1 refused or failed."""
    try:
        asked = _parser().parse_args(words)
        session = boto3.session.Session()
        if not session.region_name:
            raise Refused("No region is set: AWS_DEFAULT_REGION=eu-west-1, for example.")  # noqa: TRY301 - told like all
        stack = Stack(session, f"undersigned-{asked.stage}", Terminal(is_sure=getattr(asked, "yes", False)))
        code: int = asked.run(asked, session, stack)
    except (Refused, PackageFailed) as reason:
        print(reason, file=sys.stderr)
    except NoCredentialsError:
        print(f"{NO_CREDENTIALS} Nothing was done.", file=sys.stderr)
    except (ClientError, BotoCoreError) as error:  # AWS says it in a sentence; a stack trace would bury it
        print(f"AWS: {error}", file=sys.stderr)
    else:
        return code
    return 1


def _deploy(asked: argparse.Namespace, session: boto3.session.Session, stack: Stack) -> int:
    terminal = Terminal(is_sure=asked.yes)
    who = session.client("sts").get_caller_identity()
    terminal.say(f"Stage {asked.stage}: stack {stack.name}, account {who['Account']}, region {session.region_name}")
    deploying = Deploying(stack, PackageBucket(session, who["Account"]), terminal, asked.stage)
    if asked.package:
        outputs = deploying.run(Path(asked.package), asked.set)
    else:
        with tempfile.TemporaryDirectory() as folder:
            terminal.say("Packaging ...")
            stage_package.build(Path(folder), asked.stage)
            outputs = deploying.run(Path(folder), asked.set)
    parameters = stack.parameters
    told = next_steps.lines(outputs, parameters, str(session.region_name), asked.stage)
    told += next_steps.mail_state(session, parameters.get("MailDomain", ""))
    terminal.say("\n".join(told))
    return 0


def _destroy(asked: argparse.Namespace, session: boto3.session.Session, stack: Stack) -> int:
    Destroying(session, stack, Terminal()).run(with_data=asked.data)
    return 0


def _restore(asked: argparse.Namespace, session: boto3.session.Session, stack: Stack) -> int:
    terminal = Terminal(is_sure=asked.yes)
    if not asked.drill and not terminal.agrees(f"Bring back into {stack.name} what it has lost since {asked.at}?"):
        raise Refused("Nothing was restored.")
    ids = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in stack.resources()}
    tables = {name: ids[name] for name in (SIGNATURES, REGISTRY)}
    Restoring(session, terminal, tables).run(asked.at, is_drill=asked.drill, overwrite=asked.overwrite)
    return 0


def _moment(told: str) -> datetime:
    if not told:
        raise Refused("As of when? AT=2026-11-24T10:00:00Z, for example.")
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        raise Refused(f"{told} is no moment: AT=2026-11-24T10:00:00Z, for example.") from None
    if moment.tzinfo is None:
        raise Refused(f"The moment needs its zone: AT={told}Z, for example.")
    return moment


def _operate(asked: argparse.Namespace, session: boto3.session.Session, stack: Stack) -> int:
    return admin_command.run(session, stack, asked.command)


def _keys(asked: argparse.Namespace, session: boto3.session.Session, stack: Stack) -> int:
    campaigns = ["--campaigns", asked.campaigns] if asked.campaigns else []
    return admin_command.run(session, stack, ["keys", "create", "--name", asked.name, "--role", asked.role, *campaigns])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy", description=__doc__)
    commands = parser.add_subparsers(required=True)
    deploy = commands.add_parser("deploy", help="package, show what would change, ask, change it")
    deploy.add_argument("--yes", action="store_true", help="do not ask; refuses what could lose data")
    deploy.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the template")
    deploy.add_argument("--package", help="a folder that make package wrote, instead of packaging now")
    deploy.set_defaults(run=_deploy)
    destroy = commands.add_parser("destroy", help="remove a stage that holds no signatures")
    destroy.add_argument("--data", action="store_true", help="its tables, secret and bucket too")
    destroy.set_defaults(run=_destroy)
    keys = commands.add_parser("keys", help="make an API key")
    keys.add_argument("--name", required=True)
    keys.add_argument("--role", default="admin")
    keys.add_argument("--campaigns", default="")
    keys.set_defaults(run=_keys)
    restore = commands.add_parser("restore", help="bring back rows that were lost since a moment")
    restore.add_argument("--at", required=True, type=_moment, help="the moment, with its zone: 2026-11-24T10:00:00Z")
    restore.add_argument("--drill", action="store_true", help="restore beside and compare; put nothing back")
    restore.add_argument("--overwrite", action="store_true", help="signatures that were changed since go back too")
    restore.add_argument("--yes", action="store_true", help="do not ask")
    restore.set_defaults(run=_restore)
    operate = commands.add_parser("operate", help="any command of chalicelib.cli")
    operate.set_defaults(run=_operate)
    for command in (deploy, destroy, keys, restore, operate):
        command.add_argument("--stage", required=True)
    operate.add_argument("command", nargs=argparse.REMAINDER)
    return parser


if __name__ == "__main__":
    sys.exit(main())
