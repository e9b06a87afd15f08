"""The next Pythons of Lambda: packaged and run as the configured one, so that changing it is one line."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from deploy.packaging import runtimes, stage_package
from deploy.packaging.architectures import of_this_machine
from tools.rig.cases import every_case
from tools.rig.rig import Rig

ROOT = Path(__file__).parents[2]
DATES = re.compile(r"^\| (\d\S+) (?:\(.*?\) )?\| (\S+) \| (\S+) \| (\S+) \|", re.MULTILINE)


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in runtimes.GLIBC if name != runtimes.configured()])
def test_every_answer_is_the_same_on_another_python(name: str) -> None:
    if name != runtimes.OWN and runtimes.find(name) is None:
        pytest.skip(f"there is no {name} on this machine, so nobody knows whether the functions run on it")
    with Rig(stage_package.checked(of_this_machine(), runtimes.runtime(name)), name) as rig:
        assert rig.runtime.name == name
        wrong = {f"{c.function}: {c.event}": a for c in every_case() if (a := c.run(rig)) != c.expected}
    assert wrong == {}


def test_the_page_on_operations_has_the_dates_of_every_runtime() -> None:
    """Those that cfn-lint, which warns of them, has from AWS."""
    dates = json.loads(files("cfnlint.data.AdditionalSpecs").joinpath("LmbdRuntimeLifecycle.json").read_text())
    listed = {
        f"python{version}": rest for version, *rest in DATES.findall((ROOT / "docs" / "operations.md").read_text())
    }
    kinds = ("deprecated", "create-block", "update-block")
    assert listed == {name: [dates[name][kind] for kind in kinds] for name in runtimes.GLIBC}
    assert (
        f"| {runtimes.configured().removeprefix('python')} (deployed) |"
        in (ROOT / "docs" / "operations.md").read_text()
    )
