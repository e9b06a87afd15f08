"""What is said of a file of paper signatures, before and after it is entered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from undersigned_client.language.messages import plural, translate

if TYPE_CHECKING:
    from collections import Counter
    from pathlib import Path

    from undersigned_client.terminal import Terminal


def before(terminal: Terminal, outcomes: Counter[str]) -> None:
    """Say what entering the file would do."""
    if terminal.as_json:
        _json(terminal, outcomes, None)
        return
    new, alike = outcomes["new"], outcomes["alike"]
    terminal.line(plural(new, "One is new.", "{n} are new.") if new else translate("None is new."))
    if alike:
        terminal.line(
            plural(
                alike,
                "One looks like somebody who is there already.",
                "{n} look like people who are there already.",
            )
        )
    _others(terminal, outcomes)


def after(terminal: Terminal, outcomes: Counter[str], campaign: str, sheet: str | None) -> None:
    """Say what became of the file."""
    if terminal.as_json:
        _json(terminal, outcomes, sheet)
        return
    line, entered = terminal.line, outcomes["entered"]
    sentence = plural(entered, "One signature entered.", "{n} signatures entered.")
    line(sentence if entered else translate("No signatures entered."))
    if alike := outcomes["alike"]:
        line(
            plural(
                alike,
                "One that looks like somebody who is there already was left out: --alike enter enters it.",
                "{n} that look like people who are there already were left out: --alike enter enters them.",
            )
        )
    _others(terminal, outcomes)
    if sheet:
        line(how_to_undo(campaign, sheet))


def how_to_undo(campaign: str, sheet: str) -> str:
    """The command that takes the file back."""
    return translate(
        "To take them back within a day: undersigned sheets {campaign} --undo {id}", campaign=campaign, id=sheet
    )


def _others(terminal: Terminal, outcomes: Counter[str]) -> None:
    line, known, left, wrong = (
        terminal.line,
        *(outcomes[name] for name in ("known", "left", "wrong")),
    )
    if known:
        line(plural(known, "One was already there.", "{n} were already there."))
    if left:
        line(plural(left, "One had withdrawn, and stays out.", "{n} had withdrawn or were erased, and stay out."))
    if wrong:
        line(plural(wrong, "One row was refused.", "{n} rows were refused."))


def _json(terminal: Terminal, outcomes: Counter[str], sheet: str | None) -> None:
    names = ("new", "entered", "alike", "known", "left", "wrong")
    terminal.json({"sheet": sheet, **{name: outcomes[name] for name in names}})


def likeness(path: Path, row: dict[str, Any]) -> str:
    """Whom a row looks like."""
    values = row["values"]
    name = " ".join(filter(None, (values.get("given_name"), values.get("family_name")))) or values.get("organization")
    if row["alike_row"]:
        return translate(
            "{file}, row {row}: {name}, as in row {other}.",
            file=path,
            row=row["row"],
            name=name,
            other=row["alike_row"],
        )
    return translate("{file}, row {row}: {name} is there already.", file=path, row=row["row"], name=name)
