"""Which zip holds a function's code: what only exports, packets and pictures load is in that of the function that makes them. Pure.

Lambda fetches and unpacks a function's zip before its first request, so whoever waits for a page does not wait for fonts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DEPLOYMENT, EXPORT = "deployment.zip", "export.zip"
ARCHIVES = (DEPLOYMENT, EXPORT)
EXPORTER = "Export"  # the function's logical id
# Libraries by their names in requirements.txt, and the folders in which they and the fonts are.
LIBRARIES = frozenset({"pillow", "uharfbuzz", "XlsxWriter"})
FOLDERS = ("PIL/", "pillow.libs/", "uharfbuzz/", "xlsxwriter/", "chalicelib/pages/typesetting/fonts/")


def of_function(logical_id: str) -> str:
    """The name of the zip with the code of a function."""
    return EXPORT if logical_id == EXPORTER else DEPLOYMENT


def is_for_exports(name: str) -> bool:
    """Whether a file of the whole package is in `export.zip` alone."""
    described = tuple(f"{one.lower()}-" for one in LIBRARIES)
    return name.startswith(FOLDERS) or (".dist-info/" in name and name.lower().startswith(described))


def without_export_libraries(pins: Iterable[str]) -> list[str]:
    """Lines of requirements.txt less those of libraries in `export.zip` alone."""
    return [line for line in pins if line.partition("==")[0] not in LIBRARIES]
