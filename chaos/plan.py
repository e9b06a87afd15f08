"""Who does what, and what breaks when: a pure function of the seed, so that a failed run can be repeated."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from chaos.faults.service_faults import REJECTED_DOMAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

ActionKind = Literal["sign", "again", "burst", "confirm", "correct", "withdraw", "erase", "leave"]
PETITION, LETTER = "no-troops-in-peru", "halt-military-aid"
# A third campaign, which nobody signs and nobody can read; it comes first in every list.
UNREADABLE = "a-campaign-that-cannot-be-read"
# Each action is tried until it succeeds; the next one starts after that.
HISTORIES: dict[str, tuple[tuple[ActionKind, ...], ...]] = {
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
REJECTED_SHARE = 0.05
# Who signs, confirms and says yes to updates before the storm, so that the first update has somebody to reach.
EARLY_EVERY, MOST_EARLY = 6, 40
# Who wants updates, and who leaves them by the link in the first one.
READER_SHARE, LEAVING_SHARE = 0.5, 0.25
EARLY: dict[str, tuple[ActionKind, ...]] = {PETITION: ("sign", "confirm"), LETTER: ("sign",)}
# What they do in the storm, while later updates are on their way, and how often.
AFTER_EARLY: tuple[list[tuple[ActionKind, ...]], list[int]] = (
    [(), ("leave",), ("withdraw",), ("erase",)],
    [4, 2, 1, 1],
)
LEAVING: dict[str, tuple[ActionKind, ...]] = {PETITION: ("sign", "confirm", "leave"), LETTER: ("sign", "leave")}
GATEWAYS = ("gateway-1", "gateway-2")
MAILERS = ("mailer-1", "mailer-2")
UPDATERS = ("updater-1", "updater-2")
PROJECTOR, ENGINE = "projector", "engine"
# How often each is killed at a random moment, besides the kills aimed at the worst moments.
KILL_WEIGHTS = {
    "gateway-1": 2,
    "gateway-2": 2,
    "mailer-1": 2,
    "mailer-2": 2,
    "updater-1": 2,
    "updater-2": 2,
    PROJECTOR: 4,
    ENGINE: 1,
}
KILL_EVERY_SECONDS = (0.5, 1.5)
BROWNOUT_EVERY_SECONDS = (4.0, 10.0)
BROWNOUT_SECONDS = (0.5, 2.0)
REGISTRY_SHARE = 0.5
EDIT_EVERY_SECONDS = (1.0, 3.0)
# Each campaign takes only as many sources more; half of all forms bring one of their own.
SOURCE_ROOM = 3
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Person:
    """One signer. `name` is unique; all `spellings` reach the same mailbox.

    `wants_updates` is said in every form; whoever `is_early` has signed before the storm.
    """

    number: int
    name: str
    campaign: str
    spellings: tuple[str, ...]
    history: tuple[ActionKind, ...]
    wants_updates: bool = False
    is_early: bool = False

    @property
    def is_rejected(self) -> bool:
        """True when SES never accepts an email to this person."""
        return self.spellings[0].endswith(REJECTED_DOMAIN)


@dataclass(frozen=True, slots=True)
class Kill:
    """One process is killed, `at` seconds into the storm."""

    at: float
    process: str


@dataclass(frozen=True, slots=True)
class Brownout:
    """The tables throttle every request for `seconds`, or the Registry alone does."""

    at: float
    seconds: float
    is_registry_only: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is decided in advance. At `edits`, somebody edits a signature so that it cannot be counted."""

    seed: int
    seconds: float
    people: tuple[Person, ...]
    kills: tuple[Kill, ...]
    brownouts: tuple[Brownout, ...]
    edits: tuple[float, ...] = ()

    @property
    def early(self) -> tuple[Person, ...]:
        """Whoever signs before the storm, with what they do before it."""
        return tuple(replace(one, history=EARLY[one.campaign]) for one in self.people if one.is_early)

    @property
    def late(self) -> tuple[Person, ...]:
        """Everybody, with what they do in it; first those who have signed."""
        later = (
            replace(one, history=one.history[len(EARLY[one.campaign]) :]) if one.is_early else one
            for one in self.people
        )
        return tuple(sorted((one for one in later if one.history), key=lambda one: not one.is_early))


