"""`updates CAMPAIGN write`, `test`, `send`, `pause` and so on: writes an update from files, and sends it once its number was typed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from undersigned_client.api.admin_api import path_of
from undersigned_client.commands import updates
from undersigned_client.errors import BadFile, Exit, Misused, Refused
from undersigned_client.language.messages import number, plural, translate

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session

LANGUAGE_IN_NAME = re.compile(r"(?:.*\.)?([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.(?:md|markdown|txt)")
GROUPING = re.compile(r"[.,'’\s\u00a0\u202f]")


def write(session: Session, options: Namespace) -> int:
    """Save a draft from a file for each language, or new words for one that is there."""
    texts = [_read(Path(name)) for name in options.files]
    body: dict[str, Any] = {"texts": dict(texts)}
    if len(body["texts"]) < len(texts):
        raise Misused(translate("Two of the files are in the same language."))
    chosen = {
        name: _entries(value) for name in ("languages", "countries") if (value := getattr(options, name)) is not None
    }
    if chosen:
        body["audience"] = chosen
    if options.update:
        saved = session.api.change(path_of(options.campaign, "updates", options.update), body)
    else:
        saved = session.api.post(path_of(options.campaign, "updates"), body)
    return updates.report(session, saved)


def _read(file: Path) -> tuple[str, dict[str, str]]:
    """The language in a file's name, and its words: the first line, a heading, is the subject. Raises Misused, BadFile."""
    found = LANGUAGE_IN_NAME.fullmatch(file.name)
    if found is None:
        raise Misused(translate("{file}: name it after its language, such as news.es.md.", file=file))
    try:
        words = file.read_text("utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise BadFile(translate("{file} cannot be read as UTF-8 text.", file=file)) from error
    first, _, body = words.lstrip().partition("\n")
    if not first.startswith("# ") or not body.strip():
        sentence = translate("{file}: begin with a line “# The subject”, and write the text below it.", file=file)
        raise BadFile(sentence)
    return found[1], {"subject": first.removeprefix("# ").strip(), "body": body.strip()}


def _entries(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def test(session: Session, options: Namespace) -> int:
    """Send it to whoever is signed in, in each language that is written."""
    answer = session.api.post(path_of(options.campaign, "updates", options.update, "test"), {})
    if session.terminal.as_json:
        session.terminal.json(answer)
    else:
        languages = ", ".join(answer["languages"])
        session.terminal.line(
            translate("On its way to {address}: {languages}.", address=answer["to"], languages=languages)
        )
    return Exit.DONE


def send(session: Session, options: Namespace) -> int:
    """Send a draft to as many signers as were typed; says the right number if that is another by now."""
    expected = options.recipients if options.recipients is not None else _typed(session, options)
    if expected is None:
        session.terminal.note(translate("That is not the number. Nothing was sent."))
        return Exit.DONE
    try:
        begun = session.api.post(path_of(options.campaign, "updates", options.update, "send"), {"recipients": expected})
    except Refused as refusal:
        if refusal.reason == "recipients_changed" and not session.terminal.as_json:
            right = number(refusal.problem["recipients"])
            session.terminal.note(translate("By now it would reach {n}. Run it again if that is right.", n=right))
        raise
    return updates.report(session, begun)


def _typed(session: Session, options: Namespace) -> int | None:
    """The number that was typed, if it is the right one. Raises Misused when there is nobody to ask."""
    if not session.terminal.can_ask:
        raise Misused(translate("Nobody can be asked here. Add --recipients with the number that the draft shows."))
    reached = updates.get(session, options)["recipients"]
    session.terminal.note(
        plural(
            reached,
            "It goes to one signer, and cannot be called back.",
            "It goes to {n} signers, and cannot be called back.",
        )
    )
    digits = GROUPING.sub("", session.terminal.text(translate("To send it, type that number:")))
    return reached if digits.isdecimal() and int(digits) == reached else None


def act(session: Session, options: Namespace) -> int:
    """Pause, resume or stop one that is being sent."""
    question = translate("Whoever has not had it yet never gets it. Stop it for good?")
    if options.what == "stop" and not session.terminal.agrees(question, is_sure=options.yes):
        return Exit.DONE
    path = path_of(options.campaign, "updates", options.update, options.what)
    return updates.report(session, session.api.post(path, {}, repeatable=True))


def delete(session: Session, options: Namespace) -> int:
    """Delete a draft, after asking."""
    if not session.terminal.agrees(translate("Delete this draft?"), is_sure=options.yes):
        return Exit.DONE
    session.api.delete(path_of(options.campaign, "updates", options.update))
    if session.terminal.as_json:
        session.terminal.json({"deleted": options.update})
    else:
        session.terminal.line(translate("The draft is deleted."))
    return Exit.DONE
