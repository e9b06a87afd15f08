"""Signing: an address signs a campaign once, in one write; the answer is the same whether it had signed before or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from chalicelib.domain.abuse.form_timestamps import TIMESTAMP_FIELD, form_flags, form_flags_and_time, form_token
from chalicelib.domain.addresses.networks import network_pseudonym
from chalicelib.domain.addresses.webmail import webmail_of
from chalicelib.domain.campaigns.campaign import CampaignState
from chalicelib.domain.counting.tallies import REGION
from chalicelib.domain.errors import CampaignNotFound, CampaignNotOpen, OriginNotAllowed, Unavailable
from chalicelib.domain.signatures.fingerprints import fingerprint_of
from chalicelib.domain.signatures.flags import Flag
from chalicelib.domain.signatures.signature import Signature, SignatureState
from chalicelib.domain.timestamps import stamp
from chalicelib.i18n.languages import choose_language, translate
from chalicelib.i18n.messages import RECEIPTS
from chalicelib.services.signatures.address_correction import correction_of, take_back
from chalicelib.services.signatures.form_origins import allows_origin, next_url
from chalicelib.services.signatures.form_parsing import parse_form
from chalicelib.services.signatures.region_labels import region_label
from chalicelib.services.signatures.signature_keys import key_to_sign_under
from chalicelib.services.signatures.signing_tests import TEST_FIELD
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from chalicelib.domain.addresses.webmail import Webmail
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.campaigns.sign_form import Submission
    from chalicelib.services.campaigns.campaign_reader import CampaignReader, CampaignSnapshot
    from chalicelib.services.campaigns.label_admission import LabelAdmission
    from chalicelib.services.campaigns.site_refusals import SiteRefusals
    from chalicelib.services.signatures.address_correction import Correction
    from chalicelib.services.signatures.captcha_verification import CaptchaVerification
    from chalicelib.services.signatures.signing_tests import SigningTests
    from chalicelib.storage.signatures.mail_marks import MailMarks
    from chalicelib.storage.signatures.signatures import Signatures, SigningResult

HONEYPOT = "website"


@dataclass(frozen=True, slots=True)
class SignRequest:
    """A form as it was sent. `form_values` is `{field: text | bool | list}`; `origin` as the browser sent it, or None.

    `client_ip` is where it came from; only the day's pseudonym of its network is stored.
    """

    campaign: str
    form_values: Mapping[str, object]
    accept_language: str | None = None
    origin: str | None = None
    own_origin: str = ""
    client_ip: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a signer: nothing in it depends on whether the address had signed before.

    `mailbox` is the signer's webmail, if the domain of the address reveals it; `correction` what to offer if the address
    is wrong.
    """

    campaign: Campaign
    language: str
    state: SignatureState
    message: str
    count: int | None
    next_url: str = ""
    mailbox: Webmail | None = None
    correction: Correction | None = None


