"""Signatures are found by parts of a name, 500 a call, by those who may see them; the name is in no log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.kit.world import World

SEARCH = "/admin/campaigns/peru/signatures/search"


def found(world: World, name: str, **more: Any) -> list[str]:
    answer = world.admin("POST", SEARCH, {"name": name}, **more)
    assert answer.status == 200, answer.text
    return sorted(one["email"] for one in answer.json["signatures"])


@pytest.fixture
def three(world: World) -> World:
    for email, given, family in (
        ("ana@example.org", "Ana María", "Quispe"),
        ("jose@example.org", "José", "Anaya-Núñez"),
        ("ben@example.org", "Ben", "Okoro"),
    ):
        world.sign_and_confirm(email=email, given_name=given, family_name=family)
    return world


@pytest.mark.parametrize(
    ("name", "emails"),
    [
        ("ana", ["ana@example.org", "jose@example.org"]),
        ("ana qui", ["ana@example.org"]),
        ("QUISPE, Ana", ["ana@example.org"]),
        ("jose nunez", ["jose@example.org"]),
        ("koro", []),  # only the beginning of a word
        ("ana okoro", []),
    ],
)
def test_every_word_begins_a_word_of_the_name(three: World, name: str, emails: list[str]) -> None:
    assert found(three, name) == emails


def test_it_goes_on_where_it_ended(three: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("MAX_EXAMINED", "BATCH_SIZE"):
        monkeypatch.setattr(f"chalicelib.services.signatures.signature_search.{limit}", 2)
    first = three.admin("POST", SEARCH, {"name": "ana"}).json
    assert first["examined"] == 2
    second = three.admin("POST", SEARCH, {"name": "ana", "cursor": first["cursor"]}).json
    assert (second["examined"], second["cursor"]) == (1, None)
    assert len(first["signatures"]) + len(second["signatures"]) == 2
    other = three.admin("POST", SEARCH, {"name": "ben", "cursor": first["cursor"]})
    assert (other.status, other.json["errors"][0]["code"]) == (422, "bad_cursor")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "name", "missing"),
        ({"name": " . "}, "name", "missing"),
        ({"name": 5}, "name", "not_text"),
        ({"name": "x" * 101}, "name", "too_long"),
        ({"name": "ana", "cursor": 5}, "cursor", "bad_cursor"),
        ({"name": "ana", "email": "ana@example.org"}, "body", "unknown_field"),
        ([], "body", "unknown_field"),
    ],
)
def test_what_is_no_name_is_refused(world: World, body: Any, field: str, code: str) -> None:
    answer = world.admin("POST", SEARCH, body)
    assert (answer.status, [(one["field"], one["code"]) for one in answer.json["errors"]]) == (422, [(field, code)])
    assert "ana@example.org" not in answer.text


def test_the_withdrawn_are_not_found_and_no_log_has_the_name(three: World, caplog: pytest.LogCaptureFixture) -> None:
    (ana,) = three.admin("POST", SEARCH, {"name": "quispe"}).json["signatures"]
    three.admin("DELETE", f"/admin/campaigns/peru/signatures/{ana['id']}")
    assert found(three, "quispe") == []
    assert "quispe" not in caplog.text.lower()
