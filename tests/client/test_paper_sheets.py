"""Sheets of paper signatures as people save them: any separator, encoding, title, yes, day; a mistake names its row and column."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from undersigned_client.errors import BadFile
from undersigned_client.paper import cells
from undersigned_client.paper.sheets import column_letters, read_sheet
from undersigned_client.paper.spellings import plain
from undersigned_client.paper.titles import ALWAYS, FIELD_TITLES

from chalicelib.domain.signatures.person_fields import PERSON_FIELDS
from chalicelib.domain.text.text_rules import FALSE_VALUES, TRUE_VALUES
from chalicelib.i18n.column_words import column_title
from chalicelib.i18n.field_words import FIELD_WORDS
from chalicelib.i18n.languages import translate
from chalicelib.services.signatures.paper_signatures import STANDARD_FIELDS
from tests.client.hosts import told

if TYPE_CHECKING:
    from tests.client.conftest import Client, Outcome
    from tests.client.hosts import Host
    from tests.kit.world import World

SIGNATURES = "/admin/campaigns/peru/signatures"
CAMPAIGN = {
    "fields": [
        {"name": "country", "type": "text", "label": {}},
        {"name": "postal_code", "type": "text", "label": {}},
        {"name": "custom.chapter", "type": "text", "label": {"en": "Chapter", "es": "Grupo local"}},
        {"name": "custom.member", "type": "checkbox", "label": {"en": "Member?", "es": "¿Es socia?"}},
    ],
    "sponsors": [{"id": "wbw", "name": "World BEYOND War"}, {"id": "cidydh", "name": "CIDYDH"}],
}


@pytest.fixture
def api(host: Host, client: Client) -> Host:
    client.use(host.url)
    host.says("GET", "/admin/campaigns/peru", told(CAMPAIGN))
    host.says("POST", SIGNATURES, told({}, 201))
    return host


def send(client: Client, content: str | bytes, name: str = "sheet.csv") -> Outcome:
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return client("paper", "peru", name)


def sent(api: Host) -> list[dict[str, Any]]:
    return [one.json | {"reference": ""} for one in api.requests("POST", SIGNATURES)]


def without_reference(**values: Any) -> dict[str, Any]:
    return {"reference": "", **values}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_separator_and_encoding_gives_the_same_signatures(
    api: Host, client: Client, separator: str, encoding: str
) -> None:
    rows = [["Nombre", "Apellidos", "País"], ["José", "Núñez", "PE"], ["Ana", '"Quispe, Mamani; Díaz"', ""]]
    text = "\r\n".join(separator.join(row) for row in rows)
    assert send(client, text.encode(encoding)).out == "2 signatures entered.\n"
    assert sent(api) == [
        without_reference(given_name="José", family_name="Núñez", country="PE"),
        without_reference(given_name="Ana", family_name="Quispe, Mamani; Díaz"),
    ]
    references = [one.json["reference"] for one in api.requests("POST", SIGNATURES)]
    assert send(client, "given_name,family_name,country\nJosé,Núñez,PE\n").code == 0
    assert api.requests("POST", SIGNATURES)[-1].json["reference"] == references[0], "the same person, however saved"


def test_utf_16_big_endian_says_so_itself(api: Host, client: Client) -> None:
    send(client, b"\xfe\xff" + "given_name\tcountry\nJosé\tPE\n".encode("utf-16-be"))
    assert sent(api) == [without_reference(given_name="José", country="PE")]


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\r\nNombre;País\r\nAna, Eva;PE\r\n",
        "Nombre;País\r\nAna, Eva;PE\r\n",
        "Nombre;País\r\n\r\n;\r\n\xa0;  \r\nAna, Eva;PE\r\n;;;\r\n",
    ],
)
def test_blank_rows_and_the_line_that_names_the_separator_are_skipped(api: Host, client: Client, text: str) -> None:
    assert send(client, text).out == "One signature entered.\n"
    assert sent(api) == [without_reference(given_name="Ana, Eva", country="PE")]


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
def test_a_column_is_found_by_any_of_its_titles(api: Host, client: Client, title: str, field: str) -> None:
    send(client, f"reference,{title}\n1,ana@example.org\n")
    assert sent(api) == [without_reference(**{field: "ana@example.org"})]


def test_the_campaigns_own_label_comes_before_the_usual_title(api: Host, client: Client) -> None:
    own = {"name": "custom.first", "type": "text", "label": {"es": "Nombre"}}
    api.says("GET", "/admin/campaigns/peru", told({**CAMPAIGN, "fields": [own]}))
    send(client, "Given name,Nombre\nAna,Base\n")
    assert sent(api) == [without_reference(given_name="Ana", **{"custom.first": "Base"})]


def test_a_label_that_two_fields_have_is_for_neither(api: Host, client: Client) -> None:
    fields = [{"name": f"custom.{name}", "type": "text", "label": {"en": "Group"}} for name in ("a", "b")]
    api.says("GET", "/admin/campaigns/peru", told({**CAMPAIGN, "fields": fields}))
    assert "“Group”" in send(client, "given_name,Group\nAna,x\n").err
    assert sent(api) == []


def test_unknown_columns_are_named_once_with_the_known_ones_before_anything_is_sent(api: Host, client: Client) -> None:
    done = send(client, "given_name,Shoe size,Phone,\nAna,41,1,loose\nBen,42,2,\n")
    assert (done.code, done.out) == (5, "")
    assert done.err.count("sheet.csv") == 1
    assert "for the columns “Shoe size”, “Phone”, column D (it has no title). Nothing was sent." in done.err
    assert "given_name, family_name, email," in done.err
    assert "custom.chapter (Chapter)" in done.err
    assert sent(api) == []
    client.speak("es_PE.UTF-8")
    assert "ningún campo para la columna «Talla»" in send(client, "nombre;Talla\nA;1\n").err


def test_two_columns_for_one_field_are_refused(api: Host, client: Client) -> None:
    done = send(client, "Nombre,given_name\nAna,Ana\n")
    assert (done.code, done.err) == (5, "sheet.csv: “Nombre” and “given_name” are both given_name.\n")
    assert sent(api) == []


@pytest.mark.parametrize("word", ["VERDADERO", "sí", "Si", "x", "WAHR", "TRUE", "1", "Oui", "✓", "نعم", "on"])
def test_yes_in_any_language_is_yes_in_every_box(api: Host, client: Client, word: str) -> None:
    send(client, f"given_name,public,Member?\nAna,{word},{word}\n")
    assert sent(api) == [without_reference(given_name="Ana", public=True, **{"custom.member": "yes"})]


@pytest.mark.parametrize("word", ["FALSO", "no", "0", "FALSCH", "FALSE", "não", "-", "off"])
def test_no_in_any_language_is_no_in_every_box(api: Host, client: Client, word: str) -> None:
    send(client, f"given_name,public,Member?,consents\nAna,{word},{word},{word}\n")
    expected = {"custom.member": "no", "consents": []}
    assert sent(api) == [without_reference(given_name="Ana", public=False, **expected)]


@pytest.mark.usefixtures("api")
def test_a_word_that_is_neither_is_refused_in_its_row_and_column_and_the_rest_is_taken(client: Client) -> None:
    text = 'Nombre;¿Es socia?;public\n"Ana\nMaría";quizás;yes\n\nBen;sí;maybe\nEva;sí;no\n'
    done = send(client, text)
    assert (done.code, done.out) == (3, "One signature entered.\n2 rows were refused.\n")
    assert done.err.splitlines() == [
        "sheet.csv, row 2, column B, “¿Es socia?”: “quizás” is neither yes nor no. Write yes or no.",
        "sheet.csv, row 4, column C, “public”: “maybe” is neither yes nor no. Write yes or no.",
    ]
    client.speak("es_PE.UTF-8")
    assert send(client, text).err.startswith(
        "sheet.csv, fila 2, columna B, «¿Es socia?»: «quizás» no es ni sí ni no. Escriba sí o no.\n"
    )


@pytest.mark.parametrize(
    ("cell", "ids"),
    [("wbw cidydh", ["wbw", "cidydh"]), ("CIDYDH; World Beyond War", ["cidydh", "wbw"]),
     ("World Beyond War", ["wbw"]), ('"wbw, wbw"', ["wbw"])],
)  # fmt: skip
def test_organisations_are_found_by_id_and_by_name(api: Host, client: Client, cell: str, ids: list[str]) -> None:
    send(client, f"given_name,consents\nAna,{cell}\n")
    assert sent(api) == [without_reference(given_name="Ana", consents=ids)]


def test_a_yes_is_consent_only_where_there_is_one_organisation() -> None:
    assert cells.organisations("sí", {"wbw": "WBW"}) == ["wbw"]
    with pytest.raises(cells.BadCell, match=r"Write: wbw, cidydh\."):
        cells.organisations("sí", {"wbw": "WBW", "cidydh": "CIDYDH"})


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


@pytest.mark.parametrize("text", ["3/4/2025", "03.04.2025", "4-3-2025", "12/11/2025"])
def test_a_day_that_could_be_two_is_refused_and_both_are_said(text: str) -> None:
    with pytest.raises(cells.BadCell, match=r"could be 2025-\d\d-\d\d or 2025-\d\d-\d\d"):
        cells.day(text)


def test_the_two_days_are_the_two_that_it_could_be() -> None:
    with pytest.raises(cells.BadCell, match=r"^“3/4/2025” could be 2025-04-03 or 2025-03-04\."):
        cells.day("3/4/2025")


@pytest.mark.parametrize(
    "text",
    ["30/2/2025", "45750", "3 jui 2025", "3 ab 2025", "abril 2025", "3 abril mayo 2025", "3 4 abril 2025", "13/13/2025",
     "2025-04-03T23:30:00Z", "yesterday", "2025-4", "32 April 2025", "3 abril 20255", "3 April 2025 2024", "300 April 2025"],
)  # fmt: skip
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(cells.BadCell, match="is no day"):
        cells.day(text)


def test_a_year_of_two_digits_is_not_guessed() -> None:
    with pytest.raises(cells.BadCell, match="four digits"):
        cells.day("23/4/25")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'given_name,family_name\nAna,"a\nb"\n"Ben,Okoro\nEva,Diaz\n', "row 3: a quotation mark opens here"),
        (b'given_name,family_name\nAna,"Q"uispe\n', "row 2: a quotation mark is in the wrong place"),
        (b"given_name,country\n\nAna,PE,x\n", "row 3: more cells than columns"),
        (b"PK\x03\x04\x14\x00", "is a spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1", "is a spreadsheet"),
        (b"given_name\nAna\x81\n", "not text that we can read"),
        (b"\xff\xfeg", "not text that we can read"),
        (b"\n \n", "has no rows"),
    ],
)
def test_a_file_that_is_broken_is_refused_whole_with_its_row(content: bytes, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=sentence):
        read_sheet(path)


def test_a_missing_file_is_said_before_anything_is_asked(api: Host, client: Client) -> None:
    assert client("paper", "peru", "none.csv").code == 5
    assert api.asked == []


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


def test_what_the_api_refuses_is_told_by_the_columns_title(at_world: World, client: Client) -> None:
    done = send(client, "Nombre;Correo electrónico;Fecha\nAna;ana;23/11/2026\nEva;;3 Nov 2099\nBen;;3 Nov 2026\n")
    assert (done.code, done.out) == (3, "One signature entered.\n2 rows were refused.\n")
    assert done.err.splitlines() == [
        "sheet.csv, row 2, column B, “Correo electrónico”: An email address has an @, like name@example.org.",
        "sheet.csv, row 3, column C, “Fecha”: This is in the future.",
    ]
    (ben,) = at_world.signatures()
    assert (ben["given_name"], ben["signed_at"]["S"][:10]) == ({"S": "Ben"}, "2026-11-03")


def test_the_clients_words_cover_those_of_the_forms() -> None:
    """The client imports nothing of the app, so this holds the two together."""
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
