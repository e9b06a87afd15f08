"""A short storm on a stack of real processes: everything that can fail does, and every promise holds to the row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chaos.run import run

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.engine, pytest.mark.slow]


def test_no_promise_breaks_while_everything_else_does(tmp_path: Path) -> None:
    report = run(seed=2, seconds=8, signers=120, folder=tmp_path)
    assert report.violations == [], report.as_text()
    assert report.figures["signatures lost"] == 0
    assert report.figures["people who signed"] == report.figures["signatures stored"] > 0
    assert report.figures["updates sent to all signers who want them"] > 0
    assert report.figures["updates that were owed, and arrived"] > 0
    assert report.fault_count > 10
    assert any(where == "process" and what.startswith("engine") for where, what, _ in report.faults)
    assert "make chaos SEED=2` on 2026-11-25" in report.as_markdown("2026-11-25")
