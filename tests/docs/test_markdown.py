"""Every Markdown file: links and pictures lead somewhere, fences are closed, nothing is said of whoever's machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import app

ROOT = Path(app.__file__).parent
LEFT_OUT = {".venv", ".cache", ".local", "build", "node_modules", ".hypothesis", ".pytest_cache"}
PAGES = sorted(path for path in ROOT.rglob("*.md") if not LEFT_OUT & set(path.relative_to(ROOT).parts))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)", re.DOTALL)
PICTURE = re.compile(r'<img[^>]*\ssrc="([^"]+)"')
MAX_PICTURE_BYTES = 200 * 1024


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def prose(path: Path) -> str:
    return re.sub(r"^ *```.*?^ *```", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)


def targets(path: Path) -> list[str]:
    text = prose(path)
    return [one for one in [*LINK.findall(text), *PICTURE.findall(text)] if not re.match(r"[a-z]+:", one)]


def anchors(path: Path) -> set[str]:
    """Ids that GitHub gives to headings: lower case, punctuation left out, hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    for target in targets(page):
        place, _, anchor = target.partition("#")
        found = (page.parent / place).resolve() if place else page
        assert found.exists(), target
        if anchor:
            assert anchor in anchors(found), target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_code_fences_are_closed(page: Path) -> None:
    assert len(re.findall(r"^ *```", page.read_text(), re.MULTILINE)) % 2 == 0


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_pages_speak_of_the_project_alone(page: Path) -> None:
    assert re.findall(r"(?<![\w.])/(?:work|tmp|root|home)/", page.read_text()) == []


def test_readme_leads_to_every_document() -> None:
    led = {(ROOT / target.partition("#")[0]).resolve() for target in targets(ROOT / "README.md")}
    assert {path.resolve() for path in (ROOT / "docs").glob("*.md")} <= led


@pytest.mark.parametrize("picture", sorted((ROOT / "docs" / "images").glob("*")), ids=name_of)
def test_pictures_are_small_and_used(picture: Path) -> None:
    assert picture.stat().st_size < MAX_PICTURE_BYTES
    assert any(picture.name in target for page in PAGES for target in targets(page))


# What a command or a reader makes.
MADE = {"bench/results.json", "chalicelib/i18n/locales/it/LC_MESSAGES/messages.po"}
FOLDERS = r"chalicelib|local|deploy|bench|chaos|tests|tools|client|docs|\.chalice"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_that_pages_name_are_there(page: Path) -> None:
    named = set(re.findall(rf"`((?:{FOLDERS})/[A-Za-z0-9_./-]+)`", page.read_text()))
    assert {path for path in named - MADE if not (ROOT / path).exists()} == set()
