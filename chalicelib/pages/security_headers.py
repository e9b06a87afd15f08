"""Headers that keep a page to itself: nothing is loaded, run or framed that the page did not bring along."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# What no page of ours asks for stays out of reach of anything that gets into one; a page that opens ours learns nothing.
BASE_HEADERS = {
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
# A Content-Security-Policy is split at spaces, commas and semicolons: an origin with any of them is left out.
SAFE_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


def csp_hash(inline: str) -> str:
    """The CSP source that allows exactly this inline style or script (CSP level 3, 2.3.1)."""
    return f"'sha256-{b64encode(sha256(inline.encode()).digest()).decode()}'"


def origins(urls: Iterable[str]) -> tuple[str, ...]:
    """The http(s) origins of `urls`, each once, in order; what has none is left out."""
    found: dict[str, None] = {}
    for url in urls:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https"} and SAFE_HOST.fullmatch(parts.netloc):
            found[f"{parts.scheme}://{parts.netloc}"] = None
    return tuple(found)


def headers(  # noqa: PLR0913 - as many as pages differ by
    *,
    language: str,
    styles: Iterable[str],
    script: str,
    posts_to: Iterable[str] = (),
    framed_by: Iterable[str] | None = None,
    images: bool = False,
    third_parties: Sequence[str] = (),
) -> dict[str, str]:
    """Headers of one page.

    `posts_to` are the URLs a form of the page may reach, redirects included: Chromium applies form-action to them.
    `guests` are origins whose script may run there and frame itself: a captcha's.
    A page may be framed by those of the origins `framed_by`: nobody if it is None, anybody if it is empty.
    A page that acts on a link is neither framed (it would lend its button) nor tells others its address.
    """
    is_framed = framed_by is not None
    policy = {
        "default-src": "'none'",
        "style-src": " ".join((*(csp_hash(style) for style in styles if style), *third_parties)),
        "script-src": " ".join((csp_hash(script), *third_parties)),
        "img-src": "https: data:" if images else "'none'",
        **({name: " ".join(third_parties) for name in ("frame-src", "connect-src")} if third_parties else {}),
        "form-action": " ".join(("'self'", *origins(posts_to))),
        "base-uri": "'none'",
        "frame-ancestors": _ancestors(framed_by),
    }
    page = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": language,
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        # With no-referrer, browsers post with `Origin: null`; the hosted form has to say where it stands.
        "Referrer-Policy": "strict-origin-when-cross-origin" if is_framed else "no-referrer",
        **BASE_HEADERS,
    }
    return page if is_framed else page | {"X-Frame-Options": "DENY"}


def _ancestors(framed_by: Iterable[str] | None) -> str:
    if framed_by is None:
        return "'none'"
    listed = tuple(framed_by)
    return " ".join(("'self'", *origins(listed))) if listed else "*"


def dashboard_headers(*, language: str, preview_style: str) -> dict[str, str]:
    """Headers of the dashboard: its own files and its own API, nothing else.

    `preview_style` is the inline style of the hosted page: a preview in a frame of ours lives under our policy.
    """
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": f"'self' {csp_hash(preview_style)}",
        "connect-src": "'self'",
        "img-src": "'self' data: https:",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": language,
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Referrer-Policy": "no-referrer",
        **BASE_HEADERS,
        "X-Frame-Options": "DENY",
    }
