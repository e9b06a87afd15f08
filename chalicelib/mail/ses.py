"""Sends emails by SES v2. Its errors become permanent or temporary ones; only temporary ones are worth retrying."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formataddr
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from chalicelib.domain.addresses.email_addresses import ascii_domain
from chalicelib.domain.errors import MailPerhapsSent, PermanentMailError, TemporaryMailError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.campaigns.campaign import Sender
    from chalicelib.mail.email_messages import Message

# This email will never be accepted (SES v2, SendEmail, "Errors"). Everything else may pass: quota, pause, identity.
PERMANENT = frozenset({"MessageRejected", "BadRequestException", "ValidationException", "InvalidParameterValue"})


@dataclass(frozen=True, slots=True)
class EmailSender:
    """Sends one email per call."""

    client: Any
    configuration_set: str = ""

    def send(self, message: Message, *, to: str, sender: Sender, tags: Mapping[str, str]) -> str:
        """Sends and returns SES's message id. `tags` come back with every event about this email.

        Raises PermanentMailError, TemporaryMailError, or its subclass MailPerhapsSent if there was no response.
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
            "FromEmailAddress": formataddr((sender.name, _routable(sender.email))),
            "Destination": {"ToAddresses": [_routable(to)]},
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
            request["ReplyToAddresses"] = [_routable(sender.reply_to)]
        if self.configuration_set:
            request["ConfigurationSetName"] = self.configuration_set
        return request


def _translated(error: ClientError) -> PermanentMailError | TemporaryMailError:
    code, text = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    # SES also rejects emails while an identity is not verified, which the organiser can fix.
    is_final = code in PERMANENT and "not verified" not in text
    return PermanentMailError(reason=code) if is_final else TemporaryMailError(reason=code)


def _routable(address: str) -> str:
    """The address as SES accepts it: the domain as in DNS, the local part as typed."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{ascii_domain(domain)}"


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
