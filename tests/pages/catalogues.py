"""Keeps the catalogues in step with the sentences in the sources: `python -m tests.pages.catalogues`.

New sentences are added untranslated and gone ones dropped; nothing is guessed. Tests compare the catalogues with this.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
LOCALES = ROOT / "chalicelib" / "pages" / "locales"
HEADER = "# The words of Undersigned in {name}. Written, not translated word by word."


def path_of(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "messages.po"


def spoken() -> Catalog:
    """Every sentence in the sources, as a catalogue without translations."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    catalogue = Catalog(project="Undersigned", fuzzy=False)
    for place, _line, message, _comments, _context in extract_from_dir(ROOT, methods, options):
        # Places without line numbers: the catalogue changes only when a sentence does.
        catalogue.add(message, locations=[(place, 0)], flags=())
    return catalogue


def written(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def refresh(language: str) -> None:
    catalogue = written(language) if path_of(language).exists() else Catalog(locale=language)
    began = catalogue.creation_date
    catalogue.project, catalogue.version, catalogue.fuzzy = "Undersigned", "1", False
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "Undersigned"
    catalogue.header_comment = HEADER.format(name=catalogue.locale.english_name)
    catalogue.update(spoken(), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    catalogue.creation_date = catalogue.revision_date = began
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    with path_of(language).open("wb") as file:
        write_po(file, catalogue, width=120, sort_by_file=True, include_lineno=False, ignore_obsolete=True)


if __name__ == "__main__":
    refresh("es")
