"""A demo web site on another origin: one article a language, with both sample campaigns in it; it stores and sends nothing.

Each stands there three times, with what an organisation may paste: the script widget, a form of its own, an iframe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from babel import Locale
from markdown_it import MarkdownIt
from markupsafe import Markup

from chalicelib.domain.campaigns import campaign_documents
from chalicelib.domain.campaigns.campaign import from_document
from chalicelib.domain.signatures.person_fields import PERSON_FIELDS
from chalicelib.pages.widget.form_height import form_height
from chalicelib.pages.widget.snippets import iframe, plain_form
from local.http.server import Answer, Server
from local.startup.sample_campaigns import documents
from local.web.local_pages import html, templates

if TYPE_CHECKING:
    from local.http.server import Request

# What a page with the widget or a frame has to allow, plus its own styles.
POLICY = "default-src 'none'; script-src {api}; connect-src {api}; frame-src {api}; style-src 'unsafe-inline'; base-uri 'none'"
# The windows that the page leaves room in for, in pixels: a phone's, and one where forms grow no wider.
PHONE, ROOMY = 390, 704
WAYS = {"": "widget", "plain": "plain", "frame": "frame"}
WORDS = {
    "en": {
        "given_name": "First name",
        "family_name": "Last name",
        "email": "Email",
        "country": "Country",
        "postal_code": "Postal code",
        "organization": "Organization",
        "comment": "Why are you signing?",
        "optional": "optional",
        "choose": "Choose your country",
        "public": "Show my name on the list of signers",
        "updates": "Email me news of this campaign",
        "consent": "May write to me:",
        "privacy": "what it does with your data",
        "note": "We will send you one email to confirm. Your email address is never published.",
        "note_single": "Your signature counts at once; we will email you a link to withdraw it.",
        "to": "To:",
        "skip": "Skip to the article",
        "about": "A demonstration: this site is a stranger to the API its forms post to.",
        "headline": "Action alert: keep US troops and arms out of Peru",
        "byline": "Two ways to act today, from three organizations.",
        "same": "The same article",
        "widget": "With the widget",
        "plain": "With plain forms",
        "frame": "With frames",
        "by_widget": "These forms are drawn by embed.js; without script, plain ones stand in their place.",
        "by_plain": "These forms are plain HTML of this site’s own.",
        "by_frame": "These forms stand in frames.",
    },
    "es": {
        "given_name": "Nombre",
        "family_name": "Apellidos",
        "email": "Correo electrónico",
        "country": "País",
        "postal_code": "Código postal",
        "organization": "Organización",
        "comment": "¿Por qué firma?",
        "optional": "opcional",
        "choose": "Elija su país",
        "public": "Mostrar mi nombre en la lista de firmantes",
        "updates": "Quiero recibir por correo noticias de esta campaña",
        "consent": "Puede escribirme:",
        "privacy": "qué hace con sus datos",
        "note": "Le enviaremos un correo para confirmar. Su correo electrónico nunca se publica.",
        "note_single": "Su firma cuenta de inmediato; recibirá un correo con un enlace para retirarla.",
        "to": "A:",
        "skip": "Ir al artículo",
        "about": "Una demostración: este sitio es ajeno a la API a la que van sus formularios.",
        "headline": "Alerta de acción: sin tropas ni armas de EE. UU. en el Perú",
        "byline": "Dos maneras de actuar hoy, de tres organizaciones.",
        "same": "El mismo artículo",
        "widget": "Con el widget",
        "plain": "Con formularios sencillos",
        "frame": "Con marcos",
        "by_widget": "Estos formularios los dibuja embed.js; sin script, en su lugar hay otros sencillos.",
        "by_plain": "Estos formularios son HTML sencillo de este sitio.",
        "by_frame": "Estos formularios están en marcos.",
    },
}
# The language at the root of the site, and the campaigns of each article.
MAIN = "en"
CAMPAIGNS = ("no-troops-in-peru", "halt-military-aid")


def address(way: str, language: str) -> str:
    """The path of an article."""
    return "/" + "/".join(filter(None, ("" if language == MAIN else language, way)))


class DemoSite:
    """The site: one page for each way to embed, served on a port of its own."""

    def __init__(self, port: int, api: str) -> None:
        self._api = api
        try:
            self._server = Server(port, self._handle)
        except OSError:  # the port is in use: any other will do
            self._server = Server(0, self._handle)
        self.url = f"http://127.0.0.1:{self._server.port}/"
        self.origins = [f"http://127.0.0.1:{self._server.port}", f"http://localhost:{self._server.port}"]
        self._pages = {address(way, language): self._render(way, language) for way in WAYS for language in WORDS}
        origin = urlsplit(api)
        self._policy = POLICY.format(api=f"{origin.scheme}://{origin.netloc}")

    def start(self) -> None:
        """Start serving."""
        self._server.start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.stop()

    def _handle(self, request: Request) -> Answer:
        if request.method not in ("GET", "HEAD") or request.path not in self._pages:
            return Answer(404, [("Content-Type", "text/plain; charset=utf-8")], b"Not found.\n")
        return html(self._pages[request.path], self._policy)

    def _render(self, way: str, language: str) -> str:
        samples = documents(self.origins)
        sections = [self._section(name, samples[name], language) for name in CAMPAIGNS]
        return (
            templates()
            .get_template("demo.html")
            .render(
                sections=sections,
                api=self._api,
                autocomplete={name: field.autocomplete for name, field in PERSON_FIELDS.items()},
                way=WAYS[way],
                language=language,
                words=WORDS[language],
                ways=[(name, address(path, language)) for path, name in WAYS.items()],
                languages=[(other, address(way, other)) for other in WORDS],
            )
        )

    def _section(self, name: str, document: dict[str, Any], language: str) -> dict[str, Any]:
        text = document["texts"][language]
        campaign = from_document(name, 1, campaign_documents.to_json(campaign_documents.parse(document)))
        return {
            "heights": [form_height(campaign, language).at(width) for width in (PHONE, ROOMY)],
            "fallback": Markup(plain_form(campaign, language, self._api)),  # noqa: S704  # ours, and escaped there
            "frame": Markup(iframe(campaign, language, self._api)),  # noqa: S704  # likewise
            "name": name,
            "id": f"{name}-{language}",
            "language": language,
            "text": text,
            "targets": [target.name_in(language) for target in campaign.targets],
            "body": Markup(MarkdownIt("js-default").render(text["body"])),  # noqa: S704  # our own samples, HTML off
            "campaign": document,
            "action": f"{self._api}/campaigns/{name}/signatures",
            "hosted": f"{self._api}/sign/{name}?lang={language}",
            "words": WORDS[language],
            "countries": _countries(language),
            "fields": [_field(field, language) for field in document["fields"]],
        }


def _field(field: dict[str, Any], language: str) -> dict[str, Any]:
    label = field["label"][language] if "label" in field else WORDS[language][field["name"]]
    return {"name": field["name"], "label": label, "required": field.get("required", False)}


def _countries(language: str) -> list[tuple[str, str]]:
    from chalicelib.domain.text.countries import COUNTRIES

    names = Locale.parse(language).territories
    plain = str.maketrans("ÁÉÍÓÚÅ", "AEIOUA")
    listed = [(code, names.get(code, code)) for code in COUNTRIES]
    return sorted(listed, key=lambda country: country[1].upper().translate(plain))
