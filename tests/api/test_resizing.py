"""Files as strangers send them: what is made of each, what is refused, and that nothing but pixels comes through."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from chalicelib.domain.campaigns.pictures import PictureFile, PictureUse
from chalicelib.services.pictures import picture_maker, resizing
from chalicelib.services.pictures.picture_maker import resized
from tests.kit.pictures import a_file, drawn, encoded

if TYPE_CHECKING:
    from pathlib import Path

RED, BLUE = (200, 30, 30), (30, 30, 200)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def _made(content: bytes, use: PictureUse = PictureUse.PICTURE) -> Image.Image:
    answer, files = resized(content, use)
    assert "code" not in answer, answer
    return Image.open(io.BytesIO(files[PictureFile.LARGE if use is PictureUse.PICTURE else PictureFile.LOGO]))


def _code(content: bytes) -> str:
    answer, files = resized(content, PictureUse.PICTURE)
    assert files == {}
    return str(answer["code"])


def _is_near(pixel: object, colour: tuple[int, ...]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 25 for a, b in zip(pixel, colour, strict=False))


@pytest.mark.parametrize(
    "content",
    [
        a_file(),
        a_file(kind="JPEG", progressive=True),
        a_file(kind="PNG"),
        a_file(kind="WEBP"),
        a_file(kind="WEBP", lossless=True),
        encoded(drawn(mode="P"), "PNG"),
        encoded(drawn(mode="RGBA"), "PNG"),
        encoded(drawn(mode="RGBA"), "WEBP"),
        encoded(drawn(mode="CMYK"), "JPEG"),
    ],
)
def test_whatever_kind_it_is_looks_the_same(content: bytes) -> None:
    made = _made(content).convert("RGB")
    assert made.size == (1200, 800)
    assert _is_near(made.getpixel((100, 400)), RED)
    assert _is_near(made.getpixel((1100, 400)), BLUE)


@pytest.mark.parametrize("mode", ["L", "1", "LA", "I;16"])
def test_grey_stays_grey(mode: str) -> None:
    picture = Image.new("I;16", (700, 500), 40_000) if mode == "I;16" else Image.new("L", (700, 500), 156).convert(mode)
    grey = 255 if mode == "1" else 156
    made = _made(encoded(picture, "PNG")).convert("RGB")
    if mode == "1":  # black and white dots stand for the grey
        made = made.resize((1, 1))
        grey = 156
    assert _is_near(made.getpixel((0, 0)), (grey, grey, grey))


def test_it_is_turned_as_the_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    made = _made(a_file(exif=exif))
    assert made.size == (800, 1200)
    assert _is_near(made.convert("RGB").getpixel((400, 100)), RED)


def test_a_large_one_becomes_smaller_and_a_small_one_no_larger() -> None:
    assert _made(a_file(4000, 1000)).size == (1600, 400)
    assert _made(a_file(1000, 4000)).size == (400, 1600)
    answer, _ = resized(a_file(599, 400), PictureUse.PICTURE)
    assert answer["warnings"] == ["picture_small"]
    assert answer["id"].endswith("-599x400")
    assert resized(a_file(600, 200), PictureUse.PICTURE)[0]["warnings"] == []


@pytest.mark.parametrize(("size", "becomes"), [((1, 1), "1x1"), ((9000, 3), "1600x1"), ((3, 9000), "1x1600")])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_odd_shapes_are_taken_as_they_are(size: tuple[int, int], becomes: str, kind: str) -> None:
    answer, files = resized(encoded(Image.new("RGB", size, RED), kind), PictureUse.PICTURE)
    assert answer["id"].endswith(f"-{becomes}")
    assert answer["warnings"] == ["picture_small"]
    assert Image.open(io.BytesIO(files[PictureFile.CARD])).size == (1200, 630)


def test_no_word_about_where_and_by_whom_it_was_taken_is_left() -> None:
    exif = Image.Exif()
    exif[0x013B] = "Ana Quispe"  # the artist
    exif.get_ifd(0x8825)[2] = (12.0, 2.0, 46.0)  # GPS
    exif.get_ifd(0x8825)[1] = "S"
    notes = PngInfo()
    notes.add_text("Author", "Ana Quispe")
    notes.add_text("XML:com.adobe.xmp", "<x>Ana Quispe</x>")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    files = [
        a_file(exif=exif, icc_profile=profile, comment=b"Ana Quispe", xmp=b"<x>Ana Quispe</x>"),
        a_file(kind="PNG", pnginfo=notes, exif=exif, icc_profile=profile),
        a_file(kind="WEBP", exif=exif, icc_profile=profile, xmp=b"<x>Ana Quispe</x>"),
    ]
    for content in files:
        assert b"Ana Quispe" in content or b"Exif" in content
        for use in PictureUse:
            for written in resized(content, use)[1].values():
                made = Image.open(io.BytesIO(written))
                assert dict(made.getexif()) == {}
                assert not {"exif", "icc_profile", "xmp", "comment", "Author", "photoshop"} & made.info.keys()
                assert b"Ana Quispe" not in written
                assert b"Exif\0\0\x4d" not in written


def test_colours_of_a_wide_profile_become_those_of_browsers() -> None:
    picture = Image.new("RGB", (700, 500), (255, 0, 0))
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (srgb, lab, b"broken", b""):  # LAB's does not fit the picture
        made = _made(encoded(picture, "JPEG", icc_profile=profile)).convert("RGB")
        assert _is_near(made.getpixel((5, 5)), (255, 0, 0))


def test_what_is_transparent_lies_on_white_where_it_cannot_be() -> None:
    _, files = resized(encoded(Image.new("RGBA", (800, 600), (0, 0, 0, 0)), "PNG"), PictureUse.PICTURE)
    card = Image.open(io.BytesIO(files[PictureFile.CARD]))
    assert card.size == (1200, 630)
    assert _is_near(card.getpixel((10, 10)), (255, 255, 255))


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_an_animation_the_first_picture_is_taken(kind: str) -> None:
    frames = [Image.new("RGB", (800, 600), colour) for colour in (RED, BLUE)]
    made = _made(encoded(frames[0], kind, save_all=True, append_images=frames[1:]))
    assert getattr(made, "n_frames", 1) == 1
    assert _is_near(made.convert("RGB").getpixel((5, 5)), RED)


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b'<?xml version="1.0"?>\n<!-- x -->', b"<!DOCTYPE svg>"])
def test_svg_is_refused_by_name(before: bytes) -> None:
    assert _code(before + SVG) == "picture_is_svg"


@pytest.mark.parametrize(
    "content",
    [b"", b"x", b"<html>", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP", b"\0" * 1000,
     a_file(kind="GIF"), a_file(kind="TIFF"), a_file(kind="BMP"), a_file(kind="PDF")],
)  # fmt: skip
def test_what_is_no_picture_of_these_kinds_is_refused(content: bytes) -> None:
    assert _code(content) in {"picture_unreadable", "picture_incomplete"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_what_is_cut_off_is_refused(kind: str, kept: float) -> None:
    content = encoded(Image.effect_noise((700, 500), 90).convert("RGB"), kind)
    assert _code(content[: int(len(content) * kept)]) == "picture_incomplete"


def _png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    header = (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    packed = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in (header, *chunks, (b"IEND", b""))
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def test_bombs_are_refused_by_their_headers() -> None:
    bombs = [
        _png(60_000, 60_000, (b"IDAT", zlib.compress(bytes(10_000_000)))),
        encoded(Image.new("1", (20_000, 3_000)), "PNG"),
        encoded(Image.new("L", (16_000, 16_000)), "JPEG"),
        encoded(Image.new("RGB", (16_000, 16_000)), "WEBP"),
        encoded(Image.new("RGB", (16_000, 16_000)), "WEBP", lossless=True),
        b"RIFF\xff\xff\xff\x00WEBPVP8X\x0a\0\0\0\x10\0\0\0" + b"\xff" * 6 + b"\0" * 100,
    ]
    assert [_code(bomb) for bomb in bombs] == ["picture_too_many_pixels"] * len(bombs)


def test_bombs_in_what_goes_with_a_picture_do_no_harm() -> None:
    text = b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9)
    profile = b"icc\0\0" + zlib.compress(bytes(80_000_000), 9)
    rows = zlib.compress(b"".join(b"\0" + b"\xc8\x1e\x1e" * 700 for _ in range(500)))
    for chunk in ((b"zTXt", text), (b"iCCP", profile)):
        answer, _ = resized(_png(700, 500, chunk, (b"IDAT", rows)), PictureUse.PICTURE)
        assert answer.get("code", "done") in {"done", "picture_unreadable"}


def test_a_picture_that_is_a_page_too_is_only_a_picture_afterwards() -> None:
    page = b"<script>alert(1)</script>"
    for kind in ("JPEG", "PNG", "WEBP"):
        for use in PictureUse:
            for written in resized(a_file(kind=kind) + page, use)[1].values():
                assert b"<script>" not in written


def test_what_takes_too_long_or_too_much_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(picture_maker, "SECONDS", 0.01)
    assert _code(a_file()) == "picture_too_complex"
    monkeypatch.undo()
    for does in ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "import ctypes; ctypes.string_at(0)"):
        (tmp_path / "stand_in.py").write_text(does)
        monkeypatch.setattr(resizing, "__name__", "stand_in")
        monkeypatch.syspath_prepend(tmp_path)
        assert _code(a_file()) == "picture_too_complex"


def test_the_process_that_decodes_has_no_credentials_and_bounded_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very secret")
    (tmp_path / "stand_in.py").write_text(
        "import json, os, sys\n"
        "from pathlib import Path\n"
        "from chalicelib.services.pictures import resizing\n"
        "seen = {'environment': sorted(os.environ)}\n"
        "def resize(*_):\n"
        "    try:\n"
        "        bytes(2_000_000_000)\n"
        "    except MemoryError:\n"
        "        return seen | {'memory': 'bounded', 'files': []}\n"
        "resizing.resize = resize\n"
        "resizing.main(Path(sys.argv[1]), sys.argv[2])\n"
    )
    monkeypatch.setattr(resizing, "__name__", "stand_in")
    monkeypatch.syspath_prepend(tmp_path)
    answer, _ = resized(a_file(), PictureUse.PICTURE)
    assert answer["memory"] == "bounded"
    assert not [name for name in answer["environment"] if name.startswith("AWS") or "SECRET" in name]
