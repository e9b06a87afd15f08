"""The only module that reads the environment: each setting on first use, and a missing one is named in the error."""

from __future__ import annotations

import os
from functools import cached_property


class MissingSetting(RuntimeError):
    """A required environment variable is not set."""


class Settings:
    """What a deployment passes to its functions (docs/operations.md lists every setting)."""

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
        """URL of the queue for email jobs that failed for good."""
        return _required("MAIL_DEAD_LETTERS_URL")

    @cached_property
    def feedback_dead_letters_url(self) -> str:
        """URL of the queue for SES reports that could not be handled."""
        return _required("FEEDBACK_DEAD_LETTERS_URL")

    @cached_property
    def export_queue_url(self) -> str:
        """URL of the queue of exports waiting to be written."""
        return _required("EXPORT_QUEUE_URL")

    @cached_property
    def export_bucket(self) -> str:
        """Name of the S3 bucket for export files."""
        return _required("EXPORT_BUCKET")

    @cached_property
    def update_queue_url(self) -> str:
        """URL of the queue of updates to signers."""
        return _required("UPDATE_QUEUE_URL")

    @cached_property
    def updates_share(self) -> int:
        """Percent of SES's rate and daily quota that updates may use."""
        return int(os.environ.get("UPDATES_SHARE") or 25)

    @cached_property
    def updates_concurrency(self) -> int:
        """How many workers send updates at once."""
        return int(os.environ.get("UPDATES_CONCURRENCY") or 2)

    @cached_property
    def mail_concurrency(self) -> int:
        """How many mailers send everything else at once."""
        return int(os.environ.get("MAIL_CONCURRENCY") or 2)

    @cached_property
    def secret_id(self) -> str:
        """Name or ARN of the secret in Secrets Manager."""
        return _required("SECRET_ID")

    @cached_property
    def public_url(self) -> str:
        """Base URL of every link in an email, without a trailing slash."""
        return _required("PUBLIC_URL").rstrip("/")

    @cached_property
    def public_url_if_set(self) -> str:
        """The same, or empty when it is not set: inside a request it can be derived."""
        return os.environ.get("PUBLIC_URL", "").rstrip("/")

    @cached_property
    def dashboard_url(self) -> str:
        """Base URL of the dashboard if it has a host of its own, without a trailing slash; else empty."""
        return os.environ.get("DASHBOARD_URL", "").rstrip("/")

    @cached_property
    def ses_configuration_set(self) -> str:
        """SES configuration set that publishes events to `feedback`; empty for none."""
        return os.environ.get("SES_CONFIGURATION_SET", "")

    @cached_property
    def home_url(self) -> str:
        """Where the front page leads; empty to list the campaigns that want it."""
        return os.environ.get("HOME_URL", "")

    @cached_property
    def senders(self) -> str:
        """Addresses that campaigns may send from, such as `*@example.org`, separated by commas; empty for any."""
        return os.environ.get("SENDERS", "")

    @cached_property
    def members_sender(self) -> str:
        """Address that emails to members come from; empty if there is none, and then nobody can sign in by email."""
        return os.environ.get("MEMBERS_SENDER", "")

    @cached_property
    def captcha_url(self) -> str:
        """URL that verifies captcha tokens in place of the captcha service's own; for tests. Empty for the service's."""
        return os.environ.get("CAPTCHA_URL", "")

    @cached_property
    def patience(self) -> float:
        """How many times longer than usual AWS is waited for: 1, and more for engines on a busy machine."""
        return float(os.environ.get("PATIENCE") or 1)

    @cached_property
    def proxy_secret_sha256(self) -> str:
        """SHA-256 (hex) of the secret that our own proxies send along; empty to believe whoever connects."""
        return os.environ.get("PROXY_SECRET_SHA256", "").lower()

    @cached_property
    def trusted_proxies(self) -> int:
        """How many of our own proxies are in front of the API and append to X-Forwarded-For; a CDN counts as one."""
        return int(os.environ.get("TRUSTED_PROXIES") or 0)


def library_path() -> str:
    """Where the system's loader finds libraries; empty for the usual places. Lambda's Python does not start without it."""
    return os.environ.get("LD_LIBRARY_PATH", "")


def deployment() -> str:
    """Name of the deployment that metrics are kept under; empty when there is none. Only the logger needs it."""
    return os.environ.get("DEPLOYMENT", "")


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        msg = f"the environment variable {name} is not set"
        raise MissingSetting(msg)
    return value
