"""Campaigns as files, both ways: pull writes files, diff compares, apply sends. What a file does not name stays as it is.

Nothing is sent before every file was checked and every difference shown; nothing is ever deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.api.campaign_schema import Schema
from undersigned_client.errors import BadFile, Exit, Refused
from undersigned_client.files import campaign_files
from undersigned_client.files.campaign_diff import Change, compare
from undersigned_client.language.messages import many, say

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.api.admin_api import Api
    from undersigned_client.files.campaign_files import CampaignFile
    from undersigned_client.session import Session

NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done for one file. `version` is None for a campaign that is not there yet."""

    file: CampaignFile
    version: int | None
    body: dict[str, Any]
    changes: list[Change]

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        changes = [{"path": one.path, "before": one.before, "after": one.after} for one in self.changes]
        return {"id": self.file.id, "file": str(self.file.path), "is_new": self.version is None, "changes": changes}

    def lines(self) -> list[str]:
        """For people."""
        if self.version is None:
            head = say("{id}: new, from {file}", id=self.file.id, file=self.file.path)
        else:
            head = say("{id}: {changes}, from {file}", id=self.file.id, changes=_counted(self), file=self.file.path)
        return [head, *(f"  {line}" for change in self.changes for line in change.lines())]


def _counted(plan: Plan) -> str:
    return many(len(plan.changes), "one change", "{n} changes")


def pull(session: Session, asked: Namespace) -> int:
    """Write a file for each campaign that the key reaches; leave alone what says the same already."""
    schema, folder = Schema(session.api.get("/openapi.json")), Path(asked.folder)
    folder.mkdir(parents=True, exist_ok=True)
    wanted = asked.ids or [one["id"] for one in session.api.get("/admin/campaigns")["campaigns"]]
    results = {name: _pulled(session, schema, folder / f"{name}.yaml", asked.overwrite) for name in wanted}
    if session.terminal.as_json:
        session.terminal.json({"folder": str(folder), "campaigns": results})
    for name, result in results.items() if not session.terminal.as_json else ():
        session.terminal.line(f"{folder / f'{name}.yaml'}: {_told(result)}")
    return Exit.BAD_FILE if "kept" in results.values() else Exit.DONE


def _told(result: str) -> str:
    if result == "kept":
        return say("kept, although it differs; --overwrite replaces it")
    return say("written") if result == "written" else say("already the same")


def _pulled(session: Session, schema: Schema, path: Path, overwrite: bool) -> str:  # noqa: FBT001 - a command's option
    current = schema.writable(session.api.get(path_of(path.stem)))
    if path.exists():
        try:
            if not list(compare(current, schema.whole(campaign_files.read(path).document))):
                return "same"
        except BadFile:
            if not overwrite:  # with it, what cannot be read goes as well
                raise
        if not overwrite:
            return "kept"
    path.write_text(campaign_files.written(schema.short(current)), encoding="utf-8")
    return "written"


def diff(session: Session, asked: Namespace) -> int:
    """Show what apply would change."""
    plans = _plans(session, Path(asked.folder))
    _show(session, plans)
    return Exit.DIFFERENT if plans else Exit.DONE


def apply(session: Session, asked: Namespace) -> int:
    """Show what differs, ask, and send it."""
    plans = _plans(session, Path(asked.folder))
    if asked.check or not plans:
        _show(session, plans)
        return Exit.DIFFERENT if plans else Exit.DONE
    if not session.terminal.as_json:
        _show(session, plans)
    question = many(len(plans), "Change one campaign?", "Change {n} campaigns?")
    if not session.terminal.agrees(question, is_sure=asked.yes):
        return Exit.DONE
    return _send(session, plans)


def _send(session: Session, plans: list[Plan]) -> int:
    done, code = [], Exit.DONE
    for plan in plans:
        try:
            saved = session.api.put(path_of(plan.file.id), plan.body, version=plan.version)
        except Refused as refused:
            code = refused.code
            _explain(session, plan, refused)
            continue
        done.append({"id": plan.file.id, "version": saved["version"]})
        if not session.terminal.as_json:
            session.terminal.line(say("{id}: saved as version {version}", id=plan.file.id, version=saved["version"]))
    if session.terminal.as_json:
        session.terminal.json({"campaigns": [plan.as_json() for plan in plans], "applied": done})
    return code


def _explain(session: Session, plan: Plan, refused: Refused) -> None:
    name, note = plan.file.id, session.terminal.note
    if refused.reason in {"version_mismatch", "campaign_exists", "version_required"}:
        note(
            say(
                "{id}: somebody else has just changed it. Nothing in this file was sent; run the command again.",
                id=name,
            )
        )
        return
    note(f"{plan.file.path}: {refused}")
    for field, message in refused.mistakes:
        note(f"  {field}: {message}")


def _show(session: Session, plans: list[Plan]) -> None:
    if session.terminal.as_json:
        session.terminal.json({"campaigns": [plan.as_json() for plan in plans]})
    elif not plans:
        session.terminal.line(say("Nothing to do: the campaigns already match the files."))
    else:
        for plan in plans:
            for line in plan.lines():
                session.terminal.line(line)


def _plans(session: Session, folder: Path) -> list[Plan]:
    """What each file would change, those that change nothing left out. Raises BadFile before anything is asked."""
    found = campaign_files.read_folder(folder)
    _refuse_if_wrong((one, campaign_files.missing_translations(one.document)) for one in found)
    for one in found:
        for path, message in campaign_files.missing_labels(one.document):
            session.terminal.note(f"{one.path}: {path}: {message}")
    schema = Schema(session.api.get("/openapi.json"))
    current = {one.id: _current(session.api, one.id) for one in found}
    _refuse_if_wrong((one, schema.mistakes(one.document, is_new=current[one.id] is None)) for one in found)
    plans = [_plan(schema, one, current[one.id]) for one in found]
    return [plan for plan in plans if plan.changes or plan.version is None]


def _refuse_if_wrong(faults: Any) -> None:
    lines = [f"{one.path}: {path}: {message}" for one, found in faults for path, message in found]
    if lines:
        raise BadFile("\n".join([*lines, say("Nothing was sent.")]))


def _current(api: Api, campaign: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = api.get(path_of(campaign))
    except Refused as refused:
        if refused.status == NOT_FOUND:
            return None
        raise
    return found


def _plan(schema: Schema, file: CampaignFile, current: dict[str, Any] | None) -> Plan:
    wanted = schema.whole(file.document)
    if current is None:
        return Plan(file, None, wanted, list(compare({}, wanted)))
    before = schema.whole(schema.writable(current))
    return Plan(file, current["version"], {**before, **wanted}, list(compare(before, wanted)))
