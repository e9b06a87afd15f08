"""Mails: who gets which, when, how often, and what happens when SES does not want."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.domain.errors import SenderRefused, Unavailable
from chalicelib.domain.signatures.mail_marks import MailKind
from chalicelib.domain.signatures.signature import SignatureKey
from chalicelib.services.mail.sender_breaker import SenderBreaker
from chalicelib.storage.mail.suppressions import Suppressions
from chalicelib.storage.signatures.mail_marks import SENT_MARKS, MailMarks
from chalicelib.storage.signatures.signatures import Signatures
from chalicelib.wiring import wiring
from tests.kit.factories import BUCKETS

if TYPE_CHECKING:
    from tests.kit.world import World


def kinds(world: World) -> list[str]:
    return [mail.tags["kind"] for mail in world.ses.sent]


def test_confirmation_request_holds_nothing_a_stranger_typed(world: World) -> None:
    world.sign(given_name="BUY CHEAP", family_name="Pills", comment="visit us", email="Victim@example.org")
    world.drain()
    (mail,) = world.ses.sent
    for word in ("BUY CHEAP", "Pills", "visit us"):
        assert word not in str(mail.request)
    assert mail.to == "Victim@example.org"
    assert "Victim@example.org" in mail.text
    assert "Victim@example.org" in mail.html


def test_mail_carries_sender_language_tags_and_configuration_set(world: World) -> None:
    world.publish(sender={"name": "Solidaridad Perú", "email": "a@example.org", "reply_to": "b@example.org"})
    world.sign(lang="es")
    world.drain()
    (mail,) = world.ses.sent
    assert "Sin tropas en el Perú" in mail.subject
    assert mail.request["FromEmailAddress"] == "=?utf-8?q?Solidaridad_Per=C3=BA?= <a@example.org>"
    assert mail.request["ReplyToAddresses"] == ["b@example.org"]
    assert mail.request["ConfigurationSetName"]
    stored = world.signatures()[0]
    tags = {"campaign": "peru", "signature": stored["sk"]["S"], "kind": "confirmation"}
    assert mail.tags == {**tags, "request": stored["request"]["S"]}


def test_mail_to_an_internationalised_domain_goes_to_its_dns_name(world: World) -> None:
    world.sign(email="ana@ñandú.pe")
    world.drain()
    assert world.ses.sent[0].to == "ana@xn--and-6ma2c.pe"


def test_signing_again_while_pending_resends_after_ten_minutes_three_times_in_all(world: World) -> None:
    for minutes in (0, 5, 6, 11, 1, 11, 11, 11):
        world.later(minutes=minutes)
        assert world.sign().status == 201
        world.drain()
    assert kinds(world) == ["confirmation"] * 3


def test_corrected_name_is_what_counts(world: World) -> None:
    world.sign(given_name="Anna")
    world.sign(given_name="Ana", comment="x")
    (item,) = world.signatures()
    assert item["given_name"]["S"] == "Ana"
    world.sign(given_name="Ana")
    (item,) = world.signatures()
    assert "comment" not in item


def test_signing_again_when_confirmed_tells_that_it_stands_once_a_day(world: World) -> None:
    world.sign_and_confirm()
    for hours in (0, 1, 24):
        world.later(hours=hours)
        world.sign(given_name="Somebody else")
        world.drain()
    assert kinds(world) == ["confirmation", "thanks", "already_signed", "already_signed"]
    assert world.signatures()[0]["given_name"]["S"] == "Ana"


def test_no_address_gets_more_than_five_mails_a_day_over_all_campaigns(world: World) -> None:
    for number in range(7):
        world.publish(f"c{number}")
        world.sign(f"c{number}", email="v.ictim+%d@gmail.com" % number)  # noqa: UP031
    world.drain()
    assert len(world.ses.sent) == 5
    world.later(hours=12, minutes=1)  # past midnight UTC
    assert wiring().mail_reconciliation.queue_owed() == 2
    world.drain()
    assert len(world.ses.sent) == 7


@pytest.mark.parametrize("code", ["TooManyRequestsException", "SendingPausedException", "AccountSuspendedException",
                                  "MailFromDomainNotVerifiedException", "LimitExceededException", "InternalFailure"])  # fmt: skip
def test_temporary_refusal_is_tried_again_and_costs_nothing_of_the_cap(world: World, code: str) -> None:
    world.ses.refuses = code
    world.sign()
    for _ in range(8):
        world.drain()
        world.later(seconds=40)
    assert not world.ses.sent
    world.ses.refuses = ""
    world.later(minutes=1)
    world.drain()
    assert kinds(world) == ["confirmation"]
    assert not world.dead_letters()


def refusals_first(world: World, count: int, code: str) -> list[str]:
    """SES refuses that often, then accepts; grows by the moment of each attempt."""
    attempts: list[str] = []
    send = world.ses.send_email

    def refusing(**request: Any) -> dict[str, str]:
        attempts.append(str(world.now))
        if len(attempts) <= count:
            raise ClientError({"Error": {"Code": code, "Message": "Maximum sending rate exceeded."}}, "SendEmail")
        return send(**request)

    world.ses.send_email = refusing  # type: ignore[method-assign]
    return attempts


def test_what_ses_calls_too_fast_is_tried_again_after_a_second_and_not_after_six_minutes(world: World) -> None:
    attempts, began = refusals_first(world, 2, "TooManyRequestsException"), world.now
    world.sign()
    world.run_projector()
    world.run_mailer()
    assert kinds(world) == ["confirmation"]
    assert (len(attempts), world.now - began) == (3, timedelta(seconds=2))
    assert "delayed" not in str(world.signatures())


def test_after_three_refusals_the_queue_has_it_again(world: World) -> None:
    attempts = refusals_first(world, 3, "TooManyRequestsException")
    world.sign()
    world.run_projector()
    world.run_mailer()
    assert (world.ses.sent, len(attempts)) == ([], 3)
    world.later(minutes=6)
    world.drain()
    assert kinds(world) == ["confirmation"]


@pytest.mark.parametrize("code", ["SendingPausedException", "LimitExceededException", "ServiceUnavailable"])
def test_nothing_else_is_tried_again_at_once(world: World, code: str) -> None:
    attempts = refusals_first(world, 1, code)
    world.sign()
    world.run_projector()
    world.run_mailer()
    assert (world.ses.sent, len(attempts)) == ([], 1)


def calls_of_ses(world: World) -> list[str]:
    """Grows by the recipient of every email that SES is asked for from now on, accepted or not."""
    asked: list[str] = []
    send = world.ses.send_email

    def counted(**request: Any) -> dict[str, str]:
        asked.extend(request["Destination"]["ToAddresses"])
        return send(**request)

    world.ses.send_email = counted  # type: ignore[method-assign]
    return asked


def test_a_sender_that_is_refused_five_times_in_a_row_is_left_alone_for_a_minute(world: World) -> None:
    asked = calls_of_ses(world)
    world.ses.refuses = "SendingPausedException"
    for n in range(8):
        world.sign(email=f"n{n}@example.org")
    world.run_projector()
    world.run_mailer()
    assert len(asked) == 5
    assert not world.dead_letters()
    assert {item.get("outcome", {}).get("S", "") for item in world.signatures()} == {"", "delayed"}

    world.later(seconds=59)
    world.run_mailer()
    assert len(asked) == 5, "nothing is asked, and nothing is lost"
    world.later(seconds=1)
    world.run_mailer()
    assert len(asked) == 6, "one try a minute, which stops it again"
    world.ses.refuses = ""
    world.later(seconds=60)
    world.drain()
    assert len(world.ses.sent) == 8


def test_refusals_that_are_not_alike_or_not_in_a_row_or_of_another_sender_stop_nothing(world: World) -> None:
    breaker = SenderBreaker(lambda: world.now)
    for reason in ["paused"] * 4 + ["suspended"] * 4:
        breaker.note_refusal("a@example.org", reason)
    breaker.note_sent("a@example.org")
    for _ in range(4):
        breaker.note_refusal("a@example.org", "suspended")
    for _ in range(5):
        breaker.note_refusal("b@example.org", "paused")
    breaker.check("a@example.org")
    with pytest.raises(SenderRefused):
        breaker.check("b@example.org")
    breaker.note_refusal("a@example.org", "suspended")
    with pytest.raises(SenderRefused):
        breaker.check("a@example.org")


def test_what_was_refused_for_good_is_queued_again_by_command(world: World) -> None:
    world.ses.refuses = "MessageRejected"
    world.sign()
    world.sign(email="ben@example.org")
    world.drain()
    world.ses.refuses = ""
    world.sign(email="eva@example.org")
    world.drain()
    world.later(minutes=5)
    assert wiring().mail_reconciliation.queue_refused() == 2
    world.drain()
    assert kinds(world) == ["confirmation"] * 3
    assert wiring().mail_reconciliation.queue_refused() == 0


def test_permanent_refusal_ends_in_the_dead_letters_without_personal_data(world: World) -> None:
    world.ses.refuses = "MessageRejected"
    world.sign()
    world.drain()
    (letter,) = world.dead_letters()
    assert letter["code"] == "MessageRejected"
    assert "@" not in str(letter)
    assert world.signatures()[0]["outcome"]["S"] == "failed"
    world.ses.refuses = ""
    world.later(hours=3)
    assert wiring().mail_reconciliation.queue_owed() == 0


@pytest.mark.parametrize("confirmation", ["double", "single"])
def test_an_address_that_ses_cannot_write_to_is_no_dead_letter(world: World, confirmation: str) -> None:
    world.admin("PATCH", "/admin/campaigns/peru", {"confirmation": confirmation}, if_match="*")
    world.sign(email="josé@example.org")
    world.sign(email="ana@bücher.example")
    world.drain()
    assert [mail.to for mail in world.ses.sent] == ["ana@xn--bcher-kva.example"]
    outcomes = {item["email"]["S"]: item["outcome"]["S"] for item in world.signatures()}
    assert outcomes == {"josé@example.org": "unreachable", "ana@bücher.example": "sent"}
    assert world.dead_letters() == []
    world.later(hours=3)
    assert wiring().mail_reconciliation.queue_owed() == 0
    assert wiring().mail_reconciliation.queue_refused() == 0


def test_one_bad_job_does_not_hold_up_the_others(world: World) -> None:
    world.sign()
    world.run_projector()
    (job,) = world.take_jobs()
    bad = {**job, "MessageId": "bad", "Body": "not json"}
    gone = {**job, "MessageId": "gone", "Body": '{"campaign":"nope","signature":"x"}'}
    missing = {**job, "MessageId": "missing", "Body": '{"campaign":"peru","signature":"x"}'}
    from local.functions.events import queue_event

    result = world.app.mail(queue_event([bad, gone, missing, job], "arn"), None)
    assert result == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert kinds(world) == ["confirmation"]


def test_duplicate_jobs_send_one_mail(world: World) -> None:
    world.sign()
    world.run_projector()
    (job,) = world.take_jobs()
    from local.functions.events import queue_event

    world.app.mail(queue_event([job, job, job], "arn"), None)
    world.app.mail(queue_event([job], "arn"), None)
    assert kinds(world) == ["confirmation"]


def test_second_mailer_waits_for_the_first(world: World) -> None:
    world.sign()
    world.run_projector()
    (job,) = world.take_jobs()
    from local.functions.events import queue_event

    seen: list[Any] = []
    world.ses.before_answer = lambda: seen.append(world.app.mail(queue_event([job], "arn"), None))
    world.app.mail(queue_event([job], "arn"), None)
    assert seen == [{"batchItemFailures": [{"itemIdentifier": job["MessageId"]}]}]
    assert kinds(world) == ["confirmation"]


def test_a_write_that_boto3_makes_again_does_not_tell_a_new_signer_that_the_signature_stands(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign = Signatures.sign

    def twice(self: Signatures, *which: Any, **how: Any) -> Any:
        sign(self, *which, **how)  # stored, and the answer lost
        return sign(self, *which, **how)

    monkeypatch.setattr(Signatures, "sign", twice)
    world.publish(confirmation="single")
    world.sign()
    world.drain()
    assert kinds(world) == ["thanks"]


def test_tables_that_are_away_for_a_while_after_sending_double_no_mail(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = [Unavailable(), Unavailable(), Unavailable()]
    mark_sent = MailMarks.mark_sent

    def mark(self: MailMarks, *which: Any, **how: Any) -> None:
        if refusals:
            raise refusals.pop()
        mark_sent(self, *which, **how)

    monkeypatch.setattr(MailMarks, "mark_sent", mark)
    wiring().mailer.sleep = lambda seconds: world.later(seconds=seconds)
    world.sign()
    world.drain()
    world.later(minutes=6)
    wiring().mail_reconciliation.queue_owed(timedelta(0))
    world.drain()
    assert kinds(world) == ["confirmation"]
    assert world.signatures()[0]["outcome"]["S"] == "sent"


def test_a_mailer_whose_lease_is_nearly_over_leaves_the_mail_to_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reserve_email = Suppressions.reserve_email

    def slowly(self: Suppressions, *which: Any, **how: Any) -> Any:
        taken = reserve_email(self, *which, **how)
        world.later(seconds=15)
        return taken

    world.sign()
    with monkeypatch.context() as patch:
        patch.setattr(Suppressions, "reserve_email", slowly)
        world.drain()
    assert kinds(world) == []
    world.later(minutes=1)
    world.drain()
    assert kinds(world) == ["confirmation"]


def test_mailers_own_notes_make_no_new_jobs(world: World) -> None:
    world.sign()
    world.run_projector()
    assert world.run_mailer() == 1
    world.run_projector()
    assert world.take_jobs() == []


def test_an_email_of_an_unknown_kind_is_not_counted_as_a_confirmation(world: World) -> None:
    world.sign()
    marks, key = wiring().mail_marks, SignatureKey.locate("peru", BUCKETS, world.signatures()[0]["sk"]["S"])
    leased = marks.lease(key, now=world.now)
    assert leased
    with pytest.raises(KeyError):
        marks.mark_sent(leased, "newsletter", now=world.now)  # type: ignore[arg-type]  # what a new kind would be
    assert world.signatures()[0].keys().isdisjoint({"sent_at", "sends"})
    assert SENT_MARKS.keys() == set(MailKind)


def test_no_click_is_asked_for_that_would_come_too_late(world: World) -> None:
    world.sign()
    world.run_projector()
    world.publish(state="closed")
    world.later(hours=25)
    assert wiring().mail_reconciliation.queue_owed() == 0
    world.run_mailer()
    assert not world.ses.sent


# --- the daily round


def test_daily_round_reminds_once_after_two_days(world: World) -> None:
    world.sign()
    world.drain()
    for _ in range(5):
        world.later(days=1)
        assert wiring().mail_reconciliation.reconcile()
        world.drain()
    assert kinds(world) == ["confirmation", "reminder"]


@pytest.mark.parametrize("changes", [{"reminders": False}, {"state": "closed"}])
def test_no_reminder_where_it_is_switched_off_or_too_late(world: World, changes: dict[str, Any]) -> None:
    world.publish(**changes) if "reminders" in changes else None
    world.sign()
    world.drain()
    world.publish(**changes)
    world.later(days=3)
    wiring().mail_reconciliation.reconcile()
    world.drain()
    assert kinds(world) == ["confirmation"]


def test_daily_round_queues_what_was_owed_for_an_hour(world: World) -> None:
    world.sign()
    world.run_projector()
    world.take_jobs()  # the queue lost it
    world.later(minutes=59)
    assert wiring().mail_reconciliation.queue_owed() == 0
    world.later(minutes=1)
    wiring().mail_reconciliation.reconcile()
    world.drain()
    assert kinds(world) == ["confirmation"]


def test_daily_round_goes_on_where_it_stopped_and_is_done_once_a_day(world: World) -> None:
    rounds: list[int] = []

    def budget(buckets: int) -> bool:
        left = [buckets]

        def has_time() -> bool:
            left[0] -= 1
            return left[0] >= 0

        done = wiring().mail_reconciliation.reconcile(has_time)
        rounds.append(buckets - max(left[0], 0))
        return done

    world.publish("second")  # two campaigns of four buckets
    assert [budget(3), budget(3), budget(3), budget(3)] == [False, False, True, True]
    assert rounds == [3, 3, 2, 0]
    world.later(days=1)
    assert budget(3) is False


def test_a_bucket_that_fails_does_not_hide_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        world.sign(email=f"s{number}@example.org")
    world.run_projector()
    while world.take_jobs():
        pass
    real = Signatures.scan

    def scan(self: Signatures, campaign: str, bucket: int) -> Any:
        if bucket == 1:
            raise ValueError
        return real(self, campaign, bucket)

    monkeypatch.setattr(Signatures, "scan", scan)
    world.later(hours=1)
    assert wiring().mail_reconciliation.reconcile()
    elsewhere = [item for item in world.signatures() if item["pk"]["S"] != "peru#1"]
    world.drain()
    assert len(world.ses.sent) == len(elsewhere) > 0


def test_daily_round_walks_each_bucket_once_and_sleeping_campaigns_never(world: World) -> None:
    world.sign()
    world.drain()
    with world.counting() as calls:
        wiring().mail_reconciliation.reconcile()
    assert calls["Query"] == 1 + 4 + 1  # the list, four buckets, and the tallies, for old labels
    world.publish(state="closed")
    world.later(days=41)
    with world.counting() as calls:
        wiring().mail_reconciliation.reconcile()
    assert calls["Query"] == 2


# --- what SES reports


def event(world: World, kind: str, **facts: Any) -> dict[str, Any]:
    mail = world.ses.sent[-1]
    tags = {name: [value] for name, value in mail.tags.items()}
    return {"eventType": kind, "mail": {"tags": tags, "destination": [mail.to]}, **facts}


def bounce(world: World, kind: str = "Permanent") -> dict[str, Any]:
    recipients = [{"emailAddress": f"Ana Quispe <{world.ses.sent[-1].to.upper()}>", "status": "5.1.1"}]
    return event(world, "Bounce", bounce={"bounceType": kind, "bouncedRecipients": recipients})


def test_permanent_bounce_silences_the_address_everywhere(world: World) -> None:
    world.sign()
    world.drain()
    world.deliver_ses_event(bounce(world))
    assert world.signatures()[0]["delivery"]["S"] == "bounced"
    world.publish("other")
    world.sign("other", email="ANA+x@example.org")
    world.drain()
    assert len(world.ses.sent) == 1


def test_passing_bounce_silences_nobody(world: World) -> None:
    world.sign()
    world.drain()
    world.deliver_ses_event(bounce(world, "Transient"))
    world.later(minutes=11)
    world.sign()
    world.drain()
    assert len(world.ses.sent) == 2


def test_complaint_silences_and_a_late_delivery_does_not_hide_it(world: World) -> None:
    world.sign()
    world.drain()
    complained = {"complainedRecipients": [{"emailAddress": "ana@example.org"}]}
    world.deliver_ses_event(event(world, "Complaint", complaint=complained))
    world.deliver_ses_event(event(world, "Delivery", delivery={}))
    assert world.signatures()[0]["delivery"]["S"] == "complained"
    world.later(minutes=11)
    world.sign()
    world.drain()
    assert len(world.ses.sent) == 1


def complaint(*addresses: str, **facts: str) -> dict[str, Any]:
    return {"complainedRecipients": [{"emailAddress": one} for one in addresses], **facts}


@pytest.mark.parametrize("facts", [{"complaintFeedbackType": "not-spam"}, {"complaintSubType": "Not-Spam"}])
def test_taking_an_email_out_of_the_spam_folder_is_no_complaint(world: World, facts: dict[str, str]) -> None:
    world.sign()
    world.drain()
    world.deliver_ses_event(event(world, "Complaint", complaint=complaint("ana@example.org", **facts)))
    assert "delivery" not in world.signatures()[0]
    world.later(minutes=11)
    world.sign()
    world.drain()
    assert len(world.ses.sent) == 2


@pytest.mark.parametrize(
    "facts", [{"complaintFeedbackType": "abuse"}, {"complaintSubType": "OnAccountSuppressionList"}]
)
def test_complaint_of_any_other_type_silences(world: World, facts: dict[str, str]) -> None:
    world.sign()
    world.drain()
    world.deliver_ses_event(event(world, "Complaint", complaint=complaint("ana@example.org", **facts)))
    assert world.signatures()[0]["delivery"]["S"] == "complained"


@pytest.mark.parametrize(
    ("tags", "also", "emails"),
    [({}, ["ben@example.org"], 2), ({}, [], 1), ({"campaign": ["peru"]}, ["ben@example.org"], 2)],
)
def test_complaint_without_our_tags_silences_only_whom_it_names(
    world: World, tags: dict[str, list[str]], also: list[str], emails: int
) -> None:
    """SES lists everybody who may have complained; another application's email may have had many recipients."""
    world.sign()
    world.drain()
    complained = complaint("ana@example.org", *also)
    world.deliver_ses_event({"eventType": "Complaint", "mail": {"tags": tags}, "complaint": complained})
    assert world.dead_letters() == []
    assert "delivery" not in world.signatures()[0]
    world.later(minutes=11)
    world.sign()
    world.drain()
    assert len(world.ses.sent) == emails


def test_delivery_is_noted_and_owes_no_mail(world: World) -> None:
    world.sign()
    world.drain()
    world.deliver_ses_event(event(world, "Delivery", delivery={}))
    assert world.signatures()[0]["delivery"]["S"] == "delivered"
    world.drain()
    assert kinds(world) == ["confirmation"]


def test_event_of_a_foreign_mail_is_passed_over(world: World) -> None:
    world.deliver_ses_event({"eventType": "Delivery", "mail": {"tags": {}}})
    world.deliver_ses_message("Successfully validated SNS topic for Amazon SES event publishing.")
    world.deliver_ses_event({"eventType": "Open", "mail": {"tags": {"campaign": ["peru"]}}})
    assert world.signatures() == []


def test_owed_since_counts_from_the_latest_wish(world: World) -> None:
    world.sign()
    world.later(minutes=50)
    world.sign()
    world.later(minutes=20)
    assert wiring().mail_reconciliation.queue_owed(timedelta(hours=1)) == 0
