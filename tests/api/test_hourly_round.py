"""One campaign, signature or part of the hourly round that fails stops no other, and the numbers name it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.api.admin import campaigns as campaign_routes
from chalicelib.domain.access.api_keys import Role
from chalicelib.services.mail.mail_reconciliation import MailReconciliation
from chalicelib.services.privacy.retention import Retention
from chalicelib.services.signatures.anomaly_detection import AnomalyDetection
from chalicelib.services.signatures.withdrawal_undo import WithdrawalUndo
from chalicelib.wiring import wiring
from tests.api.test_records_set_aside import edit

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kit.world import World

FAR = "9999-12-31T23:59:59Z"
PARTS = [
    (AnomalyDetection, "run", "anomalies"),
    (WithdrawalUndo, "forget_over", "withdrawals"),
    (Retention, "run", "retention"),
    (MailReconciliation, "queue_resumed", "resumed email"),
    (MailReconciliation, "reconcile", "email and tallies"),
]


def logged(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]


def failures(lines: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """The parts and campaigns that failed, as CloudWatch would tell them apart."""
    found = [line for line in lines if "round_failed" in line]
    for line in found:
        (about,) = line["_aws"]["CloudWatchMetrics"]
        assert about["Dimensions"] == [["deployment"], ["deployment", "campaign"]]
        assert line["round_failed"] == 1
    return {(line["kind"], line["campaign"]) for line in found}


def is_complete(lines: list[dict[str, Any]]) -> bool:
    (found,) = [line["scheduled_round_complete"] for line in lines if "scheduled_round_complete" in line]
    return bool(found)


def edit_campaign(world: World, campaign: str, attribute: str, edited: Callable[[Any], Any]) -> None:
    """An item as another release, or a hand in the console, may have left it."""
    key = (f"campaign#{campaign}", "campaign")
    item = wiring().registry.get(*key)
    assert item is not None
    value = edited(json.loads(item[attribute]))
    text = value if isinstance(value, str) else json.dumps(value)
    wiring().registry.update(*key, "SET #a = :v", values={":v": text}, aliases={"#a": attribute})
    world.cold_start()


def lose_jobs(world: World) -> None:
    """Counts what happened, and loses the email jobs of it."""
    world.run_projector()
    while world.take_jobs():
        pass


@pytest.mark.parametrize("far", [FAR, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_date_far_away_that_an_earlier_release_took_stops_nothing(
    world: World, capfd: pytest.CaptureFixture[str], far: str
) -> None:
    world.publish("a", reminders=True)
    world.sign("peru")
    lose_jobs(world)
    edit_campaign(world, "a", "document", lambda found: {**found, "closes_at": far, "retention_days": 36_500})
    edit_campaign(world, "a", "summary", lambda found: {**found, "closes_at": far})
    world.later(hours=2)
    world.run_scheduled()
    lines = logged(capfd)
    assert failures(lines) == set()
    assert is_complete(lines)
    assert [mail.to for mail in world.ses.sent] == ["ana@example.org"]
    assert world.get("/campaigns/a").status == world.get("/sign/a").status == 200
    read = world.admin("GET", "/admin/campaigns/a")
    assert read.status == 200
    mended = world.admin("PATCH", "/admin/campaigns/a", {"closes_at": None}, if_match=read.headers["etag"])
    assert mended.status == 200


def test_a_campaign_that_cannot_be_read_is_named_and_the_others_get_their_emails_and_lose_their_names(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    world.publish("a")
    world.publish("z", closes_at="2026-12-20T00:00:00Z", retention_days=1)
    world.sign_and_confirm("z")
    world.sign("peru", email="ben@example.org")
    lose_jobs(world)
    edit_campaign(world, "a", "document", lambda _: "{")
    capfd.readouterr()
    world.later(hours=2)
    world.run_scheduled()
    lines = logged(capfd)
    assert failures(lines) == {(kind, "a") for kind in ("anomalies", "retention", "email and tallies")}
    assert is_complete(lines), "its alarm tells of it; the round itself is done"
    assert world.ses.sent[-1].to == "ben@example.org"
    world.later(days=40)
    world.run_scheduled()
    assert not [item for item in world.signatures() if item["pk"]["S"].startswith("z#") and "email" in item]


def test_a_line_of_the_list_that_cannot_be_read_hides_no_other(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    world.publish("a")
    edit_campaign(world, "a", "summary", lambda _: {"title": "half"})
    capfd.readouterr()
    assert [one["id"] for one in world.admin("GET", "/admin/campaigns").json["campaigns"]] == ["peru"]
    lines = logged(capfd)
    assert [(line["campaign"], line["unreadable_record"]) for line in lines if "unreadable_record" in line] == [
        ("a", 1)
    ]


def test_what_a_later_release_wrote_into_the_list_is_read_by_this_one(world: World) -> None:
    edit_campaign(world, "peru", "summary", lambda found: {**found, "mascot": "llama"})
    assert [one["id"] for one in world.admin("GET", "/admin/campaigns").json["campaigns"]] == ["peru"]


@pytest.mark.parametrize(("owner", "method", "name"), PARTS)
def test_a_part_that_fails_lets_all_others_run_and_says_that_the_round_is_not_done(
    world: World,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    owner: type,
    method: str,
    name: str,
) -> None:
    ran: list[str] = []

    def noted(part: str, returned: bool) -> Any:
        def run(*_: Any) -> bool:
            ran.append(part)
            return returned

        return run

    def fail(*_: Any) -> bool:
        raise RuntimeError

    for its_owner, its_method, part in PARTS:
        monkeypatch.setattr(its_owner, its_method, noted(part, returned=True))
    monkeypatch.setattr(owner, method, fail)
    world.run_scheduled()
    lines = logged(capfd)
    assert ran == [part for _, _, part in PARTS if part != name]
    assert failures(lines) == {(name, "every")}
    assert is_complete(lines) is (name == "anomalies"), "those are looked for anew each hour"


def test_a_signature_that_cannot_be_read_is_named_and_the_rest_of_its_bucket_is_mailed(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    world.publish("one", buckets=1)
    for name in ("ana", "ben", "eva"):
        world.sign("one", email=f"{name}@example.org")
    lose_jobs(world)
    edit(world, "ben@example.org", state={"S": "in two minds"})
    lose_jobs(world)
    capfd.readouterr()
    world.later(hours=2)
    world.run_scheduled()
    lines = logged(capfd)
    assert sorted(mail.to for mail in world.ses.sent) == ["ana@example.org", "eva@example.org"]
    (unreadable,) = {line["signature"] for line in lines if line["message"] == "unreadable signature"}
    assert unreadable in {item["sk"]["S"] for item in world.signatures()}
    assert failures(lines) == set()
    (difference,) = wiring().tally_projector.verify("one")
    assert difference.missing["state:pending"] == -1, "the counters count it until somebody mends it"


def test_retention_leaves_nothing_of_a_person_in_a_signature_that_cannot_be_read(world: World) -> None:
    world.publish("one", buckets=1, closes_at="2026-12-20T00:00:00Z", retention_days=1)
    world.sign_and_confirm("one", email="ben@example.org")
    edit(world, "ben@example.org", confirmed_at={"S": "yesterday"})
    world.later(days=60)
    for _ in range(2):
        world.run_scheduled()
    (left,) = [item for item in world.signatures() if item["pk"]["S"].startswith("one#")]
    assert left.keys() <= {
        *("pk", "sk", "state", "signed_at", "confirmed_at", "day", "country", "language", "anonymised_at"),
        *("source", "consents", "text_version", "text_sha256"),
    }
    assert "anonymised_at" in left


def test_a_document_whose_answer_cannot_be_made_is_not_saved(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = world.admin("GET", "/admin/campaigns/peru")

    def fail(_: Any) -> Any:
        raise OverflowError

    with monkeypatch.context() as broken:
        broken.setattr(campaign_routes, "warnings_of", fail)
        patched = world.admin("PATCH", "/admin/campaigns/peru", {"goal": 7}, if_match=before.headers["etag"])
        created = world.admin("PUT", "/admin/campaigns/new", {**before.json, "sender": before.json["sender"]})
    assert patched.status == created.status == 500
    assert world.admin("GET", "/admin/campaigns/peru").json == before.json
    assert world.admin("GET", "/admin/campaigns/new").status == 404


def test_an_address_is_erased_and_told_of_although_another_campaign_cannot_be_read(world: World) -> None:
    world.publish("a")
    world.sign("a", email="eva@example.org")
    world.sign("peru", email="eva@example.org")
    edit_campaign(world, "a", "document", lambda _: "{")
    told = world.admin("POST", "/admin/access", {"email": "eva@example.org"})
    assert told.status == 200, told.text
    assert [one["campaign"] for one in told.json["signatures"]] == ["a", "peru"]
    erased = world.admin("POST", "/admin/erasures", {"email": "eva@example.org"})
    assert erased.status == 200, erased.text
    assert {item["state"]["S"] for item in world.signatures()} == {"withdrawn"}


def test_an_erasure_that_cannot_find_everything_erases_the_rest_and_does_not_say_that_it_is_done(world: World) -> None:
    world.publish("a")
    world.sign("a", email="eva@example.org")
    world.sign("peru", email="eva@example.org")
    edit_campaign(world, "a", "summary", lambda _: "{")
    for request in ("access", "erasures"):
        assert world.admin("POST", f"/admin/{request}", {"email": "eva@example.org"}).status == 500
    states = {item["pk"]["S"].partition("#")[0]: item["state"]["S"] for item in world.signatures()}
    assert states == {"a": "pending", "peru": "withdrawn"}


def test_an_organiser_adds_a_sender_in_use_although_another_campaign_cannot_be_read(world: World) -> None:
    world.publish("a")
    world.publish("b", sender={"name": "B", "email": "b@example.org"})
    edit_campaign(world, "a", "document", lambda _: "{")
    _, key = wiring().keyring.create("peru's", Role.ORGANIZER, campaigns=("peru",))
    read = world.admin("GET", "/admin/campaigns/peru")
    changed = {"sender": {"name": "P", "email": "b@example.org"}}
    reply = world.admin("PATCH", "/admin/campaigns/peru", changed, if_match=read.headers["etag"],
                        authorization=f"Bearer {key}")  # fmt: skip
    assert reply.status == 200, reply.text
