"""The dashboard's scripts find each other, in their folders here and side by side in the browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from chalicelib.pages.dashboard.dashboard import CONTENT_TYPES, STATIC, assets

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted(path for path in STATIC.rglob("*") if path.suffix in CONTENT_TYPES)
MODULES = [path for path in FILES if path.suffix == ".js" and path.name != "uplot.js"]


def imports_in(script: str) -> list[str]:
    return re.findall(r'^import .* from "([^"]+)";', script, flags=re.MULTILINE)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_an_import_leads_to_a_file_here_and_to_an_asset_in_the_browser(path: Path) -> None:
    here, served = imports_in(path.read_text("utf-8")), imports_in(assets()[path.name])
    assert [name for name in here if not (path.parent / name).is_file()] == []
    assert served == [f"./{name.rpartition('/')[2]}" for name in here]
    assert {name.removeprefix("./") for name in served} <= assets().keys()


def test_no_two_files_share_a_name() -> None:
    assert len({path.name for path in FILES}) == len(FILES)
    assert assets().keys() == {path.name for path in FILES} | {"base.css", "accent.css"}
