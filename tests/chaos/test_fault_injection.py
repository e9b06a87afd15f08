"""The tools that break: a plan is the seed's, faults are what they say, the stream keeps its order, kills leave nothing behind."""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
import time
from textwrap import dedent
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from chalicelib.domain.addresses.email_addresses import canonical
from chaos.faults.fault_proxy import FaultLog, Proxy
from chaos.faults.service_faults import FAULTS, Dice, Fault
from chaos.plan import ENGINE, plan_for
from chaos.stack.fake_ses import owner_of
from chaos.stack.processes import ForkServer, Process
from chaos.stack.supervisor import Supervisor
from chaos.workers.projector import cut, shuffled
from local.http.messages import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.http.messages import Request


def test_a_seed_always_gives_the_same_plan_and_another_seed_another() -> None:
    first, again, other = (plan_for(seed=seed, seconds=30, signers=40) for seed in (1, 1, 2))
    assert first == again != other
    assert {kill.process for kill in first.kills} > {ENGINE}
    assert all(kill.at < 30 for kill in first.kills)


def test_spellings_of_one_person_are_one_address_and_of_two_persons_two() -> None:
    people = plan_for(seed=1, seconds=1, signers=300).people
    assert len({canonical(person.spellings[0]) for person in people}) == 300
    assert all(len({canonical(spelling) for spelling in person.spellings}) == 1 for person in people)
    assert {len(person.spellings) for person in people} == {1, 3}
    assert all({owner_of(spelling) for spelling in person.spellings} == {person.name.lower()} for person in people)


def test_dice_fall_the_same_for_a_seed_and_every_fault_comes_up_within_its_bound() -> None:
    def rolls(seed: str) -> list[str]:
        dice = Dice(seed, "tables", 0.5)
        assert dice.roll() is None  # calm until told otherwise
        dice.is_calm = False
        return [fault.name if (fault := dice.roll()) else "" for _ in range(2000)]

    assert rolls("a") == rolls("a") != rolls("b")
    assert set(rolls("a")) == {"", *(fault.name for fault in FAULTS["tables"])}
    assert all(rolls("a").count(fault.name) <= fault.limit for fault in FAULTS["tables"])


def a_record(pk: str, number: int) -> dict[str, Any]:
    return {"dynamodb": {"Keys": {"pk": {"S": pk}}, "SequenceNumber": str(number)}}


def test_the_stream_is_cut_anew_and_mixed_but_each_partition_keeps_its_order() -> None:
    records = [a_record("abc"[number % 3], number) for number in range(200)]
    dice = random.Random(1)  # noqa: S311 - a schedule
    batches = list(cut(records, dice))
    assert [one for batch in batches for one in batch] == records
    mixed = shuffled(records, dice)
    assert mixed != records
    for pk in "abc":
        assert [one for one in mixed if one["dynamodb"]["Keys"]["pk"]["S"] == pk] == [
            one for one in records if one["dynamodb"]["Keys"] == {"pk": {"S": pk}}
        ]


class Loaded(Dice):
    """Falls as it is told."""

    def __init__(self, fault: Fault | None) -> None:
        super().__init__("", "tables", 0)
        self.fault = fault

    def roll(self) -> Fault | None:
        return self.fault


@pytest.mark.parametrize("fault", [fault for faults in FAULTS.values() for fault in faults if not fault.delay_seconds])
def test_a_fault_does_what_its_name_says(fault: Fault) -> None:
    done: list[Request] = []
    killed: list[bool] = []

    def kill() -> bool:
        killed.append(True)
        return True

    fault_log = FaultLog()

    def service(request: Request) -> Answer:
        done.append(request)
        return Answer(200, [("Content-Type", "application/json")], b'{"MessageId": "m"}')

    proxy = Proxy("mail", forward=service, dice=Loaded(fault), fault_log=fault_log, kill=kill)
    try:
        if fault.is_partial:
            answer = ask(proxy, {"Entries": [{"Id": "0"}, {"Id": "1"}]})
            assert answer is not None
            assert [one["Id"] for one in json.loads(answer[1])["Failed"]] == ["1"]
            assert [one["Id"] for one in json.loads(done[0].body)["Entries"]] == ["0"]
            return
        answer = ask(proxy, {})
    finally:
        proxy.stop()
    assert bool(done) is fault.reaches
    assert (answer[0] if answer else None) == (fault.answer.status if fault.answer else None)
    assert bool(killed) is fault.kills
    assert fault_log.counts() == {("mail", fault.name): 1}
    assert fault_log.unheard_emails == ({"m"} if fault.reaches else set())


def ask(proxy: Proxy, body: object) -> tuple[int, bytes] | None:
    connection = http.client.HTTPConnection(urlsplit(proxy.url).netloc, timeout=5)
    try:
        connection.request("POST", "/", json.dumps(body), {"X-Amz-Target": "AmazonSQS.SendMessageBatch"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except http.client.RemoteDisconnected:
        return None
    finally:
        connection.close()


@pytest.fixture
def fork_server() -> Iterator[ForkServer]:
    made = ForkServer()
    yield made
    made.close()


@pytest.mark.slow
def test_what_is_killed_comes_back_and_what_falls_over_is_told(fork_server: ForkServer, tmp_path: Path) -> None:
    def sleeper(name: str, seconds: str) -> Process:
        return Process(name, fork_server, "/bin/sleep", (seconds,), tmp_path / name, is_program=True)

    steady, frail = sleeper("steady", "600"), sleeper("frail", "0.2")
    supervisor = Supervisor([steady, frail], "seed")
    for process in (steady, frail):
        process.start()
    first = fork_server.pid("steady")
    supervisor.start()
    assert supervisor.kill("steady")
    deadline = time.monotonic() + 20
    while (not supervisor.crashes or fork_server.pid("steady") in (None, first)) and time.monotonic() < deadline:
        time.sleep(0.02)
    supervisor.stop()
    assert [name for name, _ in supervisor.kills] == ["steady"]
    assert set(supervisor.crashes) == {"frail"}
    assert (fork_server.pid("steady"), fork_server.pid("frail")) == (None, None)
    assert first
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_a_mailer_that_is_asked_to_end_does_what_it_has_in_hand() -> None:
    working = """
        import os, signal, time
        from chaos.workers.mailer import finishing_before_exit
        def mail(event, _):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0.05)
            print(event, flush=True)
        finishing_before_exit(mail)("sent and marked", None)
        print("went on", flush=True)
    """
    between = "import os, signal; from chaos.workers.mailer import finishing_before_exit; finishing_before_exit(print); os.kill(os.getpid(), signal.SIGTERM); print(1)"
    told = [
        subprocess.run([sys.executable, "-c", dedent(code)], check=True, capture_output=True, text=True).stdout
        for code in (working, between)
    ]
    assert told == ["sent and marked\n", ""]
