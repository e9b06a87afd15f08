"""Typeset documents: the same bytes for the same text, every script in its direction, tagged, and no line left alone."""

from __future__ import annotations

import io
import re
import zlib
from collections import Counter
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.campaigns.statements import Statement
from chalicelib.domain.exports.packets import (
    GroupBy,
    NamedSigner,
    Packet,
    PacketOptions,
    Recount,
    SignedStatement,
    monday_of,
    place_of,
)
from chalicelib.domain.paper_sizes import Paper
from chalicelib.i18n.languages import LANGUAGES
from chalicelib.pages.packet.packet_file import write_packet
from chalicelib.pages.typesetting import type_faces
from chalicelib.pages.typesetting.bidi import levels, visual_order
from chalicelib.pages.typesetting.line_breaking import StyledText, broken
from chalicelib.pages.typesetting.markdown_blocks import markdown_blocks
from chalicelib.pages.typesetting.pdf_file import PdfFile
from chalicelib.pages.typesetting.shaping import Shaper
from chalicelib.pages.typesetting.type_faces import FOLDER, TypeCase
from chalicelib.pages.typesetting.typesetter import Typesetter

if TYPE_CHECKING:
    from chalicelib.pages.typesetting.shaping import Line

SUMS = {"names.csv": "ef56" * 16, "counts.csv": "9a9b" * 16}
STREAM = re.compile(rb"<<([^\n]*)>>stream\n(.*?)\nendstream", re.DOTALL)


def a_packet(signers: int = 0, **options: Any) -> Packet:
    recount = Recount(
        Counter(confirmed=signers), Counter(PE=signers), Counter(en=signers), Counter({"2026-11-23": signers})
    )
    recount.first_day = recount.last_day = "2026-11-23"
    statement = Statement(
        1, "en", "Clean water", "Close the outfalls.", "Please **do**.\n\n1. Now\n2. Here", (), "ab" * 32
    )
    return Packet(
        campaign="peru",
        is_letter=False,
        options=PacketOptions(**{"language": "en", "target": "The Committee", **options}),
        title="Clean water",
        summary="Close the outfalls.",
        sponsors=("Friends of the River",),
        made_at="2026-11-23T12:00:00.000000Z",
        day=date(2026, 11, 23),
        moment="07:00 America/Lima",
        is_double=True,
        tally=signers,
        recount=recount,
        named=signers,
        statements=[SignedStatement(statement=statement, signatures=signers)],
    )


def pdf_of(signers: list[NamedSigner], **options: Any) -> tuple[bytes, int]:
    out = io.BytesIO()
    pages = write_packet(out, a_packet(len(signers), **options), iter(signers), SUMS)
    return out.getvalue(), pages


def unpacked(pdf: bytes) -> bytes:
    """All streams, unpacked, one behind the other."""
    found = []
    for entries, content in STREAM.findall(pdf):
        found.append(zlib.decompress(content) if b"FlateDecode" in entries else content)
    return b"\n".join(found)


def lines_of(text: str, width: float, *, rtl: bool = False) -> list[str]:
    shaper = Shaper(TypeCase(PdfFile(io.BytesIO())))
    return [line.text for line in broken(shaper, StyledText.plain(text), width, rtl=rtl)]


