from __future__ import annotations

import io
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from local.aws.template import Template
from local.engines import dynoxide
from local.engines.engine import ROOT, Engine, memory_folder
from local.engines.npm_binary import BinaryMissing
from local.mail.outbox import Outbox
from local.mail.ses_events import Publisher, events
from tools import chromium

if TYPE_CHECKING:
    from boto3.session import Session

LAST = "SELECT COALESCE(MAX(N), 0) + 1 FROM _stream_records WHERE table_name = 'a'"
NEXT = "SELECT * FROM _stream_records WHERE table_name = 'a' AND shard_id = 'b' AND N > 1 ORDER BY N ASC LIMIT 9"
STREAM_QUERIES = [
    query.replace("N ", f"{dynoxide.NUMBER} ").replace("(N)", f"({dynoxide.NUMBER})") for query in (LAST, NEXT)
]
MAIL = {
    "to": "a@example.org",
    "from": "b@example.org",
    "subject": "é",
    "text": "t",
    "html": "h",
    "headers": {"X": "y"},
    "sent_at": "2026-11-23T20:00:00.000Z",
    "message_id": "m",
    "destination": ["a@example.org"],
    "tags": {"campaign": "peru"},
    "configuration_set": "set",
}


def an_archive(path: Path) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("package/dynoxide")
        member.size = 3
        archive.addfile(member, io.BytesIO(b"elf"))
    return path


def test_a_binary_with_another_checksum_is_not_used(tmp_path: Path) -> None:
    target = tmp_path / "dynoxide-bin"
    with pytest.raises(BinaryMissing, match="not the pinned"):
        dynoxide.DYNOXIDE.unpack(an_archive(tmp_path / "d.tgz"), "0" * 64, target)
    assert not target.exists()


def test_without_npm_the_message_names_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.engines.npm_binary.CACHE", tmp_path)
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(BinaryMissing, match="ENGINE=ministack"):
        dynoxide.binary()


def test_on_another_system_the_message_names_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.engines.npm_binary.CACHE", tmp_path)
    monkeypatch.setattr(platform, "system", lambda: "Plan9")
    with pytest.raises(BinaryMissing, match=r"Plan9.*ENGINE=ministack"):
        dynoxide.binary()


def test_without_a_browser_and_without_root_one_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "find", lambda: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match="sudo apt-get install chromium"):
        chromium.find_or_install()


def test_the_template_says_what_a_function_sees() -> None:
    template = Template({"Production": "false", "PublicUrl": "http://here"})
    for name in (
        "SignaturesTable",
        "RegistryTable",
        "MailQueue",
        "UpdateQueue",
        "MailDeadLetters",
        "FeedbackDeadLetters",
        "ExportQueue",
        "ExportBucket",
        "Secret",
        "ConfigurationSet",
    ):
        template.refs[name] = name.lower()
    environment = template.environment("APIHandler")
    assert environment["SIGNATURES_TABLE"] == "signaturestable"
    assert environment["PUBLIC_URL"] == "http://here"
    assert environment.pop("TRUSTED_PROXIES") == "0", "only who takes forms needs to know"
    assert environment.pop("HOME_URL") == "", "only who shows pages needs to know"
    assert environment.pop("PROXY_SECRET_SHA256") == "", "only who takes forms needs to know"
    assert environment.pop("SENDERS") == "", "only who saves campaigns needs to know"
    assert environment == template.environment("Mail")


@pytest.mark.parametrize(("production", "expected"), [("true", True), ("false", False)])
def test_tables_are_protected_in_production_only(production: str, expected: bool) -> None:
    template = Template({"Production": production})
    assert template.properties("SignaturesTable")["DeletionProtectionEnabled"] is expected


def test_an_intrinsic_that_is_not_known_fails_rather_than_guess() -> None:
    with pytest.raises(ValueError, match="Fn::Cidr"):
        Template({}).resolve({"a": {"Fn::Cidr": ["10.0.0.0/8"]}})


def test_every_answer_that_api_gateway_makes_is_a_problem() -> None:
    template = Template({})
    definition = template.resources["RestAPI"]["Properties"]["DefinitionBody"]
    answers = definition["x-amazon-apigateway-gateway-responses"]
    assert len(answers) > 10
    for facts in answers.values():
        for body in facts["responseTemplates"].values():
            problem = json.loads(body)
            assert set(problem) == {"type", "title", "status", "detail", "code"}
            assert str(problem["status"]) == facts["statusCode"]
        if facts["statusCode"] in ("429", "503"):
            assert "gatewayresponse.header.Retry-After" in facts["responseParameters"]


