"""Files that the API makes in the background: waited for with a progress bar, and downloaded."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.api.download import Download
from undersigned_client.errors import BadFile
from undersigned_client.language.messages import translate

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from undersigned_client.session import Session

UNFINISHED = {"queued", "running"}
MIN_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.3, 5.0


def free(target: Path, options: Namespace) -> Path:
    """`target`, where a file may be written. Raises BadFile if one is in the way, or the folder is missing."""
    if target.exists() and not options.overwrite:
        raise BadFile(translate("{file} already exists. Choose another name, or add --overwrite.", file=target))
    if not target.absolute().parent.is_dir():
        raise BadFile(translate("There is no folder {folder}.", folder=target.absolute().parent))
    return target


def wait(session: Session, kind: str, begun: dict[str, Any]) -> dict[str, Any]:
    """What was `begun` once it is over; `kind` (`exports`, `packets`) is where it is asked for."""
    pause = MIN_PAUSE_SECONDS
    with session.terminal.progress() as bars:
        bar = bars.add_task(translate("Writing"), total=1.0)
        while begun["state"] in UNFINISHED:
            bars.update(bar, completed=begun.get("progress") or 0.0)
            time.sleep(pause)
            pause = min(pause * 1.3, MAX_PAUSE_SECONDS)
            begun = session.api.get(path_of(begun["campaign"], kind, begun["id"]))
    return begun


def download(session: Session, kind: str, done: dict[str, Any], target: Path) -> Path:
    """The file of what is `done`, complete, beside `target` under a name for what is not checked yet. Raises OutOfReach."""
    # Its id is in the name, so that a leftover of another file is never taken for a part of this one.
    part = target.with_name(f".{target.name}.{done['id']}.part")
    links = iter([done["url"]])

    def link() -> str:
        return next(links, None) or str(session.api.get(path_of(done["campaign"], kind, done["id"]))["url"])

    with session.terminal.progress() as bars:
        bar = bars.add_task(translate("Downloading"), total=done["bytes"])
        report = lambda size: bars.update(bar, completed=size)  # noqa: E731 - a callback of one line
        Download(link, done["bytes"], part, report, session.backoff_seconds).run()
    return part