def test_the_same_names_make_the_same_bytes() -> None:
    signers = [NamedSigner(f"Ana {number}", "PE", "2026-11-23") for number in range(400)]
    first, pages = pdf_of(signers)
    assert sha256(first).digest() == sha256(pdf_of(signers)[0]).digest()
    assert pages > 6
    assert first != pdf_of(signers[:-1])[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", list(Paper))
def test_every_language_and_paper_is_tagged_with_its_fonts_in_it(language: str, paper: Paper) -> None:
    pdf, pages = pdf_of([NamedSigner("Ana", "PE")], language=language, paper=paper, group_by=GroupBy.COUNTRY)
    content = unpacked(pdf)
    assert content.count(b"/Type/Page/") == pages
    assert b"/MarkInfo<</Marked true>>" in content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    assert content.count(b"/FontFile2") == content.count(b"/Type/FontDescriptor") >= 2
    for kind in (b"/S/H1", b"/S/H2", b"/S/Table", b"/S/TH", b"/S/LI", b"/S/LBody", b"/S/TOCI"):
        assert kind in content


def test_every_mark_on_a_page_belongs_to_one_element() -> None:
    content = unpacked(pdf_of([NamedSigner(f"Ana {number}") for number in range(300)])[0])
    drawn = content.count(b"/MCID ") - content.count(b"/Type/MCR")
    assert drawn == content.count(b"/Type/MCR")
    assert content.count(b"BDC") + content.count(b"BMC") == content.count(b"EMC")
    assert content.count(b"BT ") == content.count(b"ET EMC")


def test_each_script_has_a_font() -> None:
    case = TypeCase(PdfFile(io.BytesIO()))
    for character in "aéẹŁЖԱგΩمשदবਗதกລខမከ中あ민힣":
        assert case.face_of(character, "regular").has(character), character


def test_arabic_is_joined_and_runs_right_to_left() -> None:
    shaper = Shaper(TypeCase(PdfFile(io.BytesIO())))
    line = shaper.line("محمد", "regular", rtl=True)
    alone = {shaper.line(letter, "regular", rtl=True).runs[0].glyphs[0][0] for letter in "محمد"}
    shown = [glyph[0] for run in line.runs for glyph in run.glyphs]
    assert line.needs_its_text
    assert shown[0] == shaper.line("د", "regular", rtl=True).runs[0].glyphs[0][0] or shown[0] not in alone
    assert len(set(shown) - alone) >= 2


@pytest.mark.parametrize(
    ("earlier", "later", "needs"),
    [
        ("Ana", "Eva", (False, False)),
        ("Я\u0301на", "Яна", (True, False)),  # a mark on one name changes no other
        ("Q\u0330\u0301", "Quispe Q", (True, False)),
        ("किरण", "रिया", (True, True)),
    ],
)
def test_lines_that_say_something_else_than_their_glyphs_bring_their_text(
    earlier: str, later: str, needs: tuple[bool, bool]
) -> None:
    shaper = Shaper(TypeCase(PdfFile(io.BytesIO())))
    lines = [shaper.line(name, "regular", rtl=False) for name in (earlier, later)]
    assert tuple(line.needs_its_text for line in lines) == needs
    plain = [run for line, need in zip(lines, needs, strict=True) if not need for run in line.runs]
    for run in plain:
        assert all(len(run.face.used[glyph[0]]) == 1 for glyph in run.glyphs)


def test_marks_stand_over_their_letters() -> None:
    shaper = Shaper(TypeCase(PdfFile(io.BytesIO())))
    (run,) = shaper.line("q\u0323\u0307", "regular", rtl=False).runs
    assert [glyph[1] for glyph in run.glyphs][1:] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("text", "rtl", "expected"),
    [
        ("abc אבג def", False, "0000" + "111" + "0000"),
        ("אבג abc", True, "1111" + "222"),
        ("אבג 123", True, "1111" + "222"),
        ("abc 123", False, "0000000"),
        ("م 12%", True, "11" + "22" + "1"),
        ("(אב)", False, "0110"),
    ],
)
def test_directions_follow_the_standard(text: str, rtl: bool, expected: str) -> None:
    assert "".join(map(str, levels(text, rtl=rtl))) == expected


def test_an_isolated_name_does_not_turn_the_words_around_it() -> None:
    found = levels("x \u2068אב 1\u2069, y", rtl=False)
    assert found[0] == found[1] == found[-1] == found[-3] == 0
    assert found[3:5] == [1, 1]


def test_runs_are_ordered_by_level() -> None:
    assert visual_order([0, 1, 0]) == [0, 1, 2]
    assert visual_order([1, 1, 1]) == [2, 1, 0]
    assert visual_order([1, 2, 1]) == [2, 1, 0]
    assert visual_order([0, 1, 2, 1, 0]) == [0, 3, 2, 1, 4]
    assert visual_order([]) == []


def test_words_are_kept_whole_and_long_ones_broken() -> None:
    assert lines_of("one two three", 4000) == ["one two", "three"]
    assert "".join(lines_of("N" * 100, 5000)) == "N" * 100
    assert "".join(lines_of("田中太郎" * 10, 5000)) == "田中太郎" * 10
    assert lines_of("", 5000) == [""]


def test_a_letter_keeps_its_mark_where_a_word_is_broken() -> None:
    for line in lines_of("e\u0323\u0307" * 60, 5000):
        assert line[0] == "e"


def test_marks_of_direction_in_names_are_dropped() -> None:
    content = pdf_of([NamedSigner("Ana \u202egro.live\u202c", "PE")])[0]
    assert content == pdf_of([NamedSigner("Ana gro.live", "PE")])[0]


