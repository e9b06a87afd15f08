"""What runs once an hour: each part runs even if the one before it did not finish, or failed. It decides nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.services.containment import contained

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.services.mail.mail_reconciliation import MailReconciliation
    from chalicelib.services.notices.organiser_notices import OrganiserNotices
    from chalicelib.services.paper.paper_sheet_undo import PaperSheetUndo
    from chalicelib.services.pictures.unused_pictures import UnusedPictures
    from chalicelib.services.privacy.retention import Retention
    from chalicelib.services.signatures.anomaly_detection import AnomalyDetection
    from chalicelib.services.signatures.withdrawal_undo import WithdrawalUndo
    from chalicelib.services.updates.update_jobs import UpdateJobs


@dataclass(frozen=True, slots=True)
class ScheduledRound:
    """Today's round, or the rest of it."""

    anomaly_detection: AnomalyDetection
    withdrawal_undo: WithdrawalUndo
    paper_sheet_undo: PaperSheetUndo
    retention: Retention
    organiser_notices: OrganiserNotices
    mail_reconciliation: MailReconciliation
    update_jobs: UpdateJobs
    unused_pictures: UnusedPictures

    def run(self, has_time: Callable[[], bool] = lambda: True) -> bool:
        """Runs as much as `has_time()` allows; the next run continues. Returns True when today's round is complete."""
        with contained("anomalies"):
            self.anomaly_detection.run(has_time)
        parts = {
            "withdrawals": self.withdrawal_undo.forget_over,
            "sheets": self.paper_sheet_undo.forget_over,
            "retention": self.retention.run,
            "updates": self.update_jobs.queue_forgotten,
            "notices": self.organiser_notices.run,
            "resumed email": self.mail_reconciliation.queue_resumed,
            "email and tallies": self.mail_reconciliation.reconcile,
            "pictures": self.unused_pictures.remove,
        }
        done = dict.fromkeys(parts, False)
        for name, part in parts.items():
            with contained(name):
                done[name] = part(has_time)
        return all(done.values())
