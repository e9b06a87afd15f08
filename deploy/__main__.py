"""The commands behind `make deploy`, `destroy`, `restore`, `api-key`, `admin` and `admin-command`, in the account that boto3 finds."""

from __future__ import annotations

import argparse
import json
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
from deploy.commands.account_checks import AccountChecks, refuse_without_budgets, refuse_without_ses
from deploy.commands.deploy import Deployment
from deploy.commands.destroy import StageRemoval
from deploy.commands.restore import REGISTRY, SIGNATURES, TableRestore
from deploy.commands.stack_recovery import StackRecovery
from deploy.packaging import stage_package
from deploy.packaging.lambda_zip import PackageFailed
from deploy.terminal import Refused, Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

TEMPLATE = stage_package.ROOT / ".chalice" / "resources.json"  # its parameters and rules are those of the package
NO_CREDENTIALS = (
    "This terminal has no AWS credentials. Run export AWS_PROFILE=undersigned, or whatever profile name you gave to "
    "aws configure sso, and then aws sso login."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done or nothing to do, 1 refused or failed."""
    try:
        options = _parser().parse_args(arguments)
        session = boto3.session.Session()
        if not session.region_name:
            raise Refused("No region is set. For example: export AWS_DEFAULT_REGION=eu-west-1.")  # noqa: TRY301 - reported like the others
        stack = Stack(session, f"undersigned-{options.stage}", Terminal(is_sure=getattr(options, "yes", False)))
        code: int = options.run(options, session, stack)
    except (Refused, PackageFailed) as reason:
        print(reason, file=sys.stderr)
    except NoCredentialsError:
        print(f"{NO_CREDENTIALS} Nothing was done.", file=sys.stderr)
    except (ClientError, BotoCoreError) as error:  # AWS explains it in a sentence; a stack trace would bury that
        print(f"AWS: {error}", file=sys.stderr)
    else:
        return code
    return 1


def _deploy(options: argparse.Namespace, session: boto3.session.Session, stack: Stack) -> int:
    terminal = Terminal(is_sure=options.yes)
    refuse_without_ses(session)
    refuse_without_budgets(str(session.region_name), options.set)
    identity = session.client("sts").get_caller_identity()
    terminal.say(
        f"Stage {options.stage}: stack {stack.name}, account {identity['Account']}, region {session.region_name}"
    )
    recovery, checks = StackRecovery(session, stack, terminal), AccountChecks(session, stack, terminal)
    bucket = PackageBucket(session, identity["Account"])
    deployment = Deployment(stack, recovery, checks, bucket, terminal, options.stage)
    if options.package:
        outputs = deployment.run(Path(options.package), options.set)
    else:
        deployment.refuse_unworkable(options.set, json.loads(TEMPLATE.read_text()))
        with tempfile.TemporaryDirectory() as folder:
            terminal.say("Packaging ...")
            stage_package.build(Path(folder), options.stage, str(session.region_name))
            outputs = deployment.run(Path(folder), options.set)
    parameters = stack.parameters
    lines = next_steps.lines(outputs, parameters, str(session.region_name), options.stage)
    lines += next_steps.mail_state(session, parameters.get("MailDomain", ""))
    terminal.say("\n".join(lines))
    return 0


def _destroy(options: argparse.Namespace, session: boto3.session.Session, stack: Stack) -> int:
    StageRemoval(session, stack, Terminal()).run(with_data=options.data)
    return 0


def _restore(options: argparse.Namespace, session: boto3.session.Session, stack: Stack) -> int:
    terminal = Terminal(is_sure=options.yes)
    if not options.drill and not terminal.agrees(f"Restore to {stack.name} the rows it has lost since {options.at}?"):
        raise Refused("Nothing was restored.")
    ids = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in stack.resources()}
    tables = {name: ids[name] for name in (SIGNATURES, REGISTRY)}
    TableRestore(session, terminal, tables).run(options.at, is_drill=options.drill, overwrite=options.overwrite)
    return 0


def _moment(text: str) -> datetime:
    if not text:
        raise Refused("As of when? For example: AT=2026-11-24T10:00:00Z.")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(f"{text} is not a date and time. For example: AT=2026-11-24T10:00:00Z.") from None
    if moment.tzinfo is None:
        raise Refused(f"The time needs a time zone. For UTC: AT={text}Z.")
    return moment


def _admin_command(options: argparse.Namespace, session: boto3.session.Session, stack: Stack) -> int:
    return admin_command.run(session, stack, options.command)


def _api_key(options: argparse.Namespace, session: boto3.session.Session, stack: Stack) -> int:
    campaigns = ["--campaigns", options.campaigns] if options.campaigns else []
    return admin_command.run(
        session, stack, ["keys", "create", "--name", options.name, "--role", options.role, *campaigns]
    )


def _admin(options: argparse.Namespace, session: boto3.session.Session, stack: Stack) -> int:
    named = ["--name", options.name] if options.name else []
    return admin_command.run(session, stack, ["members", "invite", options.email, "--role", "admin", *named])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy", description=__doc__)
    commands = parser.add_subparsers(required=True)
    deploy = commands.add_parser("deploy", help="package the app, show what would change, ask, and apply it")
    deploy.add_argument("--yes", action="store_true", help="do not ask; changes that could lose data are refused")
    deploy.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the template")
    deploy.add_argument("--package", help="use this folder, written by make package, instead of packaging now")
    deploy.set_defaults(run=_deploy)
    destroy = commands.add_parser("destroy", help="remove a stage that holds no signatures")
    destroy.add_argument("--data", action="store_true", help="remove its tables, secret and bucket too")
    destroy.set_defaults(run=_destroy)
    api_key = commands.add_parser("api-key", help="create an API key; it is shown once")
    api_key.add_argument("--name", required=True, help="who will use it")
    api_key.add_argument("--role", default="admin", help="reader, organizer or admin (the default)")
    api_key.add_argument("--campaigns", default="", metavar="A,B", help="only for these campaigns")
    api_key.set_defaults(run=_api_key)
    member = commands.add_parser("admin", help="invite a member who is an admin; the first one lets in all others")
    member.add_argument("--email", required=True, help="the person's email address")
    member.add_argument("--name", default="", help="the person's name")
    member.set_defaults(run=_admin)
    restore = commands.add_parser("restore", help="restore rows that were lost since a point in time")
    restore.add_argument(
        "--at", required=True, type=_moment, help="the point in time, with a time zone: 2026-11-24T10:00:00Z"
    )
    restore.add_argument(
        "--drill", action="store_true", help="restore to separate tables and compare; put nothing back"
    )
    restore.add_argument("--overwrite", action="store_true", help="also put back signatures that have changed since")
    restore.add_argument("--yes", action="store_true", help="do not ask")
    restore.set_defaults(run=_restore)
    admin = commands.add_parser("admin-command", help="run a command of chalicelib.cli on a stage")
    admin.set_defaults(run=_admin_command)
    for command in (deploy, destroy, api_key, member, restore, admin):
        command.add_argument("--stage", required=True)
    admin.add_argument("command", nargs=argparse.REMAINDER)
    return parser


if __name__ == "__main__":
    sys.exit(main())
