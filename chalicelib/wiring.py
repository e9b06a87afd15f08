"""Builds the services once per container, each on first use; nothing else constructs them."""

from __future__ import annotations

import time
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from chalicelib.services.campaigns.campaign_reader import CampaignReader
from chalicelib.storage.campaigns.campaigns import Campaigns
from chalicelib.storage.counting.tally_sums import TallySums
from chalicelib.stores import Stores
from chalicelib.waiting import EMAIL, FILES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.mail.sender_identities import SenderIdentities
    from chalicelib.mail.ses import AccountSuppressions, EmailSender
    from chalicelib.services.access.audit_search import AuditSearch
    from chalicelib.services.access.keyring import Keyring
    from chalicelib.services.access.link_key_rotation import LinkKeyRotation
    from chalicelib.services.access.memberships import Memberships
    from chalicelib.services.access.session_control import SessionControl
    from chalicelib.services.access.sign_in_requests import SignInRequests
    from chalicelib.services.campaigns.campaign_editor import CampaignEditor
    from chalicelib.services.campaigns.label_admission import LabelAdmission
    from chalicelib.services.campaigns.preview_links import PreviewLinks
    from chalicelib.services.campaigns.signed_statements import SignedStatements
    from chalicelib.services.campaigns.site_refusals import SiteRefusals
    from chalicelib.services.counting.mail_of_tests import MailOfTests
    from chalicelib.services.counting.tally_projector import TallyProjector
    from chalicelib.services.exports.export_requests import ExportRequests
    from chalicelib.services.exports.export_writer import ExportWriter
    from chalicelib.services.exports.packet_requests import PacketRequests
    from chalicelib.services.mail.address_allowance import AddressAllowance
    from chalicelib.services.mail.delivery_feedback import DeliveryFeedback
    from chalicelib.services.mail.email_previews import EmailPreviews
    from chalicelib.services.mail.email_samples import SampleMailer, SampleRequests
    from chalicelib.services.mail.held_mail import HeldMail
    from chalicelib.services.mail.mail_pause import MailPause
    from chalicelib.services.mail.mail_reconciliation import MailReconciliation
    from chalicelib.services.mail.mailer import Mailer
    from chalicelib.services.mail.member_mailer import MemberMailer
    from chalicelib.services.mail.sender_breaker import SenderBreaker
    from chalicelib.services.mail.update_reports import UpdateReports
    from chalicelib.services.notices.notice_mailer import NoticeMailer
    from chalicelib.services.notices.organiser_notices import OrganiserNotices
    from chalicelib.services.paper.paper_entries import PaperEntries
    from chalicelib.services.paper.paper_forms import PaperForms
    from chalicelib.services.paper.paper_sheet_undo import PaperSheetUndo
    from chalicelib.services.paper.paper_sheets import PaperSheets
    from chalicelib.services.paper.paper_signatures import PaperSignatures
    from chalicelib.services.paper.printed_sheets import PrintedSheetMaker, PrintedSheets
    from chalicelib.services.pictures.picture_maker import PictureMaker
    from chalicelib.services.pictures.picture_uploads import PictureUploads
    from chalicelib.services.pictures.published_pictures import PublishedPictures
    from chalicelib.services.pictures.unused_pictures import UnusedPictures
    from chalicelib.services.privacy.privacy_requests import PrivacyRequests
    from chalicelib.services.privacy.retention import Retention
    from chalicelib.services.scheduled import ScheduledRound
    from chalicelib.services.signatures.anomaly_detection import AnomalyDetection
    from chalicelib.services.signatures.captcha_verification import CaptchaVerification
    from chalicelib.services.signatures.flood_withdrawal import FloodWithdrawal
    from chalicelib.services.signatures.list_cursors import ListCursors
    from chalicelib.services.signatures.name_suggestions import NameSuggestions
    from chalicelib.services.signatures.public_comments import PublicComments
    from chalicelib.services.signatures.public_signers import PublicSigners
    from chalicelib.services.signatures.signature_actions import SignatureActions
    from chalicelib.services.signatures.signature_moderation import SignatureModeration
    from chalicelib.services.signatures.signature_search import SignatureSearch
    from chalicelib.services.signatures.signing import Signing
    from chalicelib.services.signatures.signing_tests import SigningTests
    from chalicelib.services.signatures.withdrawal_undo import WithdrawalUndo
    from chalicelib.services.signers.link_maker import LinkMaker
    from chalicelib.services.signers.signer_links import SignerLinks
    from chalicelib.services.signers.signer_self_service import SignerSelfService
    from chalicelib.services.updates.leaving_updates import LeavingUpdates
    from chalicelib.services.updates.sending_room import SendingRoom
    from chalicelib.services.updates.update_control import UpdateControl
    from chalicelib.services.updates.update_delivery import UpdateDelivery
    from chalicelib.services.updates.update_editor import UpdateEditor
    from chalicelib.services.updates.update_jobs import UpdateJobs
    from chalicelib.services.updates.update_previews import UpdatePreviews
    from chalicelib.services.updates.update_sender import UpdateSender
    from chalicelib.storage.access.actors import Actors
    from chalicelib.storage.access.members import Members
    from chalicelib.storage.access.notices import Notices
    from chalicelib.storage.access.sign_ins import SignIns
    from chalicelib.storage.counting.anomalies import Anomalies
    from chalicelib.storage.mail.mail_counters import MailCounters
    from chalicelib.storage.pictures.picture_files import PictureFiles
    from chalicelib.storage.queues import UpdateQueue
    from chalicelib.storage.signatures.bulk_withdrawals import BulkWithdrawals
    from chalicelib.storage.signatures.paper_sheets import PaperSheets as PaperSheetRecords
    from chalicelib.storage.signatures.published_comments import PublishedComments
    from chalicelib.storage.updates.update_marks import UpdateMarks
    from chalicelib.storage.updates.update_progress import UpdateProgress
    from chalicelib.storage.updates.updates import Updates


