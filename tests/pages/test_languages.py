from __future__ import annotations

import gettext
import string
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest
from babel import Locale

from chalicelib.domain.errors import UndersignedError
from chalicelib.domain.text.countries import COUNTRIES
from chalicelib.i18n import languages
from chalicelib.i18n.messages import FIELD_MESSAGES, PROBLEM_MESSAGES
from chalicelib.i18n.text_direction import direction
from tools import catalogues, cldr
from tools.catalogues import forms

if TYPE_CHECKING:
    from collections.abc import Iterator

BOTH = ("en", "es")
FIELD_CODES = sorted(FIELD_MESSAGES)
# Raised by the app's edge or made by API Gateway: no class in the domain.
OTHER_CODES = ("internal", "method_not_allowed", "too_many_requests")
NEVER_ANSWERED = {"mail_permanent", "mail_temporary", "mail_sender_refused", "mail_perhaps_sent"}


def refusals(base: type[UndersignedError] = UndersignedError) -> Iterator[type[UndersignedError]]:
    for refusal in base.__subclasses__():
        yield refusal
        yield from refusals(refusal)


PROBLEM_CODES = sorted(({refusal.code for refusal in refusals()} | set(OTHER_CODES)) - NEVER_ANSWERED)


@pytest.mark.parametrize(
    ("requested", "header", "available", "expected"),
    [
        ("es", "en", BOTH, "es"),
        ("ES", None, BOTH, "es"),
        ("xx", "es", BOTH, "es"),
        (None, "es-PE,es;q=0.9,en;q=0.8", BOTH, "es"),
        (None, "fr, en;q=0.2, es;q=0.7", BOTH, "es"),
        (None, "en;q=0, es;q=0.1", BOTH, "es"),
        (None, "es", ("en", "es-PE"), "es-PE"),
        (None, "zh-Hant-TW, zh;q=0.5", ("en", "zh-Hant"), "zh-Hant"),
        (None, "fr", BOTH, "en"),
        (None, "*", BOTH, "en"),
        (None, "*, es;q=0.1", BOTH, "es"),
        (None, "en;q=0, *", BOTH, "es"),
        (None, "*;q=0", BOTH, "en"),
        (None, "en;Q=0.2, es;Q=0.7", BOTH, "es"),
        (None, "en;Q=0, es;Q=0.1", BOTH, "es"),
        ("es_PE", None, BOTH, "es"),
        ("es_PE", None, ("en", "es", "es-PE"), "es-PE"),
        (None, "zh-TW", ("en", "zh-Hans", "zh-Hant"), "zh-Hant"),
        (None, "zh-HK", ("en", "zh", "zh-Hant"), "zh-Hant"),
        (None, "zh_MO", ("en", "zh-Hans", "zh-TW"), "zh-TW"),
        (None, "zh-CN", ("en", "zh-Hant", "zh-Hans"), "zh-Hans"),
        (None, "zh", ("en", "zh-Hant", "zh-Hans"), "zh-Hans"),
        (None, "zh", ("en", "zh-Hans", "zh"), "zh"),
        (None, "zh-Hans-HK", ("en", "zh-Hant", "zh-CN"), "zh-CN"),
        (None, "zh-Hant", ("en", "zh-CN", "zh-HK"), "zh-HK"),
        (None, "zh-TW", ("en", "zh-Hans"), "zh-Hans"),
        (None, ";;q=x,,=;q=-1", BOTH, "en"),
        (None, None, BOTH, "en"),
    ],
)
def test_language_is_the_one_asked_for_then_the_best_accepted_then_the_default(
    requested: str | None, header: str | None, available: tuple[str, ...], expected: str
) -> None:
    assert languages.choose_language(requested, header, available, "en") == expected


@pytest.mark.parametrize(
    "available", [("en", "es"), ("zh-TW", "zh", "zh-Hant"), ("zh", "zh-TW"), ("es-PE", "es", "pt-BR")]
)
def test_a_language_that_is_there_is_itself_however_it_is_written(available: tuple[str, ...]) -> None:
    for language in available:
        for written in (language, language.upper(), language.replace("-", "_"), f" {language.lower()} "):
            assert languages.choose_language(written, None, available, "en") == language


@pytest.mark.parametrize("language", languages.LANGUAGES)
@pytest.mark.parametrize("code", FIELD_CODES)
def test_every_field_code_has_a_sentence_in_every_language(code: str, language: str) -> None:
    assert code in FIELD_MESSAGES
    said = languages.field_message(code, language, limit=100, options="Ana", row=7)
    assert said.endswith(".")
    assert (said == languages.field_message(code, "en", limit=100, options="Ana", row=7)) is (language == "en")


@pytest.mark.parametrize("language", languages.LANGUAGES)
@pytest.mark.parametrize("code", PROBLEM_CODES)
def test_every_refusal_has_a_title_and_a_way_on_in_every_language(code: str, language: str) -> None:
    assert code in PROBLEM_MESSAGES
    facts = {"size": 412, "limit": 400, "recipients": 812}
    for said, in_english in (
        (languages.problem_title(code, language), languages.problem_title(code, "en")),
        (languages.problem_detail(code, language, **facts), languages.problem_detail(code, "en", **facts)),
    ):
        assert (said == in_english) is (language == "en")


