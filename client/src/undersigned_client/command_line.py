"""The command line: every command with its options. No command takes a key as an argument, nor anybody's address but one's own."""

from __future__ import annotations

import argparse
from argparse import SUPPRESS, ArgumentParser

from undersigned_client import __version__, access_commands, handover_commands, message_commands
from undersigned_client.commands import (
    bulk_withdrawals,
    campaign_state,
    campaign_sync,
    flood_withdrawal,
    held_mail,
    held_mail_actions,
    hidden_names,
    mail_pause,
    paper_sheets,
    paper_signatures,
    privacy_requests,
    reports,
    sign_in,
)
from undersigned_client.language.messages import translate
from undersigned_client.subcommands import Commands, with_campaign, with_folder, with_yes

KINDS = ("widget", "form", "iframe", "link", "qr")
DEFAULT_LIMIT = 50


def parser() -> ArgumentParser:
    """The whole command line, in the reader's language."""
    # argparse translates its own words through gettext under this name; our translations are not in a .mo file.
    setattr(argparse, "_", translate)  # noqa: B010 - typeshed does not list it
    command = ArgumentParser("undersigned", description=translate("Undersigned for organizers, in a terminal."))
    command.add_argument("--version", action="version", version=__version__)
    # Accepted by every command, before or after its name.
    everywhere = ArgumentParser(add_help=False)
    everywhere.add_argument(
        "--json", action="store_true", default=SUPPRESS, help=translate("answer as JSON, for programs")
    )
    command.add_argument("--json", action="store_true", help=translate("answer as JSON, for programs"))
    commands = Commands(command, everywhere)
    for add in (
        _account,
        _campaigns,
        _counts_and_signatures,
        _flood,
        _withdrawals,
        _hidden,
        handover_commands.export,
        handover_commands.packet,
        _held,
        _mail,
        message_commands.emails,
        message_commands.updates,
        _people,
        access_commands.members,
        access_commands.keys,
    ):
        add(commands)
    return command


def _account(commands: Commands) -> None:
    login = commands.add("login", sign_in.login, translate("sign in by email, or with a key, and save that here"))
    login.add_argument(
        "whose",
        metavar="EMAIL",
        nargs="?",
        help=translate("your own address, which a code is sent to; without it, a key"),
    )
    commands.add("logout", sign_in.logout, translate("end the session, and forget what was saved here"))
    commands.add("whoami", sign_in.whoami, translate("who this is, and what they may do"))


def _campaigns(commands: Commands) -> None:
    listed, inner = commands.group("campaigns", reports.campaigns, translate("list campaigns, or keep them as files"))
    listed.add_argument("--archived", action="store_true", help=translate("archived ones too"))
    with_campaign(inner.add("show", reports.show, translate("one campaign and its pages")))
    paste = with_campaign(inner.add("snippets", reports.snippets, translate("what to paste into a page")))
    paste.add_argument(
        "--kind", choices=KINDS, default=KINDS[0], help=translate("which one; the form with a script if left out")
    )
    paste.add_argument("--lang", metavar="es", help=translate("in this language; the campaign's own if left out"))
    for name, state in (("open", "open"), ("close", "closed")):
        about = (
            translate("let the form accept signatures") if name == "open" else translate("let the form accept no more")
        )
        change = with_yes(with_campaign(inner.add(name, campaign_state.set_state, about)))
        change.set_defaults(new_state=state)
    pull = with_folder(inner.add("pull", campaign_sync.pull, translate("write a file for each campaign")))
    pull.add_argument("--id", dest="ids", action="append", metavar="CAMPAIGN", help=translate("only this one"))
    pull.add_argument("--overwrite", action="store_true", help=translate("replace files that differ"))
    with_folder(
        inner.add("diff", campaign_sync.diff, translate("show what the files would change; exit code 1 if anything"))
    )
    apply = with_yes(
        with_folder(inner.add("apply", campaign_sync.apply, translate("make the campaigns match the files")))
    )
    apply.add_argument("--check", action="store_true", help=translate("only look; exit code 1 if anything differs"))


