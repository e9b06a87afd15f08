"""`verify-packet`: checks a packet that was handed over, offline; needs no account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from undersigned_client.errors import Exit
from undersigned_client.files.packet_archive import INTEGRITY, open_packet
from undersigned_client.files.packet_checks import Check, checks
from undersigned_client.language.messages import plural, translate

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session


def verify(session: Session, options: Namespace) -> int:
    """Check a packet, and say of each check whether it holds."""
    path = Path(options.file)
    with open_packet(path) as archive:
        done = list(checks(archive))
        sum_ = archive.sum_of(INTEGRITY)
    wrong = sum(not one.holds for one in done)
    if session.terminal.as_json:
        told = [{"check": one.name, "holds": one.holds, "note": one.is_note, "words": one.words} for one in done]
        session.terminal.json({"file": str(path), "holds": not wrong, "checks": told, "integrity_sha256": sum_})
        return Exit.DIFFERENT if wrong else Exit.DONE
    width = max(len(translate(verdict)) for verdict in ("OK", "NOTE", "WRONG"))
    for one in done:
        session.terminal.line(f"{_verdict(one):<{width}}  {one.words}")
    session.terminal.line()
    if wrong:
        session.terminal.line(plural(wrong, "One check failed.", "{n} checks failed."))
        return Exit.DIFFERENT
    if any(one.is_note for one in done):
        session.terminal.line(translate("Nothing is wrong. Please read the note."))
    else:
        session.terminal.line(translate("Everything agrees."))
    # Whoever changes a file can write new sums, too: only what came by another way tells.
    session.terminal.line(translate("To be sure that all of it is what was sent, ask the sender for the SHA-256 of {name}:\n  {sum}", name=INTEGRITY, sum=sum_))  # fmt: skip
    return Exit.DONE


def _verdict(done: Check) -> str:
    if not done.holds:
        return translate("WRONG")
    return translate("NOTE") if done.is_note else translate("OK")
