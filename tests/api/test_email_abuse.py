"""What a stranger can try with somebody else's address, and what a slow SES can do to a mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from chalicelib.wiring import wiring
from local.functions.events import queue_event
from tests.kit.factories import a_signature

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kit.world import SentEmail, World

PAGE = {"accept": "text/html"}


def kinds(world: World) -> list[str]:
    return [mail.tags["kind"] for mail in world.ses.sent]


def bounce(world: World, mail: SentEmail) -> None:
    tags = {name: [value] for name, value in mail.tags.items()}
    facts = {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": mail.to}]}
    world.deliver_ses_event({"eventType": "Bounce", "mail": {"tags": tags}, "bounce": facts})


def test_bounce_of_one_spelling_does_not_silence_the_owner(world: World) -> None:
    world.sign(email="victim+junk@example.org")
    world.drain()
    bounce(world, world.ses.sent[0])
    world.sign(email="Victim@example.org")
    world.drain()
    assert [mail.to for mail in world.ses.sent] == ["victim+junk@example.org", "Victim@example.org"]
    world.publish("other")
    world.sign("other", email="VICTIM+JUNK@example.org")
    world.drain()
    assert len(world.ses.sent) == 2


def test_sentence_in_a_tag_is_in_nothing_that_the_owner_of_the_address_reads(world: World) -> None:
    world.publish("single", confirmation="single")
    typed = "Victim+your-card-is-blocked_call_0900@gmail.com"
    for campaign in ("peru", "single"):
        world.sign(campaign, email=typed)
    world.drain()
    world.later(days=2, minutes=1)
    wiring().mail_reconciliation.reconcile()
    world.drain()
    confirm = world.ses.sent[-1].link("confirm")
    pages = [world.get(confirm, **PAGE), world.post_form(confirm, {})]
    world.drain()
    world.later(minutes=11)
    world.sign(email=typed)
    world.drain()
    assert sorted(kinds(world)) == ["already_signed", "confirmation", "reminder", "thanks", "thanks"]
    pages += [world.get(world.ses.sent[-1].link(name), **PAGE) for name in ("manage", "withdraw", "unsubscribe")]
    assert {page.status for page in pages} == {200}
    assert '<dd dir="ltr">Victim@gmail.com</dd>' in pages[2].text
    read = [part for mail in world.ses.sent for part in (mail.subject, mail.text, mail.html)]
    assert [one for one in (*read, *(page.text for page in pages)) if "your-card" in one] == []
    assert {mail.to for mail in world.ses.sent} == {typed}  # where it goes is as typed


def test_a_form_costs_one_write_whoever_has_signed_and_however_it_is_spelled(world: World) -> None:
    world.sign(email="warm@example.org")  # what is read once is read now

    def calls(email: str) -> dict[str, int]:
        with world.counting() as counted:
            assert world.sign(email=email).status == 201
        return dict(counted)

    world.sign_and_confirm(email="confirmed@example.org")
    world.later(seconds=1)
    world.sign(email="confirmed@example.org")  # which requests the email that says so, once a day
    world.sign(email="pending@example.org")
    world.drain()
    for number in range(3):
        for name in ("new", "pending", "confirmed"):
            email = f"{name}{number}@example.org" if name == "new" else f"{name}+{number}@example.org"
            assert calls(email) == {"UpdateItem": 1}, email
        world.drain()


def test_a_record_that_comes_twice_restarts_the_emails_once(world: World) -> None:
    world.sign(email="ana+old@example.org")
    world.drain()
    world.later(minutes=1)
    world.sign(email="ana@example.org", given_name="Anahí")
    records = world.new_records()
    world.app.project({"Records": records}, None)
    world.drain()
    assert [mail.to for mail in world.ses.sent] == ["ana+old@example.org", "ana@example.org"]
    world.later(minutes=1)
    before = world.signatures()
    world.app.project({"Records": records}, None)
    world.drain()
    assert world.signatures() == before
    assert len(world.ses.sent) == 2


def test_who_confirms_before_the_emails_are_restarted_has_confirmed(world: World) -> None:
    world.sign(email="ana+old@example.org")
    world.drain()
    world.sign(email="ana@example.org")
    world.sign(email="ana+old@example.org")
    world.post_form(world.ses.sent[0].link("confirm"), {})
    world.drain()
    assert [item["state"]["S"] for item in world.signatures()] == ["confirmed"]
    assert kinds(world) == ["confirmation", "thanks"]


def test_complaint_silences_every_spelling(world: World) -> None:
    world.sign(email="victim+a@example.org")
    world.drain()
    recipients = [{"emailAddress": "victim+a@example.org"}]
    world.deliver_ses_event({"eventType": "Complaint", "mail": {}, "complaint": {"complainedRecipients": recipients}})
    world.publish("other")
    world.sign("other", email="victim@example.org")
    world.drain()
    assert len(world.ses.sent) == 1


def test_stranger_cannot_use_up_the_confirmations_of_another(world: World) -> None:
    for number in range(4):
        world.sign(email=f"victim+junk{number}@example.org")
        world.drain()
        world.later(minutes=11)
    world.sign(email="victim@example.org")
    world.drain()
    assert world.ses.sent[-1].to == "victim@example.org"
    assert len(world.ses.sent) == 5
    world.sign(email="victim+x@example.org")
    world.drain()
    assert len(world.ses.sent) == 5  # five a day for all spellings


def test_address_that_cannot_be_read_does_not_stop_the_others_of_an_event(world: World) -> None:
    world.sign()
    world.drain()
    recipients = [{"emailAddress": "x@-ü-.org"}, {"emailAddress": "ana@example.org"}]
    world.deliver_ses_event(
        {"eventType": "Bounce", "mail": {}, "bounce": {"bounceType": "Permanent", "bouncedRecipients": recipients}}
    )
    world.later(minutes=11)
    world.sign()
    world.drain()
    assert len(world.ses.sent) == 1


# --- a click confirms what was mailed, nothing else


def test_click_does_not_confirm_what_a_stranger_typed_after_the_mail(world: World) -> None:
    world.sign(given_name="Ana")
    world.drain()
    link = world.ses.sent[0].link("confirm")
    world.sign(given_name="Mallory", consents=["wbw"])
    page = world.get(link, **PAGE)
    assert page.status == 200
    assert "Mallory" in page.text
    assert "data-press" not in page.text.partition("</form>")[0]
    pressed = world.post_form(link, {})
    assert pressed.status == 409
    assert "Mallory" in pressed.text
    assert world.signatures()[0]["state"]["S"] == "pending"
    action = pressed.text.partition('action="https://api.example')[2].partition('"')[0]
    assert world.post_form(action, {}).status == 200  # read, and meant
    assert world.signatures()[0]["state"]["S"] == "confirmed"


def test_sending_the_same_form_twice_leaves_the_mailed_link_good(world: World) -> None:
    for _ in range(2):
        world.sign(given_name="Ana", consents=["wbw", "cidydh"])
    world.drain()
    world.sign(given_name="Ana", consents=["cidydh", "wbw"], source="elsewhere", lang="es")
    link = world.ses.sent[0].link("confirm")
    assert "data-press" in world.get(link, **PAGE).text
    assert world.post_form(link, {}).status == 200


def test_old_link_does_not_confirm_what_was_signed_anew_after_a_withdrawal(world: World) -> None:
    world.sign()
    world.drain()
    mail = world.ses.sent[0]
    world.post_form(mail.link("withdraw"), {})
    world.later(days=1)
    world.sign(given_name="Mallory")
    assert world.post_form(mail.link("confirm"), {}).status == 410
    assert world.signatures()[0]["state"]["S"] == "pending"


def test_stale_correction_does_not_bring_withdrawn_data_back(
    real_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = real_world
    world.sign_and_confirm(given_name="Old")
    link, withdraw = world.ses.sent[-1].link("manage"), world.ses.sent[0].link("withdraw")
    from chalicelib.storage.signatures.signatures import Signatures

    real = Signatures.correct

    def late(self: Signatures, *args: Any, **options: Any) -> None:
        monkeypatch.setattr(Signatures, "correct", real)
        world.post_form(withdraw, {})
        world.sign(given_name="New")
        real(self, *args, **options)

    monkeypatch.setattr(Signatures, "correct", late)
    world.post_form(link, {"do": "save", "given_name": "Old", "family_name": "Older", "country": "PE"})
    assert "Older" not in str(world.signatures())


# --- SES


@pytest.mark.parametrize("error", [ReadTimeoutError(endpoint_url="x")])
def test_mails_that_perhaps_arrived_count_for_the_cap(world: World, error: Exception) -> None:
    def no_answer() -> None:
        raise error

    world.ses.before_answer = no_answer
    world.sign()
    for _ in range(12):
        world.drain()
        world.later(minutes=6)
    assert len(world.ses.sent) == 5


@pytest.mark.parametrize(
    "refusal",
    [
        lambda: ConnectTimeoutError(endpoint_url="x"),
        lambda: ClientError(
            {"Error": {"Code": "MessageRejected", "Message": "Email address is not verified. a@b.org"}}, "SendEmail"
        ),
    ],
)
def test_what_passes_by_itself_is_tried_again_for_free(world: World, refusal: Callable[[], Exception]) -> None:
    def refuse() -> None:
        world.ses.sent.pop()
        raise refusal()

    world.ses.before_answer = refuse
    world.sign()
    for _ in range(8):
        world.drain()
        world.later(minutes=6)
    world.ses.before_answer = lambda: None
    world.drain()
    assert kinds(world) == ["confirmation"]


def test_redriven_dead_letter_is_sent(world: World) -> None:
    world.ses.refuses = "MessageRejected"
    world.sign()
    world.drain()
    (letter,) = world.dead_letters()
    world.ses.refuses = ""
    from json import dumps

    message = {"MessageId": "m", "ReceiptHandle": "r", "Body": dumps(letter), "MD5OfBody": ""}
    assert world.app.mail(queue_event([message], "arn"), None) == {"batchItemFailures": []}
    assert kinds(world) == ["confirmation"]


# --- the stream


def test_record_that_cannot_be_read_is_told_and_does_not_hold_up_the_others(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    world.publish(confirmation="single")
    world.sign()
    (good,) = world.new_records()
    bad = {"dynamodb": {"Keys": good["dynamodb"]["Keys"], "SequenceNumber": "1", "NewImage": {"pk": {"S": "peru#1"}}}}
    empty = {"dynamodb": {"Keys": good["dynamodb"]["Keys"], "SequenceNumber": "2"}}
    world.app.project({"Records": [bad, empty, good]}, None)
    assert world.counts()["signatures"]["confirmed"] == 1
    assert capfd.readouterr().err.count('"unreadable_record": 1') == 2


def test_fingerprint_names_what_was_typed_and_nothing_else() -> None:
    one = a_signature(answers={"given_name": "Ana"}, consents=("a", "b"))
    same = a_signature(answers={"given_name": "Ana"}, consents=("b", "a"), source="x", language="es")
    others = [
        a_signature(answers={"given_name": "Ana"}, consents=("a",)),
        a_signature(answers={"given_name": "Anna"}, consents=("a", "b")),
        a_signature(answers={"given_name": "Ana"}, consents=("a", "b"), public=True),
        a_signature(answers={"given_name": "Ana"}, consents=("a", "b"), email="ana+x@example.org"),
    ]
    prints = [each.fingerprinted(b"p").fingerprint for each in (one, same, *others)]
    assert prints[0] == prints[1]
    assert len(set(prints)) == 5
    assert one.fingerprinted(b"q").fingerprint != prints[0]
