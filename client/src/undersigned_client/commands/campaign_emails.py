"""`emails`: the emails of a campaign as they will arrive, and the words in them that are the campaign's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from undersigned_client.api.admin_api import path_of
from undersigned_client.errors import BadFile, Exit
from undersigned_client.files.campaign_files import Loader, to_yaml
from undersigned_client.language.messages import translate

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session

KINDS = ("confirmation", "reminder", "already_signed", "thanks")
PARTS = ("subject", "opening", "closing")


def list_emails(session: Session, options: Namespace) -> int:
    """Which emails the campaign sends, and the languages in which it has words of its own."""
    answer = session.api.get(path_of(options.campaign, "emails"))
    if session.terminal.as_json:
        session.terminal.json(answer)
        return Exit.DONE
    names = (translate("email"), translate("own words in"), translate("can be filled in"))
    session.terminal.table(names, [_row(one) for one in answer["emails"]])
    return Exit.DONE


def _row(email: dict[str, Any]) -> tuple[str, str, str]:
    own = [language for language, words in email["words"].items() if any(words.values())]
    return email["kind"], " ".join(own), " ".join(f"{{{{{name}}}}}" for name in email["placeholders"])


def show(session: Session, options: Namespace) -> int:
    """One email as it will arrive, as text or as an HTML file; or the words in it, to be edited."""
    if options.words:
        return _show_words(session, options)
    email = session.api.get(path_of(options.campaign, "emails", options.kind), language=options.lang)
    if options.html:
        _write(Path(options.html), email["html"])
    if session.terminal.as_json:
        session.terminal.json(email)
    elif options.html:
        session.terminal.line(translate("Written to {file}.", file=options.html))
    else:
        sender = email["from"]
        session.terminal.line(f"{translate('From:')} {sender['name']} <{sender['email']}>")
        session.terminal.line(f"{translate('Subject:')} {email['subject']}\n\n{email['text'].strip()}")
    return Exit.DONE


def _show_words(session: Session, options: Namespace) -> int:
    listed = session.api.get(path_of(options.campaign, "emails"))["emails"]
    words: dict[str, Any] = next((one["words"] for one in listed if one["kind"] == options.kind), {})
    if session.terminal.as_json:
        session.terminal.json(words)
    else:
        session.terminal.raw(to_yaml(words))
    return Exit.DONE


def _write(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as made:
            made.write(text)
    except FileExistsError as error:
        raise BadFile(translate("{file} exists already.", file=file)) from error
    except OSError as error:
        raise BadFile(translate("{file} cannot be written.", file=file)) from error


def edit(session: Session, options: Namespace) -> int:
    """Save words from a YAML file: `es: {subject, opening, closing}`; what is empty is as it was without words of one's own."""
    words = _read(Path(options.file))
    path = path_of(options.campaign)
    changed = {language: mine if any(mine.values()) else None for language, mine in words.items()}
    campaign = session.api.get(path)
    saved = session.api.patch(path, {"emails": {options.kind: changed}}, version=campaign["version"])
    if session.terminal.as_json:
        session.terminal.json(saved["emails"])
    else:
        session.terminal.line(translate("Saved. Emails say so within half a minute."))
    return Exit.DONE


def _read(file: Path) -> dict[str, dict[str, str]]:
    """The words by language. Raises BadFile."""
    try:
        words = yaml.load(file.read_text("utf-8-sig"), Loader=Loader)  # noqa: S506 - derived from SafeLoader
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise BadFile(translate("{file} cannot be read as YAML.", file=file)) from error
    if not isinstance(words, dict) or not words or not all(isinstance(mine, dict) for mine in words.values()):
        sentence = translate(
            "{file}: for each language, write its subject, opening and closing; --words shows how.",
            file=file,
        )
        raise BadFile(sentence)
    return {language: {part: text or "" for part, text in mine.items()} for language, mine in words.items()}


def test(session: Session, options: Namespace) -> int:
    """Send one to whoever is signed in."""
    query = f"?language={options.lang}" if options.lang else ""
    answer = session.api.post(f"{path_of(options.campaign, 'emails', options.kind, 'test')}{query}", {})
    if session.terminal.as_json:
        session.terminal.json(answer)
    else:
        session.terminal.line(translate("On its way to {address}.", address=answer["to"]))
    return Exit.DONE
