"""Speaking to the API: patient with what may be repeated, honest about what may not, strict about who answers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.client.hosts import Told, a_problem, told

if TYPE_CHECKING:
    from tests.client.conftest import Client
    from tests.client.hosts import Host

SOURCES = Path(__file__).parents[2] / "client" / "src"
LIST = "/admin/campaigns"
EMPTY = told({"campaigns": []})


@pytest.fixture
def api(host: Host, client: Client) -> Host:
    client.use(host.url)
    return host


@pytest.mark.parametrize(
    "busy",
    [a_problem("unavailable", 503, Retry_After="0"), a_problem("too_many_requests", 429, Retry_After="0"),
     Told(502, b"<html>"), Told(cut_after=0), Told(200, b"{}" * 50, cut_after=10)],
)  # fmt: skip
def test_looking_is_tried_again(api: Host, client: Client, busy: Told) -> None:
    api.says("GET", LIST, busy, busy, EMPTY)
    assert client("campaigns").code == 0
    assert len(api.requests("GET", LIST)) == 3


def test_patience_ends(api: Host, client: Client) -> None:
    api.says("GET", LIST, a_problem("unavailable", 503, "Busy.", Retry_After="0"))
    done = client("campaigns")
    assert (done.code, done.err) == (4, "Busy.\n")
    assert len(api.requests("GET", LIST)) == 6


def test_what_is_made_anew_each_time_is_not_repeated_when_the_answer_is_lost(api: Host, client: Client) -> None:
    api.says("POST", "/admin/keys", Told(cut_after=0), told({"id": "k", "secret": "us_x"}, 201))
    done = client("keys", "create", "--name", "Site", "--role", "reader")
    assert (done.code, "may or may not have been done" in done.err) == (4, True)
    assert len(api.requests("POST", "/admin/keys")) == 1


def test_what_was_put_off_is_repeated(api: Host, client: Client) -> None:
    api.says(
        "POST", "/admin/keys", a_problem("unavailable", 503, Retry_After="0"), told({"id": "k", "secret": "us_x"}, 201)
    )
    assert client("keys", "create", "--name", "Site", "--role", "reader").out == "us_x\n"


def test_a_server_that_is_not_there_is_said_in_words(client: Client) -> None:
    client.use("http://127.0.0.1:1")
    client.speak("es_PE.UTF-8")
    done = client("campaigns")
    assert (done.code, done.err.startswith("No se pudo llegar a http://127.0.0.1:1.")) == (4, True)


def as_a_problem(body: bytes) -> Told:
    return Told(400, body, {"Content-Type": "application/problem+json"})


@pytest.mark.parametrize(
    "answer",
    [
        Told(200, b"<html>Hello</html>"),
        Told(404, b"<html>Not found</html>"),
        *(Told(200, body) for body in (b"", b"null", b"[]", b'"x"', b"[" * 100_000)),
        *(as_a_problem(body) for body in (b"", b"[]", b"\xff", b"[" * 100_000)),
    ],
)
def test_a_stranger_at_the_address_is_recognised(api: Host, client: Client, answer: Told) -> None:
    api.says("GET", LIST, answer)
    done = client("campaigns")
    assert (done.code, "not Undersigned" in done.err) == (4, True)


@pytest.mark.parametrize(("body", "missing"), [({}, "campaigns"), ({"campaigns": [{"id": "peru"}]}, "held")])
def test_an_api_that_does_not_say_what_is_asked_for_is_named_as_older_or_another(
    api: Host, client: Client, body: object, missing: str
) -> None:
    api.says("GET", LIST, told(body))
    done = client("held")
    assert (done.code, done.out) == (4, "")
    assert done.err.startswith(f"The API's answer lacks “{missing}”.")


@pytest.mark.parametrize("name", ["", ".", ".."])
@pytest.mark.parametrize("words", [("campaigns", "show"), ("mail", "pause"), ("held", "drop")], ids=" ".join)
def test_what_would_lead_elsewhere_is_no_campaign(api: Host, client: Client, words: tuple[str, ...], name: str) -> None:
    done = client(*words, name)
    assert (done.code, done.out, done.err, api.asked) == (2, "", f"“{name}” is not an id.\n", [])


@pytest.mark.usefixtures("at_world")
def test_what_is_no_text_is_the_apis_to_refuse(client: Client) -> None:
    no_text = b"per\xfa".decode(errors="surrogateescape")
    assert client("campaigns", "show", no_text).code == 3
    assert client("signatures", "peru", "--country", no_text).code == 3
    assert client("find", "peru", piped=f"{no_text}@example.org\n").code == 3


def test_the_readers_language_the_key_and_the_version_are_sent(api: Host, client: Client) -> None:
    client.speak("es_PE.UTF-8")
    api.says("GET", LIST, EMPTY)
    client("campaigns")
    sent = api.asked[0].headers
    assert sent["accept-language"].startswith("es-PE")
    assert sent["authorization"] == "Bearer us_key"
    assert sent["user-agent"].startswith("undersigned/")


def test_programs_get_a_refusal_as_the_problem_itself(api: Host, client: Client) -> None:
    api.says("GET", LIST, a_problem("forbidden", 403))
    done = client("campaigns", "--json")
    assert (done.code, json.loads(done.err)["code"], done.out) == (3, "forbidden", "")


def test_a_reader_who_has_enough_is_no_error(api: Host, client: Client) -> None:
    lines = [
        {"id": f"c{i}", "state": "open", "count": 1, "goal": None, "today": 0, "archived": False, "title": "T" * 100}
        for i in range(2000)
    ]
    api.says("GET", LIST, told({"campaigns": lines}))
    script = f"PYTHONPATH={SOURCES} {sys.executable} -m undersigned_client campaigns | head -1"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stderr, done.stdout.split()[0]) == ("", "id")
    assert client("campaigns").code == 0
