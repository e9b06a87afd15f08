"""A flood that counts already: found by where it came from, counted first, and withdrawn at once, without touching others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.kit.interleaving import just_before
from tests.pages.outline import Outline

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

LIST = "/admin/campaigns/peru/signatures"


@pytest.fixture
def flooded(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Five signatures of one network that count, one of another, one on paper; an API that withdraws two a call."""
    monkeypatch.setattr("chalicelib.services.signatures.flood_withdrawal.BATCH_SIZE", 2)
    monkeypatch.setattr("chalicelib.services.signatures.flood_withdrawal.PREVIEW_SIZE", 3)
    world.publish(confirmation="single")
    world.client = "198.51.100.7"
    for number in range(5):
        world.sign(email=f"n{number}@example.org", source="forum")
    world.client = "203.0.113.1"
    world.sign(email="ana@example.org", source="school")
    world.admin("POST", LIST, {"given_name": "Rosa", "source": "forum"})
    world.drain()
    return world


def network_of_the_flood(world: World) -> str:
    listed = world.admin("GET", f"{LIST}?source=forum&state=confirmed").json["signatures"]
    (network,) = {one["network"] for one in listed}
    return str(network)


def all_steps(world: World, **wanted: Any) -> tuple[int, int]:
    """How many signatures, in how many steps."""
    found, steps, cursor, withdrawal = 0, 0, "", ""
    while cursor is not None:
        reply = world.admin("POST", f"{LIST}/withdraw", wanted | {"cursor": cursor, "withdrawal": withdrawal or ""})
        withdrawal = reply.json["withdrawal"]
        assert (reply.status, reply.json["preview"]) == (200, wanted.get("preview", False)), reply.text
        found, steps, cursor = found + reply.json["signatures"], steps + 1, reply.json["cursor"]
    world.drain()
    return found, steps


def test_a_preview_counts_and_changes_nothing(flooded: World) -> None:
    before = flooded.signatures()
    assert all_steps(flooded, network=network_of_the_flood(flooded), preview=True) == (5, 2)
    assert flooded.signatures() == before
    assert "signatures withdrawn" not in flooded.admin("GET", "/admin/audit").text


def test_a_network_is_withdrawn_by_steps_once_and_others_stay(flooded: World) -> None:
    network = network_of_the_flood(flooded)
    assert all_steps(flooded, network=network) == (5, 3)
    assert all_steps(flooded, network=network)[0] == 0
    counts = flooded.counts()
    assert (counts["signatures"]["confirmed"], counts["signatures"]["external"]) == (1, 1)
    assert counts["withdrawn"] == {"signer": 0, "organizer": 5, "erased": 0}
    assert (counts["public_count"], counts["by"]["source"]) == (2, {"school": 1})
    (entry,) = [
        one for one in flooded.admin("GET", "/admin/audit").json["entries"] if one["act"] == "signatures withdrawn"
    ]
    assert (entry["signatures"], entry["filters"]) == (5, {"network": network})


def test_paper_with_the_same_source_stays(flooded: World) -> None:
    assert all_steps(flooded, source="Forum", preview=True)[0] == 5
    assert all_steps(flooded, source="Forum")[0] == 5
    assert flooded.counts()["signatures"]["external"] == 1


def test_days_and_flags_narrow_it(flooded: World) -> None:
    flooded.sign(email="fast@example.org", source="forum", _shown="forged")
    flooded.drain()
    assert all_steps(flooded, flag="forged", preview=True)[0] == 1
    assert all_steps(flooded, source="forum", to="2026-11-22", preview=True)[0] == 0
    assert all_steps(flooded, source="forum", **{"from": "2026-11-24"}, preview=True)[0] == 0
    assert all_steps(flooded, source="forum", **{"from": "2026-11-23", "to": "2026-11-23"}, flag="forged")[0] == 1
    assert flooded.counts()["signatures"]["confirmed"] == 6


def test_a_form_that_was_sent_again_and_again_is_found_by_its_moment(flooded: World) -> None:
    token = Outline(flooded.get("/sign/peru").text).one("input", name="_shown")["value"]
    flooded.later(minutes=1)
    for number in range(3):
        flooded.sign(email=f"robot{number}@example.org", _shown=token)
    other = Outline(flooded.get("/sign/peru").text).one("input", name="_shown")["value"]
    flooded.later(minutes=1)
    flooded.sign(email="person@example.org", _shown=other)
    flooded.sign(email="forger@example.org", _shown=token[:-1] + ("a" if token[-1] != "a" else "b"))
    flooded.drain()
    listed = {
        one["email"]: one["form_shown_at"] for one in flooded.admin("GET", f"{LIST}?limit=200").json["signatures"]
    }
    shown = listed["robot0@example.org"]
    assert shown == "2026-11-23T12:00:00.000000Z"
    assert (listed["person@example.org"], listed["forger@example.org"]) == ("2026-11-23T12:01:00.000000Z", None)
    assert all_steps(flooded, form_shown_at=shown, preview=True)[0] == 3
    assert all_steps(flooded, form_shown_at="2026-11-23T07:00:00-05:00", source="forum", preview=True)[0] == 0
    assert all_steps(flooded, form_shown_at="2026-11-23T07:00:00-05:00")[0] == 3
    assert flooded.counts()["signatures"]["confirmed"] == 8
    (entry, *_) = [
        one for one in flooded.admin("GET", "/admin/audit").json["entries"] if one["act"] == "signatures withdrawn"
    ]
    assert entry["filters"] == {"form_shown_at": shown}


def test_one_that_its_signer_withdraws_in_that_moment_is_the_signers(flooded: World) -> None:
    link = next(mail for mail in flooded.ses.sent if mail.to == "ana@example.org").link("withdraw")

    def by_the_signer() -> Reply:
        return flooded.post_form(link, {})

    with just_before("PutItem", by_the_signer):
        assert all_steps(flooded, source="school")[0] == 0
    assert flooded.counts()["withdrawn"] == {"signer": 1, "organizer": 0, "erased": 0}


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "network", "missing"),
        ({"from": "2026-11-23", "to": "2026-11-23"}, "network", "missing"),
        ({"network": ""}, "network", "empty_filter"),
        ({"network": "10.0.0.0"}, "network", "bad_network"),
        ({"source": "a b"}, "source", "bad_source"),
        ({"flag": "odd"}, "flag", "not_an_option"),
        ({"flag": ""}, "flag", "not_an_option"),
        ({"form_shown_at": ""}, "form_shown_at", "bad_moment"),
        ({"form_shown_at": "2026-11-23"}, "form_shown_at", "bad_moment"),
        ({"source": "forum", "to": "today"}, "to", "bad_day"),
        ({"source": "forum", "preview": "yes"}, "preview", "not_true_or_false"),
        ({"source": "forum", "state": "pending"}, "body", "unknown_field"),
        ({"source": 1}, "body", "unknown_field"),
        ([], "body", "unknown_field"),
    ],
)
def test_what_would_mean_everybody_or_nothing_is_refused(world: World, body: Any, field: str, code: str) -> None:
    reply = world.admin("POST", f"{LIST}/withdraw", body)
    assert reply.status == 422
    assert [(one["field"], one["code"]) for one in reply.json["errors"]] == [(field, code)]
