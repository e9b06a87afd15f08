"""The command line: which commands there are, and what each takes. No command takes a key or an address as an argument."""

from __future__ import annotations

import argparse
from argparse import SUPPRESS, ArgumentParser
from typing import TYPE_CHECKING, Any

from undersigned_client import __version__
from undersigned_client.commands import (
    administration,
    campaign_sync,
    exports,
    held_mail,
    held_mail_actions,
    mail_pause,
    paper_signatures,
    reports,
)
from undersigned_client.language.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from undersigned_client.session import Session

    Command = Callable[[Session, argparse.Namespace], int]

DEFAULT_FOLDER = "campaigns"
KINDS = ("widget", "form", "iframe", "link", "qr")
DEFAULT_LIMIT = 50


def parser() -> ArgumentParser:
    """The whole command line, in the reader's language."""
    # argparse looks its own words up by gettext, under this name; ours lie in no .mo file.
    setattr(argparse, "_", say)  # noqa: B010 - typeshed knows nothing of it
    made = ArgumentParser("undersigned", description=say("Undersigned for organizers, in a terminal."))
    made.add_argument("--version", action="version", version=__version__)
    # For every command, before or after its name.
    everywhere = ArgumentParser(add_help=False)
    everywhere.add_argument("--json", action="store_true", default=SUPPRESS, help=say("answer as JSON, for programs"))
    made.add_argument("--json", action="store_true", help=say("answer as JSON, for programs"))
    commands = Commands(made, everywhere)
    for add in (_account, _campaigns, _looking, _export, _held, _mail, _people, _keys):
        add(commands)
    return made


class Commands:
    """Subcommands of a parser; each has a function and the options of `everywhere`."""

    def __init__(self, parent: ArgumentParser, everywhere: ArgumentParser, *, required: bool = True) -> None:
        self._everywhere = everywhere
        self._inner: Any = parent.add_subparsers(title=say("commands"), metavar="COMMAND", required=required)

    def add(self, name: str, run: Command, about: str) -> ArgumentParser:
        """One command."""
        made: ArgumentParser = self._inner.add_parser(name, help=about, description=about, parents=[self._everywhere])
        made.set_defaults(run=run)
        return made

    def group(self, name: str, run: Command, about: str) -> tuple[ArgumentParser, Commands]:
        """A command that does something by itself and has commands of its own."""
        made = self.add(name, run, about)
        return made, Commands(made, self._everywhere, required=False)


def _account(commands: Commands) -> None:
    commands.add("login", administration.login, say("ask for the API's address and a key, and save them"))
    commands.add("logout", administration.logout, say("forget them on this machine"))


def _campaigns(commands: Commands) -> None:
    listed, inner = commands.group("campaigns", reports.campaigns, say("list campaigns, or keep them as files"))
    listed.add_argument("--archived", action="store_true", help=say("archived ones too"))
    _one(inner.add("show", reports.show, say("one campaign and its pages")))
    paste = _one(inner.add("snippets", reports.snippets, say("what to paste into a page")))
    paste.add_argument(
        "--kind", choices=KINDS, default=KINDS[0], help=say("which one; the form with a script if left out")
    )
    paste.add_argument("--lang", metavar="es", help=say("in this language; the campaign's own if left out"))
    for name, state in (("open", "open"), ("close", "closed")):
        about = say("let the form accept signatures") if name == "open" else say("let the form accept no more")
        change = _sure(_one(inner.add(name, administration.set_state, about)))
        change.set_defaults(new_state=state)
    pull = _folder(inner.add("pull", campaign_sync.pull, say("write a file for each campaign")))
    pull.add_argument("--id", dest="ids", action="append", metavar="CAMPAIGN", help=say("only this one"))
    pull.add_argument("--overwrite", action="store_true", help=say("replace files that differ"))
    _folder(inner.add("diff", campaign_sync.diff, say("show what the files would change; exit code 1 if anything")))
    apply = _sure(_folder(inner.add("apply", campaign_sync.apply, say("make the campaigns match the files"))))
    apply.add_argument("--check", action="store_true", help=say("only look; exit code 1 if anything differs"))


def _looking(commands: Commands) -> None:
    counts = _one(commands.add("counts", reports.counts, say("how it is going")))
    counts.add_argument(
        "--since", metavar="MOMENT", help=say("also the growth since then, such as 2026-11-01T00:00:00Z")
    )
    counts.add_argument("--by", metavar="day,country,…", help=say("only these breakdowns, in full"))
    counts.add_argument("--csv", action="store_true", help=say("as CSV"))
    listed = _one(commands.add("signatures", reports.signatures, say("the newest signatures")))
    listed.add_argument(
        "--limit", type=int, default=DEFAULT_LIMIT, metavar="N", help=say("how many; {n}", n=DEFAULT_LIMIT)
    )
    for name in reports.FILTERS:
        listed.add_argument(f"--{name}", help=say("only those with this"))
    listed.add_argument(
        "--from", dest="first_day", metavar="DAY", help=say("signed on this day or later, such as 2026-11-23")
    )
    listed.add_argument("--to", dest="last_day", metavar="DAY", help=say("signed on this day or before"))
    _one(commands.add("find", reports.find, say("the signature of an address, which you are asked for")))


