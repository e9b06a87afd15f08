"""Counting by region: by codes alone, up to 300 of them, in step with the signatures, and for the public only where five share one."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.counting.tallies import Tally
from chalicelib.i18n.regions import region_names
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from tests.kit.world import World

FIELDS = [{"name": "country"}, {"name": "region"}]
MOST = 300


@pytest.fixture
def asking(world: World) -> World:
    world.publish(fields=FIELDS)
    return world


def regions(world: World, campaign: str = "peru") -> dict[str, int]:
    found: dict[str, int] = world.counts(campaign)["by"]["region"]
    return found


def labels() -> dict[str, Any]:
    found = wiring().registry.get("labels#peru", "labels") or {}
    return {name: value for name, value in found.items() if name.startswith("region")}


def leave_room(room: int) -> None:
    key = ("labels#peru", "labels")
    values = {":day": "2026-11-01", ":n": MOST - room}
    aliases = {"#label": "region:FR-BRE", "#labels": "region_labels"}
    wiring().registry.update(*key, "SET #label = :day, #labels = :n", values=values, aliases=aliases)


def is_right() -> bool:
    return wiring().tally_projector.verify("peru") == []


def manage(world: World, email: str) -> str:
    return str(next(one for one in world.ses.sent if one.to == email and "/manage/" in one.text).link("manage"))


def test_confirmed_signatures_are_counted_by_the_code_of_their_region(asking: World) -> None:
    for place, (country, region) in enumerate(
        [("US", "California"), ("US", "ca"), ("PE", "Cusco"), ("IE", "Cork"), ("PE", "my street 5"), ("PE", "")]
    ):
        asking.sign_and_confirm(email=f"n{place}@example.org", country=country, region=region)
    asking.sign(email="pending@example.org", country="US", region="Texas")
    asking.drain()
    assert regions(asking) == {"PE-CUS": 1, "US-CA": 2, "other": 2}, "what was typed makes no label"
    named = asking.admin("GET", "/admin/campaigns/peru/counts?by=region&lang=es").json
    assert named["region_names"] == {"PE-CUS": "Cuzco", "US-CA": "California"}
    sheet = asking.admin("GET", "/admin/campaigns/peru/counts?by=region&format=csv").text
    assert "region,US-CA,2,signatures confirmed online\r\n" in sheet
    assert "region,(not given),1,signatures confirmed online\r\n" in sheet
    assert is_right()


def test_a_campaign_that_asks_for_no_region_has_no_such_counters_and_pays_for_none(world: World) -> None:
    for campaign in ("plain", "asking"):
        fields = FIELDS if campaign == "asking" else [{"name": "country"}]
        world.publish(campaign, confirmation="single", fields=fields)
        world.sign(campaign, email="first@example.org", region="Cusco")
        world.run_projector()
    for campaign in ("plain", "asking"):
        world.later(minutes=1)
        world.get(f"/campaigns/{campaign}/count")
        with world.counting() as calls:
            world.sign(campaign, email="second@example.org", region="Cuzco")
        assert calls == {"UpdateItem": 1}, "of a region that is known, too"
    world.run_projector()
    plain = world.counts("plain")
    assert plain["by"]["region"] == {}
    assert "region_names" not in plain
    assert "(not given)" not in world.admin("GET", "/admin/campaigns/plain/counts?by=region&format=csv").text
    assert not wiring().registry.get("labels#plain", "labels")
    assert "region" not in str([item for item in world.signatures() if item["pk"]["S"].startswith("plain")])
    assert regions(world, "asking") == {"PE-CUS": 2}


def test_a_new_region_is_admitted_once_it_is_confirmed_and_the_rest_is_other(asking: World) -> None:
    leave_room(1)
    for email, region in (("a@example.org", "Cusco"), ("b@example.org", "Puno")):
        asking.sign(email=email, region=region)
    asking.drain()
    assert "region:PE-CUS" not in labels(), "a form that nobody confirmed takes no room"
    for mail in sorted(asking.ses.sent, key=lambda one: one.to):
        asking.post_form(mail.link("confirm"), {})
    asking.drain()
    assert regions(asking) == {"PE-CUS": 1, "other": 1}
    assert labels() == {"region_labels": MOST, "region:FR-BRE": "2026-11-01", "region:PE-CUS": "2026-11-23"}
    answers = {one["region"] for one in asking.admin("GET", "/admin/campaigns/peru/signatures").json["signatures"]}
    assert answers == {"PE-CUS", "PE-PUN"}, "what was answered stays, whatever it is counted under"
    assert is_right()


def test_a_source_and_a_region_that_are_new_are_admitted_together(asking: World) -> None:
    asking.sign_and_confirm(region="Cusco", source="herald")
    counts = asking.counts()["by"]
    assert (counts["source"], counts["region"]) == ({"herald": 1}, {"PE-CUS": 1})
    assert not any("source_is_new" in item for item in asking.signatures())


def test_a_released_form_counts_by_its_region(asking: World) -> None:
    asking.publish(fields=FIELDS, confirmation="single")
    asking.sign(region="Cusco", website="x")
    asking.drain()
    assert regions(asking) == {}
    assert asking.admin("POST", "/admin/campaigns/peru/held/release", {"reason": "honeypot"}).json["released"] == 1
    asking.drain()
    assert regions(asking) == {"PE-CUS": 1}
    assert is_right()


def test_counts_follow_corrections_withdrawals_and_the_end_of_names(asking: World) -> None:
    for name in ("ana", "ben"):
        asking.sign_and_confirm(email=f"{name}@example.org", region="Cusco")
    link = manage(asking, "ana@example.org")
    for region, expected in (
        ("Puno", {"PE-CUS": 1, "PE-PUN": 1}),
        ("mi barrio", {"PE-CUS": 1, "other": 1}),
        ("", {"PE-CUS": 1}),
        ("Cuzco", {"PE-CUS": 2}),
    ):
        asking.post_form(link, {"do": "save", "given_name": "Ana", "country": "PE", "region": region})
        asking.drain()
        assert regions(asking) == expected
        assert is_right()
    asking.post_form(link, {"do": "withdraw-now"})
    asking.drain()
    assert regions(asking) == {"PE-CUS": 1}
    bucket = next(item for item in asking.signatures() if item["state"]["S"] == "confirmed")["pk"]["S"].split("#")[1]
    wiring().signatures.anonymiser.anonymise("peru", int(bucket), now=asking.now)
    asking.drain()
    assert regions(asking) == {"PE-CUS": 1}
    assert not any("region" in item for item in asking.signatures())
    assert is_right()


def test_whoever_changes_it_before_confirming_is_counted_by_the_last(asking: World) -> None:
    leave_room(5)
    asking.sign(region="Cusco")
    asking.drain()
    asking.sign(region="Puno")
    asking.later(minutes=11)
    asking.sign(region="Puno")
    asking.drain()
    asking.post_form([one for one in asking.ses.sent if "/confirm/" in one.text][-1].link("confirm"), {})
    asking.drain()
    assert regions(asking) == {"PE-PUN": 1}
    assert is_right()


def test_any_mix_of_signing_correcting_and_leaving_stays_in_step(asking: World) -> None:
    dice, choices = random.Random(7), ["Cusco", "Puno", "Lima", "here", "", "US-CA"]  # noqa: S311 - only to choose
    leave_room(3)
    for _ in range(30):
        email, region = f"n{dice.randrange(5)}@example.org", dice.choice(choices)
        sent = [one for one in asking.ses.sent if one.to == email]
        act = dice.choice(["sign", "confirm", "correct", "withdraw"])
        if act == "sign" or not sent:
            asking.sign(email=email, region=region)
        elif act == "confirm" and "/confirm/" in sent[-1].text:
            asking.post_form(sent[-1].link("confirm"), {})
        elif act == "correct" and "/manage/" in sent[-1].text:
            asking.post_form(
                sent[-1].link("manage"), {"do": "save", "given_name": "A", "country": "PE", "region": region}
            )
        elif act == "withdraw" and "/manage/" in sent[-1].text:
            asking.post_form(sent[-1].link("manage"), {"do": "withdraw-now"})
        asking.later(minutes=11)
        asking.drain()
    assert is_right()
    assert sum(regions(asking).values()) <= asking.counts()["signatures"]["confirmed"]


def test_labels_that_nobody_is_left_of_make_room_again(asking: World) -> None:
    asking.sign_and_confirm(region="Cusco")
    asking.post_form(manage(asking, "ana@example.org"), {"do": "withdraw-now"})
    asking.drain()
    asking.later(days=3)
    wiring().tally_projector.forget_old("peru", 0, asking.now)
    assert labels().get("region_labels") == 0
    assert "region:PE-CUS" not in labels()


# --- for the public


def breakdown(world: World, by: str = "country,region") -> Any:
    return world.get(f"/campaigns/peru/count?by={by}")


@pytest.fixture
def shown(asking: World) -> World:
    asking.publish(fields=FIELDS, confirmation="single", show_breakdown=True)
    crowd = [("PE", "Cusco")] * 5 + [("PE", "Puno")] * 4 + [("US", "California")] * 2 + [("PE", "my street")] * 2
    for place, (country, region) in enumerate(crowd):
        asking.sign(email=f"n{place}@example.org", country=country, region=region)
    asking.drain()
    asking.later(seconds=31)
    return asking


def test_the_public_sees_only_what_five_share(shown: World) -> None:
    reply = breakdown(shown)
    assert reply.status == 200
    assert (reply.json["count"], reply.json["by"]) == (
        13,
        {"country": {"PE": 10, "other": 3}, "region": {"PE-CUS": 5, "other": 8}},
    )
    assert reply.headers["cache-control"] == shown.get("/campaigns/peru/count").headers["cache-control"]
    assert breakdown(shown, "region").json["by"] == {"region": {"PE-CUS": 5, "other": 8}}
    assert "by" not in shown.get("/campaigns/peru/count").json


def test_it_is_answered_by_not_modified_until_a_number_changes(shown: World) -> None:
    tag = breakdown(shown).headers["etag"]
    assert (
        tag != shown.get("/campaigns/peru/count").headers["etag"] != breakdown(shown, "region").headers["etag"] != tag
    )
    assert shown.get("/campaigns/peru/count?by=country,region", if_none_match=tag).status == 304
    shown.sign(email="one.more@example.org", country="PE", region="Puno")
    shown.drain()
    shown.later(seconds=11)
    changed = shown.get("/campaigns/peru/count?by=country,region", if_none_match=tag)
    assert (changed.status, changed.json["by"]["region"]) == (200, {"PE-CUS": 5, "PE-PUN": 5, "other": 4})


@pytest.mark.parametrize("by", ["day", "source", "country,sponsor", "Country"])
def test_other_groups_are_not_for_the_public(shown: World, by: str) -> None:
    refused = breakdown(shown, by)
    assert (refused.status, refused.json["errors"][0]["code"]) == (422, "not_an_option")


@pytest.mark.parametrize("changes", [{}, {"show_breakdown": True, "show_count": False}])
def test_a_campaign_that_does_not_show_it_has_none(world: World, changes: dict[str, Any]) -> None:
    world.publish(fields=FIELDS, **changes)
    assert breakdown(world).json["code"] == "not_found"
    assert world.get("/campaigns/peru/count").status == 200


def test_every_region_of_the_largest_country_fits_among_the_300() -> None:
    assert max(len(region_names(country, "en")) for country in ("SI", "RU", "TR", "US")) < MOST


def test_a_region_of_another_country_counts_as_other_also_after_a_correction_of_the_country(asking: World) -> None:
    """Otherwise a campaign of Peru shows a region that nobody there could be from, and no packet agrees with it."""
    asking.sign_and_confirm(email="typed@example.org", country="PE", region="US-CA")
    asking.sign_and_confirm(email="moved@example.org", country="US", region="US-CA")
    assert regions(asking) == {"US-CA": 1, "other": 1}
    asking.post_form(
        manage(asking, "moved@example.org"), {"do": "save", "given_name": "Ana", "country": "PE", "region": "US-CA"}
    )
    asking.drain()
    assert regions(asking) == {"other": 2}
    assert is_right()


def test_the_public_sees_steps_of_five() -> None:
    labels_and_numbers = {"country:PE": 104, "country:BO": 5, "country:CL": 4, "country:other": 1}
    assert Tally(labels_and_numbers).shown_group("country") == {"BO": 5, "PE": 100, "other": 9}
    assert Tally({"country:PE": 5}).shown_group("country") == {"PE": 5}
