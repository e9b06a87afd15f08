"""The commands that make files of signatures: exports, and packets to hand over."""

from __future__ import annotations

from argparse import SUPPRESS
from typing import TYPE_CHECKING

from undersigned_client.commands import exports, packets, verify_packet
from undersigned_client.language.messages import translate
from undersigned_client.subcommands import with_campaign

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from undersigned_client.subcommands import Commands


def export(commands: Commands) -> None:
    """`export`."""
    command = with_campaign(commands.add("export", exports.export, translate("download a file of signatures")))
    command.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="FILE",
        help=translate("where to; packed if it ends in .gz"),
    )
    command.add_argument("--overwrite", action="store_true", help=translate("even if the file exists"))
    _add_formats(command)
    command.add_argument("--state", metavar="STATE", help=translate("pending, confirmed, external, withdrawn or any"))
    command.add_argument("--sponsor", metavar="ID", help=translate("only those who consented to this sponsor"))
    command.add_argument(
        "--delivery", action="store_true", help=translate("only the names of those who asked to be shown")
    )
    start = command.add_mutually_exclusive_group()
    start.add_argument(
        "--since", metavar="CURSOR", help=translate("only what changed since an earlier export, or a date (2026-11-23)")
    )
    start.add_argument("--incremental", metavar="FILE", help=translate("the same; this file remembers since when"))
    command.add_argument("--resume", metavar="EXPORT", help=translate("resume one that was started earlier"))


def _add_formats(export: ArgumentParser) -> None:
    formats = export.add_mutually_exclusive_group()
    formats.add_argument("--format", choices=("xlsx", "csv", "ndjson"), default="csv")
    formats.add_argument(
        "--xlsx",
        dest="format",
        action="store_const",
        const="xlsx",
        default=SUPPRESS,
        help=translate("a spreadsheet file, for Excel and LibreOffice"),
    )
    export.add_argument(
        "--separator",
        choices=("comma", "semicolon", "tab"),
        help=translate("of a CSV; semicolon for a Spanish Excel"),
    )
    export.add_argument(
        "--no-bom",
        dest="bom",
        action="store_const",
        const=False,
        help=translate("a CSV for programs: without the mark by which spreadsheets recognise accents"),
    )


def packet(commands: Commands) -> None:
    """`packet` and `verify-packet`."""
    about = translate("make a packet to hand over, and download it")
    packets.add_options(with_campaign(commands.add("packet", packets.packet, about)))
    about = translate("check a packet that was handed over, without a connection; exit code 1 if anything is wrong")
    verify = commands.add("verify-packet", verify_packet.verify, about)
    verify.add_argument("file", metavar="FILE", help=translate("the ZIP"))
