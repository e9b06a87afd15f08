"""A bulk withdrawal can be undone for a day: what it took comes back as it was, but for whoever has had a say in it since."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.timestamps import stamp
from chalicelib.wiring import wiring
from tests.api.test_exports import text_of, written
from tests.kit.interleaving import just_before

if TYPE_CHECKING:
    from tests.kit.world import World

PERU = "/admin/campaigns/peru"
WITHDRAW = f"{PERU}/signatures/withdraw"
MARKS_OF_UNDOING = {"changed_at", "restored_at"}


@pytest.fixture
def flooded(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Four from the forum that count, one that waits for its click, one from school; two a call."""
    for module in ("flood_withdrawal", "withdrawal_undo"):
        monkeypatch.setattr(f"chalicelib.services.signatures.{module}.BATCH_SIZE", 2)
    world.publish(show_signers=True)
    for number in range(4):
        world.sign_and_confirm(email=f"n{number}@example.org", source="forum", country="PE", public=True)
    world.sign(email="later@example.org", source="forum")
    world.drain()
    world.sign_and_confirm(email="ana@example.org", source="school")
    world.drain()
    world.later(hours=1)
    return world


def withdrawn(world: World, source: str = "forum") -> str:
    """The id of the withdrawal of all from there."""
    step = world.admin("POST", WITHDRAW, {"source": source}).json
    begun = step["withdrawal"]
    while step["cursor"]:
        step = world.admin("POST", WITHDRAW, {"source": source, "cursor": step["cursor"], "withdrawal": begun}).json
        assert step["withdrawal"] == begun
    world.drain()
    return str(begun)


def undone(world: World, withdrawal: str) -> list[int]:
    """How many each step restored."""
    steps, cursor = [], ""
    while cursor is not None:
        reply = world.admin("POST", f"{PERU}/withdrawals/{withdrawal}/undo", {"cursor": cursor})
        assert reply.status == 200, reply.text
        steps.append(reply.json["restored"])
        cursor = reply.json["cursor"]
    world.drain()
    return steps


def by_id(world: World) -> dict[str, dict[str, Any]]:
    return {item["sk"]["S"]: item for item in world.signatures()}


def recorded(world: World, **wanted: Any) -> dict[str, Any]:
    (found,) = world.admin("GET", f"{PERU}/withdrawals").json["withdrawals"]
    for name, value in wanted.items():
        assert found[name] == value, name
    return dict(found)


def test_everything_is_as_it_was_and_nobody_gets_an_email(flooded: World) -> None:
    before, counts, mails = by_id(flooded), flooded.counts(), len(flooded.ses.sent)
    begun = withdrawn(flooded)
    assert flooded.counts()["signatures"] == {**counts["signatures"], "confirmed": 1, "pending": 0, "withdrawn": 5}
    assert flooded.get("/campaigns/peru/signers").json["signers"] == [], "for everybody they are withdrawn"
    listed = flooded.admin("GET", f"{PERU}/signatures?source=forum").json["signatures"]
    assert listed == []
    assert sum(undone(flooded, begun)) == 5
    after = by_id(flooded)
    assert after.keys() == before.keys()
    for id_, item in after.items():
        ours = {name: value for name, value in item.items() if name not in MARKS_OF_UNDOING}
        assert ours == {name: value for name, value in before[id_].items() if name not in MARKS_OF_UNDOING}
    now = flooded.counts()
    for group in ("signatures", "withdrawn", "by", "funnel", "held", "flags"):
        assert now[group] == counts[group], group
    assert len(flooded.ses.sent) == mails
    assert wiring().tally_projector.verify() == []
    flooded.run_scheduled()
    assert len(flooded.ses.sent) == mails


def test_who_waited_for_the_click_still_can(flooded: World) -> None:
    confirm = next(mail for mail in flooded.ses.sent if mail.to == "later@example.org").link("confirm")
    begun = withdrawn(flooded)
    assert flooded.post_form(confirm, {}).status == 410
    undone(flooded, begun)
    assert flooded.post_form(confirm, {}).status == 200
    flooded.drain()
    assert flooded.counts()["signatures"]["confirmed"] == 6