def _export(commands: Commands) -> None:
    export = _one(commands.add("export", exports.export, say("download a file of signatures")))
    export.add_argument("-o", "--output", required=True, metavar="FILE", help=say("where to; packed if it ends in .gz"))
    export.add_argument("--overwrite", action="store_true", help=say("even if the file exists"))
    export.add_argument("--format", choices=("csv", "ndjson"), default="csv")
    export.add_argument("--state", metavar="STATE", help=say("pending, confirmed, external, withdrawn or any"))
    export.add_argument("--sponsor", metavar="ID", help=say("only those who consented to this sponsor"))
    export.add_argument("--delivery", action="store_true", help=say("only the names of those who asked to be shown"))
    export.add_argument("--bom", action="store_true", help=say("for old spreadsheet programs that garble accents"))
    start = export.add_mutually_exclusive_group()
    start.add_argument("--since", metavar="CURSOR", help=say("only what changed since an earlier export"))
    start.add_argument("--incremental", metavar="FILE", help=say("the same; this file remembers since when"))
    export.add_argument("--resume", metavar="EXPORT", help=say("resume one that was started earlier"))


def _held(commands: Commands) -> None:
    _, inner = commands.group("held", held_mail.campaigns, say("emails held back, by campaign"))
    _one(inner.add("show", held_mail.show, say("why, and where they come from")))
    for what in held_mail_actions.DONE:
        about = say("send them") if what == "release" else say("discard their signatures, for good")
        settle = _sure(_one(inner.add(what, held_mail_actions.settle, about)))
        settle.add_argument("--reason", choices=tuple(held_mail.meanings()), help=say("only those held back for this"))
        settle.add_argument("--network", metavar="NAME", help=say("only from this network, as named by held show"))
        settle.add_argument("--domain", metavar="DOMAIN", help=say("only with addresses there"))
        settle.set_defaults(what=what)


def _mail(commands: Commands) -> None:
    _, inner = commands.group("mail", mail_pause.show, say("whether emails are paused"))
    for name in ("pause", "resume"):
        about = say("send no emails for a while") if name == "pause" else say("resume emails")
        turn = _sure(inner.add(name, mail_pause.turn, about))
        whose = turn.add_mutually_exclusive_group(required=True)
        whose.add_argument("campaign", metavar="CAMPAIGN", nargs="?", help=say("the campaign's id"))
        whose.add_argument("--all", action="store_true", help=say("of every campaign (admin)"))
        turn.set_defaults(paused=name == "pause")


def _people(commands: Commands) -> None:
    paper = _one(commands.add("paper", paper_signatures.paper, say("enter paper signatures from a CSV file")))
    paper.add_argument(
        "file", metavar="FILE", help=say("columns named like the form's fields: given_name, family_name, …")
    )
    _sure(commands.add("erase", administration.erase, say("erase an address everywhere (admin)")))
    access = commands.add("access", administration.access, say("everything stored about an address (admin)"))
    access.add_argument("-o", "--output", metavar="FILE", help=say("where to"))


def _keys(commands: Commands) -> None:
    _, inner = commands.group("keys", administration.keys, say("list, create and revoke keys (admin)"))
    create = inner.add("create", administration.create_key, say("create a key; it is shown once"))
    create.add_argument("--name", required=True, help=say("whose it is: a position or an organization"))
    create.add_argument("--role", required=True, choices=("reader", "organizer", "admin"))
    create.add_argument("--campaigns", metavar="a,b", help=say("only these campaigns"))
    create.add_argument("--sponsor", metavar="ID", help=say("only those who consented to this sponsor"))
    create.add_argument(
        "--expires", dest="expires_at", metavar="MOMENT", help=say("when it expires, such as 2027-01-01T00:00:00Z")
    )
    _sure(inner.add("revoke", administration.revoke_key, say("revoke a key"))).add_argument("key", metavar="KEY")


def _one(command: ArgumentParser) -> ArgumentParser:
    command.add_argument("campaign", metavar="CAMPAIGN", help=say("the campaign's id"))
    return command


def _sure(command: ArgumentParser) -> ArgumentParser:
    command.add_argument("--yes", action="store_true", help=say("do not ask"))
    return command


def _folder(command: ArgumentParser) -> ArgumentParser:
    about = say("folder of the files; {folder}", folder=DEFAULT_FOLDER)
    command.add_argument("folder", metavar="DIR", nargs="?", default=DEFAULT_FOLDER, help=about)
    return command
