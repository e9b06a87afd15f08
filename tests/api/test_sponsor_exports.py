"""A sponsor's exports: whoever consents to it, a mark for whoever did, and no word of anybody else, whatever happened."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.addresses.email_addresses import signature_id
from chalicelib.domain.timestamps import stamp
from chalicelib.storage.signatures.signature_items import (
    HIDING_ATTRIBUTES,
    LASTING_ATTRIBUTES,
    REPLACED_ATTRIBUTES,
    read,
)
from chalicelib.wiring import wiring
from tests.api.test_exports import rows, text_of, written
from tests.api.test_withdrawal_undo import undone, withdrawn
from tests.kit.factories import BUCKETS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.kit.world import World

PERU = "/admin/campaigns/peru/signatures"
PEOPLE = [f"n{number}@example.org" for number in range(8)]
STEPS = 90


def id_of(email: str) -> str:
    return signature_id(wiring().pepper(), "peru", email)


def sign(world: World, email: str, *consents: str, **typed: Any) -> None:
    world.sign(email=email, consents=list(consents), given_name="Ana", **typed)
    world.drain()


def confirm(world: World, email: str) -> None:
    mail = next(one for one in reversed(world.ses.sent) if one.to == email and "/confirm/" in one.text)
    world.post_form(mail.link("confirm"), {})
    world.drain()


def manage(world: World, email: str, do: str, **fields: Any) -> None:
    link = next(one.link("manage") for one in reversed(world.ses.sent) if one.to == email and "/manage/" in one.text)
    reply = world.post_form(link, {"do": do, "given_name": "Ana", "family_name": "Q", "country": "PE", **fields})
    assert reply.status in {200, 404, 410}
    world.drain()


def told(world: World, **filters: Any) -> dict[str, dict[str, str]]:
    """What a sponsor's file says, by address."""
    address = {id_of(email): email for email in [*PEOPLE, *("paper@example.org", "kept@example.org")]}
    return {address[row["id"]]: row for row in rows(world, **{"sponsor": "wbw", "bom": False, **filters})}


@pytest.fixture
def busy(world: World) -> tuple[World, str]:
    """A day's work, and a cursor from before it."""
    world.later(minutes=5)
    cursor = written(world, sponsor="wbw")["cursor"]
    world.later(minutes=5)
    for email, consents in zip(PEOPLE, (["wbw"], ["wbw"], ["cidydh"], [], ["wbw"], [], ["wbw"], ["wbw"]), strict=True):
        sign(world, email, *consents)
    for email in PEOPLE[:4]:
        confirm(world, email)
    return world, cursor


def test_whoever_gave_a_sponsor_nothing_is_in_none_of_its_files(busy: tuple[World, str]) -> None:
    world, cursor = busy
    manage(world, PEOPLE[2], "save", consents=[])
    manage(world, PEOPLE[3], "save", comment="x")
    for email in PEOPLE[2:6]:  # of another sponsor, of none, pending with and without a tick
        world.admin("DELETE", f"{PERU}/{id_of(email)}")
    paper = world.admin("POST", PERU, {"given_name": "Rosa", "email": "paper@example.org", "consents": ["cidydh"]}).json
    assert set(told(world, state="external", sponsor=None)) == {"paper@example.org"}
    world.admin("DELETE", f"{PERU}/{paper['id']}")
    assert set(told(world)) == set(PEOPLE[:2])
    for filters in ({"since": cursor}, {"state": "any"}, {"state": "any", "since": cursor}):
        assert set(told(world, **filters)) == set(PEOPLE[:2]), filters
        assert {row["state"] for row in told(world, **filters).values()} == {"confirmed"}
    assert told(world, state="withdrawn") == {}
    assert told(world, state="external", since=cursor) == {}
    assert len(told(world, sponsor=None, state="any")) == len(PEOPLE) + 1, "organisers see all"


def withdraws(world: World) -> None:
    manage(world, PEOPLE[0], "withdraw-now")


def withdraws_and_signs_again(world: World) -> None:
    withdraws(world)
    sign(world, PEOPLE[0], "wbw")


def withdraws_and_signs_again_without(world: World) -> None:
    withdraws(world)
    sign(world, PEOPLE[0])
    confirm(world, PEOPLE[0])


def withdraws_and_a_robot_signs(world: World) -> None:
    withdraws(world)
    sign(world, PEOPLE[0], "wbw", website="https://spam.example")


