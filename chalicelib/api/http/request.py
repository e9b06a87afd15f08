"""The current request, as views read it; it answers nothing."""

from __future__ import annotations

import hashlib
import hmac
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chalicelib.domain.addresses.networks import client_address
from chalicelib.domain.errors import InvalidFields, UnsupportedContentEncoding
from chalicelib.i18n.languages import LANGUAGES, choose_language
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalice.app import Request

PROXY_SECRET_HEADER = "x-proxy-secret"  # noqa: S105 - its name

_request: ContextVar[Request] = ContextVar("request")


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """The current request. Chalice's own `current_request` is shared between threads; this one is not."""

    raw: Request

    @property
    def body(self) -> bytes:
        """The raw body. Raises UnsupportedContentEncoding when it is compressed."""
        raw = self.raw.raw_body
        if raw and (self.header("content-encoding") or "identity").strip().lower() != "identity":
            raise UnsupportedContentEncoding
        return raw if isinstance(raw, bytes) else raw.encode()

    def header(self, name: str) -> str | None:
        """Returns a header, whatever its case, or None."""
        value: str | None = self.raw.headers.get(name)
        return value

    def query_param(self, name: str) -> str | None:
        """Returns a parameter of the query string, the last one if it is repeated, or None."""
        return self.query_params.get(name)

    def limit(self, *, default: int, most: int) -> int:
        """Returns the number in `?limit=`, or `default`. Raises InvalidFields for anything but a number from 1 to `most`."""
        text = self.query_param("limit")
        if text is None:
            return default
        # ASCII and short, because int() accepts any script's digits, and thousands of them.
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(most)) else 0
        if not 1 <= number <= most:
            raise InvalidFields.one("limit", "bad_limit", limit=most)
        return number

    @property
    def query_params(self) -> dict[str, str]:
        """All parameters of the query string."""
        return dict(self.raw.query_params or {})

    @property
    def base_url(self) -> str:
        """The API's URL from outside, without a trailing slash; with the stage if the URL has one."""
        if fixed := wiring().settings.public_url_if_set:
            return fixed
        event = self.raw.to_original_event()
        context = event["requestContext"]
        prefix = str(context.get("path", "")).removesuffix(str(event.get("path", "")))
        return f"https://{context.get('domainName') or self.header('host') or 'localhost'}{prefix}"

    @property
    def own_origin(self) -> str:
        """Scheme and host of `base_url`: the Origin that browsers send from our own pages."""
        scheme, _, rest = self.base_url.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}"

    @property
    def dashboard_url(self) -> str:
        """Base URL of the dashboard: on a host of its own if the deployment says so, otherwise with everything else."""
        return wiring().settings.dashboard_url or self.base_url

    @property
    def is_on_dashboards_host(self) -> bool:
        """True when the dashboard has no host of its own, or this request came to it: then its key is within reach."""
        host = self.raw.to_original_event()["requestContext"].get("domainName") or self.header("host") or ""
        fixed = wiring().settings.dashboard_url
        return not fixed or urlsplit(fixed).netloc.lower() == str(host).lower()

    @property
    def client_ip(self) -> str:
        """The client's IP address: of the connection, or what our own proxies report. It must not be stored."""
        source = str(self.raw.context.get("identity", {}).get("sourceIp", ""))
        proxies = wiring().settings.trusted_proxies if self._is_from_our_proxy else 0
        return client_address(source, self.header("x-forwarded-for") or "", proxies)

    @property
    def _is_from_our_proxy(self) -> bool:
        """True when no secret tells our proxies from strangers, or the request has it."""
        expected = wiring().settings.proxy_secret_sha256
        if not expected:
            return True
        sent = hashlib.sha256((self.header(PROXY_SECRET_HEADER) or "").encode("utf-8", "replace")).hexdigest()
        return hmac.compare_digest(sent, expected)

    @property
    def device(self) -> tuple[str, str]:
        """The browser and the system that the client says it is; empty what it does not say."""
        from chalicelib.domain.access.devices import device_of

        return device_of(self.header("user-agent") or "")

    @property
    def language(self) -> str:
        """The interface language: the requested one, or else the browser's, or else English."""
        return choose_language(self.query_param("lang"), self.header("accept-language"), LANGUAGES, "en")

    @property
    def wants_json(self) -> bool:
        """True when the Accept header names JSON."""
        return "json" in (self.header("accept") or "").lower()

    @property
    def wants_html(self) -> bool:
        """True for a browser that navigates: its Accept header names HTML and not JSON."""
        return "text/html" in (self.header("accept") or "").lower() and not self.wants_json


def current_request() -> HttpRequest:
    """Returns the request that this thread is answering."""
    return HttpRequest(_request.get())


def set_current_request(request: Request) -> None:
    """Makes `request` the one that this thread is answering."""
    _request.set(request)