def _counts_and_signatures(commands: Commands) -> None:
    counts = with_campaign(commands.add("counts", reports.counts, translate("how it is going")))
    counts.add_argument(
        "--since", metavar="MOMENT", help=translate("also the growth since then, such as 2026-11-01T00:00:00Z")
    )
    counts.add_argument("--by", metavar="day,country,…", help=translate("only these breakdowns, in full"))
    counts.add_argument("--csv", action="store_true", help=translate("as CSV"))
    listed = with_campaign(commands.add("signatures", reports.signatures, translate("the newest signatures")))
    listed.add_argument(
        "--limit",
        type=int,
        default=DEFAULT_LIMIT,
        metavar="N",
        help=translate("how many; {n}", n=DEFAULT_LIMIT),
    )
    for name in reports.FILTERS:
        listed.add_argument(f"--{name}", help=translate("only those with this"))
    listed.add_argument(
        "--from", dest="first_day", metavar="DAY", help=translate("signed on this day or later, such as 2026-11-23")
    )
    listed.add_argument("--to", dest="last_day", metavar="DAY", help=translate("signed on this day or before"))
    with_campaign(commands.add("find", reports.find, translate("the signature of an address, which you are asked for")))


def _flood(commands: Commands) -> None:
    about = translate("withdraw the signatures of a flood, which are counted first")
    flood = with_yes(with_campaign(commands.add("withdraw", flood_withdrawal.withdraw, about)))
    flood.add_argument("--network", metavar="NAME", help=translate("only from this network, as signatures name it"))
    flood.add_argument("--source", metavar="SOURCE", help=translate("only with this source"))
    flood.add_argument(
        "--form-shown-at",
        metavar="MOMENT",
        help=translate("only of a form shown at this very moment, as signatures say it"),
    )
    flood.add_argument("--flag", choices=tuple(flood_withdrawal.flags()), help=translate("only with this flag"))
    flood.add_argument(
        "--from", dest="first_day", metavar="DAY", help=translate("signed on this day or later, such as 2026-11-23")
    )
    flood.add_argument("--to", dest="last_day", metavar="DAY", help=translate("signed on this day or before"))


def _withdrawals(commands: Commands) -> None:
    about = translate("what was withdrawn together, and undoing it within a day")
    listed = with_yes(with_campaign(commands.add("withdrawals", bulk_withdrawals.withdrawals, about)))
    listed.add_argument("--undo", metavar="ID", help=translate("restore what this one withdrew"))


def _hidden(commands: Commands) -> None:
    about = translate("keep names from the public; their signatures count as before")
    hidden_names.add_options(with_campaign(commands.add("hide", hidden_names.decide, about)), shown=False)
    about = translate("let hidden names be shown again")
    hidden_names.add_options(with_campaign(commands.add("show", hidden_names.decide, about)), shown=True)


def _held(commands: Commands) -> None:
    _, inner = commands.group("held", held_mail.campaigns, translate("emails held back, by campaign"))
    with_campaign(inner.add("show", held_mail.show, translate("why, and where they come from")))
    for what in held_mail_actions.PAST_TENSE:
        about = translate("send them") if what == "release" else translate("discard their signatures, for good")
        settle = with_yes(with_campaign(inner.add(what, held_mail_actions.settle, about)))
        settle.add_argument(
            "--reason", choices=tuple(held_mail.meanings()), help=translate("only those held back for this")
        )
        settle.add_argument(
            "--network", metavar="NAME", help=translate("only from this network, as named by held show")
        )
        settle.add_argument("--domain", metavar="DOMAIN", help=translate("only with addresses there"))
        settle.set_defaults(what=what)


def _mail(commands: Commands) -> None:
    _, inner = commands.group("mail", mail_pause.show, translate("whether emails are paused"))
    for name in ("pause", "resume"):
        about = translate("send no emails for a while") if name == "pause" else translate("resume emails")
        turn = with_yes(inner.add(name, mail_pause.set_paused, about))
        whose = turn.add_mutually_exclusive_group(required=True)
        whose.add_argument("campaign", metavar="CAMPAIGN", nargs="?", help=translate("the campaign's id"))
        whose.add_argument("--all", action="store_true", help=translate("of every campaign (admin)"))
        turn.set_defaults(paused=name == "pause")


def _people(commands: Commands) -> None:
    paper = with_campaign(
        commands.add("paper", paper_signatures.paper, translate("enter paper signatures from a CSV file"))
    )
    paper.add_argument(
        "file", metavar="FILE", help=translate("columns named like the form's fields: given_name, family_name, …")
    )
    paper_signatures.add_options(with_yes(paper))
    about = translate("files of paper signatures that were entered, and taking one back within a day")
    sheets = with_yes(with_campaign(commands.add("sheets", paper_sheets.sheets, about)))
    sheets.add_argument("--undo", metavar="ID", help=translate("undo what was entered from this one"))
    with_yes(commands.add("erase", privacy_requests.erase, translate("erase an address everywhere (admin)")))
    access = commands.add("access", privacy_requests.access, translate("everything stored about an address (admin)"))
    access.add_argument("-o", "--output", metavar="FILE", help=translate("where to"))
