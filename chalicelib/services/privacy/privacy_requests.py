"""Erases an address everywhere, and reports what is held about one; it never stores or logs the address itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.email_addresses import address_hash, canonical, canonical_addresses, normalised
from chalicelib.domain.errors import CampaignUnreadable
from chalicelib.domain.signatures.signature import PENDING_DAYS
from chalicelib.domain.signatures.signed_as_test import is_for_tests
from chalicelib.domain.signatures.withdrawers import Withdrawer
from chalicelib.services.signatures.signature_keys import key_of_test, signature_keys
from chalicelib.services.signatures.signature_search import parse_email_address
from chalicelib.services.signatures.withdrawal import withdraw_signature
from chalicelib.storage.mail.suppressions import SuppressionReason

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.campaigns.statements import Statement
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.services.campaigns.signed_statements import SignedStatements
    from chalicelib.services.exports.export_requests import ExportRequests
    from chalicelib.storage.access.audit_log import AuditLog
    from chalicelib.storage.exports.export_items import Export
    from chalicelib.storage.mail.suppressions import AddressStatus, Suppressions
    from chalicelib.storage.signatures.signatures import Signatures


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """What an erasure did: the signatures as they were before, and the exports whose files were removed."""

    erased_at: datetime
    signatures: tuple[Signature, ...]
    exports: tuple[Export, ...]


@dataclass(frozen=True, slots=True)
class AccessReport:
    """What is held about one address.

    `statements` are what the `signatures` were given to, in the same order; `memories` is what is remembered of its
    spellings, under their hashes.
    """

    as_of: datetime
    signatures: tuple[Signature, ...]
    statements: tuple[Statement | None, ...]
    memories: tuple[AddressStatus, ...]


@dataclass(slots=True)
class PrivacyRequests:
    """Answers requests for access and for erasure."""

    campaign_reader: CampaignReader
    signatures: Signatures
    statements: SignedStatements
    suppressions: Suppressions
    export_requests: ExportRequests
    audit: AuditLog
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]

    def erase(self, email: object, key: ApiKey) -> ErasureReport:
        """Withdraws every signature of an address, removes exports that may contain one, and suppresses the address for good.

        Repeating it finishes what failed halfway. Raises InvalidFields, Unavailable; and CampaignUnreadable, after all that can
        be erased is, when a campaign's entry in the list does not say where its signatures are.
        """
        spelled = parse_email_address(email)
        self.audit.add("erasure begun", key.id, now=self.clock())
        hashed = address_hash(self.pepper(), canonical(spelled))
        self.suppressions.suppress(hashed, SuppressionReason.ERASURE, now=self.clock())
        unreadable: list[str] = []
        signatures = self._signatures_of(spelled, unreadable, with_tests=True)
        exports: list[Export] = []
        for signature in signatures:
            withdraw_signature(self.signatures, signature.key, Withdrawer.ERASURE, self.clock)
        signatures = [signature for signature in signatures if not is_for_tests(signature.campaign)]
        for signature in signatures:
            # All: a sheet that was undone, or a form after it, leaves no trace of when an earlier file held this person.
            exports += self.export_requests.delete_files(signature.campaign)
        for summary in self.campaign_reader.store.list():
            if self._had_time_to_expire(summary.id):
                exports += self.export_requests.delete_files_of_expired_signers(summary.id)
        if unreadable:
            raise CampaignUnreadable
        now = self.clock()
        self.audit.add("erasure done", key.id, now=now, campaigns=len(signatures), exports=len(exports))
        return ErasureReport(now, tuple(signatures), tuple(exports))

    def _had_time_to_expire(self, campaign: str) -> bool:
        """True when a campaign is old enough for an unconfirmed signature to have come and gone, or nobody can say how old it is."""
        try:
            created_at = datetime.fromisoformat(self.campaign_reader.get_stored(campaign).created_at)
        except CampaignUnreadable:
            return True
        return self.clock() - created_at >= timedelta(days=PENDING_DAYS)

    def access(self, email: object, key: ApiKey) -> AccessReport:
        """Returns everything that is held about an address. Raises InvalidFields, Unavailable; CampaignUnreadable as `erase`."""
        spelled = parse_email_address(email)
        self.audit.add("access answered", key.id, now=self.clock())
        unreadable: list[str] = []
        signatures = [self._with_what_is_kept(one) for one in self._signatures_of(spelled, unreadable)]
        if unreadable:
            raise CampaignUnreadable
        # A bounce suppresses one spelling. Of spellings that nobody signed with, only the one in the request can be looked up.
        typed = {spelled, *(signature.email for signature in signatures if signature.email)}
        spellings = {one for email in typed for one in (normalised(email), *canonical_addresses(email))}
        hashes = [address_hash(self.pepper(), spelling) for spelling in sorted(spellings)]
        memories = tuple(memory for hashed in hashes if (memory := self.suppressions.find(hashed)))
        return AccessReport(self.clock(), tuple(signatures), tuple(map(self._statement_of, signatures)), memories)

    def _statement_of(self, signature: Signature) -> Statement | None:
        try:
            return self.statements.find(self.campaign_reader.get(signature.campaign), signature)
        except CampaignUnreadable:  # what is known of the person is told all the same
            return None

    def _with_what_is_kept(self, signature: Signature) -> Signature:
        """One whose withdrawal, or whose sheet, could be undone: all that is kept for that."""
        if signature.sheet and (before := self.signatures.paper.find_before(signature.key)):
            answers = {**before.answers, **signature.answers}
            return replace(before, state=signature.state, answers=answers, moderation=signature.moderation)
        kept = self.signatures.kept.find(signature.key) if signature.withdrawal else None
        if kept is None:
            return signature
        return replace(kept, withdrawn_at=signature.withdrawn_at)

    def _signatures_of(self, email: str, unreadable: list[str], *, with_tests: bool = False) -> list[Signature]:
        """Returns the address's signatures in every campaign, withdrawn ones included: by key, without a search."""
        campaigns, pepper = self.campaign_reader.store.list(unreadable), self.pepper()
        keys = [key for summary in campaigns for key in signature_keys(pepper, summary, email)]
        tests = map(key_of_test, keys) if with_tests else ()
        return sorted(self.signatures.find_many([*keys, *tests]), key=lambda signature: signature.campaign)
