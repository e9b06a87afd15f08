"""The organiser's numbers: the list, the funnel, growth, sheets; and the versions of a statement."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.wiring import wiring
from tests.kit.factories import a_document

if TYPE_CHECKING:
    from tests.kit.world import World

COUNTS = "/admin/campaigns/peru/counts"


def the_line(world: World, campaign: str = "peru") -> dict[str, Any]:
    lines = world.admin("GET", "/admin/campaigns?archived=true").json["campaigns"]
    found: dict[str, Any] = next(line for line in lines if line["id"] == campaign)
    return found


def patch(world: World, **changes: Any) -> Any:
    head = world.admin("GET", "/admin/campaigns/peru")
    return world.admin("PATCH", "/admin/campaigns/peru", changes, if_match=head.headers["etag"])


class TestList:
    def test_a_line_says_how_it_is_going(self, world: World) -> None:
        world.sign_and_confirm(email="a@example.org")
        world.later(days=1)
        world.sign_and_confirm(email="b@example.org")
        world.sign(email="c@example.org")
        world.drain()
        line = the_line(world)
        assert {name: line[name] for name in ("confirmed", "pending", "today", "yesterday", "external", "bounced")} == {
            "confirmed": 2, "pending": 1, "today": 1, "yesterday": 1, "external": 0, "bounced": 0,
        }  # fmt: skip
        assert (line["time_zone"], line["is_open"], line["archived"]) == ("America/Lima", True, False)

    def test_days_are_where_the_campaign_is(self, world: World) -> None:
        world.later(hours=16)  # four in the morning in UTC, still the 23rd in Lima
        world.sign_and_confirm()
        world.later(hours=2)
        assert (the_line(world)["today"], the_line(world)["yesterday"]) == (0, 1)

    def test_dates_say_whether_it_is_open(self, world: World) -> None:
        patch(world, opens_at="2026-11-24T00:00:00Z", closes_at="2026-11-25T00:00:00Z")
        found = [the_line(world)["is_open"]]
        for _ in range(2):
            world.later(days=1)
            found.append(the_line(world)["is_open"])
        assert found == [False, True, False]

    def test_an_archived_campaign_leaves_the_list_but_not_the_world(self, world: World) -> None:
        refused = patch(world, archived=True)
        assert refused.status == 422, "it is open"
        assert patch(world, state="closed", archived=True).status == 200
        assert world.admin("GET", "/admin/campaigns").json["campaigns"] == []
        assert the_line(world)["archived"] is True
        assert world.get("/sign/peru").status == 200
        assert world.admin("GET", "/admin/campaigns?archived=yes").status == 422

    def test_it_costs_two_calls(self, world: World) -> None:
        world.admin("GET", "/admin/campaigns")
        with world.counting() as calls:
            world.admin("GET", "/admin/campaigns")
        assert dict(calls) == {"Query": 1, "BatchGetItem": 1}


class TestFunnel:
    def test_it_counts_each_stage_and_never_shrinks(self, world: World) -> None:
        def funnel() -> dict[str, int]:
            found: dict[str, int] = world.counts()["funnel"]
            return found

        world.sign(email="a@example.org")
        world.run_projector()
        assert funnel() == {"received": 1, "mailed": 0, "delivered": 0, "bounced": 0, "confirmed": 0}
        world.drain()
        assert funnel()["mailed"] == 1
        world.deliver_ses_event(reported(world, "Delivery"))
        world.drain()
        assert funnel()["delivered"] == 1
        world.post_form(world.ses.sent[-1].link("confirm"), {})
        world.drain()
        complete = {"received": 1, "mailed": 1, "delivered": 1, "bounced": 0, "confirmed": 1}
        assert funnel() == complete
        world.post_form(world.ses.sent[0].link("withdraw"), {})
        world.drain()
        assert funnel() == complete
        assert wiring().tally_projector.verify() == []

    def test_a_bounce_is_seen_in_the_list_too(self, world: World) -> None:
        world.sign(email="a@example.org")
        world.drain()
        world.deliver_ses_event(reported(world, "Bounce"))
        world.drain()
        assert world.counts()["funnel"]["bounced"] == the_line(world)["bounced"] == 1

    def test_repair_finds_what_was_never_counted(self, world: World) -> None:
        world.sign_and_confirm()
        for item in world.items(world.resources.registry_table):
            stages = [name for name in item if name.startswith("funnel:")]
            if stages:
                wiring().registry.update(
                    item["pk"]["S"], item["sk"]["S"], "REMOVE " + ", ".join(f"#s{n}" for n in range(len(stages))),
                    values={}, aliases={f"#s{n}": name for n, name in enumerate(stages)},
                )  # fmt: skip
        assert world.counts()["funnel"]["received"] == 0
        assert len(wiring().tally_projector.repair()) == 1
        assert world.counts()["funnel"] == {"received": 1, "mailed": 1, "delivered": 0, "bounced": 0, "confirmed": 1}


def reported(world: World, kind: str) -> dict[str, Any]:
    """What SES says of the first mail."""
    mail = world.ses.sent[0]
    about = {"Bounce": {"bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": mail.to}]}}}
    tags = {name: [value] for name, value in mail.tags.items()}
    return {"eventType": kind, "mail": {"destination": [mail.to], "tags": tags}, **about.get(kind, {"delivery": {}})}


class TestGrowth:
    @pytest.fixture
    def grown(self, world: World) -> World:
        """Confirmed: one ten days ago, one five hours ago, one now."""
        world.sign_and_confirm(email="a@example.org")
        world.later(days=10, hours=-5)
        world.sign_and_confirm(email="b@example.org")
        world.later(hours=5)
        world.sign_and_confirm(email="c@example.org")
        return world

    @pytest.mark.parametrize(
        ("since", "begins", "confirmed"),
        [
            ("2026-12-03T11:30:00Z", "2026-12-03T11:00:00.000000Z", 1),
            ("2026-12-03T07:59:00+00:00", "2026-12-03T07:00:00.000000Z", 2),
            ("2026-12-03T02:00:00-05:00", "2026-12-03T07:00:00.000000Z", 2),
            ("2026-11-23T18:00:00Z", "2026-11-23T05:00:00.000000Z", 3),
            ("2026-11-24T18:00:00Z", "2026-11-24T05:00:00.000000Z", 2),
        ],
    )
    def test_it_says_how_many_and_from_when(self, grown: World, since: str, begins: str, confirmed: int) -> None:
        found = grown.admin("GET", f"{COUNTS}?since={since}").json["growth"]
        assert found == {"since": begins, "confirmed": confirmed}

    def test_a_day_begins_in_the_zone_of_the_campaign(self, grown: World) -> None:
        def since(day: str) -> object:
            return grown.admin("GET", f"{COUNTS}?since={day}").json["growth"]

        assert since("2026-12-03") == {"since": "2026-12-03T05:00:00.000000Z", "confirmed": 2}
        assert since("2026-11-23") == {"since": "2026-11-23T05:00:00.000000Z", "confirmed": 3}

    def test_who_withdraws_is_no_growth(self, grown: World) -> None:
        grown.post_form(next(mail for mail in grown.ses.sent if mail.to == "c@example.org").link("withdraw"), {})
        grown.drain()
        assert grown.admin("GET", f"{COUNTS}?since=2026-12-03T11:30:00Z").json["growth"]["confirmed"] == 0

    def test_hours_of_long_ago_are_dropped_and_verify_is_content(self, grown: World) -> None:
        def hours() -> set[str]:
            items = grown.items(grown.resources.registry_table)
            tallies = [item for item in items if item["sk"]["S"].startswith("tally#")]
            return {name for item in tallies for name in item if name.startswith("hour:")}

        assert "hour:2026-11-23T12" in hours()
        grown.run_scheduled()
        assert hours() == {"hour:2026-12-03T07", "hour:2026-12-03T12"}
        assert wiring().tally_projector.verify() == []

    @pytest.mark.parametrize("since", ["yesterday", "2026-11-24", "2026-13-01", "2026-12-03T11:30:00", "2027-01-01T00:00:00Z", "",
                                       "0001-01-01T00:00:00%2B14:00", "1999-12-31T23:59:59Z"])  # fmt: skip
    def test_a_moment_that_is_none_is_refused(self, world: World, since: str) -> None:
        assert world.admin("GET", f"{COUNTS}?since={since}").status == 422


class TestSheet:
    def test_all_numbers_come_as_a_sheet(self, world: World) -> None:
        world.sign_and_confirm(source="flyer")
        reply = world.admin("GET", f"{COUNTS}?format=csv")
        assert reply.headers["content-type"].startswith("text/csv")
        assert reply.text[0] == "\ufeff", "a spreadsheet takes it for UTF-8"
        rows = list(csv.reader(io.StringIO(reply.text[1:])))
        assert rows[0] == ["group", "label", "count", "of"]
        assert ["signatures", "confirmed", "1", "signatures now"] in rows
        assert ["events", "withdrawn", "0", "times it happened"] in rows
        assert ["funnel", "mailed", "1", "signatures online ever"] in rows
        assert ["source", "flyer", "1", "signatures confirmed online"] in rows
        assert ["day", "2026-11-23", "1", "signatures confirmed online"] in rows
        assert world.admin("GET", COUNTS, accept="text/csv").text == reply.text

    def test_a_group_that_may_be_left_out_adds_up_with_those_who_did(self, world: World) -> None:
        world.publish(fields=[{"name": "country"}])
        world.sign_and_confirm(email="a@example.org", country="PE", consents=["wbw"])
        world.sign_and_confirm(email="b@example.org", country="")
        world.admin("POST", "/admin/campaigns/peru/signatures", {"given_name": "Rosa", "consents": ["wbw"]})
        world.drain()
        rows = list(csv.reader(io.StringIO(world.admin("GET", f"{COUNTS}?format=csv").text[1:])))
        assert [row[1:3] for row in rows if row[0] == "country"] == [["PE", "1"], ["(not given)", "1"]]
        assert [row[1:3] for row in rows if row[0] == "source"] == [["(not given)", "2"]]
        assert ["sponsor", "wbw", "2", "signatures online and on paper"] in rows

    def test_a_label_is_no_formula(self, world: World) -> None:
        world.sign_and_confirm(source="-1.1")
        assert "source,'-1.1,1" in world.admin("GET", f"{COUNTS}?format=csv").text

    def test_other_formats_are_refused(self, world: World) -> None:
        assert world.admin("GET", f"{COUNTS}?format=xls").status == 422


class TestTexts:
    def texts(self, world: World) -> list[int]:
        listed = world.admin("GET", "/admin/campaigns/peru/texts").json["texts"]
        return [one["text_version"] for one in listed]

    def other_words(self) -> dict[str, Any]:
        texts: dict[str, Any] = a_document()["texts"]
        texts["es"]["body"] = "Otra cosa."
        return texts

    def test_each_signature_keeps_the_words_it_was_given_to(self, world: World) -> None:
        world.sign_and_confirm(email="a@example.org")
        assert patch(world, texts=self.other_words()).json["text_version"] == 2
        world.later(seconds=31)
        world.sign_and_confirm(email="b@example.org", lang="es")
        listed = world.admin("GET", "/admin/campaigns/peru/signatures").json["signatures"]
        assert {one["email"]: (one["text_version"], one["language"]) for one in listed} == {
            "a@example.org": (1, "en"), "b@example.org": (2, "es"),
        }  # fmt: skip
        words = [
            world.admin("GET", f"/admin/campaigns/peru/texts/{version}").json["texts"]["es"]["body"]
            for version in (1, 2)
        ]
        assert words == ["Un **hecho**.", "Otra cosa."]

    def test_other_changes_make_no_new_version(self, world: World) -> None:
        world.sign_and_confirm()
        patch(world, goal=7)
        texts = a_document()["texts"]
        texts["en"]["thanks"] = "Thanks a lot."
        patch(world, texts=texts)
        assert self.texts(world) == [1]

    def test_a_new_language_says_the_same_anew(self, world: World) -> None:
        world.sign_and_confirm()
        texts = a_document()["texts"]
        texts["qu"] = texts["es"]
        assert patch(world, texts=texts).json["text_version"] == 1
        assert world.admin("GET", "/admin/campaigns/peru/texts").json["texts"][0]["languages"] == ["en", "es", "qu"]

    def test_words_of_an_unsigned_draft_are_just_rewritten(self, world: World) -> None:
        world.publish("draft", state="draft")
        world.publish("draft", state="draft", texts=self.other_words())
        listed = world.admin("GET", "/admin/campaigns/draft/texts").json["texts"]
        assert [one["text_version"] for one in listed] == [1]
        found = world.admin("GET", "/admin/campaigns/draft/texts/1").json
        assert found["texts"]["es"]["body"] == "Otra cosa."

    def test_other_targets_are_another_statement(self, world: World) -> None:
        assert patch(world, targets=[{"name": "The Senate"}]).json["text_version"] == 2

    def test_unknown_versions_are_not_found(self, world: World) -> None:
        for version in ("2", "0", "x", "99999999999"):
            assert world.admin("GET", f"/admin/campaigns/peru/texts/{version}").status == 404
        assert world.admin("GET", "/admin/campaigns/nowhere/texts").status == 404

    def test_they_go_with_a_campaign_that_nobody_signed(self, world: World) -> None:
        assert world.admin("DELETE", "/admin/campaigns/peru").status == 204
        kinds = {item["pk"]["S"].partition("#")[0] for item in world.items(world.resources.registry_table)}
        assert "text" not in kinds

    def test_what_get_answers_can_be_put_back(self, world: World) -> None:
        got = world.admin("GET", "/admin/campaigns/peru")
        put = world.admin("PUT", "/admin/campaigns/peru", got.json, if_match=got.headers["etag"])
        assert (put.status, put.json["text_version"]) == (200, 1)
