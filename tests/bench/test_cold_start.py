"""A cold start loads what its function needs, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from tests.kit.world import World

# What each costs is in bench/README.md.
FOR_SOME_REQUESTS_ONLY = {
    "email_validator",
    "itsdangerous",
    "jinja2",
    "markdown_it",
    "multipart",
    "nh3",
    "pydantic",
    "segno",
    "xlsxwriter",
    "chalicelib.api.events",
    "chalicelib.mail",
    "chalicelib.pages.rendering",
}


ALL = """
import json, pkgutil, sys
import app, chalicelib
from chalicelib.wiring import wiring
for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
    __import__(module.name)
assert wiring().dynamodb
print(json.dumps(sorted(sys.modules)))
"""


def test_no_function_imports_boto3() -> None:
    region = {**os.environ, "AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run([sys.executable, "-c", ALL], check=True, stdout=subprocess.PIPE, env=region)
    loaded = set(json.loads(done.stdout))
    assert "botocore.session" in loaded
    assert loaded & {"boto3", "s3transfer"} == set()


def test_importing_the_app_loads_no_library_that_only_some_requests_need() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import app, json, sys; print(json.dumps(sorted(sys.modules)))"],
        check=True,
        stdout=subprocess.PIPE,
    )
    loaded = set(json.loads(done.stdout))
    assert "chalicelib.api.public.signing_routes" in loaded
    assert loaded & FOR_SOME_REQUESTS_ONLY == set()


def test_signing_builds_no_client_for_mail_or_queues(world: World) -> None:
    built: list[str] = []
    wired = wiring()
    original = wired.client

    def client(service: str, *arguments: Any) -> object:
        built.append(service)
        return original(service, *arguments)

    wired.__dict__["client"] = client
    assert world.sign().status == 201
    assert set(built) <= {"dynamodb", "secretsmanager"}
