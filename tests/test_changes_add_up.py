"""An earlier export and all changes since, merged as docs/exports.md says, are a fresh export: cell by cell, for every filter."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.exports.export_documents import parse
from chalicelib.domain.exports.export_rows import MAX_SINCE_AGE, columns, row_filter
from chalicelib.domain.exports.row_attributes import STORED_ATTRIBUTES
from chalicelib.domain.exports.row_writer import RowWriter
from chalicelib.domain.timestamps import stamp
from chalicelib.services.exports.export_requests import CURSOR_MARGIN
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kit.world import World

    Rows = dict[str, dict[str, Any]]

STEPS = 90
BUCKETS = 4
PEOPLE = [f"n{number}@example.org" for number in range(4)]
SPONSORS = ["wbw", "cidydh"]
REGIONS = ["Cusco", "Puno", "US-CA", "here", ""]
COMMENTS = ["Peace first.", "For my sister."]
FILTERS: list[dict[str, Any]] = [
    {"format": kind, "state": state, "sponsor": sponsor}
    for kind in ("csv", "ndjson")
    for state in (None, "confirmed", "external", "any")
    for sponsor in (None, *SPONSORS)
]


def exported(world: World, filters: dict[str, Any], since: datetime | None = None) -> list[dict[str, Any]]:
    """The rows of a file, by the code that writes it."""
    campaign = wiring().campaign_reader.get_stored("peru").campaign
    request = parse({**filters, "since": since and stamp(since)}, campaign, world.now, "en")
    writer = RowWriter(request, columns(campaign, request), {})
    wanted = row_filter(request, int(world.now.timestamp()))
    stored = [
        one
        for bucket in range(BUCKETS)
        for page, _ in wiring().bucket_scan.pages("peru", bucket, STORED_ATTRIBUTES)
        for one in page
    ]
    text = (writer.header() + writer.rows(filter(wanted, stored))).decode("utf-8-sig")
    if filters["format"] == "ndjson":
        return [json.loads(line) for line in text.splitlines()]
    return list(csv.DictReader(io.StringIO(text, newline="")))


def merged(rows: Rows, changes: list[dict[str, Any]], now: datetime, *, has_withdrawn: bool) -> Rows:
    """As docs/exports.md says: replace by id, take out what is withdrawn (but from a file of all) or past its `expires_at`."""
    rows = dict(rows)
    for row in changes:
        if row["state"] == "withdrawn" and not has_withdrawn:
            rows.pop(row["id"], None)
        else:
            rows[row["id"]] = row
    return {number: row for number, row in rows.items() if not row.get("expires_at") or moment(row["expires_at"]) > now}


def moment(text: str) -> datetime:
    """A time in a file: of the campaign in a CSV, else with its zone."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo("America/Lima"))


class List:
    """What an organisation keeps of one filter, from export to export."""

    def __init__(self, filters: dict[str, Any]) -> None:
        self.filters = filters
        self.rows: Rows = {}
        self.cursor: datetime | None = None
        self.merges = 0

    def update(self, world: World) -> None:
        begun = world.now
        if self.cursor and self.cursor >= begun - MAX_SINCE_AGE:
            changes = exported(world, self.filters, self.cursor)
            has_withdrawn = self.filters["state"] == "any" and not self.filters["sponsor"]
            self.rows = merged(self.rows, changes, begun, has_withdrawn=has_withdrawn)
            self.merges += 1
        else:
            self.rows = {row["id"]: row for row in exported(world, self.filters)}
        self.cursor = begun - CURSOR_MARGIN


