from __future__ import annotations

from datetime import timedelta

from chalicelib.domain.signatures.mail_marks import MailKind, Marks
from tests.kit.factories import CONFIRMED, NOW, WITHDRAWN, a_signature


def owed(**marks: object) -> MailKind | None:
    return a_signature(marks=Marks(**marks)).owed_mail()  # type: ignore[arg-type]


def test_a_new_signature_is_owed_a_confirmation_request() -> None:
    assert owed(asked_at=NOW) is MailKind.CONFIRMATION


def test_signing_again_resends_after_ten_minutes_and_not_before() -> None:
    assert owed(asked_at=NOW + timedelta(minutes=9, seconds=59), sent_at=NOW, sends=1) is None
    assert owed(asked_at=NOW + timedelta(minutes=10), sent_at=NOW, sends=1) is MailKind.CONFIRMATION


def test_three_requests_are_the_most() -> None:
    assert owed(asked_at=NOW + timedelta(days=1), sent_at=NOW, sends=3) is None


def test_a_reminder_is_told_from_a_resend() -> None:
    later = NOW + timedelta(days=2)
    assert owed(asked_at=later, reminded_at=later, sent_at=NOW, sends=1) is MailKind.REMINDER


def test_reminded_once_two_days_after_the_last_request() -> None:
    signature = a_signature(marks=Marks(asked_at=NOW, sent_at=NOW, sends=1))
    assert not signature.is_to_be_reminded(NOW + timedelta(days=1, hours=23))
    assert signature.is_to_be_reminded(NOW + timedelta(days=2))
    reminded = a_signature(marks=Marks(asked_at=NOW, sent_at=NOW, sends=1, reminded_at=NOW))
    assert not reminded.is_to_be_reminded(NOW + timedelta(days=9))


def test_a_confirmed_signature_is_thanked_once_and_then_told_that_it_stands() -> None:
    assert a_signature(state=CONFIRMED).owed_mail() is MailKind.THANKS
    thanked = a_signature(state=CONFIRMED, marks=Marks(thanked_at=NOW))
    assert thanked.owed_mail() is None
    asked = a_signature(state=CONFIRMED, marks=Marks(thanked_at=NOW, stands_asked_at=NOW + timedelta(hours=1)))
    assert asked.owed_mail() is MailKind.ALREADY_SIGNED


def test_an_email_is_owed_since_it_was_asked_for_last() -> None:
    later = NOW + timedelta(hours=5)
    assert a_signature(marks=Marks(asked_at=later)).owed_since() == later
    assert a_signature(state=CONFIRMED, confirmed_at=later).owed_since() == later
    assert a_signature(state=CONFIRMED, marks=Marks(thanked_at=NOW, stands_asked_at=later)).owed_since() == later
    assert a_signature(state=CONFIRMED, marks=Marks(thanked_at=NOW)).owed_since() == NOW


def test_that_it_stands_is_told_at_most_daily() -> None:
    signature = a_signature(state=CONFIRMED, marks=Marks(thanked_at=NOW, stands_asked_at=NOW))
    assert not signature.may_request_already_signed_email(NOW + timedelta(hours=23))
    assert signature.may_request_already_signed_email(NOW + timedelta(days=1))


def test_a_withdrawn_signature_is_owed_nothing() -> None:
    assert a_signature(state=WITHDRAWN).owed_mail() is None


def test_a_signature_past_its_expiry_is_gone_though_not_deleted() -> None:
    signature = a_signature(expires_at=int(NOW.timestamp()))
    assert signature.is_expired(NOW)
    assert not signature.is_expired(NOW - timedelta(seconds=1))
