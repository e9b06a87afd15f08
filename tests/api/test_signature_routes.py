"""An organiser among the signatures: pages that neither repeat nor miss, filters, one signature, withdrawing, asking again."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib import log
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.addresses.email_addresses import signature_id
from chalicelib.storage.dynamodb.table import Table
from chalicelib.wiring import wiring
from tests.kit.factories import NOW, a_campaign, a_signature

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

LIST = "/admin/campaigns/peru/signatures"
NOBODY = "a" * 32


def page(world: World, query: str = "", **headers: str) -> dict[str, Any]:
    reply = world.admin("GET", f"{LIST}?{query}", **headers)
    assert reply.status == 200, reply.text
    result: dict[str, Any] = reply.json
    return result


def pages(world: World, query: str = "", *, meanwhile: Any = lambda: None) -> list[list[dict[str, Any]]]:
    """Every page of a list, `meanwhile` happening between them."""
    found, cursor = [], ""
    while True:
        answer = page(world, f"{query}&cursor={cursor}")
        found.append(answer["signatures"])
        if answer["cursor"] is None:
            return found
        cursor = answer["cursor"]
        meanwhile()
        assert len(found) < 200, "the list has no end"


def ids(found: list[list[dict[str, Any]]]) -> list[str]:
    return [one["id"] for one_page in found for one in one_page]


def seed(number: int, *, first: int = 0, together: int = 1, **facts: Any) -> list[str]:
    """Signatures straight into the table, `together` of one moment; their ids."""
    made = []
    for n in range(first, first + number):
        moment = NOW - timedelta(days=1) + timedelta(seconds=n // together)
        one = a_signature(
            id=signature_id(b"seed", "peru", str(n)), signed_at=moment, email=f"s{n}@example.org", **facts
        )
        wiring().signatures.sign(one, now=moment)
        made.append(one.id)
    return made


def only(world: World) -> dict[str, Any]:
    (found,) = page(world)["signatures"]
    result: dict[str, Any] = found
    return result


@pytest.fixture(params=["world", "real_world"])
def any_world(request: pytest.FixtureRequest) -> World:
    """On moto, then on a real engine."""
    made: World = request.getfixturevalue(request.param)
    return made


# --- pages


@pytest.mark.parametrize(("together", "limit"), [(1, 50), (7, 10), (150, 37)])
def test_pages_neither_repeat_nor_miss_while_new_ones_arrive(any_world: World, together: int, limit: int) -> None:
    made = seed(150, together=together)
    arriving = iter(range(1000, 2000))

    def sign() -> None:
        any_world.later(seconds=1)
        assert any_world.sign(email=f"new{next(arriving)}@example.org").status == 201

    found = pages(any_world, f"limit={limit}", meanwhile=sign)
    assert sorted(ids(found)) == sorted(made)
    assert [len(one) for one in found[:-1]] == [limit] * (150 // limit - (150 % limit == 0))
    times = [one["signed_at"] for one_page in found for one in one_page]
    assert times == sorted(times, reverse=True)


def test_pages_survive_that_the_signature_at_the_cursor_is_gone(any_world: World) -> None:
    made = seed(40, together=40)
    first = page(any_world, "limit=5")
    client = any_world.session.client("dynamodb")
    (key,) = (
        {"pk": item["pk"], "sk": item["sk"]}
        for item in any_world.signatures()
        if item["sk"]["S"] == first["signatures"][-1]["id"]
    )
    client.delete_item(TableName=any_world.resources.signatures_table, Key=key)
    rest = page(any_world, f"limit=200&cursor={first['cursor']}")
    assert sorted(ids([first["signatures"], rest["signatures"]])) == sorted(made)


def test_page_costs_one_read_a_bucket_and_one_a_hundred_however_many_there_are(real_world: World) -> None:
    world, costs = real_world, []
    page(world)  # campaign and key are remembered from here on
    seed(300)
    for more in (0, 900):
        seed(more, first=300)
        answer = page(world, "limit=50")
        for query in ("limit=50", f"limit=50&cursor={answer['cursor']}", "limit=200"):
            with world.counting() as calls:
                page(world, query)
            costs.append((dict(calls), sum(unit_of(one) for one in world.units)))
    small, large = costs[:3], costs[3:]
    assert [calls for calls, _ in small] == [
        {"Query": 4, "BatchGetItem": 1},
        {"Query": 4, "BatchGetItem": 1},
        {"Query": 4, "BatchGetItem": 2},
    ]
    assert [calls for calls, _ in large] == [calls for calls, _ in small]
    assert [units for _, units in large] == pytest.approx([units for _, units in small], rel=0.1)


def unit_of(entry: dict[str, Any]) -> float:
    capacity = entry["capacity"]
    listed = capacity if isinstance(capacity, list) else [capacity]
    return float(sum(one["CapacityUnits"] for one in listed))


def test_a_page_of_long_answers_ends_at_about_a_megabyte_and_goes_on(world: World) -> None:
    answers = {"given_name": "Ana", **{f"custom.q{n}": "ع" * 1900 for n in range(4)}}
    expected = seed(70, answers=answers)
    whole = world.admin("GET", f"{LIST}?limit=200")
    assert len(whole.text.encode()) < 1.5 * 1024 * 1024, "Lambda answers with 6 MB at the most"
    assert whole.json["cursor"]
    found = pages(world, "limit=200")
    assert len(found) > 1
    assert sorted(ids(found)) == sorted(expected)
    assert sorted(ids(pages(world, "limit=200&state=pending"))) == sorted(expected), "with a filter, too"


def test_the_buckets_are_asked_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A barrier that opens only when every bucket's query waits at it: one after the other they would never pass."""
    seed(20)
    buckets = wiring().campaign_reader.get("peru").buckets
    together = threading.Barrier(buckets, timeout=10)
    query = Table._call
    requests = []

    def waits(table: Table, operation: str, **request: Any) -> dict[str, Any]:
        if operation == "query" and request.get("IndexName") == "by_time":
            together.wait()
            requests.append(log.request_id.get())
        return query(table, operation, **request)

    monkeypatch.setattr(Table, "_call", waits)
    assert len(page(world)["signatures"]) == 20
    assert len(requests) == buckets
    assert len(set(requests)) == 1, "each is part of the request"
    assert requests[0]


