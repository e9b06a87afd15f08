"""What was handed over is recorded by organisers, and told to everybody, and to signers of their own signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.pages.widget.form_height import form_height
from tests.kit.factories import a_campaign

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

CAMPAIGN = "/admin/campaigns/peru"
HANDED: dict[str, Any] = {
    "target": "The Committee on Foreign Relations",
    "date": "2026-11-22",
    "words": {"en": "They read it.", "es": "Lo leyeron."},
    "url": "https://www.example.org/handed",
}
TARGETS = [{"name": "The Committee on Foreign Relations", "names": {"es": "La Comisión"}}]


def record(world: World, *delivered: dict[str, Any]) -> Reply:
    version = world.admin("GET", CAMPAIGN).headers["etag"]
    return world.admin("PATCH", CAMPAIGN, {"delivered": list(delivered)}, if_match=version)


@pytest.fixture
def handed(world: World) -> World:
    """A campaign that was handed over yesterday, and before."""
    world.publish(targets=TARGETS)
    reply = record(world, {"target": "The mayor", "date": "2026-10-01"}, HANDED)
    assert reply.status == 200, reply.text
    world.later(seconds=31)  # as of any container
    return world


def test_it_is_recorded_and_told_in_the_readers_language(handed: World) -> None:
    assert handed.admin("GET", CAMPAIGN).json["delivered"] == [
        {"target": "The mayor", "date": "2026-10-01", "words": {}, "url": ""},
        HANDED,
    ]
    assert handed.get("/campaigns/peru?lang=es").json["delivered"] == [
        {
            "target": "La Comisión",
            "date": "2026-11-22",
            "words": "Lo leyeron.",
            "url": "https://www.example.org/handed",
        },
        {"target": "The mayor", "date": "2026-10-01", "words": "", "url": ""},
    ]


def test_a_campaign_that_was_not_handed_over_says_nothing_of_it(world: World) -> None:
    world.publish()
    assert world.get("/campaigns/peru").json["delivered"] == []
    assert world.get("/campaigns/peru/form").json["delivered"] is None
    assert 'class="delivered"' not in world.get("/sign/peru").text


@pytest.mark.parametrize(("day", "status"), [("2026-11-23", 200), ("2026-11-24", 422)])
def test_a_day_that_has_not_begun_where_the_campaign_is_is_refused(world: World, day: str, status: int) -> None:
    world.publish(time_zone="Pacific/Kiritimati")  # where it is the 24th already
    assert record(world, {"target": "Congress", "date": "2026-11-24"}).status == 200
    world.publish(time_zone="America/Lima")
    reply = record(world, {"target": "Congress", "date": day})
    assert reply.status == status
    if status == 422:
        (wrong,) = reply.json["errors"]
        assert (wrong["field"], wrong["code"]) == ("delivered.0.date", "in_the_future")


@pytest.mark.parametrize(
    ("language", "said", "words"),
    [
        ("en", "Handed to The Committee on Foreign Relations on November 22, 2026.", "They read it."),
        ("es", "Entregada el 22 de noviembre de 2026 a: La Comisión.", "Lo leyeron."),
    ],
)
def test_pages_and_forms_on_other_sites_say_so(handed: World, language: str, said: str, words: str) -> None:
    for path in ("/sign/peru?", "/sign/peru?frame=1&"):
        page = handed.get(f"{path}lang={language}").text
        assert page.index(said) < page.index(words) < page.index('href="https://www.example.org/handed"')
        assert "example.org</a>" not in page  # with what it opens in, for screen readers
    form = handed.get(f"/campaigns/peru/form?lang={language}").json["delivered"]
    assert (form["sentence"], form["words"], form["url"]) == (said, words, "https://www.example.org/handed")
    assert form["more"].endswith(" example.org")
    assert "The mayor" in handed.get("/sign/peru").text
    assert "The mayor" not in handed.get("/sign/peru?frame=1").text  # the last one is enough there


def test_words_of_strangers_are_no_markup(world: World) -> None:
    world.publish()
    record(world, {**HANDED, "target": "<b>x</b>", "words": {"en": "<script>1</script>"}})
    world.later(seconds=31)
    page = world.get("/sign/peru?lang=en").text
    assert "<b>x</b>" not in page
    assert "<script>1" not in page
    assert "&lt;b&gt;x" in page


def test_the_room_for_a_form_grows_with_what_is_said() -> None:
    plain, told = form_height(a_campaign(), "en"), form_height(a_campaign(delivered=[HANDED]), "en")
    assert told.high > plain.high + 60
    assert told.low > plain.low + 60


def manage_page(world: World, language: str = "en") -> str:
    link = next(mail for mail in reversed(world.ses.sent) if "/manage/" in mail.text).link("manage")
    return world.get(f"{link}?lang={language}").text


def test_a_signer_is_told_what_the_signature_was_counted_in(world: World) -> None:
    world.publish()
    world.sign_and_confirm()
    world.drain()
    assert "handed to" not in manage_page(world)
    record(world, {**HANDED, "date": "2026-11-23"}, {"target": "The mayor", "date": "2026-11-22"})
    world.later(seconds=31)
    page = manage_page(world)
    assert (
        "Your signature was included in the delivery of November 23, 2026 to The Committee on Foreign Relations."
        in page
    )
    assert "The mayor" not in page  # before they signed
    assert "Su firma se incluyó en la entrega" in manage_page(world, "es")


def test_who_withdraws_is_told_that_what_was_handed_over_stays(world: World) -> None:
    world.publish()
    world.sign_and_confirm()
    world.drain()
    mail = next(mail for mail in reversed(world.ses.sent) if "/withdraw/" in mail.text or "/manage/" in mail.text)
    link = mail.link("manage")
    asked = world.post_form(link, {"do": "withdraw"})
    assert "already counted in what has been handed over" not in asked.text
    record(world, {**HANDED, "date": "2026-11-23"})
    world.later(seconds=31)
    assert "already counted in what has been handed over" in world.post_form(link, {"do": "withdraw"}).text
