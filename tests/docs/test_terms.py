"""One word for one thing: what docs/languages.md rules out stands in no catalogue, no guide and no sentence of the client."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from undersigned_client.language.spanish import SENTENCES

import app
from chalicelib.i18n.languages import DOMAINS
from tools.catalogues import forms, written

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(app.__file__).parent
TERMS = (ROOT / "docs" / "languages.md").read_text().partition("## Terms")[2].partition("\n## ")[0]
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TERMS.splitlines() if line.startswith("| ")][
    1:
]


def ruled_out(column: int) -> list[str]:
    """The words of a column, in the order of the table."""
    return sorted({word.strip() for row in ROWS for word in row[column].split(",") if word.strip()})


def prose(name: str) -> str:
    """A guide without its code and pictures."""
    page = re.sub(r"^```.*?^```", "", (ROOT / "docs" / name).read_text(), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`]*`|\]\([^)]*\)|<img[^>]*>", "", page)


def catalogued() -> Iterator[tuple[str, str]]:
    """Every sentence with its Spanish."""
    for domain in DOMAINS:
        for message in written("es", domain):
            if message.id:
                yield from zip(forms(message.id), forms(message.string), strict=True)
    yield from SENTENCES.items()


ENGLISH = [english for english, _ in catalogued()] + [prose("organisers.md")]
SPANISH = [spanish for _, spanish in catalogued()] + [prose("organizadores.md")]


def found(word: str, texts: list[str]) -> list[str]:
    """The texts that say `word`, in the singular or plural; names of commands and placeholders are no words."""
    texts = [re.sub(r"undersigned held \w+|\{\w+\}", "", text) for text in texts]
    return [text for text in texts if re.search(rf"(?<![\w-]){re.escape(word)}(?:e?s)?(?![\w-])", text, re.IGNORECASE)]


@pytest.mark.parametrize("word", ruled_out(1))
def test_a_word_that_is_ruled_out_in_english_stands_nowhere(word: str) -> None:
    assert found(word, ENGLISH) == []


@pytest.mark.parametrize("word", ruled_out(3))
def test_a_word_that_is_ruled_out_in_spanish_stands_nowhere(word: str) -> None:
    assert found(word, SPANISH) == []


def test_the_words_that_are_chosen_are_in_use() -> None:
    for column, texts in ((0, ENGLISH), (2, SPANISH)):
        for row in ROWS:
            words = [re.sub(r"^to |\(.*\)", "", word.strip()).strip() for word in re.split("[,;]", row[column])]
            assert any(found(word, texts) for word in words), words


def test_a_word_that_is_ruled_out_is_found_wherever_it_stands() -> None:
    assert found("mail", ["Stop all mail?"]) == ["Stop all mail?"]
    assert found("rol", ["El control sigue.", "Los roles"]) == ["Los roles"]