def withdraws_and_is_on_paper(world: World) -> None:
    withdraws(world)
    entered = world.admin(
        "POST",
        PERU,
        {"given_name": "Rosa", "email": PEOPLE[0], "consents": ["cidydh"], "again_because": "signed again"},
    )
    assert entered.status == 201


def takes_it_back(world: World) -> None:
    manage(world, PEOPLE[0], "save", consents=["cidydh"])


def takes_it_back_and_withdraws(world: World) -> None:
    takes_it_back(world)
    world.later(minutes=5)
    withdraws(world)


def takes_it_back_and_is_anonymised(world: World) -> None:
    takes_it_back(world)
    for bucket in range(BUCKETS):
        wiring().signatures.anonymiser.anonymise("peru", bucket, now=world.now)


def is_removed(world: World) -> None:
    assert world.admin("DELETE", f"{PERU}/{id_of(PEOPLE[0])}").status == 200


def is_removed_with_others(world: World) -> None:
    manage(world, PEOPLE[0], "save", consents=["wbw"])
    withdrawn(world, source="flyer")


def is_erased(world: World) -> None:
    assert world.admin("POST", "/admin/erasures", {"email": PEOPLE[0]}).status == 200


LEAVING = (
    withdraws,
    withdraws_and_signs_again,
    withdraws_and_signs_again_without,
    withdraws_and_a_robot_signs,
    withdraws_and_is_on_paper,
    takes_it_back,
    takes_it_back_and_withdraws,
    takes_it_back_and_is_anonymised,
    is_removed,
    is_removed_with_others,
    is_erased,
)


@pytest.mark.parametrize("leave", LEAVING)
def test_whoever_left_a_sponsor_is_a_mark_in_its_changes_once(world: World, leave: Callable[[World], None]) -> None:
    sign(world, PEOPLE[0], "wbw", source="flyer")
    confirm(world, PEOPLE[0])
    world.later(minutes=5)
    cursor = written(world, sponsor="wbw")["cursor"]
    world.later(minutes=5)
    moment = f"{world.now:%Y-%m-%dT%H:%M:%S.%fZ}"
    leave(world)
    mark = {name: value for name, value in told(world, since=cursor)[PEOPLE[0]].items() if value}
    assert mark.keys() == {"id", "state", "signed_at", "withdrawn_at", "changed_at"}
    assert (mark["state"], mark["withdrawn_at"], mark["changed_at"]) == ("withdrawn", moment, moment)
    assert told(world) == {}, "nor in a whole one"
    world.later(minutes=5)
    later = written(world, sponsor="wbw")["cursor"]
    world.later(minutes=5)
    sign(world, PEOPLE[0])
    assert told(world, since=later) == {}, "what they do afterwards is nothing to that sponsor"


def test_whoever_comes_back_is_whole_again(world: World) -> None:
    sign(world, PEOPLE[0], "wbw", source="flyer")
    confirm(world, PEOPLE[0])
    cursor = written(world, sponsor="wbw")["cursor"]
    world.later(minutes=5)
    begun = withdrawn(world, source="flyer")
    assert told(world, since=cursor)[PEOPLE[0]]["state"] == "withdrawn"
    assert undone(world, begun) == [1]
    world.later(minutes=11)
    assert told(world, since=cursor)[PEOPLE[0]]["given_name"] == "Ana"
    manage(world, PEOPLE[0], "save")
    manage(world, PEOPLE[0], "save", consents=["wbw"])
    world.later(minutes=11)
    assert told(world, since=cursor)[PEOPLE[0]]["given_name"] == "Ana"


def test_withdrawn_with_others_is_remembered_when_it_can_no_longer_be_undone(world: World) -> None:
    sign(world, PEOPLE[0], "wbw", source="flyer")
    confirm(world, PEOPLE[0])
    cursor = written(world, sponsor="wbw")["cursor"]
    world.later(minutes=5)
    withdrawn(world, source="flyer")
    (before,) = world.signatures()
    world.later(days=1, minutes=5)
    world.run_scheduled()
    (after,) = world.signatures()
    assert ("kept" in before, "kept" in after) == (True, False)
    assert before["left_sponsors"] == after["left_sponsors"] == {"M": {"wbw": after["withdrawn_at"]}}
    assert told(world, since=cursor)[PEOPLE[0]]["state"] == "withdrawn"


