"""When an update must pause by itself: AWS reviews an account from 5 % bounces or 0.1 % complaints on (SES, "Reputation metrics")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.updates.update import PauseReason

if TYPE_CHECKING:
    from chalicelib.domain.updates.update import Figures

MAX_BOUNCES = 0.05
MAX_COMPLAINTS = 0.001
# One bounce among ten emails, or one complaint among five hundred, says nothing yet.
FEWEST_BOUNCES, FEWEST_COMPLAINTS = 5, 2


def reason_to_pause(figures: Figures) -> PauseReason | None:
    """Why sending must stop, from what has happened since it last began; what SES refused for good counts as bounced."""
    tried, bounced = figures.sent + figures.failed, figures.bounced + figures.failed
    if bounced >= FEWEST_BOUNCES and bounced > tried * MAX_BOUNCES:
        return PauseReason.BOUNCES
    if figures.complained >= FEWEST_COMPLAINTS and figures.complained > tried * MAX_COMPLAINTS:
        return PauseReason.COMPLAINTS
    return None
