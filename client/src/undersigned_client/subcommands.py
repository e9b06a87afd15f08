"""Builds subcommands for the command line, with the arguments that many of them share; it knows no command itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from undersigned_client.language.messages import translate

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable

    from undersigned_client.session import Session

    Command = Callable[[Session, Namespace], int]

DEFAULT_FOLDER = "campaigns"


class Commands:
    """Subcommands of a parser; each has a function and the options in `everywhere`."""

    def __init__(self, parent: ArgumentParser, everywhere: ArgumentParser, *, required: bool = True) -> None:
        self._everywhere = everywhere
        self._inner: Any = parent.add_subparsers(title=translate("commands"), metavar="COMMAND", required=required)

    def add(self, name: str, run: Command, about: str) -> ArgumentParser:
        """Add one command."""
        command: ArgumentParser = self._inner.add_parser(
            name, help=about, description=about, parents=[self._everywhere]
        )
        command.set_defaults(run=run)
        return command

    def group(self, name: str, run: Command, about: str) -> tuple[ArgumentParser, Commands]:
        """Add a command that does something by itself and also has subcommands."""
        command = self.add(name, run, about)
        return command, Commands(command, self._everywhere, required=False)

    def of_campaign(self, name: str, run: Command, about: str) -> Commands:
        """Add a command about one CAMPAIGN that does something by itself; returns its subcommands, which follow the campaign."""
        return Commands(with_campaign(self.add(name, run, about)), self._everywhere, required=False)


def with_campaign(command: ArgumentParser) -> ArgumentParser:
    """Add the argument CAMPAIGN."""
    command.add_argument("campaign", metavar="CAMPAIGN", help=translate("the campaign's id"))
    return command


def with_yes(command: ArgumentParser) -> ArgumentParser:
    """Add the option --yes."""
    command.add_argument("--yes", action="store_true", help=translate("do not ask"))
    return command


def with_folder(command: ArgumentParser) -> ArgumentParser:
    """Add the optional argument DIR."""
    about = translate("folder of the files; {folder}", folder=DEFAULT_FOLDER)
    command.add_argument("folder", metavar="DIR", nargs="?", default=DEFAULT_FOLDER, help=about)
    return command