def test_a_mark_from_before_this_was_remembered_is_in_no_sponsors_file(world: World) -> None:
    sign(world, PEOPLE[0], "wbw")
    confirm(world, PEOPLE[0])
    cursor = written(world, sponsor="wbw")["cursor"]
    world.later(minutes=5)
    withdraws(world)
    (stub,) = world.signatures()
    world.session.client("dynamodb").update_item(
        TableName=world.resources.signatures_table,
        Key={"pk": stub["pk"], "sk": stub["sk"]},
        UpdateExpression="REMOVE left_sponsors",
    )
    assert told(world, since=cursor) == told(world, state="any") == {}
    assert told(world, since=cursor, sponsor=None)[PEOPLE[0]]["state"] == "withdrawn"


def test_nobody_is_remembered_longer_than_changes_can_be_asked_for(world: World) -> None:
    sign(world, PEOPLE[0], "wbw", "cidydh")
    confirm(world, PEOPLE[0])
    manage(world, PEOPLE[0], "save", consents=["cidydh"])
    world.later(days=30)
    manage(world, PEOPLE[0], "save", consents=["cidydh"], comment="x")
    assert world.signatures()[0]["left_sponsors"]["M"].keys() == {"wbw"}
    world.later(minutes=1)
    manage(world, PEOPLE[0], "save")
    assert world.signatures()[0]["left_sponsors"]["M"].keys() == {"cidydh"}


def test_the_signer_and_an_access_request_see_who_lost_the_consent(world: World) -> None:
    sign(world, PEOPLE[0], "wbw")
    confirm(world, PEOPLE[0])
    moment = f"{world.now:%Y-%m-%dT%H:%M:%S.%fZ}"
    manage(world, PEOPLE[0], "save")
    mail = next(one for one in reversed(world.ses.sent) if "/manage/" in one.text)
    assert world.post_form(mail.link("manage"), {"do": "download"}).json["left_sponsors"] == {"wbw": moment}
    for state in ("confirmed", "withdrawn"):
        (held,) = world.admin("POST", "/admin/access", {"email": PEOPLE[0]}).json["signatures"]
        assert (held["state"], held["left_sponsors"]) == (state, {"wbw": moment})
        withdraws(world)


def test_whatever_replaces_a_signature_leaves_nothing_of_it_but_who_left_and_that_its_name_is_hidden() -> None:
    """The list of what is replaced names every attribute that anybody reads."""

    class Recorded(Mapping[str, Any]):
        def __init__(self) -> None:
            self.seen: set[str] = set()
            self.item = {"pk": "peru#0", "sk": "a", "state": "pending", "signed_at": "2026-11-23T12:00:00.000000Z"}

        def __getitem__(self, name: str) -> Any:
            self.seen.add(name)
            return self.item[name]

        def __iter__(self) -> Iterator[str]:
            return iter(self.item)

        def __len__(self) -> int:
            return len(self.item)

        def __contains__(self, name: object) -> bool:
            self.seen.add(str(name))
            return name in self.item

    recorded = Recorded()
    read(recorded)
    assert recorded.seen - set(REPLACED_ATTRIBUTES) == {"pk", "sk", *LASTING_ATTRIBUTES, *HIDING_ATTRIBUTES}
    assert len(set(REPLACED_ATTRIBUTES)) == len(REPLACED_ATTRIBUTES)


