"""`paper`: adds paper signatures from a spreadsheet saved as CSV. Sending a file again adds no row twice."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.errors import BadFile, Exit, Refused
from undersigned_client.language.messages import plural, translate

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from undersigned_client.session import Session

YES = {"yes", "y", "true", "1", "x", "sí", "si"}
LISTS, FLAGS = {"consents"}, {"public"}
INVALID = 422


def paper(session: Session, options: Namespace) -> int:
    """Send every row of the file; say how many were new, known or refused, and why."""
    path, outcomes = Path(options.file), Counter[str]()
    for line, row in _with_references(path, _rows(path)):
        try:
            is_new = session.api.add(path_of(options.campaign, "signatures"), row)
            outcomes["added" if is_new else "known"] += 1
        except Refused as error:
            if error.reason == "already_signed":
                outcomes["known"] += 1
                continue
            if error.status != INVALID:
                raise
            outcomes["refused"] += 1
            _explain(session, path, line, error)
    _report(session, outcomes["added"], outcomes["known"], outcomes["refused"])
    return Exit.REFUSED if outcomes["refused"] else Exit.DONE


def _rows(path: Path) -> list[tuple[int, dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = [(reader.line_num, _row(path, reader.line_num, row)) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadFile(translate("{file} cannot be read.", file=path)) from error
    if not rows:
        raise BadFile(translate("{file} has no rows.", file=path))
    return rows


def _row(path: Path, line: int, row: dict[Any, Any]) -> dict[str, Any]:
    if None in row:
        raise BadFile(translate("{file}, line {line}: more cells than columns.", file=path, line=line))
    cells = {name.strip(): (cell or "").strip() for name, cell in row.items()}
    return {name: _value(name, cell) for name, cell in cells.items() if cell}


def _value(name: str, cell: str) -> Any:
    if name in LISTS:
        return cell.split()
    return cell.lower() in YES if name in FLAGS else cell


def _with_references(path: Path, rows: list[tuple[int, dict[str, Any]]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row with a reference: its own, or a digest of its content, so that a moved line stays the same signature.

    Two identical rows are two people. A digest, because a reference must not reveal a name.
    """
    seen: Counter[str] = Counter()
    for line, row in rows:
        digest = hashlib.sha256(f"{path.stem}\n{sorted(row.items())}".encode()).hexdigest()[:40]
        seen[digest] += 1
        yield line, {"reference": f"{digest}/{seen[digest]}", **row}


def _explain(session: Session, path: Path, line: int, error: Refused) -> None:
    session.terminal.note(translate("{file}, line {line}: {why}", file=path, line=line, why=error))
    for field, message in error.field_errors:
        session.terminal.note(f"  {field}: {message}")


def _report(session: Session, added: int, known: int, refused: int) -> None:
    if session.terminal.as_json:
        session.terminal.json({"added": added, "known": known, "refused": refused})
        return
    sentence = plural(added, "One signature entered.", "{n} signatures entered.")
    session.terminal.line(sentence if added else translate("No signatures entered."))
    if known:
        session.terminal.line(plural(known, "One was already there.", "{n} were already there."))
    if refused:
        session.terminal.line(plural(refused, "One row was refused.", "{n} rows were refused."))
