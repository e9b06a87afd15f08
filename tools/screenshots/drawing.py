"""Draws the picture that campaigns in the guides have."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw


def a_picture() -> bytes:
    """Mountains, drawn: a JPEG of 1600 × 900 px."""
    image = Image.new("RGB", (1600, 900), "#f3c98b")
    pen = ImageDraw.Draw(image)
    for colour, heights in (
        ("#c9856b", (560, 300, 480, 260, 520)),
        ("#8e4f5b", (700, 480, 640, 420, 690)),
        ("#3d2b45", (830, 640, 780, 660, 850)),
    ):
        points = [(place * 400, height) for place, height in enumerate(heights)]
        pen.polygon([*points, (1600, 900), (0, 900)], fill=colour)
    pen.ellipse((1080, 120, 1240, 280), fill="#fff3d6")
    data = BytesIO()
    image.save(data, "JPEG", quality=85)
    return data.getvalue()
