"""Sends emails by SES v2. Its errors become permanent or temporary ones; only temporary ones are worth retrying."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from chalicelib.domain.addresses.mailboxes import fits, mailbox, routable
from chalicelib.domain.errors import (
    Forbidden,
    MailPerhapsSent,
    PermanentMailError,
    SenderRefused,
    TemporaryMailError,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.campaigns.campaign import Sender
    from chalicelib.mail.email_messages import Message

# SES v2, SendEmail, "Errors", and "Amazon SES email sending errors" in the developer guide. What is in neither list may pass.
ABOUT_THE_MESSAGE = frozenset(
    {"MessageRejected", "BadRequestException", "ValidationException", "InvalidParameterValue"}
)
ABOUT_THE_SENDER = frozenset(
    {
        "AccountSuspendedException",
        "SendingPausedException",
        "MailFromDomainNotVerifiedException",
        "NotFoundException",  # the configuration set
        "AccessDeniedException",
    }
)
# The names of the first list also stand for a paused account, an identity that is not verified, a configuration set that is gone.
WORDS_ABOUT_THE_SENDER = re.compile(
    r"not verified|paused|suspended|configuration ?set|not authorized|your account|quota|sending rate", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class EmailSender:
    """Sends one email per call."""

    client: Any
    configuration_set: str = ""

    def send(self, message: Message, *, to: str, sender: Sender, tags: Mapping[str, str]) -> str:
        """Sends and returns SES's message id. `tags` come back with every event about this email.

        Raises PermanentMailError; TemporaryMailError, or of its subclasses SenderRefused, which is no fault of the
        message, and MailPerhapsSent if there was no response.
        """
        try:
            answer = self.client.send_email(**self._request(message, to, sender, tags))
        except ClientError as error:
            raise _translated(error) from error
        except (EndpointConnectionError, ConnectTimeoutError) as error:
            raise TemporaryMailError(reason=type(error).__name__) from error
        except BotoCoreError as error:
            raise MailPerhapsSent(reason=type(error).__name__) from error
        return str(answer["MessageId"])

    def _request(self, message: Message, to: str, sender: Sender, tags: Mapping[str, str]) -> dict[str, Any]:
        request: dict[str, Any] = {
            "FromEmailAddress": _from(sender),
            "Destination": {"ToAddresses": [routable(to)]},
            "Content": {
                "Simple": {
                    "Subject": _utf8(message.subject),
                    "Body": {"Text": _utf8(message.text), "Html": _utf8(message.html)},
                    "Headers": [{"Name": name, "Value": value} for name, value in message.headers.items()],
                }
            },
            "EmailTags": [{"Name": name, "Value": value} for name, value in tags.items()],
        }
        if sender.reply_to:
            request["ReplyToAddresses"] = [routable(sender.reply_to)]
        if self.configuration_set:
            request["ConfigurationSetName"] = self.configuration_set
        return request


@dataclass(frozen=True, slots=True)
class AccountSuppressions:
    """SES's own list of addresses that bounced or complained: it sends them nothing for anybody in the account."""

    client: Any

    def remove(self, email: str) -> bool:
        """Takes an address off the list, as it is spelled. Returns False when it was not on it.

        Raises Forbidden when the credentials may not, Unavailable when SES does not answer.
        """
        try:
            self.client.delete_suppressed_destination(EmailAddress=routable(email))
        except ClientError as error:
            if error.response["Error"]["Code"] == "NotFoundException":
                return False
            if error.response["Error"]["Code"] in {"AccessDeniedException", "AccessDenied"}:
                raise Forbidden from error
            raise Unavailable from error
        except BotoCoreError as error:
            raise Unavailable from error
        return True


def _translated(error: ClientError) -> PermanentMailError | TemporaryMailError:
    code, text = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    is_of_message = code in ABOUT_THE_MESSAGE
    if code in ABOUT_THE_SENDER or (is_of_message and WORDS_ABOUT_THE_SENDER.search(text)):
        return SenderRefused(reason=code)
    return PermanentMailError(reason=code) if is_of_message else TemporaryMailError(reason=code)


def _from(sender: Sender) -> str:
    """The sender, without a name that SES would not take: earlier releases let campaigns have longer ones."""
    return mailbox(sender.name, sender.email) if fits(sender.name, sender.email) else routable(sender.email)


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
