"""The security page answers every point of the standard once, and what it names as proof is there."""

from __future__ import annotations

import re
from pathlib import Path

import app

ROOT = Path(app.__file__).parent
PAGE = (ROOT / "docs" / "security.md").read_text()
# OWASP ASVS 5.0.0: how many points of levels 1 and 2 each section has. They are numbered from 1, those of level 3 come last.
POINTS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 2, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4,
    "17.3": 2,
}  # fmt: skip
ROW = re.compile(r"^\| ([\d., -]+) \| (\S+) \| (.+) \|$", re.MULTILINE)


def expanded(points: str) -> list[str]:
    found = []
    for part in points.split(", "):
        first, _, last = part.partition("-")
        section, _, start = first.rpartition(".")
        end = int(last.rpartition(".")[2]) if last else int(start)
        found += [f"{section}.{number}" for number in range(int(start), end + 1)]
    return found


def test_every_point_of_levels_1_and_2_is_answered_once() -> None:
    answered = [point for points, _, _ in ROW.findall(PAGE) for point in expanded(points)]
    wanted = [f"{section}.{number}" for section, count in POINTS.items() for number in range(1, count + 1)]
    assert answered == wanted


def test_every_answer_is_one_of_four_with_a_reason() -> None:
    for points, answer, reason in ROW.findall(PAGE):
        assert answer in {"met", "n/a", "yours", "open"}, points
        assert len(reason) > 3, points


def test_every_file_that_is_named_as_proof_is_there() -> None:
    named = set(re.findall(r"`([a-z.][\w./-]*/[\w./-]+\.(?:py|js|json))`", PAGE))
    assert len(named) > 20
    assert [path for path in sorted(named) if not (ROOT / path).is_file()] == []
