"""Sheets of paper signatures as people save them: any separator, encoding, title, yes, day; a mistake names its row and column."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.campaigns.campaign import Campaign, Field, Sponsor
from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.paper import cells
from chalicelib.domain.paper.cells import DayOrder
from chalicelib.domain.paper.column_titles import ALWAYS, FIELD_TITLES
from chalicelib.domain.paper.columns import Columns
from chalicelib.domain.paper.people import People, read_people
from chalicelib.domain.paper.sheet_files import MAX_ROWS, Row, Sheet, column_letters
from chalicelib.domain.signatures.person_fields import PERSON_FIELDS
from chalicelib.domain.text.spellings import plain
from chalicelib.domain.text.text_rules import FALSE_VALUES, TRUE_VALUES
from chalicelib.i18n.column_words import column_title
from chalicelib.i18n.field_words import FIELD_WORDS
from chalicelib.i18n.languages import translate
from chalicelib.services.paper.paper_forms import STANDARD_FIELDS
from tests.kit.factories import a_campaign

FIELDS = (
    Field("country"),
    Field("postal_code"),
    Field("custom.chapter", label={"en": "Chapter", "es": "Grupo local"}),
    Field("custom.member", type="checkbox", label={"en": "Member?", "es": "¿Es socia?"}),
)
SPONSORS = (Sponsor("wbw", "World BEYOND War"), Sponsor("cidydh", "CIDYDH"))


def campaign(*fields: Field) -> Campaign:
    return replace(a_campaign(), fields=fields or FIELDS, sponsors=SPONSORS)


def people(text: str | bytes, *fields: Field, name: str = "sheet.csv", order: str = "") -> People:
    content = text if isinstance(text, bytes) else text.encode()
    return read_people(content, name, campaign(*fields), DayOrder(order))


def said(text: str | bytes, *fields: Field) -> list[dict[str, Any]]:
    """What the rows say, without their references."""
    return [
        {field: value for field, value in one.values.items() if field != "reference"}
        for one in people(text, *fields).rows
    ]


def refusal(text: str | bytes) -> list[tuple[str, int | None, str]]:
    with pytest.raises(InvalidFields) as refused:
        people(text)
    assert {one.field for one in refused.value.errors} == {"file"}
    return [(one.code, one.row, one.options) for one in refused.value.errors]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_separator_and_encoding_says_the_same(separator: str, encoding: str) -> None:
    rows = [["Nombre", "Apellidos", "País"], ["José", "Núñez", "PE"], ["Ana", '"Quispe, Mamani; Díaz"', ""]]
    text = "\r\n".join(separator.join(row) for row in rows)
    assert said(text.encode(encoding)) == [
        {"given_name": "José", "family_name": "Núñez", "country": "PE"},
        {"given_name": "Ana", "family_name": "Quispe, Mamani; Díaz"},
    ]
    first = people(text.encode(encoding)).rows[0]
    again = people("given_name,family_name,country\nJosé,Núñez,PE\n").rows[0]
    assert again.values["reference"] == first.values["reference"], "the same person, however saved"


def test_utf_16_big_endian_says_so_itself() -> None:
    text = b"\xfe\xff" + "given_name\tcountry\nJosé\tPE\n".encode("utf-16-be")
    assert said(text) == [{"given_name": "José", "country": "PE"}]


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\r\nNombre;País\r\nAna, Eva;PE\r\n",
        "Nombre;País\r\nAna, Eva;PE\r\n",
        "Nombre;País\r\n\r\n;\r\n\xa0;  \r\nAna, Eva;PE\r\n;;;\r\n",
    ],
)
def test_blank_rows_and_the_line_that_names_the_separator_are_skipped(text: str) -> None:
    assert said(text) == [{"given_name": "Ana, Eva", "country": "PE"}]


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("Given name", "given_name"),
        ("GIVEN_NAME", "given_name"),
        ("  nombre: ", "given_name"),
        ("Código Postal *", "postal_code"),
        ("CODIGO POSTAL", "postal_code"),
        ("Chapter", "custom.chapter"),
        ("grupo LOCAL", "custom.chapter"),
        ("custom.chapter", "custom.chapter"),
        ("Correo electrónico", "email"),
        ("اسم العائلة", "family_name"),
    ],
)
def test_a_column_is_found_by_any_of_its_titles(title: str, field: str) -> None:
    assert said(f"reference,{title}\n1,ana@example.org\n") == [{field: "ana@example.org"}]


def test_the_campaigns_own_label_comes_before_the_usual_title() -> None:
    own = Field("custom.first", label={"es": "Nombre"})
    assert said("Given name,Nombre\nAna,Base\n", own) == [{"given_name": "Ana", "custom.first": "Base"}]


def test_a_label_that_two_fields_have_is_for_neither() -> None:
    fields = [Field(f"custom.{name}", label={"en": "Group"}) for name in ("a", "b")]
    with pytest.raises(InvalidFields) as refused:
        people("given_name,Group\nAna,x\n", *fields)
    assert refused.value.errors[0].options == "B “Group”"


def test_unknown_columns_are_named_once_with_the_known_ones() -> None:
    unknown, known = refusal("given_name,Shoe size,Phone,\nAna,41,1,loose\nBen,42,2,\n")
    assert unknown == ("sheet_unknown_columns", None, "B “Shoe size”, C “Phone”, D")
    assert known[0] == "sheet_known_columns"
    assert known[2].startswith("given_name, family_name, email,")
    assert "custom.chapter (Chapter)" in known[2]


def test_two_columns_for_one_field_are_refused() -> None:
    assert refusal("Nombre,given_name\nAna,Ana\n") == [("sheet_same_column", None, "A “Nombre”, B “given_name”")]


@pytest.mark.parametrize("word", ["VERDADERO", "sí", "Si", "x", "WAHR", "TRUE", "1", "Oui", "✓", "نعم", "on"])
def test_yes_in_any_language_is_yes_in_every_box(word: str) -> None:
    expected = {"given_name": "Ana", "public": True, "custom.member": "yes"}
    assert said(f"given_name,public,Member?\nAna,{word},{word}\n") == [expected]


@pytest.mark.parametrize("word", ["FALSO", "no", "0", "FALSCH", "FALSE", "não", "-", "off"])
def test_no_in_any_language_is_no_in_every_box(word: str) -> None:
    expected = {"given_name": "Ana", "public": False, "custom.member": "no", "consents": []}
    assert said(f"given_name,public,Member?,consents\nAna,{word},{word},{word}\n") == [expected]


def test_a_word_that_is_neither_is_a_mistake_in_its_row_and_column() -> None:
    found = people('Nombre;¿Es socia?;public\n"Ana\nMaría";quizás;yes\n\nBen;sí;maybe\nEva;sí;no\n')
    assert [(one.letters, one.title, one.field) for one in found.columns] == [
        ("A", "Nombre", "given_name"),
        ("B", "¿Es socia?", "custom.member"),
        ("C", "public", "public"),
    ]
    errors = [(one.number, error.field, error.code, error.options) for one in found.rows for error in one.errors]
    assert errors == [(2, "custom.member", "not_yes_or_no", "quizás"), (4, "public", "not_yes_or_no", "maybe")]
    assert [one.number for one in found.rows] == [2, 4, 5], "rows count as in a spreadsheet"


@pytest.mark.parametrize(
    ("cell", "ids"),
    [("wbw cidydh", ["wbw", "cidydh"]), ("CIDYDH; World Beyond War", ["cidydh", "wbw"]),
     ("World Beyond War", ["wbw"]), ('"wbw, wbw"', ["wbw"])],
)  # fmt: skip
def test_organisations_are_found_by_id_and_by_name(cell: str, ids: list[str]) -> None:
    assert said(f"given_name,consents\nAna,{cell}\n") == [{"given_name": "Ana", "consents": ids}]


def test_a_yes_is_consent_only_where_there_is_one_organisation() -> None:
    assert cells.organisations("sí", {"wbw": "WBW"}) == ["wbw"]
    with pytest.raises(cells.BadCell) as refused:
        cells.organisations("sí", {"wbw": "WBW", "cidydh": "CIDYDH"})
    assert (refused.value.code, refused.value.options) == ("not_a_sponsor", "wbw, cidydh")


@pytest.mark.parametrize(
    ("text", "day"),
    [("23/4/2025", "2025-04-23"), ("4/23/2025", "2025-04-23"), ("2025-04-03", "2025-04-03"), ("2025/4/3", "2025-04-03"),
     ("3 de abril de 2025", "2025-04-03"), ("3 Apr 2025", "2025-04-03"), ("April 3rd, 2025", "2025-04-03"),
     ("3. April 2025", "2025-04-03"), ("jueves, 3 de abril del 2025", "2025-04-03"), ("1er août 2025", "2025-08-01"),
     ("1º de setembro de 2025", "2025-09-01"), ("3-abr-2025", "2025-04-03"), ("4.4.2025", "2025-04-04"),
     ("31.12.2025", "2025-12-31"), ("12/13/2025", "2025-12-13"), ("2025-04-03 00:00:00", "2025-04-03"),
     ("٣ أبريل ٢٠٢٥", "2025-04-03"), ("1 de mayo de 2025", "2025-05-01"), ("Mar 3, 2025", "2025-03-03")],
)  # fmt: skip
def test_a_day_is_read_as_people_write_it(text: str, day: str) -> None:
    assert cells.day(text) == day


@pytest.mark.parametrize("text", ["3/4/2025", "03.04.2025", "3-4-2025"])
def test_a_day_that_could_be_two_is_asked_about_once_and_never_guessed(text: str) -> None:
    with pytest.raises(cells.TwoDays) as refused:
        cells.day(text)
    assert (refused.value.day_first, refused.value.month_first) == ("2025-04-03", "2025-03-04")
    assert cells.day(text, DayOrder.DAY_FIRST) == "2025-04-03"
    assert cells.day(text, DayOrder.MONTH_FIRST) == "2025-03-04"


def test_the_first_unclear_day_of_a_sheet_is_told_with_its_row_until_somebody_says_which_comes_first() -> None:
    sheet = "given_name,signed_on\nAna,23/4/2025\nBen,3/4/2025\nEva,5/6/2025\n"
    unclear = people(sheet).unclear_day
    assert unclear
    assert (unclear.row, unclear.day_first, unclear.month_first) == (3, "2025-04-03", "2025-03-04")
    assert [one.code for row in people(sheet).rows for one in row.errors] == ["two_days", "two_days"]
    read = people(sheet, order="day_first")
    assert read.unclear_day is None
    assert [row.values["signed_on"] for row in read.rows] == ["2025-04-23", "2025-04-03", "2025-06-05"]


@pytest.mark.parametrize(
    "text",
    ["30/2/2025", "45750", "3 jui 2025", "3 ab 2025", "abril 2025", "3 abril mayo 2025", "3 4 abril 2025", "13/13/2025",
     "2025-04-03T23:30:00Z", "yesterday", "2025-4", "32 April 2025", "3 abril 20255", "3 April 2025 2024", "300 April 2025"],
)  # fmt: skip
def test_what_is_no_day_is_refused(text: str) -> None:
    for order in DayOrder:
        with pytest.raises(cells.BadCell, match=r"^bad_day$"):
            cells.day(text, order)


@pytest.mark.parametrize("order", list(DayOrder))
def test_a_year_of_two_digits_is_not_guessed(order: DayOrder) -> None:
    with pytest.raises(cells.BadCell, match=r"^short_year$"):
        cells.day("23/4/25", order)


@pytest.mark.parametrize("text", ["3/4/0000", "0/4/2025", "99/1/2025"])
@pytest.mark.parametrize("order", list(DayOrder))
def test_a_day_that_no_calendar_has_is_a_mistake(text: str, order: DayOrder) -> None:
    with pytest.raises(cells.BadCell, match=r"^bad_day$"):
        cells.day(text, order)


LONG = "given_name\n" + "Ana\n" * (MAX_ROWS + 1)


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (b'given_name,family_name\nAna,"a\nb"\n"Ben,Okoro\nEva,Diaz\n', ("sheet_quote_open", 3)),
        (b'given_name,family_name\nAna,"Q"uispe\n', ("sheet_quote_misplaced", 2)),
        (b'given_name,family_name,country\nAna,"Q,PE\nBen,Okoro,US\nEva,D",PE\n', ("sheet_rows_in_cell", 2)),
        (b"given_name,country\n\nAna,PE,x\n", ("sheet_cells_beyond", 3)),
        (b"PK\x03\x04\x14\x00", ("sheet_is_spreadsheet", None)),
        (b"\xd0\xcf\x11\xe0\xa1", ("sheet_is_spreadsheet", None)),
        (b"given_name\nAna\x81\n", ("sheet_not_text", None)),
        (b"\xff\xfeg", ("sheet_not_text", None)),
        (b"\n \n", ("sheet_without_rows", None)),
        (b"", ("sheet_without_rows", None)),
        (LONG.encode(), ("sheet_too_long", None)),
    ],
)
def test_a_file_that_is_broken_is_refused_whole_with_its_row(content: bytes, refused: tuple[str, int | None]) -> None:
    ((code, row, _),) = refusal(content)
    assert (code, row) == refused


def test_a_cell_of_megabytes_is_a_quote_that_closes_too_late() -> None:
    text = 'given_name,family_name\nAna,"' + "x" * 200_000 + '"\n'
    assert refusal(text) == [("sheet_rows_in_cell", 2, "")]


def test_a_title_that_begins_like_the_separators_line_is_a_title() -> None:
    with pytest.raises(InvalidFields) as refused:
        people("Sep=aration,given_name\nx,Ana\n")
    assert refused.value.errors[0].options == "A “Sep=aration”"


def test_thousands_of_untitled_columns_are_looked_through_once() -> None:
    class Cells(tuple[str, ...]):
        """Cells that count how often they are asked for one."""

        __slots__ = ()
        asked = 0

        def __getitem__(self, index: Any) -> Any:
            Cells.asked += 1
            return super().__getitem__(index)

    titles = ("given_name", *[""] * 5000)
    rows = tuple(Row(number, Cells(("Ana",))) for number in range(2, 502))
    columns = Columns.of(Sheet(titles, rows), campaign())
    assert columns.places == {"given_name": 0}
    assert Cells.asked < 5000


def test_of_many_mistakes_some_are_told() -> None:
    titles = ",".join(f"t{n}" for n in range(50))
    unknown, _ = refusal(f"given_name,{titles}\nAna\n")
    assert len(unknown[2].split(", ")) == 21
    fields = [Field(f"custom.b{n}", type="checkbox", label={"en": f"b{n}"}) for n in range(9)]
    sheet = ",".join(f"b{n}" for n in range(9)) + "\n" + ",".join("z" * 9) + "\n"
    assert len(people(sheet, *fields).rows[0].errors) == 3


def test_a_comment_may_have_lines_and_commas() -> None:
    rows = said('given_name,country,custom.chapter\nAna,PE,"one, two\nthree, four"\n')
    assert rows == [{"given_name": "Ana", "country": "PE", "custom.chapter": "one, two\nthree, four"}]


@pytest.mark.parametrize("name", ["hoja.csv", "Hoja.CSV", " HOJA .csv"])
@pytest.mark.parametrize(
    "saved",
    [
        "given_name,postal_code,phone\nRosa,1234,51987654321\n",
        "given_name;postal_code;phone\nROSA;01234;+51 987 654 321\n",
        "Nombre,CP,Teléfono\n Rosa ,01234,+51-987-654-321\n",
    ],
)
def test_a_row_is_known_again_when_its_file_is_saved_once_more(name: str, saved: str) -> None:
    fields = (Field("postal_code"), Field("phone"))
    first = people("given_name,postal_code,phone\nRosa,01234,+51987654321\n", *fields, name="hoja.csv").rows[0]
    assert people(saved, *fields, name=name).rows[0].values["reference"] == first.values["reference"]


def test_another_file_or_another_person_is_not_the_same_row() -> None:
    rows = [
        people("given_name\nRosa\n").rows[0],
        people("given_name\nRosa\n", name="lima.csv").rows[0],
        people("given_name\nRosa\n", name="lima (1).csv").rows[0],
        people("given_name,country\nRosa,PE\n").rows[0],
        *people("given_name\nRosa\nRosa\n").rows[1:],
    ]
    assert len({one.values["reference"] for one in rows}) == len(rows)


def test_a_reference_of_ones_own_stays() -> None:
    assert people("reference,given_name\n3/12,Rosa\n").rows[0].values["reference"] == "3/12"


def test_rows_that_look_alike_are_told_with_the_first_of_them() -> None:
    found = people("given_name,family_name,country\nJosé,Núñez,PE\nAna,Díaz,PE\nJOSE,nunez,pe\nJosé,Núñez,CL\n")
    assert [one.alike_row for one in found.rows] == [None, None, 2, None]


def test_the_same_reference_for_two_people_is_a_mistake_and_the_same_person_twice_is_not() -> None:
    found = people("reference,given_name\nhoja 1,Rosa\nhoja 1,Juan\nhoja 1,Rosa\n")
    assert [[(error.code, error.row) for error in one.errors] for one in found.rows] == [
        [],
        [("same_reference", 2)],
        [],
    ]


def test_the_same_address_for_two_people_is_a_mistake() -> None:
    found = people("email,given_name\na@example.org,Rosa\nA@Example.org,Juan\nb@example.org,Ben\n")
    assert [[(error.code, error.row) for error in one.errors] for one in found.rows] == [[], [("same_address", 2)], []]


def test_columns_are_named_as_spreadsheets_name_them() -> None:
    assert [column_letters(index) for index in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


def test_the_titles_cover_those_of_the_forms() -> None:
    assert set(FIELD_TITLES) == {*PERSON_FIELDS, *STANDARD_FIELDS}
    assert set(ALWAYS) == STANDARD_FIELDS
    for name, words in FIELD_WORDS.items():
        labels = {plain(translate(words.label, language)) for language in ("en", "es", "fr", "pt", "ar")}
        assert labels <= set(map(plain, FIELD_TITLES[name])), name
    for name in ("public", "consents", "source", "language", "comment"):
        assert {plain(column_title(name, language)) for language in ("en", "es")} <= set(FIELD_TITLES[name]), name
    assert all(cells.yes_or_no(word) for word in TRUE_VALUES)
    assert not any(cells.yes_or_no(word) for word in FALSE_VALUES if word)


def test_no_title_is_for_two_fields() -> None:
    titles = [plain(title) for titles in FIELD_TITLES.values() for title in titles]
    assert len(titles) == len(set(titles))
