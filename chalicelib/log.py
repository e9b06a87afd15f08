"""JSON lines for CloudWatch: a fixed message with ids, codes and counts. Personal data is refused, not filtered by chance."""

from __future__ import annotations

import json
import logging
import sys
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from chalicelib.settings import deployment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Only these may be logged beside the message; none of them can hold what a person typed.
ALLOWED_FIELDS = frozenset(
    {
        "bucket",
        "campaign",
        "code",
        "counters",
        "difference",
        "duration_ms",
        "error",
        "export",
        "failed",
        "jobs",
        "key",
        "kind",
        "rows",
        "route",
        "shard",
        "signature",
        "stage",
        "status",
        "update",
        "where",
    }
)

LOGGER_NAME = "undersigned.lines"  # Chalice uses the app's name for its own logger
NAMESPACE = "Undersigned"
# Every metric. The deployment is its only dimension: with campaigns as a dimension, each of them would cost extra.
# One that is there only when something is wrong can afford to be told by campaign as well.
METRICS = frozenset(
    {
        "bucket_fill",
        "captcha_unanswered",
        "confirmed",
        "scheduled_round_complete",
        "export_failed",
        "mail_bounced",
        "mail_complained",
        "mail_delayed",
        "mail_stopped",
        "mail_delivered",
        "mail_held",
        "mail_refused",
        "mail_rejected",
        "mail_sent",
        "pending",
        "round_failed",
        "tally_difference",
        "unlikely_share",
        "update_paused",
        "update_refused",
        "update_sent",
        "unreadable_record",
    }
)

METRICS_BY_CAMPAIGN = frozenset({"round_failed"})

request_id: ContextVar[str] = ContextVar("request_id", default="")


@contextmanager
def for_request(request: str) -> Iterator[None]:
    """Logs what happens inside under that request's id; it may have been made long ago, to another function."""
    before = request_id.set(request)
    try:
        yield
    finally:
        request_id.reset(before)


class PersonalDataRefused(ValueError):
    """A field that is not on the list was to be logged, or a value that contains an @."""


class JsonLines(logging.Formatter):
    """One JSON object per line: `time`, `level`, `message`, `request`, and the allowed fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns the record as one line. Of an exception it gives the class and the place, never the text."""
        line: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        if request := request_id.get():
            line["request"] = request
        line |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = type(record.exc_info[1]).__name__
            line["where"] = _innermost(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


class ToStderr(logging.Handler):
    """Writes each line to the current `sys.stderr`, which Lambda sends to CloudWatch."""

    def emit(self, record: logging.LogRecord) -> None:
        """Writes one line, unbuffered."""
        sys.stderr.write(self.format(record) + "\n")


def _innermost(error: BaseException) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else ""


def _checked(facts: dict[str, Any]) -> dict[str, Any]:
    for name, value in facts.items():
        if name not in ALLOWED_FIELDS or "@" in str(value):
            msg = f"{name} may not be logged"
            raise PersonalDataRefused(msg)
    return facts


def info(message: str, **facts: Any) -> None:
    """Logs an event. Raises PersonalDataRefused for a field that is not on the list."""
    _logger().info(message, extra={"facts": _checked(facts)})


def warning(message: str, **facts: Any) -> None:
    """Logs something that an operator should look into. Raises PersonalDataRefused."""
    _logger().warning(message, extra={"facts": _checked(facts)})


def exception(message: str, **facts: Any) -> None:
    """Logs the exception being handled: its class and place, but not its text, which may quote what somebody typed."""
    _logger().error(message, extra={"facts": _checked(facts)}, exc_info=True)


def metric(name: str, value: float, *, message: str = "metric", **facts: Any) -> None:
    """Logs a number as a CloudWatch metric; the facts are on the line only, not dimensions. Raises KeyError for an unlisted name."""
    metrics({name: value}, message=message, **facts)


def metrics(values: Mapping[str, float], *, message: str = "metric", **facts: Any) -> None:
    """Logs several metrics on one line, in CloudWatch's embedded metric format. Raises KeyError for an unlisted name."""
    if unknown := values.keys() - METRICS:
        raise KeyError(*unknown)
    definitions = [{"Name": name, "Unit": "Count"} for name in values]
    dimensions = [["deployment"], *([["deployment", "campaign"]] if values.keys() & METRICS_BY_CAMPAIGN else [])]
    directive = {"Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": definitions}
    embedded = {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]},
        "deployment": deployment(),
    }
    _logger().info(message, extra={"facts": {**_checked(facts), **values, **embedded}})


def write_to(handler: logging.Handler) -> None:
    """Sends every line to `handler` from now on, and nowhere else."""
    handler.setFormatter(JsonLines())
    logger = logging.getLogger(LOGGER_NAME)
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


@contextmanager
def temporarily_to(handler: logging.Handler) -> Iterator[None]:
    """Sends every line to `handler` inside the block; afterwards closes it and restores what was set before."""
    logger = logging.getLogger(LOGGER_NAME)
    before, propagates = logger.handlers[:], logger.propagate
    write_to(handler)
    try:
        yield
    finally:
        logger.handlers[:], logger.propagate = before, propagates
        handler.close()


def _logger() -> logging.Logger:
    logger = logging.getLogger(LOGGER_NAME)
    if logger.propagate:  # no handler was chosen yet
        write_to(ToStderr())
    return logger