def test_no_sentence_is_kept_for_a_code_that_does_not_exist() -> None:
    assert set(PROBLEM_MESSAGES) == set(PROBLEM_CODES)
    code = "".join(
        path.read_text() for path in (catalogues.ROOT / "chalicelib").rglob("*.py") if path.name != "messages.py"
    )
    assert {one for one in FIELD_MESSAGES if f'"{one}"' not in code} == set()


def test_a_missing_answer_is_asked_for_by_its_name() -> None:
    assert languages.field_message("missing", "en", field="email") == "Enter your email address."
    assert languages.field_message("missing", "en", field="custom.chapter") == "Fill this in."


def test_a_limit_is_named_only_when_it_is_known() -> None:
    assert "2,000" in languages.field_message("too_long", "en", limit=2000)
    assert languages.field_message("too_long", "en", limit=None) == "This is too long."


def test_an_unknown_code_still_says_something_useful() -> None:
    assert languages.field_message("made_up", "es") == languages.field_message("bad_value", "es")
    assert languages.problem_title("made_up", "es") == languages.problem_title("internal", "es")


ADD_WORDS = "run python -m tools.catalogues: it adds the sentences and prints those without words"
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
# What a sentence ends with, and what it ends with elsewhere.
ENDS = {".": ".。", ":": ":", "…": "…", "?": "?؟？"}


@pytest.mark.parametrize(("language", "domain"), catalogues.every())
class TestCatalogue:
    def test_it_holds_exactly_the_sentences_of_the_sources(self, language: str, domain: str) -> None:
        spoken = {message.id for message in catalogues.spoken(domain) if message.id}
        written = {message.id for message in catalogues.written(language, domain) if message.id}
        assert written == spoken, ADD_WORDS

    def test_every_sentence_is_translated(self, language: str, domain: str) -> None:
        assert catalogues.missing(language, domain) == [], ADD_WORDS

    def test_every_number_has_its_form(self, language: str, domain: str) -> None:
        catalogue = catalogues.written(language, domain)
        counted = [message for message in catalogue if message.pluralizable]
        assert [m.id for m in counted if len(forms(m.string)) != catalogue.num_plurals] == []

    def test_numbers_are_told_apart_as_cldr_does(self, language: str, domain: str) -> None:
        form_of = gettext.c2py(catalogues.written(language, domain).plural_expr)
        category_of = Locale.parse(language).plural_form
        # CLDR also has words of their own for whole millions in French, Portuguese and Spanish: nothing here counts so far.
        told = {(form_of(n), category_of(n)) for n in range(1000)}
        categories_in_order = [category for _, category in sorted(told)]
        assert categories_in_order == [category for category in CATEGORIES if category in categories_in_order]
        assert len(categories_in_order) == len(set(categories_in_order)) == len({form for form, _ in told})

    def test_nothing_longer_than_a_name_is_left_in_english(self, language: str, domain: str) -> None:
        for message in catalogues.written(language, domain):
            assert len(str(message.id).split()) < 3 or message.string != message.id

    def test_translations_end_as_the_sentence_does(self, language: str, domain: str) -> None:
        for message in catalogues.written(language, domain):
            for form in forms(message.string) if message.id else ():
                last = forms(message.id)[-1].strip()[-1:]
                assert last not in ENDS or form.strip()[-1] in ENDS[last], message.id
                assert form[-1:].isspace() is forms(message.id)[-1][-1:].isspace(), message.id

    def test_translations_keep_the_facts(self, language: str, domain: str) -> None:
        for message in catalogues.written(language, domain):
            *_, many = (placeholders(form) for form in forms(message.id))
            # A form for one or two may say the number in a word.
            may_miss = {"n"} if message.pluralizable else set()
            for form in forms(message.string):
                assert many - may_miss <= placeholders(form) <= many, message.id

    def test_it_is_compiled_and_used(self, language: str, domain: str) -> None:
        said = {m.id: m.string for m in catalogues.written(language, domain) if m.id and isinstance(m.id, str)}
        assert {key: languages.lookup(key, language, domain) for key in said} == said, "run make catalogues"


def places(domain: str) -> set[str]:
    return {place for message in catalogues.spoken(domain) for place, _ in message.locations}


def test_signers_never_meet_a_sentence_that_only_organisers_languages_have() -> None:
    assert places("admin") == set(catalogues.ORGANISERS)
    assert places("messages").isdisjoint(catalogues.ORGANISERS)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_a_language_without_catalogue_is_answered_in_english() -> None:
    assert languages.translate("Petition", "tlh") == "Petition"
    assert languages.translate("Petition", "es-PE") == "Petición"
    assert languages.page_language("es-PE") == "es-PE"
    assert languages.page_language("tlh") == "en"


def test_an_empty_sentence_is_not_the_header_of_the_catalogue() -> None:
    assert languages.translate("", "es") == ""


