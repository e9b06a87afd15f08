"""What a packet to hand over is made of, and how signatures are counted for it; how it looks is not known here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from chalicelib.domain.paper_sizes import Paper
from chalicelib.domain.signatures.flags import lacks_proof
from chalicelib.domain.signatures.person_fields import display_name
from chalicelib.domain.signatures.public_comments import CommentState, state_of_stored
from chalicelib.domain.signatures.signature import SignatureState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from chalicelib.domain.campaigns.statements import Statement

# Of this software, as pyproject.toml has it.
VERSION = "0.1.0"
MADE_BY = f"Undersigned {VERSION}"


class GroupBy(StrEnum):
    """How the names in a packet are grouped."""

    NONE = "none"
    COUNTRY = "country"
    REGION = "region"  # within each country


class Names(StrEnum):
    """Whose names are in a packet: those shown in public, or also those of everybody who was told of it (`handing_over`)."""

    PUBLIC = "public"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketOptions:
    """What somebody asked for. `target` is whom it is handed to; empty where nobody is named."""

    language: str
    target: str = ""
    group_by: GroupBy = GroupBy.NONE
    paper: Paper = Paper.A4
    comments: bool = False
    names: Names = Names.PUBLIC


def read_options(written: Mapping[str, Any] | None) -> PacketOptions | None:
    """Options as they were stored."""
    if not written:
        return None
    kinds = {"group_by": GroupBy(written["group_by"]), "paper": Paper(written["paper"])}
    return PacketOptions(**{**written, **kinds, "names": Names(written.get("names", Names.PUBLIC))})


@dataclass(frozen=True, slots=True)
class NamedSigner:
    """One whose name is handed over. `country` and `region` are codes; `day` (ISO) is when it counted."""

    name: str
    country: str = ""
    day: str = ""
    language: str = ""
    comment: str = ""
    region: str = ""

    def group(self, by: GroupBy) -> tuple[str, str]:
        """The country and the region that it stands under; empty for those that make no group."""
        region = self.region if by is GroupBy.REGION else ""
        return (self.country or region.partition("-")[0] if by is not GroupBy.NONE else "", region)


@dataclass(slots=True)
class Recount:
    """Signatures counted one by one: by state, country, region (a code), language, week (its Monday, ISO) and statement."""

    states: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    regions: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    weeks: Counter[str] = field(default_factory=Counter)
    statements: Counter[str] = field(default_factory=Counter)
    first_day: str = ""
    last_day: str = ""

    def add(self, stored: Mapping[str, Any]) -> None:
        """Counts one stored signature."""
        self.states[stored["state"]] += 1
        self.countries[stored.get("country", "")] += 1
        if region := stored.get("region"):
            self.regions[region] += 1
        self.languages[stored.get("language", "")] += 1
        self.statements[stored.get("text_sha256", "")] += 1
        if day := stored.get("day") or stored["signed_at"][:10]:
            self.weeks[monday_of(day)] += 1
            self.first_day = min(self.first_day or day, day)
            self.last_day = max(self.last_day, day)

    @property
    def total(self) -> int:
        """How many count."""
        return sum(self.states.values())

    @property
    def on_paper(self) -> int:
        """How many of them were given on paper."""
        return self.states[SignatureState.EXTERNAL]

    def to_json(self) -> dict[str, Any]:
        """All of it, to be read by `read_recount`."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def read_recount(written: Mapping[str, Any]) -> Recount:
    """What `Recount.to_json` wrote."""
    read: dict[str, Any] = {
        name: Counter(value) if isinstance(value, dict) else value for name, value in written.items()
    }
    return Recount(**read)


def monday_of(day: str) -> str:
    """The first day of the week that `day` (ISO) is in."""
    found = date.fromisoformat(day)
    return date.fromordinal(found.toordinal() - found.weekday()).isoformat()


def named_signer(stored: Mapping[str, Any], *, is_double: bool, names: Names = Names.PUBLIC) -> NamedSigner | None:
    """Who is handed over by name of a stored signature that counts, or None.

    Only who signed online and agreed to be shown, or of `names` ALL was told that names are handed over; and nobody whom an
    organiser has yet to look at, as on the public page. Who is not public is handed over with what the form named: country and region.
    """
    unproven = lacks_proof(stored.get("flags", ()), is_cleared=bool(stored.get("cleared_at")), is_double=is_double)
    is_online = stored["state"] == SignatureState.CONFIRMED
    agreed = stored.get("public") or (names is Names.ALL and stored.get("handover_notice"))
    if not (is_online and agreed) or stored.get("held") or stored.get("hidden_at") or unproven:
        return None
    name = " ".join(display_name(stored).split())
    if not name:
        return None
    given = ("country", "day", "language", "region") if stored.get("public") else ("country", "region")
    answers = {name: str(stored.get(name, "")) for name in given}
    # As on the public page: only of people who were told so, and once an organiser has approved it.
    may_be_read = state_of_stored(stored) is CommentState.SHOWN
    return NamedSigner(name, **answers, comment=stored["comment"] if may_be_read else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedStatement:
    """A statement with the number of `signatures` that were given to just these words."""

    statement: Statement
    signatures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """Everything that stands in a packet but the names.

    `tally` is the number that the campaign's counters showed when it was requested, at `made_at` (UTC); `day` is that day in
    the campaign's zone, and `moment` the time of day with the zone's name. `is_double` if a click in an email confirmed.
    """

    campaign: str
    is_letter: bool
    options: PacketOptions
    title: str
    summary: str
    sponsors: tuple[str, ...]
    made_at: str
    day: date
    moment: str
    is_double: bool
    tally: int
    recount: Recount
    named: int
    statements: Sequence[SignedStatement]

    @property
    def language(self) -> str:
        """The language of its sentences."""
        return self.options.language


def place_of(signer: NamedSigner, by: GroupBy, spelled: Callable[[str], str]) -> tuple[bool, str, bool, str]:
    """What a signer's group is sorted by: country and region as they are `spelled`, those without a code last."""
    country, region = signer.group(by)
    return (not country, spelled(country), not region, spelled(region))
