"""The packaged template as CloudFormation sees it after its SAM transform; built once for each state of the sources."""

from __future__ import annotations

import fcntl
import json
from typing import Any
from unittest.mock import patch

from deploy.packaging import stage_package, template_checks
from deploy.packaging.archives import ARCHIVES, DEPLOYMENT

BUCKET, CODE = "packages", DEPLOYMENT


def expanded() -> dict[str, Any]:
    """The template in plain CloudFormation, with each function's code in the bucket "packages"."""
    folder = stage_package.checked()
    cached = folder / "expanded.json"
    with (stage_package.CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not cached.exists():
            cached.write_text(json.dumps(expand((folder / "sam.json").read_text())))
    template: dict[str, Any] = json.loads(cached.read_text())
    return template


def expand(text: str) -> dict[str, Any]:
    """What SAM's transform makes of a packaged template."""
    return transformed(
        json.loads(template_checks.with_code_at(json.loads(text), {name: f"s3://{BUCKET}/{name}" for name in ARCHIVES}))
    )


def transformed(sam: dict[str, Any]) -> dict[str, Any]:
    """What SAM's transform makes of a template whose code is at its place; it changes `sam`."""
    import boto3
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    with patch.dict("os.environ", {"AWS_DEFAULT_REGION": "us-east-1"}):
        session = boto3.session.Session(region_name="us-east-1")
        template: dict[str, Any] = Translator({}, Parser(), boto_session=session).translate(sam, parameter_values={})
    return template
