"""Decides what of a signature is public: organisers hide names and approve comments; the signature counts as before.

Only an organiser shows a hidden name again: a signer's correction does not, and neither does signing again before the click.
An approval is of the words that the organiser read: corrected ones wait again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.domain.errors import (
    AlreadyWithdrawn,
    CommentChanged,
    CommentPrivate,
    Forbidden,
    NamesRemoved,
    NotFound,
    Unavailable,
)
from chalicelib.domain.signatures.moderation import NameDecision
from chalicelib.domain.signatures.public_comments import CommentState, comment_state
from chalicelib.storage.dynamodb.at_once import at_once
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.signatures.moderation import CommentDecision, NamesDecision
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.services.signatures.public_comments import PublicComments
    from chalicelib.services.signatures.public_signers import PublicSigners
    from chalicelib.services.signatures.signature_search import SignatureSearch
    from chalicelib.storage.access.audit_log import AuditLog
    from chalicelib.storage.signatures.published_comments import PublishedComments
    from chalicelib.storage.signatures.signatures import Signatures

    Decision = NameDecision | CommentDecision

TRIES = 5
NAMES_ACTS = {True: "names shown again", False: "names hidden"}
NAME_ACTS = {True: "name shown again", False: "name hidden"}
COMMENT_ACTS = {True: "comment published", False: "comment refused", None: "comment set back"}


@dataclass(slots=True)
class SignatureModeration:
    """Decides what of a signature is public. A key bound to a sponsor may only read."""

    signature_search: SignatureSearch
    signatures: Signatures
    published: PublishedComments
    public_signers: PublicSigners
    public_comments: PublicComments
    audit: AuditLog
    clock: Callable[[], datetime]

    def moderate(self, campaign_id: str, signature_id: str, decision: Decision, key: ApiKey) -> Signature:
        """Carries out a decision, and returns the signature. Repeating it changes nothing, not even the reason.

        Raises NotFound, Forbidden, AlreadyWithdrawn, NamesRemoved, CommentChanged, CommentPrivate, Unavailable.
        """
        if key.sponsor:
            raise Forbidden
        return self._moderate(campaign_id, signature_id, decision, key)

    def moderate_names(self, campaign_id: str, names: NamesDecision, key: ApiKey) -> dict[str, Signature | str]:
        """Carries out one decision about several names, with one audit entry: by id the signature, or the code of why not.

        Raises CampaignNotFound, Forbidden.
        """
        if key.sponsor:
            raise Forbidden
        campaign = self.signature_search.campaign_reader.get(campaign_id)
        act = NAMES_ACTS[names.decision.shown]
        self.audit.add(act, key.id, now=self.clock(), campaign=campaign.id, signatures=len(names.ids))
        results = at_once([partial(self._try, campaign.id, one, names.decision, key) for one in names.ids])
        return dict(zip(names.ids, results, strict=True))

    def _try(self, campaign_id: str, signature_id: str, decision: NameDecision, key: ApiKey) -> Signature | str:
        try:
            return self._moderate(campaign_id, signature_id, decision, key, is_in_audit_log=True)
        except (NotFound, AlreadyWithdrawn, NamesRemoved, Unavailable) as refusal:
            return refusal.code

    def _moderate(
        self, campaign_id: str, signature_id: str, decision: Decision, key: ApiKey, *, is_in_audit_log: bool = False
    ) -> Signature:
        for _ in range(TRIES):
            campaign, signature = self.signature_search.get(campaign_id, signature_id, key)
            _check(signature, decision)
            if _is_so(signature, decision):
                self._look_there_again(signature, decision)
                return signature
            if not is_in_audit_log:
                # Written first: better one entry too many than one missing. What is about the person is not in it.
                self.audit.add(_act(decision), key.id, now=self.clock(), campaign=campaign.id)
                is_in_audit_log = True
            try:
                decided = self._carry_out(signature, decision)
            except ConditionFailed:  # corrected, withdrawn or decided about in this very moment
                continue
            self.public_signers.forget(campaign.id)
            self.public_comments.forget(campaign.id)
            return decided
        raise Unavailable

    def _look_there_again(self, signature: Signature, decision: Decision) -> None:
        """Of the approved comments only the newest are looked at: one that is approved again is among them again."""
        if not isinstance(decision, NameDecision) and decision.shown:
            self.published.add(signature.campaign, signature.id)
            self.public_comments.forget(signature.campaign)

    def _carry_out(self, signature: Signature, decision: Decision) -> Signature:
        decisions, now = self.signatures.moderated, self.clock()
        if isinstance(decision, NameDecision):
            if decision.shown:
                return decisions.show(signature, now=now)
            return decisions.hide(signature, decision.reason, now=now)
        if (
            decision.shown
        ):  # first where to look, which shows nothing: the other way round, an approved one could be missed
            self.published.add(signature.campaign, signature.id)
        return decisions.decide_comment(signature, decision.shown, now=now)


def _act(decision: Decision) -> str:
    return NAME_ACTS[decision.shown] if isinstance(decision, NameDecision) else COMMENT_ACTS[decision.shown]


def _is_so(signature: Signature, decision: Decision) -> bool:
    if isinstance(decision, NameDecision):
        return signature.moderation.is_hidden is not decision.shown
    return signature.moderation.comment_shown is decision.shown


def _check(signature: Signature, decision: Decision) -> None:
    if signature.is_withdrawn:
        raise AlreadyWithdrawn
    if signature.anonymised_at:
        raise NamesRemoved
    if isinstance(decision, NameDecision):
        return
    if decision.shown and decision.comment != signature.answers.get("comment", ""):
        raise CommentChanged
    if comment_state(signature) in {None, CommentState.PRIVATE} and decision.shown is not None:
        raise CommentPrivate
