"""`export`: asks for a file of signatures, waits with a bar, fetches it, and says from where the next one goes on.

The file is written by the API in the background: leaving does not stop it, and `--resume` comes back to it.
"""

from __future__ import annotations

import json
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.api.download import Transfer, settle
from undersigned_client.errors import BadFile, Exit, Failure, Interrupted, Misused
from undersigned_client.files import private_files
from undersigned_client.language.messages import many, say

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session

UNDER_WAY = {"queued", "running"}
SOONEST_SECONDS, LATEST_SECONDS = 0.3, 5.0
FILTERS = ("format", "state", "sponsor", "delivery", "bom")


def export(session: Session, asked: Namespace) -> int:
    """The whole way from the wish to the file."""
    target = Path(asked.output)
    if target.exists() and not asked.overwrite:
        raise BadFile(say("{file} already exists. Choose another name, or add --overwrite.", file=target))
    if not target.absolute().parent.is_dir():
        raise BadFile(say("There is no folder {folder}.", folder=target.absolute().parent))
    begun = _begun(session, asked)
    try:
        done = _wait(session, begun)
        _fetch(session, done, target)
    except KeyboardInterrupt:
        raise Interrupted(_how_to_go_on(asked, begun["id"])) from None
    if asked.incremental:
        _remember(Path(asked.incremental), asked, done["cursor"])
    _tell(session, done, target)
    return Exit.DONE


def _begun(session: Session, asked: Namespace) -> dict[str, Any]:
    if asked.resume:
        found: dict[str, Any] = session.api.get(path_of(asked.campaign, "exports", asked.resume))
        return found
    wish = {name: getattr(asked, name) for name in FILTERS if getattr(asked, name)}
    since = asked.since or (_remembered(Path(asked.incremental), asked) if asked.incremental else None)
    if since:
        wish["since"] = since
    made: dict[str, Any] = session.api.post(path_of(asked.campaign, "exports"), wish, repeatable=True)
    return made


def _wait(session: Session, export_: dict[str, Any]) -> dict[str, Any]:
    """The same export once it is done. Raises Failure when it never will be."""
    pause = SOONEST_SECONDS
    with session.terminal.progress() as bars:
        bar = bars.add_task(say("Writing"), total=1.0)
        while export_["state"] in UNDER_WAY:
            bars.update(bar, completed=export_.get("progress") or 0.0)
            time.sleep(pause)
            pause = min(pause * 1.3, LATEST_SECONDS)
            export_ = session.api.get(path_of(export_["campaign"], "exports", export_["id"]))
    if export_["state"] != "done":
        raise Failure(say("This export failed, or its file is gone. Ask for a new one."))
    return export_


def _fetch(session: Session, done: dict[str, Any], target: Path) -> None:
    # The export's id is in its name: what is left of another export is never taken for a part of this one.
    part = target.with_name(f".{target.name}.{done['id']}.part")
    links = iter([done["url"]])

    def link() -> str:
        return next(links, None) or str(session.api.get(path_of(done["campaign"], "exports", done["id"]))["url"])

    with session.terminal.progress() as bars:
        bar = bars.add_task(say("Downloading"), total=done["bytes"])
        moved = lambda held: bars.update(bar, completed=held)  # noqa: E731 - a callback of one line
        Transfer(link, done["bytes"], part, moved, session.backoff_seconds).run()
    settle(part, target)


def _how_to_go_on(asked: Namespace, export_: str) -> str:
    words = ["undersigned", "export", asked.campaign, "--resume", export_]
    # What --incremental remembers is remembered with these.
    for name in (*FILTERS, "incremental"):
        value = getattr(asked, name)
        words += [f"--{name}"] if value is True else [f"--{name}", value] if value else []
    command = shlex.join([*words, "-o", asked.output])
    return say("The export goes on without you. Come back to it with:\n  {command}", command=command)


def _tell(session: Session, done: dict[str, Any], target: Path) -> None:
    if session.terminal.as_json:
        kept = {name: value for name, value in done.items() if name not in {"url", "browser_url"}}
        session.terminal.json({**kept, "file": str(target)})
        return
    session.terminal.line(many(done["rows"], "One row in {file}", "{n} rows in {file}", file=target))
    session.terminal.line(say("Next time only what changed: --since {cursor}", cursor=done["cursor"]))


def _filters(asked: Namespace) -> dict[str, Any]:
    return {"campaign": asked.campaign, **{name: getattr(asked, name) or None for name in FILTERS}}


def _remember(path: Path, asked: Namespace, cursor: str) -> None:
    private_files.write(path, json.dumps({**_filters(asked), "cursor": cursor}))


def _remembered(path: Path, asked: Namespace) -> str | None:
    """The cursor that the last export left. Raises Misused when it was another export's."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        cursor = str(found.pop("cursor"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise BadFile(say("{file} was not written by an export.", file=path)) from error
    if found != _filters(asked):
        raise Misused(say("{file} belongs to a different export. Use one file for each.", file=path))
    return cursor
