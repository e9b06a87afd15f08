"""JSON lines for CloudWatch: a fixed sentence, and ids, codes and counts. Personal data is refused, not filtered by luck."""

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

# Only these may be logged beside the sentence; none of them can hold what a person typed.
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
        "where",
    }
)

LOGGER_NAME = "undersigned.lines"  # Chalice takes the app's name for its own
NAMESPACE = "Undersigned"
# Every number that is kept, and its one dimension is the deployment: a campaign as a dimension would be paid for each.
METRICS = frozenset(
    {
        "captcha_unanswered",
        "confirmed",
        "scheduled_round_complete",
        "export_failed",
        "mail_bounced",
        "mail_complained",
        "mail_delayed",
        "mail_delivered",
        "mail_held",
        "mail_refused",
        "mail_rejected",
        "mail_sent",
        "pending",
        "tally_difference",
        "unlikely_share",
        "unreadable_record",
    }
)

request_id: ContextVar[str] = ContextVar("request_id", default="")


@contextmanager
def for_request(request: str) -> Iterator[None]:
    """What is logged inside belongs to that request, which may have been long ago and in another function."""
    before = request_id.set(request)
    try:
        yield
    finally:
        request_id.reset(before)


class PersonalDataRefused(ValueError):
    """Somebody tried to log a field that is not on the list, or a value with an address in it."""


class JsonLines(logging.Formatter):
    """One JSON object a line: `time`, `level`, `message`, `request`, and the allowed extras."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line. An exception is told by its class and place, never by its text."""
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
    """Writes each line to what is stderr now; Lambda sends that to CloudWatch."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line, at once."""
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
    """Logs that something happened. Raises PersonalDataRefused for a fact that is not on the list."""
    _logger().info(message, extra={"facts": _checked(facts)})


def warning(message: str, **facts: Any) -> None:
    """Logs that something needs a look."""
    _logger().warning(message, extra={"facts": _checked(facts)})


def exception(message: str, **facts: Any) -> None:
    """Logs the exception being handled: its class and place, not its text, which may quote what was typed."""
    _logger().error(message, extra={"facts": _checked(facts)}, exc_info=True)


def metric(name: str, value: float, *, message: str = "metric", **facts: Any) -> None:
    """Logs a number that CloudWatch keeps; the facts stay on the line and become no dimensions."""
    metrics({name: value}, message=message, **facts)


def metrics(values: Mapping[str, float], *, message: str = "metric", **facts: Any) -> None:
    """The same for several numbers on one line, in CloudWatch's embedded metric format. Raises KeyError for a new name."""
    if unknown := values.keys() - METRICS:
        raise KeyError(*unknown)
    definitions = [{"Name": name, "Unit": "Count"} for name in values]
    directive = {"Namespace": NAMESPACE, "Dimensions": [["deployment"]], "Metrics": definitions}
    embedded = {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]},
        "deployment": deployment(),
    }
    _logger().info(message, extra={"facts": {**_checked(facts), **values, **embedded}})


def write_to(handler: logging.Handler) -> None:
    """Every line goes to `handler` from now on, and nowhere else."""
    handler.setFormatter(JsonLines())
    logger = logging.getLogger(LOGGER_NAME)
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


@contextmanager
def temporarily_to(handler: logging.Handler) -> Iterator[None]:
    """The same while it lasts; then it is closed, and all is as before."""
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
    if logger.propagate:  # nobody has said where to yet
        write_to(ToStderr())
    return logger
