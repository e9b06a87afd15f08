"""App, client and CHANGELOG name one version."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from undersigned_client import __version__

ROOT = Path(__file__).parent.parent


def test_app_client_and_changelog_name_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest
    assert (project["version"], newest[1]) == (__version__, __version__)
