"""What signers can do with their own signature through the link in their emails: see, correct, hide, withdraw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.access.signed_links import Purpose
from chalicelib.domain.counting.tallies import REGION
from chalicelib.domain.errors import Unavailable, VersionMismatch
from chalicelib.domain.signatures.person_fields import ALWAYS_ASKED
from chalicelib.services.signatures.form_parsing import parse_form
from chalicelib.services.signatures.region_labels import region_label
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.domain.campaigns.sign_form import Submission
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.services.signers.signer_links import OpenedLink, SignerLinks
    from chalicelib.storage.signatures.signatures import Signatures

TRIES = 3


@dataclass(frozen=True, slots=True)
class SignerSelfService:
    """Acts on one signature, opened through its manage link."""

    signer_links: SignerLinks
    signatures: Signatures
    pepper: Callable[[], bytes]

    def open(self, token: str) -> OpenedLink:
        """Returns what the link shows. Raises LinkInvalid, LinkExpired, AlreadyWithdrawn, NamesRemoved."""
        return self.signer_links.open(Purpose.MANAGE, token)

    def set_public(self, token: str, *, public: bool) -> OpenedLink:
        """Shows the name among the public signers, or hides it."""
        return self._update(token, lambda link: replace(link.signature, public=public))

    def correct(self, token: str, form_values: Mapping[str, object]) -> OpenedLink:
        """Replaces what the signer typed. The address stays: it is what was confirmed. Raises InvalidFields, VersionMismatch."""

        def corrected(link: OpenedLink) -> Signature:
            submission = parse_form(link.campaign, {**form_values, "email": link.signature.email})
            asked = {*ALWAYS_ASKED, *(field.name for field in link.campaign.fields)}
            # The form shows no answer to what it does not ask any more, so nobody took that back.
            kept = {name: value for name, value in link.signature.answers.items() if name not in asked}
            answers, consents = {**kept, **submission.answers}, submission.consents
            notice = _notice(link, submission, answers.get("comment", ""))
            changed = replace(
                link.signature, answers=answers, consents=consents, public=submission.public, comment_notice=notice
            )
            return self._with_updates(link, self._with_region(link, changed), is_ticked=submission.updates)

        return self._update(token, corrected)

    def _with_region(self, link: OpenedLink, signature: Signature) -> Signature:
        """With what another region is to be counted under: decided now if the signature counts, else when it is confirmed."""
        before, after = (
            [one.answers.get(name) for name in ("country", "region")] for one in (link.signature, signature)
        )
        if before == after:
            return signature
        label = region_label(signature.answers)
        if link.campaign.is_test:
            return replace(signature, region_label=label)
        labels, tally = (
            self.signer_links.label_admission(),
            self.signer_links.campaign_reader.get_snapshot(signature.campaign).tally,
        )
        if signature.is_confirmed:
            return replace(signature, region_label=labels.admit(signature.campaign, tally, label, prefix=REGION))
        is_new = signature.source_is_new or not labels.knows(signature.campaign, tally, label, prefix=REGION)
        return replace(signature, region_label=label, source_is_new=is_new)

    def _with_updates(self, link: OpenedLink, signature: Signature, *, is_ticked: bool) -> Signature:
        """As ticked on a page that shows the box; a yes that stood keeps the moment when it was given."""
        if not link.campaign.asks_about_updates(link.signature):
            return signature
        given_at = signature.updates_at or self.signer_links.clock()
        return replace(signature, updates_at=given_at if is_ticked else None)

    def _update(self, token: str, change: Callable[[OpenedLink], Signature]) -> OpenedLink:
        link = self.open(token)
        for _ in range(TRIES):
            try:
                corrected = change(link).fingerprinted(self.pepper())
                self.signatures.correct(corrected, was=link.signature, now=self.signer_links.clock())
            except ConditionFailed:
                link = self._reopen(token, link)
                continue
            return replace(link, signature=corrected)
        raise Unavailable

    def _reopen(self, token: str, previous: OpenedLink) -> OpenedLink:
        link = self.open(token)
        if link.signature.fingerprint != previous.signature.fingerprint:  # it changed after the signer opened it
            raise VersionMismatch
        return link


def _notice(link: OpenedLink, submission: Submission, comment: str) -> int:
    """What the signer was told of the comment: the page says it where the campaign publishes comments; the same words stay as they were."""
    told = submission.comment_notice if link.campaign.show_comments else 0
    return told or (link.signature.comment_notice if comment == link.signature.answers.get("comment") else 0)
