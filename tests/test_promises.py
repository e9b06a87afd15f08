"""The ten promises of Undersigned, each with tests that can fail. On the real engine where moto would lie."""

from __future__ import annotations

import json
import random
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from chalicelib.domain.access.signed_links import Purpose
from chalicelib.domain.signatures.signature import SignatureKey
from chalicelib.wiring import wiring
from local.functions.events import queue_event
from tests.kit.factories import a_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kit.world import World

PATH = "/campaigns/peru/signatures"
SPELLINGS = ["ana@gmail.com", "A.n.a@gmail.com", "ana+peru@googlemail.com", "ANA@GMAIL.COM"]


def at_once(work: Callable[[int], int], times: int, workers: int = 16) -> list[int]:
    """Results of `times` calls from 16 threads that start together."""
    barrier = threading.Barrier(workers)

    def run(number: int) -> int:
        if number < workers:
            barrier.wait(30)
        return work(number)

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, range(times)))


def warm(world: World) -> None:
    """Collaborators are built lazily and unlocked, as on Lambda; threads of a test must not build them twice."""
    world.sign(email="warm@example.org", country="nope")
    built = (wiring().mail_queue, wiring().secrets)
    assert all(built)


def _refused(code: str, status: int = 400) -> ClientError:
    response: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "UpdateItem")


# --- 1


def test_promise_1_sixteen_threads_with_one_address_make_one_signature(real_world: World) -> None:
    world = real_world
    warm(world)
    statuses = at_once(lambda n: world.sign(email=SPELLINGS[n % 4], given_name=f"Ana {n}").status, 64)
    assert set(statuses) == {201}
    assert len(world.signatures()) == 1
    world.drain()
    assert len(world.ses.sent) == 1
    assert world.counts()["signatures"]["pending"] == 1


def test_promise_1_sixteen_threads_on_a_thousand_addresses_lose_none(real_world: World) -> None:
    world = real_world
    warm(world)
    world.publish(confirmation="single")
    statuses = at_once(lambda n: world.sign(email=f"s{n}@example.org").status, 1000)
    assert Counter(statuses) == {201: 1000}
    assert len(world.signatures()) == 1000
    world.run_projector()
    assert world.counts()["signatures"]["confirmed"] == 1000
    assert wiring().tally_projector.verify() == []


def test_promise_1_a_confirmed_signature_is_never_changed_by_a_form(real_world: World) -> None:
    world = real_world
    world.sign_and_confirm()
    (before,) = world.signatures()
    world.sign(given_name="Mallory", comment="changed", email="ANA+x@example.org")
    (after,) = world.signatures()
    after.pop("stands_asked_at")
    assert after.pop("request") != before.pop("request"), "the note is owed to this request, and its logs say so"
    assert after == before


# --- 2


@pytest.mark.parametrize(
    "failure",
    [
        _refused("ProvisionedThroughputExceededException"),
        _refused("ThrottlingException"),
        _refused("TransactionConflictException"),
        _refused("InternalServerError"),
        _refused("Odd", 500),
        ConnectTimeoutError(endpoint_url="x"),
        ReadTimeoutError(endpoint_url="x"),
    ],
    ids=["provisioned", "throttled", "conflict", "internal", "odd-500", "no-connection", "no-answer"],
)
def test_promise_2_a_busy_store_is_told_and_nothing_is_half_done(world: World, failure: Exception) -> None:
    world.sign(email="other@example.org")

    def fail(**_: Any) -> None:
        raise failure

    client = wiring().dynamodb
    client.meta.events.register_first("before-call.dynamodb.UpdateItem", fail, unique_id="fail")
    for reply in (world.sign(), world.post_form(PATH, a_form(), accept="*/*")):
        assert reply.status == 503
        assert int(reply.headers["retry-after"]) > 0
        assert reply.json["code"] == "unavailable"
    client.meta.events.unregister("before-call.dynamodb.UpdateItem", unique_id="fail")
    assert len(world.signatures()) == 1
    assert world.sign().status == 201
    assert len(world.signatures()) == 2


def test_promise_2_whoever_got_a_2xx_is_in_the_table(real_world: World) -> None:
    world = real_world
    warm(world)
    dice = random.Random(7)  # noqa: S311 - faults, not secrets

    def sometimes(**_: Any) -> None:
        if dice.random() < 0.3:
            raise _refused("ThrottlingException")

    wiring().dynamodb.meta.events.register_first("before-call.dynamodb.UpdateItem", sometimes)
    statuses = at_once(lambda n: world.sign(email=f"s{n}@example.org").status, 200)
    assert set(statuses) == {201, 503}
    signed = {item["email"]["S"] for item in world.signatures()}
    assert signed == {f"s{n}@example.org" for n, status in enumerate(statuses) if status == 201}


