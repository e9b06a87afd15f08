"""The organiser's dashboard: an empty page in the reader's language, and the files that fill it from the admin API."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup

from chalicelib.i18n import languages
from chalicelib.i18n.field_words import FIELD_WORDS
from chalicelib.pages import security_headers, templating
from chalicelib.pages.dashboard.choices import choices
from chalicelib.pages.dashboard.dashboard_words import WORDS
from chalicelib.pages.rendering import Page

STATIC = Path(__file__).parent / "static"
CONTENT_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
IMPORT = re.compile(r'(?<=from ")\.\.?/(?:[a-z]+/)?(?=[a-z]+\.js")')


@lru_cache(maxsize=1)
def assets() -> dict[str, str]:
    """Every file of the dashboard by name; `base.css` is the stylesheet of all pages.

    They are in folders here but all in one place in the browser, so imports lose their folders.
    """
    paths = sorted(path for path in STATIC.rglob("*") if path.suffix in CONTENT_TYPES)
    files = {path.name: IMPORT.sub("./", path.read_text("utf-8")) for path in paths}
    return {**files, "base.css": templating.inline("layout/style.css")}


@lru_cache(maxsize=1)
def version() -> str:
    """A hash of these files in their address, so that browsers may cache them for ever."""
    return sha256(json.dumps(assets()).encode()).hexdigest()[:16]


def asset(requested_version: str, name: str) -> tuple[str, str] | None:
    """A file and its content type; None if there is none, or not in that version."""
    found = assets().get(name) if requested_version == version() else None
    return (found, CONTENT_TYPES[Path(name).suffix]) if found is not None else None


def page(language: str, *, base_url: str) -> Page:
    """The empty page: it contains no data, so anybody may load it."""
    assets_url = f"{base_url}/admin/assets/{version()}"
    # Fields are called what signers' forms call them, but for those that have a word of their own here.
    words = {f"field_{name}": languages.lookup(field.label, language) for name, field in FIELD_WORDS.items()}
    words |= {name: languages.lookup(sentence, language, "admin") for name, sentence in WORDS.items()}
    facts = {"language": language, "base": base_url, "assets": assets_url, "words": words, "choices": choices()}
    shell = json.dumps(facts, ensure_ascii=False)
    html = templating.render(
        "dashboard.html",
        language,
        domain="admin",
        base=base_url,
        assets=assets_url,
        codes=languages.ORGANISERS_LANGUAGES,
        shell=Markup(shell.replace("<", "\\u003c")),  # noqa: S704 - JSON, and nothing in it can end the element
    )
    return Page(
        html, security_headers.dashboard_headers(language=language, preview_style=templating.inline("layout/style.css"))
    )
