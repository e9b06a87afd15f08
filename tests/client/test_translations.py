"""Every sentence of the client is there in Spanish, with the same places for facts; the locale chooses."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import undersigned_client
from undersigned_client.language import messages
from undersigned_client.language.spanish import SENTENCES

from chalicelib.domain.campaigns.campaign import CampaignState
from chalicelib.domain.counting.tallies import EVENTS, GROUPS
from chalicelib.domain.signatures.signature import SignatureState

SOURCES = sorted(Path(undersigned_client.__file__).parent.rglob("*.py"))
PLACE = re.compile(r"\{\w+\}|%\(?\w+\)?s?")
FROM_THE_API = {*CampaignState, *SignatureState, *GROUPS, *(event.partition(":")[2] for event in EVENTS)}


def said() -> set[str]:
    found = set()
    for node in (node for path in SOURCES for node in ast.walk(ast.parse(path.read_text()))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"translate", "plural"}:
            given = node.args[:1] if node.func.id == "translate" else node.args[1:3]
            found |= {one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return found


def test_every_sentence_is_there_in_spanish() -> None:
    assert len(said()) > 100
    assert (said() | FROM_THE_API) - SENTENCES.keys() == set()


def test_every_translation_has_the_same_facts() -> None:
    differ = [one for one, other in SENTENCES.items() if sorted(PLACE.findall(one)) != sorted(PLACE.findall(other))]
    assert differ == []


@pytest.mark.parametrize(
    ("locale", "tag", "language"),
    [("es_PE.UTF-8", "es-PE", "es"), ("en_GB", "en-GB", "en"), ("C", "en", "en"), ("POSIX", "en", "en"),
     ("fr_FR.UTF-8@euro", "fr-FR", "en"), ("es", "es", "es"), ("C.UTF-8", "en", "en"), ("?", "en", "en")],
)  # fmt: skip
def test_the_locale_chooses_the_language(monkeypatch: pytest.MonkeyPatch, locale: str, tag: str, language: str) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert (messages.locale_tag(), messages.language()) == (tag, language)


def test_the_api_is_asked_for_the_readers_language_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "es_PE.UTF-8")
    assert messages.accept_language() == "es-PE, es;q=0.9, en;q=0.5"


@pytest.mark.parametrize(("locale", "written"), [("C", "9,999 12,345"), ("es_PE", "9999 12.345")])
def test_numbers_are_written_as_the_reader_writes_them(
    monkeypatch: pytest.MonkeyPatch, locale: str, written: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert f"{messages.number(9999)} {messages.number(12345)}" == written


def test_help_and_mistakes_speak_spanish(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from undersigned_client.command_line import parser

    monkeypatch.setenv("LC_ALL", "es_PE.UTF-8")
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(["export", "peru"])
    assert ended.value.code == 2
    assert "faltan estos argumentos: -o/--output" in capsys.readouterr().err
    assert "opciones:" in parser().format_help()
