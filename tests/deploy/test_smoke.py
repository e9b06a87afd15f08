"""The smoke test against the local stack: it passes where all is well, and says what is wrong where it is not."""

from __future__ import annotations

import io
import json
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from deploy.smoke import smoke_test
from deploy.smoke.http_calls import Api, SmokeFailed
from deploy.smoke.smoke_test import CAMPAIGN, PATIENCE_SECONDS, SIGNER, Smoke
from local.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("stack")
    with Stack(engine="ministack", directory=folder, port=0, memory=True, prefix="/api") as made:
        made.load_samples()
        yield made


class Clock:
    """Time passes only by waiting."""

    def __init__(self) -> None:
        self.now = 0.0
        self.drain: Any = lambda: None

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds
        self.drain()


def a_smoke(stack: Stack, said: list[str], **changes: Any) -> Smoke:
    clock = Clock()
    clock.drain = lambda: post(f"{stack.base}/_local/drain")
    key = changes.pop("key", stack.load_samples())
    return Smoke(Api(stack.url, key), say=said.append, pause=clock.pause, clock=clock, **changes)


def post(url: str, body: Any = None) -> None:
    request = urllib.request.Request(url, json.dumps(body or {}).encode(), method="POST")
    urllib.request.urlopen(request, timeout=60).close()


def test_it_passes_again_and_again_and_leaves_no_signature(stack: Stack) -> None:
    for _ in range(2):
        said: list[str] = []
        smoke = a_smoke(stack, said)
        smoke.run()
        assert [line for line in said if not line.startswith("ok")] == []
        assert len(said) == 7
        assert smoke._find_signature() is not None
        smoke._expect_state("withdrawn")
    campaign = smoke.api.call("GET", f"/admin/campaigns/{CAMPAIGN}").json
    assert (campaign["state"], campaign["archived"]) == ("closed", True)
    listed = smoke.api.call("GET", "/admin/campaigns").json["campaigns"]
    assert CAMPAIGN not in [one["id"] for one in listed]
    assert [mail["to"] for mail in stack.outbox() if "smoke" in mail["subject"].lower()][:1] == [SIGNER]


def test_a_mail_that_does_not_go_out_fails_it_and_is_cleaned_up(stack: Stack) -> None:
    said: list[str] = []
    smoke = a_smoke(stack, said)
    post(f"{stack.base}/_local/ses/mode", {"mode": "down"})
    try:
        with pytest.raises(SmokeFailed, match=f"waited {PATIENCE_SECONDS} seconds"):
            smoke.run()
    finally:
        post(f"{stack.base}/_local/ses/mode", {"mode": "ok"})
    smoke._expect_state("withdrawn")


def test_a_key_that_is_none_stops_it_before_anything_is_made(stack: Stack) -> None:
    with pytest.raises(SmokeFailed, match="the key: got 401"):
        a_smoke(stack, [], key="us_none").run()


def test_an_address_where_nobody_answers_is_told(stack: Stack) -> None:
    smoke = a_smoke(stack, [])
    smoke.api = Api("http://127.0.0.1:9", "k")
    with pytest.raises(SmokeFailed, match="cannot be reached"):
        smoke.run()


def test_a_key_never_travels_in_the_open() -> None:
    with pytest.raises(SmokeFailed, match="not https"):
        Api("http://sign.example.org", "us_key")


def test_without_key_and_terminal_it_says_where_the_key_goes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("UNDERSIGNED_KEY", raising=False)
    monkeypatch.setenv("URL", "http://127.0.0.1:9")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert smoke_test.main() == 1
    assert "put the key into UNDERSIGNED_KEY" in capsys.readouterr().err
