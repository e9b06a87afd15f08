"""Lets an organiser sign as a test: by a link that is good for an hour, under which no signature counts.

Without such a link nobody can give a signature that does not count, and with one that is over nobody gives one that does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.access.signed_links import Purpose
from chalicelib.domain.errors import LinkExpired, LinkInvalid, SigningTestOver
from chalicelib.domain.signatures.signed_as_test import LINK_LASTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.access.signed_links import Links

# The field of the form, and the parameter of its page, that hold the token.
TEST_FIELD = "_test"


@dataclass(frozen=True, slots=True)
class SigningTests:
    """Makes and checks the tokens of tests."""

    links: Callable[[], Links]
    clock: Callable[[], datetime]

    def begin(self, campaign: str) -> tuple[str, datetime]:
        """Returns the token of a test of `campaign`, and until when it is good."""
        now = self.clock()
        return self.links().token(Purpose.TEST, campaign, now=now), now + LINK_LASTS

    def check(self, campaign: str, token: object) -> None:
        """Raises SigningTestOver unless `token` is of a test of `campaign`, whether that exists or not."""
        try:
            facts = self.links().open(Purpose.TEST, token if isinstance(token, str) else "", now=self.clock())
        except (LinkInvalid, LinkExpired):
            facts = ()
        if facts != (campaign,):
            raise SigningTestOver
