"""A stranger's web site on another origin, with both sample campaigns as plain HTML forms; it stores and sends nothing.

It shows what an organisation pastes into its own page: a form whose action is the campaign's address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from babel import Locale
from markdown_it import MarkdownIt
from markupsafe import Markup

from local.http_server import Answer, Server
from local.pages import html, pages
from local.samples import documents

if TYPE_CHECKING:
    from local.http_server import Request

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"
WORDS = {
    "en": {
        "given_name": "First name",
        "family_name": "Last name",
        "email": "E-mail",
        "country": "Country",
        "postal_code": "Postal code",
        "organization": "Organization",
        "comment": "Why do you sign?",
        "optional": "optional",
        "choose": "Choose your country",
        "public": "Show my name on the list of signers",
        "consent": "May write to me:",
        "privacy": "what it does with your data",
        "note": "We send you one mail to confirm. Your e-mail address is never published.",
        "note_single": "Your signature counts at once; a mail with a link to take it back follows.",
        "to": "To:",
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
        "consent": "Puede escribirme:",
        "privacy": "qué hace con sus datos",
        "note": "Le enviaremos un correo para confirmar. Su dirección nunca se publica.",
        "note_single": "Su firma cuenta de inmediato; recibirá un correo con un enlace para retirarla.",
        "to": "A:",
    },
}
COMPLETE = {
    "given_name": "given-name",
    "family_name": "family-name",
    "postal_code": "postal-code",
    "organization": "organization",
}
# On the page as on the real one: the petition in two languages, then the letter.
SHOWN = (("no-troops-in-peru", "en"), ("no-troops-in-peru", "es"), ("halt-military-aid", "en"))


class Demo:
    """The site: one page, served from a port of its own."""

    def __init__(self, port: int, api: str) -> None:
        self._api = api
        try:
            self._server = Server(port, self._handle)
        except OSError:  # the next port is somebody else's: any other will do
            self._server = Server(0, self._handle)
        self.url = f"http://127.0.0.1:{self._server.port}/"
        self.origins = [f"http://127.0.0.1:{self._server.port}", f"http://localhost:{self._server.port}"]
        self._page = self._render()

    def start(self) -> None:
        """Serve."""
        self._server.start()

    def stop(self) -> None:
        """End."""
        self._server.stop()

    def _handle(self, request: Request) -> Answer:
        if request.method not in ("GET", "HEAD") or request.path != "/":
            return Answer(404, [("Content-Type", "text/plain; charset=utf-8")], b"Not here.\n")
        return html(self._page, POLICY)

    def _render(self) -> str:
        known = documents(self.origins)
        sections = [self._section(name, known[name], language) for name, language in SHOWN]
        return pages().get_template("demo.html").render(sections=sections, api=self._api, complete=COMPLETE)

    def _section(self, name: str, document: dict[str, Any], language: str) -> dict[str, Any]:
        text = document["texts"][language]
        return {
            "id": f"{name}-{language}",
            "language": language,
            "text": text,
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
    from chalicelib.domain.countries import COUNTRIES

    names = Locale.parse(language).territories
    plain = str.maketrans("ÁÉÍÓÚÅ", "AEIOUA")
    listed = [(code, names.get(code, code)) for code in COUNTRIES]
    return sorted(listed, key=lambda country: country[1].upper().translate(plain))
