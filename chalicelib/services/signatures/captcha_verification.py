"""Asks a campaign's captcha service whether a person signed. What it cannot say is held, never refused: a service may be down.

The one call of the request path beside the write, and only for campaigns that ask for it.
"""

from __future__ import annotations

import contextlib
import json
import threading
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chalicelib import log

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.campaigns.campaign import Campaign

# A signer waits for it; API Gateway gives up after 29 seconds, people sooner.
PATIENCE_SECONDS = 2.5
MAX_TOKEN_LENGTH, MAX_RESPONSE_BYTES = 4096, 65_536


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The secret goes where it is meant to go."""

    def redirect_request(self, *_: object) -> None:
        """None: whoever sends us elsewhere has not answered."""


_opener = urllib.request.build_opener(_NoRedirects)


@dataclass(frozen=True, slots=True)
class CaptchaVerification:
    """Checks what a captcha's script put into the form."""

    secret: Callable[[str], str]  # of a site key
    verify_url: Callable[[], str]

    def is_person(self, campaign: Campaign, token: object) -> bool:
        """True when the service says so; False when it does not, cannot be asked, or there is nothing to ask about.

        The signer's address is not told to the service.
        """
        if campaign.captcha is None or not isinstance(token, str):
            return False
        if not (0 < len(token) <= MAX_TOKEN_LENGTH and token.isascii()):
            return False
        secret = self.secret(campaign.captcha.site_key)
        if not secret:
            log.warning("no captcha secret is set", campaign=campaign.id)
            return False
        url = self.verify_url() or campaign.captcha.service.verify_url
        body = urlencode({"secret": secret, "response": token, "sitekey": campaign.captcha.site_key}).encode()
        try:
            found = json.loads(_answer(url, body))
        except (ValueError, RuntimeError):  # no JSON, too deep, or no thread to be had
            log.metric("captcha_unanswered", 1, campaign=campaign.id)
            return False
        return isinstance(found, dict) and found.get("success") is True


def _answer(url: str, body: bytes) -> bytes:
    """What the service says within our patience; nothing when it says nothing, or not yet all."""
    heard: list[bytes] = []
    # A socket's timeout begins anew with each byte and each address of a name; only a thread can be left for good.
    asking = threading.Thread(target=_ask, args=(url, body, heard), daemon=True)
    asking.start()
    asking.join(PATIENCE_SECONDS)
    return heard[0] if heard else b""


def _ask(url: str, body: bytes, heard: list[bytes]) -> None:
    silent = contextlib.suppress(OSError, HTTPException, ValueError)
    with silent, _opener.open(url, body, timeout=PATIENCE_SECONDS) as answer:
        heard.append(answer.read(MAX_RESPONSE_BYTES))
