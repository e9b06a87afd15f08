"""Commands for operators: keys, tally checks, the daily round. They run against AWS or locally, as the environment says."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.access.api_keys import EVERY_CAMPAIGN, Role
from chalicelib.domain.addresses.email_addresses import valid_email
from chalicelib.domain.errors import UndersignedError
from chalicelib.i18n.languages import problem_detail
from chalicelib.services.access.keyring import COMMAND_LINE
from chalicelib.services.mail.mail_reconciliation import OWED_AFTER
from chalicelib.settings import MissingSetting
from chalicelib.storage.access.secrets import LONG_AGO
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and prints JSON. Returns 0; 1 when `verify` finds a difference; 2 when the command cannot be run."""
    options = _parser().parse_args(arguments)
    try:
        result: int = options.run(options)
    except (UndersignedError, MissingSetting) as error:
        code = error.code if isinstance(error, UndersignedError) else ""
        sys.stderr.write(f"{problem_detail(code, 'en') if code else error}\n")
        return 2
    return result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chalicelib.cli", description=__doc__)
    commands = parser.add_subparsers(required=True)
    keys = commands.add_parser("keys", help="API keys").add_subparsers(required=True)
    create = keys.add_parser("create", help="create a key; its secret is shown only once")
    create.add_argument("--name", required=True, help="who will use it")
    create.add_argument("--role", choices=[str(role) for role in Role], required=True)
    create.add_argument(
        "--campaigns", default=EVERY_CAMPAIGN, help="campaign ids separated by commas, or * for all (the default)"
    )
    create.set_defaults(run=_create_key)
    keys.add_parser("list", help="list every key, without its secret").set_defaults(run=_list_keys)
    revoke = keys.add_parser("revoke", help="revoke a key; it may go on working for up to a minute")
    revoke.add_argument("id", help="the key's id, which is part of its secret: us_<id>_...")
    revoke.set_defaults(run=_revoke_key)
    verify = commands.add_parser("verify", help="compare the tallies with the signatures")
    verify.add_argument("--campaign")
    verify.set_defaults(run=_verify)
    repair = commands.add_parser("repair", help="correct the tallies; only while nobody is signing")
    repair.add_argument("--campaign")
    repair.add_argument("--restart", action="store_true", help="also reset the position in the stream")
    repair.set_defaults(run=_repair)
    sweep = commands.add_parser("sweep", help="queue the emails that are owed")
    sweep.add_argument("--all-owed", action="store_true", help="also those owed for less than an hour")
    sweep.set_defaults(run=_sweep)
    lift = commands.add_parser("lift", help="lift the suppression of an address, read from standard input")
    lift.set_defaults(run=_lift_suppression)
    links = commands.add_parser("links", help="the keys that links in emails are signed with").add_subparsers(
        required=True
    )
    links.add_parser("list", help="list every key by its id, never the key itself").set_defaults(run=_list_link_keys)
    rotate = links.add_parser("rotate", help="add a new key; links already sent go on working")
    rotate.add_argument("--leaked", action="store_true", help="the old keys have leaked: end every link sent so far")
    rotate.set_defaults(run=_rotate_link_keys)
    forget = links.add_parser("forget", help="remove an old key; links signed with it stop working")
    forget.add_argument("id", help="the id, as `links list` shows it")
    forget.set_defaults(run=_forget_link_key)
    mail = commands.add_parser("mail", help="pause or resume all email").add_subparsers(required=True)
    mail.add_parser("status", help="show whether all email is paused").set_defaults(run=_show_mail_state)
    mail.add_parser("pause", help="send no email; signing goes on").set_defaults(run=_set_mail_paused, paused=True)
    mail.add_parser("resume", help="send email again, and queue what was waiting").set_defaults(
        run=_set_mail_paused, paused=False
    )
    feedback = commands.add_parser("feedback", help="handle the bounces and complaints that failed before")
    feedback.set_defaults(run=_replay_feedback)
    captcha = commands.add_parser("captcha", help="the secret that a captcha service issued to this deployment")
    secrets = captcha.add_subparsers(required=True)
    store = secrets.add_parser("set", help="store the secret, read from standard input")
    store.set_defaults(run=_set_captcha)
    delete = secrets.add_parser("forget", help="delete the secret")
    delete.set_defaults(run=_forget_captcha)
    for command in (store, delete):
        command.add_argument(
            "site_key",
            nargs="?",
            default="",
            help="for this site key; by default for every site key without a secret of its own",
        )
    round_ = commands.add_parser("scheduled", aliases=["daily"], help="run today's round, or the rest of it")
    round_.set_defaults(run=_run_scheduled)
    return parser


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def _create_key(options: argparse.Namespace) -> int:
    campaigns = tuple(one.strip() for one in options.campaigns.split(",") if one.strip())
    if not (options.name.strip() and campaigns):
        sys.stderr.write("A key needs a name, and campaign ids or *.\n")
        return 2
    for campaign in campaigns:
        if campaign != EVERY_CAMPAIGN:
            wiring().campaign_reader.get_stored(campaign)  # raises CampaignNotFound: most likely a typo
    key, secret = wiring().keyring.create(options.name.strip(), Role(options.role), campaigns)
    _print_json({"id": key.id, "secret": secret})
    return 0


