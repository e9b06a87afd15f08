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
ACCENT = re.compile(r"accent-([0-9a-f]{6})\.css")
IMPORT = re.compile(r'(?<=from ")\.\.?/(?:[a-z]+/)?(?=[a-z]+\.js")')


@lru_cache(maxsize=1)
def assets() -> dict[str, str]:
    """Every file of the dashboard by name; `base.css` is the stylesheet of all pages.

    They are in folders here but all in one place in the browser, so imports lose their folders. `accent.css` stands for
    the stylesheets of all accent colours, so that their address changes when the way they are made does.
    """
    paths = sorted(path for path in STATIC.rglob("*") if path.suffix in CONTENT_TYPES)
    files = {path.name: IMPORT.sub("./", path.read_text("utf-8")) for path in paths}
    return {
        **files,
        "base.css": templating.inline("layout/style.css"),
        "accent.css": templating.accent_style("#336699"),
    }


@lru_cache(maxsize=1)
def version() -> str:
    """A hash of these files in their address, so that browsers may cache them for ever."""
    return sha256(json.dumps(assets()).encode()).hexdigest()[:16]


def asset(requested_version: str, name: str) -> tuple[str, str] | None:
    """A file and its content type; None if there is none, or not in that version. `accent-8e1b5a.css` sets that accent."""
    if requested_version != version():
        return None
    accent = ACCENT.fullmatch(name)
    found = templating.accent_style(f"#{accent[1]}") if accent else assets().get(name)
    return (found, CONTENT_TYPES[Path(name).suffix]) if found is not None else None


def assets_url(base_url: str) -> str:
    """Where this version's files are."""
    return f"{base_url}/admin/assets/{version()}"


def preview(page: Page, *, accent: str, base_url: str) -> str:
    """A campaign's page for the preview's frame: without scripts, and with its colour from a file.

    The frame inherits the dashboard's policy, which allows no style of a document that is still being edited.
    """
    html = re.sub(r"<script[^>]*>.*?</script>", "", page.html, flags=re.DOTALL)
    link = f'<link rel="stylesheet" href="{assets_url(base_url)}/accent-{accent[1:].lower()}.css">' if accent else ""
    return re.sub("<style data-accent>[^<]*</style>", lambda _: link, html)


def page(language: str, *, base_url: str, public_url: str = "", has_own_host: bool = False) -> Page:
    """The empty page: it contains no data, so anybody may load it.

    `public_url` is where signers' pages are, if not at `base_url`; `has_own_host` says that none of them is there.
    """
    assets = assets_url(base_url)
    # Fields are called what signers' forms call them, but for those that have a word of their own here.
    words = {f"field_{name}": languages.lookup(field.label, language) for name, field in FIELD_WORDS.items()}
    words |= {name: languages.lookup(sentence, language, "admin") for name, sentence in WORDS.items()}
    facts = {
        "language": language,
        "base": base_url,
        "public": public_url or base_url,
        "has_own_host": has_own_host,
        "assets": assets,
        "words": words,
        "choices": choices(),
    }
    shell = json.dumps(facts, ensure_ascii=False)
    html = templating.render(
        "dashboard.html",
        language,
        domain="admin",
        base=base_url,
        assets=assets,
        codes=languages.ORGANISERS_LANGUAGES,
        shell=Markup(shell.replace("<", "\\u003c")),  # noqa: S704 - JSON, and nothing in it can end the element
    )
    return Page(
        html, security_headers.dashboard_headers(language=language, preview_style=templating.inline("layout/style.css"))
    )