@dataclass(slots=True)
class Signing:
    """Takes signatures."""

    campaign_reader: CampaignReader
    signatures: Signatures
    mail_marks: Callable[[], MailMarks]
    pepper: Callable[[], bytes]
    label_admission: Callable[[], LabelAdmission]
    captcha_verification: Callable[[], CaptchaVerification]
    site_refusals: Callable[[], SiteRefusals]
    signing_tests: Callable[[], SigningTests]
    clock: Callable[[], datetime]

    def sign(self, request: SignRequest) -> Receipt:
        """Stores one signature; it is durable once this returns.

        Raises CampaignNotFound, OriginNotAllowed, CampaignNotOpen, InvalidFields, SigningTestOver, Unavailable.
        """
        snapshot = self._snapshot(request)
        campaign, now = snapshot.campaign, self.clock()
        if campaign.state is CampaignState.DRAFT:  # for strangers there is none
            raise CampaignNotFound
        if not allows_origin(campaign, request.origin, request.own_origin) and not self.is_from_own_sandbox(
            campaign, request.origin, request.form_values
        ):
            self.site_refusals().note(campaign.id, request.origin or "")
            raise OriginNotAllowed(campaign=campaign.id)
        if not campaign.is_open(now):
            raise CampaignNotOpen(campaign=campaign.id)
        language = language_for(campaign, request.form_values.get("lang"), request.accept_language)
        next_ = next_url(campaign, request.form_values.get("_next"), request.own_origin)
        submission = parse_form(campaign, request.form_values)
        is_trapped = not campaign.is_test and _is_filled(request.form_values.get(HONEYPOT))
        labels = self._labels(snapshot, submission, is_counted=not (campaign.is_double or is_trapped))
        about = {**labels, **self._origin_and_flags(campaign, request, now)}
        signature = self._signature(campaign, submission, language, about, now)
        if is_trapped:
            self.signatures.honeypot.sign(signature, now=now)
        else:
            self._handle_repeat(signature, self.signatures.sign(signature, now=now), now)
        take_back(self.signatures, self.pepper(), campaign, request.form_values, signature)
        if is_trapped and not campaign.allowed_origins:
            next_ = ""  # a robot's form would lead a browser anywhere from our address at no cost to its author
        return _receipt(snapshot, signature, request, next_, correction_of(self.pepper(), signature, now))

    def _snapshot(self, request: SignRequest) -> CampaignSnapshot:
        token = request.form_values.get(TEST_FIELD)
        if not token:
            return self.campaign_reader.get_snapshot(request.campaign)
        self.signing_tests().check(request.campaign, token)
        return self.campaign_reader.get_snapshot(request.campaign).as_test()

    def form_token(self, campaign: Campaign) -> str:
        """Returns the token of a form shown now; empty while the secret cannot be read, as the form matters more than the token."""
        try:
            return form_token(self.pepper(), campaign.id, self.clock())
        except Unavailable:
            return ""

    def is_from_own_sandbox(self, campaign: Campaign, origin: str | None, form_values: Mapping[str, object]) -> bool:
        """True for our own form with a captcha: its page is sandboxed, so browsers send `null` as its origin."""
        token = form_values.get(TIMESTAMP_FIELD)
        if origin != "null" or campaign.captcha is None or not token:
            return False
        return str(Flag.FORGED) not in form_flags(self.pepper(), campaign.id, token, self.clock())

    def _labels(self, snapshot: CampaignSnapshot, submission: Submission, *, is_counted: bool) -> dict[str, Any]:
        """Returns what to count it under: a label that waits for its click is admitted then, or anybody could use up the room."""
        labels, campaign, tally = self.label_admission(), snapshot.campaign.id, snapshot.tally
        source, region = submission.source, region_label(submission.answers)
        if snapshot.campaign.is_test:
            return {"source": source}
        if is_counted:
            return {
                "source": labels.admit(campaign, tally, source),
                "region_label": labels.admit(campaign, tally, region, prefix=REGION),
            }
        are_known = labels.knows(campaign, tally, source) and labels.knows(campaign, tally, region, prefix=REGION)
        return {"source": source, "region_label": region, "source_is_new": not are_known}

    def _origin_and_flags(self, campaign: Campaign, request: SignRequest, now: datetime) -> dict[str, Any]:
        """Returns the signature's network and its flags; neither changes the answer."""
        pepper = self.pepper()
        network = network_pseudonym(pepper, now.astimezone(UTC).date(), request.client_ip)
        token = request.form_values.get(TIMESTAMP_FIELD)
        flags, shown_at = form_flags_and_time(pepper, campaign.id, token, now)
        if campaign.captcha and not self.captcha_verification().is_person(
            campaign, request.form_values.get(campaign.captcha.service.field)
        ):
            flags += (str(Flag.CAPTCHA),)
        return {"network": network, "flags": flags, "form_shown_at": stamp(shown_at) if shown_at else ""}

    def _signature(
        self, campaign: Campaign, submission: Submission, language: str, about: dict[str, Any], now: datetime
    ) -> Signature:
        """The signature of a form; `about` is where it came from and what was odd about it. Made at once: a copy is slow."""
        pepper, wants_updates = self.pepper(), submission.updates and campaign.ask_updates
        notices = campaign.notices(submission.comment_notice, submission.handover_notice)
        said = {"public": submission.public, "updates": wants_updates}
        key = key_to_sign_under(self.signatures, pepper, campaign, submission.email, now)
        return Signature(
            campaign=key.campaign,
            bucket=key.bucket,
            id=key.id,
            state=SignatureState.PENDING if campaign.is_double else SignatureState.CONFIRMED,
            signed_at=now,
            email=submission.email,
            answers=submission.answers,
            language=language,
            public=submission.public,
            consents=submission.consents,
            updates_at=now if wants_updates else None,
            comment_notice=notices[0],
            handover_notice=notices[1],
            referrer=submission.referrer,
            utm=submission.utm,
            text_version=campaign.text_version,
            text_sha256=campaign.text(language).sha256,
            day="" if campaign.is_double else campaign.day_of(now),
            fingerprint=fingerprint_of(
                pepper, submission.email, submission.answers, submission.consents, notices=notices, **said
            ),
            **about,
        )

    def _handle_repeat(self, signature: Signature, signed: SigningResult, now: datetime) -> None:
        earlier = signed.earlier
        if earlier is None or _is_own_retry(earlier, signature, now):
            return
        if signed.is_written:  # the projector does the rest: a second call here would tell that it was pending
            return
        if earlier.is_pending:  # expired but not yet deleted: this is a new signature
            self._renew(signature, earlier, now)
        elif earlier.may_request_already_signed_email(now):
            self.mail_marks().request_already_signed_email(earlier, now=now)

    def _renew(self, signature: Signature, earlier: Signature, now: datetime) -> None:
        try:
            self.signatures.renew(signature, earlier, now=now)
        except ConditionFailed:  # deleted or renewed in this very moment: now the ordinary write succeeds
            self.signatures.sign(signature, now=now)


def _is_own_retry(earlier: Signature, signature: Signature, now: datetime) -> bool:
    """True when the earlier signature is this same write: its response was lost, and botocore retried."""
    return earlier.marks.asked_at == now and earlier.fingerprint == signature.fingerprint


def language_for(campaign: Campaign, requested: object, accept_language: str | None) -> str:
    """Returns the language to answer in: the requested one, or else the browser's, or else the campaign's own."""
    preferred = requested if isinstance(requested, str) else None
    return choose_language(preferred, accept_language, campaign.languages, campaign.default_language)


def _receipt(
    snapshot: CampaignSnapshot, signature: Signature, request: SignRequest, next_: str, correction: Correction
) -> Receipt:
    campaign, language = snapshot.campaign, signature.language
    message = translate(RECEIPTS[campaign.confirmation], language)
    email = request.form_values.get("email")
    mailbox = webmail_of(email) if isinstance(email, str) else None
    count = snapshot.shown_count
    return Receipt(campaign, language, signature.state, message, count, next_, mailbox, correction)


def _is_filled(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)