@pytest.mark.parametrize("language", languages.LANGUAGES)
def test_countries_are_those_of_the_form(language: str) -> None:
    assert set(languages.country_names(language)) == COUNTRIES


@pytest.mark.parametrize(("language", "first", "second"), [("en", "AX", "AL"), ("es", "MX", "FM"), ("es", "PA", "PY")])
def test_accents_do_not_count_in_the_order_of_countries(language: str, first: str, second: str) -> None:
    names = list(languages.country_names(language))  # Åland, Albania; México, Micronesia; Panamá, Paraguay
    assert names.index(first) < names.index(second)


def test_countries_have_their_names_in_each_language() -> None:
    assert languages.country_names("en")["US"] == "United States"
    assert languages.country_names("es")["US"] == "Estados Unidos"


def test_names_numbers_and_dates_are_those_of_cldr() -> None:
    kept = {path: path.read_text("utf-8") for path in cldr.CLDR.iterdir()}
    assert kept == cldr.files(), "run python -m tools.cldr"


def test_a_pattern_for_dates_that_says_more_than_ours_is_not_guessed() -> None:
    assert cldr.date_pattern("d 'de' MMMM 'de' y") == "{day} de {month} de {year}"
    assert cldr.date_pattern("y年M月d日") == "{year}年{month_number}月{day}日"
    with pytest.raises(AssertionError, match="teach FIELDS"):
        cldr.date_pattern("EEEE d MMMM y")


@pytest.mark.parametrize(
    ("n", "language", "expected"),
    [
        (0, "en", "0"), (999, "en", "999"), (1000, "en", "1,000"), (12345, "en", "12,345"), (1234567, "en", "1,234,567"),
        (1000, "es", "1000"), (12345, "es", "12.345"), (-12345, "es", "-12.345"), (12345, "tlh", "12,345"),
        (1234, "fr", "1\u202f234"), (1234, "pt", "1.234"), (1234, "ar", "1,234"),
    ],
)  # fmt: skip
def test_numbers_are_written_the_way_of_the_language(n: int, language: str, expected: str) -> None:
    assert languages.number(n, language) == expected


def test_dates_are_written_the_way_of_the_language() -> None:
    assert languages.date(date(2026, 1, 3), "en") == "January 3, 2026"
    assert languages.date(date(2026, 12, 23), "es") == "23 de diciembre de 2026"
    assert languages.date(date(2026, 12, 23), "pt") == "23 de dezembro de 2026"
    assert languages.date(date(2026, 5, 1), "fr") == "1er mai 2026"
    assert languages.date(date(2026, 5, 2), "fr") == "2 mai 2026"
    assert languages.date(date(2026, 12, 23), "ar") == "23 ديسمبر 2026"


def test_languages_are_named_as_their_speakers_do() -> None:
    assert languages.language_name("es") == "Español"
    assert languages.language_name("qu") == "Runasimi"
    assert languages.language_name("xx") == "xx"


@pytest.mark.parametrize(
    ("language", "way"),
    [("ar-EG", "rtl"), ("he", "rtl"), ("FA-ir", "rtl"), ("ar-Latn-EG", "ltr"), ("az-Arab", "rtl"), ("es", "ltr")],
)
def test_direction_follows_the_script(language: str, way: str) -> None:
    assert direction(language) == way


@pytest.mark.parametrize(
    ("name", "said"),
    [("World BEYOND War", "From World BEYOND War."), ("منظمة!", "From \u2068منظمة!\u2069."), ("2026", "From 2026.")],
)
def test_a_name_that_runs_the_other_way_leaves_the_sentence_in_order(name: str, said: str) -> None:
    assert languages.translate("From {name}.", "en", name=name) == said


def test_in_a_language_from_the_right_latin_names_are_the_foreign_ones() -> None:
    said = {name: languages.translate("From {name}.", "ar", name=name) for name in ("CODEPINK!", "منظمة", "2026")}
    assert said == {"CODEPINK!": "من \u2068CODEPINK!\u2069.", "منظمة": "من منظمة.", "2026": "من 2026."}


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "لم يوقّع أحد."), (1, "وقّع شخص واحد."), (2, "وقّع شخصان."), (3, "وقّع {n} أشخاص."), (10, "وقّع {n} أشخاص."),
        (11, "وقّع {n} شخصًا."), (99, "وقّع {n} شخصًا."), (100, "وقّع {n} شخص."), (103, "وقّع {n} أشخاص."),
    ],
)  # fmt: skip
def test_arabic_counts_in_six_forms(n: int, said: str) -> None:
    assert languages.lookup_plural("{n} person signed.", "{n} people signed.", n, "ar") == said


@pytest.mark.parametrize(("language", "said"), [("fr", "signature"), ("pt", "assinatura"), ("es", "firmas")])
def test_nothing_is_one_in_french_and_portuguese_and_many_in_spanish(language: str, said: str) -> None:
    assert languages.lookup_plural("signature", "signatures", 0, language) == said


def test_answers_in_json_do_not_pay_for_templates() -> None:
    code = "import sys, chalicelib.i18n.languages; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=catalogues.ROOT).returncode == 0
