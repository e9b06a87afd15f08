"""The captcha services that a campaign may use, and what each needs on a page.

None is used unless a campaign chooses one, because each lets a third party see who visits the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class CaptchaService:
    """One service. Its script adds `field` to the form and fills the element with `css_class`.

    `origins` are what the Content-Security-Policy of a page that shows it must allow.
    """

    name: str
    script: str
    verify_url: str
    field: str
    css_class: str
    origins: tuple[str, ...]


CaptchaProvider = Literal["turnstile", "hcaptcha"]
SERVICES: dict[str, CaptchaService] = {
    # developers.cloudflare.com/turnstile/reference/content-security-policy
    "turnstile": CaptchaService(
        name="Cloudflare Turnstile",
        script="https://challenges.cloudflare.com/turnstile/v0/api.js",
        verify_url="https://challenges.cloudflare.com/turnstile/v0/siteverify",
        field="cf-turnstile-response",
        css_class="cf-turnstile",
        origins=("https://challenges.cloudflare.com",),
    ),
    # docs.hcaptcha.com, "Content-Security-Policy Settings"
    "hcaptcha": CaptchaService(
        name="hCaptcha",
        script="https://js.hcaptcha.com/1/api.js",
        verify_url="https://api.hcaptcha.com/siteverify",
        field="h-captcha-response",
        css_class="h-captcha",
        origins=("https://hcaptcha.com", "https://*.hcaptcha.com"),
    ),
}


@dataclass(frozen=True, slots=True)
class Captcha:
    """A campaign's captcha: a `provider` from SERVICES, and the public key that it issued for the site."""

    provider: CaptchaProvider
    site_key: str

    @property
    def service(self) -> CaptchaService:
        """The provider's service."""
        return SERVICES[self.provider]
