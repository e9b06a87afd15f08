"""Every refusal that Undersigned can give, as one family of errors: codes and facts, never an HTTP status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One error in one field; `message` is filled in later, in the reader's language, with the other facts in it.

    `row` is that of a sheet, as spreadsheets count.
    """

    field: str
    code: str
    message: str = ""
    limit: int | None = None
    options: str = ""
    row: int | None = None


class UndersignedError(Exception):
    """The base of all refusals: catch it where a response is built."""

    code: ClassVar[str] = "internal"

    def __init__(self, **facts: str | int) -> None:
        super().__init__(self.code)
        self.facts = facts


class MalformedBody(UndersignedError):
    """The body could not be parsed."""

    code = "malformed"


class BodyNotUtf8(MalformedBody):
    """The body contains bytes that are not UTF-8."""

    code = "not_utf8"


class BodyTooDeep(MalformedBody):
    """The JSON is nested deeper than any form needs."""

    code = "nested_too_deep"


class TooManyFields(MalformedBody):
    """There are more fields than any form needs."""

    code = "too_many_fields"


class BodyTooLarge(UndersignedError):
    """The body is larger than the limit."""

    code = "too_large"


class CampaignTooLarge(UndersignedError):
    """What would be stored of the campaign is larger than the store takes."""

    code = "campaign_too_large"


class UnsupportedMediaType(UndersignedError):
    """The body's content type is one that no form sends."""

    code = "unsupported_media_type"


class UnsupportedContentEncoding(UnsupportedMediaType):
    """The body is compressed, which no form does."""

    code = "unsupported_content_encoding"


class FormatNotOffered(UndersignedError):
    """The client accepts only formats that are not offered."""

    code = "format_not_offered"


class InvalidFields(UndersignedError):
    """Some fields are wrong; `errors` says which and why."""

    code = "invalid"

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__()
        self.errors = errors

    @classmethod
    def one(cls, field: str, code: str, *, limit: int | None = None, options: str = "") -> InvalidFields:
        """The refusal of one field."""
        return cls((FieldError(field, code, limit=limit, options=options),))


class OriginNotAllowed(UndersignedError):
    """The form is on a site that the campaign does not list."""

    code = "origin_not_allowed"


class NotFound(UndersignedError):
    """There is nothing at this address."""

    code = "not_found"


class CampaignNotFound(NotFound):
    """No campaign has this id."""

    code = "campaign_not_found"


class CampaignUnreadable(UndersignedError):
    """What is stored of a campaign is none of ours: somebody edited it, or a later release wrote it."""

    code = "campaign_unreadable"


class CampaignNotOpen(UndersignedError):
    """The campaign is a draft, not yet open, or closed."""

    code = "campaign_not_open"


class CampaignExists(UndersignedError):
    """The campaign already exists; change it instead."""

    code = "campaign_exists"


class CampaignHasSignatures(UndersignedError):
    """Somebody has signed: the campaign can be closed but not deleted."""

    code = "campaign_has_signatures"


class KeyNotFound(NotFound):
    """No key has this id."""

    code = "key_not_found"


class MemberNotFound(NotFound):
    """No member has this id."""

    code = "member_not_found"


class SessionNotFound(NotFound):
    """This person has no session with this id."""

    code = "session_not_found"


class MemberExists(UndersignedError):
    """Somebody with this address is a member already; change that member instead."""

    code = "member_exists"


class LastAdmin(UndersignedError):
    """Without this member there would be no admin among the members; make another one first."""

    code = "last_admin"


class NotASession(UndersignedError):
    """This is for people who have signed in, and the request has an API key."""

    code = "not_a_session"


class NoSenderForMembers(UndersignedError):
    """This deployment has no address that emails to members could come from."""

    code = "no_sender_for_members"


class VersionMismatch(UndersignedError):
    """Somebody else has changed it since it was read; read it again."""

    code = "version_mismatch"


class VersionRequired(UndersignedError):
    """A change must name the version it is based on."""

    code = "version_required"


class Unauthorized(UndersignedError):
    """The API key is missing, wrong, revoked or expired."""

    code = "unauthorized"