def test_controls_and_unknown_signs_break_nothing() -> None:
    pdf, pages = pdf_of([NamedSigner("😀\x00\ud7ff Ana", "XX"), NamedSigner("\U0010fffd"), NamedSigner("()\\<>")])
    assert pages >= 5
    assert pdf.endswith(b"%%EOF\n")


def in_order(signers: list[NamedSigner], by: GroupBy) -> list[str]:
    return [one.name for one in sorted(signers, key=lambda one: place_of(one, by, str))]


def test_names_are_grouped_by_country_and_those_without_one_come_last() -> None:
    signers = [NamedSigner("1", ""), NamedSigner("2", "PE"), NamedSigner("3", "DE"), NamedSigner("4", "PE")]
    assert in_order(signers, GroupBy.COUNTRY) == ["3", "2", "4", "1"]
    assert in_order(signers, GroupBy.NONE) == ["1", "2", "3", "4"]


def test_names_are_grouped_by_region_within_the_country() -> None:
    signers = [
        NamedSigner("1", "PE"),
        NamedSigner("2", "PE", region="PE-PUN"),
        NamedSigner("3", region="PE-CUS"),
        NamedSigner("4", "DE"),
        NamedSigner("5", "PE", region="PE-CUS"),
    ]
    assert in_order(signers, GroupBy.REGION) == ["4", "3", "5", "2", "1"]
    assert [one.group(GroupBy.REGION) for one in signers] == [
        ("PE", ""),
        ("PE", "PE-PUN"),
        ("PE", "PE-CUS"),
        ("DE", ""),
        ("PE", "PE-CUS"),
    ]
    assert {one.group(GroupBy.COUNTRY) for one in signers[:2]} == {("PE", "")}
    for language in ("en", "es", "ar"):
        assert pdf_of(signers, language=language, group_by=GroupBy.REGION)[1] >= 5


def test_a_number_stands_before_the_first_paragraph_of_its_item_alone() -> None:
    body = "1. One\n\n   More of it.\n2. Two\n   - Inner\n\nAfter."
    blocks = [(content.text, setting.indent, lead) for content, setting, _kind, lead in markdown_blocks(body)]
    assert blocks == [
        ("One", 20, "1."),
        ("More of it.", 20, ""),
        ("Two", 20, "2."),
        ("Inner", 40, "•"),
        ("After.", 0, ""),
    ]


def test_a_footer_says_the_day_however_long_the_names_of_the_organisations_are() -> None:
    packet = replace(a_packet(1), sponsors=("Centro de Investigación y Documentación " * 8,))
    out = io.BytesIO()
    setter_lines: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        fitted = Typesetter.fitted

        def seen(setter: Typesetter, text: str, style: str, size: float, width: float) -> Line:
            line = fitted(setter, text, style, size, width)
            assert line.width * size / 1000 <= width
            setter_lines.append(line.text)
            return line

        patch.setattr(Typesetter, "fitted", seen)
        write_packet(out, packet, iter([NamedSigner("Ana")]), SUMS)
    footers = [line for line in setter_lines if "Centro" in line]
    assert footers
    assert all("November 23, 2026" in line and line.endswith("…") for line in footers)


def test_a_week_begins_on_monday() -> None:
    assert [monday_of(day) for day in ("2026-11-23", "2026-11-29", "2026-11-30")] == [
        "2026-11-23",
        "2026-11-23",
        "2026-11-30",
    ]


def test_the_fonts_are_those_whose_source_and_licence_are_told() -> None:
    told = dict(
        re.findall(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", (FOLDER / "README.md").read_text(), re.MULTILINE)
    )
    there = {file.name: sha256(file.read_bytes()).hexdigest() for file in FOLDER.glob("*.ttf")}
    assert told == there
    assert {f"{name}.ttf" for names in type_faces.STYLES.values() for name in names} == set(there)
    assert "Reserved Font Name Nanum" in (FOLDER / "OFL.txt").read_text()


def test_pages_fit_the_paper_that_was_asked_for() -> None:
    assert b"/MediaBox[0 0 612.00 792.00]" in unpacked(pdf_of([], paper=Paper.LETTER)[0])
    assert b"/MediaBox[0 0 595.28 841.89]" in unpacked(pdf_of([], paper=Paper.A4)[0])


def test_the_folder_of_fonts_has_only_what_is_used() -> None:
    assert {file.suffix for file in Path(FOLDER).iterdir()} == {".ttf", ".txt", ".md"}
