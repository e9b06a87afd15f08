"""Everything at once on a real engine: signing, confirming, correcting, withdrawing, mailing and counting, interleaved.

Each thread does what signers and Lambdas do; at rest the promises must hold to the row.
"""

from __future__ import annotations

import random
import threading
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.access.signed_links import Purpose
from chalicelib.domain.signatures.signature import SignatureKey
from chalicelib.storage.counting.tallies import without_events
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kit.world import World

PEOPLE = 12
STEPS = 60
SIGNERS = 6
BUCKETS = 4


def run_together(*work: Callable[[], None]) -> None:
    """Runs all at once; an exception in any of them fails the test."""
    failures: list[BaseException] = []

    def guarded(one: Callable[[], None]) -> None:
        try:
            one()
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []


def a_signer(world: World, seed: int) -> Callable[[], None]:
    """Signs, confirms, corrects and withdraws for random people of a small crowd."""
    dice = random.Random(seed)  # noqa: S311 - a schedule

    def link(purpose: Purpose, address: str) -> str | None:
        for item in world.signatures():
            if item.get("email", {}).get("S") == address:
                found = wiring().signatures.find(SignatureKey.locate("peru", BUCKETS, item["sk"]["S"]))
                if found and found.email:
                    return wiring().link_maker.url_for(purpose, found, base_url="", language="en")
        return None

    def act() -> None:
        for _ in range(STEPS):
            address = f"p{dice.randrange(PEOPLE)}@example.org"
            what = dice.choice(["sign", "sign", "confirm", "confirm", "correct", "withdraw"])
            if what == "sign":
                country = dice.choice(["PE", "US", "MX"])
                assert world.sign(email=address, given_name=f"N{dice.randrange(3)}", country=country).status == 201
                continue
            purpose = {"confirm": Purpose.CONFIRM, "withdraw": Purpose.WITHDRAW}.get(what, Purpose.MANAGE)
            path = link(purpose, address)
            if path is None:
                continue
            form = {"do": "save", "given_name": "C", "country": "BO"} if what == "correct" else {}
            assert world.post_form(path, form).status in {200, 409, 410, 412, 503}

    return act


def a_projector(world: World, done: threading.Event) -> Callable[[], None]:
    """Delivers the stream as it grows, now and then a part of it twice."""
    dice = random.Random(99)  # noqa: S311

    def work() -> None:
        while True:
            is_last = done.is_set()
            seen = len(world.records)
            fresh = world.new_records()
            again = world.records[max(0, seen - dice.randint(0, 8)) : seen] if seen else []
            for start in range(0, len(again + fresh), 25):
                world.app.project({"Records": (again + fresh)[start : start + 25]}, None)
            if is_last and not fresh:
                return

    return work


def a_mailer(world: World, done: threading.Event) -> Callable[[], None]:
    def work() -> None:
        while not done.is_set():
            world.run_mailer()

    return work


@pytest.mark.parametrize("seed", [1, 2])
def test_at_rest_all_promises_hold_after_everything_happened_at_once(real_world: World, seed: int) -> None:
    world = real_world
    world.sign(email="warm@example.org")
    assert world.admin("GET", "/admin/campaigns").status == 200
    built: list[Any] = [wiring().mailer, wiring().signer_links, wiring().signer_self_service, wiring().link_maker]
    assert all(built)
    done = threading.Event()

    def signers() -> None:
        try:
            run_together(*(a_signer(world, seed * 100 + number) for number in range(SIGNERS)))
        finally:
            done.set()

    run_together(signers, a_projector(world, done), a_mailer(world, done), a_mailer(world, done))
    world.later(minutes=6)  # leases lapse
    world.drain()

    items = world.signatures()
    # 1: one signature a campaign and address
    assert len(items) == len({item["sk"]["S"] for item in items}) <= PEOPLE + 1
    # 3: tally = recount
    assert wiring().tally_projector.verify() == []
    states = Counter(item["state"]["S"] for item in items)
    counted = world.counts()["signatures"]
    assert (counted["pending"], counted["confirmed"]) == (states["pending"], states["confirmed"])
    assert all(n >= 0 for n in without_events(wiring().tallies.get("peru").counters).values())
    # 4: whoever is owed a mail got it, unless the daily cap holds it back
    for item in items:
        found = wiring().signatures.find(SignatureKey.locate("peru", BUCKETS, item["sk"]["S"]))
        assert found
        assert found.owed_mail() is None or found.marks.outcome == "capped"
    # caps: no address got more than five, however it was raced for
    assert max(Counter(mail.to for mail in world.ses.sent).values()) <= 5
    # 8: nothing of a person is left in a withdrawn signature
    for item in items:
        if item["state"]["S"] == "withdrawn":
            kept = {
                "pk",
                "sk",
                "state",
                "signed_at",
                "withdrawn_at",
                "withdrawn_by",
                "changed_at",
                "expires_at",
                "round",
            }
            assert set(item) - {"left_states"} == kept


def test_a_signature_confirmed_by_two_clicks_at_once_is_thanked_once(real_world: World) -> None:
    world = real_world
    world.sign()
    world.drain()
    link = world.ses.sent[0].link("confirm")
    run_together(*[lambda: _press(world, link)] * 8)
    world.drain()
    kinds = Counter(mail.tags["kind"] for mail in world.ses.sent)
    assert kinds == {"confirmation": 1, "thanks": 1}
    assert world.counts()["signatures"]["confirmed"] == 1


def _press(world: World, link: str) -> None:
    assert world.post_form(link, {}).status == 200


def test_jobs_handled_by_many_mailers_at_once_send_each_mail_once(real_world: World) -> None:
    world = real_world
    for number in range(30):
        world.sign(email=f"s{number}@example.org")
    world.run_projector()
    jobs: dict[int, list[Any]] = defaultdict(list)
    while batch := world.take_jobs():
        for number in range(4):
            jobs[number].append(batch)
    from local.functions.events import queue_event

    built: list[Any] = [wiring().mailer]
    assert all(built)

    def a_mailer_with(mine: list[Any]) -> Callable[[], None]:
        def work() -> None:
            for batch in mine:
                world.app.mail(queue_event(batch, "arn"), None)

        return work

    run_together(*map(a_mailer_with, jobs.values()))
    assert Counter(mail.to for mail in world.ses.sent) == Counter(f"s{n}@example.org" for n in range(30))
