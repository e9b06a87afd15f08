"""Which addresses a deployment lets campaigns send from: `*@example.org` for a domain, or a whole address, as its policy for SES has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def sender_patterns(text: str) -> tuple[str, ...]:
    """The patterns in a setting, separated by commas."""
    return tuple(pattern for one in text.split(",") if (pattern := one.strip()))


def matches(email: str, patterns: Sequence[str]) -> bool:
    """True when one of the patterns allows `email`. A domain does not allow its subdomains; the part before the @ is compared exactly."""
    return any(_matches(email, pattern) for pattern in patterns)


def _matches(email: str, pattern: str) -> bool:
    local, _, domain = email.rpartition("@")
    wanted, _, wanted_domain = pattern.rpartition("@")
    return domain.lower() == wanted_domain.lower() and wanted in ("*", local)