# --- 3


def test_promise_3_tally_survives_redelivery_rebatching_and_crashes(real_world: World) -> None:
    world = real_world
    dice = random.Random(11)  # noqa: S311
    world.publish(confirmation="single", buckets=4)
    for number in range(60):
        world.sign(email=f"s{number}@example.org", country=dice.choice(["PE", "US"]), consents=["wbw"][: number % 2])
    links = wiring().link_maker
    for number, item in enumerate(world.signatures()):
        if number % 5 == 0:
            found = wiring().signatures.find(SignatureKey.locate("peru", 4, item["sk"]["S"]))
            assert found
            path = links.url_for(Purpose.WITHDRAW, found, base_url="", language="en")
            assert world.post_form(path, {}).status == 200
    records, done = world.new_records(), 0
    calls = [0]

    def crash(**_: Any) -> None:
        calls[0] += 1
        if calls[0] % 7 == 0:
            raise ConnectTimeoutError(endpoint_url="x")

    wiring().dynamodb.meta.events.register_first("before-call.dynamodb.UpdateItem", crash)
    while done < len(records):
        start, end = max(0, done - dice.randint(0, 9)), min(len(records), done + dice.randint(1, 12))
        try:
            world.app.project({"Records": records[start:end]}, None)
        except Exception:  # noqa: BLE001, S112 - Lambda brings the batch again
            continue
        done = end
    wiring().dynamodb.meta.events.unregister("before-call.dynamodb.UpdateItem", crash)
    assert wiring().tally_projector.verify() == []
    assert world.counts()["signatures"] == {"pending": 0, "confirmed": 48, "withdrawn": 12, "expired": 0, "external": 0}


def test_promise_3_a_wrong_tally_is_found_and_repaired(real_world: World) -> None:
    world = real_world
    world.publish(confirmation="single")
    for number in range(12):
        world.sign(email=f"s{number}@example.org")
    world.run_projector()
    pk, sk = "campaign#peru", "tally#01"
    wiring().registry.update(pk, sk, "ADD #n :n", values={":n": 5}, aliases={"#n": "country:PE"})
    (difference,) = wiring().tally_projector.verify()
    assert (difference.bucket, difference.missing) == (1, {"country:PE": -5})
    assert wiring().tally_projector.repair("peru") == [difference]
    assert wiring().tally_projector.verify() == []
    world.sign(email="after@example.org")
    world.run_projector()
    assert world.counts()["signatures"]["confirmed"] == 13
    assert wiring().tally_projector.verify() == []