def test_the_audit_log_has_one_entry_for_each_with_its_number(flooded: World) -> None:
    begun = withdrawn(flooded)
    recorded(flooded, id=begun, signatures=5, restored=0, undone_at=None, filters={"source": "forum"})
    flooded.later(minutes=5)
    undone(flooded, begun)
    entries = [one for one in flooded.admin("GET", "/admin/audit").json["entries"] if one.get("withdrawal") == begun]
    assert [(one["act"], one["signatures"], one["campaign"]) for one in entries] == [
        ("withdrawal undone", 5, "peru"),
        ("signatures withdrawn", 5, "peru"),
    ]
    found = recorded(flooded, signatures=5, restored=5, undo_until=None)
    assert found["undone_at"] == entries[0]["at"]
    assert undone(flooded, begun) == [0], "again changes nothing"
    recorded(flooded, restored=5, undone_at=found["undone_at"])


def test_who_had_a_say_in_it_since_is_left_alone(flooded: World) -> None:
    leave = next(mail for mail in flooded.ses.sent if mail.to == "n1@example.org").link("withdraw")
    begun = withdrawn(flooded)
    flooded.sign(email="n0@example.org", source="again")
    flooded.post_form(leave, {})
    assert flooded.admin("POST", "/admin/erasures", {"email": "n2@example.org"}).status == 200
    assert "n1@example.org" not in str(flooded.signatures())
    assert "n2@example.org" not in str(flooded.signatures())
    assert sum(undone(flooded, begun)) == 2
    states = sorted(item["state"]["S"] for item in flooded.signatures())
    assert states == ["confirmed", "confirmed", "pending", "pending", "withdrawn", "withdrawn"]
    assert wiring().tally_projector.verify() == []
    recorded(flooded, restored=2)


def test_who_signs_again_in_that_very_moment_is_left_alone(flooded: World) -> None:
    begun = withdrawn(flooded, "school")
    with just_before("PutItem", lambda: flooded.sign(email="ana@example.org", source="again")):
        flooded.admin("POST", f"{PERU}/withdrawals/{begun}/undo", {})
    flooded.drain()
    (found,) = flooded.admin("GET", f"{PERU}/signatures?source=again").json["signatures"]
    assert found["state"] == "pending"
    assert wiring().tally_projector.verify() == []


def test_one_whose_email_goes_out_in_that_moment_is_not_taken(world: World) -> None:
    """Else its mark would be lost, and restoring it would send that email again."""
    world.publish()
    world.sign(email="ana@example.org", source="forum")

    def mails() -> None:
        world.drain()

    with just_before("PutItem", mails):
        step = world.admin("POST", WITHDRAW, {"source": "forum"}).json
    assert (step["signatures"], len(world.ses.sent)) == (0, 1)
    assert recorded(world)["signatures"] == 0
    assert withdrawn(world)
    assert world.counts()["signatures"]["pending"] == 0


def test_after_a_day_nothing_is_left_and_nothing_comes_back(flooded: World) -> None:
    begun = withdrawn(flooded)
    recorded(flooded, undo_until="2026-11-24T13:00:00.000000Z")
    flooded.later(hours=23, minutes=59)
    flooded.run_scheduled()
    assert "n0@example.org" in str(flooded.signatures())
    flooded.later(minutes=1)
    reply = flooded.admin("POST", f"{PERU}/withdrawals/{begun}/undo", {})
    assert (reply.status, reply.json["code"]) == (409, "withdrawal_over")
    flooded.run_scheduled()
    left = [item for item in flooded.signatures() if item["state"]["S"] == "withdrawn"]
    assert [set(item) - {"left_states"} for item in left] == [
        {"pk", "sk", "state", "signed_at", "withdrawn_at", "withdrawn_by", "changed_at", "expires_at", "round"}
    ] * 5
    recorded(flooded, signatures=5, undo_until=None)
    with flooded.counting() as calls:
        wiring().withdrawal_undo.forget_over()
    assert dict(calls) == {"Query": 1}, "it is closed"
    assert wiring().tally_projector.verify() == []


