"""Loads the app as Lambda does on a cold start, but ready for threads; it builds nothing itself."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

from local.engines.engine import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

# The app builds its collaborators lazily, without locks. On Lambda that is safe; here threads would build them twice.
BUILT_AT_ONCE = (
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
    "members",
    "sign_ins",
    "mail_counters",
    "email_sender",
    "sender_breaker",
    "session_control",
    "sign_in_requests",
    "memberships",
    "member_mailer",
)


def load_app(watch: Callable[[Any], Any] = lambda client: client) -> Any:
    """The app's module, configured from the current environment; each of its clients goes through `watch` first."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    forget_wiring()
    app_wiring = wiring()
    new_client = app_wiring.client
    app_wiring.client = lambda *args, **options: watch(new_client(*args, **options))
    for name in BUILT_AT_ONCE:
        getattr(app_wiring, name)
    return importlib.import_module("app")


def wiring() -> Any:
    """The app's object graph."""
    from chalicelib.wiring import wiring as cached_wiring

    return cached_wiring()


def forget_wiring() -> None:
    """Have the object graph built again on next use, from the environment at that time."""
    from chalicelib.wiring import wiring as cached_wiring

    cached_wiring.cache_clear()
