"""The services that tell people from robots, as a campaign may ask for them; what each needs on a page, and nothing more.

None is used unless a campaign names one: each shows a third party who visits the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class CaptchaService:
    """One service. `field` is what its script adds to the form, `css_class` the class of the element it fills.

    `origins` are where a page that shows it loads from, as a Content-Security-Policy names them.
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
    """What a campaign asks for: a `provider` of SERVICES, and the public key that it gave for the site."""

    provider: CaptchaProvider
    site_key: str

    @property
    def service(self) -> CaptchaService:
        """The service behind it."""
        return SERVICES[self.provider]
