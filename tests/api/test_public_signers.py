"""Public names: only who asked, only where the campaign shows them, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.kit.world import World


def shown(world: World) -> list[str]:
    reply = world.get("/campaigns/peru/signers")
    assert reply.status == 200, reply.text
    return [signer["name"] for signer in reply.json["signers"]]


def test_only_confirmed_signers_who_asked_are_shown_newest_first(real_world: World) -> None:
    world = real_world
    world.publish(show_signers=True)
    for number in range(8):
        world.later(minutes=1)
        world.sign_and_confirm(email=f"s{number}@example.org", given_name=f"N{number}", public=number % 2 == 0)
    world.sign(email="p@example.org", given_name="Pending", public=True)
    assert shown(world) == ["N6 Quispe", "N4 Quispe", "N2 Quispe", "N0 Quispe"]
    page = world.get("/sign/peru", accept="text/html").text
    assert page.index("N6 Quispe") < page.index("N0 Quispe")
    assert "N5 Quispe" not in page


def test_withdrawn_or_hidden_names_leave_the_list(real_world: World) -> None:
    world = real_world
    world.publish(show_signers=True)
    for number in range(2):
        world.sign_and_confirm(email=f"s{number}@example.org", given_name=f"N{number}", public=True)
    assert len(shown(world)) == 2
    world.post_form(world.ses.sent[1].link("manage"), {"do": "hide"})
    world.post_form(world.ses.sent[2].link("withdraw"), {})
    world.later(seconds=30)
    assert shown(world) == []


def test_campaign_that_shows_no_signers_has_no_list(world: World) -> None:
    assert world.get("/campaigns/peru/signers").status == 404


def test_names_cost_one_call_a_bucket_and_one_more_at_most_every_thirty_seconds(real_world: World) -> None:
    world = real_world
    world.publish(show_signers=True)
    world.sign_and_confirm(public=True)
    with world.counting() as calls:
        for _ in range(5):
            shown(world)
    assert calls == {"Query": 4, "BatchGetItem": 1}
