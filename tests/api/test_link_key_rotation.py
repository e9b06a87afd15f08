"""Link keys change while people hold mails: what was mailed goes on working, in every container, at every moment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from chalicelib import cli
from chalicelib.domain.access.signed_links import Links, Purpose
from chalicelib.domain.errors import LinkInvalid
from chalicelib.services.access.link_key_rotation import TAKES_OVER_AFTER
from chalicelib.storage.access.secrets import MAX_AGE_SECONDS
from chalicelib.wiring import Wiring, wiring

if TYPE_CHECKING:
    import pytest

    from tests.kit.world import World

OVER = TAKES_OVER_AFTER.total_seconds()


def another_container(world: World) -> Wiring:
    wired = Wiring()
    wired.clock = lambda: world.now
    return wired


def token(links: Links, world: World) -> str:
    return links.token(Purpose.MANAGE, "peru", "x", now=world.now)


def opens(links: Links, made: str, world: World) -> bool:
    try:
        links.open(Purpose.MANAGE, made, now=world.now)
    except LinkInvalid:
        return False
    return True


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[Any]:
    capsys.readouterr()
    assert cli.main(["links", *arguments]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_links_mailed_before_between_and_after_a_rotation_open_in_every_container_all_the_time(world: World) -> None:
    one, two = another_container(world), another_container(world)
    mailed = [token(one.links(), world), token(two.links(), world)]
    wiring().link_key_rotation.rotate(by="command")
    for _ in range(8):
        world.later(seconds=OVER / 5)
        fresh = another_container(world)
        mailed += [token(container.links(), world) for container in (one, two, fresh)]
        for container in (one, two, fresh):
            assert all(opens(container.links(), made, world) for made in mailed)
    only_old = Links([one.secrets.link_keys[-1].key])
    assert opens(only_old, mailed[0], world)
    assert not opens(only_old, mailed[-1], world), "the new key has taken over"


def test_a_container_that_only_took_forms_for_hours_knows_a_key_that_was_made_meanwhile(world: World) -> None:
    container = another_container(world)
    container.pepper()
    world.later(seconds=3600)
    wiring().link_key_rotation.rotate(by="command")
    world.later(seconds=OVER)
    mailed = token(another_container(world).links(), world)
    assert opens(container.links(), mailed, world)


def test_a_mail_sent_before_three_rotations_still_confirms(world: World) -> None:
    world.sign()
    world.drain()
    for _ in range(3):
        wiring().link_key_rotation.rotate(by="command")
        world.later(seconds=OVER)
    assert world.post_form(world.ses.sent[0].link("confirm"), {}).status == 200
    world.drain()
    assert world.counts()["signatures"]["confirmed"] == 1


def test_after_a_leak_every_older_link_dies_within_ten_minutes(world: World) -> None:
    container = another_container(world)
    mailed = token(container.links(), world)
    wiring().link_key_rotation.replace_all(by="command")
    world.later(seconds=MAX_AGE_SECONDS)
    assert not opens(container.links(), mailed, world)
    assert opens(container.links(), token(another_container(world).links(), world), world)


def test_the_pepper_and_all_else_in_the_secret_stay(world: World) -> None:
    def value() -> dict[str, Any]:
        client = world.session.client("secretsmanager")
        found: dict[str, Any] = json.loads(
            client.get_secret_value(SecretId=wiring().settings.secret_id)["SecretString"]
        )
        return found

    client, before = world.session.client("secretsmanager"), {**value(), "another": {"kept": True}}
    client.put_secret_value(SecretId=wiring().settings.secret_id, SecretString=json.dumps(before))
    wiring().link_key_rotation.rotate(by="command")
    after = value()
    assert len(after.pop("link_keys")) == 2
    before.pop("link_keys")
    assert after == before


def test_an_unreadable_secret_leaves_a_running_container_at_work(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    container = another_container(world)
    mailed = token(container.links(), world)
    monkeypatch.setattr(container.secret_store.client, "get_secret_value", lambda **_: 1 / 0)
    world.later(seconds=MAX_AGE_SECONDS - 1)
    assert opens(container.links(), mailed, world)

    def refused(**_: Any) -> None:
        from botocore.exceptions import EndpointConnectionError

        raise EndpointConnectionError(endpoint_url="https://secrets.example")

    monkeypatch.setattr(container.secret_store.client, "get_secret_value", refused)
    world.later(seconds=MAX_AGE_SECONDS)
    assert opens(container.links(), mailed, world)


def test_commands_rotate_list_and_forget_by_ids_that_tell_nothing(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    (old,) = run(capsys, "list")
    assert old == {"id": old["id"], "signs_since": None, "signs": True}
    (new,) = run(capsys, "rotate")
    assert [key["signs"] for key in run(capsys, "list")] == [False, True]
    assert cli.main(["links", "forget", old["id"]]) == 2, "it signs"
    world.later(seconds=OVER)
    assert [key["signs"] for key in run(capsys, "list")] == [True, False]
    run(capsys, "forget", old["id"])
    assert [key["id"] for key in run(capsys, "list")] == [new["id"]]
    run(capsys, "rotate", "--leaked")
    assert len(run(capsys, "list")) == 1
    assert cli.main(["links", "forget", "00000000"]) == 2
    acts = [entry["act"] for entry in world.admin("GET", "/admin/audit").json["entries"]]
    assert {"link_keys.replaced", "link_keys.forgotten", "link_keys.rotated"} <= set(acts)
    printed = json.dumps([old, new])
    assert not any(key.key.decode() in printed for key in wiring().link_key_rotation.list())
