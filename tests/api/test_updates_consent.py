"""The signer's yes to news of the campaign: asked for apart, never ticked in advance, given and taken back at any time."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.signatures.fingerprints import fingerprint_of
from chalicelib.domain.timestamps import stamp
from chalicelib.wiring import wiring
from tests.kit.factories import a_form

if TYPE_CHECKING:
    from tests.kit.world import World

BOX = re.compile(r"<input[^>]*name=\"updates\"[^>]*>")
SAVE = {"do": "save", "given_name": "Ana", "family_name": "Quispe", "country": "PE"}


@pytest.fixture(autouse=True)
def _asks(world: World) -> None:
    world.publish(ask_updates=True, sponsors=[])


def the_item(world: World) -> dict[str, Any]:
    (item,) = world.signatures()
    return item


def the_page(world: World) -> str:
    return world.ses.sent[-1].link("manage")


@pytest.mark.parametrize("page", ["/sign/peru", "/sign/peru?lang=es&frame=1", "/campaigns/peru/form"])
def test_the_box_is_there_only_where_the_campaign_asks_and_is_never_ticked(world: World, page: str) -> None:
    shown = world.get(page)
    if page.endswith("form"):
        assert (shown.json["updates"], shown.json["words"]["updates"]) == (True, "Email me news of this campaign.")
    else:
        (box,) = BOX.findall(shown.text)
        assert "checked" not in box
    world.publish(ask_updates=False, sponsors=[])
    world.later(minutes=2)
    assert world.get("/campaigns/peru/form").json["updates"] is False
    assert not BOX.search(world.get("/sign/peru").text)


def test_the_plain_form_for_other_sites_has_the_box_unticked(world: World) -> None:
    snippets = world.admin("GET", "/admin/campaigns/peru/snippets").json["snippets"]
    for language in ("en", "es"):
        (box,) = BOX.findall(snippets[language]["form"])
        assert "checked" not in box
    world.publish(ask_updates=False, sponsors=[])
    snippets = world.admin("GET", "/admin/campaigns/peru/snippets").json["snippets"]
    assert not BOX.search(snippets["en"]["form"])


def test_a_form_with_a_mistake_keeps_the_tick(world: World) -> None:
    wrong = {**a_form(), "email": "nobody", "updates": "yes"}
    (box,) = BOX.findall(world.post_form("/campaigns/peru/signatures", wrong).text)
    assert "checked" in box


@pytest.mark.parametrize("said", [True, "on", "yes", "1"])
def test_a_yes_is_stored_with_its_moment(world: World, said: object) -> None:
    world.sign_and_confirm(updates=said)
    assert the_item(world)["updates_at"] == {"S": stamp(world.now)}
    assert world.counts()["want_updates"] == 1


@pytest.mark.parametrize("said", [False, "", "no", "off", None])
def test_without_a_yes_nothing_is_stored(world: World, said: object) -> None:
    world.sign_and_confirm(updates=said)
    assert "updates_at" not in the_item(world)
    assert world.counts()["want_updates"] == 0


def test_what_is_neither_yes_nor_no_is_a_mistake(world: World) -> None:
    refused = world.sign(updates="perhaps")
    assert (refused.status, refused.json["errors"][0]["field"]) == (422, "updates")


def test_a_yes_to_a_campaign_that_does_not_ask_is_ignored(world: World) -> None:
    world.publish(ask_updates=False)
    world.sign_and_confirm(updates=True)
    assert "updates_at" not in the_item(world)


def test_a_yes_counts_only_once_it_is_confirmed_and_no_longer_when_it_is_withdrawn(world: World) -> None:
    world.sign(updates=True)
    world.drain()
    assert world.counts()["want_updates"] == 0
    world.post_form(world.ses.sent[-1].link("confirm"), {})
    world.drain()
    assert world.counts()["want_updates"] == 1
    world.post_form(world.ses.sent[-1].link("manage"), {"do": "withdraw-now"})
    world.drain()
    assert world.counts()["want_updates"] == 0


def test_the_counts_tell_languages_and_countries_apart(world: World) -> None:
    for number, (language, country) in enumerate([("en", "PE"), ("es", "PE"), ("es", "US"), ("es", "US")]):
        world.sign_and_confirm(email=f"{number}@example.org", lang=language, country=country, updates=True)
    tally = wiring().campaign_reader.get_fresh_snapshot("peru").tally
    assert tally.want_updates() == 4
    assert tally.want_updates(languages=["es"]) == 3
    assert tally.want_updates(countries=["PE"]) == 2
    assert tally.want_updates(["es"], ["US"]) == 2
    assert tally.want_updates(["en"], ["US"]) == 0


def test_signer_takes_it_back_and_gives_it_again(world: World) -> None:
    world.sign_and_confirm(updates=True)
    (box,) = BOX.findall(world.get(the_page(world)).text)
    assert "checked" in box
    world.later(hours=1)
    assert world.post_form(the_page(world), SAVE).status == 200
    world.drain()
    assert "updates_at" not in the_item(world)
    assert world.counts()["want_updates"] == 0
    assert world.post_form(the_page(world), {**SAVE, "updates": "yes"}).status == 200
    world.drain()
    assert the_item(world)["updates_at"] == {"S": stamp(world.now)}
    assert world.counts()["want_updates"] == 1


def test_correcting_a_name_keeps_the_moment_of_the_yes(world: World) -> None:
    world.sign_and_confirm(updates=True)
    given_at = stamp(world.now)
    world.later(days=1)
    world.post_form(the_page(world), {**SAVE, "given_name": "Anita", "updates": "yes"})
    assert (the_item(world)["given_name"], the_item(world)["updates_at"]) == ({"S": "Anita"}, {"S": given_at})


def test_a_yes_can_be_taken_back_after_the_campaign_stopped_asking(world: World) -> None:
    world.sign_and_confirm(updates=True)
    world.publish(ask_updates=False, sponsors=[])
    world.later(minutes=2)
    assert BOX.search(world.get(the_page(world)).text)
    world.post_form(the_page(world), SAVE)
    assert "updates_at" not in the_item(world)
    assert not BOX.search(world.get(the_page(world)).text)


def test_who_never_said_yes_cannot_be_made_to_by_a_campaign_that_does_not_ask(world: World) -> None:
    world.sign_and_confirm()
    world.publish(ask_updates=False, sponsors=[])
    world.later(minutes=2)
    world.post_form(the_page(world), {**SAVE, "updates": "yes"})
    assert "updates_at" not in the_item(world)


def test_a_strangers_yes_is_not_confirmed_by_an_earlier_email(world: World) -> None:
    """Whoever signs for an address again and ticks the box: the click on the first link does not say yes for them."""
    world.sign()
    world.drain()
    first = world.ses.sent[-1].link("confirm")
    world.sign(updates=True)
    assert world.post_form(first, {}).status == 409
    assert the_item(world)["state"] == {"S": "pending"}


def test_without_a_yes_the_fingerprint_is_that_of_earlier_releases() -> None:
    typed = (b"pepper", "ana@example.org", {"given_name": "Ana"}, ["wbw"])
    assert fingerprint_of(*typed, public=True, updates=False) == "jzpxrxos4y5s"
    assert fingerprint_of(*typed, public=True, updates=True) != "jzpxrxos4y5s"


def test_exports_have_a_yes_and_its_moment_and_sponsors_have_neither(world: World) -> None:
    world.publish(ask_updates=True)
    world.sign_and_confirm(updates=True, consents=["wbw"])
    for sponsor, seen in (("", True), ("wbw", False)):
        for format_ in ("csv", "ndjson"):
            wanted = {"format": format_, **({"sponsor": sponsor} if sponsor else {})}
            made = world.admin("POST", "/admin/campaigns/peru/exports", wanted)
            world.run_exports()
            done = world.admin("GET", f"/admin/campaigns/peru/exports/{made.json['id']}").json
            text = gzip.decompress(world.download(done["url"])).decode()
            assert ("updates_at" in text) is (seen or format_ == "csv")
            assert ('"yes",2026-11-23 07:00:00,' in text or f'"updates_at": "{stamp(world.now)}"' in text) is seen


def test_organisers_and_signers_see_it_and_a_sponsor_does_not(world: World) -> None:
    world.publish(ask_updates=True)
    world.sign_and_confirm(updates=True, consents=["wbw"])
    (one,) = world.admin("GET", "/admin/campaigns/peru/signatures").json["signatures"]
    assert one["updates_at"] == stamp(world.now)
    assert world.post_form(the_page(world), {"do": "download"}).json["updates_at"] == stamp(world.now)
    made = world.admin(
        "POST", "/admin/keys", {"name": "WBW", "role": "organizer", "campaigns": ["peru"], "sponsor": "wbw"}
    ).json
    key = f"Bearer {made['secret']}"
    (seen,) = world.admin("GET", "/admin/campaigns/peru/signatures", authorization=key).json["signatures"]
    assert "updates_at" not in seen


def test_erasure_leaves_nothing_of_it(world: World) -> None:
    world.sign_and_confirm(updates=True)
    assert world.admin("POST", "/admin/erasures", {"email": "ana@example.org"}).status == 200
    assert "updates_at" not in the_item(world)
    world.drain()
    assert world.counts()["want_updates"] == 0


def test_paper_with_a_column_for_it(world: World) -> None:
    line = {"given_name": "Ana", "email": "ana@example.org", "updates": True}
    assert world.admin("POST", "/admin/campaigns/peru/signatures", line).status == 201
    assert the_item(world)["updates_at"] == {"S": stamp(world.now)}
    world.drain()
    assert world.counts()["want_updates"] == 0, "nobody has confirmed that address"
