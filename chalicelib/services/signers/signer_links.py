"""The links in emails: their pages confirm, withdraw or unsubscribe at a click; opening one never changes anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.access.signed_links import TEST_PREFIX, Links, Purpose
from chalicelib.domain.campaigns.campaign import CampaignState, is_campaign_id
from chalicelib.domain.errors import (
    AlreadyWithdrawn,
    CampaignNotFound,
    CampaignNotOpen,
    LinkExpired,
    LinkInvalid,
    LinkOfTest,
    NamesRemoved,
    SigningTestOver,
)
from chalicelib.domain.signatures.withdrawers import Withdrawer
from chalicelib.services.campaigns.signed_statements import has_same_words
from chalicelib.services.signatures.withdrawal import withdraw_signature
from chalicelib.storage.dynamodb.table import ConditionFailed
from chalicelib.storage.mail.suppressions import SuppressionReason
from chalicelib.storage.signatures.clicks import Click

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.campaigns.statements import Statement
    from chalicelib.domain.signatures.signature import Signature, SignatureKey
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.services.campaigns.label_admission import LabelAdmission
    from chalicelib.services.campaigns.signed_statements import SignedStatements
    from chalicelib.storage.mail.suppressions import Suppressions
    from chalicelib.storage.signatures.signatures import Signatures


# What a token says: campaign and signature, for a confirm link the fingerprint too; from the second round on, the round.
SIGNATURE_FACTS, CONFIRM_FACTS = 2, 3
CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """What a link leads to.

    `is_unchanged`: the signer typed nothing else since the link was sent. `has_same_words`: the campaign's statement is still
    the one that was signed, `statement`.
    """

    campaign: Campaign
    signature: Signature
    statement: Statement | None = None
    is_unchanged: bool = True
    has_same_words: bool = True


@dataclass(frozen=True, slots=True)
class ParsedLink:
    """What a link says: its signature, the `fingerprint` of what it confirms (confirm links only), the round, when it was made."""

    campaign: Campaign
    signature: str
    fingerprint: str
    round: int
    made_at: datetime

    @property
    def key(self) -> SignatureKey:
        """Where its signature is."""
        return self.campaign.signature_key(self.signature)

    def is_of_earlier(self, signature: Signature) -> bool:
        """True when what it was made for was withdrawn, and the same address has signed anew since.

        What is left of a withdrawn signature goes after 30 days, and its round with it; then the times tell.
        """
        return self.round != signature.round or self.made_at < signature.signed_at - CLOCKS_DIFFER


@dataclass(slots=True)
class SignerLinks:
    """Follows the links that signers receive."""

    campaign_reader: CampaignReader
    signatures: Signatures
    statements: SignedStatements
    suppressions: Suppressions
    label_admission: Callable[[], LabelAdmission]
    links: Callable[[], Links]
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]

    def open(self, purpose: Purpose, token: str) -> OpenedLink:
        """Returns what a link shows. Raises LinkInvalid, LinkExpired, AlreadyWithdrawn, NamesRemoved."""
        link = self._parse(purpose, token)
        campaign = link.campaign
        signature = self._check_usable(campaign, self.signatures.find(link.key))
        if purpose is not Purpose.WITHDRAW and link.is_of_earlier(signature):
            raise AlreadyWithdrawn(campaign=campaign.id)
        if signature.anonymised_at and purpose is not Purpose.WITHDRAW:
            raise NamesRemoved(campaign=campaign.id)
        return OpenedLink(
            campaign,
            signature,
            self.statements.find(campaign, signature),
            is_unchanged=link.fingerprint in ("", signature.fingerprint),
            has_same_words=has_same_words(campaign, signature),
        )

    def confirm(self, token: str, text_sha256: str = "") -> OpenedLink:
        """Confirms the signature. Repeating it changes nothing. Raises as `open`, and CampaignNotOpen from a day after the close.

        Nothing is confirmed that the signer may not have seen: what was typed since the link was sent (`is_unchanged` is
        False), or a statement that has changed since (`has_same_words` is False). `text_sha256` identifies the statement on
        the page whose button was pressed; that is the one confirmed.
        """
        link = self._parse(Purpose.CONFIRM, token)
        campaign, now = link.campaign, self.clock()
        if not campaign.accepts_confirmations(now):
            raise CampaignNotOpen(campaign=campaign.id)
        pressed = campaign.language_of_text(text_sha256)
        if text_sha256 and pressed is None:  # the words changed while the page was open
            return self.open(Purpose.CONFIRM, token)
        click = Click(link.key, link.fingerprint, campaign.day_of(now), now, round=link.round)
        try:
            return self._confirm_same_words(click, campaign)
        except ConditionFailed:
            return self._confirm_after_reading(click, campaign, token, pressed)

    def _confirm_same_words(self, click: Click, campaign: Campaign) -> OpenedLink:
        words = [text.sha256 for text in campaign.texts.values()]
        return OpenedLink(campaign, self.signatures.confirm(click, words, campaign.text_version))

    def _confirm_after_reading(self, click: Click, campaign: Campaign, token: str, language: str | None) -> OpenedLink:
        """Confirms one from a new source or region, or the campaign's present statement if the signer saw it.

        Otherwise returns what the link shows now.
        """
        opened = self.open(Purpose.CONFIRM, token)
        if opened.signature.sheet:
            self.signatures.paper.keep(opened.signature.key)
        is_new, is_reworded = opened.signature.source_is_new, not opened.has_same_words
        if not (opened.signature.is_pending and opened.is_unchanged) or not (language if is_reworded else is_new):
            return opened
        click = self._admit_labels(click, opened.signature)
        try:
            if language is None or not is_reworded:
                return self._confirm_same_words(click, campaign)
            words = (campaign.text_version, language, campaign.texts[language].sha256)
            return OpenedLink(campaign, self.signatures.confirm_new_words(click, *words))
        except ConditionFailed:
            return self.open(Purpose.CONFIRM, token)

    def _admit_labels(self, click: Click, signature: Signature) -> Click:
        """Returns the click with what a new source and region are to be counted under: at most one write more for each."""
        if not signature.source_is_new:
            return click
        tally = self.campaign_reader.get_snapshot(signature.campaign).tally
        labels = self.label_admission().admit_labels(signature, tally)
        return replace(click, new_source=(signature.source, labels["source"]), new_region=labels["region_label"])

    def withdraw(self, token: str, *, purpose: Purpose = Purpose.WITHDRAW) -> tuple[Campaign, Signature | None]:
        """Withdraws the signature, removes the personal data, and returns the signature as it was, None if there is none.

        Repeating it changes nothing. Raises LinkInvalid, LinkExpired.
        """
        link = self._parse(purpose, token)
        return link.campaign, withdraw_signature(self.signatures, link.key, Withdrawer.SIGNER, self.clock).was

    def _parse(self, purpose: Purpose, token: str) -> ParsedLink:
        """Raises LinkInvalid, LinkOfTest, LinkExpired, CampaignNotFound."""
        self.refuse_test(token)
        facts, made_at = self.links().open_with_time(purpose, token, now=self.clock())
        whole = CONFIRM_FACTS if purpose is Purpose.CONFIRM else SIGNATURE_FACTS
        rounds = facts[whole:] or ("0",)
        if len(facts) < whole or len(rounds) > 1 or not rounds[0].isdecimal():
            raise LinkInvalid
        campaign, signature_id, *fingerprint = facts[:whole]
        return ParsedLink(
            campaign=self.campaign_reader.get_of_signatures(campaign),
            signature=signature_id,
            fingerprint="".join(fingerprint),
            round=int(rounds[0]),
            made_at=made_at,
        )

    def refuse_test(self, token: str) -> None:
        """Raises LinkOfTest for a link in a test email; of a draft it says nothing, as anybody can make up such a link."""
        if not token.startswith(TEST_PREFIX):
            return
        campaign = token.removeprefix(TEST_PREFIX)
        try:
            is_draft = not is_campaign_id(campaign) or self.campaign_reader.get(campaign).state is CampaignState.DRAFT
        except CampaignNotFound:
            is_draft = True
        raise LinkOfTest() if is_draft else LinkOfTest(campaign=campaign)

    def _check_usable(self, campaign: Campaign, signature: Signature | None) -> Signature:
        if campaign.is_test and (signature is None or signature.is_expired(self.clock())):
            raise SigningTestOver(campaign=campaign.id)
        if signature is None or (signature.is_pending and signature.is_expired(self.clock())):
            raise LinkExpired(campaign=campaign.id)
        if signature.is_withdrawn:
            raise AlreadyWithdrawn(campaign=campaign.id)
        return signature

    def open_unsubscribe(self, token: str) -> tuple[str, Campaign | None]:
        """Returns the hash of the address that a link would suppress, and the campaign it came from if that still exists.

        Raises LinkInvalid, LinkExpired.
        """
        self.refuse_test(token)
        parts = self.links().open(Purpose.UNSUBSCRIBE, token, now=self.clock())
        if len(parts) != 2:  # noqa: PLR2004 - address and campaign
            raise LinkInvalid
        try:
            return parts[0], self.campaign_reader.get(parts[1])
        except CampaignNotFound:
            return parts[0], None

    def unsubscribe(self, token: str) -> Campaign | None:
        """Suppresses the address; its signatures stay. Returns the campaign whose email the link came from, if it still exists."""
        hashed, campaign = self.open_unsubscribe(token)
        self.suppressions.suppress(hashed, SuppressionReason.UNSUBSCRIBE, now=self.clock())
        return campaign
