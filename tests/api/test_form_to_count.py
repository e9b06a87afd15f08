from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.kit.world import World


def test_form_to_confirmed_counted_signature(real_world: World) -> None:
    world = real_world
    reply = world.sign(consents=["wbw"], source="fb", lang="es")
    assert reply.status == 201, reply.text
    assert reply.json["state"] == "pending"
    world.drain()
    mail = world.ses.sent[-1]
    page = world.get(mail.link("confirm"))
    assert page.status == 200, page.text
    assert world.counts()["signatures"]["pending"] == 1
    assert world.post_form(mail.link("confirm"), {}).status == 200
    world.drain()
    counts = world.counts()
    assert counts["signatures"] == {"pending": 0, "confirmed": 1, "withdrawn": 0, "expired": 0, "external": 0}
    assert counts["by"] == {
        "day": {"2026-11-23": 1},
        "country": {"PE": 1},
        "region": {},
        "language": {"es": 1},
        "source": {"fb": 1},
        "sponsor": {"wbw": 1},
        "signer": {"person": 1},
    }
    assert world.ses.sent[-1].tags["kind"] == "thanks"
    assert world.post_form(world.ses.sent[0].link("withdraw"), {}).status == 200
    world.drain()
    assert world.counts()["signatures"] == {"pending": 0, "confirmed": 0, "withdrawn": 1, "expired": 0, "external": 0}
