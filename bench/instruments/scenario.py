"""What every measurement signs: the sample petition, with one form per signer, each with its own address."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.functions.events import proxy_event
from local.functions.routes import Match
from local.http.server import Request
from local.startup.sample_campaigns import documents

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.storage.access.secrets import Secrets
    from chalicelib.stores import Stores

CAMPAIGN = "no-troops-in-peru"
PATH = f"/campaigns/{CAMPAIGN}/signatures"
HEADERS = [
    ("Host", "api.example.org"),
    ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    ("Accept", "application/json"),
    ("Accept-Language", "es-PE,es;q=0.9,en;q=0.5"),
    ("Content-Type", "application/json"),
    ("Origin", "https://example.org"),
]
SETTINGS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
    "SIGNATURES_TABLE": "signatures",
    "REGISTRY_TABLE": "registry",
    "SECRET_ID": "secret",
    "PUBLIC_URL": "https://api.example.org",
}


def document(**changes: Any) -> dict[str, Any]:
    """The sample petition as an organiser would PUT it."""
    return documents([])[CAMPAIGN] | changes


def form(number: int, run: str = "a") -> bytes:
    """The JSON form that signer `number` of a run sends."""
    values = {
        "email": f"signer.{run}.{number}@example.org",
        "given_name": "María José",
        "family_name": "Quispe Huamán",
        "country": "PE",
        "postal_code": "15001",
        "comment": "No queremos tropas extranjeras en nuestro país.",
        "lang": "es",
        "public": True,
        "consents": ["wbw", "cidydh"],
        "source": "newsletter",
    }
    return json.dumps(values, ensure_ascii=False).encode()


def event(number: int, run: str = "a") -> dict[str, Any]:
    """The same request as the event that API Gateway passes to the function."""
    request = Request("POST", PATH, "", HEADERS, form(number, run), "203.0.113.9")
    match = Match("/campaigns/{campaign}/signatures", {}, {"campaign": CAMPAIGN})
    return proxy_event(request, match, (), "")


@dataclass(frozen=True)
class FixedSecrets:
    """Secrets that need not be fetched, in place of `CachedSecrets`."""

    secrets: Secrets

    def get(self) -> Secrets:
        """As they are."""
        return self.secrets

    get_fresh = get


def use_secrets(wired: Stores, secrets: Secrets) -> None:
    """Makes the app use `secrets` from now on."""
    wired.__dict__["cached_secrets"] = FixedSecrets(secrets)


def forget_campaign(service: Any) -> None:
    """Removes the campaign from the caches of one of the app's services, as if they had expired."""
    from chalicelib.services.cache import Cache

    private = [name for name in dir(service) if name.startswith("_") and not name.startswith("__")]
    caches = [value for name in private if isinstance(value := getattr(service, name), Cache)]
    assert caches, f"{service} caches nothing"
    for cache in caches:
        cache.remove(CAMPAIGN)


def silence_logs() -> None:
    """Drops the app's log lines, so that only figures are printed."""
    import logging

    logging.disable(logging.CRITICAL)


def cpu_microseconds_each(work: Callable[[Any], Any], over: list[Any]) -> float:
    """CPU µs (user and system, of this process) per `work(item)`."""
    before = time.process_time_ns()
    for item in over:
        work(item)
    return (time.process_time_ns() - before) / len(over) / 1000


def show_progress(sentence: str) -> None:
    """Prints what is being measured, to standard error."""
    print(sentence, file=sys.stderr, flush=True)
