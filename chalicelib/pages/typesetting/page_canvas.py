"""One page: draws lines of text and rules on it, each marked with the element that it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.pages.typesetting.pdf_file import PdfFile, literal

if TYPE_CHECKING:
    from chalicelib.pages.typesetting.shaping import Line, Run
    from chalicelib.pages.typesetting.tags import Tag
    from chalicelib.pages.typesetting.type_faces import TypeCase

# Shades of grey, from black.
INK, QUIET, HAIRLINE = 0.08, 0.36, 0.7


class Page:
    """The page at `place` (from 0) of a file; points from its lower left corner."""

    def __init__(self, pdf: PdfFile, case: TypeCase, place: int) -> None:
        self._pdf = pdf
        self._case = case
        self.place = place
        self.number = pdf.reserve()
        self.marks: list[int] = []
        self._drawn: list[bytes] = []
        self.contents: list[int] = []

    def text(self, line: Line, at: tuple[float, float], size: float, tag: Tag | None, grey: float = INK) -> None:
        """Draws a line that begins `at` the left end of its baseline; without a `tag` it is decoration."""
        if not line.runs:
            return
        self._drawn.append(b"/Artifact BMC" if tag is None else self._marked(line, tag))
        self._drawn.append(b"BT %s g 1 0 0 1 %s %s Tm" % (_number(grey), _number(at[0]), _number(at[1])))
        self._drawn.extend(self._shown(run, size) for run in line.runs)
        self._drawn.append(b"ET EMC EMC" if tag is not None and line.needs_its_text else b"ET EMC")

    def _marked(self, line: Line, tag: Tag) -> bytes:
        begin = b"/Span <</MCID %d>> BDC" % tag.mark(self)
        if line.needs_its_text:
            return begin + b" /Span <</ActualText" + literal(line.text) + b">> BDC"
        return begin

    def _shown(self, run: Run, size: float) -> bytes:
        """Shows glyphs, with the difference between where each stands and where its width alone would put it."""
        parts, rise, codes = [b"/%s %s Tf [" % (self._case.use(run.face), _number(size))], 0.0, ""
        for glyph, advance, right, up in run.glyphs:
            if up != rise:
                parts.append(b"<%s>] TJ %s Ts [" % (codes.encode(), _number(up * size / 1000)))
                rise, codes = up, ""
            if right:
                parts.append(b"<%s> %s " % (codes.encode(), _number(-right)))
                codes = ""
            codes += f"{glyph:04X}"
            if gap := run.face.width(glyph) + right - advance:
                parts.append(b"<%s> %s " % (codes.encode(), _number(gap)))
                codes = ""
        parts.append(b"<%s>] TJ" % codes.encode())
        if rise:
            parts.append(b" 0 Ts")
        return b"".join(parts).replace(b"<>", b"")

    def rule(self, left: float, right: float, height: float, *, thickness: float = 0.5, grey: float = HAIRLINE) -> None:
        """Draws a horizontal line, as decoration."""
        self._drawn.append(
            b"/Artifact BMC %s G %s w %s %s m %s %s l S EMC"
            % tuple(map(_number, (grey, thickness, left, height, right, height)))
        )

    def write(self) -> None:
        """Writes what was drawn since it was last written, so that it need not be kept."""
        self.contents.append(self._pdf.add_stream(b"\n".join(self._drawn)))
        self._drawn.clear()


def _number(value: float) -> bytes:
    return f"{value:.2f}".rstrip("0").rstrip(".").encode() or b"0"
