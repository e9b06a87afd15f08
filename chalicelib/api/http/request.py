"""The request at hand, as the views ask about it; it answers nothing."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.networks import client_address
from chalicelib.domain.errors import InvalidFields
from chalicelib.i18n.languages import LANGUAGES, choose_language
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalice.app import Request

_request: ContextVar[Request] = ContextVar("request")


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """The request at hand. Chalice's own `current_request` is shared between threads, this is not."""

    raw: Request

    @property
    def body(self) -> bytes:
        """The body as bytes."""
        raw = self.raw.raw_body
        return raw if isinstance(raw, bytes) else raw.encode()

    def header(self, name: str) -> str | None:
        """A header, whatever its case."""
        value: str | None = self.raw.headers.get(name)
        return value

    def query_param(self, name: str) -> str | None:
        """A parameter of the query string, the last if repeated."""
        return self.query_params.get(name)

    def limit(self, *, default: int, most: int) -> int:
        """How many are asked for by `?limit=`. Raises InvalidFields for anything but a number from 1 to `most`."""
        text = self.query_param("limit")
        if text is None:
            return default
        # Few characters: int() reads any script's digits, and thousands of them.
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(most)) else 0
        if not 1 <= number <= most:
            raise InvalidFields.one("limit", "bad_value", f"a number from 1 to {most}")
        return number

    @property
    def query_params(self) -> dict[str, str]:
        """All parameters of the query string."""
        return dict(self.raw.query_params or {})

    @property
    def base_url(self) -> str:
        """Where this API is, from outside, without a slash at the end; with the stage when the URL has one."""
        if fixed := wiring().settings.public_url_if_set:
            return fixed
        event = self.raw.to_original_event()
        context = event["requestContext"]
        prefix = str(context.get("path", "")).removesuffix(str(event.get("path", "")))
        return f"https://{context.get('domainName') or self.header('host') or 'localhost'}{prefix}"

    @property
    def own_origin(self) -> str:
        """Scheme and host of `base_url`: what browsers send as Origin from our own pages."""
        scheme, _, rest = self.base_url.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}"

    @property
    def client_ip(self) -> str:
        """The IP address it came from: who connected, or behind proxies of our own what they say. Never to be kept."""
        source = str(self.raw.context.get("identity", {}).get("sourceIp", ""))
        return client_address(source, self.header("x-forwarded-for") or "", wiring().settings.trusted_proxies)

    @property
    def language(self) -> str:
        """The interface language the reader asked for or whose browser did; English else."""
        return choose_language(self.query_param("lang"), self.header("accept-language"), LANGUAGES, "en")

    @property
    def wants_json(self) -> bool:
        """True when the Accept header names JSON."""
        return "json" in (self.header("accept") or "").lower()

    @property
    def wants_html(self) -> bool:
        """True for a browser that navigates: it names HTML."""
        return "text/html" in (self.header("accept") or "").lower() and not self.wants_json


def current_request() -> HttpRequest:
    """The request that this thread answers."""
    return HttpRequest(_request.get())


def set_current_request(request: Request) -> None:
    """Makes `request` the one that this thread answers."""
    _request.set(request)
