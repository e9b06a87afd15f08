"""What is done once an hour: each part has its turn, whatever the one before says. It decides nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.services.noticing import Noticing
    from chalicelib.services.retaining import Retaining
    from chalicelib.services.sweeping import Sweeping


@dataclass(frozen=True, slots=True)
class Hourly:
    """Today's round, or the rest of it."""

    noticing: Noticing
    retaining: Retaining
    sweeping: Sweeping

    def run(self, has_time: Callable[[], bool] = lambda: True) -> bool:
        """As far as `has_time()` allows; the next run goes on. True when today's round is complete."""
        self.noticing.run(has_time)
        parts = (self.retaining.run, self.sweeping.run_resumed, self.sweeping.run_daily)
        done = [part(has_time) for part in parts]
        return all(done)
