"""Fixtures: worlds on moto, on dynoxide, or on both."""

from __future__ import annotations

import gc
from functools import cache
from typing import TYPE_CHECKING

import botocore.session
import pytest
from hypothesis import HealthCheck, settings

from tests.kit.checked_requests import check_all_requests, unfit
from tests.kit.dynoxide_server import a_dynoxide
from tests.kit.quick_moto import make_quick
from tests.kit.world import World, a_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

# A busy machine is no failure: what is tested is the rule, not how fast examples are thought of.
settings.register_profile("undersigned", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("undersigned")

# Each world has a session of its own; what AWS's operations look like is read from disk once for all of them.
botocore.session.create_loader = cache(botocore.session.create_loader)
make_quick()
check_all_requests()


@pytest.fixture(autouse=True)
def requests_fit() -> Iterator[None]:
    """No request to AWS that its model does not know, in whatever thread."""
    yield
    found = unfit[:]
    unfit.clear()
    assert found == []


@pytest.fixture
def tables_at() -> Iterator[str]:
    """Address of a fresh dynoxide with its tables in memory."""
    with a_dynoxide() as url:
        yield url


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A deployment on moto, with the sample campaign `peru` open."""
    with a_world(monkeypatch) as made:
        made.publish()
        yield made


@pytest.fixture
def real_world(monkeypatch: pytest.MonkeyPatch, tables_at: str) -> Iterator[World]:
    """The same with its tables on dynoxide, which counts units and keeps concurrent writes exactly."""
    with a_world(monkeypatch, tables_at=tables_at) as made:
        made.publish()
        yield made


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for everybody: a process can drive only one at a time."""
    from tools.browser import a_browser

    with a_browser() as launched:
        yield launched


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on a real engine says so by its fixture. The slow ones begin, so that nobody waits for them at the end."""
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.timeout(600))
        if "tables_at" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.engine)
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end: no garbage collection needs to look at it again."""
    gc.collect()
    gc.freeze()
