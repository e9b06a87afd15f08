"""Checks the template that Chalice wrote: nothing merged into nowhere, one runtime, one processor, no complaint of cfn-lint.

It changes nothing but where the functions' code lies.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from deploy.packaging.lambda_zip import PackageFailed

RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
ARCHITECTURES = ["arm64"]
CODE = "./deployment.zip"


def check(path: Path) -> None:
    """Raise PackageFailed when the template would not deploy, or would deploy something else."""
    resources = json.loads(path.read_text())["Resources"]
    # A misspelt logical id in the merge template makes a resource without a type, silently.
    nameless = [name for name, facts in resources.items() if "Type" not in facts]
    if nameless:
        raise PackageFailed(f"the merge template speaks of resources that do not exist: {', '.join(nameless)}")
    for name, properties in functions(resources).items():
        if properties.get("Runtime") != RUNTIME:  # byte code is for one version of Python only
            raise PackageFailed(f"{name} would run on {properties.get('Runtime')}; this is packaged by {RUNTIME}")
        if properties.get("Architectures") != ARCHITECTURES or properties.get("CodeUri") != CODE:
            raise PackageFailed(f"{name} is not for {ARCHITECTURES[0]}, or takes its code from elsewhere")
    _lint(path)


def functions(resources: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Properties of each function, by logical id."""
    kind = "AWS::Serverless::Function"
    return {name: facts["Properties"] for name, facts in resources.items() if facts["Type"] == kind}


def with_code_at(template: dict[str, Any], uri: str) -> str:
    """The template as text, each function's code at `uri`."""
    for properties in functions(template["Resources"]).values():
        properties["CodeUri"] = uri
    return json.dumps(template, sort_keys=True, separators=(",", ":"))


def _lint(path: Path) -> None:
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--regions", "us-east-1", "--template", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackageFailed(f"cfn-lint:\n{done.stdout}{done.stderr}")
