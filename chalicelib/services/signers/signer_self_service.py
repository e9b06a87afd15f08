"""What signers do with their own signature from the link in their mails: see, correct, hide, withdraw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.access.signed_links import Purpose
from chalicelib.domain.campaigns import sign_form
from chalicelib.domain.errors import Unavailable, VersionMismatch
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.services.signers.signer_links import Opened, SignerLinks
    from chalicelib.storage.signatures.signatures import Signatures

TRIES = 3


@dataclass(frozen=True, slots=True)
class SignerSelfService:
    """Acts on one signature, opened by its manage link."""

    signer_links: SignerLinks
    signatures: Signatures
    pepper: Callable[[], bytes]

    def open(self, token: str) -> Opened:
        """What the link shows. Raises LinkInvalid, LinkExpired, AlreadyWithdrawn."""
        return self.signer_links.open(Purpose.MANAGE, token)

    def show_name(self, token: str, *, public: bool) -> Opened:
        """Shows or hides the name among the public signers."""
        return self._change(token, lambda opened: replace(opened.signature, public=public))

    def correct(self, token: str, form_values: Mapping[str, object]) -> Opened:
        """Replaces what was typed; the address stays, as it is what was confirmed. Raises InvalidFields."""

        def corrected(opened: Opened) -> Signature:
            submission = sign_form.parse(opened.campaign, {**form_values, "email": opened.signature.email})
            consents, answers = submission.consents, submission.answers
            return replace(opened.signature, answers=answers, consents=consents, public=submission.public)

        return self._change(token, corrected)

    def _change(self, token: str, change: Callable[[Opened], Signature]) -> Opened:
        opened = self.open(token)
        for _ in range(TRIES):
            try:
                corrected = change(opened).fingerprinted(self.pepper())
                self.signatures.correct(corrected, was=opened.signature, now=self.signer_links.clock())
            except ConditionFailed:
                opened = self._confirmed_meanwhile(token, opened)
                continue
            return replace(opened, signature=corrected)
        raise Unavailable

    def _confirmed_meanwhile(self, token: str, seen: Opened) -> Opened:
        opened = self.open(token)
        if opened.signature.fingerprint != seen.signature.fingerprint:  # what is typed now is not what was changed
            raise VersionMismatch
        return opened

    def withdraw(self, token: str) -> Campaign:
        """Takes the signature back."""
        return self.signer_links.withdraw(token, purpose=Purpose.MANAGE)