def test_filtered_page_stops_after_five_hundred_and_still_goes_on(real_world: World) -> None:
    world = real_world
    wanted = seed(3, answers={"country": "PE"})
    seed(700, first=10, answers={"country": "US"})
    page(world)
    with world.counting() as calls:
        first = page(world, "country=PE")
    assert first["signatures"] == []
    assert calls == {"Query": 4, "BatchGetItem": 5}
    second = page(world, f"country=PE&cursor={first['cursor']}")
    assert [one["id"] for one in second["signatures"]] == wanted[::-1]
    assert second["cursor"] is None


def test_page_has_fifty_unless_told_and_the_last_has_no_cursor(world: World) -> None:
    seed(51)
    answer = page(world)
    assert len(answer["signatures"]) == 50
    last = page(world, f"cursor={answer['cursor']}")
    assert (len(last["signatures"]), last["cursor"]) == (1, None)
    assert page(world, "limit=51")["cursor"] is None


def test_expired_ones_are_gone_and_do_not_shorten_a_page(world: World) -> None:
    world.now = NOW - timedelta(days=2)
    for name in ("a", "b"):
        world.sign_and_confirm(email=f"{name}@example.org")
    seed(5)
    assert len(ids(pages(world, "limit=2"))) == 7
    world.later(days=32)
    assert [len(one) for one in pages(world, "limit=1")] == [1, 1]


# --- filters


def test_filters_by_what_is_known_of_a_signature(any_world: World) -> None:
    world = any_world
    world.sign_and_confirm(email="a@example.org", country="PE", source="herald", lang="es")
    world.sign(email="b@example.org", country="US", lang="en")
    world.sign(email="c@example.org", country="US", lang="en")
    world.drain()
    (asked,) = (mail for mail in world.ses.sent if mail.to == "c@example.org")
    world.post_form(asked.link("withdraw"), {})

    def emails(query: str) -> list[str | None]:
        return sorted(one.get("email", "") for one in page(world, query)["signatures"])

    assert emails("") == ["", "a@example.org", "b@example.org"]
    assert emails("state=confirmed") == ["a@example.org"]
    assert emails("state=pending") == emails("country=us") == emails("language=en") == ["b@example.org"]
    assert emails("state=withdrawn") == [""]
    assert emails("country=PE&language=es&source=herald") == ["a@example.org"]
    assert emails("country=PE&state=pending") == emails("source=nowhere") == []


