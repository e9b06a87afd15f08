"""What SES's refusals mean: of this message for good, of the sender for the time being, or of this moment."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.domain.campaigns.campaign import Sender
from chalicelib.domain.errors import (
    Forbidden,
    PermanentMailError,
    SenderRefused,
    TemporaryMailError,
    Unavailable,
    UndersignedError,
)
from chalicelib.mail.email_messages import Message
from chalicelib.mail.ses import AccountSuppressions, EmailSender

# Amazon SES, developer guide, "Amazon SES email sending errors", and what the API answers where the guide is silent.
PAUSED = (
    "Sending paused for this account. For more information, please check the inbox of the email address associated "
    "with your AWS account."
)
TEXTS = [
    ("MessageRejected", PAUSED, SenderRefused),
    ("MessageRejected", "Sending suspended for this account.", SenderRefused),
    ("MessageRejected", "Email address is not verified. The following identities failed the check in region EU-WEST-1: x",
     SenderRefused),
    ("MessageRejected", "Daily message quota exceeded.", SenderRefused),
    ("BadRequestException", "Configuration set <undersigned> does not exist.", SenderRefused),
    ("BadRequestException", "ConfigurationSetSendingPausedException", SenderRefused),
    ("MessageRejected", "Transaction failed: Duplicate header 'From'.", PermanentMailError),
    ("BadRequestException", "Local address contains control or whitespace", PermanentMailError),
    ("BadRequestException", "Missing final '@domain'", PermanentMailError),
    ("InvalidParameterValue", "Illegal address", PermanentMailError),
    ("AccessDeniedException", "User is not authorized to perform `ses:SendEmail`", SenderRefused),
    ("TooManyRequestsException", "Maximum sending rate exceeded.", TemporaryMailError),
    ("Throttling", "Rate exceeded", TemporaryMailError),
    ("ServiceUnavailable", "", TemporaryMailError),
    ("SomethingNew", "Nobody knows.", TemporaryMailError),
]  # fmt: skip
# Each error that botocore's model of SendEmail has, with AWS's own description as its text.
OF_THE_MODEL = {
    "TooManyRequestsException": TemporaryMailError,
    "LimitExceededException": TemporaryMailError,
    "AccountSuspendedException": SenderRefused,
    "SendingPausedException": SenderRefused,
    "MailFromDomainNotVerifiedException": SenderRefused,
    "NotFoundException": SenderRefused,
    "MessageRejected": PermanentMailError,
    "BadRequestException": PermanentMailError,
}


class Refusing:
    """A client that refuses everything."""

    def __init__(self, code: str, text: str = "") -> None:
        self.error: Exception = ClientError({"Error": {"Code": code, "Message": text}}, "Any")

    def send_email(self, **_: Any) -> dict[str, str]:
        raise self.error

    def delete_suppressed_destination(self, **_: Any) -> dict[str, str]:
        raise self.error


def meaning(code: str, text: str) -> type[UndersignedError]:
    message = Message(subject="Please confirm", text="Text", html="<p>Text</p>", headers={})
    with pytest.raises(UndersignedError) as caught:
        EmailSender(Refusing(code, text)).send(message, to="ana@example.org", sender=Sender("A", "a@b.org"), tags={})
    assert caught.value.facts["reason"] == code
    return type(caught.value)


@pytest.mark.parametrize(("code", "text", "error"), TEXTS)
def test_a_refusal_is_read_by_its_name_and_where_that_says_too_little_by_its_text(
    code: str, text: str, error: type[UndersignedError]
) -> None:
    assert meaning(code, text) is error


def test_every_error_of_the_model_has_a_meaning() -> None:
    operation = botocore.session.get_session().get_service_model("sesv2").operation_model("SendEmail")
    found = {shape.name: meaning(shape.name, shape.documentation or "") for shape in operation.error_shapes}
    assert found == OF_THE_MODEL


def test_taking_an_address_off_the_list_of_the_account_says_how_it_went() -> None:
    class Client:
        def __init__(self) -> None:
            self.removed: list[str] = []

        def delete_suppressed_destination(self, **request: str) -> dict[str, str]:
            self.removed.append(request["EmailAddress"])
            return {}

    client = Client()
    assert AccountSuppressions(client).remove("ana+news@bücher.example")
    assert client.removed == ["ana+news@xn--bcher-kva.example"]
    assert not AccountSuppressions(Refusing("NotFoundException")).remove("ana@example.org")
    silent = Refusing("")
    silent.error = ReadTimeoutError(endpoint_url="x")
    for refusing, error in (
        (Refusing("AccessDeniedException"), Forbidden),
        (Refusing("TooManyRequestsException"), Unavailable),
        (silent, Unavailable),
    ):
        with pytest.raises(error):
            AccountSuppressions(refusing).remove("ana@example.org")
