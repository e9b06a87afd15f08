"""What each operator command does: call one service, print JSON, return the exit code. It parses no arguments."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.access.api_keys import EVERY_CAMPAIGN, Role
from chalicelib.domain.addresses.email_addresses import valid_email
from chalicelib.services.access.keyring import COMMAND_LINE
from chalicelib.services.mail.mail_reconciliation import OWED_AFTER
from chalicelib.storage.access.secrets import LONG_AGO
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    import argparse
    from datetime import datetime


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def create_key(options: argparse.Namespace) -> int:
    """Creates an API key and prints its secret."""
    campaigns = tuple(name.strip() for name in options.campaigns.split(",") if name.strip())
    if not (options.name.strip() and campaigns):
        sys.stderr.write("A key needs a name, and campaign ids or *.\n")
        return 2
    if options.role == Role.ADMIN and campaigns != (EVERY_CAMPAIGN,):
        sys.stderr.write("An admin's key reaches every campaign. Leave out --campaigns, or choose --role organizer.\n")
        return 2
    for campaign in campaigns:
        if campaign != EVERY_CAMPAIGN:
            wiring().campaign_reader.get_stored(campaign)  # raises CampaignNotFound: most likely a typo
    key, secret = wiring().keyring.create(options.name.strip(), Role(options.role), campaigns)
    _print_json({"id": key.id, "secret": secret})
    return 0


def list_keys(_: argparse.Namespace) -> int:
    """Prints every API key, without its secret."""
    for key in wiring().keyring.list():
        facts = {"id": key.id, "name": key.name, "role": key.role, "campaigns": key.campaigns}
        _print_json({**facts, "last_used": key.last_used or None, "revoked": key.revoked_at is not None})
    return 0


def revoke_key(options: argparse.Namespace) -> int:
    """Revokes an API key."""
    wiring().keyring.revoke(options.id, by=COMMAND_LINE)
    _print_json({"revoked": options.id})
    return 0


def invite_member(options: argparse.Namespace) -> int:
    """Adds a member and sends an invitation; prints the member's id."""
    from chalicelib.domain.access.member_requests import parse
    from chalicelib.services.access.memberships import Inviter

    name = options.name.strip() or options.email.partition("@")[0]
    body = {"email": options.email, "name": name, "role": options.role, "language": options.language}
    member = wiring().memberships.invite(parse(body), by=Inviter(COMMAND_LINE))
    _print_json({"id": member.id, "invited": member.email})
    return 0


def list_members(_: argparse.Namespace) -> int:
    """Prints every member."""
    for member in wiring().memberships.list():
        facts = {"id": member.id, "name": member.name, "email": member.email, "role": member.access.role}
        signed_in_at = member.signed_in_at.isoformat() if member.signed_in_at else None
        _print_json({**facts, "campaigns": member.access.campaigns, "signed_in_at": signed_in_at})
    return 0


def remove_member(options: argparse.Namespace) -> int:
    """Removes a member."""
    wiring().memberships.remove(options.id, by=COMMAND_LINE)
    _print_json({"removed": options.id})
    return 0


def verify(options: argparse.Namespace) -> int:
    """Prints where tallies and signatures differ; returns 1 when they do."""
    differences = wiring().tally_projector.verify(options.campaign)
    _print_json({"differences": [asdict(difference) for difference in differences]})
    return 1 if differences else 0


def repair(options: argparse.Namespace) -> int:
    """Corrects the tallies and prints what differed."""
    repaired = wiring().tally_projector.repair(options.campaign, restart=options.restart)
    _print_json({"repaired": [asdict(difference) for difference in repaired]})
    return 0


def sweep(options: argparse.Namespace) -> int:
    """Queues the emails that are owed and prints how many."""
    _print_json({"queued": wiring().mail_reconciliation.queue_owed(timedelta(0) if options.all_owed else OWED_AFTER)})
    return 0


def retry_refused_mail(_: argparse.Namespace) -> int:
    """Queues the emails that SES refused for good and prints how many."""
    _print_json({"queued": wiring().mail_reconciliation.queue_refused()})
    return 0


def list_link_keys(_: argparse.Namespace) -> int:
    """Prints every link key by its id."""
    keys = wiring().link_key_rotation.list()
    signing = wiring().link_key_rotation.signing_key(keys)
    for key in keys:
        _print_json({"id": key.id, "signs_since": _iso_or_none(key.since), "signs": key == signing})
    return 0


def rotate_link_keys(options: argparse.Namespace) -> int:
    """Adds a link key, or replaces all of them."""
    link_key_rotation = wiring().link_key_rotation
    key = (
        link_key_rotation.replace_all(by=COMMAND_LINE) if options.leaked else link_key_rotation.rotate(by=COMMAND_LINE)
    )
    _print_json({"id": key.id, "signs_since": _iso_or_none(key.since)})
    return 0


def forget_link_key(options: argparse.Namespace) -> int:
    """Removes an old link key."""
    wiring().link_key_rotation.remove(options.id, by=COMMAND_LINE)
    _print_json({"forgotten": options.id})
    return 0


def _iso_or_none(moment: datetime) -> str | None:
    return None if moment == LONG_AGO else moment.isoformat(timespec="seconds")


def lift_suppression(_: argparse.Namespace) -> int:
    """Lifts the suppression of an address."""
    email = valid_email(sys.stdin.readline().strip())  # not an argument, which would stay in the shell's history
    if email is None:
        sys.stderr.write("One email address is expected on standard input.\n")
        return 2
    _print_json(
        {"lifted": wiring().address_allowance.lift(email), "lifted_at_ses": wiring().account_suppressions.remove(email)}
    )
    return 0


def show_mail_state(_: argparse.Namespace) -> int:
    """Prints whether all email is paused."""
    state = wiring().mail_pause.get_state()
    _print_json({"paused": state.is_paused, "changed_at": state.changed_at or None})
    return 0


def set_mail_paused(options: argparse.Namespace) -> int:
    """Pauses or resumes all email."""
    wiring().mail_pause.set_paused(paused=options.paused, by=COMMAND_LINE)
    wiring().mail_reconciliation.queue_resumed()
    return show_mail_state(options)


def replay_feedback(_: argparse.Namespace) -> int:
    """Handles the SES reports that failed before, and prints how many."""
    _print_json({"handled": wiring().delivery_feedback.replay()})
    return 0


def set_captcha(options: argparse.Namespace) -> int:
    """Stores a captcha secret."""
    secret = sys.stdin.readline().strip()  # not an argument, which would stay in the shell's history
    if not secret:
        sys.stderr.write("The secret is expected on standard input.\n")
        return 2
    wiring().secret_store.write_captcha_secret(secret, options.site_key)
    _print_json({"captcha": "set"})
    return 0


def forget_captcha(options: argparse.Namespace) -> int:
    """Deletes a captcha secret."""
    wiring().secret_store.write_captcha_secret("", options.site_key)
    _print_json({"captcha": "forgotten"})
    return 0


def run_scheduled(_: argparse.Namespace) -> int:
    """Runs today's round, and prints whether it is complete."""
    _print_json({"complete": wiring().scheduled_round.run()})
    return 0
