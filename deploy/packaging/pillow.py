"""Cuts Pillow in a package down to JPEG, PNG and WebP: fonts, AVIF and windows are half of it, and nothing here uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MODULES = ("_avif", "_imagingft", "_imagingmath", "_imagingmorph", "_imagingtk")
# What only those modules load.
LIBRARIES = ("libavif", "libbrotlicommon", "libbrotlidec", "libfreetype", "libharfbuzz", "libpng16")


def cut(root: Path) -> None:
    """Cut Pillow in the folder `root`, if it is there."""
    for folder, names in ((root / "PIL", MODULES), (root / "pillow.libs", LIBRARIES)):
        for file in folder.glob("*.so*"):
            if file.name.startswith(tuple(f"{name}{end}" for name in names for end in ".-")):
                file.unlink()
