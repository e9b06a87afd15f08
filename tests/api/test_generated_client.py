"""A client that somebody generates from `/openapi.json`, as docs/http-api.md shows it, signs, counts, lists and makes keys."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.kit.openapi_description import described
from tests.kit.wsgi import wsgi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.kit.world import World

pytestmark = pytest.mark.slow
BASE = "http://127.0.0.1:8000"
PAGE = Path(__file__).parents[2] / "docs" / "http-api.md"
SECTION = PAGE.read_text("utf-8").partition("## Generated clients")[2]
# What this generator leaves out: it knows no pictures.
UNSUPPORTED = {"GET /pictures/{picture}/{file}", "GET /sign/{campaign}/card.png"}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    """The generated package; a call imports one of its modules."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(json.dumps(described().document))
    (folder / "config.yml").write_text("post_hooks: []\n")  # no formatting
    (command,) = re.findall(r"^openapi-python-client (generate .*)$", SECTION, re.MULTILINE)
    done = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", *command.split(), "--config", "config.yml"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(re.findall(r"^WARNING parsing (\S+ \S+) within", done.stderr, re.MULTILINE)) == UNSUPPORTED, done.stderr
    sys.path.insert(0, str(folder))
    try:
        yield lambda name: importlib.import_module(f"generated_client.{name}")
    finally:
        sys.path.remove(str(folder))


@pytest.fixture
def reached(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A deployment that HTTP clients reach, whatever address they ask for."""
    transport = httpx.WSGITransport(wsgi(world))
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lambda _, request: transport.handle_request(request))
    return world


def test_the_example_in_the_docs_works(package: Callable[[str], Any], reached: World) -> None:
    assert package("client")
    reached.publish("no-troops-in-peru")
    (example,) = re.findall(r"```python\n(.*?)```", SECTION, re.DOTALL)
    names: dict[str, Any] = {}
    exec(example.replace("us_…", reached.admin_key), names)  # noqa: S102 - our own page
    assert names["receipt"].state == "pending"
    assert [one.email for one in names["page"].signatures] == ["ana@example.org"]


def test_it_signs_and_counts(package: Callable[[str], Any], reached: World) -> None:
    models, client = package("models"), package("client").Client(BASE)
    form = models.SignRequest(email="ana@example.org", given_name="Ana", country=models.Country.PE, consents=["wbw"])
    form["custom.chapter"] = "Cusco"
    receipt = package("api.signing.sign").sync("peru", client=client, body=form)
    assert (receipt.state, receipt.campaign) == (models.ReceiptState.PENDING, "peru")
    reached.drain()
    assert reached.post_form(reached.ses.sent[0].link("confirm"), {}).status == 200
    reached.drain()
    assert package("api.signing.get_public_count").sync("peru", client=client).count == 0, "for ten seconds"
    reached.later(seconds=11)
    assert package("api.signing.get_public_count").sync("peru", client=client).count == 1


@pytest.mark.usefixtures("reached")
def test_it_is_told_what_is_wrong(package: Callable[[str], Any]) -> None:
    form, client = package("models").SignRequest(email="ana"), package("client").Client(BASE)
    problem = package("api.signing.sign").sync("peru", client=client, body=form)
    assert (problem.status, problem.code) == (422, "invalid")
    assert {(one.field, one.code) for one in problem.errors} >= {("email", "email_without_at"), ("country", "missing")}


def test_it_makes_keys_and_lists_signatures(package: Callable[[str], Any], reached: World) -> None:
    models, with_key = package("models"), package("client").AuthenticatedClient
    reached.sign_and_confirm(email="ana@example.org", **{"custom.chapter": "Lima"})
    reached.sign(email="ben@example.org")
    wanted = models.ApiKeyRequest(name="Theirs", role=models.Role.ORGANIZER, campaigns=["peru"])
    created = package("api.keys.create_key").sync(client=with_key(BASE, token=reached.admin_key), body=wanted)
    theirs, list_signatures = with_key(BASE, token=created.secret), package("api.signatures.list_signatures")
    page = list_signatures.sync("peru", client=theirs, limit=1)
    rest = list_signatures.sync("peru", client=theirs, limit=1, cursor=page.cursor)
    found = {one.email: one for one in (*page.signatures, *rest.signatures)}
    assert {email: one.state for email, one in found.items()} == {
        "ana@example.org": "confirmed",
        "ben@example.org": "pending",
    }
    assert found["ana@example.org"]["custom.chapter"] == "Lima"
    confirmed = list_signatures.sync("peru", client=theirs, state=models.SignatureState.CONFIRMED)
    assert [one.email for one in confirmed.signatures] == ["ana@example.org"]
    assert package("api.keys.list_keys").sync(client=theirs).code == "forbidden"