def test_what_is_too_much_for_one_round_is_removed_by_the_next(flooded: World) -> None:
    withdrawn(flooded)
    flooded.later(days=1)
    steps = iter([True, False])
    assert wiring().withdrawal_undo.forget_over(lambda: next(steps)) is False
    assert sum("kept" in item for item in flooded.signatures()) == 3
    assert wiring().withdrawal_undo.forget_over() is True
    assert sum("kept" in item for item in flooded.signatures()) == 0


def test_a_withdrawal_that_was_undone_does_not_go_on(flooded: World) -> None:
    first = flooded.admin("POST", WITHDRAW, {"source": "forum"}).json
    going_on = {"source": "forum", "cursor": first["cursor"], "withdrawal": first["withdrawal"]}
    assert sum(undone(flooded, first["withdrawal"])) == 2
    reply = flooded.admin("POST", WITHDRAW, going_on)
    assert (reply.status, reply.json["code"]) == (409, "withdrawal_over")
    assert flooded.admin("POST", WITHDRAW, going_on | {"withdrawal": "20261123t130000-0"}).status == 404
    flooded.later(days=1)
    other = flooded.admin("POST", WITHDRAW, {"source": "school"}).json["withdrawal"]
    flooded.later(days=1)
    reply = flooded.admin("POST", WITHDRAW, {"source": "school", "withdrawal": other})
    assert (reply.status, reply.json["code"]) == (409, "withdrawal_over")


def test_undoing_races_the_last_step_and_both_agree(flooded: World) -> None:
    first = flooded.admin("POST", WITHDRAW, {"source": "forum"}).json
    going_on = {"source": "forum", "cursor": first["cursor"], "withdrawal": first["withdrawal"]}
    with just_before("UpdateItem", lambda: undone(flooded, first["withdrawal"]), registry=True):
        reply = flooded.admin("POST", WITHDRAW, going_on)
    assert (reply.status, reply.json["code"]) == (409, "withdrawal_over")
    flooded.drain()
    assert flooded.counts()["signatures"]["withdrawn"] == 0


def test_access_shows_what_is_kept(flooded: World) -> None:
    withdrawn(flooded)
    (held,) = flooded.admin("POST", "/admin/access", {"email": "n0@example.org"}).json["signatures"]
    assert (held["email"], held["country"], held["state"]) == ("n0@example.org", "PE", "confirmed")
    assert held["withdrawn_at"] == "2026-11-23T13:00:00.000000Z"
    flooded.later(days=1)
    flooded.run_scheduled()
    (held,) = flooded.admin("POST", "/admin/access", {"email": "n0@example.org"}).json["signatures"]
    assert (held["state"], "email" in held) == ("withdrawn", False)


def test_exports_of_changes_have_them_gone_and_back_again(flooded: World) -> None:
    flooded.later(minutes=1)
    since = stamp(flooded.now)

    def changes() -> set[tuple[str, str]]:
        flooded.later(minutes=1)
        done = written(flooded, format="ndjson", since=since, state="any")
        found = [json.loads(line) for line in text_of(flooded, done).splitlines()]
        return {(row["state"], row.get("email", "")) for row in found}

    begun = withdrawn(flooded, "school")
    assert changes() == {("withdrawn", "")}
    undone(flooded, begun)
    assert changes() == {("confirmed", "ana@example.org")}


def test_one_that_would_have_expired_stays_away(world: World) -> None:
    world.publish()
    world.sign(email="ana@example.org", source="forum")
    world.drain()
    world.later(days=29, hours=12)
    begun = withdrawn(world)
    world.later(hours=13)
    assert undone(world, begun) == [0]
    assert wiring().tally_projector.verify() == []


@pytest.mark.parametrize("body", [[], {"cursor": 1}, {"cursor": None}, {"cursor": "made-up"}, {"all": True}])
def test_a_body_that_is_none_is_refused(flooded: World, body: Any) -> None:
    begun = withdrawn(flooded, "school")
    assert flooded.admin("POST", f"{PERU}/withdrawals/{begun}/undo", body).status == 422
    assert flooded.admin("POST", f"{PERU}/withdrawals/nothing/undo", {}).status == 404
    assert recorded(flooded)["undone_at"] is None
