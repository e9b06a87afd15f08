"""Which email is due, and which of them a stranger's form may have caused; without a store, a queue or a clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.mail.due_mail import due_email
from chalicelib.domain.signatures.mail_marks import MailKind, Marks
from tests.kit.factories import CONFIRMED, NOW, PENDING, a_campaign, a_signature

if TYPE_CHECKING:
    from chalicelib.domain.signatures.signature import Signature

REMINDED = NOW + timedelta(days=2)


def pending(**marks: Any) -> Signature:
    return a_signature(state=PENDING, marks=Marks(**{"asked_at": NOW, **marks}))


def confirmed(**marks: Any) -> Signature:
    return a_signature(state=CONFIRMED, confirmed_at=NOW, marks=Marks(**{"asked_at": NOW, **marks}))


REQUEST = pending()
REMINDER = pending(asked_at=REMINDED, reminded_at=REMINDED, sent_at=NOW, sends=1)
THANKS = confirmed(sent_at=NOW)
ALREADY_SIGNED = confirmed(thanked_at=NOW, stands_asked_at=NOW + timedelta(hours=1))


def kind(
    signature: Signature, *, closed_for: timedelta = timedelta(0), at: timedelta = timedelta(0)
) -> MailKind | None:
    """What is due at `NOW` and `at`, on a campaign that closed `closed_for` earlier."""
    moment = NOW + at
    closes = {"closes_at": (moment - closed_for).isoformat()} if closed_for else {}
    due = due_email(a_campaign(**closes), signature, moment)
    return due.kind if due else None


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        (REQUEST, MailKind.CONFIRMATION),
        (REMINDER, MailKind.REMINDER),
        (THANKS, MailKind.THANKS),
        (ALREADY_SIGNED, MailKind.ALREADY_SIGNED),
    ],
)
def test_what_is_owed_is_due(signature: Signature, expected: MailKind) -> None:
    assert kind(signature) is expected


@pytest.mark.parametrize("signature", [REQUEST, REMINDER])
def test_nobody_is_asked_for_a_click_that_would_come_too_late(signature: Signature) -> None:
    assert kind(signature, closed_for=timedelta(hours=23, minutes=59)) is not None
    assert kind(signature, closed_for=timedelta(hours=24)) is None


@pytest.mark.parametrize("signature", [THANKS, ALREADY_SIGNED])
def test_what_asks_for_nothing_is_due_however_long_the_campaign_has_been_closed(signature: Signature) -> None:
    assert kind(signature, closed_for=timedelta(days=9)) is not None


def test_a_signature_past_its_expiry_is_sent_nothing_though_it_is_not_deleted_yet() -> None:
    signature = a_signature(expires_at=int(NOW.timestamp()) + 1)
    assert kind(signature) is MailKind.CONFIRMATION
    assert kind(signature, at=timedelta(seconds=1)) is None


def test_nothing_is_due_where_nothing_is_owed() -> None:
    assert kind(pending(sent_at=NOW, sends=1)) is None
    assert kind(confirmed(thanked_at=NOW)) is None
    assert kind(pending(held="network")) is None


@pytest.mark.parametrize(
    ("signature", "counts"),
    [
        (REQUEST, True),
        (REMINDER, False),  # the address has had a request that was counted
        (confirmed(), True),  # single confirmation: the first email that the address gets
        (THANKS, False),  # the click has proved whose address it is
        (ALREADY_SIGNED, False),
        (confirmed(thanked_at=NOW, stands_asked_at=NOW + timedelta(hours=1), sent_at=None), False),
    ],
)
def test_what_a_stranger_may_have_caused_counts_against_the_limits(signature: Signature, *, counts: bool) -> None:
    due = due_email(a_campaign(), signature, NOW)
    assert due is not None
    assert due.counts_against_limits is counts
