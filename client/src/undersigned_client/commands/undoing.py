"""Undoes something that is listed, in steps; what is undone stays so, so an interrupted command can simply be run again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from undersigned_client.api.admin_api import path_of

if TYPE_CHECKING:
    from undersigned_client.api.admin_api import Answer
    from undersigned_client.session import Session


def undo_in_steps(session: Session, path: tuple[str, ...], count: str, label: str, expected: int) -> int:
    """How many were undone at `path` (a campaign, and what leads to the thing); each answer says so under `count`."""
    done, cursor = 0, ""
    with session.terminal.progress() as bars:
        bar = bars.add_task(label, total=expected)
        while cursor is not None:
            step: Answer = session.api.post(path_of(*path, "undo"), {"cursor": cursor}, repeatable=True)
            done, cursor = done + step[count], step["cursor"]
            bars.update(bar, completed=done)
    return done


def until(one: Answer) -> str:
    """Until when it can be undone, for a table; empty when it cannot."""
    moment = (one["undo_until"] or "")[:16].replace("T", " ")
    return f"{moment} UTC" if moment else ""
