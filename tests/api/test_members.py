"""Members: inviting, changing and removing people, and who may."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

MEMBERS = "/admin/members"


def invite(world: World, email: str = "ana@example.org", **facts: Any) -> dict[str, Any]:
    body = {"email": email, "name": "Ana Quispe", "role": "organizer", **facts}
    reply = world.admin("POST", MEMBERS, body)
    assert reply.status == 201, reply.text
    result: dict[str, Any] = reply.json
    return result


def token_in(text: str) -> str:
    match = re.search(r"/admin#sign-in=([A-Za-z0-9_-]+)\s", text)
    assert match, text
    return match[1]


def begin(world: World, **body: str) -> Reply:
    return world.post_json("/admin/sessions", body)


def sign_in(world: World, email: str = "ana@example.org") -> str:
    """The authorization of a new session of that member, by the code of an email."""
    assert world.post_json("/admin/sign-in", {"email": email}).status == 202
    world.drain()
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", world.ses.sent[-1].text)
    assert code
    reply = begin(world, email=email, code=code[0])
    assert reply.status == 201, reply.text
    return f"Bearer {reply.json['secret']}"


def test_invitation_signs_in(world: World) -> None:
    made = invite(world, campaigns=["peru"], language="es")
    assert (made["email"], made["role"], made["campaigns"]) == ("ana@example.org", "organizer", ["peru"])
    world.drain()
    (mail,) = world.ses.sent
    assert (mail.to, mail.request["FromEmailAddress"]) == ("ana@example.org", "Undersigned <sign-in@example.org>")
    assert "tests" in mail.subject  # the name of whoever invited: the world's key
    reply = begin(world, token=token_in(mail.text))
    assert reply.status == 201, reply.text
    assert reply.json["member"]["id"] == made["id"]
    me = world.admin("GET", "/admin/me", authorization=f"Bearer {reply.json['secret']}").json
    assert (me["how"], me["id"], me["name"], me["email"]) == ("session", made["id"], "Ana Quispe", "ana@example.org")
    assert world.admin("GET", "/admin/campaigns/peru", authorization=f"Bearer {reply.json['secret']}").status == 200


def test_code_signs_in(world: World) -> None:
    invite(world)
    mine = sign_in(world)
    assert world.admin("GET", "/admin/me", authorization=mine).status == 200
    assert world.admin("GET", MEMBERS, authorization=mine).status == 403