def test_the_outbox_survives_its_end_and_a_line_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "outbox.jsonl"
    box = Outbox(path)
    box.add(MAIL)
    box.close()
    with path.open("ab") as file:
        file.write(b'{"to": "cut')
    again = Outbox(path)
    again.add({**MAIL, "subject": "second"})
    assert [mail["subject"] for mail in again.public()] == ["é", "second"]
    assert again.emails(1, 2)[0]["message_id"] == "m"
    again.close()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("a@example.org", ["Send", "Delivery"]),
        ("bounce@simulator.amazonses.com", ["Send", "Bounce"]),
        ("bounce+x@simulator.amazonses.com", ["Send", "Bounce"]),
        ("complaint@simulator.amazonses.com", ["Send", "Delivery", "Complaint"]),
        ("suppressionlist@simulator.amazonses.com", ["Send", "Bounce"]),
        ("success@simulator.amazonses.com", ["Send", "Delivery"]),
    ],
)
def test_ses_tells_what_it_would_tell_of_its_simulator(address: str, expected: list[str]) -> None:
    told = events({**MAIL, "destination": [address]})
    assert [event["eventType"] for event in told] == expected
    for event in told:
        assert event["mail"]["tags"]["campaign"] == ["peru"]
        assert event["eventType"].lower() in event


class HalfDeaf:
    """SNS that takes the first of a batch only; stands in for the session as well."""

    def client(self, _: str) -> HalfDeaf:
        return self

    def publish_batch(self, *, TopicArn: str, PublishBatchRequestEntries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: ARG002, N803 - AWS's names
        first, *others = (one["Id"] for one in PublishBatchRequestEntries)
        failed = [{"Id": one, "Code": "InternalError", "SenderFault": False} for one in others]
        return {"Successful": [{"Id": first, "MessageId": "1"}], "Failed": failed}


def test_events_that_sns_did_not_take_are_told(caplog: pytest.LogCaptureFixture) -> None:
    publisher = Publisher(cast("Session", HalfDeaf()), "arn:topic", {"delivery"})
    for _ in range(3):
        publisher.publish_later(MAIL)
    assert publisher.step() == 3
    assert [one.getMessage() for one in caplog.records] == ["2 SES events were lost: InternalError"]


def test_tables_are_kept_in_memory_only_where_it_can_be_written_and_has_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.engines.engine.MEMORY", tmp_path)
    monkeypatch.setattr("local.engines.engine.MIN_FREE_BYTES", 1)
    folder = memory_folder()
    assert folder is not None
    assert folder.parent == tmp_path
    monkeypatch.setattr("local.engines.engine.MIN_FREE_BYTES", 1 << 80)
    assert memory_folder() is None
    monkeypatch.setattr("local.engines.engine.MIN_FREE_BYTES", 0)
    for place in ("/proc", str(tmp_path / "missing")):
        monkeypatch.setattr("local.engines.engine.MEMORY", Path(place))
        assert memory_folder() is None


def test_what_was_kept_in_memory_goes_also_when_whoever_started_it_was_killed(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "dynamo.db").write_bytes(b"x")
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    command = [sys.executable, "-m", "local.engines.orphan_guard", "--delete", str(folder), *sleep]
    with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT) as keeper:
        assert folder.exists()
        assert keeper.stdin is not None
        keeper.stdin.close()  # as the system does it for one that is killed
        assert keeper.wait(30) == 0
    assert not folder.exists()


@pytest.mark.engine
def test_the_second_engine_looks_up_its_stream_by_our_indexes_and_leaves_nothing_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert dynoxide.NUMBER.encode() in dynoxide.binary().read_bytes(), "its queries are written otherwise now"
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr("local.engines.engine.MEMORY", memory)
    monkeypatch.setattr("local.engines.engine.MIN_FREE_BYTES", 0)
    engine = Engine("dynoxide", tmp_path, memory=True)
    engine.start()
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)  # it is not left to us: we may be killed
    try:
        with closing(sqlite3.connect(next(memory.glob("*/dynamo.db")))) as file:
            plans = [file.execute(f"EXPLAIN QUERY PLAN {query}").fetchall() for query in STREAM_QUERIES]
    finally:
        engine.stop()
    assert list(memory.iterdir()) == []
    assert [[step[3] for step in plan] for plan in plans] == [
        ["SEARCH _stream_records USING INDEX undersigned_last (table_name=?)"],
        ["SEARCH _stream_records USING INDEX undersigned_next (table_name=? AND shard_id=? AND <expr>>?)"],
    ]
