"""What the event handlers do, apart from Lambda's shapes: unwrap a batch, call one service, say what must come again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib import log
from chalicelib.domain.errors import TemporaryMailError, Unavailable
from chalicelib.storage.exports.exports import LeaseHeld
from chalicelib.storage.queues import read_export_job, read_job
from chalicelib.storage.signatures.stream_records import read_change
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from chalicelib.domain.counting.contributions import Change

Failures = dict[str, list[dict[str, str]]]


def project(event: Mapping[str, Any]) -> Failures:
    """Counts a batch of stream records. An exception makes Lambda bring the whole batch again, which is safe.

    It does so as long as the stream keeps records. One that cannot be read would then hold up all behind it: it is
    logged with a metric and left out, and the daily round finds the difference.
    """
    changes = [change for record in event["Records"] for change in _read_changes(record)]
    wiring().tally_projector.count(changes)
    return {"batchItemFailures": []}


def _read_changes(record: Mapping[str, Any]) -> list[tuple[str, Change]]:
    try:
        return [read_change(record)]
    except (KeyError, ValueError, TypeError):
        log.exception("a stream record cannot be read")
        log.metric("unreadable_record", 1)
        return []


def mail(event: Mapping[str, Any]) -> Failures:
    """Works off up to ten mail jobs; only those that failed for now come again."""
    failed = [record["messageId"] for record in event["Records"] if not _is_sent(record)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _is_sent(record: Mapping[str, Any]) -> bool:
    try:
        job = read_job(record["body"])
        with log.for_request(job.request):
            wiring().mailer.send(job)
    except (TemporaryMailError, Unavailable) as error:
        log.info("mail redelivered", code=str(error.facts.get("reason", error.code)))
        return False
    except Exception:  # noqa: BLE001 - the entry point: one bad job must not hold up nine good ones
        log.exception("mail job failed")
        return False
    return True


def export(event: Mapping[str, Any], has_time: Callable[[], bool]) -> Failures:
    """Writes one export, or goes on with it."""
    failed = [record["messageId"] for record in event["Records"] if not _is_exported(record, has_time)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _is_exported(record: Mapping[str, Any], has_time: Callable[[], bool]) -> bool:
    try:
        job = read_export_job(record["body"])
        wiring().export_writer.write(job.campaign, job.export, has_time)
    except LeaseHeld:
        return False
    except Exception:  # noqa: BLE001 - the entry point: the queue brings it again, and in the end lays it aside
        log.exception("export failed, will be tried again")
        return False
    return True


def feedback(messages: Iterable[str]) -> None:
    """Takes SES events. An exception makes Lambda bring them again."""
    for message in messages:
        wiring().delivery_feedback.handle(message)


def scheduled(has_time: Callable[[], bool]) -> None:
    """Today's round, as far as the time goes; the next run goes on."""
    log.metric("scheduled_round_complete", int(wiring().scheduled_round.run(has_time)), message="daily round")