class Forbidden(UndersignedError):
    """The key may not do this."""

    code = "forbidden"


class LinkInvalid(NotFound):
    """The link was not signed here, or is truncated."""

    code = "link_invalid"


class KeyWithoutMember(Forbidden):
    """A key is for programs: it belongs to nobody who has an address."""

    code = "key_without_member"


class TooManyTests(UndersignedError):
    """The member has had as many test emails as there are in an hour or a day."""

    code = "too_many_tests"


class LinkOfTest(NotFound):
    """The link is from a test email or a preview, so there is nothing that it acts on."""

    code = "test_link"


class SigningTestOver(UndersignedError):
    """A signature given as a test is gone, or the link to give one is too old, or was never made here."""

    code = "test_over"


class LinkExpired(UndersignedError):
    """The link has expired; signing again brings a new one."""

    code = "link_expired"


class AlreadyWithdrawn(UndersignedError):
    """The signature was withdrawn; its owner may sign again."""

    code = "already_withdrawn"


class AlreadySigned(UndersignedError):
    """This address has already signed the campaign."""

    code = "already_signed"


class SignerLeft(UndersignedError):
    """This person had signed and withdrew, or was erased: only they themselves, or an organiser with a reason, bring that back."""

    code = "signer_left"


class NamesRemoved(UndersignedError):
    """The campaign's retention period is over: the signature still counts, but nobody knows whose it is."""

    code = "names_removed"


class CommentChanged(UndersignedError):
    """The comment is not what the organiser read: it was corrected since."""

    code = "comment_changed"


class CommentPrivate(UndersignedError):
    """The comment can never be public as it is: there is none, its signer was not told, or the name is not shown."""

    code = "comment_private"


class NotPending(UndersignedError):
    """The signature is confirmed or withdrawn, so there is nothing to confirm."""

    code = "not_pending"


class WithdrawalOver(UndersignedError):
    """A bulk withdrawal was undone, or was begun more than a day ago: it neither goes on nor can be undone."""

    code = "withdrawal_over"


class SheetOver(UndersignedError):
    """A sheet of paper signatures was undone, or was begun more than a day ago: it neither goes on nor can be undone."""

    code = "sheet_over"


class NotADraft(UndersignedError):
    """The update is being sent, or was: it can neither be changed nor sent again."""

    code = "not_a_draft"


class RecipientsChanged(UndersignedError):
    """The update would reach `recipients` signers, not as many as the organiser was told."""

    code = "recipients_changed"


class NobodyToWriteTo(UndersignedError):
    """Nobody whom the update is for has asked for news of the campaign."""

    code = "nobody_to_write_to"


class UpdateNotSending(UndersignedError):
    """The update is a draft: there is nothing to pause, resume or stop."""

    code = "update_not_sending"


class UpdateOver(UndersignedError):
    """The update was sent or stopped, or it began too long ago to be sent on."""

    code = "update_over"


class TooManyDrafts(UndersignedError):
    """The campaign has as many drafts of updates as it may."""

    code = "too_many_drafts"


class ConfirmationsUsedUp(UndersignedError):
    """The signer has had all the confirmation requests we send."""

    code = "confirmations_used_up"


class AskedJustNow(UndersignedError):
    """The signer was sent a confirmation request less than ten minutes ago."""

    code = "asked_just_now"


class Unavailable(UndersignedError):
    """A store is busy or unreachable at the moment; trying again is safe."""

    code = "unavailable"


class BeingMade(UndersignedError):
    """What was asked for is being made; asking again in a few seconds finds it."""

    code = "being_made"


class PermanentMailError(UndersignedError):
    """This email will never be accepted; sending it again is useless."""

    code = "mail_permanent"


class TemporaryMailError(UndersignedError):
    """The email was not accepted this time; it will be sent again."""

    code = "mail_temporary"


class SenderRefused(TemporaryMailError):
    """SES sends nothing for this account, sender or configuration set at the moment, whatever the email."""

    code = "mail_sender_refused"


class MailPerhapsSent(TemporaryMailError):
    """There was no response: the email may have been accepted, and will be sent again."""

    code = "mail_perhaps_sent"
