"""What is inside a zip that others made, each with its version and licence, read from the zip itself. It changes nothing.

It refuses a part whose licence has no text: most of them ask that the text comes along. What wheels have compiled into their
libraries is not listed.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from email.parser import Parser
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import babel

from deploy.packaging.lambda_zip import PackageFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

METADATA = ".dist-info/METADATA"
LICENCE_FILE = re.compile(r"licen[cs]e|copying|notice|authors", re.IGNORECASE)
OSI = "License :: OSI Approved :: "
UPLOT = "chalicelib/pages/dashboard/static/vendor/uplot"
FONTS = "chalicelib/pages/share_card/fonts"
TYPE = "chalicelib/pages/typesetting/fonts"


@dataclass(frozen=True, slots=True, order=True)
class Component:
    """One part. `licence` is an SPDX expression where `is_spdx`, otherwise what its author calls it; `purl` may be empty."""

    name: str
    version: str
    licence: str
    purl: str
    texts: tuple[str, ...]
    is_spdx: bool = True


def components(archive: Path) -> list[Component]:
    """All parts, by name. Raises PackageFailed for one without the text of its licence."""
    with zipfile.ZipFile(archive) as packed:
        found = sorted([*_wheels(packed), *_copied(packed)])
    if bare := [one.name for one in found if not "".join(one.texts).strip()]:
        raise PackageFailed(f"without the text of a licence: {', '.join(bare)}")
    return found


def _wheels(packed: zipfile.ZipFile) -> Iterator[Component]:
    names = packed.namelist()
    for described in (name for name in names if name.endswith(METADATA)):
        facts = Parser().parsestr(packed.read(described).decode())
        folder = PurePosixPath(described).parent
        texts = [name for name in names if folder in PurePosixPath(name).parents and LICENCE_FILE.search(name)]
        expression = facts["License-Expression"]
        yield Component(
            name=facts["Name"], version=facts["Version"], licence=expression or _said(facts), is_spdx=bool(expression),
            purl=_pypi(facts["Name"], facts["Version"]), texts=tuple(_text(packed, name) for name in sorted(texts)),
        )  # fmt: skip


def _said(facts: Message) -> str:
    """The licence of metadata from before expressions."""
    stated = str(facts["License"] or "").strip()
    classified = [one.removeprefix(OSI) for one in facts.get_all("Classifier", []) if one.startswith(OSI)]
    return stated if stated and "\n" not in stated else " or ".join(classified) or "see its text"


def _copied(packed: zipfile.ZipFile) -> Iterator[Component]:
    """What is not a wheel: Chalice copies a part of itself in, and some things stand in our own folders."""
    chalice = metadata.distribution("chalice")
    texts = [one.read_text() for one in chalice.files or () if LICENCE_FILE.search(one.name)]
    yield Component("chalice", chalice.version, "Apache-2.0", _pypi("chalice", chalice.version), tuple(texts))
    version = re.search(rb"uPlot \(v([0-9.]+)\)", packed.read(f"{UPLOT}.js"))
    if version is None:
        raise PackageFailed(f"{UPLOT}.js does not say which version it is")
    number = version[1].decode()
    yield Component("uplot", number, "MIT", f"pkg:npm/uplot@{number}", (_text(packed, f"{UPLOT}.LICENSE.txt"),))
    ofl = tuple(_text(packed, f"{folder}/OFL.txt") for folder in (FONTS, TYPE))
    yield Component("Noto fonts", "", "OFL-1.1", "", ofl)
    yield Component("Hangul of Nanum Myeongjo", "", "OFL-1.1", "", ofl[1:])
    yield Component("Droid Sans Fallback", "", "Apache-2.0", "", (_text(packed, f"{TYPE}/Apache-2.0.txt"),))
    unicode_ = Path(babel.__file__).parent / "locale-data" / "LICENSE.unicode"  # tools/cldr.py takes it from there
    yield Component("CLDR", "", "Unicode-3.0", "", (unicode_.read_text(),))


def _text(packed: zipfile.ZipFile, name: str) -> str:
    return packed.read(name).decode().replace("\r\n", "\n")


def _pypi(name: str, version: str) -> str:
    return f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{version}"
