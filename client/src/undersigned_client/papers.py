"""Paper signatures from a spreadsheet saved as CSV: each row is sent once, however often the file is."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from undersigned_client.api import path_of
from undersigned_client.failures import BadFile, Exit, Refused
from undersigned_client.words import many, say

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session

YES = {"yes", "y", "true", "1", "x", "sí", "si"}
LISTS, FLAGS = {"consents"}, {"public"}
INVALID, CONFLICT = 422, 409


def paper(session: Session, asked: Namespace) -> int:
    """Send every row of the file; say which were new, which stood already, and which were refused and why."""
    path, added, known, refused = Path(asked.file), 0, 0, 0
    for line, row in _rows(path):
        try:
            session.api.post(
                path_of(asked.campaign, "signatures"), row, repeatable=True, Idempotency_Key=_mark(path, line, row)
            )
            added += 1
        except Refused as error:
            if error.reason == "already_signed":
                known += 1
                continue
            if error.status not in {INVALID, CONFLICT}:
                raise
            refused += 1
            _explain(session, path, line, error)
    _tell(session, added, known, refused)
    return Exit.REFUSED if refused else Exit.DONE


def _rows(path: Path) -> list[tuple[int, dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            found = [(reader.line_num, _row(path, reader.line_num, row)) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadFile(say("{file} cannot be read.", file=path)) from error
    if not found:
        raise BadFile(say("{file} has no rows.", file=path))
    return found


def _row(path: Path, line: int, row: dict[Any, Any]) -> dict[str, Any]:
    if None in row:
        raise BadFile(say("{file}, line {line}: more cells than columns.", file=path, line=line))
    typed = {name.strip(): (cell or "").strip() for name, cell in row.items()}
    return {name: _value(name, cell) for name, cell in typed.items() if cell}


def _value(name: str, cell: str) -> Any:
    if name in LISTS:
        return cell.split()
    return cell.lower() in YES if name in FLAGS else cell


def _mark(path: Path, line: int, row: dict[str, Any]) -> str:
    """The same for the same row of the same file: a digest, so that no name is in a header that somebody logs."""
    return hashlib.sha256(f"{path.name}\n{line}\n{sorted(row.items())}".encode()).hexdigest()[:40]


def _explain(session: Session, path: Path, line: int, error: Refused) -> None:
    session.terminal.note(say("{file}, line {line}: {why}", file=path, line=line, why=error))
    for field, message in error.mistakes:
        session.terminal.note(f"  {field}: {message}")


def _tell(session: Session, added: int, known: int, refused: int) -> None:
    if session.terminal.as_json:
        session.terminal.json({"added": added, "already_signed": known, "refused": refused})
        return
    session.terminal.line(many(added, "One signature taken.", "{n} signatures taken."))
    if known:
        session.terminal.line(many(known, "One had signed already.", "{n} had signed already."))
    if refused:
        session.terminal.line(many(refused, "One row was refused.", "{n} rows were refused."))
