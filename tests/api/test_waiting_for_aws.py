"""AWS that accepts and never answers: a signer has a 503 within five seconds, and no function outlives its time."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

import app
from chalicelib import waiting
from chalicelib.domain.errors import Unavailable
from chalicelib.stores import Stores
from chalicelib.waiting import EMAIL, LONG, QUICK, Invocation, Patience
from tests.kit.factories import a_form
from tests.kit.world import a_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kit.world import World

CONFIG = json.loads((Path(app.__file__).parent / ".chalice" / "config.json").read_text())
LIFE: dict[str, float] = {name: one["lambda_timeout"] for name, one in CONFIG["lambda_functions"].items()}
PROMISED = 5


class Silent:
    """A server that takes connections and requests, and never answers."""

    def __init__(self) -> None:
        self.requests = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._held: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._held.append(connection)
            if connection.recv(1):
                self.requests += 1

    def close(self) -> None:
        self._listening.close()
        for connection in self._held:
            connection.close()


@contextmanager
def silent_world() -> Iterator[tuple[World, Silent]]:
    """A deployment whose tables stop answering now."""
    with closing(Silent()) as silent, pytest.MonkeyPatch.context() as environment, a_world(environment) as world:
        world.publish()
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", silent.url)
        environment.setenv("PATIENCE", "1")
        world._clients.clear()
        world.cold_start()
        yield world, silent


def test_the_longest_call_that_somebody_waits_for_ends_within_what_is_promised() -> None:
    assert QUICK.longest < PROMISED
    assert EMAIL.longest < PROMISED, "whether SES knows a sender is asked while an organiser waits"


@pytest.mark.parametrize("name", LIFE)
def test_attempts_and_time_outs_of_a_call_fit_into_the_life_of_each_function(name: str) -> None:
    assert 3 * QUICK.longest < LIFE[name], "two slow calls, and a third that never returns"
    assert LONG.longest < app.SPARE_MS / 1000, "exports and the round begin nothing with less than this left"


def test_ten_emails_that_SES_never_answers_fit_into_the_life_of_the_mailer() -> None:  # noqa: N802 - a name
    assert 10 * EMAIL.longest < LIFE["mail"]
    assert EMAIL.attempts == 1, "a second attempt after a lost answer would send the email twice"


@pytest.mark.parametrize(
    ("patience", "longest"),
    [
        (Patience(1, 2, 1), 3),
        (Patience(1, 2, 2), 7),
        (Patience(1, 2, 3), 12),
        (Patience(0, 0, 7), 1 + 2 + 4 + 8 + 16 + 20),
    ],
)
def test_the_longest_call_counts_each_attempt_and_each_pause_between(patience: Patience, longest: float) -> None:
    assert patience.longest == longest


def test_what_botocore_waits_for_is_what_patience_says(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATIENCE", "")
    config = Stores().client("dynamodb", Patience(0.3, 0.4, 5)).meta.config
    assert (config.connect_timeout, config.read_timeout) == (0.3, 0.4)
    assert config.retries == {"mode": "standard", "total_max_attempts": 5}
    assert Stores().dynamodb.meta.config.read_timeout == QUICK.read
    monkeypatch.setenv("PATIENCE", "2")
    assert Stores().dynamodb.meta.config.read_timeout == 2 * QUICK.read
    assert world.get("/health").status == 200


@pytest.mark.slow
def test_a_form_gets_a_503_when_the_tables_never_answer_after_two_attempts_at_one_call() -> None:
    with silent_world() as (world, silent):
        reply = world.sign()
        assert reply.status == 503
        assert reply.json["code"] == "unavailable"
        assert silent.requests == QUICK.attempts


def test_after_a_call_that_timed_out_nothing_more_is_asked_of_aws_for_this_request() -> None:
    with silent_world() as (_, silent):
        brief = Stores().client("dynamodb", Patience(0.2, 0.2, 1))
        waiting.invocation.set(Invocation(15, gives_up=True))
        for _ in range(3):
            with pytest.raises(Exception, match=r"Read timeout|") as raised:
                brief.describe_table(TableName="signatures")
        assert raised.type is Unavailable
        assert silent.requests == 1
        waiting.invocation.set(Invocation(15))
        with pytest.raises(Exception, match="Read timeout"):
            brief.describe_table(TableName="signatures")
        assert silent.requests == 2, "a function that nobody waits for asks again"
    waiting.invocation.set(None)


@pytest.mark.parametrize(
    ("kind", "is_silence"),
    [
        (ConnectTimeoutError, True),
        (ReadTimeoutError, True),
        (ConnectionClosedError, False),
        (EndpointConnectionError, False),
    ],
)
def test_only_silence_ends_the_asking_and_a_connection_that_is_refused_does_not(
    world: World, kind: type[Any], is_silence: bool
) -> None:
    client = Stores().client("dynamodb")
    current = Invocation(1000, gives_up=True)
    waiting.invocation.set(current)
    client.meta.events.emit(
        "after-call-error.dynamodb.GetItem", exception=kind(endpoint_url="x", error="x"), context={}
    )
    waiting.invocation.set(None)
    assert current.has_timed_out is is_silence
    assert world.get("/health").status == 200


def test_no_call_begins_that_could_outlive_the_function(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATIENCE", "1")
    client = Stores().client("dynamodb")
    waiting.invocation.set(Invocation(QUICK.longest - 0.01))
    with pytest.raises(Unavailable):
        client.describe_table(TableName=world.resources.signatures_table)
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert (line["message"], line["kind"]) == ("no time left for a call to AWS", "DescribeTable")
    waiting.invocation.set(Invocation(QUICK.longest + 60))
    assert client.describe_table(TableName=world.resources.signatures_table)["Table"]
    waiting.invocation.set(None)
    assert client.describe_table(TableName=world.resources.signatures_table)["Table"], "a command has all the time"


def test_each_function_is_told_how_long_it_lives(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Invocation] = []

    def remembering(seconds: float, **options: Any) -> Invocation:
        told.append(Invocation(seconds, **options))
        return told[-1]

    monkeypatch.setattr(waiting, "Invocation", remembering)
    world.get("/health")
    assert [one.gives_up for one in told] == [True]
    world.sign()
    world.drain()
    world.run_scheduled()
    assert world.admin("POST", "/admin/campaigns/peru/exports", {"format": "csv"}).status == 202
    world.run_exports()
    assert {one.gives_up for one in told[2:]} == {True, False}
    assert all(one.seconds == pytest.approx(899.8) for one in told), "the local functions have a quarter of an hour"


def test_a_request_with_no_time_left_is_answered_with_503_and_stores_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from local.functions.api_gateway import LambdaContext

    monkeypatch.setattr(LambdaContext, "get_remaining_time_in_millis", lambda _: QUICK.times(10).longest * 1000)
    reply = world.post_json("/campaigns/peru/signatures", a_form())
    assert reply.status == 503
    assert world.signatures() == []
