"""Pauses all email: what waits stays owed and is sent after resuming. Signing goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.services.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.storage.mail.mail_pause import MailPauseState, MailPauseSwitch

CACHE_SECONDS = 30
CACHE_KEY = "all"


@dataclass(slots=True)
class MailPause:
    """The switch for all email."""

    switch: MailPauseSwitch
    clock: Callable[[], datetime]
    _cache: Cache[str, MailPauseState] = field(init=False)

    def __post_init__(self) -> None:
        self._cache = Cache(CACHE_SECONDS, self.clock)

    @property
    def is_paused(self) -> bool:
        """True if all email was paused at most 30 s ago."""
        return (self._cache.find(CACHE_KEY) or self._cache.put(CACHE_KEY, self.get_state())).is_paused

    def get_state(self) -> MailPauseState:
        """Returns the state of the switch now, never cached."""
        return self.switch.get()

    def set_paused(self, *, paused: bool, by: str) -> MailPauseState:
        """Pauses or resumes all email, within 30 s everywhere. Repeating it changes nothing."""
        self.switch.set_paused(paused=paused, key=by, now=self.clock())
        return self._cache.put(CACHE_KEY, self.get_state())
