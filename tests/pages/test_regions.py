"""Names and codes of regions: each name finds its own code again, whatever the language, and nothing is guessed."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from chalicelib.domain.signatures.person_fields import PERSON_FIELDS
from chalicelib.domain.text.countries import COUNTRIES
from chalicelib.i18n import regions
from chalicelib.i18n.languages import LANGUAGES
from chalicelib.i18n.regions import country_of, likely_country, region_code, region_name, region_names
from chalicelib.pages.hosted.form_fields import form_fields
from chalicelib.pages.widget.snippets import plain_form
from chalicelib.pages.widget.widget import form_document
from tests.kit.factories import NOW, a_campaign

COUNTRIES_WITH_A_LIST = sorted(json.loads((regions.HERE / "en.json").read_text("utf-8")))
ASKS: dict[str, Any] = {"fields": [{"name": "region"}], "time_zone": "America/Lima"}


def test_lists_are_of_countries() -> None:
    assert set(COUNTRIES_WITH_A_LIST) <= COUNTRIES
    assert len(COUNTRIES_WITH_A_LIST) > 190
    assert len(region_names("US", "en")) == 51
    assert len(region_names("PE", "es")) == 26
    assert region_names("PR", "en") == {}, "a country of its own, without a list"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_finds_its_own_code(language: str) -> None:
    for country in COUNTRIES_WITH_A_LIST:
        names = region_names(country, language)
        assert {code: region_code(name, country) for code, name in names.items()} == {code: code for code in names}
        assert {code: region_code(code.lower(), country) for code in names} == {code: code for code in names}
        assert all(len(name) <= PERSON_FIELDS["region"].max_length for name in names.values())


@pytest.mark.parametrize(
    ("typed", "country", "code"),
    [
        ("California", "US", "US-CA"), ("CALIFORNIA ", "US", "US-CA"), ("ca", "US", "US-CA"), ("us-ca", "", "US-CA"),
        ("Californie", "US", "US-CA"), ("كاليفورنيا", "US", "US-CA"), ("Nueva York", "US", "US-NY"), ("Washington State", "US", "US-WA"),
        ("state of new york", "US", "US-NY"), ("Cusco", "PE", "PE-CUS"), ("Cuzco", "PE", "PE-CUS"), ("ancash", "PE", "PE-ANC"),
        ("Departamento de Áncash", "PE", "PE-ANC"), ("lima", "PE", "PE-LMA"), ("Provincia de La Rioja", "AR", "AR-F"),
        ("la rioja", "ES", "ES-RI"), ("Salta Province", "AR", "AR-A"), ("Sao Paulo", "BR", "BR-SP"), ("Estado de México", "MX", "MX-MEX"),
        ("Île-de-France", "FR", "FR-IDF"), ("ile de france", "FR", "FR-IDF"), ("Cataluña", "ES", "ES-CT"), ("القاهرة", "EG", "EG-C"),
    ],
)  # fmt: skip
def test_what_people_write_is_understood(typed: str, country: str, code: str) -> None:
    assert region_code(typed, country) == code


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("California", ""), ("California", "PE"), ("US-CA", "PE"), ("Atlantis", "US"), ("", "US"), ("-", "US"), ("US-", "US"), ("US-ZZ", "US"),
        ("Region", "PE"), ("de", "PE"), ("Cork", "IE"), ("San Juan", "PR"), ("C" * 101, "US"), ("California" + " x" * 45, "US"),
    ],
)  # fmt: skip
def test_nothing_is_guessed(typed: str, country: str) -> None:
    assert region_code(typed, country) is None


def test_a_code_is_shown_by_name_and_a_text_as_it_is() -> None:
    assert [region_name("US-NY", language) for language in ("en", "es", "fr", "qu")] == [
        "New York", "Nueva York", "New York", "New York",
    ]  # fmt: skip
    assert region_name("Baja-California", "en") == "Baja-California"
    assert (country_of("US-NY"), country_of("US-ZZ"), country_of("New York"), country_of("")) == ("US", "", "", "")


def test_the_language_says_which_country_before_the_time_zone_does() -> None:
    assert likely_country("es-PE", "America/Mexico_City") == "PE"
    assert (
        likely_country("es", "America/Argentina/Buenos_Aires") == likely_country("es", "America/Buenos_Aires") == "AR"
    )
    assert likely_country("en", "US/Eastern") == "US"
    assert likely_country("zh-Hant", "UTC") == likely_country("es-419", "Etc/GMT+5") == ""


def test_the_form_suggests_the_regions_of_the_country_and_takes_any_other() -> None:
    campaign = a_campaign(**ASKS)
    field = form_fields(campaign, "es", form_values={}, errors=())[-1]
    assert (field.kind, field.name) == ("text", "region")
    assert list(field.suggestions) == list(region_names("PE", "es").values())
    chosen = form_fields(campaign, "es", form_values={"country": ["US"], "region": ["US-CA"]}, errors=())[-1]
    assert (chosen.value, "Nueva York" in chosen.suggestions) == ("California", True)
    assert (
        form_fields(a_campaign(fields=[{"name": "region"}], time_zone="UTC"), "en", form_values={}, errors=())[
            -1
        ].suggestions
        == ()
    )
    assert not any(one.suggestions for one in form_fields(a_campaign(), "es", form_values={}, errors=()))


def test_the_widget_and_the_plain_form_suggest_the_same() -> None:
    campaign = a_campaign(**ASKS)
    names = list(region_names("PE", "en").values())
    document = form_document(campaign, "en", base_url="https://u.example", count=0, now=NOW)
    assert document["fields"][-1]["suggestions"] == names
    snippet = plain_form(campaign, "en", "https://u.example")
    for name in names:
        assert f'<option value="{name}">' in snippet
    assert snippet.count("<datalist ") == snippet.count(' list="') == 1


@pytest.mark.parametrize(("time_zone", "raw", "packed"), [("America/New_York", 2200, 700), ("America/Lima", 1100, 450)])
def test_suggestions_stay_small(time_zone: str, raw: int, packed: int) -> None:
    with_list, without = (
        plain_form(a_campaign(fields=[{"name": "region"}], time_zone=zone), "en", "https://u.example").encode()
        for zone in (time_zone, "UTC")
    )
    assert 0 < len(with_list) - len(without) < raw
    assert len(gzip.compress(with_list)) - len(gzip.compress(without)) < packed
