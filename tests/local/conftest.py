"""Fixtures of the local stack's own tests: an engine with the template's resources, and whole stacks."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from local.aws.resources import Resources, create
from local.aws.template import Template
from local.engines.engine import Engine
from local.stack import Stack
from local.startup.environment import AWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boto3.session import Session

    from local.engines.engine import EngineName


@dataclass(frozen=True)
class Cloud:
    """A running engine and what the template made in it."""

    session: Session
    resources: Resources

    def client(self, service: str) -> Any:
        return self.session.client(service)  # type: ignore[call-overload]  # any service, by name


@pytest.fixture(scope="module", params=["ministack", "dynoxide"])
def cloud(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The template's resources on a real engine, one after the other."""
    engine = Engine(request.param, tmp_path_factory.mktemp("engine"), memory=True)
    engine.start()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**AWS, **engine.endpoints}.items():
            patch.setenv(name, value)
        session = boto3.session.Session()
        yield Cloud(session, create(Template({"Production": "false"}), session))
    engine.stop()


@pytest.fixture(scope="module", params=["ministack", "dynoxide"])
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole stack with the sample campaigns, on each engine."""
    engine: EngineName = request.param
    with Stack(engine=engine, directory=tmp_path_factory.mktemp("stack"), port=0, memory=True) as made:
        made.load_samples()
        yield made


@pytest.fixture(autouse=True)
def environment_is_left_as_it_was() -> Iterator[None]:
    """A stack sets what the app reads; it must take that back."""
    before = dict(os.environ)
    yield
    added = set(os.environ) - set(before) - {"PYTEST_CURRENT_TEST"}
    assert not any(name.startswith("AWS_ENDPOINT") for name in added)
