"""Names to look at are suggested among the newest signatures, at a bounded cost; nothing is done about any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.kit.world import World

PATH = "/admin/campaigns/peru/signatures/odd-names"


@pytest.fixture
def single(real_world: World) -> World:
    fields = [{"name": name} for name in ("given_name", "family_name", "organization")]
    real_world.publish(confirmation="single", fields=fields)
    return real_world


def sign(world: World, *names: tuple[str, str], **more: Any) -> None:
    for given, family in names:
        world.later(seconds=1)
        email = f"n{world.now.timestamp()}@example.org"
        reply = world.post_json(
            "/campaigns/peru/signatures", {"email": email, "given_name": given, "family_name": family, **more}
        )
        assert reply.status == 201, reply.text


def odd(world: World, **body: Any) -> dict[str, list[str]]:
    answer = world.admin("POST", PATH, body)
    assert answer.status == 200, answer.text
    return {
        " ".join(filter(None, (one.get("given_name"), one.get("family_name"), one.get("organization")))): one[
            "oddities"
        ]
        for one in answer.json["signatures"]
    }


def test_only_odd_names_are_suggested(single: World) -> None:
    sign(
        single,
        ("Ana", "Quispe"),
        ("ANA", "QUISPE"),
        ("Mickey", "Mouse"),
        ("!!!", "123"),
        ("J", "R"),
        ("O", ""),
        ("王", "芳"),
    )
    sign(single, ("MÍCKEY", "MOUSE"), ("", ""), organization="ACLU PERU")
    sign(single, ("Fulano", "de Tal"))
    assert odd(single) == {
        "ANA QUISPE": ["capitals"],
        "Mickey Mouse": ["joke"],
        "!!! 123": ["symbols"],
        "MÍCKEY MOUSE ACLU PERU": ["capitals", "joke"],
        "Fulano de Tal": ["joke"],
    }


def test_the_same_name_is_odd_from_the_third_time_on(single: World) -> None:
    sign(single, ("Eva", "Paz"), ("Eva", "Paz"), ("Ana", "Quispe"), ("ana", "quispe"))
    assert odd(single) == {}
    sign(single, ("Aná", "Quispe"))
    assert odd(single) == {"Ana Quispe": ["repeated"], "ana quispe": ["repeated"], "Aná Quispe": ["repeated"]}
    times = [one["times"] for one in single.admin("POST", PATH, {}).json["signatures"]]
    assert times == [3, 3, 3]


def test_hidden_and_withdrawn_ones_are_settled(single: World) -> None:
    sign(single, ("Mickey", "Mouse"), ("Homer", "Simpson"), ("Harry", "Potter"))
    by_name = {one["given_name"]: one["id"] for one in single.admin("POST", PATH, {}).json["signatures"]}
    one = "/admin/campaigns/peru/signatures/{}"
    single.admin("PATCH", one.format(by_name["Mickey"]), {"shown": False, "reason": "joke"})
    single.admin("DELETE", one.format(by_name["Homer"]))
    assert odd(single) == {"Harry Potter": ["joke"]}


def test_it_goes_on_where_it_ended_at_a_bounded_cost(single: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sign(single, *[("Mickey", "Mouse")] * 5)
    for limit, n in (("MAX_EXAMINED", 3), ("BATCH_SIZE", 2)):
        monkeypatch.setattr(f"chalicelib.services.signatures.name_suggestions.{limit}", n)
    with single.counting() as calls:
        first = single.admin("POST", PATH, {}).json
    assert (first["examined"], len(first["signatures"])) == (3, 3)
    assert (calls["Query"], calls["BatchGetItem"]) == (4, 2)
    second = single.admin("POST", PATH, {"cursor": first["cursor"]}).json
    assert (second["examined"], second["cursor"], second["signatures"][0]["oddities"]) == (2, None, ["joke"])
    search = single.admin("POST", "/admin/campaigns/peru/signatures/search", {"name": "x", "cursor": first["cursor"]})
    assert search.status == 422, "a cursor is of what it was made for"


@pytest.mark.parametrize(
    ("body", "field"), [({"cursor": 1}, "cursor"), ({"cursor": "x"}, "cursor"), ({"name": "x"}, "body"), ([], "body")]
)
def test_other_bodies_are_refused(single: World, body: Any, field: str) -> None:
    answer = single.admin("POST", PATH, body)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)


def test_none_are_none(single: World) -> None:
    assert single.admin("POST", PATH, {}).json == {"signatures": [], "examined": 0, "cursor": None}
