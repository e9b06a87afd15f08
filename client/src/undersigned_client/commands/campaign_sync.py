"""`campaigns pull`, `diff` and `apply`: writes campaigns to files, compares them, sends them. Keys not in a file stay.

Every file is checked and every difference shown before anything is sent; nothing is ever deleted.
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
from undersigned_client.language.messages import plural, translate

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.api.admin_api import Api
    from undersigned_client.files.campaign_files import CampaignFile
    from undersigned_client.session import Session

NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying one file would do. `version` is None for a new campaign."""

    file: CampaignFile
    version: int | None
    body: dict[str, Any]
    changes: list[Change]

    def as_json(self) -> dict[str, Any]:
        """The plan for programs."""
        changes = [{"path": one.path, "before": one.before, "after": one.after} for one in self.changes]
        return {"id": self.file.id, "file": str(self.file.path), "is_new": self.version is None, "changes": changes}

    def lines(self) -> list[str]:
        """The plan for people."""
        if self.version is None:
            heading = translate("{id}: new, from {file}", id=self.file.id, file=self.file.path)
        else:
            heading = translate(
                "{id}: {changes}, from {file}", id=self.file.id, changes=_change_count(self), file=self.file.path
            )
        return [heading, *(f"  {line}" for change in self.changes for line in change.lines())]


def _change_count(plan: Plan) -> str:
    return plural(len(plan.changes), "one change", "{n} changes")


def pull(session: Session, options: Namespace) -> int:
    """Write a file for each campaign that the key reaches; leave files that are up to date alone."""
    schema, folder = Schema(session.api.get("/openapi.json")), Path(options.folder)
    folder.mkdir(parents=True, exist_ok=True)
    ids = options.ids or [one["id"] for one in session.api.get("/admin/campaigns")["campaigns"]]
    results = {name: _pull_one(session, schema, folder / f"{name}.yaml", options.overwrite) for name in ids}
    if session.terminal.as_json:
        session.terminal.json({"folder": str(folder), "campaigns": results})
    for name, result in results.items() if not session.terminal.as_json else ():
        session.terminal.line(f"{folder / f'{name}.yaml'}: {_describe(result)}")
    return Exit.BAD_FILE if "kept" in results.values() else Exit.DONE


def _describe(result: str) -> str:
    if result == "kept":
        return translate("kept, although it differs; --overwrite replaces it")
    return translate("written") if result == "written" else translate("already the same")


def _pull_one(session: Session, schema: Schema, path: Path, overwrite: bool) -> str:  # noqa: FBT001 - a command's option
    current = schema.writable(session.api.get(path_of(path.stem)))
    if path.exists():
        try:
            if not list(compare(current, schema.with_defaults(campaign_files.read(path).document))):
                return "same"
        except BadFile:
            if not overwrite:  # --overwrite also replaces a file that cannot be read
                raise
        if not overwrite:
            return "kept"
    path.write_text(campaign_files.to_yaml(schema.without_defaults(current)), encoding="utf-8")
    return "written"


def diff(session: Session, options: Namespace) -> int:
    """Show what apply would change."""
    plans = _plans(session, Path(options.folder))
    _show(session, plans)
    return Exit.DIFFERENT if plans else Exit.DONE


def apply(session: Session, options: Namespace) -> int:
    """Show what differs, ask, and send it."""
    plans = _plans(session, Path(options.folder))
    if options.check or not plans:
        _show(session, plans)
        return Exit.DIFFERENT if plans else Exit.DONE
    if not session.terminal.as_json:
        _show(session, plans)
    question = plural(len(plans), "Change one campaign?", "Change {n} campaigns?")
    if not session.terminal.agrees(question, is_sure=options.yes):
        return Exit.DONE
    return _send(session, plans)


def _send(session: Session, plans: list[Plan]) -> int:
    applied, code = [], Exit.DONE
    for plan in plans:
        try:
            saved = session.api.put(path_of(plan.file.id), plan.body, version=plan.version)
        except Refused as refused:
            code = refused.code
            _explain(session, plan, refused)
            continue
        applied.append({"id": plan.file.id, "version": saved["version"]})
        if not session.terminal.as_json:
            session.terminal.line(
                translate("{id}: saved as version {version}", id=plan.file.id, version=saved["version"])
            )
        for warning in saved.get("warnings", []):
            session.terminal.note(f"{plan.file.id}: {warning['field']}: {warning['message']}")
    if session.terminal.as_json:
        session.terminal.json({"campaigns": [plan.as_json() for plan in plans], "applied": applied})
    return code


def _explain(session: Session, plan: Plan, refused: Refused) -> None:
    name, note = plan.file.id, session.terminal.note
    if refused.reason in {"version_mismatch", "campaign_exists", "version_required"}:
        note(
            translate(
                "{id}: somebody else has just changed it. Nothing in this file was sent; run the command again.",
                id=name,
            )
        )
        return
    note(f"{plan.file.path}: {refused}")
    for field, message in refused.field_errors:
        note(f"  {field}: {message}")


def _show(session: Session, plans: list[Plan]) -> None:
    if session.terminal.as_json:
        session.terminal.json({"campaigns": [plan.as_json() for plan in plans]})
    elif not plans:
        session.terminal.line(translate("Nothing to do: the campaigns already match the files."))
    else:
        for plan in plans:
            for line in plan.lines():
                session.terminal.line(line)


def _plans(session: Session, folder: Path) -> list[Plan]:
    """A plan for each file that changes something. Raises BadFile before anything is sent."""
    files = campaign_files.read_folder(folder)
    _refuse_if_invalid((one, campaign_files.missing_translations(one.document)) for one in files)
    for one in files:
        for path, message in campaign_files.missing_labels(one.document):
            session.terminal.note(f"{one.path}: {path}: {message}")
    schema = Schema(session.api.get("/openapi.json"))
    current = {one.id: _current(session.api, one.id) for one in files}
    _refuse_if_invalid((one, schema.errors(one.document, is_new=current[one.id] is None)) for one in files)
    plans = [_plan(schema, one, current[one.id]) for one in files]
    return [plan for plan in plans if plan.changes or plan.version is None]


def _refuse_if_invalid(errors: Any) -> None:
    lines = [f"{one.path}: {path}: {message}" for one, pairs in errors for path, message in pairs]
    if lines:
        raise BadFile("\n".join([*lines, translate("Nothing was sent.")]))


def _current(api: Api, campaign: str) -> dict[str, Any] | None:
    try:
        document: dict[str, Any] = api.get(path_of(campaign))
    except Refused as refused:
        if refused.status == NOT_FOUND:
            return None
        raise
    return document


def _plan(schema: Schema, file: CampaignFile, current: dict[str, Any] | None) -> Plan:
    wanted = schema.with_defaults(file.document)
    if current is None:
        return Plan(file, None, wanted, list(compare({}, wanted)))
    before = schema.with_defaults(schema.writable(current))
    return Plan(file, current["version"], {**before, **wanted}, list(compare(before, wanted)))
