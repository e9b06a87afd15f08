"""Behind a CDN: only requests with the proxies' secret are believed about where they come from, and nobody has no network."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from tests.kit.world import World

SECRET = "a long secret that only the CDN knows"


@pytest.fixture
def behind_a_cdn(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    settings = wiring().settings.__dict__
    monkeypatch.setitem(settings, "trusted_proxies", 1)
    monkeypatch.setitem(settings, "proxy_secret_sha256", hashlib.sha256(SECRET.encode()).hexdigest())
    return world


def networks(world: World, *, secret: str | None, forwarded: tuple[str, ...]) -> set[str]:
    """Of one form for each forwarded address."""
    headers = {"x-proxy-secret": secret} if secret is not None else {}
    before = {item["sk"]["S"] for item in world.signatures()}
    for number, address in enumerate(forwarded):
        email = f"n{number}@example.org"
        reply = world.request(
            "POST", "/campaigns/peru/signatures",
            f'{{"email": "{email}", "given_name": "A", "family_name": "B", "country": "PE"}}'.encode(),
            content_type="application/json", x_forwarded_for=address, **{n.replace("-", "_"): v for n, v in headers.items()},
        )  # fmt: skip
        assert reply.status == 201
    return {item.get("network", {"S": ""})["S"] for item in world.signatures() if item["sk"]["S"] not in before}


def test_with_the_secret_each_address_is_a_network(behind_a_cdn: World) -> None:
    assert len(networks(behind_a_cdn, secret=SECRET, forwarded=("198.51.100.1", "192.0.2.1"))) == 2


@pytest.mark.parametrize("secret", [None, "", "guess", SECRET + " x", "ñ" * 20])
def test_without_it_an_invented_address_changes_nothing(behind_a_cdn: World, secret: str | None) -> None:
    invented = networks(behind_a_cdn, secret=secret, forwarded=("198.51.100.1", "192.0.2.1", "junk"))
    assert len(invented) == 1, "all of them are who connected"


def test_where_no_secret_is_set_whoever_connects_is_believed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(wiring().settings.__dict__, "trusted_proxies", 1)
    assert len(networks(world, secret=None, forwarded=("198.51.100.1", "192.0.2.1"))) == 2


def test_what_is_no_address_is_one_network_and_limits_hold_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(wiring().settings.__dict__, "trusted_proxies", 1)
    world.publish(limits={"network_hourly": 1})
    found = networks(world, secret=None, forwarded=("junk-one", "junk-two", "junk-three"))
    assert len(found) == 1
    assert found != {""}
    world.drain()
    assert len(world.ses.sent) == 1
    assert world.counts()["held"] == {"network": 2}
