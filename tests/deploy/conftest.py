"""An engine with CloudFormation for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest

from local.startup.environment import AWS
from tests.kit.protecting_ministack import ProtectingEngine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boto3.session import Session


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    engine = ProtectingEngine("ministack", tmp_path_factory.mktemp("engine"), memory=True)
    engine.start()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**AWS, **engine.endpoints}.items():
            patch.setenv(name, value)
        yield boto3.session.Session()
    engine.stop()
