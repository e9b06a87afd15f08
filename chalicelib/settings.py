"""The only reader of the environment; each setting is read on first use and a missing one fails by name."""

from __future__ import annotations

import os
from functools import cached_property


class MissingSetting(RuntimeError):
    """An environment variable that is needed is not set."""


class Settings:
    """What a deployment tells its functions (docs/operations.md lists them)."""

    @cached_property
    def signatures_table(self) -> str:
        """Name of the Signatures table."""
        return _required("SIGNATURES_TABLE")

    @cached_property
    def registry_table(self) -> str:
        """Name of the Registry table."""
        return _required("REGISTRY_TABLE")

    @cached_property
    def mail_queue_url(self) -> str:
        """URL of the mail queue."""
        return _required("MAIL_QUEUE_URL")

    @cached_property
    def mail_dead_letters_url(self) -> str:
        """URL of the queue for mails that can never be sent."""
        return _required("MAIL_DEAD_LETTERS_URL")

    @cached_property
    def feedback_dead_letters_url(self) -> str:
        """URL of the queue for reports of SES that could not be taken."""
        return _required("FEEDBACK_DEAD_LETTERS_URL")

    @cached_property
    def export_queue_url(self) -> str:
        """URL of the queue of exports to write."""
        return _required("EXPORT_QUEUE_URL")

    @cached_property
    def export_bucket(self) -> str:
        """Name of the bucket that export files go to."""
        return _required("EXPORT_BUCKET")

    @cached_property
    def secret_id(self) -> str:
        """Name or ARN of the secret in Secrets Manager."""
        return _required("SECRET_ID")

    @cached_property
    def public_url(self) -> str:
        """Base of every link in a mail, without a slash at the end."""
        return _required("PUBLIC_URL").rstrip("/")

    @cached_property
    def public_url_if_set(self) -> str:
        """The same, or empty: inside a request it can be derived."""
        return os.environ.get("PUBLIC_URL", "").rstrip("/")

    @cached_property
    def ses_configuration_set(self) -> str:
        """SES configuration set whose events come back to `feedback`; empty for none."""
        return os.environ.get("SES_CONFIGURATION_SET", "")

    @cached_property
    def captcha_url(self) -> str:
        """Where a captcha's answer is checked, instead of its service; for tests."""
        return os.environ.get("CAPTCHA_URL", "")

    @cached_property
    def trusted_proxies(self) -> int:
        """How many servers of our own stand before the API and write X-Forwarded-For; a CDN is one."""
        return int(os.environ.get("TRUSTED_PROXIES") or 0)


def deployment() -> str:
    """Name of the deployment that metrics are kept under; empty when it has none. A function, for the logger alone."""
    return os.environ.get("DEPLOYMENT", "")


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        msg = f"the environment variable {name} is not set"
        raise MissingSetting(msg)
    return value