def test_days_are_those_of_signing_where_the_campaign_is(any_world: World) -> None:
    world = any_world
    for hours in (0, 16.9, 17.1, 41.1):  # Lima is five hours behind: its midnight is 17 hours after our noon
        world.now = NOW + timedelta(hours=hours)
        world.sign(email=f"h{hours}@example.org")

    def emails(query: str) -> list[str]:
        return [one["email"][1:].partition("@")[0] for one in page(world, query)["signatures"]]

    assert emails("to=2026-11-23") == ["16.9", "0"]
    assert emails("from=2026-11-24&to=2026-11-24") == ["17.1"]
    assert emails("from=2026-11-24") == ["41.1", "17.1"]
    assert emails("from=2026-11-26") == []
    assert [len(one) for one in pages(world, "from=2026-11-23&to=2026-11-24&limit=1")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("limit=0", "limit", "bad_limit"), ("limit=201", "limit", "bad_limit"), ("limit=x", "limit", "bad_limit"),
        ("limit=-1", "limit", "bad_limit"), ("limit=", "limit", "bad_limit"), ("limit=1e2", "limit", "bad_limit"),
        ("state=expired", "state", "not_an_option"), ("country=XX", "country", "not_a_country"),
        ("language=e!", "language", "bad_language"), ("source=a%20b", "source", "bad_source"),
        ("from=yesterday", "from", "bad_day"), ("from=20261123", "from", "bad_day"),
        ("to=2026-02-30", "to", "bad_day"), ("to=0001-01-01", "to", "bad_day"),
        ("from=2026-11-24&to=2026-11-23", "to", "ends_before_it_begins"), ("cursor=x", "cursor", "bad_cursor"),
        ("state=", "state", "empty_filter"), ("country=", "country", "empty_filter"), ("language=", "language", "empty_filter"),
        ("source=", "source", "empty_filter"), ("from=", "from", "empty_filter"), ("to=", "to", "empty_filter"),
        ("held=", "held", "empty_filter"), ("network=", "network", "empty_filter"),
        ("stat=pending", "query", "unknown_field"), ("ana@example.org=1", "query", "unknown_field"),
    ],
)  # fmt: skip
def test_malformed_queries_are_refused_by_name(world: World, query: str, field: str, code: str) -> None:
    reply = world.admin("GET", f"{LIST}?{query}")
    assert reply.status == 422
    assert [(error["field"], error["code"]) for error in reply.json["errors"]] == [(field, code)]
    assert "ana@" not in reply.text


# --- cursors


def refused_cursor(reply: Reply) -> bool:
    return reply.status == 422 and [e["field"] for e in reply.json["errors"]] == ["cursor"]


def test_cursor_is_good_only_as_it_was_given(world: World) -> None:
    seed(5)
    world.publish("other")
    cursor = page(world, "limit=2&state=pending")["cursor"]
    for place in range(0, len(cursor), 5):
        edited = cursor[:place] + ("x" if cursor[place] != "x" else "y") + cursor[place + 1 :]
        assert refused_cursor(world.admin("GET", f"{LIST}?state=pending&cursor={edited}"))
    assert refused_cursor(world.admin("GET", f"{LIST}?cursor={cursor}"))
    assert refused_cursor(world.admin("GET", f"{LIST}?state=pending&from=2026-11-01&cursor={cursor}"))
    assert refused_cursor(world.admin("GET", f"/admin/campaigns/other/signatures?state=pending&cursor={cursor}"))
    assert len(page(world, f"state=pending&limit=200&cursor={cursor}")["signatures"]) == 3
    world.later(days=8)
    assert refused_cursor(world.admin("GET", f"{LIST}?state=pending&cursor={cursor}"))


def test_link_from_a_mail_is_no_cursor(world: World) -> None:
    world.sign()
    world.drain()
    token = world.ses.sent[0].link("confirm").partition("/confirm/")[2]
    assert refused_cursor(world.admin("GET", f"{LIST}?cursor={token}"))


# --- one signature