def test_promise_3_daily_round_reports_a_difference_as_a_metric(
    real_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = real_world
    wiring().registry.update(
        "campaign#peru", "tally#02", "ADD #n :n", values={":n": 1}, aliases={"#n": "state:pending"}
    )
    lines: list[tuple[str, Any]] = []
    monkeypatch.setattr("chalicelib.log.metric", lambda name, value, **_: lines.append((name, value)))
    world.app.scheduled({"detail": {}, "detail-type": "", "source": "", "time": "", "id": "", "region": "", "account": "",
                     "version": "", "resources": []}, _Context())  # fmt: skip
    assert lines == [("tally_difference", 1), ("scheduled_round_complete", 1)]


class _Context:
    def get_remaining_time_in_millis(self) -> int:
        return 900_000


def test_promise_3_expired_signatures_leave_the_tally(real_world: World) -> None:
    world = real_world
    world.sign()
    world.drain()
    (item,) = world.signatures()
    client = wiring().dynamodb
    client.delete_item(TableName=world.resources.signatures_table, Key={"pk": item["pk"], "sk": item["sk"]})
    world.drain()
    assert world.counts()["signatures"] == {"pending": 0, "confirmed": 0, "withdrawn": 0, "expired": 1, "external": 0}


# --- 4


def test_promise_4_a_mail_is_sent_though_ses_refused_for_a_while(real_world: World) -> None:
    world = real_world
    for number in range(12):
        world.sign(email=f"s{number}@example.org")
    world.ses.refuses = "TooManyRequestsException"
    for _ in range(3):
        world.drain()
        world.later(minutes=5)
    world.ses.refuses = ""
    world.drain()
    assert sorted(mail.to for mail in world.ses.sent) == sorted(f"s{n}@example.org" for n in range(12))


def test_promise_4_worker_killed_before_sending_only_delays(real_world: World) -> None:
    world = real_world
    world.sign()
    world.run_projector()
    (job,) = world.take_jobs()
    wiring().mail_marks.lease(
        SignatureKey.locate("peru", 4, json.loads(job["Body"])["signature"]), now=world.now
    )  # and here it dies
    world.later(seconds=180)  # the visibility timeout brings the message back
    world.app.mail(queue_event([job], "arn"), None)
    assert len(world.ses.sent) == 1


def test_promise_4_worker_killed_between_sending_and_marking_doubles_one_mail(
    real_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = real_world
    world.sign()
    world.run_projector()
    (job,) = world.take_jobs()

    def die(*_: Any, **__: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("chalicelib.storage.signatures.mail_marks.MailMarks.mark_sent", die)
        with pytest.raises(SystemExit):
            world.app.mail(queue_event([job], "arn"), None)
    world.later(seconds=180)
    for _ in range(3):
        world.app.mail(queue_event([job], "arn"), None)
    assert len(world.ses.sent) == 2
    assert world.signatures()[0]["sends"]["N"] == "1"


def test_promise_4_a_lost_queue_is_made_good_by_the_sweep(real_world: World) -> None:
    world = real_world
    for number in range(12):
        world.sign(email=f"s{number}@example.org")
    world.run_projector()
    while world.take_jobs():
        pass
    world.later(hours=1)
    assert wiring().mail_reconciliation.queue_owed() == 12
    world.drain()
    assert len(world.ses.sent) == 12


# --- 5


@pytest.mark.parametrize("confirmation", ["double", "single"])
def test_promise_5_answers_are_the_same_whether_an_address_signed_or_not(world: World, confirmation: str) -> None:
    world.publish(confirmation=confirmation)
    first = world.sign()
    world.drain()
    if confirmation == "double":
        world.post_form(world.ses.sent[0].link("confirm"), {})
    world.drain()
    world.later(minutes=1)
    fresh, repeat = world.sign(email="new@example.org"), world.sign()
    assert (first.status, fresh.status) == (repeat.status, repeat.status)
    assert fresh.text == repeat.text
    assert fresh.headers.keys() == repeat.headers.keys()
    form, again = (world.post_form(PATH, a_form(email=e)) for e in ("x@example.org", "ana@example.org"))
    assert (form.status, form.headers["location"], form.text) == (again.status, again.headers["location"], again.text)


def test_promise_5_a_repeat_does_the_same_work_as_a_first_signature(world: World) -> None:
    world.sign(email="warm@example.org")
    work = []
    for _ in range(2):
        with world.counting() as calls:
            world.sign()
        work.append(dict(calls))
    assert work == [{"UpdateItem": 1}, {"UpdateItem": 1}]


# --- 6


def test_promise_6_get_changes_nothing(world: World) -> None:
    world.sign_and_confirm()
    mails = world.ses.sent
    world.sign(email="bo@example.org")
    world.drain()
    links = {mail.link(purpose) for mail, purpose in [(mails[0], "confirm"), (mails[0], "withdraw"), (mails[0], "unsubscribe"),
                                                      (mails[1], "manage"), (mails[2], "confirm"), (mails[2], "withdraw")]}  # fmt: skip
    before = (world.signatures(), world.items(world.resources.registry_table))
    for path in [
        *links,
        "/sign/peru",
        "/sign/peru/thanks",
        "/campaigns/peru",
        "/campaigns/peru/count",
        "/admin/campaigns",
    ]:
        for accept in ("text/html", "*/*"):
            assert world.admin("GET", path, accept=accept).status == 200, path
    assert (world.signatures(), world.items(world.resources.registry_table)) == before


# --- 7


def test_promise_7_no_personal_data_outside_the_signatures_table(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    secret_words = ["ana.quispe", "Quispe", "Anahí", "my comment", "+51"]
    world.publish(fields=[{"name": n} for n in ("given_name", "family_name", "comment", "phone")])
    facts = {"email": "ana.quispe@example.org", "given_name": "Anahí", "comment": "my comment", "phone": "+51 99"}
    world.sign(**facts)
    world.run_projector()
    jobs = world.take_jobs()
    world.ses.refuses = "MessageRejected"
    world.app.mail(queue_event(jobs, "arn"), None)
    world.ses.refuses = "Throttling"
    world.sign(email="x" * 300, given_name="Anahí")
    world.sign(**{**facts, "given_name": "=Anahí"})
    broken = world.post_json("/campaigns/nope/signatures", a_form(**facts))
    everything = str([jobs, world.dead_letters(), world.items(world.resources.registry_table), broken.text])
    out, err = capfd.readouterr()
    everything += out + err
    assert "mail refused permanently" in err
    for word in secret_words:
        assert word not in everything
    for mail in world.ses.sent:
        for url in re.findall(r"https?://\S+", mail.text):
            assert "@" not in url
            assert "quispe" not in url.lower()


def test_promise_7_an_unforeseen_error_quotes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ValueError("Quispe ana@example.org")

    monkeypatch.setattr("chalicelib.services.signatures.signing.Signing.sign", broken)
    reply = world.sign()
    assert (reply.status, reply.json["code"]) == (500, "internal")
    _, err = capfd.readouterr()
    assert "Quispe" not in reply.text + err
    assert json.loads(err.splitlines()[-1])["error"] == "ValueError"


# --- 8


def test_promise_8_nothing_of_the_person_is_left_after_withdrawal(real_world: World) -> None:
    world = real_world
    world.sign_and_confirm(comment="private words", organization="Unión", source="fb", consents=["wbw"],
                           referrer="https://ref.example/", utm_medium="mail", **{"custom.chapter": "Lima"})  # fmt: skip
    world.post_form(world.ses.sent[-1].link("manage"), {"do": "withdraw-now"})
    world.drain()
    (stub,) = world.signatures()
    kept = {"pk", "sk", "state", "signed_at", "withdrawn_at", "withdrawn_by", "changed_at", "expires_at"}
    assert set(stub) == {*kept, "left_sponsors", "left_states", "round"}
    assert stub["round"] == {"N": "1"}
    assert stub["left_states"] == {"M": {"confirmed": stub["withdrawn_at"]}}
    assert stub["left_sponsors"] == {"M": {"wbw": stub["withdrawn_at"]}}
    days = int(stub["expires_at"]["N"]) - int(world.now.timestamp())
    assert days == 30 * 86_400
    left = str(world.items(world.resources.registry_table)) + str(stub)
    for word in ("ana@example.org", "Quispe", "private words", "Unión", "ref.example"):
        assert word not in left
    counts = world.counts()
    assert counts["signatures"] == {"pending": 0, "confirmed": 0, "withdrawn": 1, "expired": 0, "external": 0}
    assert not any(counts["by"].values())


# --- one write: calls and units


def test_one_write_signs_when_the_campaign_is_cached_two_calls_when_not(real_world: World) -> None:
    world = real_world
    warm(world)
    with world.counting() as calls:
        world.sign()
    assert calls == {"UpdateItem": 1}
    (write,) = world.units
    assert write["capacity"]["CapacityUnits"] <= 2
    world.later(seconds=31)
    with world.counting() as calls:
        world.sign(email="b@example.org")
    assert calls == {"Query": 1, "UpdateItem": 1}


def test_a_repeat_is_one_write_and_one_more_when_a_note_is_due(real_world: World) -> None:
    world = real_world
    world.sign_and_confirm()
    world.later(seconds=1)
    work = []
    for _ in range(3):
        with world.counting() as calls:
            world.sign()
        work.append(dict(calls))
    assert work == [{"UpdateItem": 2}, {"UpdateItem": 1}, {"UpdateItem": 1}]


def units(world: World) -> float:
    return float(sum(one["capacity"]["CapacityUnits"] for one in world.units))


def test_a_confirmation_is_one_write_a_count_one_more_and_a_mail_four_to_six(real_world: World) -> None:
    world = real_world
    warm(world)
    world.sign()
    with world.counting() as calls:
        world.run_projector()
    assert calls == {"UpdateItem": 1, "SendMessageBatch": 1}
    with world.counting() as calls:
        world.run_mailer()
    # The switch for all mail, once in 30 s; lease, network, domain, campaign, address, mark.
    assert calls == {"GetItem": 1, "UpdateItem": 6}
    assert units(world) == 7
    for number in range(10):
        world.sign(email=f"n{number}@gmail.com")
    world.run_projector()
    with world.counting() as calls:
        world.run_mailer()
    # No counter for a great provider's domain, and the campaign's only now and then.
    assert calls == {"UpdateItem": 40}
    assert units(world) == 40
    link = world.ses.sent[0].link("confirm")
    with world.counting() as calls:
        world.post_form(link, {})
    assert calls == {"UpdateItem": 1}


def test_a_batch_of_one_bucket_is_one_write_to_its_tally(real_world: World) -> None:
    world = real_world
    world.publish("one", buckets=1, confirmation="single")
    for number in range(50):
        world.sign("one", email=f"s{number}@example.org")
    with world.counting() as calls:
        world.run_projector()
    assert calls == {"UpdateItem": 1, "SendMessageBatch": 5}
