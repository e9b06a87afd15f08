"""Checks and resizes one file that somebody uploaded, in a process of its own: `python -m … FOLDER USE`.

Libraries that decode pictures are where strangers' files break programs. So this process has neither the environment, with
its credentials, nor more memory and time than an honest picture needs; what it cannot do within them is refused.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.domain.campaigns.pictures import SMALL_WIDTH, PictureFile, PictureUse

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

# More than any camera in a telephone takes, and 200 MB once decoded.
MAX_PIXELS = 50_000_000
MEMORY_BYTES = 1_200 * 1024 * 1024
CPU_SECONDS = 40
FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST = {PictureUse.PICTURE: (1600, 1600), PictureUse.LOGO: (480, 160)}
# Below these it looks blurred where it is shown.
SHARP = {PictureUse.PICTURE: (600, 200), PictureUse.LOGO: (120, 40)}
CARD_SIZE = (1200, 630)
SVG = re.compile(rb"<\s*(?:!DOCTYPE\s+)?svg\b", re.IGNORECASE)
SNIFFED_BYTES = 4096
WEBP_HEADER_BYTES = 30  # of RIFF, and of whichever chunk comes first
PAPER = (255, 255, 255)


class Refused(Exception):
    """The file cannot be made into a picture; the argument is the code of the reason."""


def resize(content: bytes, use: PictureUse, folder: Path) -> dict[str, Any]:
    """Writes the picture's files to `folder` and returns `{"id", "files", "warnings"}`. Raises Refused."""
    picture = _in_srgb(_upright(_decoded(content, use)))
    is_small = any(side < sharp for side, sharp in zip(picture.size, SHARP[use], strict=True))
    picture.thumbnail(LARGEST[use])
    files = _logo(picture) if use is PictureUse.LOGO else _files(picture)
    for name, encoded in files.items():
        (folder / name).write_bytes(encoded)
    main = next(iter(files.values()))
    return {
        "id": f"{hashlib.sha256(main).hexdigest()[:32]}-{picture.width}x{picture.height}",
        "files": list(files),
        "warnings": ["picture_small"] if is_small else [],
    }


def _decoded(content: bytes, use: PictureUse) -> Picture:
    from PIL import Image, UnidentifiedImageError

    width, height = _webp_size(content)
    if width * height > MAX_PIXELS:
        raise Refused("picture_too_many_pixels")
    Image.MAX_IMAGE_PIXELS = None  # ours is lower, and refuses instead of warning
    if SVG.search(content[:SNIFFED_BYTES]):
        raise Refused("picture_is_svg")
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
    except (UnidentifiedImageError, SyntaxError, ValueError):
        raise Refused("picture_unreadable") from None
    except OSError:  # libwebp's, for one that is cut off
        raise Refused("picture_incomplete") from None
    if picture.width * picture.height > MAX_PIXELS:
        raise Refused("picture_too_many_pixels")
    # A JPEG can be decoded at half its size, or less, from the start.
    picture.draft(None, tuple(2 * side for side in LARGEST[use]))  # type: ignore[arg-type]
    try:
        picture.load()
    except (OSError, SyntaxError, ValueError, EOFError):
        raise Refused("picture_incomplete") from None
    return picture


def _webp_size(content: bytes) -> tuple[int, int]:
    """The size in the header of a WebP file: Pillow makes room for all of it before it says how much that is. (0, 0) for others."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < WEBP_HEADER_BYTES:
        return 0, 0
    if content[12:16] == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if content[12:16] == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(content[26:28], "little") & 0x3FFF, int.from_bytes(content[28:30], "little") & 0x3FFF


def _upright(picture: Picture) -> Picture:
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(picture)
    except (ValueError, KeyError, TypeError, OSError, SyntaxError):  # its EXIF data is broken
        return picture


def _in_srgb(picture: Picture) -> Picture:
    """The picture in RGB or RGBA and the colours that browsers expect, without anything but its pixels."""
    from PIL import Image, ImageCms

    profile, mode = picture.info.get("icc_profile"), "RGBA" if picture.has_transparency_data else "RGB"
    if picture.mode.startswith("I"):  # 16 bits, of which the upper 8 are what a screen shows
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if profile and picture.mode in {"RGB", "CMYK", "L"}:
        try:
            from_profile = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                picture, from_profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            picture = converted or picture
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile that is broken, or for another kind of picture: the colours are taken as they are
    picture = picture.convert(mode)
    return Image.frombytes(mode, picture.size, picture.tobytes())


def _files(picture: Picture) -> dict[PictureFile, bytes]:
    from PIL import Image, ImageOps

    # On white: what is drawn in black on nothing could not be seen on a dark page.
    large = Image.new("RGB", picture.size, PAPER)
    large.paste(picture, mask=picture if picture.mode == "RGBA" else None)
    small = large.copy()
    small.thumbnail((SMALL_WIDTH, LARGEST[PictureUse.PICTURE][1]))
    card = ImageOps.fit(large, CARD_SIZE, centering=(0.5, 0.4))
    return {
        PictureFile.LARGE: _encoded(large, "WEBP", quality=80, method=4),
        PictureFile.SMALL: _encoded(small, "WEBP", quality=80, method=4),
        PictureFile.CARD: _encoded(card, "JPEG", quality=82),
    }


def _logo(picture: Picture) -> dict[PictureFile, bytes]:
    return {PictureFile.LOGO: _encoded(picture, "PNG", optimize=True)}


def _encoded(picture: Picture, format_: str, **options: Any) -> bytes:
    written = io.BytesIO()
    picture.save(written, format_, **options)
    return written.getvalue()


def main(folder: Path, use: PictureUse) -> None:
    """Writes the answer, or the code of a refusal, to `answer.json` in `folder`; reads `upload` there."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = resize((folder / "upload").read_bytes(), use, folder)
    except Refused as refused:
        answer = {"code": str(refused)}
    except MemoryError:
        answer = {"code": "picture_too_complex"}
    (folder / "answer.json").write_text(json.dumps(answer))


if __name__ == "__main__":
    main(Path(sys.argv[1]), PictureUse(sys.argv[2]))
