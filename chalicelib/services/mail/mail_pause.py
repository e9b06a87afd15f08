"""Pausing all mail: what waits stays owed and goes out after resuming. Signing never stops for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.services.cache import Cache

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.storage.mail.mail_pause import MailPauseSwitch, MailState

SWITCH_SECONDS = 30
ALL = "all"


@dataclass(slots=True)
class MailPause:
    """The switch for all mail."""

    switch: MailPauseSwitch
    clock: Callable[[], datetime]
    _known: Cache[str, MailState] = field(init=False)

    def __post_init__(self) -> None:
        self._known = Cache(SWITCH_SECONDS, self.clock)

    @property
    def is_paused(self) -> bool:
        """True while all mail is paused, as it was at most 30 s ago."""
        return (self._known.find(ALL) or self._known.keep(ALL, self.state())).is_paused

    def state(self) -> MailState:
        """How the switch stands now."""
        return self.switch.get()

    def turn(self, *, paused: bool, by: str) -> MailState:
        """Pauses or resumes all mail, within 30 s everywhere; turning it twice is turning it once."""
        self.switch.turn(paused=paused, key=by, now=self.clock())
        return self._known.keep(ALL, self.state())
