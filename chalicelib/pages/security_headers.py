"""Security headers: a page may load, run and frame nothing that it does not contain itself."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Browser features that our pages do not use are denied to injected code too; a page that opens ours learns nothing.
BASE_HEADERS = {
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
# Without allow-same-origin, a document has an origin of its own: it reaches no storage, window or answer of ours.
SANDBOX = (
    "allow-forms allow-scripts allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
)
# A Content-Security-Policy is split at spaces, commas and semicolons, so an origin with any of them is left out.
SAFE_HOST = re.compile(r"(\*\.)?[A-Za-z0-9._\-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


def csp_hash(inline: str) -> str:
    """The CSP source that allows exactly this inline style or script (CSP level 3, 2.3.1)."""
    return f"'sha256-{b64encode(sha256(inline.encode()).digest()).decode()}'"


def origins(urls: Iterable[str]) -> tuple[str, ...]:
    """The http(s) origins of `urls`, in order and without repeats; other URLs are left out."""
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
    images: Sequence[str] = (),
    third_parties: Sequence[str] = (),
    is_sandboxed: bool = False,
) -> dict[str, str]:
    """Headers of one page. `is_sandboxed` gives it an origin that it shares with nothing.

    `posts_to` are the URLs that a form may reach, including redirects, because Chromium applies form-action to those
    too. `images` are where pictures may come from. `third_parties` are origins whose scripts may run and open frames: those of a captcha. `framed_by` are the
    origins that may frame the page: None for nobody, empty for anybody. A page that acts on a link is never framed,
    which would allow clickjacking, and never reveals its address to others.
    """
    is_framed = framed_by is not None
    policy = {
        "default-src": "'none'",
        "style-src": " ".join((*(csp_hash(style) for style in styles if style), *third_parties)),
        "script-src": " ".join((csp_hash(script), *third_parties)),
        "img-src": " ".join((*images, "data:")),
        **({name: " ".join(third_parties) for name in ("frame-src", "connect-src")} if third_parties else {}),
        "form-action": " ".join(("'self'", *origins(posts_to))),
        "base-uri": "'none'",
        "frame-ancestors": _ancestors(framed_by),
        **({"sandbox": SANDBOX} if is_sandboxed else {}),
    }
    page = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": language,
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        # With no-referrer, browsers post `Origin: null`, but the hosted form must send its origin.
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

    `preview_style` is the inline style of the hosted page, because a preview in a frame inherits this policy.
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
