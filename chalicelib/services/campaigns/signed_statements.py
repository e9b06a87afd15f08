"""Finds the exact statement that a signature was given to, whatever the campaign says now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.campaigns.statements import Statement

if TYPE_CHECKING:
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.storage.campaigns.statement_versions import StatementVersions


@dataclass(frozen=True, slots=True)
class SignedStatements:
    """Finds statements by the signatures given to them."""

    versions: StatementVersions

    def find(self, campaign: Campaign, signature: Signature) -> Statement | None:
        """Returns the statement that `signature` was given to, or None: one call unless the campaign still has it."""
        text = campaign.texts.get(signature.language)
        if text is not None and text.sha256 == signature.text_sha256:
            targets = tuple(target.name_in(signature.language) for target in campaign.targets)
            words = {"title": text.title, "summary": text.summary, "body": text.body, "sha256": text.sha256}
            return Statement(signature.text_version, signature.language, **words, targets=targets)
        version = self.versions.find(campaign.id, signature.text_version)
        return version.statement(signature.language) if version else None


def has_same_words(campaign: Campaign, signature: Signature) -> bool:
    """True while the campaign, in any language, still has the statement that `signature` was given to."""
    if signature.text_sha256:
        return campaign.language_of_text(signature.text_sha256) is not None
    return signature.text_version == campaign.text_version  # signed before statements had hashes
