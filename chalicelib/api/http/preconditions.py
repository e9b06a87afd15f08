"""If-Match and If-None-Match by RFC 9110, 13.1: lists, `*`, weak tags; it never answers, it only says what holds."""

from __future__ import annotations

import re

from chalicelib.api.http.request import current_request

# Quoted tags, which may hold commas, and the bare ones that some programs send.
TAG = re.compile(r'(?:W/)?"[^"]*"|[^\s,"]+')
ANY = "*"
LONGEST = 2000


def _tags(header: str) -> list[str]:
    return TAG.findall(header[:LONGEST])


def if_none_match_names(tag: str | None) -> bool:
    """True when If-None-Match names the current `tag`, so it must not be sent or changed; a weak tag is as good (8.8.3.2).

    With `tag` None there is no such thing yet, which no header can name.
    """
    header = current_request().header("if-none-match")
    if header is None or tag is None:
        return False
    return header.strip() == ANY or tag in {one.removeprefix("W/") for one in _tags(header)}


def if_match_names(tag: str | None) -> bool | None:
    """Whether If-Match names the current `tag`, or None without that header; a weak tag never does (13.1.1).

    With `tag` None there is no such thing yet, which no header can name, not even `*`. A bare `2` is taken for `"2"`.
    """
    header = current_request().header("if-match")
    if header is None:
        return None
    if tag is None:
        return False
    return header.strip() == ANY or tag in {one if one.endswith('"') else f'"{one}"' for one in _tags(header)}
