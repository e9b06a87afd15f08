"""Who will do what and what will break when: a pure function of the seed, so that a bad run can be run again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from chaos.faults.service_faults import REFUSED_DOMAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

Act = Literal["sign", "again", "burst", "confirm", "correct", "withdraw", "erase"]
PETITION, LETTER = "no-troops-in-peru", "halt-military-aid"
# Each act is done until it was answered; a later one begins after the earlier one was.
HISTORIES: dict[str, tuple[tuple[Act, ...], ...]] = {
    PETITION: (  # a click confirms
        ("sign",),
        ("sign", "confirm"),
        ("sign", "confirm", "again"),
        ("sign", "again", "confirm"),
        ("burst", "confirm", "burst"),
        ("sign", "confirm", "correct"),
        ("burst", "confirm", "withdraw"),
        ("sign", "withdraw"),
        ("again", "confirm", "erase"),
        ("burst", "erase"),
    ),
    LETTER: (  # it counts at once
        ("sign",),
        ("sign", "again"),
        ("burst",),
        ("sign", "correct"),
        ("burst", "withdraw"),
        ("sign", "erase"),
    ),
}
REFUSED_SHARE = 0.05
GATEWAYS = ("gateway-1", "gateway-2")
MAILERS = ("mailer-1", "mailer-2")
PROJECTOR, ENGINE = "projector", "engine"
# How often each is killed at a random moment, beside the kills aimed at the worst one.
KILL_WEIGHTS = {"gateway-1": 2, "gateway-2": 2, "mailer-1": 2, "mailer-2": 2, PROJECTOR: 4, ENGINE: 1}
KILL_EVERY_SECONDS = (0.5, 1.5)
BROWNOUT_EVERY_SECONDS = (4.0, 10.0)
BROWNOUT_SECONDS = (0.5, 2.0)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Person:
    """One signer. `name` is like no other; all `spellings` reach the same mailbox."""

    number: int
    name: str
    campaign: str
    spellings: tuple[str, ...]
    history: tuple[Act, ...]

    @property
    def is_refused(self) -> bool:
        """True when the mail service will never take a mail to this person."""
        return self.spellings[0].endswith(REFUSED_DOMAIN)


@dataclass(frozen=True, slots=True)
class Kill:
    """One process ends without warning, so many seconds into the storm."""

    at: float
    process: str


@dataclass(frozen=True, slots=True)
class Brownout:
    """The tables refuse every request for a while."""

    at: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that was decided beforehand."""

    seed: int
    seconds: float
    people: tuple[Person, ...]
    kills: tuple[Kill, ...]
    brownouts: tuple[Brownout, ...]


def a_plan(*, seed: int, seconds: float, signers: int) -> Plan:
    """The plan of a seed."""
    return Plan(
        seed=seed,
        seconds=seconds,
        people=tuple(_person(seed, number) for number in range(signers)),
        kills=tuple(_kills(random.Random(f"{seed}/kills"), seconds)),  # noqa: S311  # a schedule
        brownouts=tuple(_brownouts(random.Random(f"{seed}/brownouts"), seconds)),  # noqa: S311  # a schedule
    )


def _person(seed: int, number: int) -> Person:
    dice = random.Random(f"{seed}/person/{number}")  # noqa: S311  # a schedule
    campaign = dice.choice((PETITION, PETITION, LETTER))
    name = f"Qx{in_letters(number)}"
    if dice.random() < REFUSED_SHARE:
        return Person(number, name, campaign, (f"{name.lower()}@{REFUSED_DOMAIN}",), ("sign",))
    return Person(number, name, campaign, _spellings(name.lower(), dice), dice.choice(HISTORIES[campaign]))


def _spellings(name: str, dice: random.Random) -> tuple[str, ...]:
    """One address, or all the ways to write one: case, tags, Gmail's dots and older name, composed and decomposed."""
    match dice.randrange(4):
        case 0:
            return (f"{name}@example.org",)
        case 1:
            return f"{name}@example.org", f"{name.upper()}@Example.ORG", f"{name}+peru@example.org"
        case 2:
            return f"{name}@gmail.com", f"{name[:3]}.{name[3:]}@googlemail.com", f"{name.title()}+x@gmail.com"
        case _:
            return f"{name}é@example.org", f"{name}e\u0301@example.org", f"{name.upper()}É@EXAMPLE.org"


def in_letters(number: int) -> str:
    """A number as letters, three at least: names on a form hold no digits."""
    letters = ""
    while number or len(letters) < 3:  # noqa: PLR2004  # enough to cut a dot into
        number, place = divmod(number, len(LETTERS))
        letters = LETTERS[place] + letters
    return letters


def _kills(dice: random.Random, seconds: float) -> Iterator[Kill]:
    at = dice.uniform(*KILL_EVERY_SECONDS)
    while at < seconds:
        yield Kill(at, dice.choices(list(KILL_WEIGHTS), list(KILL_WEIGHTS.values()))[0])
        at += dice.uniform(*KILL_EVERY_SECONDS)


def _brownouts(dice: random.Random, seconds: float) -> Iterator[Brownout]:
    at = dice.uniform(*BROWNOUT_EVERY_SECONDS)
    while at < seconds:
        lasts = dice.uniform(*BROWNOUT_SECONDS)
        yield Brownout(at, lasts)
        at += lasts + dice.uniform(*BROWNOUT_EVERY_SECONDS)
