"""`withdraw`: withdraws the signatures of a flood by where they came from, after counting them and asking once.

It goes on in steps; what is withdrawn stays so, so an interrupted command can simply be run again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from undersigned_client.api.admin_api import path_of
from undersigned_client.errors import Exit, Failure, Interrupted, Misused
from undersigned_client.language.messages import number, plural, translate

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from undersigned_client.api.admin_api import Answer
    from undersigned_client.session import Session

FILTERS = {
    "network": "network",
    "source": "source",
    "flag": "flag",
    "form_shown_at": "form_shown_at",
    "from": "first_day",
    "to": "last_day",
}


def flags() -> dict[str, str]:
    """What is odd about a form, by the API's name."""
    return {
        "fast": translate("sent faster than a person can type"),
        "forged": translate("the form was tampered with"),
        "disposable": translate("throwaway addresses"),
        "captcha": translate("no proof that a person signed"),
    }


def withdraw(session: Session, options: Namespace) -> int:
    """Withdraw what the filters select, after saying how many signatures that is."""
    filters = {name: value for name, option in FILTERS.items() if (value := getattr(options, option)) is not None}
    if not filters.keys() & {"network", "source", "flag", "form_shown_at"} or not all(filters.values()):
        # A script whose variable is empty must not mean everybody.
        raise Misused(translate("Say which: --network, --source, --flag or --form-shown-at, with a value."))
    expected = sum(step["signatures"] for step in _steps(session, options, {**filters, "preview": True}))
    if not expected:
        return _report(session, options, 0)
    question = (
        plural(expected, "This concerns one signature.", "This concerns {n} signatures.")
        + " "
        + translate(
            "Withdrawn signatures do not count. Within a day you can undo that; then all personal data is gone, for good. Withdraw?"
        )
    )
    if not session.terminal.agrees(question, is_sure=options.yes):
        return Exit.DONE
    return _report(session, options, *_withdraw_all(session, options, filters, expected))


def _withdraw_all(session: Session, options: Namespace, filters: dict[str, object], expected: int) -> tuple[int, str]:
    """How many it withdrew, and the id of the withdrawal."""
    done, was_lost, withdrawal = 0, False, ""
    try:
        with session.terminal.progress() as bars:
            label = translate("Withdrawing")
            bar = bars.add_task(label, total=expected)
            for step in _steps(session, options, filters):
                done += step["signatures"]
                withdrawal = step.get("withdrawal") or withdrawal
                was_lost = was_lost or step.is_repeat
                bars.update(bar, completed=done, description=f"{label} {number(done)}")
    except KeyboardInterrupt:
        if not done:
            raise
        raise Interrupted(_so_far(done)) from None
    except Failure:
        if done:
            session.terminal.note(_so_far(done))
        raise
    if was_lost:
        session.terminal.note(translate("An answer was lost on the way: more may have been done than is counted here."))
    return done, withdrawal


def _steps(session: Session, options: Namespace, filters: dict[str, object]) -> Iterator[Answer]:
    cursor: str | None = ""
    withdrawal = ""
    while cursor is not None:
        body = {**filters, "cursor": cursor, "withdrawal": withdrawal} if cursor else filters
        step: Answer = session.api.post(path_of(options.campaign, "signatures", "withdraw"), body, repeatable=True)
        cursor, withdrawal = step["cursor"], step.get("withdrawal") or withdrawal
        yield step


def _so_far(done: int) -> str:
    # The step whose answer was lost may be done as well.
    progress = plural(done, "At least one is done, and stays done.", "At least {n} are done, and stay done.")
    return f"{progress} {translate('Run the same command again for the rest.')}"


def _report(session: Session, options: Namespace, done: int, withdrawal: str = "") -> int:
    if session.terminal.as_json:
        session.terminal.json({"campaign": options.campaign, "withdrawn": done, "withdrawal": withdrawal or None})
    elif done:
        session.terminal.line(plural(done, "One signature was withdrawn.", "{n} signatures were withdrawn."))
        command = f"undersigned withdrawals {options.campaign} --undo {withdrawal}"
        session.terminal.note(translate("To undo it, within a day: {command}", command=command))
    else:
        session.terminal.line(translate("There is no such signature."))
    return Exit.DONE