def test_address_is_found_by_key_however_it_is_spelled(any_world: World) -> None:
    world = any_world
    world.sign(email="Ana.Quispe@gmail.com", custom={"chapter": "Lima"})
    page(world)
    with world.counting() as calls:
        reply = world.admin("POST", f"{LIST}/find", {"email": " anaquispe+x@googlemail.com "})
    assert calls == {"GetItem": 1}
    (found,) = reply.json["signatures"]
    assert (found["email"], found["custom.chapter"]) == ("Ana.Quispe@gmail.com", "Lima")
    assert world.admin("POST", f"{LIST}/find", {"email": "nobody@example.org"}).json == {"signatures": []}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [({}, 422, "missing"), ({"email": ""}, 422, "missing"), ({"email": 1}, 422, "not_text"),
     ({"email": "x"}, 422, "not_an_email"), ({"email": "x" * 300}, 422, "too_long"),
     ({"email": "a@example.org", "ana@example.org": 1}, 422, "unknown_field"), ([], 400, None)],
)  # fmt: skip
def test_bad_address_to_find_is_refused(world: World, body: Any, status: int, code: str | None) -> None:
    reply = world.admin("POST", f"{LIST}/find", body)
    assert reply.status == status
    assert [error["code"] for error in reply.json.get("errors", [])] == ([code] if code else [])
    assert "ana@" not in reply.text


def test_one_signature_shows_what_was_typed_and_what_became_of_its_mails(any_world: World) -> None:
    world = any_world
    world.sign_and_confirm(consents=["wbw"], source="flyer", utm_medium="print", public=True, lang="es")
    found = only(world)
    assert world.admin("GET", f"{LIST}/{found['id']}").json == found
    moment = NOW.isoformat(timespec="microseconds").replace("+00:00", "Z")
    mail, network = found.pop("mail"), found.pop("network")
    assert re.fullmatch("[a-z2-7]{16}", network)
    assert found == {
        "id": found["id"], "state": "confirmed", "signed_at": moment, "confirmed_at": moment, "withdrawn_at": None,
        "day": "2026-11-23", "email": "ana@example.org", "given_name": "Ana", "family_name": "Quispe", "country": "PE",
        "language": "es", "public": True, "consents": ["wbw"], "source": "flyer", "referrer": "",
        "utm": {"utm_medium": "print"}, "text_version": 1,
        "text_sha256": a_campaign().text("es").sha256, "flags": [], "form_shown_at": None, "held": None, "updates_at": None, "shown": True,
    }  # fmt: skip
    assert (mail["sends"], mail["sent_at"], mail["thanked_at"], mail["outcome"]) == (1, moment, moment, "sent")
    assert (mail["delivery"], mail["reminded_at"]) == (None, None)


@pytest.mark.parametrize("signature", [NOBODY, "A" * 32, "a" * 33, "find", "x%23y", "a" * 3000, "%00"])
def test_unknown_or_malformed_ids_are_not_found(world: World, signature: str) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/resend")):
        assert world.admin(method, f"{LIST}/{signature}{path}").status == 404


def test_expired_signature_is_gone_before_it_is_deleted(world: World) -> None:
    world.sign()
    found = only(world)["id"]
    world.later(days=30)
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/resend")):
        reply = world.admin(method, f"{LIST}/{found}{path}")
        assert (reply.status, reply.json["code"]) == (404, "not_found")
    assert world.admin("POST", f"{LIST}/find", {"email": "ana@example.org"}).json == {"signatures": []}


def test_unknown_campaign_is_told_to_those_who_may_know(world: World) -> None:
    assert world.admin("GET", "/admin/campaigns/nope/signatures").json["code"] == "campaign_not_found"
    assert world.admin("GET", f"/admin/campaigns/nope/signatures/{NOBODY}").json["code"] == "campaign_not_found"


# --- withdrawing


def test_withdrawing_leaves_nothing_of_the_person_and_the_tally_follows(any_world: World) -> None:
    world = any_world
    world.sign_and_confirm()
    found = only(world)["id"]
    assert world.counts()["signatures"]["confirmed"] == 1
    first = world.admin("DELETE", f"{LIST}/{found}")
    assert (first.status, first.json["state"]) == (200, "withdrawn")
    assert set(first.json) == {"id", "state", "signed_at", "confirmed_at", "withdrawn_at"}
    world.later(minutes=1)
    assert world.admin("DELETE", f"{LIST}/{found}").json == first.json == only(world)
    world.drain()
    assert world.counts()["signatures"] == {"pending": 0, "confirmed": 0, "withdrawn": 1, "expired": 0, "external": 0}
    assert "ana@example.org" not in str(world.signatures())


