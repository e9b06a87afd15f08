"""Commands for operators: keys, tally checks, the daily round. They run against AWS or locally, as the environment says.

This module parses arguments and reports errors; what a command does is in `operator_commands`.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from chalicelib import operator_commands
from chalicelib.domain.access.api_keys import EVERY_CAMPAIGN, Role
from chalicelib.domain.errors import InvalidFields, UndersignedError
from chalicelib.i18n.languages import LANGUAGES, field_message, problem_detail
from chalicelib.settings import MissingSetting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and prints JSON. Returns 0; 1 when `verify` finds a difference; 2 when the command cannot be run."""
    options = _parser().parse_args(arguments)
    try:
        result: int = options.run(options)
    except InvalidFields as error:
        mistakes = (field_message(one.code, "en", limit=one.limit, field=one.field) for one in error.errors)
        sys.stderr.write(" ".join(mistakes) + "\n")
        return 2
    except (UndersignedError, MissingSetting) as error:
        code = error.code if isinstance(error, UndersignedError) else ""
        sys.stderr.write(f"{problem_detail(code, 'en') if code else error}\n")
        return 2
    return result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chalicelib.cli", description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(required=True)
    _add_key_commands(commands)
    _add_member_commands(commands)
    _add_tally_commands(commands)
    _add_mail_commands(commands)
    _add_link_commands(commands)
    _add_captcha_commands(commands)
    scheduled = commands.add_parser("scheduled", aliases=["daily"], help="run today's round, or the rest of it")
    scheduled.set_defaults(run=operator_commands.run_scheduled)
    return parser


def _add_key_commands(commands: Any) -> None:
    keys = commands.add_parser("keys", help="API keys").add_subparsers(required=True)
    create = keys.add_parser("create", help="create a key; its secret is shown only once")
    create.add_argument("--name", required=True, help="who will use it")
    create.add_argument("--role", choices=[str(role) for role in Role], required=True)
    create.add_argument(
        "--campaigns", default=EVERY_CAMPAIGN, help="campaign ids separated by commas, or * for all (the default)"
    )
    create.set_defaults(run=operator_commands.create_key)
    keys.add_parser("list", help="list every key, without its secret").set_defaults(run=operator_commands.list_keys)
    revoke = keys.add_parser("revoke", help="revoke a key; it may go on working for up to a minute")
    revoke.add_argument("id", help="the key's id, which is part of its secret: us_<id>_...")
    revoke.set_defaults(run=operator_commands.revoke_key)


def _add_member_commands(commands: Any) -> None:
    members = commands.add_parser("members", help="people who sign in by email").add_subparsers(required=True)
    invite = members.add_parser("invite", help="add a member and email an invitation")
    invite.add_argument("email", help="the person's email address")
    invite.add_argument("--name", default="", help="the person's name; what is before the @ if it is left out")
    invite.add_argument("--role", choices=[str(role) for role in Role], default=str(Role.ADMIN))
    invite.add_argument("--language", choices=LANGUAGES, default="en", help="of the emails to this person")
    invite.set_defaults(run=operator_commands.invite_member)
    members.add_parser("list", help="list every member").set_defaults(run=operator_commands.list_members)
    remove = members.add_parser("remove", help="remove a member, whose sessions end at once")
    remove.add_argument("id", help="the member's id, as `members list` shows it")
    remove.set_defaults(run=operator_commands.remove_member)


def _add_tally_commands(commands: Any) -> None:
    verify = commands.add_parser("verify", help="compare the tallies with the signatures")
    verify.add_argument("--campaign")
    verify.set_defaults(run=operator_commands.verify)
    repair = commands.add_parser("repair", help="correct the tallies; only while nobody is signing")
    repair.add_argument("--campaign")
    repair.add_argument("--restart", action="store_true", help="also reset the position in the stream")
    repair.set_defaults(run=operator_commands.repair)


def _add_mail_commands(commands: Any) -> None:
    sweep = commands.add_parser("sweep", help="queue the emails that are owed")
    sweep.add_argument("--all-owed", action="store_true", help="also those owed for less than an hour")
    sweep.set_defaults(run=operator_commands.sweep)
    lift = commands.add_parser("lift", help="lift the suppression of an address, read from standard input")
    lift.set_defaults(run=operator_commands.lift_suppression)
    mail = commands.add_parser("mail", help="pause or resume all email, or try again").add_subparsers(required=True)
    mail.add_parser("status", help="show whether all email is paused").set_defaults(
        run=operator_commands.show_mail_state
    )
    mail.add_parser("pause", help="send no email; signing goes on").set_defaults(
        run=operator_commands.set_mail_paused, paused=True
    )
    mail.add_parser("resume", help="send email again, and queue what was waiting").set_defaults(
        run=operator_commands.set_mail_paused, paused=False
    )
    mail.add_parser("retry", help="queue the emails that SES refused for good, once the cause is mended").set_defaults(
        run=operator_commands.retry_refused_mail
    )
    feedback = commands.add_parser("feedback", help="handle the bounces and complaints that failed before")
    feedback.set_defaults(run=operator_commands.replay_feedback)


def _add_link_commands(commands: Any) -> None:
    links = commands.add_parser("links", help="the keys that links in emails are signed with").add_subparsers(
        required=True
    )
    links.add_parser("list", help="list every key by its id, never the key itself").set_defaults(
        run=operator_commands.list_link_keys
    )
    rotate = links.add_parser("rotate", help="add a new key; links already sent go on working")
    rotate.add_argument("--leaked", action="store_true", help="the old keys have leaked: end every link sent so far")
    rotate.set_defaults(run=operator_commands.rotate_link_keys)
    forget = links.add_parser("forget", help="remove an old key; links signed with it stop working")
    forget.add_argument("id", help="the id, as `links list` shows it")
    forget.set_defaults(run=operator_commands.forget_link_key)


def _add_captcha_commands(commands: Any) -> None:
    captcha = commands.add_parser("captcha", help="the secret that a captcha service issued to this deployment")
    secrets = captcha.add_subparsers(required=True)
    store = secrets.add_parser("set", help="store the secret, read from standard input")
    store.set_defaults(run=operator_commands.set_captcha)
    delete = secrets.add_parser("forget", help="delete the secret")
    delete.set_defaults(run=operator_commands.forget_captcha)
    for command in (store, delete):
        command.add_argument(
            "site_key",
            nargs="?",
            default="",
            help="for this site key; by default for every site key without a secret of its own",
        )


if __name__ == "__main__":
    sys.exit(main())
