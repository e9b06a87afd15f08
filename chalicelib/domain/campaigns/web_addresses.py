"""Reads web addresses and origins as people write them, and turns them into what browsers send and compare (RFC 6454).

What no browser could ever send, or would read differently, is refused. It looks nothing up.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from chalicelib.domain.addresses.email_addresses import ascii_domain

if TYPE_CHECKING:
    from collections.abc import Collection

SCHEMES = ("http", "https")
DEFAULT_PORTS = {"http": 80, "https": 443}
LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
HOST = re.compile(rf"(?=.{{1,253}}$){LABEL}(?:\.{LABEL})*")
# Any sub-domain, but not of a whole top-level domain.
ANY_SUBDOMAIN = "*."
# A host as people write it, with a dot in it, and a port.
WITHOUT_SCHEME = re.compile(r"[^:/?#@]+\.[^:/?#@]+(:\d+)?([/?#].*)?")
# More than any host with its port has; `urlsplit` and IDNA normalise it, which takes quadratic time.
MAX_AUTHORITY_LENGTH = 300
# Browsers drop some of these and read others as a slash.
MISREAD = re.compile(r"[\x00-\x20\x7f-\xa0\\]")


class BadAddress(ValueError):
    """This is no web address or origin; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def origin(text: str) -> str:
    """An origin (`https://example.org`, `https://*.example.org` for every sub-domain) as browsers write it.

    Without a scheme it is https. Raises BadAddress.
    """
    text = text.strip().removesuffix("/")
    if WITHOUT_SCHEME.fullmatch(text):
        text = f"https://{text}"
    parts = _split(text, "bad_origin")
    if parts.path or parts.query or parts.fragment or text.endswith(("?", "#")):
        raise BadAddress("origin_with_path")
    return _origin_of(parts, "bad_origin", wildcard=True)


def web_address(text: str) -> str:
    """An http(s) URL, with scheme and host as browsers write them and the rest as it is. Raises BadAddress."""
    text = text.strip()
    parts = _split(text, "bad_url")
    rest = text.partition("://")[2]
    tail = re.search(r"[/?#]", rest)
    return _origin_of(parts, "bad_url") + (rest[tail.start() :] if tail else "")


def origin_of(url: str) -> str:
    """The origin of an http(s) URL; the empty string for anything else, and for what browsers read differently."""
    try:
        return _origin_of(_split(url, "bad_url"), "bad_url")
    except BadAddress:
        return ""


def is_listed(found: str, listed: Collection[str]) -> bool:
    """True when an origin that a browser sent is in a campaign's list, by itself or as a sub-domain."""
    found = found.lower()
    if found in listed:
        return True
    scheme, _, host = found.partition("://")
    labels = host.split(".")
    parents = (".".join(labels[n:]) for n in range(1, len(labels)))
    return any(f"{scheme}://{ANY_SUBDOMAIN}{parent}" in listed for parent in parents)


def _split(text: str, code: str) -> SplitResult:
    if MISREAD.search(text) or len(_authority(text)) > MAX_AUTHORITY_LENGTH:
        raise BadAddress(code)
    try:
        parts = urlsplit(text)
    except ValueError:  # an unclosed bracket
        raise BadAddress(code) from None
    if parts.scheme not in SCHEMES or not parts.netloc or not text.lower().startswith(f"{parts.scheme}://"):
        raise BadAddress(code)
    return parts


def _authority(text: str) -> str:
    return re.split(r"[/?#]", text.partition("//")[2], maxsplit=1)[0]


def _origin_of(parts: SplitResult, code: str, *, wildcard: bool = False) -> str:
    if "@" in parts.netloc:
        raise BadAddress(code)
    try:
        port = parts.port
        host = _host(parts.hostname or "", wildcard=wildcard)
    except ValueError:
        raise BadAddress(code) from None
    if port == 0:
        raise BadAddress(code)
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in {None, DEFAULT_PORTS[parts.scheme]} else "")


def _host(host: str, *, wildcard: bool) -> str:
    """Raises ValueError when this is no host."""
    if ":" in host:
        return f"[{IPv6Address(host).compressed}]"
    starred = wildcard and host.startswith(ANY_SUBDOMAIN)
    plain = ascii_domain((host.removeprefix(ANY_SUBDOMAIN) if starred else host).removesuffix("."))
    if not HOST.fullmatch(plain):
        raise ValueError(plain)
    is_ip = plain.rpartition(".")[2].isdigit()
    if is_ip:
        IPv4Address(plain)
    if starred and (is_ip or "." not in plain):
        raise ValueError(plain)
    return (ANY_SUBDOMAIN if starred else "") + plain