def acts(world: World) -> list[str]:
    entries = world.admin("GET", "/admin/audit").json["entries"]
    return [one["act"] for one in entries if one["act"].startswith(("signature", "confirmation"))]


def test_audit_says_that_a_key_withdrew_or_asked_again_but_not_whom(world: World) -> None:
    world.sign()
    found = only(world)["id"]
    assert resend(world, found) == (202, "pending")
    world.later(seconds=1)
    for _ in range(2):
        assert world.admin("DELETE", f"{LIST}/{found}").status == 200
    assert resend(world, found) == (409, "not_pending")
    assert acts(world) == ["signature withdrawn", "confirmation requested again"]
    assert found not in str(world.items(world.resources.registry_table))


# --- asking again


def resend(world: World, signature: str) -> tuple[int, str]:
    reply = world.admin("POST", f"{LIST}/{signature}/resend")
    return reply.status, reply.json.get("code", reply.json.get("state"))


def test_confirmation_is_asked_for_again_at_most_three_times(any_world: World) -> None:
    world = any_world
    world.sign()
    world.drain()
    found = only(world)["id"]
    assert resend(world, found) == (409, "asked_just_now")
    for mails in (2, 3):
        world.later(minutes=10)
        assert resend(world, found) == (202, "pending")
        assert resend(world, found) == (202, "pending")
        world.drain()
        assert len(world.ses.sent) == mails
        assert resend(world, found) == (409, "asked_just_now" if mails < 3 else "confirmations_used_up")
    world.later(days=1)
    assert resend(world, found) == (409, "confirmations_used_up")
    assert world.post_form(world.ses.sent[-1].link("confirm"), {}).status == 200


def test_only_pending_ones_are_asked_again_and_only_while_a_click_counts(world: World) -> None:
    world.sign()
    world.drain()
    found = only(world)["id"]
    world.publish(state="closed")
    world.later(days=2)
    assert resend(world, found) == (409, "campaign_not_open")
    world.publish(state="open")
    world.post_form(world.ses.sent[-1].link("confirm"), {})
    assert resend(world, found) == (409, "not_pending")
    world.admin("DELETE", f"{LIST}/{found}")
    assert resend(world, found) == (409, "not_pending")


# --- keys of sponsors


def test_key_of_a_sponsor_sees_only_who_consented_to_it_and_changes_nothing(world: World) -> None:
    from dataclasses import replace

    world.sign_and_confirm(email="a@example.org", consents=["wbw", "cidydh"])
    world.sign_and_confirm(email="b@example.org", consents=["cidydh"])
    world.sign(email="c@example.org", consents=["wbw"])
    every = {one["email"]: one["id"] for one in page(world)["signatures"]}
    key, secret = wiring().keyring.create("wbw", Role.ORGANIZER)
    wiring().keyring._cache.put(key.id, replace(key, sponsor="wbw"))
    own = {"authorization": f"Bearer {secret}"}
    (seen,) = page(world, **own)["signatures"]
    assert (seen["email"], seen["consents"]) == ("a@example.org", ["wbw"])
    assert world.admin("GET", f"{LIST}/{every['a@example.org']}", **own).status == 200
    for hidden in ("b@example.org", "c@example.org"):
        assert world.admin("GET", f"{LIST}/{every[hidden]}", **own).status == 404
        assert world.admin("POST", f"{LIST}/find", {"email": hidden}, **own).json == {"signatures": []}
    assert world.admin("DELETE", f"{LIST}/{every['a@example.org']}", **own).status == 403
    assert world.admin("POST", f"{LIST}/{every['c@example.org']}/resend", **own).status == 403
    for query in ("held=any", f"network={'a' * 16}"):  # it is not told either
        assert world.admin("GET", f"{LIST}?{query}").status == 200
        assert world.admin("GET", f"{LIST}?{query}", **own).status == 422
    cursor = page(world, "limit=1")["cursor"]
    assert refused_cursor(world.admin("GET", f"{LIST}?cursor={cursor}", **own))
