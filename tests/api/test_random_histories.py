"""Whatever happens to signatures, in whatever order: the tally is what a recount finds, and nobody waits for a mail in vain."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.storage.counting.tallies import without_events
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kit.world import World

HELD = "/admin/campaigns/peru/held"
STEPS = 70
BUCKETS = 4
PEOPLE = [f"n{number}@{domain}" for number in range(3) for domain in ("gmail.com", "flood.example", "mailinator.com")]


class Play:
    """One deployment and what may happen in it; a link, once mailed, may be followed at any time."""

    def __init__(self, world: World, dice: random.Random) -> None:
        self.world = world
        self.dice = dice

    def sign(self) -> None:
        token = self.dice.choice(["", "made up"])
        self.world.client = self.dice.choice(["192.0.2.1", "198.51.100.1"])
        typed: dict[str, Any] = {
            "given_name": self.dice.choice(["Ana", "Eva"]),
            "consents": self.dice.choice([[], ["wbw"]]),
        }
        who = self.dice.choice(PEOPLE)
        if self.dice.random() < 0.2:
            who = who.replace("@", "+x@")
        assert self.world.sign(email=who, _shown=token, **typed).status == 201

    def follow(self) -> None:
        mails = self.world.ses.sent
        if not mails:
            return
        mail, purpose = self.dice.choice(mails), self.dice.choice(["confirm", "confirm", "withdraw"])
        if f"/{purpose}/" in mail.text:
            assert self.world.post_form(mail.link(purpose), {}).status in {200, 404, 409, 410}

    def release(self) -> None:
        assert self.world.admin("POST", f"{HELD}/release", {}).status == 200

    def drop(self) -> None:
        reason = self.dice.choice(["network", "domain", "forged", "disposable"])
        assert self.world.admin("POST", f"{HELD}/drop", {"reason": reason}).status == 200

    def act_on_one(self) -> None:
        items = self.world.signatures()
        if items:
            one = f"/admin/campaigns/peru/signatures/{self.dice.choice(items)['sk']['S']}"
            method, path = self.dice.choice([("DELETE", one), ("POST", f"{one}/resend")])
            assert self.world.admin(method, path).status in {200, 202, 404, 409, 410}

    def report(self) -> None:
        if self.world.ses.sent:
            tags = {name: [value] for name, value in self.dice.choice(self.world.ses.sent).tags.items()}
            kind = self.dice.choice(["Delivery", "Delivery", "Bounce"])
            about: dict[str, Any] = {"eventType": kind, "mail": {"tags": tags}}
            about |= {"bounce": {"bounceType": "Transient", "bouncedRecipients": []}} if kind == "Bounce" else {}
            self.world.deliver_ses_event(about)

    def erase(self) -> None:
        assert self.world.admin("POST", "/admin/erasures", {"email": self.dice.choice(PEOPLE)}).status == 200

    def paper(self) -> None:
        body = {"email": self.dice.choice(PEOPLE), "given_name": "Ana"}
        assert self.world.admin("POST", "/admin/campaigns/peru/signatures", body).status in {200, 201, 409}

    def wait(self) -> None:
        self.world.later(minutes=self.dice.choice([1, 11, 61, 60 * 25]))

    def slow(self) -> None:
        self.world.ses.refuses = self.dice.choice(["", "TooManyRequestsException"])

    def some_events(self) -> None:
        self.world.run_projector(size=self.dice.choice([1, 7]))
        self.world.run_mailer()

    def run_scheduled(self) -> None:
        self.world.run_scheduled()

    def limits(self) -> None:
        few = {"network_hourly": self.dice.choice([1, 50]), "domain_hourly": self.dice.choice([1, 50])}
        self.world.publish(limits={**few, "hold": self.dice.choice([[], ["forged", "disposable"]])})


def play(world: World, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a schedule
    one = Play(world, dice)
    rare: list[Callable[[], None]] = [one.erase, one.paper, one.run_scheduled, one.slow]
    often: list[Callable[[], None]] = [one.follow, one.release, one.drop, one.act_on_one, one.report, one.wait]
    one.limits()
    for _ in range(STEPS):
        dice.choice([*[one.sign] * 6, *often, *often, one.some_events, one.some_events, *rare, one.limits])()


@pytest.mark.parametrize("seed", [1, 2])
def test_tally_and_mails_are_right_after_anything_in_any_order(world: World, seed: int) -> None:
    play(world, seed)
    world.ses.refuses = ""
    world.drain()
    world.later(days=1)  # caps begin anew, leases lapse
    world.run_scheduled()
    assert wiring().tally_projector.verify() == []
    counters = without_events(wiring().tallies.get("peru").counters)
    assert all(n >= 0 for n in counters.values())
    signatures = [found for bucket in range(BUCKETS) for found in wiring().signatures.scan("peru", bucket)]
    waiting = [one for one in signatures if one.marks.held]
    assert world.counts()["held"] == dict(Counter(one.marks.held for one in waiting))
    for one in signatures:
        assert one.owed_mail() is None or one.marks.outcome in {"suppressed", "capped"}, one.marks
        if one.is_withdrawn:
            assert (one.email, one.network, one.flags, one.marks.held) == ("", "", (), "")
