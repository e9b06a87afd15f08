"""Asks a campaign's captcha service whether a person signed. What it cannot say is held, never refused: a service may be down.

The one call of the request path beside the write, and only for campaigns that ask for it.
"""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chalicelib import log

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.campaigns import Campaign

# A signer waits for it; API Gateway gives up after 29 seconds, people sooner.
PATIENCE_SECONDS = 2.5
MOST_TOKEN, MOST_ANSWER = 4096, 65_536


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The secret goes where it is meant to go."""

    def redirect_request(self, *_: object) -> None:
        """None: whoever sends us elsewhere has not answered."""


_opener = urllib.request.build_opener(_NoRedirects)


@dataclass(frozen=True, slots=True)
class Proving:
    """Checks what a captcha's script put into the form."""

    secret: Callable[[str], str]  # of a site key
    verify_url: Callable[[], str]

    def is_person(self, campaign: Campaign, token: object) -> bool:
        """True when the service says so; False when it does not, cannot be asked, or there is nothing to ask about.

        The signer's address is not told to the service.
        """
        if campaign.captcha is None or not isinstance(token, str):
            return False
        if not (0 < len(token) <= MOST_TOKEN and token.isascii()):
            return False
        secret = self.secret(campaign.captcha.site_key)
        if not secret:
            log.warning("no captcha secret is set", campaign=campaign.id)
            return False
        url = self.verify_url() or campaign.captcha.service.verify_url
        body = urlencode({"secret": secret, "response": token, "sitekey": campaign.captcha.site_key}).encode()
        try:
            with _opener.open(url, body, timeout=PATIENCE_SECONDS) as answer:
                found = json.loads(answer.read(MOST_ANSWER))
        except (OSError, HTTPException, ValueError, RecursionError):
            log.metric("captcha_unanswered", 1, campaign=campaign.id)
            return False
        return isinstance(found, dict) and found.get("success") is True
