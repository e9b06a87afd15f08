"""`packet`: requests what is handed over, waits with a progress bar, and downloads it.

The API makes it in the background: leaving does not stop it, and `--resume` comes back to it.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.api.download import finish_packed
from undersigned_client.commands.background_files import download, free, wait
from undersigned_client.errors import Exit, Failure, Interrupted
from undersigned_client.language.messages import plural, translate

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from undersigned_client.session import Session

WISHES = ("language", "target", "group_by", "paper", "names")


def add_options(command: ArgumentParser) -> None:
    """The options of `packet`."""
    command.add_argument(
        "--language", metavar="es", help=translate("of its own sentences; the campaign's own if left out")
    )
    command.add_argument(
        "--target", metavar="NAME", help=translate("whom it is for; those whom the campaign addresses if left out")
    )
    command.add_argument("--group-by", metavar="none|country|region", help=translate("how the names are sorted"))
    command.add_argument("--paper", metavar="a4|letter", help=translate("what it is printed on"))
    command.add_argument(
        "--names",
        metavar="public|all",
        help=translate("whose: those shown in public, or of everybody who was told, where the campaign says so"),
    )
    command.add_argument("--comments", action="store_true", help=translate("with the comments that are public"))
    command.add_argument(
        "-o", "--output", metavar="FILE", help=translate("where to; a file named after the campaign if left out")
    )
    command.add_argument("--overwrite", action="store_true", help=translate("even if the file exists"))
    command.add_argument("--resume", metavar="PACKET", help=translate("come back to one that was started earlier"))


def packet(session: Session, options: Namespace) -> int:
    """Request a packet, wait for it and download it."""
    target = free(Path(options.output or f"{options.campaign}-packet.zip"), options)
    begun = _begin(session, options)
    try:
        done = wait(session, "packets", begun)
        if done["state"] != "done":
            raise Failure(translate("This packet could not be made, or its file is gone. Ask for a new one."))
        finish_packed(download(session, "packets", done, target), target)
    except KeyboardInterrupt:
        raise Interrupted(_how_to_resume(options, begun["id"])) from None
    _report(session, done, target)
    return Exit.DONE


def _begin(session: Session, options: Namespace) -> dict[str, Any]:
    if options.resume:
        resumed: dict[str, Any] = session.api.get(path_of(options.campaign, "packets", options.resume))
        return resumed
    # An empty target means that nobody is named, which is not the same as leaving it out.
    wishes = {name: value for name in WISHES if (value := getattr(options, name)) is not None}
    wishes |= {"comments": True} if options.comments else {}
    begun: dict[str, Any] = session.api.post(path_of(options.campaign, "packets"), wishes)
    return begun


def _how_to_resume(options: Namespace, id_: str) -> str:
    words = ["undersigned", "packet", options.campaign, "--resume", id_]
    words += ["-o", options.output] if options.output else []
    return translate(
        "The packet is made without you, too. Come back to it with:\n  {command}", command=shlex.join(words)
    )


def _report(session: Session, done: dict[str, Any], target: Path) -> None:
    if session.terminal.as_json:
        session.terminal.json({**{name: value for name, value in done.items() if name != "url"}, "file": str(target)})
        return
    pages = plural(done["pages"], "One page", "{n} pages")
    names = plural(done["signatures"], "one name", "{n} names")
    session.terminal.line(translate("{pages} and {names} in {file}", pages=pages, names=names, file=target))
    command = shlex.join(["undersigned", "verify-packet", str(target)])
    session.terminal.line(translate("Anybody can check it: {command}", command=command))
