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
TIMEOUT_SECONDS = 2.5
MAX_TOKEN_LENGTH, MAX_RESPONSE_BYTES = 4096, 65_536


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The secret goes where it is meant to go."""

    def redirect_request(self, *_: object) -> None:
        """None: whoever sends us elsewhere has not answered."""


_url_opener = urllib.request.build_opener(_NoRedirects)


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
            verdict = json.loads(_post(url, body))
        except (ValueError, RuntimeError):  # no JSON, too deep, or no thread to be had
            log.metric("captcha_unanswered", 1, campaign=campaign.id)
            return False
        return isinstance(verdict, dict) and verdict.get("success") is True


def _post(url: str, body: bytes) -> bytes:
    """What the service says within our patience; nothing when it says nothing, or not yet all."""
    bodies: list[bytes] = []
    # A socket's timeout begins anew with each byte and each address of a name; only a thread can be left for good.
    thread = threading.Thread(target=_post_and_read, args=(url, body, bodies), daemon=True)
    thread.start()
    thread.join(TIMEOUT_SECONDS)
    return bodies[0] if bodies else b""


def _post_and_read(url: str, body: bytes, bodies: list[bytes]) -> None:
    silent = contextlib.suppress(OSError, HTTPException, ValueError)
    with silent, _url_opener.open(url, body, timeout=TIMEOUT_SECONDS) as response:
        bodies.append(response.read(MAX_RESPONSE_BYTES))
