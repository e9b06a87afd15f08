"""Keeps a name from the public list and from what is handed over, when an organiser says so; its signature counts as before.

Only an organiser shows it again: a signer's correction does not, and neither does signing again before the click.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.errors import AlreadyWithdrawn, Forbidden, NamesRemoved, Unavailable
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.signatures.moderation import ModerationRequest
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.services.signatures.public_signers import PublicSigners
    from chalicelib.services.signatures.signature_search import SignatureSearch
    from chalicelib.storage.access.audit_log import AuditLog
    from chalicelib.storage.signatures.signatures import Signatures

TRIES = 5
ACTS = {True: "name shown again", False: "name hidden"}


@dataclass(slots=True)
class SignatureModeration:
    """Decides what of a signature is public. A key bound to a sponsor may only read."""

    signature_search: SignatureSearch
    signatures: Signatures
    public_signers: PublicSigners
    audit: AuditLog
    clock: Callable[[], datetime]

    def moderate(self, campaign_id: str, signature_id: str, request: ModerationRequest, key: ApiKey) -> Signature:
        """Hides the name or shows it again, and returns the signature. Repeating it changes nothing, not even the reason.

        Raises NotFound, Forbidden, AlreadyWithdrawn, NamesRemoved, Unavailable.
        """
        if key.sponsor:
            raise Forbidden
        is_in_audit_log = False
        for _ in range(TRIES):
            campaign, signature = self.signature_search.get(campaign_id, signature_id, key)
            _check(signature)
            if signature.moderation.is_hidden is not request.shown:
                return signature
            if not is_in_audit_log:
                # Written first: better one entry too many than one missing. The reason may be about the person, so it is not in it.
                self.audit.add(ACTS[request.shown], key.id, now=self.clock(), campaign=campaign.id)
                is_in_audit_log = True
            try:
                decided = self._decide(signature, request)
            except ConditionFailed:  # corrected, withdrawn or decided about in this very moment
                continue
            self.public_signers.forget(campaign.id)
            return decided
        raise Unavailable

    def _decide(self, signature: Signature, request: ModerationRequest) -> Signature:
        decisions, now = self.signatures.moderated, self.clock()
        if request.shown:
            return decisions.show(signature, now=now)
        return decisions.hide(signature, request.reason, now=now)


def _check(signature: Signature) -> None:
    if signature.is_withdrawn:
        raise AlreadyWithdrawn
    if signature.anonymised_at:
        raise NamesRemoved
