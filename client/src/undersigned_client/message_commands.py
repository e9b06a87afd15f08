"""The commands about what signers are written: the emails of a campaign, and updates. They are part of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from undersigned_client.commands import campaign_emails, update_actions
from undersigned_client.commands import updates as update_reports
from undersigned_client.language.messages import translate
from undersigned_client.subcommands import with_yes

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from undersigned_client.subcommands import Commands


def updates(commands: Commands) -> None:
    """Add `updates CAMPAIGN` with its subcommands."""
    inner = commands.of_campaign("updates", update_reports.list_updates, translate("news to the signers who want it"))
    write = inner.add("write", update_actions.write, translate("save a draft, from a Markdown file for each language"))
    write.add_argument(
        "files", metavar="FILE", nargs="+", help=translate("such as news.es.md; begins with “# The subject”")
    )
    write.add_argument("--update", metavar="ID", help=translate("change this draft, instead of a new one"))
    write.add_argument("--languages", metavar="es,en", help=translate("only to those who signed in these languages"))
    write.add_argument("--countries", metavar="PE,US", help=translate("only to those of these countries"))
    _with_update(inner.add("show", update_reports.show, translate("its words and figures"))).add_argument(
        "--follow", action="store_true", help=translate("until it has been sent")
    )
    _with_update(
        inner.add("test", update_actions.test, translate("send it to yourself, in each language that is written"))
    )
    _with_update(
        inner.add("send", update_actions.send, translate("send it; asks for the number of signers"))
    ).add_argument("--recipients", type=int, metavar="N", help=translate("do not ask: this is the number"))
    for name, about in (
        ("pause", translate("pause it, within seconds")),
        ("resume", translate("resume it")),
        ("stop", translate("end it for good")),
    ):
        act = _with_update(inner.add(name, update_actions.act, about))
        act.set_defaults(what=name)
        if name == "stop":
            with_yes(act)
    with_yes(_with_update(inner.add("delete", update_actions.delete, translate("delete a draft"))))


def _with_update(command: ArgumentParser) -> ArgumentParser:
    command.add_argument("update", metavar="UPDATE", help=translate("the id, as updates lists it"))
    return command


def emails(commands: Commands) -> None:
    """Add `emails CAMPAIGN` with its subcommands."""
    inner = commands.of_campaign("emails", campaign_emails.list_emails, translate("the emails that it sends"))
    show = _with_kind(inner.add("show", campaign_emails.show, translate("one as it will arrive")))
    shown = show.add_mutually_exclusive_group()
    shown.add_argument("--html", metavar="FILE", help=translate("as HTML, to this file"))
    shown.add_argument("--words", action="store_true", help=translate("only its words, as YAML to edit"))
    edit = _with_kind(inner.add("edit", campaign_emails.edit, translate("save words from such a YAML file")))
    edit.add_argument("file", metavar="FILE")
    trial = _with_kind(inner.add("test", campaign_emails.test, translate("send what is saved to yourself")))
    for one in (show, trial):
        one.add_argument("--lang", metavar="es", help=translate("in this language; the campaign's own if left out"))


def _with_kind(command: ArgumentParser) -> ArgumentParser:
    command.add_argument("kind", metavar="EMAIL", choices=campaign_emails.KINDS, help=", ".join(campaign_emails.KINDS))
    return command