def _list_keys(_: argparse.Namespace) -> int:
    for key in wiring().keyring.list():
        facts = {"id": key.id, "name": key.name, "role": key.role, "campaigns": key.campaigns}
        _print_json({**facts, "last_used": key.last_used or None, "revoked": key.revoked_at is not None})
    return 0


def _revoke_key(options: argparse.Namespace) -> int:
    wiring().keyring.revoke(options.id, by=COMMAND_LINE)
    _print_json({"revoked": options.id})
    return 0


def _verify(options: argparse.Namespace) -> int:
    differences = wiring().tally_projector.verify(options.campaign)
    _print_json({"differences": [asdict(difference) for difference in differences]})
    return 1 if differences else 0


def _repair(options: argparse.Namespace) -> int:
    repaired = wiring().tally_projector.repair(options.campaign, restart=options.restart)
    _print_json({"repaired": [asdict(difference) for difference in repaired]})
    return 0


def _sweep(options: argparse.Namespace) -> int:
    _print_json({"queued": wiring().mail_reconciliation.queue_owed(timedelta(0) if options.all_owed else OWED_AFTER)})
    return 0


def _list_link_keys(_: argparse.Namespace) -> int:
    keys = wiring().link_key_rotation.list()
    signing = wiring().link_key_rotation.signing_key(keys)
    for key in keys:
        _print_json({"id": key.id, "signs_since": _iso_or_none(key.since), "signs": key == signing})
    return 0


def _rotate_link_keys(options: argparse.Namespace) -> int:
    link_key_rotation = wiring().link_key_rotation
    key = (
        link_key_rotation.replace_all(by=COMMAND_LINE) if options.leaked else link_key_rotation.rotate(by=COMMAND_LINE)
    )
    _print_json({"id": key.id, "signs_since": _iso_or_none(key.since)})
    return 0


def _forget_link_key(options: argparse.Namespace) -> int:
    wiring().link_key_rotation.remove(options.id, by=COMMAND_LINE)
    _print_json({"forgotten": options.id})
    return 0


def _iso_or_none(moment: datetime) -> str | None:
    return None if moment == LONG_AGO else moment.isoformat(timespec="seconds")


def _lift_suppression(_: argparse.Namespace) -> int:
    email = valid_email(sys.stdin.readline().strip())  # not an argument, which would stay in the shell's history
    if email is None:
        sys.stderr.write("One email address is expected on standard input.\n")
        return 2
    _print_json({"lifted": wiring().signer_links.lift_suppression(email)})
    return 0


def _show_mail_state(_: argparse.Namespace) -> int:
    state = wiring().mail_pause.get_state()
    _print_json({"paused": state.is_paused, "changed_at": state.changed_at or None})
    return 0


def _set_mail_paused(options: argparse.Namespace) -> int:
    wiring().mail_pause.set_paused(paused=options.paused, by=COMMAND_LINE)
    wiring().mail_reconciliation.queue_resumed()
    return _show_mail_state(options)


def _replay_feedback(_: argparse.Namespace) -> int:
    _print_json({"taken": wiring().delivery_feedback.replay()})
    return 0


def _set_captcha(arguments: argparse.Namespace) -> int:
    secret = sys.stdin.readline().strip()  # not an argument, which would stay in the shell's history
    if not secret:
        sys.stderr.write("The secret is expected on standard input.\n")
        return 2
    wiring().secret_store.write_captcha_secret(secret, arguments.site_key)
    _print_json({"captcha": "set"})
    return 0


def _forget_captcha(arguments: argparse.Namespace) -> int:
    wiring().secret_store.write_captcha_secret("", arguments.site_key)
    _print_json({"captcha": "forgotten"})
    return 0


def _run_scheduled(_: argparse.Namespace) -> int:
    _print_json({"complete": wiring().scheduled_round.run()})
    return 0


if __name__ == "__main__":
    sys.exit(main())
