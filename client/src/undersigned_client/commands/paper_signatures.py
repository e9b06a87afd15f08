"""Paper signatures from a spreadsheet saved as CSV: each row is sent once, however often the file is."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.errors import BadFile, Exit, Refused
from undersigned_client.language.messages import many, say

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from undersigned_client.session import Session

YES = {"yes", "y", "true", "1", "x", "sí", "si"}
LISTS, FLAGS = {"consents"}, {"public"}
INVALID = 422


def paper(session: Session, asked: Namespace) -> int:
    """Send every row of the file; say which were new, which stood already, and which were refused and why."""
    path, outcomes = Path(asked.file), Counter[str]()
    for line, row in _referred(path, _rows(path)):
        try:
            is_new = session.api.enter(path_of(asked.campaign, "signatures"), row)
            outcomes["added" if is_new else "known"] += 1
        except Refused as error:
            if error.reason == "already_signed":
                outcomes["known"] += 1
                continue
            if error.status != INVALID:
                raise
            outcomes["refused"] += 1
            _explain(session, path, line, error)
    _tell(session, outcomes["added"], outcomes["known"], outcomes["refused"])
    return Exit.REFUSED if outcomes["refused"] else Exit.DONE


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


def _referred(path: Path, rows: list[tuple[int, dict[str, Any]]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row with a reference, its own or one made of what it says: lines that move stay the same signature.

    Two rows that say the same are two people. A digest, so that a reference tells nobody a name.
    """
    seen: Counter[str] = Counter()
    for line, row in rows:
        said = hashlib.sha256(f"{path.stem}\n{sorted(row.items())}".encode()).hexdigest()[:40]
        seen[said] += 1
        yield line, {"reference": f"{said}/{seen[said]}", **row}


def _explain(session: Session, path: Path, line: int, error: Refused) -> None:
    session.terminal.note(say("{file}, line {line}: {why}", file=path, line=line, why=error))
    for field, message in error.mistakes:
        session.terminal.note(f"  {field}: {message}")


def _tell(session: Session, added: int, known: int, refused: int) -> None:
    if session.terminal.as_json:
        session.terminal.json({"added": added, "known": known, "refused": refused})
        return
    taken = many(added, "One signature entered.", "{n} signatures entered.")
    session.terminal.line(taken if added else say("No signatures entered."))
    if known:
        session.terminal.line(many(known, "One was already there.", "{n} were already there."))
    if refused:
        session.terminal.line(many(refused, "One row was refused.", "{n} rows were refused."))
