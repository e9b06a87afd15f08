"""Every refusal Undersigned can give, as one family: codes and facts, never an HTTP number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One mistake in one field; `message` is filled in by whoever knows the signer's language."""

    field: str
    code: str
    message: str = ""
    limit: int | None = None


class UndersignedError(Exception):
    """Base of all refusals: catch it where an answer is shaped."""

    code: ClassVar[str] = "internal"

    def __init__(self, **facts: str | int) -> None:
        super().__init__(self.code)
        self.facts = facts


class MalformedBody(UndersignedError):
    """The body could not be read at all."""

    code = "malformed"


class BodyNotUtf8(MalformedBody):
    """The body holds bytes that are not UTF-8."""

    code = "not_utf8"


class BodyTooDeep(MalformedBody):
    """The JSON nests deeper than any form does."""

    code = "nested_too_deep"


class TooManyFields(MalformedBody):
    """The form holds more fields than any form does."""

    code = "too_many_fields"


class BodyTooLarge(UndersignedError):
    """The body is larger than the limit."""

    code = "too_large"


class UnsupportedMediaType(UndersignedError):
    """The body is of a type that no form sends."""

    code = "unsupported_media_type"


class FormatNotOffered(UndersignedError):
    """The answer was asked for in a format that is not made here."""

    code = "format_not_offered"


class InvalidFields(UndersignedError):
    """Some fields are wrong; `errors` says which and why."""

    code = "invalid"

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__()
        self.errors = errors

    @classmethod
    def one(cls, field: str, code: str, message: str = "", *, limit: int | None = None) -> InvalidFields:
        """The refusal of one field."""
        return cls((FieldError(field, code, message, limit),))


class OriginNotAllowed(UndersignedError):
    """The form stands on a site that the campaign does not list."""

    code = "origin_not_allowed"


class NotFound(UndersignedError):
    """There is nothing at this address."""

    code = "not_found"


class CampaignNotFound(NotFound):
    """No campaign has this id."""

    code = "campaign_not_found"


class CampaignNotOpen(UndersignedError):
    """The campaign is a draft, not yet open, or closed."""

    code = "campaign_not_open"


class CampaignExists(UndersignedError):
    """The campaign is there already; change it instead."""

    code = "campaign_exists"


class CampaignHasSignatures(UndersignedError):
    """Somebody signed: the campaign can be closed, not deleted."""

    code = "campaign_has_signatures"


class KeyNotFound(NotFound):
    """No key has this id."""

    code = "key_not_found"


class VersionMismatch(UndersignedError):
    """Somebody else changed it since it was read; read it again."""

    code = "version_mismatch"


class VersionRequired(UndersignedError):
    """A change must say which version it was made from."""

    code = "version_required"


class Unauthorized(UndersignedError):
    """There is no key, or it is wrong, revoked or expired."""

    code = "unauthorized"


class Forbidden(UndersignedError):
    """The key may not do this."""

    code = "forbidden"


class LinkInvalid(NotFound):
    """The link was not made here, or was cut."""

    code = "link_invalid"


class LinkExpired(UndersignedError):
    """The link was good once; signing again brings a new one."""

    code = "link_expired"


class AlreadyWithdrawn(UndersignedError):
    """The signature was taken back; signing again is welcome."""

    code = "already_withdrawn"


class AlreadySigned(UndersignedError):
    """This address stands under the campaign already."""

    code = "already_signed"


class NamesRemoved(UndersignedError):
    """The campaign is over and its retention too: the signature counts, but nobody knows whose it is."""

    code = "names_removed"


class NotPending(UndersignedError):
    """The signature is confirmed or withdrawn: there is nothing to confirm."""

    code = "not_pending"


class ConfirmationsUsedUp(UndersignedError):
    """The signer was asked as often as we ask."""

    code = "confirmations_used_up"


class AskedJustNow(UndersignedError):
    """The signer was asked less than ten minutes ago."""

    code = "asked_just_now"


class Unavailable(UndersignedError):
    """The store is busy or out of reach for now; trying again is safe."""

    code = "unavailable"


class PermanentMailError(UndersignedError):
    """This mail will never be accepted; sending it again is useless."""

    code = "mail_permanent"


class TemporaryMailError(UndersignedError):
    """The mail was not accepted now; it will be sent again."""

    code = "mail_temporary"


class MailPerhapsSent(TemporaryMailError):
    """No answer came: the mail may have been accepted, and will be sent again."""

    code = "mail_perhaps_sent"
