"""Reads campaign ids and tokens from a path as mail programs and people change them; it never guesses another one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Mapping

# What stands behind an address in a text and is taken for a part of it. No token and no id ends in one of these.
AFTER_AN_ADDRESS = "/.,;:!?*)]}>\"'» \t\r\n"


def as_meant(params: Mapping[str, str]) -> dict[str, str]:
    """Returns the path parameters of a public route: `campaign` and `token` decoded, without what follows an address.

    Ids have no upper case, so `BUGS` is `bugs`.
    """
    meant = dict(params)
    if "token" in meant:
        meant["token"] = _decoded(meant["token"])
    if "campaign" in meant:
        meant["campaign"] = _decoded(meant["campaign"]).lower()
    return meant


def _decoded(value: str) -> str:
    decoded = unquote(value)
    return decoded.rstrip(AFTER_AN_ADDRESS) or value