class Play:
    """What may happen to a few people's signatures."""

    def __init__(self, world: World, dice: random.Random) -> None:
        self.world = world
        self.dice = dice
        self.happened: Counter[str] = Counter()

    def sign(self) -> None:
        typed: dict[str, Any] = {
            "given_name": self.dice.choice(["Ana", "Eva"]),
            "consents": self.dice.sample(SPONSORS, self.dice.randrange(3)),
            "public": self.dice.random() < 0.5,
            "region": self.dice.choice(REGIONS),
        }
        if self.dice.random() < 0.5:
            told = self.dice.random() < 0.8
            typed |= {"comment": self.dice.choice(COMMENTS), "comment_notice": "1" if told else "", "public": told}
        if self.dice.random() < 0.05:
            typed["website"] = "x"
        assert self.world.sign(email=self.dice.choice(PEOPLE), **typed).status == 201
        self.world.drain()

    def confirm(self) -> None:
        mails = [mail for mail in self.world.ses.sent if "/confirm/" in mail.text][-6:]
        if mails:
            assert self.world.post_form(self.dice.choice(mails).link("confirm"), {}).status in {200, 404, 409, 410}

    def manage(self) -> None:
        mails = [mail for mail in self.world.ses.sent if "/manage/" in mail.text][-6:]
        if not mails:
            return
        form: dict[str, Any] = {"do": self.dice.choice(["save", "save", "hide", "show", "withdraw-now"])}
        if form["do"] == "save":
            form |= {"given_name": self.dice.choice(["Ana", "Inés"]), "family_name": "Q", "country": "PE"}
            form["region"] = self.dice.choice(REGIONS)
            form |= {"comment": self.dice.choice(COMMENTS)} if self.dice.random() < 0.3 else {}
            form["consents"] = self.dice.sample(SPONSORS, self.dice.randrange(3))
        reply = self.world.post_form(self.dice.choice(mails).link("manage"), form)
        assert reply.status in {200, 303, 404, 409, 410, 412}, reply.text

    def delete(self) -> None:
        items = self.world.signatures()
        if items:
            one = self.dice.choice(items)["sk"]["S"]
            assert self.world.admin("DELETE", f"/admin/campaigns/peru/signatures/{one}").status in {200, 204, 404, 410}

    def hide(self) -> None:
        """Hides a name or shows it again: a file says so at once, and it counts as before."""
        shown = self.dice.random() < 0.4
        decision = {"shown": shown} if shown else {"shown": shown, "reason": "a joke"}
        row = self.decided(decision, self.world.signatures())
        if row:
            assert ("hidden_at" in row) is not shown
            self.happened["shown again" if shown else "hidden"] += 1

    def review(self) -> None:
        """Publishes a comment, or not, or takes that back; private ones are nobody's to publish."""
        shown, read = self.dice.choice([(True, "shown"), (False, "refused"), (None, "waiting")])
        commented = [one for one in self.world.signatures() if "comment_notice" in one and "comment" in one]
        chosen = [self.dice.choice(commented)] if commented else []
        words = self.dice.choice([*COMMENTS, *(one["comment"]["S"] for one in chosen * 6)])
        row = self.decided({"comment_shown": shown, "comment": words}, chosen)
        if row:
            state = row.get("comment_state")
            may_be_read = row.get("comment") and row["public"] and "hidden_at" not in row
            assert state == read or (shown is None and (state == "private" or not may_be_read)), row
            self.happened[f"comment {read}"] += 1

    def decided(self, decision: dict[str, Any], items: list[dict[str, Any]]) -> dict[str, Any] | None:
        """The row of one of these after that was decided about it; None if it cannot be."""
        self.world.drain()
        before = self.world.counts()["signatures"]
        if not items:
            return None
        one = self.dice.choice(items)["sk"]["S"]
        reply = self.world.admin("PATCH", f"/admin/campaigns/peru/signatures/{one}", decision)
        assert reply.status in {200, 404, 409, 410}, reply.text
        if reply.status != 200:
            return None
        self.world.drain()
        assert self.world.counts()["signatures"] == before
        rows = exported(self.world, {"format": "ndjson", "state": "any"})
        return next(row for row in rows if row["id"] == one)

    def erase(self) -> None:
        assert self.world.admin("POST", "/admin/erasures", {"email": self.dice.choice(PEOPLE)}).status == 200

    def paper(self) -> None:
        body = {"given_name": "Paz", "consents": self.dice.sample(SPONSORS, self.dice.randrange(3))}
        body |= self.dice.choice([{"email": self.dice.choice(PEOPLE)}, {"reference": f"1/{self.dice.randrange(3)}"}])
        reply = self.world.admin("POST", "/admin/campaigns/peru/signatures", body)
        assert reply.status in {200, 201, 409}, reply.text

    def sheet(self) -> None:
        rows = [
            {"given_name": "Paz", "consents": self.dice.sample(SPONSORS, self.dice.randrange(3)), **one}
            for one in ({"email": self.dice.choice(PEOPLE)}, {"reference": f"2/{self.dice.randrange(3)}"})
        ]
        reply = self.world.admin("POST", "/admin/campaigns/peru/sheets", {"rows": rows})
        assert reply.status == 200, reply.text
        self.happened["entered from a sheet"] += sum(one["outcome"] == "entered" for one in reply.json["rows"])

    def undo(self) -> None:
        for one in self.world.admin("GET", "/admin/campaigns/peru/sheets").json["sheets"][:1]:
            reply = self.world.admin("POST", f"/admin/campaigns/peru/sheets/{one['id']}/undo", {})
            assert reply.status in {200, 409}, reply.text
            self.happened["taken back with a sheet"] += reply.json.get("undone", 0)

    def expire(self) -> None:
        """What DynamoDB deletes, when it gets to it."""
        for item in self.world.signatures():
            if int(item.get("expires_at", {"N": "0"})["N"]) in range(1, int(self.world.now.timestamp())):
                self.world.delete_as_expired(item)
                self.happened["deleted by DynamoDB"] += 1

    def wait(self) -> None:
        self.world.later(minutes=self.dice.choice([1, 11, 61, 60 * 25, 60 * 24 * 9]))
        if self.dice.random() < 0.5:
            self.expire()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_an_earlier_export_and_all_changes_since_are_a_fresh_export(world: World, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a schedule
    fields = [{"name": name} for name in ("given_name", "family_name", "country", "region", "comment")]
    world.publish(buckets=BUCKETS, fields=fields, show_signers=True, show_comments=True)
    play, lists = Play(world, dice), [List(filters) for filters in FILTERS]
    often: list[Callable[[], None]] = [play.sign, play.sign, play.sign, play.confirm, play.confirm, play.manage]
    rare: list[Callable[[], None]] = [
        play.hide,
        play.hide,
        play.hide,
        play.review,
        play.review,
        play.review,
        play.delete,
        play.paper,
        play.sheet,
        play.undo,
        play.wait,
        play.wait,
    ]
    for _ in range(STEPS):
        act = dice.choice([*often, *often, *rare, *rare, play.erase])
        act()
        play.happened[act.__name__] += 1
        world.later(seconds=dice.choice([1, 30]))
        for one in lists:
            if dice.random() < 0.15:
                one.update(world)
    world.drain()
    world.later(minutes=1)
    for one in lists:
        one.update(world)
        fresh = {row["id"]: row for row in exported(world, one.filters)}
        assert sorted(one.rows.items()) == sorted(fresh.items()), (one.filters, seed)
        assert one.merges > 3
    assert wiring().tally_projector.verify("peru") == [], "and so do the counters, by region, too"
    assert len(play.happened) >= 7, "everything happens"
    assert "hidden" in play.happened
    assert any(act.startswith("comment ") for act in play.happened)
