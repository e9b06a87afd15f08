"""Checks the template that Chalice wrote: no orphaned merge, one runtime, one architecture, no cfn-lint findings.

The only thing changed here is the location of the functions' code.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.packaging.architectures import ARM
from deploy.packaging.archives import DEPLOYMENT, of_function
from deploy.packaging.lambda_zip import PackageFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.packaging.architectures import Architecture


def check(path: Path, region: str, runtime: str, architecture: Architecture = ARM) -> None:
    """Raise PackageFailed when the template would not deploy in `region`, or not deploy what was packaged."""
    resources = json.loads(path.read_text())["Resources"]
    # A misspelt logical id in the merge template silently creates a resource without a type.
    nameless = [name for name, facts in resources.items() if "Type" not in facts]
    if nameless:
        raise PackageFailed(f"the merge template refers to resources that do not exist: {', '.join(nameless)}")
    for name, properties in functions(resources).items():
        if properties.get("Runtime") != runtime:  # byte code fits one version of Python only
            raise PackageFailed(f"{name} would run on {properties.get('Runtime')}, but the package is for {runtime}")
        if properties.get("Architectures") != [architecture.name] or properties.get("CodeUri") != _code(name):
            raise PackageFailed(f"{name} is not built for {architecture.name}, or takes its code from elsewhere")
    lint(path, region)


def divide(path: Path) -> None:
    """Have each function of the template at `path`, as Chalice wrote it, take its code from its own zip. Raises PackageFailed."""
    template = json.loads(path.read_text())
    for name, properties in functions(template["Resources"]).items():
        if properties.get("CodeUri") != f"./{DEPLOYMENT}":
            raise PackageFailed(f"{name} takes its code from {properties.get('CodeUri')}")
        properties["CodeUri"] = _code(name)
    path.write_text(json.dumps(template, indent=2, sort_keys=True))


def _code(logical_id: str) -> str:
    return f"./{of_function(logical_id)}"


def functions(resources: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The properties of each function, by logical id."""
    kind = "AWS::Serverless::Function"
    return {name: facts["Properties"] for name, facts in resources.items() if facts.get("Type") == kind}


def with_code_at(template: dict[str, Any], uris: Mapping[str, str]) -> str:
    """The template as text, each function's code at the place in `uris` of its zip."""
    for name, properties in functions(template["Resources"]).items():
        properties["CodeUri"] = uris[of_function(name)]
    return json.dumps(template, sort_keys=True, separators=(",", ":"))


def lint(path: Path, region: str) -> None:
    """Raise PackageFailed when cfn-lint finds something in a template for `region`."""
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--regions", region, "--template", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackageFailed(f"cfn-lint:\n{done.stdout}{done.stderr}")
