"""Names in a packet that are not public: only of people whose own form said so, and only while the campaign says so."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.signatures.handing_over import HANDOVER_NOTICE
from chalicelib.i18n import languages
from chalicelib.pages.hosted.form_fields import HANDOVER_NOTE
from tests.api.test_packets import ALL, decide, files_of, made, names_in

if TYPE_CHECKING:
    from tests.kit.world import World

TOLD = {"handover_notice": str(HANDOVER_NOTICE)}


@pytest.fixture
def peru(world: World) -> World:
    """An open campaign that hands over the names of everybody who is told so."""
    world.publish("peru", hands_over="all", show_signers=True)
    return world


def sign(world: World, name: str, **form: Any) -> None:
    world.sign_and_confirm("peru", email=f"{name.lower()}@example.org", given_name=name, family_name="Quispe", **form)


def manage_link(world: World) -> str:
    world.drain()
    return next(one for one in world.ses.sent if "/manage/" in one.text).link("manage")


def named(world: World, **wishes: Any) -> list[str]:
    return sorted(name.removesuffix(" Quispe") for name in names_in(files_of(world, made(world, **wishes))))


def test_all_names_are_those_in_public_and_of_who_was_told(peru: World) -> None:
    sign(peru, "Told", **TOLD)
    sign(peru, "Public", public=True)
    sign(peru, "Neither")
    sign(peru, "Older", handover_notice="0")
    assert named(peru, names="all") == ["Public", "Told"]
    assert named(peru) == ["Public"]


def test_who_signed_before_is_not_named_by_a_later_change(world: World) -> None:
    world.publish("peru")
    sign(world, "Before", **TOLD)
    assert "handover_notice" not in world.signatures()[0]
    world.admin("PATCH", "/admin/campaigns/peru", {"hands_over": "all"}, If_Match="*")
    sign(world, "After", **TOLD)
    assert named(world, names="all") == ["After"]


def test_who_is_hidden_or_looked_at_is_not_named(peru: World) -> None:
    sign(peru, "Told", **TOLD)
    decide(peru, hidden_at="2026-11-23T12:00:00.000000Z")
    assert named(peru, names="all") == []


def test_a_campaign_that_hands_over_public_names_has_no_packet_of_all(world: World) -> None:
    world.publish("peru")
    refused = world.admin("POST", ALL, {"names": "all"})
    assert (refused.status, refused.json["errors"][0]["field"], refused.json["errors"][0]["code"]) == (
        422, "names", "names_stay_here",
    )  # fmt: skip


def test_packets_of_other_names_do_not_answer_for_each_other(peru: World) -> None:
    first, second = (peru.admin("POST", ALL, {"names": names}).json for names in ("all", "public"))
    assert (first["id"] != second["id"], first["names"], second["names"]) == (True, "all", "public")


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_form_of_ours_says_so_at_the_button_and_sends_that_it_did(world: World, language: str) -> None:
    sentence = languages.lookup(HANDOVER_NOTE, language)
    world.publish("peru")
    page, widget = f"/sign/peru?lang={language}", f"/campaigns/peru/form?lang={language}"
    assert sentence not in world.get(page, accept="text/html").text
    assert world.get(widget).json["handover"] is None
    world.publish("lima", hands_over="all")
    said = world.get(page.replace("peru", "lima"), accept="text/html").text
    assert (said.count(sentence), said.count('name="handover_notice" value="1"')) == (1, 1)
    assert said.index(sentence) < said.index('<button type="submit"')
    facts = world.get(widget.replace("peru", "lima")).json
    assert facts["handover"] == sentence
    assert "handover_notice" not in facts["hidden"], (
        "a script of before that did not show the sentence would say it did"
    )


def test_the_plain_form_to_copy_says_so_too(peru: World) -> None:
    snippet = peru.admin("GET", "/admin/campaigns/peru/snippets").json["snippets"]["en"]["form"]
    assert (snippet.count(HANDOVER_NOTE), snippet.count('name="handover_notice" value="1"')) == (1, 1)


def test_the_signer_sees_it_later_and_a_correction_neither_adds_nor_takes_it(peru: World) -> None:
    sign(peru, "Told", **TOLD)
    manage = manage_link(peru)
    assert languages.lookup(HANDOVER_NOTE, "en") in peru.get(manage).text
    peru.post_form(manage, {"do": "save", "given_name": "Ana", "family_name": "Quispe", "country": "PE"})
    assert named(peru, names="all") == ["Ana"]
    assert peru.post_form(manage, {"do": "download"}).json["handover_notice"] == 1


def test_a_correction_cannot_widen_it(peru: World) -> None:
    sign(peru, "Before")
    manage = manage_link(peru)
    assert languages.lookup(HANDOVER_NOTE, "en") not in peru.get(manage).text
    peru.post_form(manage, {"do": "save", "given_name": "Before", "family_name": "Quispe", "country": "PE", **TOLD})
    assert named(peru, names="all") == []


def test_a_form_sent_again_cannot_add_the_notice_to_what_somebody_confirms_by_an_earlier_link(peru: World) -> None:
    """Who knows what Ana typed could otherwise have her named, although no form ever told her."""
    typed = {"email": "ana@example.org", "given_name": "Ana", "family_name": "Quispe", "country": "PE"}
    peru.post_json("/campaigns/peru/signatures", typed)
    peru.drain()
    link = peru.ses.sent[-1].link("confirm")
    peru.post_json("/campaigns/peru/signatures", typed | TOLD)
    page = peru.get(link, accept="text/html").text
    assert "Something here changed" in page
    assert HANDOVER_NOTE in page
    assert "data-press" not in page.partition("<form")[2].partition(">")[0]


def test_who_is_not_public_is_handed_over_with_country_and_region_alone(peru: World) -> None:
    sign(peru, "Told", country="PE", **TOLD)
    sign(peru, "Public", public=True, country="PE", **TOLD)
    rows = list(csv.DictReader(io.StringIO(files_of(peru, made(peru, names="all"))["names.csv"].decode("utf-8-sig"))))
    assert {one["name"]: (one["country"], bool(one["day"]), bool(one["language"])) for one in rows} == {
        "Told Quispe": ("PE", False, False),
        "Public Quispe": ("PE", True, True),
    }
