"""Keeps the catalogues in step with the sentences in the sources: `python -m tools.catalogues`.

New sentences are added untranslated and gone ones dropped; nothing is guessed. It prints what has no words yet. Tests
compare the catalogues with this.
There are two: `messages` holds what signers may see, in every language; `admin` what only organisers see, in fewer.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from chalicelib.i18n.languages import DOMAINS

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[1]
LOCALES = ROOT / "chalicelib" / "i18n" / "locales"
HEADER = "# The words of Undersigned in {name}. Written, not translated word by word."
# What only organisers see: sentences of these files need no language but theirs.
ORGANISERS = (
    "chalicelib/i18n/column_words.py",
    "chalicelib/pages/dashboard/dashboard_words.py",
    "chalicelib/pages/dashboard/handover_words.py",
    "chalicelib/pages/dashboard/member_words.py",
    "chalicelib/pages/dashboard/update_words.py",
    "chalicelib/pages/templates/dashboard.html",
)

# Where Babel's table leaves CLDR: it counts 0 in Portuguese with the many, and swaps the last two forms of Arabic.
PLURAL_FORMS = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
    "pt": "nplurals=2; plural=(n > 1);",
}


def path_of(language: str, domain: str) -> Path:
    """Where the catalogue of `domain` in `language` is."""
    return LOCALES / language / "LC_MESSAGES" / f"{domain}.po"


def spoken(domain: str) -> Catalog:
    """Every sentence in the sources that belongs to `domain`, as a catalogue without translations."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    catalogue = Catalog(project="Undersigned", fuzzy=False)
    for place, _line, message, _comments, _context in extract_from_dir(ROOT, methods, options):
        if (place in ORGANISERS) == (domain == "admin"):
            # Places without line numbers: the catalogue changes only when a sentence does.
            catalogue.add(message, locations=[(place, 0)], flags=())
    return catalogue


def written(language: str, domain: str) -> Catalog:
    """The catalogue of `domain` in `language` as it is on disk. Raises OSError when there is none."""
    with path_of(language, domain).open("rb") as file:
        return read_po(file, locale=language)


def refresh(language: str, domain: str) -> None:
    """Adds new sentences to a catalogue, drops those that are gone, and writes it."""
    path = path_of(language, domain)
    catalogue = written(language, domain) if path.exists() else Catalog(locale=language)
    if rule := PLURAL_FORMS.get(language):
        catalogue.mime_headers = [("Plural-Forms", rule)]
    began = catalogue.creation_date
    catalogue.project, catalogue.version, catalogue.fuzzy = "Undersigned", "1", False
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "Undersigned"
    catalogue.header_comment = HEADER.format(name=catalogue.locale.english_name)
    catalogue.update(spoken(domain), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    catalogue.creation_date = catalogue.revision_date = began
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, sort_by_file=True, include_lineno=False, ignore_obsolete=True)


def missing(language: str, domain: str) -> list[str]:
    """Sentences without words in `language`, or with words that wait to be looked at."""
    messages = [message for message in written(language, domain) if message.id]
    return [forms(m.id)[0] for m in messages if m.fuzzy or not all(forms(m.string))]


def forms(message: str | Sequence[str] | None) -> tuple[str, ...]:
    """A sentence, or all forms of one that counts."""
    return (message,) if isinstance(message, str) else tuple(message or ("",))


def every() -> list[tuple[str, str]]:
    """Every catalogue that has to be there, as language and domain. English sentences are their own keys."""
    return [(language, domain) for domain, spoken_in in DOMAINS.items() for language in spoken_in if language != "en"]


if __name__ == "__main__":
    for one in every():
        refresh(*one)
        for sentence in missing(*one):
            sys.stdout.write(f"{path_of(*one).relative_to(ROOT)}: no words yet for {sentence!r}\n")
