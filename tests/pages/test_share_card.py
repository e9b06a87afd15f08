from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256

import pytest

from chalicelib.domain.campaigns.campaign import Sponsor, Target, Text
from chalicelib.pages.share_card import share_card as cards
from chalicelib.pages.share_card.font_metrics import ADVANCES, ELLIPSIS, FILES, FONTS, Typeface, sans, serif
from chalicelib.pages.share_card.share_card import HEIGHT, MARGIN, TEXT_WIDTH, card, drawn_language, png, svg
from tools import font_advances
from tools.screenshots.sample_pages import a_letter, a_petition

ARABIC = "لا لإرسال جنود الولايات المتحدة إلى بيرو في عام 2026!"
TITLES = (
    "Stop",
    "No a las tropas de Estados Unidos en el Perú",
    "Suspend all military assistance until elections have been held and every agreement was reviewed in the open " * 3,
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "Κρατήστε τη βιβλιοθήκη ανοιχτή",
    "Не закрывайте библиотеку",
    ARABIC,
    ARABIC * 6,
)


def titled(title: str, language: str = "en") -> cards.Card:
    return card(a_petition(default_language=language, texts={language: Text(title)}), language, count=3127)


@pytest.mark.parametrize("title", TITLES)
def test_every_title_keeps_to_the_picture(title: str) -> None:
    shown = titled(title, "ar" if title.startswith(ARABIC) else "en")
    assert shown.title
    assert max(line.width for line in shown.title) <= TEXT_WIDTH
    places = [int(y) for y in re.findall(r'<text x="\d+" y="(\d+)"', svg(shown))]
    assert places == sorted(places), "nothing stands above what comes before it"
    last_of_title = places[len(shown.title)]
    assert last_of_title < 500 - cards.NUMBER_SIZE, "the title leaves the count its room"
    assert places[-1] < HEIGHT - MARGIN / 2


def test_a_title_that_is_too_long_says_so_and_a_short_one_is_whole() -> None:
    long = titled(TITLES[2]).title
    assert long[-1].words.endswith("…")
    assert " ".join(line.words for line in titled(TITLES[1]).title) == TITLES[1]
    assert titled("Stop").title[0].size > long[0].size


def test_lines_of_a_title_are_of_about_the_same_width() -> None:
    first, second = titled("Stop funding repression in Peru").title
    assert 0.6 < first.width / second.width < 1.7


def test_it_reads_from_the_right_where_the_language_does() -> None:
    mirrored = svg(titled(ARABIC, "ar"))
    assert mirrored.count('text-anchor="end"') == mirrored.count("<text")
    assert f'<rect x="{MARGIN + TEXT_WIDTH - round(TEXT_WIDTH * 3127 / 5000)}"' in mirrored, (
        "the bar grows from the right"
    )
    assert "text-anchor" not in svg(titled("Stop"))


def test_letters_are_drawn_in_every_script_that_the_fonts_know() -> None:
    empty = len(png(replace(titled("Stop"), title=())))
    for title in ("Stop", "Στοπ", "Стоп", "قفوا"):
        assert len(png(titled(title))) > empty + 1000, title


def test_what_no_font_writes_is_left_out_or_said_in_another_language() -> None:
    assert titled("Save the library 📚 now").title[0].words == "Save the library now"
    both = a_petition(texts={"en": Text("Stop"), "ja": Text("署名")})
    assert drawn_language(both, "ja") == "en"
    assert drawn_language(a_petition(default_language="ja", texts={"ja": Text("署名")}), "ja") is None
    sponsors = (Sponsor("a", "市民の会"), Sponsor("b", "CODEPINK"))
    assert card(a_petition(sponsors=sponsors), "en", count=1).sponsors.words == "CODEPINK"


def test_one_font_writes_a_line_even_where_scripts_meet() -> None:
    shown = card(a_petition(targets=(Target("لجنة العلاقات"),)), "en", count=1).eyebrow
    assert shown.words == "Petition to لجنة العلاقات"
    assert "Arabic" in shown.family


def test_many_names_become_smaller_before_one_is_cut() -> None:
    some = card(a_petition(), "en", count=1).sponsors
    assert some.words.endswith("Derechos Humanos")
    assert some.size < cards.NAME_SIZES[0]
    many = card(a_petition(sponsors=tuple(Sponsor(str(n), f"Organization {n}") for n in range(20))), "en", count=1)
    assert many.sponsors.words.endswith("…")
    assert many.sponsors.width <= TEXT_WIDTH


def test_names_of_a_hundred_targets_are_cut_in_one_go() -> None:
    looked_up = 0

    class Advances(dict[str, float]):
        def get(self, sign: str, default: float = 0.0) -> float:  # type: ignore[override]  # as it is called
            nonlocal looked_up
            looked_up += 1
            return super().get(sign, default)

    face = Typeface("Any", Advances({"W": 1.0, ELLIPSIS: 1.0, " ": 0.25}))
    text = "W" * 20_000
    assert face.cut(text, 10, 100) == "W" * 9 + ELLIPSIS
    assert looked_up < 2 * len(text), "once to see that it is too wide, once to cut"
    assert (face.cut("W" * 10, 10, 100), face.cut("WW WWWWWWWWW", 10, 100)) == ("W" * 10, "WW" + ELLIPSIS)
    assert face.cut("WW", 10, 5) == ELLIPSIS


def test_the_count_is_shown_as_the_page_shows_it() -> None:
    assert titled("Stop").number.words == "3,127"
    assert titled("Stop").words.words == "of 5,000 signatures"
    for small in (0, 1, cards.SMALLEST_COUNT - 1):
        shown = card(a_letter(), "en", count=small)
        assert (shown.number.words, shown.words.words, shown.share) == ("", "", None)
        assert cards.alt_text(a_letter(), "en", count=small) == a_letter().text("en").title
    assert card(a_letter(), "en", count=cards.SMALLEST_COUNT).number.words == "25"
    assert card(a_petition(), "en", count=99_999).share == 1
    hidden = card(a_petition(show_count=False), "en", count=3127)
    assert (hidden.number.words, hidden.words.words, hidden.share) == ("", "", None)


def test_the_same_facts_are_drawn_once() -> None:
    assert png(titled("Stop")) is png(titled("Stop"))


def test_widths_come_from_the_fonts() -> None:
    assert ADVANCES.read_text() == font_advances.contents()
    face, plain = serif("a"), sans("a")
    assert face is not None
    assert plain is not None
    assert face.advances["i"] < face.advances["m"]
    assert face.advances["\u0301"] == 0, "a combining accent does not move on"
    assert len(face.advances) > 900
    assert plain.width("mm", 100) == pytest.approx(2 * plain.width("m", 100))


def test_the_fonts_are_those_whose_source_and_licence_are_told() -> None:
    told = (FONTS / "README.md").read_text()
    for name in FILES:
        assert f"`{name}`" in told
        assert sha256((FONTS / name).read_bytes()).hexdigest() in told
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text()