@dataclass
class Play:
    """What may happen to signatures, and what a sponsor has of them who reads the changes now and then."""

    world: World
    dice: random.Random
    held: dict[str, dict[str, str]] = field(default_factory=dict)
    gave: set[str] = field(default_factory=set)
    cursor: str = ""
    marks: int = 0

    def someone(self) -> str:
        return self.dice.choice(PEOPLE[:4])

    def consents(self) -> list[str]:
        return self.dice.choice([[], ["wbw"], ["cidydh"], ["cidydh", "wbw"]])

    def sign(self) -> None:
        sign(self.world, self.someone(), *self.consents(), source=self.dice.choice(["flyer", "forum"]))

    def click(self) -> None:
        email = self.someone()
        if any(one.to == email and "/confirm/" in one.text for one in self.world.ses.sent):
            confirm(self.world, email)

    def change(self) -> None:
        email, do = self.someone(), self.dice.choice(["save", "save", "withdraw-now"])
        if any(one.to == email and "/manage/" in one.text for one in self.world.ses.sent):
            manage(self.world, email, do, consents=self.consents())

    def robot(self) -> None:
        sign(self.world, self.someone(), *self.consents(), website="https://spam.example")

    def paper(self) -> None:
        typed = {"given_name": "Rosa", "email": self.someone(), "consents": self.consents()}
        assert self.world.admin("POST", PERU, typed).status in {200, 201, 409}

    def remove(self) -> None:
        self.world.admin("DELETE", f"{PERU}/{id_of(self.someone())}")

    def remove_many(self) -> None:
        begun = withdrawn(self.world, source=self.dice.choice(["flyer", "forum"]))
        if self.dice.random() < 0.5:
            undone(self.world, begun)

    def read_changes(self) -> None:
        self.world.later(minutes=1)
        export = written(self.world, sponsor="wbw", format="ndjson", **({"since": self.cursor} if self.cursor else {}))
        self.cursor = export["cursor"]
        for row in rows_of(text_of(self.world, export)):
            if row["state"] == "withdrawn":
                assert row["id"] in self.gave, "a mark of somebody who never consented"
                self.marks += 1
                self.held.pop(row["id"], None)
            else:
                self.held[row["id"]] = row
        self.world.later(minutes=1)

    def wait(self) -> None:
        self.world.later(hours=25)  # so that there are emails again

    def look(self) -> None:
        for item in self.world.signatures():
            consents = [one["S"] for one in item.get("consents", {"L": []})["L"]]
            if item["state"]["S"] in {"confirmed", "external"} and "wbw" in consents:
                self.gave.add(item["sk"]["S"])


def rows_of(text: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 4])
def test_earlier_and_changes_are_a_fresh_file_and_hold_nobody_else(world: World, seed: int) -> None:
    one = Play(world, random.Random(seed))  # noqa: S311 - a schedule
    acts = [
        *[one.sign, one.click, one.change] * 4,
        one.robot,
        one.paper,
        one.remove,
        one.remove_many,
        one.wait,
        one.read_changes,
    ]
    for _ in range(STEPS):
        one.dice.choice(acts)()
        one.look()
        world.later(seconds=one.dice.choice([1, 700]))
    one.read_changes()
    fresh = {row["id"]: row for row in rows(world, sponsor="wbw", format="ndjson")}
    assert len(one.gave) >= 3
    assert one.marks >= 2
    assert one.held == fresh


def test_a_consent_on_paper_reaches_the_sponsor_until_it_ends(world: World) -> None:
    entered = world.admin("POST", PERU, {"given_name": "Rosa", "email": "paper@example.org", "consents": ["wbw"]}).json
    world.drain()
    assert {one["state"] for one in told(world).values()} == {"external"}
    assert set(told(world)) == set(told(world, state="external")) == {"paper@example.org"}
    assert told(world, state="confirmed") == told(world, sponsor="cidydh") == {}
    assert world.admin("GET", "/admin/campaigns/peru/counts?by=sponsor").json["by"]["sponsor"] == {"wbw": 1}
    _, key = wiring().keyring.create("wbw's", Role.ORGANIZER, campaigns=("peru",), sponsor="wbw")
    seen = world.admin("GET", PERU, authorization=f"Bearer {key}").json["signatures"]
    assert [(one["id"], one["consents"]) for one in seen] == [(entered["id"], ["wbw"])]
    cursor = stamp(world.now)
    world.later(minutes=1)
    world.admin("DELETE", f"{PERU}/{entered['id']}")
    world.drain()
    (gone,) = told(world, since=cursor).values()
    assert (gone["state"], gone["id"]) == ("withdrawn", entered["id"])
    assert world.admin("GET", "/admin/campaigns/peru/counts?by=sponsor").json["by"]["sponsor"] == {}


@pytest.mark.parametrize("state", ["pending", "withdrawn"])
def test_there_are_no_changes_of_a_state_that_people_only_pass_through(world: World, state: str) -> None:
    since = stamp(world.now)
    reply = world.admin("POST", "/admin/campaigns/peru/exports", {"state": state, "since": since})
    assert reply.status == 422
    assert [(one["field"], one["code"]) for one in reply.json["errors"]] == [("since", "no_changes_of_state")]
