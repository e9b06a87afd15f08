"""`erase` and `access`: what people may ask for about their own data. Addresses are typed, never arguments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from undersigned_client.errors import BadFile, Exit, Misused
from undersigned_client.files import private_files
from undersigned_client.language.messages import plural, translate

if TYPE_CHECKING:
    from argparse import Namespace

    from undersigned_client.session import Session


def erase(session: Session, options: Namespace) -> int:
    """Erase an address everywhere; the report does not repeat the address."""
    address = session.terminal.text(translate("Email address to erase:"))
    if not address:
        raise Misused(translate("No address was typed."))
    question = translate("Its signatures in every campaign lose all personal data, for good. Erase it?")
    if not session.terminal.agrees(question, is_sure=options.yes):
        return Exit.DONE
    report = session.api.post("/admin/erasures", {"email": address}, repeatable=True)
    if session.terminal.as_json:
        session.terminal.json(report)
    else:
        _report_erasure(session, report)
    return Exit.DONE


def _report_erasure(session: Session, report: dict[str, Any]) -> None:
    erased, copies, terminal = report["signatures"], report["exports"], session.terminal
    if not erased:
        terminal.line(translate("No signature had this address. It will get no more emails."))
        return
    terminal.line(
        plural(
            len(erased),
            "One signature was erased. The address will get no more emails.",
            "{n} signatures were erased. The address will get no more emails.",
        )
    )
    terminal.table(
        (translate("campaign"), translate("was")), [(one["campaign"], translate(one["was"])) for one in erased]
    )
    if copies:
        terminal.line(
            plural(
                len(copies),
                "One export file was deleted. Whoever downloaded it must delete the row too:",
                "{n} export files were deleted. Whoever downloaded them must delete the row too:",
            )
        )
        rows = [(one["campaign"], one["id"], one["created_at"]) for one in copies]
        terminal.table((translate("campaign"), translate("export"), translate("created")), rows)


def access(session: Session, options: Namespace) -> int:
    """Everything stored about an address, as JSON: to standard output, or to a file that only its owner can read."""
    target = Path(options.output) if options.output else None
    if target and target.exists():
        raise BadFile(translate("{file} already exists. Choose another name.", file=target))
    address = session.terminal.text(translate("Email address of the person who asks:"))
    if not address:
        raise Misused(translate("No address was typed."))
    document = session.api.post("/admin/access", {"email": address}, repeatable=True)
    if target is None:
        session.terminal.json(document)
        return Exit.DONE
    private_files.write(target, json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    if session.terminal.as_json:
        session.terminal.json({"file": str(target)})
    else:
        session.terminal.line(translate("Everything stored is in {file}.", file=target))
    return Exit.DONE
