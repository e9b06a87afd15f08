"""Asks a campaign's captcha service whether a person signed. Without a yes the signature is held, never refused: a service may be down.

It is the only call in the request path besides the write, and only for campaigns that use a captcha.
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

# A signer is waiting; API Gateway gives up after 29 seconds, people sooner.
TIMEOUT_SECONDS = 2.5
MAX_TOKEN_LENGTH, MAX_RESPONSE_BYTES = 4096, 65_536


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows no redirect, so that the secret goes only where it is meant to go."""

    def redirect_request(self, *_: object) -> None:
        """Returns None: a service that redirects has not answered."""


_url_opener = urllib.request.build_opener(_NoRedirects)


@dataclass(frozen=True, slots=True)
class CaptchaVerification:
    """Verifies the token that a captcha's script put into the form."""

    secret: Callable[[str], str]  # by site key
    verify_url: Callable[[], str]

    def is_person(self, campaign: Campaign, token: object) -> bool:
        """True when the service says so; False when it says no, cannot be asked, or there is no token to ask about.

        It does not pass on the signer's IP address.
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
        except (ValueError, RuntimeError):  # not JSON, too deep, or no thread could be started
            log.metric("captcha_unanswered", 1, campaign=campaign.id)
            return False
        return isinstance(verdict, dict) and verdict.get("success") is True


def _post(url: str, body: bytes) -> bytes:
    """Returns the service's whole response; the empty bytes when it has not arrived within `TIMEOUT_SECONDS`."""
    bodies: list[bytes] = []
    # A socket's timeout starts over with each byte and each address of a host; only a thread can be abandoned.
    thread = threading.Thread(target=_post_and_read, args=(url, body, bodies), daemon=True)
    thread.start()
    thread.join(TIMEOUT_SECONDS)
    return bodies[0] if bodies else b""


def _post_and_read(url: str, body: bytes, bodies: list[bytes]) -> None:
    silent = contextlib.suppress(OSError, HTTPException, ValueError)
    with silent, _url_opener.open(url, body, timeout=TIMEOUT_SECONDS) as response:
        bodies.append(response.read(MAX_RESPONSE_BYTES))