def plan_for(*, seed: int, seconds: float, signers: int) -> Plan:
    """The plan that follows from a seed."""
    return Plan(
        seed=seed,
        seconds=seconds,
        people=tuple(_person(seed, number) for number in range(signers)),
        kills=tuple(_kills(random.Random(f"{seed}/kills"), seconds)),  # noqa: S311  # a schedule
        brownouts=tuple(_brownouts(random.Random(f"{seed}/brownouts"), seconds)),  # noqa: S311  # a schedule
        edits=tuple(_edits(random.Random(f"{seed}/edits"), seconds)),  # noqa: S311  # a schedule
    )


def _person(seed: int, number: int) -> Person:
    dice = random.Random(f"{seed}/person/{number}")  # noqa: S311  # a schedule
    campaign = dice.choice((PETITION, PETITION, LETTER))
    name = f"Qx{in_letters(number)}"
    if not number % EARLY_EVERY and number < EARLY_EVERY * MOST_EARLY:
        history = EARLY[campaign] + dice.choices(*AFTER_EARLY)[0]
        return Person(
            number, name, campaign, _spellings(name.lower(), dice), history, wants_updates=True, is_early=True
        )
    if dice.random() < REJECTED_SHARE:
        return Person(number, name, campaign, (f"{name.lower()}@{REJECTED_DOMAIN}",), ("sign",))
    spellings, history = _spellings(name.lower(), dice), dice.choice(HISTORIES[campaign])
    is_reader = dice.random() < READER_SHARE
    if is_reader and dice.random() < LEAVING_SHARE:
        history = LEAVING[campaign]
    return Person(number, name, campaign, spellings, history, wants_updates=is_reader)


def _spellings(name: str, dice: random.Random) -> tuple[str, ...]:
    """One spelling of an address, or several: case, tags, what providers ignore, a composed and a decomposed domain."""
    match dice.randrange(6):
        case 0:
            return (f"{name}@example.org",)
        case 1:
            return f"{name}@example.org", f"{name.upper()}@Example.ORG", f"{name}+peru@example.org"
        case 2:
            return f"{name}@gmail.com", f"{name[:3]}.{name[3:]}@googlemail.com", f"{name.title()}+x@gmail.com"
        case 3:
            return f"{name}@proton.me", f"{name[:3]}-{name[3:]}@protonmail.com", f"{name.title()}+x@pm.me"
        case 4:
            return f"{name}@fastmail.com", f"peru@{name}.fastmail.com", f"{name.upper()}+x@fastmail.com"
        case _:
            return f"{name}@exámple.org", f"{name}@exa\u0301mple.org", f"{name.upper()}@EXÁMPLE.org"


def in_letters(number: int) -> str:
    """A number as at least three letters, because names on a form contain no digits."""
    letters = ""
    while number or len(letters) < 3:  # noqa: PLR2004  # long enough to put a dot into
        number, place = divmod(number, len(LETTERS))
        letters = LETTERS[place] + letters
    return letters


def _kills(dice: random.Random, seconds: float) -> Iterator[Kill]:
    at = dice.uniform(*KILL_EVERY_SECONDS)
    while at < seconds:
        yield Kill(at, dice.choices(list(KILL_WEIGHTS), list(KILL_WEIGHTS.values()))[0])
        at += dice.uniform(*KILL_EVERY_SECONDS)


def _edits(dice: random.Random, seconds: float) -> Iterator[float]:
    at = dice.uniform(*EDIT_EVERY_SECONDS)
    while at < seconds:
        yield at
        at += dice.uniform(*EDIT_EVERY_SECONDS)


def _brownouts(dice: random.Random, seconds: float) -> Iterator[Brownout]:
    at = dice.uniform(*BROWNOUT_EVERY_SECONDS)
    while at < seconds:
        lasts = dice.uniform(*BROWNOUT_SECONDS)
        yield Brownout(at, lasts, is_registry_only=dice.random() < REGISTRY_SHARE)
        at += lasts + dice.uniform(*BROWNOUT_EVERY_SECONDS)
