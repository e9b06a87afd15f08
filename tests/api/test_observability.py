"""What is told while it runs: numbers in CloudWatch's format, one request through all functions, reports laid aside."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib import cli, log
from chalicelib.domain.errors import Unavailable
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from tests.kit.world import World


class Lines:
    """What was logged since the last look."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._capfd = capfd

    def new(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._capfd.readouterr().err.splitlines() if line.startswith("{")]

    def numbers(self) -> Counter[str]:
        """Sums of the new ones, by metric, as CloudWatch would take them."""
        found: Counter[str] = Counter()
        for line in self.new():
            for about in line.get("_aws", {}).get("CloudWatchMetrics", []):
                assert about["Namespace"] == "Undersigned"
                assert all(line[name] == "undersigned-local" for (name,) in about["Dimensions"])
                for metric in about["Metrics"]:
                    found[metric["Name"]] += line[metric["Name"]]
        return +found


@pytest.fixture
def lines(capfd: pytest.CaptureFixture[str]) -> Lines:
    return Lines(capfd)


def reported(world: World, kind: str, **about: Any) -> dict[str, Any]:
    mail = world.ses.sent[-1]
    return {"eventType": kind, "mail": {"tags": {name: [value] for name, value in mail.tags.items()}}, **about}


def bounced(world: World) -> dict[str, Any]:
    recipients = [{"emailAddress": world.ses.sent[-1].to}]
    return reported(world, "Bounce", bounce={"bounceType": "Permanent", "bouncedRecipients": recipients})


def test_a_sender_that_ses_refuses_altogether_is_counted_once_a_minute(world: World, lines: Lines) -> None:
    world.ses.refuses = "SendingPausedException"
    for n in range(8):
        world.sign(email=f"n{n}@example.org")
    world.run_projector()
    lines.new()
    world.run_mailer()
    assert lines.numbers() == {"mail_delayed": 5, "mail_stopped": 1}


def test_what_happens_to_signatures_and_mails_is_counted(world: World, lines: Lines) -> None:
    lines.new()
    world.sign_and_confirm()
    assert lines.numbers() == {"pending": 1, "confirmed": 1, "mail_sent": 2}
    world.deliver_ses_event(bounced(world))
    assert lines.numbers() == {"mail_bounced": 1}
    world.ses.refuses = "TooManyRequestsException"
    world.sign(email="ben@example.org")
    world.drain()
    assert lines.numbers().keys() == {"pending", "mail_delayed"}
    world.ses.refuses = "MessageRejected"
    world.later(minutes=10)
    world.drain()
    world.run_mailer()
    assert lines.numbers()["mail_refused"] == 1
    world.run_scheduled()
    assert lines.numbers() == {"scheduled_round_complete": 1}


def test_what_is_not_sent_says_why(world: World, lines: Lines) -> None:
    world.publish(limits={"network_hourly": 1})
    world.sign()
    world.drain()
    world.deliver_ses_event(bounced(world))
    lines.new()
    world.sign(email="ben@example.org")
    world.drain()
    assert [(line["message"], line["code"]) for line in lines.new() if "mail_held" in line] == [
        ("mail held for review", "network")
    ]
    world.later(hours=2)
    world.sign()
    world.drain()
    (told,) = [line for line in lines.new() if "mail_held" in line]
    assert (told["mail_held"], told["message"], told["code"]) == (1, "mail not sent", "suppressed")


def test_a_refusal_for_good_names_its_code(world: World, lines: Lines) -> None:
    world.ses.refuses = "MessageRejected"
    world.sign()
    world.drain()
    (told,) = [line for line in lines.new() if "mail_refused" in line]
    assert (told["mail_refused"], told["code"]) == (1, "MessageRejected")


def test_what_ses_rejects_after_taking_it_is_counted_and_kept(world: World, lines: Lines) -> None:
    world.sign()
    world.drain()
    lines.new()
    world.deliver_ses_event(reported(world, "Reject", reject={"reason": "Bad content"}))
    assert lines.numbers() == {"mail_rejected": 1}
    assert world.signatures()[0]["delivery"]["S"] == "rejected"


def test_a_signature_that_counts_at_once_waits_for_no_click(world: World, lines: Lines) -> None:
    world.publish(confirmation="single")
    lines.new()
    world.sign()
    world.drain()
    assert lines.numbers() == {"mail_sent": 1}


def test_a_number_that_no_alarm_can_know_is_refused() -> None:
    with pytest.raises(KeyError, match="mails_sent"):
        log.metric("mails_sent", 1)


def test_one_request_is_followed_through_stream_queue_mail_and_report(world: World, lines: Lines) -> None:
    lines.new()
    request = world.sign().headers["x-amzn-requestid"]
    other = world.sign(email="ben@example.org").headers["x-amzn-requestid"]
    log.request_id.set("")  # functions are processes of their own
    world.drain()
    world.deliver_ses_event(reported(world, "Delivery"))
    told = [(line["request"], line["message"]) for line in lines.new() if line.get("request") in {request, other}]
    assert Counter(told)[request, "mail queued"] == Counter(told)[other, "mail queued"] == 1
    assert Counter(told)[request, "mail sent"] == Counter(told)[other, "mail sent"] == 1
    assert [message for _, message in told].count("mail reported") == 1
    assert request != other


def test_a_click_is_a_request_of_its_own(world: World, lines: Lines) -> None:
    world.sign()
    world.drain()
    lines.new()
    request = world.post_form(world.ses.sent[-1].link("confirm"), {}).headers["x-amzn-requestid"]
    log.request_id.set("")
    world.drain()
    assert {line["message"] for line in lines.new() if line.get("request") == request} >= {"mail queued", "mail sent"}


def test_a_report_that_cannot_be_taken_is_laid_aside_without_its_address_and_taken_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sign()
    world.drain()
    with monkeypatch.context() as busy:
        busy.setattr(type(wiring().suppressions), "suppress", _unavailable)
        world.deliver_ses_event(bounced(world))
    queue = wiring().settings.feedback_dead_letters_url
    sqs = world.session.client("sqs")
    (aside,) = sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0)["Messages"]
    assert "example.org" not in aside["Body"]
    assert cli.main(["feedback"]) == 0
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)
    before = len(world.ses.sent)
    world.later(minutes=11)
    world.sign()
    world.drain()
    assert len(world.ses.sent) == before, "the address is silent"
    assert world.signatures()[0]["delivery"]["S"] == "bounced"


def _unavailable(*_: object, **__: object) -> None:
    raise Unavailable
