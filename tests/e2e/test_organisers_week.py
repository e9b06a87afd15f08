"""An organiser's week on the local stack: two sponsors, two campaigns, 1,500 signatures; all numbers agree to the row.

A ledger here in the test notes what was done. After each day counts, lists and files must say what it says.
`WEEK=5000` plays a larger week, which takes four minutes.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.stores import utc_now
from chalicelib.wiring import wiring
from local.stack import Stack
from local.startup.admin_key import admin_key

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.engine, pytest.mark.slow]
PETITION, LETTER = "coast", "harbour"
SPONSORS = ["tides", "gulls"]
WEEK = int(os.environ.get("WEEK", "1500"))
SIGNED_A_DAY = [WEEK * 2 // 5, WEEK * 2 // 5, WEEK // 5]
COUNTRIES = ["PE", "US", "MX", "BO"]
CALLERS = 4
TEXTS = {
    "en": {"title": "Leave the coast open", "body": "The fence keeps everybody **out**."},
    "es": {"title": "Dejen la costa abierta", "body": "La valla deja a todos **fuera**."},
}


@dataclass
class Signer:
    """What one signature must look like."""

    email: str
    language: str
    country: str
    consents: list[str]
    state: str = "pending"


@dataclass
class Week:
    """The stack, the keys, and the ledger: signers by campaign and address."""

    stack: Stack
    key: str
    ledger: dict[str, dict[str, Signer]] = field(default_factory=lambda: {PETITION: {}, LETTER: {}})
    keys: dict[str, str] = field(default_factory=dict)
    mails_read: int = 0

    def call(self, method: str, path: str, body: Any = None, *, key: str = "", version: int | None = None) -> Any:
        named = {"Authorization": f"Bearer {key or self.key}", "Content-Type": "application/json"}
        if version:
            named["If-Match"] = f'"{version}"'
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.stack.url}{path}", data, named, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    def settle(self) -> None:
        assert self.stack.drain(300)["drained"]

    def confirm_links(self) -> dict[str, str]:
        """The links in mails that came since the last look, by address."""
        mails = self.stack.emails(self.mails_read, self.stack.mail_count())
        self.mails_read += len(mails)
        found = {mail["to"]: re.search(r"https?://\S+/confirm/\S+", mail["text"]) for mail in mails}
        return {address: link[0] for address, link in found.items() if link}

    def counting(self, campaign: str, sponsor: str = "") -> list[Signer]:
        """The signers who count, those of one sponsor if one is named."""
        signers = self.ledger[campaign].values()
        return [one for one in signers if one.state == "confirmed" and (not sponsor or sponsor in one.consents)]

    def rows(self, campaign: str, key: str = "", **wish: Any) -> list[dict[str, str]]:
        """One export, asked for, waited for and fetched."""
        path = f"/admin/campaigns/{campaign}/exports"
        asked = self.call("POST", path, {"format": "csv", **wish}, key=key)
        self.settle()
        done = self.call("GET", f"{path}/{asked['id']}", key=key)
        assert done["state"] == "done", done
        with urllib.request.urlopen(done["url"], timeout=60) as answer:
            text = gzip.decompress(answer.read()).decode("utf-8-sig")
        found = list(csv.DictReader(io.StringIO(text, newline="")))
        assert len(found) == done["rows"]
        self.cursor = done["cursor"]
        return found

    def listed(self, campaign: str, key: str = "") -> list[dict[str, Any]]:
        """Every page of the list."""
        found: list[dict[str, Any]] = []
        path = cursor = f"/admin/campaigns/{campaign}/signatures?limit=200"
        while cursor:
            page = self.call("GET", cursor, key=key)
            found += page["signatures"]
            cursor = f"{path}&cursor={page['cursor']}" if page["cursor"] else ""
        return found

    def check(self) -> None:
        """Counts, list and files against the ledger, to the row."""
        for campaign, signers in self.ledger.items():
            counting = self.counting(campaign)
            counts = self.call("GET", f"/admin/campaigns/{campaign}/counts")
            states = Counter(one.state for one in signers.values())
            assert {name: counts["signatures"][name] for name in ("pending", "confirmed")} == {
                "pending": states["pending"],
                "confirmed": len(counting),
            }
            assert counts["by"]["language"] == Counter(one.language for one in counting)
            assert counts["by"]["country"] == Counter(one.country for one in counting)
            assert counts["by"]["sponsor"] == Counter(name for one in counting for name in one.consents)
            assert sum(counts["by"]["day"].values()) == counts["public_count"] == len(counting)
            present = {email: one for email, one in signers.items() if one.state in {"pending", "confirmed"}}
            listed = [one for one in self.listed(campaign) if one["state"] != "withdrawn"]
            assert {one["email"]: one["state"] for one in listed} == {one.email: one.state for one in present.values()}
            assert len(listed) == len(present)
            rows = self.rows(campaign)
            assert sorted(row["email"] for row in rows) == sorted(one.email for one in counting)
            for sponsor in SPONSORS:
                theirs = sorted(one.email for one in self.counting(campaign, sponsor))
                rows = self.rows(campaign, self.keys[sponsor])
                assert sorted(row["email"] for row in rows) == theirs
                assert {row["consents"] for row in rows} <= {sponsor}
                assert sorted(one["email"] for one in self.listed(campaign, self.keys[sponsor])) == theirs


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    folder = tmp_path_factory.mktemp("week")
    with Stack(engine="dynoxide", directory=folder, port=0, memory=True) as stack:
        yield Week(stack, admin_key(folder / "admin-key"))


def both_begin(week: Week) -> None:
    sponsors = [{"id": name, "name": name.title(), "url": f"https://{name}.example"} for name in SPONSORS]
    common = {
        "state": "open",
        "default_language": "en",
        "texts": TEXTS,
        "sender": {"name": "Open Coast", "email": "hello@example.org"},
        "sponsors": sponsors,
        "fields": [{"name": "country"}],
        "buckets": 4,
        # Everybody here comes from one network and has an address of one domain.
        "limits": dict.fromkeys(("network_hourly", "network_daily", "domain_hourly", "domain_daily"), 1_000_000),
    }
    week.call("PUT", f"/admin/campaigns/{PETITION}", {"kind": "petition", "confirmation": "double", **common})
    # Of the letter nobody is mailed this week: what counts may not wait for that.
    paused = {"kind": "letter", "confirmation": "single", "mail_paused": True}
    week.call("PUT", f"/admin/campaigns/{LETTER}", {**paused, **common})
    for sponsor in SPONSORS:
        wish = {"name": sponsor, "role": "organizer", "campaigns": [PETITION, LETTER], "sponsor": sponsor}
        week.keys[sponsor] = week.call("POST", "/admin/keys", wish)["secret"]


def a_day_of_signing(week: Week, start: int, end: int) -> None:
    """One of five signs the petition; of these all but every seventh click the link in their mail."""

    def sign(number: int) -> None:
        campaign, language = (LETTER if number % 5 else PETITION), ("es" if number % 2 else "en")
        consents = [name for place, name in enumerate(SPONSORS) if number >> place & 1]
        one = Signer(f"s{number}@example.org", language, COUNTRIES[number % 4], consents)
        typed = {"email": one.email, "given_name": f"Ana {number}", "family_name": "Quispe", "country": one.country}
        week.call("POST", f"/campaigns/{campaign}/signatures", {**typed, "lang": language, "consents": consents})
        one.state = "confirmed" if campaign == LETTER else "pending"
        week.ledger[campaign][one.email] = one

    with ThreadPoolExecutor(CALLERS) as callers:
        list(callers.map(sign, range(start, end)))
        week.settle()
        clicked = {address: link for address, link in week.confirm_links().items() if int(address[1:-12]) % 7}
        list(
            callers.map(
                lambda link: urllib.request.urlopen(urllib.request.Request(link, b""), timeout=60).close(),
                clicked.values(),
            )
        )
    for address in clicked:
        week.ledger[PETITION][address].state = "confirmed"
    week.settle()
    assert len(clicked) > (end - start) / 5 * 0.8


def one_signer_asks_to_be_forgotten(week: Week) -> None:
    """The same person signed both; what changed since the last file is one removed signature in each."""
    victim = "s5@example.org"  # confirmed the petition
    again = Signer(victim.upper(), "en", "PE", [], "confirmed")  # however it is spelled
    typed = {"email": again.email, "given_name": "Ana", "family_name": "Quispe", "country": "PE", "lang": "en"}
    week.call("POST", f"/campaigns/{LETTER}/signatures", typed)
    week.ledger[LETTER][victim] = again
    week.settle()
    week.check()
    earlier = {}
    for campaign in week.ledger:
        week.rows(campaign, state="any")
        earlier[campaign] = week.cursor
    done = week.call("POST", "/admin/erasures", {"email": victim})
    assert {(one["campaign"], one["was"]) for one in done["signatures"]} == {
        (PETITION, "confirmed"),
        (LETTER, "confirmed"),
    }
    assert done["suppressed"]
    assert {one["campaign"] for one in done["exports"]} == {PETITION, LETTER}
    week.settle()
    for campaign, signers in week.ledger.items():
        del signers[victim]
        changed = week.rows(campaign, since=earlier[campaign])
        assert [row["state"] for row in changed if row["state"] == "withdrawn"] == ["withdrawn"]
        assert not any(victim in json.dumps(row).lower() for row in changed)
    held = week.call("POST", "/admin/access", {"email": victim})
    assert not any(one.get("email") or one.get("given_name") for one in held["signatures"])


def the_letter_closes(week: Week) -> None:
    version = week.call("GET", f"/admin/campaigns/{LETTER}")["version"]
    week.call("PATCH", f"/admin/campaigns/{LETTER}", {"state": "closed", "retention_days": 30}, version=version)
    late = {"email": "late@example.org", "given_name": "L", "family_name": "Ate", "country": "PE"}
    with pytest.raises(urllib.error.HTTPError) as refused:
        week.call("POST", f"/campaigns/{LETTER}/signatures", late)
    with refused.value:
        assert refused.value.code == 409


def later_the_names_go(week: Week, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty-one days on: the letter's names are gone, its numbers stay, the petition's signers are untouched."""
    counted = week.call("GET", f"/admin/campaigns/{LETTER}/counts")["public_count"]
    monkeypatch.setattr(wiring(), "clock", lambda: utc_now() + timedelta(days=31))
    for _ in range(20):  # rounds: each does a part
        week.stack.run_scheduled()
        week.settle()
        left = [one for one in week.listed(LETTER) if one["state"] != "withdrawn"]
        if not any(one.get("email") for one in left):
            break
    counts = week.call("GET", f"/admin/campaigns/{LETTER}/counts")
    assert counts["public_count"] == counted == sum(counts["by"]["day"].values())
    assert len(left) == counted
    assert not any(one.get("email") or one.get("given_name") for one in left)
    assert {row["email"] for row in week.rows(LETTER)} == {""}
    assert sorted(row["email"] for row in week.rows(PETITION)) == sorted(one.email for one in week.counting(PETITION))


def test_a_week_of_two_sponsors_two_campaigns_and_their_signatures(week: Week, monkeypatch: pytest.MonkeyPatch) -> None:
    both_begin(week)
    signed = 0
    for share in SIGNED_A_DAY:
        a_day_of_signing(week, signed, signed + share)
        signed += share
        week.check()
    assert signed == WEEK >= 1500
    one_signer_asks_to_be_forgotten(week)
    week.check()
    the_letter_closes(week)
    week.check()
    later_the_names_go(week, monkeypatch)
