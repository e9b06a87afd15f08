"""`paper`: adds paper signatures from a sheet saved as text. Sending a file again adds no row twice, in any encoding."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.errors import Exit, Refused
from undersigned_client.language.messages import plural, translate
from undersigned_client.paper.columns import BadRow, Columns
from undersigned_client.paper.sheets import read_sheet

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session

INVALID = 422
# What the server says of a row that is not entered although nothing is wrong with it.
OUTCOMES = {"already_signed": "known", "signer_left": "left"}


def paper(session: Session, options: Namespace) -> int:
    """Send every row of the file; say how many were new, known or refused, and why."""
    path = Path(options.file)
    sheet = read_sheet(path)
    sending = _Sending(session, options.campaign, path, Columns.of(path, sheet, _campaign(session, options.campaign)))
    for row in sheet.rows:
        try:
            sending.add(row.number, sending.columns.read(row))
        except BadRow as error:
            sending.refuse(row.number, error.mistakes)
    outcomes = sending.outcomes
    _report(session, outcomes)
    return Exit.REFUSED if outcomes["refused"] else Exit.DONE


def _campaign(session: Session, campaign: str) -> Any:
    return session.api.get(path_of(campaign))


class _Sending:
    """One file on its way to one campaign."""

    def __init__(self, session: Session, campaign: str, path: Path, columns: Columns) -> None:
        self.session, self.campaign, self.path, self.columns = session, campaign, path, columns
        self.outcomes: Counter[str] = Counter()
        self._seen: Counter[str] = Counter()

    def add(self, number: int, values: dict[str, Any]) -> None:
        """Send one row. Raises Refused for what concerns more than this row."""
        try:
            is_new = self.session.api.add(path_of(self.campaign, "signatures"), self._with_reference(values))
            self.outcomes["added" if is_new else "known"] += 1
        except Refused as error:
            if error.reason in OUTCOMES:
                self.outcomes[OUTCOMES[error.reason]] += 1
                return
            if error.status != INVALID:
                raise
            self.refuse(number, error.field_errors or [("", str(error))])

    def refuse(self, number: int, mistakes: list[tuple[str, str]]) -> None:
        """Count the row as refused, and say where and why."""
        self.outcomes["refused"] += 1
        for field, why in mistakes:
            self.session.terminal.note(self._explanation(number, field, why))

    def _explanation(self, number: int, field: str, why: str) -> str:
        column = self.columns.name_of(field) or field
        if column:
            return translate("{file}, row {row}, {column}: {why}", file=self.path, row=number, column=column, why=why)
        return translate("{file}, row {row}: {why}", file=self.path, row=number, why=why)

    def _with_reference(self, values: dict[str, Any]) -> dict[str, Any]:
        """The row with a reference: its own, or a digest of its content, so that a moved line stays the same signature.

        Two identical rows are two people. A digest, because a reference must not reveal a name.
        """
        digest = hashlib.sha256(f"{self.path.stem}\n{sorted(values.items())}".encode()).hexdigest()[:40]
        self._seen[digest] += 1
        return {"reference": f"{digest}/{self._seen[digest]}", **values}


def _report(session: Session, outcomes: Counter[str]) -> None:
    added, known, left, refused = (outcomes[name] for name in ("added", "known", "left", "refused"))
    if session.terminal.as_json:
        session.terminal.json({"added": added, "known": known, "left": left, "refused": refused})
        return
    sentence = plural(added, "One signature entered.", "{n} signatures entered.")
    session.terminal.line(sentence if added else translate("No signatures entered."))
    if known:
        session.terminal.line(plural(known, "One was already there.", "{n} were already there."))
    if left:
        session.terminal.line(
            plural(left, "One had withdrawn, and stays out.", "{n} had withdrawn or were erased, and stay out.")
        )
    if refused:
        session.terminal.line(plural(refused, "One row was refused.", "{n} rows were refused."))
