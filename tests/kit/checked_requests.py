"""Holds each request that the app makes of AWS to botocore's model of that operation, which the deployed clients do not.

That of the botocore that is installed: `make newest` installs the newest. And to the list of what is deployed of the SDK.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from chalicelib.stores import Stores
from deploy.packaging.sdk import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import OperationModel

# What did not fit: raised in a thread of a local stack it would be lost.
unfit: list[str] = []
_make_client = Stores.client


def check_all_requests() -> None:
    """From now on, for all clients that the app makes in this process."""
    Stores.client = _client  # type: ignore[method-assign]  # on purpose


def check(service: str, operation: str, params: Mapping[str, Any]) -> None:
    """The test fails if a request does not fit."""
    _hold(service, _model(service).operation_model(operation), params)


def _client(self: Stores, service: str, *arguments: Any, **options: Any) -> Any:
    made = _make_client(self, service, *arguments, **options)

    def before(params: Mapping[str, Any], model: OperationModel, **_: Any) -> None:
        _hold(service, model, params)

    # Presigned links have this event too.
    made.meta.events.register("before-parameter-build.*.*", before)
    return made


def _hold(service: str, model: OperationModel, params: Mapping[str, Any]) -> None:
    assert model.input_shape, "each operation that we know takes something"
    if model.name not in OPERATIONS.get(service, ()) and _is_from_the_app():
        unfit.append(f"{service} {model.name} is missing in deploy/packaging/sdk.py, so in what is deployed")
        pytest.fail(unfit[-1])
    faults = ParamValidator().validate(params, model.input_shape)
    if faults.has_errors():
        unfit.append(f"{service} {model.name}: {faults.generate_report()}")
        pytest.fail(unfit[-1])  # not an Exception: the app contains those


def _is_from_the_app() -> bool:
    """False where a test uses a client of the app itself."""
    frame: Any = sys._getframe()
    while frame and frame.f_globals["__name__"].partition(".")[0] in {"botocore", "boto3", "tests"}:
        if frame.f_globals["__name__"] != __name__ and frame.f_globals["__name__"].startswith("tests"):
            return False
        frame = frame.f_back
    return bool(frame) and frame.f_globals["__name__"].startswith("chalicelib")


@cache
def _model(service: str) -> ServiceModel:
    core = botocore.session.get_session()
    return ServiceModel(core.get_component("data_loader").load_service_model(service, "service-2"), service)
