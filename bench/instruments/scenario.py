"""What every measurement signs: the sample petition, one form a signer, each with an address of its own."""

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
    """What signer `number` of a run sends."""
    typed = {
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
    return json.dumps(typed, ensure_ascii=False).encode()


def event(number: int, run: str = "a") -> dict[str, Any]:
    """The same as API Gateway hands it to the function."""
    request = Request("POST", PATH, "", HEADERS, form(number, run), "203.0.113.9")
    match = Match("/campaigns/{campaign}/signatures", {}, {"campaign": CAMPAIGN})
    return proxy_event(request, match, (), "")


@dataclass(frozen=True)
class Known:
    """Secrets that need not be read, in the place of `KnownSecrets`."""

    secrets: Secrets

    def once(self) -> Secrets:
        """As they are."""
        return self.secrets

    fresh = once


def let_know(wired: Stores, secrets: Secrets) -> None:
    """Has the app go by `secrets` from now on."""
    wired.__dict__["known_secrets"] = Known(secrets)


def forget_campaign(service: Any) -> None:
    """Empties the caches of one of the app's services of the campaign, as waiting for their time to live would."""
    from chalicelib.services.cache import Cache

    private = [name for name in dir(service) if name.startswith("_") and not name.startswith("__")]
    caches = [value for name in private if isinstance(value := getattr(service, name), Cache)]
    assert caches, f"{service} caches nothing"
    for cache in caches:
        cache.remove(CAMPAIGN)


def quiet() -> None:
    """Leaves room for the figures: log lines of the app go nowhere."""
    import logging

    logging.disable(logging.CRITICAL)


def microseconds_each(work: Callable[[Any], Any], over: list[Any]) -> float:
    """CPU µs (user and system, this process) of one `work(item)`."""
    before = time.process_time_ns()
    for item in over:
        work(item)
    return (time.process_time_ns() - before) / len(over) / 1000


def say(sentence: str) -> None:
    """Tells whoever waits what is being measured."""
    print(sentence, file=sys.stderr, flush=True)
