"""`export`: requests a file of signatures, waits with a progress bar, downloads it, and says where the next one starts.

The API writes the file in the background: leaving does not stop it, and `--resume` comes back to it.
"""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.api.download import finish, finish_packed
from undersigned_client.commands.background_files import download, free, wait
from undersigned_client.errors import BadFile, Exit, Failure, Interrupted, Misused
from undersigned_client.files import private_files
from undersigned_client.language.messages import plural, translate

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session

FILTERS = ("format", "state", "sponsor", "delivery")  # which rows: `bom` is not among them


def export(session: Session, options: Namespace) -> int:
    """Request an export, wait for it and download it."""
    target = free(Path(options.output), options)
    unfinished = _start(session, options)
    try:
        done = _wait(session, unfinished)
        target = _named_by_format(options, done, target)
        part = download(session, "exports", done, target)
        (finish_packed if done["format"] == "xlsx" else finish)(part, target)
    except KeyboardInterrupt:
        raise Interrupted(_how_to_resume(options, unfinished["id"])) from None
    if options.incremental:
        _save_cursor(Path(options.incremental), options, done["cursor"])
    _report(session, done, target, asked=options.format)
    return Exit.DONE


def _named_by_format(options: Namespace, done: dict[str, Any], target: Path) -> Path:
    """The file to write: a spreadsheet with too many rows is a CSV, and named so. Raises BadFile if that is in the way."""
    if options.format != "xlsx" or done["format"] == "xlsx" or target.suffix != ".xlsx":
        return target
    return free(target.with_suffix(".csv"), options)


def _start(session: Session, options: Namespace) -> dict[str, Any]:
    if options.resume:
        resumed: dict[str, Any] = session.api.get(path_of(options.campaign, "exports", options.resume))
        return resumed
    filters = {name: getattr(options, name) for name in FILTERS if getattr(options, name)}
    if options.bom is False:
        filters["bom"] = False
    if options.separator:
        filters["separator"] = options.separator
    since = options.since or (_saved_cursor(Path(options.incremental), options) if options.incremental else None)
    if since:
        filters["since"] = since
    started: dict[str, Any] = session.api.post(path_of(options.campaign, "exports"), filters, repeatable=True)
    return started


def _wait(session: Session, export_: dict[str, Any]) -> dict[str, Any]:
    """The same export once it is done. Raises Failure when it failed."""
    export_ = wait(session, "exports", export_)
    if export_["state"] != "done":
        raise Failure(translate("This export failed, or its file is gone. Ask for a new one."))
    return export_


def _how_to_resume(options: Namespace, export_: str) -> str:
    words = ["undersigned", "export", options.campaign, "--resume", export_]
    # --incremental saves its cursor together with these.
    for name in (*FILTERS, "incremental"):
        value = getattr(options, name)
        words += [f"--{name}"] if value is True else [f"--{name}", value] if value else []
    words += ["--no-bom"] if options.bom is False else []
    words += ["--separator", options.separator] if options.separator else []
    command = shlex.join([*words, "-o", options.output])
    return translate("The export goes on without you. Come back to it with:\n  {command}", command=command)


def _report(session: Session, done: dict[str, Any], target: Path, *, asked: str) -> None:
    if session.terminal.as_json:
        lasting = {name: value for name, value in done.items() if name not in {"url", "browser_url"}}
        session.terminal.json({**lasting, "file": str(target)})
        return
    session.terminal.line(plural(done["rows"], "One row in {file}", "{n} rows in {file}", file=target))
    if asked == "xlsx" and done["format"] != "xlsx":
        session.terminal.line(translate("There are too many rows for a spreadsheet file: this is a CSV."))
    session.terminal.line(translate("Next time only what changed: --since {cursor}", cursor=done["cursor"]))


def _filters(options: Namespace) -> dict[str, Any]:
    return {"campaign": options.campaign, **{name: getattr(options, name) or None for name in FILTERS}}


def _save_cursor(path: Path, options: Namespace, cursor: str) -> None:
    private_files.write(path, json.dumps({**_filters(options), "cursor": cursor}))


def _saved_cursor(path: Path, options: Namespace) -> str | None:
    """The cursor of the last export, or None. Raises Misused when it belongs to a different export."""
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        cursor = str(saved.pop("cursor"))
        saved.pop("bom", None)  # written by earlier releases
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise BadFile(translate("{file} was not written by an export.", file=path)) from error
    if saved != _filters(options):
        raise Misused(translate("{file} belongs to a different export. Use one file for each.", file=path))
    return cursor