class Wiring(Stores):
    """The object graph of one container."""

    @cached_property
    def campaign_reader(self) -> CampaignReader:
        """Reads campaigns and their counts."""
        return CampaignReader(Campaigns(self.registry), self.tallies, TallySums(self.registry), self.now, self.dice)

    @cached_property
    def campaign_editor(self) -> CampaignEditor:
        """Creates, changes and deletes campaigns."""
        from chalicelib.domain.addresses.sender_patterns import sender_patterns
        from chalicelib.services.campaigns.allowed_senders import AllowedSenders
        from chalicelib.services.campaigns.campaign_editor import CampaignEditor

        store = self.campaign_reader.store
        return CampaignEditor(
            self.campaign_reader,
            store,
            _render,
            self._has_signatures,
            AllowedSenders(sender_patterns(self.settings.senders), store),
            self._end_access,
            self._check_pictures,
            self.now,
        )

    def _end_access(self, campaign: str, by: str) -> None:
        self.keyring.end_for(campaign, by)
        self.memberships.end_for(campaign, by)

    def _check_pictures(self, document: Mapping[str, Any], earlier: Mapping[str, Any]) -> None:
        if document["picture"] or document["logo"]:
            self.published_pictures.check(document, earlier)

    def _has_signatures(self, campaign: str, buckets: int) -> bool:
        return self.signatures.has_any(campaign, buckets)

    @cached_property
    def signing(self) -> Signing:
        """Takes signatures."""
        from chalicelib.services.signatures.signing import Signing

        return Signing(
            self.campaign_reader,
            self.signatures,
            lambda: self.mail_marks,
            self.pepper,
            lambda: self.label_admission,
            lambda: self.captcha_verification,
            lambda: self.site_refusals,
            lambda: self.signing_tests,
            self.now,
        )

    @cached_property
    def preview_links(self) -> PreviewLinks:
        """Shows drafts to those who have a link."""
        from chalicelib.services.campaigns.preview_links import PreviewLinks

        return PreviewLinks(self.campaign_reader, self.links, self.now)

    @cached_property
    def signing_tests(self) -> SigningTests:
        """Lets organisers sign as a test."""
        from chalicelib.services.signatures.signing_tests import SigningTests

        return SigningTests(self.links, self.now)

    @cached_property
    def site_refusals(self) -> SiteRefusals:
        """Remembers which sites' forms were refused."""
        from chalicelib.services.campaigns.site_refusals import SiteRefusals
        from chalicelib.storage.campaigns.refused_origins import RefusedOrigins

        return SiteRefusals(RefusedOrigins(self.registry), self.now)

    @cached_property
    def captcha_verification(self) -> CaptchaVerification:
        """Asks captcha services to verify a token."""
        from chalicelib.services.signatures.captcha_verification import CaptchaVerification

        return CaptchaVerification(
            lambda site_key: self.cached_secrets.get_fresh().captcha_secret(site_key), lambda: self.settings.captcha_url
        )

    @cached_property
    def signer_links(self) -> SignerLinks:
        """Follows the links in emails."""
        from chalicelib.services.signers.signer_links import SignerLinks

        return SignerLinks(
            self.campaign_reader,
            self.signatures,
            self.signed_statements,
            self.suppressions,
            lambda: self.label_admission,
            self.links,
            self.pepper,
            self.now,
        )

    @cached_property
    def signed_statements(self) -> SignedStatements:
        """The words that signatures were given to."""
        from chalicelib.services.campaigns.signed_statements import SignedStatements

        return SignedStatements(self.campaign_reader.store.statement_versions)

    @cached_property
    def signer_self_service(self) -> SignerSelfService:
        """What signers can do with their own signature."""
        from chalicelib.services.signers.signer_self_service import SignerSelfService

        return SignerSelfService(self.signer_links, self.signatures, self.pepper)

    @cached_property
    def public_signers(self) -> PublicSigners:
        """The public names of signers."""
        from chalicelib.services.signatures.public_signers import PublicSigners

        return PublicSigners(self.timeline, self.now, self.dice)

    @cached_property
    def public_comments(self) -> PublicComments:
        """The comments that anybody may read."""
        from chalicelib.services.signatures.public_comments import PublicComments

        return PublicComments(self.signatures, self.published_comments, self.now, self.dice)

    @cached_property
    def published_comments(self) -> PublishedComments:
        """Which comments were approved lately."""
        from chalicelib.storage.signatures.published_comments import PublishedComments

        return PublishedComments(self.registry)

    @cached_property
    def signature_search(self) -> SignatureSearch:
        """Finds signatures for organisers."""
        from chalicelib.services.signatures.signature_search import SignatureSearch

        return SignatureSearch(
            self.campaign_reader, self.signatures, self.timeline, self.list_cursors, self.pepper, self.now
        )

    @cached_property
    def list_cursors(self) -> ListCursors:
        """Says where a list of signatures continues."""
        from chalicelib.services.signatures.list_cursors import ListCursors

        return ListCursors(self.links, self.now)

    @cached_property
    def signature_actions(self) -> SignatureActions:
        """What organisers can do with one signature."""
        from chalicelib.services.signatures.signature_actions import SignatureActions

        return SignatureActions(self.signature_search, self.signatures, self.mail_marks, self.audit, self.now)

    @cached_property
    def signature_moderation(self) -> SignatureModeration:
        """Decides what of a signature is public."""
        from chalicelib.services.signatures.signature_moderation import SignatureModeration

        return SignatureModeration(
            self.signature_search,
            self.signatures,
            self.published_comments,
            self.public_signers,
            self.public_comments,
            self.audit,
            self.now,
        )

    @cached_property
    def name_suggestions(self) -> NameSuggestions:
        """Suggests names to look at."""
        from chalicelib.services.signatures.name_suggestions import NameSuggestions

        return NameSuggestions(self.campaign_reader, self.timeline, self.list_cursors)

    @cached_property
    def flood_withdrawal(self) -> FloodWithdrawal:
        """Withdraws the signatures of a flood."""
        from chalicelib.services.signatures.flood_withdrawal import FloodWithdrawal

        return FloodWithdrawal(self.signature_search, self.signatures, self.bulk_withdrawals, self.now)

    @cached_property
    def bulk_withdrawals(self) -> BulkWithdrawals:
        """Records what was withdrawn together."""
        from chalicelib.storage.signatures.bulk_withdrawals import BulkWithdrawals

        return BulkWithdrawals(self.registry)

    @cached_property
    def withdrawal_undo(self) -> WithdrawalUndo:
        """Undoes what was withdrawn together."""
        from chalicelib.services.signatures.withdrawal_undo import WithdrawalUndo

        return WithdrawalUndo(
            self.campaign_reader, self.signatures, self.timeline, self.bulk_withdrawals, self.list_cursors, self.now
        )

    @cached_property
    def held_mail(self) -> HeldMail:
        """What organisers can do with held signatures."""
        from chalicelib.services.mail.held_mail import HeldMail

        return HeldMail(
            self.campaign_reader,
            self.signature_search,
            self.signatures,
            self.mail_marks,
            self._anomalies,
            lambda: self.label_admission,
            self.audit,
            self.now,
        )

    @cached_property
    def _anomalies(self) -> Anomalies:
        from chalicelib.storage.counting.anomalies import Anomalies

        return Anomalies(self.registry)

    @cached_property
    def anomaly_detection(self) -> AnomalyDetection:
        """Detects unlikely shares of one network, domain or source."""
        from chalicelib.services.signatures.anomaly_detection import AnomalyDetection

        return AnomalyDetection(self.campaign_reader, self.timeline, self._anomalies, self.now)

    @cached_property
    def export_requests(self) -> ExportRequests:
        """Takes requests for exports."""
        from chalicelib.services.exports.export_requests import ExportRequests

        return ExportRequests(
            self.campaign_reader, self.exports, lambda: self.export_files, self.export_queue, self.audit, self.now
        )

    @cached_property
    def packet_requests(self) -> PacketRequests:
        """Takes requests for packets."""
        from chalicelib.services.exports.packet_requests import PacketRequests

        return PacketRequests(self.campaign_reader, self.export_requests, self.now)

    @cached_property
    def export_writer(self) -> ExportWriter:
        """Writes exports."""
        from chalicelib.services.exports.export_writer import ExportWriter

        return ExportWriter(
            self.exports,
            self.export_files,
            self.bucket_scan,
            self.campaign_reader.store.statement_versions,
            self.export_queue,
            self.now,
        )

    @cached_property
    def printed_sheets(self) -> PrintedSheets:
        """Hands out sheets to sign on paper."""
        from chalicelib.services.paper.printed_sheets import PrintedSheets

        return PrintedSheets(self.campaign_reader, lambda: self.export_files, self.export_queue, self.sleep)

    @cached_property
    def printed_sheet_maker(self) -> PrintedSheetMaker:
        """Sets sheets to sign on paper."""
        from chalicelib.services.paper.printed_sheets import PrintedSheetMaker

        return PrintedSheetMaker(self.campaign_reader.store.statement_versions, self.export_files, self.now)

    @cached_property
    def picture_files(self) -> PictureFiles:
        """Pictures in S3, and the uploads they are made from."""
        from chalicelib.storage.pictures.picture_files import PictureFiles

        return PictureFiles(self.client("s3", FILES), self.settings.export_bucket)

    @cached_property
    def picture_uploads(self) -> PictureUploads:
        """Takes uploads of pictures."""
        from chalicelib.services.pictures.picture_uploads import PictureUploads

        return PictureUploads(self.campaign_reader, self.picture_files, lambda: self.export_queue, self.now)

    @cached_property
    def picture_maker(self) -> PictureMaker:
        """Makes pictures of uploads."""
        from chalicelib.services.pictures.picture_maker import PictureMaker

        return PictureMaker(self.picture_files)

    @cached_property
    def published_pictures(self) -> PublishedPictures:
        """The pictures that anybody can see."""
        from chalicelib.services.pictures.published_pictures import PublishedPictures

        return PublishedPictures(lambda: self.picture_files)

    @cached_property
    def unused_pictures(self) -> UnusedPictures:
        """Removes pictures that nothing shows."""
        from chalicelib.services.pictures.unused_pictures import UnusedPictures

        return UnusedPictures(self.campaign_reader.store, self.picture_files, self.now)

    @cached_property
    def audit_search(self) -> AuditSearch:
        """Reads the audit log."""
        from chalicelib.services.access.audit_search import AuditSearch

        return AuditSearch(self.audit, self.actors)

    @cached_property
    def actors(self) -> Actors:
        """The names of members and keys."""
        from chalicelib.storage.access.actors import Actors

        return Actors(self.registry)

    @cached_property
    def paper_signatures(self) -> PaperSignatures:
        """Enters signatures given on paper."""
        from chalicelib.services.paper.paper_signatures import PaperSignatures

        return PaperSignatures(self.campaign_reader, self.paper_forms, self.paper_entries, self.audit, self.now)

    @cached_property
    def paper_forms(self) -> PaperForms:
        """Reads signatures given on paper."""
        from chalicelib.services.paper.paper_forms import PaperForms

        return PaperForms(self.signatures, self.pepper, self.now)

    @cached_property
    def paper_entries(self) -> PaperEntries:
        """Stores signatures given on paper."""
        from chalicelib.services.paper.paper_entries import PaperEntries

        return PaperEntries(self.signatures, self.left_signers, self.pepper, self.now)

    @cached_property
    def paper_sheets(self) -> PaperSheets:
        """Enters sheets of them."""
        from chalicelib.services.paper.paper_sheets import PaperSheets

        forms, entries, records = self.paper_forms, self.paper_entries, self.paper_sheet_records
        return PaperSheets(self.campaign_reader, self.signatures, forms, entries, records, self.now)

    @cached_property
    def paper_sheet_undo(self) -> PaperSheetUndo:
        """Lists sheets and takes them back."""
        from chalicelib.services.paper.paper_sheet_undo import PaperSheetUndo

        return PaperSheetUndo(self.campaign_reader, self.signatures, self.paper_sheet_records, self.now)

    @property
    def paper_sheet_records(self) -> PaperSheetRecords:
        """What was entered together."""
        from chalicelib.storage.signatures.paper_sheets import PaperSheets as PaperSheetRecords

        return PaperSheetRecords(self.registry)

    @cached_property
    def privacy_requests(self) -> PrivacyRequests:
        """Answers requests for erasure and access."""
        from chalicelib.services.privacy.privacy_requests import PrivacyRequests

        return PrivacyRequests(
            self.campaign_reader,
            self.signatures,
            self.signed_statements,
            self.suppressions,
            self.export_requests,
            self.audit,
            self.pepper,
            self.now,
        )

    @cached_property
    def retention(self) -> Retention:
        """Removes names when their time is over."""
        from chalicelib.services.privacy.retention import Retention
        from chalicelib.storage.dynamodb.checkpoints import Checkpoints

        return Retention(
            self.campaign_reader,
            self.signatures,
            self.export_requests,
            self.audit,
            Checkpoints(self.registry),
            self.now,
        )

    @cached_property
    def link_key_rotation(self) -> LinkKeyRotation:
        """Rotates the keys that links are signed with."""
        from chalicelib.services.access.link_key_rotation import LinkKeyRotation

        return LinkKeyRotation(self.secret_store, self.audit, self.now)

    @cached_property
    def link_maker(self) -> LinkMaker:
        """Makes the links in emails and pages."""
        from chalicelib.services.signers.link_maker import LinkMaker

        return LinkMaker(self.links, self.pepper, self.now)

    @cached_property
    def tally_projector(self) -> TallyProjector:
        """Keeps the tallies."""
        from chalicelib.services.counting.tally_projector import TallyProjector

        return TallyProjector(
            self.signatures,
            self.tallies,
            self.mail_queue,
            self.campaign_reader,
            self.label_admission,
            self.mail_marks,
            self.left_signers,
            self.now,
            time.sleep,
        )

    @cached_property
    def mail_of_tests(self) -> MailOfTests:
        """Queues the emails of tests."""
        from chalicelib.services.counting.mail_of_tests import MailOfTests

        return MailOfTests(self.mail_queue)

    @cached_property
    def label_admission(self) -> LabelAdmission:
        """Decides which sources get a counter."""
        from chalicelib.services.campaigns.label_admission import LabelAdmission
        from chalicelib.storage.counting.labels import Labels

        return LabelAdmission(Labels(self.registry), self.now)

    @cached_property
    def mailer(self) -> Mailer:
        """Sends emails."""
        from chalicelib.services.mail.email_composer import EmailComposer
        from chalicelib.services.mail.mail_limits import MailLimiter
        from chalicelib.services.mail.mailer import Mailer

        return Mailer(
            campaign_reader=self.campaign_reader,
            mail_pause=self.mail_pause,
            mail_marks=self.mail_marks,
            mail_limiter=MailLimiter(self.mail_counters, self.pepper, self.now),
            address_allowance=self.address_allowance,
            email_composer=EmailComposer(self.link_maker, lambda: self.settings.public_url, self.now),
            email_sender=self.email_sender,
            sender_breaker=self.sender_breaker,
            dead_letters=self.dead_letters,
            clock=self.now,
            sleep=self.sleep,
        )

    @cached_property
    def email_previews(self) -> EmailPreviews:
        """Shows organisers the emails of a campaign."""
        from chalicelib.services.mail.email_previews import EmailPreviews

        return EmailPreviews(self.campaign_reader, self.now)

    @cached_property
    def email_sender(self) -> EmailSender:
        """Hands emails over to SES."""
        from chalicelib.mail.ses import EmailSender

        return EmailSender(self.client("sesv2", EMAIL), self.settings.ses_configuration_set)

    @cached_property
    def sender_breaker(self) -> SenderBreaker:
        """Stops asking SES for a while when it refuses everything of a sender."""
        from chalicelib.services.mail.sender_breaker import SenderBreaker

        return SenderBreaker(self.now)

    @cached_property
    def mail_counters(self) -> MailCounters:
        """Counts the emails that strangers cause."""
        from chalicelib.storage.mail.mail_counters import MailCounters

        return MailCounters(self.registry)

    @cached_property
    def members(self) -> Members:
        """The members."""
        from chalicelib.storage.access.members import Members

        return Members(self.registry)

    @cached_property
    def sign_ins(self) -> SignIns:
        """The newest sign-in email to each address."""
        from chalicelib.storage.access.sign_ins import SignIns

        return SignIns(self.registry)

    @cached_property
    def address_allowance(self) -> AddressAllowance:
        """Says whether an address may be emailed, and lifts what forbids it."""
        from chalicelib.services.mail.address_allowance import AddressAllowance

        return AddressAllowance(self.suppressions, self.pepper, self.now)

    @cached_property
    def sender_identities(self) -> SenderIdentities:
        """Asks SES which senders it knows."""
        from chalicelib.mail.sender_identities import SenderIdentities

        return SenderIdentities(self.client("sesv2", EMAIL))

    @cached_property
    def account_suppressions(self) -> AccountSuppressions:
        """Takes addresses off SES's own list; commands only."""
        from chalicelib.mail.ses import AccountSuppressions

        return AccountSuppressions(self.client("sesv2"))

    @cached_property
    def mail_pause(self) -> MailPause:
        """Pauses and resumes all email."""
        from chalicelib.services.mail.mail_pause import MailPause
        from chalicelib.storage.mail.mail_pause import MailPauseSwitch

        return MailPause(MailPauseSwitch(self.registry), self.now)

    @cached_property
    def updates(self) -> Updates:
        """Updates to signers."""
        from chalicelib.storage.updates.updates import Updates

        return Updates(self.registry)

    @cached_property
    def update_progress(self) -> UpdateProgress:
        """How far updates have been sent."""
        from chalicelib.storage.updates.update_progress import UpdateProgress

        return UpdateProgress(self.registry)

    @cached_property
    def update_marks(self) -> UpdateMarks:
        """Who has had which update."""
        from chalicelib.storage.updates.update_marks import UpdateMarks

        return UpdateMarks(self.registry)

    @cached_property
    def update_queue(self) -> UpdateQueue:
        """The queue of updates that are being sent."""
        from chalicelib.storage.queues import UpdateQueue

        return UpdateQueue(self._sqs, self.settings.update_queue_url)

    @cached_property
    def update_editor(self) -> UpdateEditor:
        """Updates to signers as organisers write them."""
        from chalicelib.services.updates.update_editor import UpdateEditor

        return UpdateEditor(self.campaign_reader, self.updates, self.update_progress, self.now)

    @cached_property
    def update_previews(self) -> UpdatePreviews:
        """Shows updates as they will arrive."""
        from chalicelib.services.updates.update_previews import UpdatePreviews

        return UpdatePreviews(self.campaign_reader, self.updates, self.now)

    @cached_property
    def update_control(self) -> UpdateControl:
        """Begins, pauses, resumes and stops updates."""
        from chalicelib.services.updates.update_control import UpdateControl

        return UpdateControl(self.update_editor, self.updates, self.update_progress, self.update_jobs, self.now)

    @cached_property
    def update_jobs(self) -> UpdateJobs:
        """Queues what is left of updates."""
        from chalicelib.services.updates.update_jobs import UpdateJobs

        return UpdateJobs(self.updates, self.update_progress, self.update_queue, self.now)

    @cached_property
    def leaving_updates(self) -> LeavingUpdates:
        """Ends the news of a campaign for a signer."""
        from chalicelib.services.updates.leaving_updates import LeavingUpdates

        return LeavingUpdates(self.signer_links, self.signatures, self.update_reports, self.pepper, self.now)

    @property
    def update_reports(self) -> UpdateReports:
        """Counts what became of the emails of updates."""
        from chalicelib.services.mail.update_reports import UpdateReports

        return UpdateReports(self.update_marks, self.dice, self.sleep)

    @cached_property
    def update_sender(self) -> UpdateSender:
        """Sends updates."""
        from chalicelib.services.updates.update_sender import UpdateSender

        return UpdateSender(
            campaign_reader=self.campaign_reader,
            updates=self.updates,
            update_progress=self.update_progress,
            update_marks=self.update_marks,
            bucket_scan=self.bucket_scan,
            update_delivery=self._update_delivery,
            sending_room=self._sending_room,
            mail_pause=self.mail_pause,
            queue=self.update_queue,
            clock=self.now,
        )

    @property
    def _update_delivery(self) -> UpdateDelivery:
        from chalicelib.mail.ses import EmailSender
        from chalicelib.services.updates.update_composer import UpdateComposer
        from chalicelib.services.updates.update_delivery import UpdateDelivery

        return UpdateDelivery(
            self.signatures,
            self.update_marks,
            self.address_allowance,
            UpdateComposer(self.link_maker, lambda: self.settings.public_url),
            EmailSender(self.client("sesv2", EMAIL), self.settings.ses_configuration_set),
            self.now,
            self.sleep,
        )

    @property
    def _sending_room(self) -> SendingRoom:
        from chalicelib.mail.sending_quota import SendingQuotas
        from chalicelib.services.updates.sending_room import SendingRoom

        return SendingRoom(
            SendingQuotas(self.client("sesv2", EMAIL)),
            self.mail_queue,
            share=self.settings.updates_share,
            workers=self.settings.updates_concurrency,
            mailers=self.settings.mail_concurrency,
            clock=self.now,
            sleep=self.sleep,
        )

    @cached_property
    def delivery_feedback(self) -> DeliveryFeedback:
        """Handles SES events."""
        from chalicelib.services.mail.delivery_feedback import DeliveryFeedback

        dead_letters = self.feedback_dead_letters
        return DeliveryFeedback(
            self.campaign_reader,
            self.signatures,
            self.mail_marks,
            self.update_reports,
            self.suppressions,
            dead_letters,
            self.pepper,
            self.now,
        )

    @cached_property
    def mail_reconciliation(self) -> MailReconciliation:
        """The daily round over tallies and owed emails."""
        from chalicelib.services.mail.mail_reconciliation import MailReconciliation
        from chalicelib.storage.dynamodb.checkpoints import Checkpoints

        return MailReconciliation(
            campaign_reader=self.campaign_reader,
            signatures=self.signatures,
            mail_marks=self.mail_marks,
            tally_projector=self.tally_projector,
            queue=self.mail_queue,
            checkpoints=Checkpoints(self.registry),
            mail_pause=self.mail_pause,
            clock=self.now,
        )

    @cached_property
    def scheduled_round(self) -> ScheduledRound:
        """Everything that runs once an hour."""
        from chalicelib.services.scheduled import ScheduledRound

        return ScheduledRound(
            self.anomaly_detection,
            self.withdrawal_undo,
            self.paper_sheet_undo,
            self.retention,
            self.organiser_notices,
            self.mail_reconciliation,
            self.update_jobs,
            self.unused_pictures,
        )

    @cached_property
    def keyring(self) -> Keyring:
        """Creates, revokes and checks API keys."""
        from chalicelib.services.access.keyring import Keyring
        from chalicelib.storage.access.api_keys import ApiKeys

        return Keyring(ApiKeys(self.registry), self.now, self._session_key, self._has_admin_member)

    def _has_admin_member(self) -> bool:
        return self.members.has_admin()

    def _session_key(self, session: str, secret: str) -> ApiKey:
        return self.session_control.authenticate(session, secret)

    @cached_property
    def session_control(self) -> SessionControl:
        """Begins, checks and ends the sessions of members."""
        from chalicelib.services.access.session_control import SessionControl
        from chalicelib.storage.access.sessions import Sessions

        return SessionControl(
            self.members, Sessions(self.registry), self.sign_ins, lambda: self.mail_counters, self.pepper, self.now
        )

    @cached_property
    def sign_in_requests(self) -> SignInRequests:
        """Takes requests for a sign-in email."""
        from chalicelib.services.access.sign_in_requests import SignInRequests

        return SignInRequests(self.mail_counters, self.mail_queue, self.pepper, self.now)

    @cached_property
    def memberships(self) -> Memberships:
        """Invites, changes and removes members."""
        from chalicelib.services.access.memberships import Memberships

        return Memberships(
            self.members,
            lambda: self.mail_queue,
            lambda: self.settings.members_sender,
            self.pepper,
            lambda member: self.notices.forget(member),  # noqa: PLW0108 - built when somebody is removed, not before
            self.now,
        )

    @cached_property
    def notices(self) -> Notices:
        """What members want to be told, and were told."""
        from chalicelib.storage.access.notices import Notices

        return Notices(self.registry)

    @cached_property
    def organiser_notices(self) -> OrganiserNotices:
        """Tells members what happened to their campaigns."""
        from chalicelib.services.notices.organiser_notices import OrganiserNotices

        return OrganiserNotices(
            members=self.members,
            notices=self.notices,
            campaign_reader=self.campaign_reader,
            site_refusals=self.site_refusals,
            mail_pause=self.mail_pause,
            queue=self.mail_queue,
            has_sender=lambda: bool(self.settings.members_sender),
            clock=self.now,
        )

    @cached_property
    def notice_mailer(self) -> NoticeMailer:
        """Sends notices to members."""
        from chalicelib.services.notices.notice_mailer import NoticeMailer

        return NoticeMailer(
            member_mailer=self.member_mailer,
            notices=self.notices,
            campaign_reader=self.campaign_reader,
            links=self.links,
            public_url=lambda: self.settings.public_url,
            clock=self.now,
        )

    @cached_property
    def member_mailer(self) -> MemberMailer:
        """Sends sign-in emails and invitations."""
        from chalicelib.services.mail.member_mailer import MemberMailer

        return MemberMailer(
            members=self.members,
            sign_ins=self.sign_ins,
            address_allowance=self.address_allowance,
            email_sender=self.email_sender,
            sender_breaker=self.sender_breaker,
            sender=lambda: self.settings.members_sender,
            dashboard_url=lambda: self.settings.dashboard_url or self.settings.public_url,
            pepper=self.pepper,
            clock=self.now,
        )

    @cached_property
    def sample_requests(self) -> SampleRequests:
        """Takes requests for test emails."""
        from chalicelib.services.mail.email_samples import SampleRequests
        from chalicelib.storage.mail.mail_counters import MailCounters

        return SampleRequests(
            self.campaign_reader, self.members, MailCounters(self.registry), self.mail_queue, self.now
        )

    @cached_property
    def sample_mailer(self) -> SampleMailer:
        """Sends test emails."""
        from chalicelib.services.mail.email_samples import SampleMailer

        return SampleMailer(
            campaign_reader=self.campaign_reader,
            members=self.members,
            email_previews=self.email_previews,
            compose_update=self.update_previews.compose_saved,
            address_allowance=self.address_allowance,
            email_sender=self.email_sender,
            sender_breaker=self.sender_breaker,
            public_url=lambda: self.settings.public_url,
        )


def _render(markdown: str) -> str:
    from chalicelib.pages.markdown import to_html

    return to_html(markdown)


@lru_cache(maxsize=1)
def wiring() -> Wiring:
    """The container's own graph; `wiring.cache_clear()` lets tests build a new one."""
    return Wiring()
