"""Floods: what is told apart without keeping an address, what is held before it is mailed, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.wiring import wiring

if TYPE_CHECKING:
    import pytest

    from tests.kit.world import World


def networks(world: World) -> list[str]:
    return [item["network"]["S"] for item in world.signatures()]


def test_address_of_a_signer_is_kept_nowhere_only_a_name_for_its_network(
    world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    world.client = "198.51.100.77"
    world.sign()
    world.drain()
    everything = str([world.items(world.resources.signatures_table), world.items(world.resources.registry_table)])
    assert "198.51.100" not in everything + "".join(capfd.readouterr())
    monkeypatch.setattr(wiring().settings, "trusted_proxies", 1)
    for number, forwarded in enumerate(("198.51.100.3", "6.6.6.6, 198.51.100.4", "192.0.2.1")):
        world.client = "203.0.113.9"
        body = {"email": f"n{number}@example.org", "given_name": "Ana", "country": "PE"}
        world.post_json("/campaigns/peru/signatures", body, x_forwarded_for=forwarded)
    assert sorted(map(networks(world).count, set(networks(world)))) == [1, 3]
