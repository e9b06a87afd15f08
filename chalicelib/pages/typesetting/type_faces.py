"""The fonts of a packet: which one has a character, and the part of each that goes into the file."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import uharfbuzz as hb

from chalicelib.pages.typesetting.pdf_file import PdfFile, array, literal, reference

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = Path(__file__).parent / "fonts"
SCRIPTS = (
    *(
        "armenian",
        "georgian",
        "devanagari",
        "bengali",
        "gurmukhi",
        "gujarati",
        "tamil",
        "telugu",
        "kannada",
        "malayalam",
    ),
    *("sinhala", "thai", "lao", "khmer", "myanmar", "ethiopic", "thaana"),
)
SANS = ("gurmukhi", "thaana")
OTHERS = (
    *(f"noto-{'sans' if one in SANS else 'serif'}-{one}" for one in SCRIPTS),
    "undersigned-hangul",
    "droid-sans-fallback",
)
REGULAR = ("noto-serif-regular", "noto-naskh-arabic-regular", "noto-serif-hebrew-regular", *OTHERS)
# Each way of setting, and where its characters are looked for, in this order.
STYLES = {
    "regular": REGULAR,
    "bold": ("noto-serif-bold", "noto-naskh-arabic-bold", "noto-serif-hebrew-bold", *OTHERS),
    "italic": ("noto-serif-italic", *REGULAR[1:]),
}
SYMBOLIC = 4  # a flag of a font's descriptor: its glyphs go by number
PER_EM = 1000


class TypeFace:
    """One font. Units are thousandths of an em."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._face = hb.Face(hb.Blob.from_file_path(str(FOLDER / f"{name}.ttf")))
        self.font = hb.Font(self._face)
        self.scale = PER_EM / self._face.upem
        self.used: dict[int, str] = {}
        self.number = 0
        self._widths: dict[int, int] = {}

    def has(self, character: str) -> bool:
        """True when it has a glyph for `character`."""
        return self.font.get_nominal_glyph(ord(character)) is not None

    def width(self, glyph: int) -> int:
        """How wide a glyph is in the file, rounded as readers round it."""
        if glyph not in self._widths:
            self._widths[glyph] = round(self.font.get_glyph_h_advance(glyph) * self.scale)
        return self._widths[glyph]

    def use(self, glyph: int, meaning: str) -> bool:
        """Notes that `glyph` stands for `meaning` in some line; returns whether the file's table of glyphs says so, too.

        The table holds one meaning a glyph. A single character takes the place of several, whose lines bring their own text.
        """
        known = self.used.get(glyph, "")
        if not known or len(known) > 1 == len(meaning):
            self.used[glyph] = meaning
        return len(meaning) == 1 and self.used[glyph] == meaning

    def embed(self, pdf: PdfFile) -> None:
        """Adds the glyphs that were used as the font `number` (9.7.4, Type 0 with the font's own glyph numbers)."""
        subset = self._subset()
        tag = "".join(chr(65 + byte % 26) for byte in sha256(subset).digest()[:6])
        name = f"/{tag}+{''.join(part.title() for part in self.name.split('-'))}".encode()
        program = pdf.add_stream(subset, b"/Length1 %d" % len(subset))
        descriptor = pdf.add(
            b"<</Type/FontDescriptor/FontName%s/Flags %d/FontBBox%s/ItalicAngle %d/Ascent %d/Descent %d/CapHeight 714"
            b"/StemV 80/FontFile2 %s>>"
            % (name, SYMBOLIC, self._box(), -12 * self.name.endswith("italic"), *self._height(), reference(program))
        )
        widths = array(b"%d[%d]" % (glyph, self.width(glyph)) for glyph in sorted(self.used))
        descendant = pdf.add(
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            b"/FontDescriptor %s/DW 1000/W%s/CIDToGIDMap/Identity>>" % (name, reference(descriptor), widths)
        )
        unicode = pdf.add_stream(_to_unicode(self.used))
        pdf.add(
            b"<</Type/Font/Subtype/Type0/BaseFont%s/Encoding/Identity-H/DescendantFonts[%s]/ToUnicode %s>>"
            % (name, reference(descendant), reference(unicode)),
            self.number,
        )

    def _subset(self) -> bytes:
        wanted = hb.SubsetInput()
        wanted.glyph_set.update(sorted(self.used))
        wanted.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE
        wanted.drop_table_tag_set.update(
            int.from_bytes(tag, "big") for tag in (b"GSUB", b"GPOS", b"GDEF", b"gasp", b"cmap")
        )
        return bytes(hb.subset(self._face, wanted).blob.data)

    def _box(self) -> bytes:
        head = bytes(self._face.reference_table("head").data)
        edges = (int.from_bytes(head[at : at + 2], "big", signed=True) for at in range(36, 44, 2))
        return array(b"%d" % round(edge * self.scale) for edge in edges)

    def _height(self) -> tuple[int, int]:
        extents = self.font.get_font_extents("ltr")
        return round(extents.ascender * self.scale), round(extents.descender * self.scale)


def _to_unicode(used: dict[int, str]) -> bytes:
    """Which characters each glyph stands for (9.10.3), so that they can be searched and copied."""
    rows = [
        b"<%04X>%s" % (glyph, literal(text).replace(b"FEFF", b"", 1)) for glyph, text in sorted(used.items()) if text
    ]
    blocks = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    lines = b"".join(b"%d beginbfchar\n%s\nendbfchar\n" % (len(block), b"\n".join(block)) for block in blocks)
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CIDSystemInfo <</Registry(Adobe)/Ordering(UCS)"
        b"/Supplement 0>> def /CMapName /Adobe-Identity-UCS def /CMapType 2 def\n1 begincodespacerange <0000><FFFF>"
        b" endcodespacerange\n" + lines + b"endcmap CMapName currentdict /CMap defineresource pop end end"
    )


class TypeCase:
    """All fonts that one file may use, each loaded when it is first needed."""

    def __init__(self, pdf: PdfFile) -> None:
        self._pdf = pdf
        self._faces: dict[str, TypeFace] = {}
        self.face_of = lru_cache(maxsize=20_000)(self._face_of)

    def _face_of(self, character: str, style: str) -> TypeFace:
        """The first font of `style` that has `character`; the main one where none has."""
        for name in STYLES[style]:
            face = self._load(name)
            if face.has(character):
                return face
        return self._load(STYLES[style][0])

    def _load(self, name: str) -> TypeFace:
        if name not in self._faces:
            self._faces[name] = TypeFace(name)
        return self._faces[name]

    def use(self, face: TypeFace) -> bytes:
        """The name of `face` on a page."""
        if not face.number:
            face.number = self._pdf.reserve()
        return b"F%d" % face.number

    def _used(self) -> Iterable[TypeFace]:
        return sorted((face for face in self._faces.values() if face.number), key=lambda face: face.number)

    def embed(self) -> bytes:
        """Adds every font that was used; returns the dictionary of them that pages refer to."""
        for face in self._used():
            face.embed(self._pdf)
        return b"<<" + b"".join(b"/F%d %s" % (face.number, reference(face.number)) for face in self._used()) + b">>"
