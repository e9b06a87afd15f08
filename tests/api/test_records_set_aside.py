"""One change that cannot be counted holds nobody up; nothing is counted twice or lost for good, and the runbook's way out is played."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.errors import Unavailable
from chalicelib.services.counting.tally_projector import Difference
from chalicelib.storage.counting.tallies import Tallies
from chalicelib.storage.dynamodb.table import WriteRefused
from chalicelib.wiring import wiring
from local.functions import stream_poller
from local.functions.invocation import Lambda
from local.functions.stream_poller import StreamPoller

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.kit.world import World

# Readable, but in UTC there is no such year: it cannot be counted.
NEVER = {"confirmed_at": {"S": "0001-01-01T00:00:00+14:00"}, "source": {"S": "by-hand"}}
METRIC = '"unreadable_record": 1'


@pytest.fixture
def one(real_world: World) -> World:
    real_world.publish("one", buckets=1, confirmation="single")
    return real_world


def edit(world: World, email: str, **values: Any) -> None:
    """Somebody edits a signature by hand, in the console."""
    item = next(item for item in world.signatures() if item.get("email", {}).get("S") == email)
    key = {name: item[name] for name in ("pk", "sk")}
    world.session.client("dynamodb").update_item(
        TableName=world.resources.signatures_table,
        Key=key,
        UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in values),
        ExpressionAttributeNames={f"#{name}": name for name in values},
        ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
    )


def edit_tally(world: World, campaign: str, counter: str, value: str) -> None:
    wiring().registry.update(f"campaign#{campaign}", "tally#00", "SET #c = :v", values={":v": value},
                             aliases={"#c": counter})  # fmt: skip
    world.cold_start()


def confirmed(world: World) -> int:
    found: int = world.counts("one")["signatures"]["confirmed"]
    return found


def jobs(world: World) -> set[str]:
    """The signatures with a job in the mail queue."""
    found: set[str] = set()
    while messages := world.take_jobs():
        found |= {json.loads(message["Body"])["signature"] for message in messages}
    return found


def ids(world: World) -> dict[str, str]:
    return {item["email"]["S"].partition("@")[0]: item["sk"]["S"] for item in world.signatures() if "email" in item}


def test_a_change_that_cannot_be_counted_is_set_aside_and_everybody_around_it_counts(
    one: World, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("ana", "ben", "bad"):
        one.sign("one", email=f"{name}@example.org")
    edit(one, "bad@example.org", **NEVER)
    one.sign("one", email="eva@example.org")
    one.sign("peru", email="other@example.org")
    records = one.new_records()
    assert one.app.project({"Records": records}, None) == {"batchItemFailures": []}
    err = capfd.readouterr().err
    assert err.count(METRIC) == 1
    line = next(json.loads(line) for line in err.splitlines() if "could not be counted" in line)
    assert (line["campaign"], line["bucket"], line["signature"]) == ("one", 0, ids(one)["bad"])
    assert confirmed(one) == 4, "the change before the edit counts, too"
    assert jobs(one) == set(ids(one).values())
    for size in (1, 3, 100):  # redelivered, in other sizes
        for start in range(0, len(records), size):
            one.app.project({"Records": records[start : start + size]}, None)
    assert confirmed(one) == 4
    assert one.counts("peru")["signatures"]["pending"] == 1
    (difference,) = wiring().tally_projector.verify("one")
    assert difference.missing == {"source:by-hand": 1}


def test_what_was_put_right_by_hand_is_repaired_and_keeps_what_only_the_stream_saw(
    one: World, capfd: pytest.CaptureFixture[str]
) -> None:
    one.sign("one", email="ana@example.org", source="herald")
    one.sign("one", email="gone@example.org")
    one.run_projector()
    withdrawn = ids(one)["gone"]
    assert one.admin("DELETE", f"/admin/campaigns/one/signatures/{withdrawn}").status == 200
    edit(one, "ana@example.org", consents={"N": "5"})  # no list: it cannot be read
    edit(one, "ana@example.org", consents={"L": [{"S": "wbw"}]})  # right again, but a record is a snapshot
    one.sign("one", email="ben@example.org")
    one.run_projector()
    err = capfd.readouterr().err
    assert err.count(METRIC) == 2
    assert [json.loads(line)["signature"] for line in err.splitlines() if "unreadable stream" in line] == [
        ids(one)["ana"]
    ] * 2
    assert wiring().tally_projector.verify("one") == [Difference("one", 0, {"sponsor:wbw": 1})]
    assert wiring().tally_projector.repair("one") == [Difference("one", 0, {"sponsor:wbw": 1})]
    assert wiring().tally_projector.verify("one") == []
    counts = one.counts("one")
    assert counts["by"]["sponsor"] == {"wbw": 1}
    assert counts["signatures"] == {"pending": 0, "confirmed": 2, "withdrawn": 1, "expired": 0, "external": 0}
    one.sign("one", email="eva@example.org")
    one.run_projector()
    assert confirmed(one) == 3


def test_a_tally_that_was_edited_by_hand_holds_up_no_other_and_no_email_and_repair_mends_it(
    one: World, capfd: pytest.CaptureFixture[str]
) -> None:
    one.sign("one", email="ana@example.org")
    one.run_projector()
    jobs(one)
    edit_tally(one, "one", "state:confirmed", "many")
    one.sign("one", email="ben@example.org")
    one.sign("one", email="eva@example.org")
    one.sign("peru", email="other@example.org")
    records = one.new_records()
    one.app.project({"Records": records}, None)
    assert capfd.readouterr().err.count(METRIC) == 2
    assert jobs(one) == {found for name, found in ids(one).items() if name != "ana"}
    assert one.counts("peru")["signatures"]["pending"] == 1
    assert one.get("/campaigns/one/count").json["count"] == 0, "what is no number is not counted, and breaks no page"
    (difference,) = wiring().tally_projector.verify("one")
    assert difference.missing["state:confirmed"] == 3
    assert wiring().tally_projector.repair("one") == [difference]
    assert (confirmed(one), wiring().tally_projector.verify("one")) == (3, [])
    one.app.project({"Records": records}, None)
    assert confirmed(one) == 3, "what was set aside is not counted on top of the repair when it is delivered again"
    one.sign("one", email="dan@example.org")
    one.run_projector()
    assert confirmed(one) == 4


def test_a_tally_that_takes_no_write_at_all_holds_up_nobody(one: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise WriteRefused

    one.sign("one", email="ana@example.org")
    with monkeypatch.context() as broken:
        broken.setattr(Tallies, "_add", refuse)
        one.run_projector()
    assert jobs(one) == {ids(one)["ana"]}
    wiring().tally_projector.repair("one")
    assert confirmed(one) == 1


def test_an_email_that_cannot_be_told_is_set_aside_and_its_signature_counts(
    one: World, capfd: pytest.CaptureFixture[str]
) -> None:
    one.sign("peru", email="bad@example.org")
    one.drain()
    # Without its time zone it cannot be compared with the other moments.
    edit(one, "bad@example.org", asked_at={"S": "2026-11-23T15:00:00"}, country={"S": "US"})
    one.sign("one", email="ana@example.org")
    capfd.readouterr()
    one.run_projector()
    assert capfd.readouterr().err.count(METRIC) == 1
    assert jobs(one) == {ids(one)["ana"]}
    assert one.counts("peru")["signatures"]["pending"] == 1


def test_a_key_that_is_none_of_ours_is_not_logged_and_holds_up_nobody(
    one: World, capfd: pytest.CaptureFixture[str]
) -> None:
    one.sign("one", email="ana@example.org")
    (good,) = one.new_records()
    for number, pk in enumerate(("ana@example.org#0", "one", 'one"#0')):
        key = {"pk": {"S": pk}, "sk": {"S": "ana@example.org"}}
        image = {**good["dynamodb"]["NewImage"], **key}
        odd = {"dynamodb": {"Keys": key, "SequenceNumber": f"{number + 1}", "NewImage": image}}
        one.app.project({"Records": [odd, good]}, None)
    err = capfd.readouterr().err
    assert err.count(METRIC) == 3
    assert "ana@example.org" not in err
    assert confirmed(one) == 1


@pytest.mark.parametrize("failure", [Unavailable(), RuntimeError("access denied")])
def test_what_is_no_fault_of_the_record_gives_the_batch_back(
    one: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], failure: Exception
) -> None:
    """In the midst of going record by record, too: nothing is set aside that only has to wait."""
    for name in ("ana", "bad", "eva"):
        one.sign("one", email=f"{name}@example.org")
    edit(one, "bad@example.org", **NEVER)
    records, apply, calls = one.new_records(), Tallies.apply, []

    def apply_once(self: Tallies, campaign: str, bucket: int, changes: Sequence[Any]) -> None:
        calls.append(len(changes))
        if len(calls) == 3:
            raise failure
        apply(self, campaign, bucket, changes)

    with monkeypatch.context() as patched:
        patched.setattr(Tallies, "apply", apply_once)
        with pytest.raises(type(failure)):
            one.app.project({"Records": records}, None)
    assert calls == [4, 1, 1]
    assert METRIC not in capfd.readouterr().err
    assert jobs(one) == set()
    one.app.project({"Records": records}, None)
    assert confirmed(one) == 3
    assert jobs(one) == set(ids(one).values())


def test_the_runbook_leads_out_of_a_stream_that_failed_for_too_long(
    one: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ProjectorDeadLettersAlarm, step by step: which signatures, while they can be read, then verify, repair and sweep."""
    monkeypatch.setattr(stream_poller, "MAX_WAIT_SECONDS", 0.001)
    poller = StreamPoller(one.session, one.resources, Lambda("project", one.app.project), set())
    poller.start_at_latest()

    def denied(*_: object) -> None:
        raise RuntimeError("the role lost a permission")

    with monkeypatch.context() as broken:
        broken.setattr(Tallies, "apply", denied)
        for name in ("ana", "ben"):
            one.sign("one", email=f"{name}@example.org")
        poller.step()
    # 1. The cause is gone; what comes now is counted.
    one.sign("one", email="eva@example.org")
    poller.step()
    assert (confirmed(one), jobs(one)) == (1, {ids(one)["eva"]})
    # 2. The messages say where in the stream, and the stream says which signatures.
    assert sorted(_set_aside(one)) == sorted(ids(one)[name] for name in ("ana", "ben"))
    # 3. The counts and the emails follow from the signatures.
    assert wiring().tally_projector.verify("one")[0].missing["state:confirmed"] == 2
    wiring().tally_projector.repair("one")
    assert (confirmed(one), wiring().tally_projector.verify("one")) == (3, [])
    one.later(hours=2)
    wiring().mail_reconciliation.queue_owed()
    assert jobs(one) == set(ids(one).values())
    one.sign("one", email="dan@example.org")
    poller.step()
    assert confirmed(one) == 4


def _set_aside(world: World) -> list[str]:
    """The runbook's commands: `sqs receive-message`, `get-shard-iterator`, `get-records`."""
    sqs, streams = world.session.client("sqs"), world._streams()
    url, found = world.resources.projector_dead_letters_url, []
    for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]:
        info = json.loads(message["Body"])["DDBStreamBatchInfo"]
        iterator = streams.get_shard_iterator(
            StreamArn=info["streamArn"],
            ShardId=info["shardId"],
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=info["startSequenceNumber"],
        )["ShardIterator"]
        records = streams.get_records(ShardIterator=iterator, Limit=info["batchSize"])["Records"]
        found += [record["dynamodb"]["Keys"]["sk"]["S"] for record in records]
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found
