"""The file that signers can download from their own page: everything that is held about the signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from chalicelib.api.http.region_names import region_name_of
from chalicelib.domain.signatures.public_comments import comment_state
from chalicelib.domain.timestamps import stamp

if TYPE_CHECKING:
    from chalicelib.api.public.descriptions.link_pages import SignatureFile, SignedStatement
    from chalicelib.domain.campaigns.statements import Statement
    from chalicelib.domain.signatures.signature import Signature


def signature_file(signature: Signature, statement: Statement | None) -> SignatureFile:
    """Returns a signature, and what it was given to, as JSON types, without what is missing."""
    times = {"signed_at": signature.signed_at, "confirmed_at": signature.confirmed_at}
    written = {
        "campaign": signature.campaign,
        "signature": signature.id,
        "state": str(signature.state),
        **{name: stamp(moment) for name, moment in times.items() if moment},
        "email": signature.email,
        **signature.answers,
        **region_name_of(signature, signature.language),
        "language": signature.language,
        **({"statement": statement_json(statement)} if statement else {}),
        "public": signature.public,
        "consents": list(signature.consents),
        **({"updates_at": stamp(signature.updates_at)} if signature.updates_at else {}),
        **_hidden(signature),
        **_comment(signature),
        **_handed_over(signature),
        **({"left_sponsors": dict(signature.left_sponsors)} if signature.left_sponsors else {}),
        "source": signature.source,
        "network": signature.network,
        "flags": list(signature.flags),
        "form_shown_at": signature.form_shown_at,
        "referrer": signature.referrer,
        **signature.utm,
    }
    # A campaign's custom fields have names that no type can list.
    return cast("SignatureFile", written)


def _handed_over(signature: Signature) -> dict[str, int]:
    return {"handover_notice": signature.handover_notice} if signature.handover_notice else {}


def _hidden(signature: Signature) -> dict[str, str]:
    decided = signature.moderation
    return {"hidden_at": stamp(decided.hidden_at), "hidden_reason": decided.hidden_reason} if decided.hidden_at else {}


def _comment(signature: Signature) -> dict[str, object]:
    """Whether the person was told that the comment may be public, and whether it is."""
    state = comment_state(signature)
    return {"comment_notice": signature.comment_notice, "comment_state": str(state)} if state else {}


def statement_json(statement: Statement) -> SignedStatement:
    """What was signed: its words, targets included, and what names them."""
    return {
        "text_version": statement.version,
        "language": statement.language,
        "title": statement.title,
        "summary": statement.summary,
        "body": statement.body,
        "targets": list(statement.targets),
        "sha256": statement.sha256,
    }
