"""Senders as SES takes them: names in encoded words that are short enough, nothing over 320 characters."""

from __future__ import annotations

from email.header import decode_header, make_header
from email.utils import parseaddr
from typing import Any

import pytest

from chalicelib.domain.addresses.mailboxes import can_be_emailed, fits, mailbox
from chalicelib.domain.campaigns import campaign_documents
from chalicelib.domain.campaigns.campaign import Sender
from chalicelib.domain.errors import InvalidFields
from chalicelib.mail.email_messages import Message
from chalicelib.mail.ses import EmailSender
from local.mail.ses import Refused, check_addresses
from tests.kit.factories import a_document

EMAIL = "paz@example.org"
ARABIC = "السلام الآن "


@pytest.mark.parametrize(
    "name",
    [
        "Ana",
        'Peace, "now" (Peru)',
        "Señora, Pérez",
        "ñ" * 60,
        "a" * 100 + "é",
        "🕊" * 40,
        (ARABIC * 9).strip(),
        "Пётр и Павел",
    ],
)
def test_a_name_arrives_as_written_in_words_of_at_most_75_characters(name: str) -> None:
    written = mailbox(name, EMAIL)
    assert written.isascii()
    assert "\n" not in written
    assert max(map(len, written.split(" "))) <= 75
    shown, address = parseaddr(written)
    assert (str(make_header(decode_header(shown))), address) == (name, EMAIL)


def test_the_domain_is_written_as_in_dns() -> None:
    assert mailbox("", "paz@BÜCHER.example") == "paz@xn--bcher-kva.example"
    assert can_be_emailed("paz@bücher.example")
    assert not can_be_emailed("josé@example.org")


@pytest.mark.parametrize("of_the_name", ["a", "é"])
def test_the_longest_sender_is_320_characters_with_its_name_in_the_header(of_the_name: str) -> None:
    longest = max(n for n in range(400) if fits(of_the_name * n, EMAIL))
    assert len(mailbox(of_the_name * longest, EMAIL)) <= 320 < len(mailbox(of_the_name * (longest + 1), EMAIL))
    check_addresses(mailbox(of_the_name * longest, EMAIL), [])
    with pytest.raises(Refused, match="320"):
        check_addresses(mailbox(of_the_name * (longest + 1), EMAIL), [])


@pytest.mark.parametrize(
    "addresses", [("josé@example.org", []), (EMAIL, ["josé@example.org"]), (f"José <{EMAIL}>", [])]
)
def test_the_local_ses_takes_nothing_beyond_ascii_in_an_address(addresses: tuple[str, list[str]]) -> None:
    with pytest.raises(Refused, match="ASCII"):
        check_addresses(*addresses)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"name": "س" * 130}, "sender.name", "sender_name_too_long"),
        ({"name": "é" * 100, "email": "x" * 60 + "@example.org"}, "sender.name", "sender_name_too_long"),
        ({"email": "josé@example.org"}, "sender.email", "email_beyond_ascii"),
        ({"reply_to": "josé@example.org"}, "sender.reply_to", "email_beyond_ascii"),
    ],
)
def test_a_sender_that_no_email_could_leave_from_is_refused(changes: dict[str, Any], field: str, code: str) -> None:
    sender = {"name": "A", "email": EMAIL, "reply_to": "", **changes}
    with pytest.raises(InvalidFields) as refused:
        campaign_documents.parse(a_document(sender=sender))
    assert [(one.field, one.code) for one in refused.value.errors] == [(field, code)]


@pytest.mark.parametrize("name", ["a" * 200, "é" * 60, "س" * 70])
def test_a_long_name_that_fits_is_taken(name: str) -> None:
    sender = {"name": name, "email": EMAIL, "reply_to": "info@bücher.example"}
    assert campaign_documents.parse(a_document(sender=sender)).sender.name == name


class Ses:
    """Keeps what it is asked."""

    def send_email(self, **request: Any) -> dict[str, str]:
        self.sender: str = request["FromEmailAddress"]
        check_addresses(self.sender, request["Destination"]["ToAddresses"])
        return {"MessageId": "1"}


def test_a_campaign_saved_with_too_long_a_name_still_sends_from_its_address() -> None:
    ses = Ses()
    message = Message(subject="Please confirm", text="Text", html="<p>Text</p>", headers={})
    EmailSender(ses).send(message, to="ana@example.org", sender=Sender("س" * 130, EMAIL), tags={})
    assert ses.sender == EMAIL
    EmailSender(ses).send(message, to="ana@example.org", sender=Sender("Perú", EMAIL), tags={})
    assert ses.sender == f"=?utf-8?b?UGVyw7o=?= <{EMAIL}>"
