"""What the event handlers do: unwrap a batch, call one service, and report which records must be delivered again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib import log
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.errors import InvalidFields, TemporaryMailError, Unavailable
from chalicelib.storage.exports.exports import AlreadyLeased
from chalicelib.storage.queues import (
    NOTICE,
    parse_export_job,
    parse_mail_job,
    parse_member_mail_job,
    parse_picture_job,
    parse_printed_sheet,
    parse_sample_mail_job,
    parse_update_job,
)
from chalicelib.storage.signatures.stream_records import RECORD_FAULTS, place_of, read_change
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from chalicelib.domain.counting.contributions import Change

Failures = dict[str, list[dict[str, str]]]


def project(event: Mapping[str, Any]) -> Failures:
    """Counts a batch of stream records. After an exception Lambda redelivers the whole batch, which is safe to repeat.

    It does so for 18 hours, so a record that can never be read would hold up all those behind it. It is therefore logged
    with a metric and skipped, as the projector does with one that cannot be counted; the daily round finds the difference.
    """
    changes = [change for record in event["Records"] for change in _read_changes(record)]
    wiring().tally_projector.count(wiring().mail_of_tests.take(changes))
    return {"batchItemFailures": []}


def _read_changes(record: Mapping[str, Any]) -> list[Change]:
    try:
        return [read_change(record)]
    except RECORD_FAULTS:
        log.exception("unreadable stream record", **place_of(record))
        log.metric("unreadable_record", 1)
        return []


def mail(event: Mapping[str, Any]) -> Failures:
    """Works through up to ten email jobs; only those that failed are redelivered."""
    failed = [record["messageId"] for record in event["Records"] if not _is_sent(record)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _is_sent(record: Mapping[str, Any]) -> bool:
    try:
        _send(record["body"])
    except (TemporaryMailError, Unavailable) as error:
        log.info("mail redelivered", code=str(error.facts.get("reason", error.code)))
        return False
    except Exception:  # noqa: BLE001 - the entry point: one bad job must not hold up nine good ones
        log.exception("mail job failed")
        return False
    return True


def _send(body: str) -> None:
    if member_job := parse_member_mail_job(body):
        with log.for_request(member_job.request):
            mailer = wiring().notice_mailer if member_job.member_mail == NOTICE else wiring().member_mailer
            mailer.send(member_job)
        return
    if sample := parse_sample_mail_job(body):
        with log.for_request(sample.request):
            wiring().sample_mailer.send(sample)
        return
    job = parse_mail_job(body)
    with log.for_request(job.request):
        wiring().mailer.send(job)


def export(event: Mapping[str, Any], has_time: Callable[[], bool]) -> Failures:
    """Writes one export, or continues it; or makes one picture or sheet for paper."""
    failed = [record["messageId"] for record in event["Records"] if not _is_exported(record, has_time)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _is_exported(record: Mapping[str, Any], has_time: Callable[[], bool]) -> bool:
    try:
        if picture_job := parse_picture_job(record["body"]):
            wiring().picture_maker.make(picture_job)
            return True
        if sheet := parse_printed_sheet(record["body"]):
            wiring().printed_sheet_maker.make(sheet)
            return True
        job = parse_export_job(record["body"])
        wiring().export_writer.write(job.campaign, job.export, has_time)
    except AlreadyLeased:
        return False
    except Exception:  # noqa: BLE001 - the entry point: the queue redelivers it, in the end to the dead letters
        log.exception("export, picture or sheet failed, will be tried again")
        return False
    return True


def updates(event: Mapping[str, Any], has_time: Callable[[], bool]) -> Failures:
    """Sends an update to one bucket of signers, or goes on with it."""
    failed = [record["messageId"] for record in event["Records"] if not _is_worked_on(record, has_time)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _is_worked_on(record: Mapping[str, Any], has_time: Callable[[], bool]) -> bool:
    try:
        wiring().update_sender.work(parse_update_job(record["body"]), has_time)
    except Exception:  # noqa: BLE001 - the entry point: the queue redelivers it, in the end to the dead letters
        log.exception("an update could not be sent on, will be tried again")
        return False
    return True


def feedback(messages: Iterable[str]) -> None:
    """Handles SES events. After an exception Lambda redelivers them."""
    for message in messages:
        wiring().delivery_feedback.handle(message)


def scheduled(has_time: Callable[[], bool]) -> None:
    """Runs today's round as far as the time allows; the next run continues it."""
    log.metric("scheduled_round_complete", int(wiring().scheduled_round.run(has_time)), message="daily round")


def first_key(event: object) -> dict[str, str]:
    """Answers an event `{"name": …}` of somebody in the Lambda console with the first admin key, or says why there is none.

    Lambda shows the answer to that person alone and logs it nowhere. Only whoever may invoke the function gets one, and none
    while an admin key works: so who may run functions, but not change the tables, cannot let themselves in later.
    """
    from chalicelib.domain.access.api_key_requests import parse  # loads pydantic, so only when it is needed

    name = event.get("name") if isinstance(event, Mapping) else None
    try:
        request = parse({"name": name, "role": Role.ADMIN}, wiring().now())
    except InvalidFields:
        return {"error": 'Whose key is it? The event must be like {"name": "Ana, laptop"}.'}
    made = wiring().keyring.create_first(request.name)
    if made is None:
        return {
            "error": "An admin key exists and works, or a member is an admin. Whoever has it, or is it, lets others in."
        }
    key, secret = made
    log.info("first key created", key=key.id)
    return {
        "id": key.id,
        "secret": secret,
        "next": "Keep the secret in a password manager: it is shown only here, and only once.",
    }
