"""No word that people read may be missing from the catalogues, whether a template, a module or a script says it."""

from __future__ import annotations

import gettext
import re
from typing import TYPE_CHECKING

import pytest

from chalicelib.i18n import languages
from chalicelib.i18n.languages import DOMAINS
from chalicelib.pages.hosted.share_links import SHARE_SERVICES
from tests.pages import wordless
from tests.pages.outline import Outline
from tools.catalogues import ROOT, forms, spoken
from tools.screenshots.gallery import MAILED_TO, SIGNERS, gallery, mails
from tools.screenshots.sample_pages import a_letter, a_petition, a_signature

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CODE = ROOT / "chalicelib"
TEMPLATES = sorted(path for path in CODE.rglob("templates/**/*") if path.suffix in {".html", ".txt"})
SCRIPTS = sorted(path for path in CODE.rglob("*.js") if path.name != "uplot.js")
# What talks to SES knows the names that SES gives to things.
SPEAKS_TO_SES = {CODE / "mail" / "ses.py", CODE / "mail" / "sender_identities.py"}
MODULES = sorted({*CODE.glob("pages/**/*.py"), *CODE.glob("mail/**/*.py"), *CODE.glob("i18n/**/*.py")} - SPEAKS_TO_SES)
# Once marked anywhere, a sentence may be asked for everywhere.
KNOWN = {form for domain in DOMAINS for message in spoken(domain) if message.id for form in forms(message.id)}
MEND = "mark it with _(); a name that is the same in every language belongs into wordless.SAME_EVERYWHERE"


def name_of(path: Path) -> str:
    return str(path.relative_to(CODE))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_templates_say_nothing_that_is_not_marked(path: Path) -> None:
    assert wordless.in_template(path.read_text("utf-8"), is_html=path.suffix == ".html") == [], MEND


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_of_pages_and_mails_say_nothing_that_is_not_marked(path: Path) -> None:
    assert set(wordless.in_python(path.read_text("utf-8"))) - KNOWN - wordless.PDF_TAGS == set(), MEND


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_scripts_are_told_their_words(path: Path) -> None:
    assert wordless.in_script(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>{{ _('Hello') }} {{ name }}</p>", []),
        ("<p>Hello {{ name }}</p>", ["Hello"]),
        ("<p>{{ 'Hello' if name else _('Bye') }}</p>", ["Hello"]),
        ("<p>{{ button(url, 'Press here') }}</p>", ["Press here"]),
        ("{% if kind == 'letter' %}<b>{{ names | join(' and ') }}</b>{% endif %}", []),
        ('<nav aria-label="Language"></nav>', ["Language"]),
        ('<input{{ " checked" if ticked }} class="field {{ "wrong" if error }}">', []),
        ("<style>p { color: red }</style><p>Undersigned</p>{# a comment #}", []),
    ],
)
def test_a_word_left_out_of_the_catalogues_is_found_in_a_template(template: str, found: list[str]) -> None:
    assert wordless.in_template(template, is_html=True) == found


def test_a_word_left_out_of_the_catalogues_is_found_in_a_module() -> None:
    module = '''"""Says much."""
A = _("Marked.")
B = {"key": "Not marked", "class": "field wrong"}
def f():
    """Says more."""
    log.info("Written down")
    raise ValueError("For developers.")
    return g("you signed it.")
'''
    assert wordless.in_python(module) == ["Not marked", "you signed it."]


def test_a_word_left_out_of_the_catalogues_is_found_in_a_script() -> None:
    script = """// Says "Nothing here." \n button.textContent = "Copied"; say(`Thank you, ${name}`); find('form button[type="x"]');"""
    assert wordless.in_script(script) == ["Copied", "Thank you, ${name}"]


class Marked(gettext.NullTranslations):
    """A language in which every sentence of the catalogues stands in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


@pytest.fixture
def in_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "_catalogue", lambda *_: Marked())
    monkeypatch.setattr(languages, "_catalogue", lambda *_: Marked())


def readable(html: str) -> Iterator[str]:
    """What a page shows or reads out, piece by piece, without what stands in brackets."""
    for element in Outline(html).elements:
        shown = [] if element.tag in {"style", "script"} else [element.own]
        for text in (*shown, *(element.attributes.get(name, "") for name in wordless.READ)):
            while (rest := re.sub(r"⟦[^⟦⟧]*⟧", "", text)) != text:
                text = rest  # noqa: PLW2901 - brackets within brackets
            yield from (" ".join(piece.split()) for piece in text.split("·"))


def known_facts() -> str:
    """What organisers and signers wrote, and names: all that pages may show without a catalogue."""
    campaigns = (a_petition(), a_letter())
    texts = [text for campaign in campaigns for text in campaign.texts.values()]
    names = (
        *languages.country_names("en").values(),
        *map(languages.language_name, languages.LANGUAGES),
        *(p[0] for p in SHARE_SERVICES),
    )
    statements = (element.own for text in texts for element in Outline(text.body_html).elements)
    wrote = (*campaigns, *texts, *a_signature().fields.values(), *SIGNERS, MAILED_TO, *statements)
    return " ".join(" ".join(map(str, (*wrote, *names))).split())


@pytest.mark.usefixtures("in_brackets")
def test_pages_and_mails_show_nothing_but_sentences_of_the_catalogues_and_facts() -> None:
    facts = known_facts()
    strangers = {
        (name, piece)
        for name, page in (gallery("en") | mails("en")).items()
        for piece in readable(page.html)
        if set(wordless.A_WORD.findall(piece)) - wordless.SAME_EVERYWHERE
        if not piece.startswith("https://") and piece not in facts
    }
    assert strangers == set()
