"""Loads the app as Lambda does on a cold start, but ready for threads; it builds nothing of its own."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

from local.engines.engine import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

# Collaborators are built lazily and unlocked, which is right on Lambda; here many threads would build them at once.
WARM = (
    "dynamodb",
    "registry",
    "secrets",
    "mail_queue",
    "dead_letters",
    "campaign_reader",
    "signing",
    "signer_links",
    "signer_self_service",
    "link_maker",
    "tally_projector",
    "mailer",
    "delivery_feedback",
    "mail_reconciliation",
    "keyring",
)


def load_app(watch: Callable[[Any], Any] = lambda client: client) -> Any:
    """The app's module, wired to the environment as it is now; each of its clients is handed to `watch` first."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    forget_wiring()
    wired = wiring()
    made = wired.client
    wired.client = lambda *about, **options: watch(made(*about, **options))
    for name in WARM:
        getattr(wired, name)
    return importlib.import_module("app")


def wiring() -> Any:
    """The app's own object graph."""
    from chalicelib.wiring import wiring as of_the_app

    return of_the_app()


def forget_wiring() -> None:
    """Have the next one built anew, from the environment of then."""
    from chalicelib.wiring import wiring as of_the_app

    of_the_app.cache_clear()
