"""The queues of email and export jobs, and their dead letters: jobs name signatures, exports and hashes of addresses, never people."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.campaigns.pictures import PictureUse
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.paper.printed_sheets import PrintedSheet
from chalicelib.domain.paper_sizes import Paper
from chalicelib.domain.signatures.mail_marks import Delivery

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_BATCH_SIZE = 10  # AWS, "Amazon SQS message quotas"


@dataclass(frozen=True, slots=True)
class MailJob:
    """One signature for which an email is owed; `request` is the id of the HTTP request that caused it, for the logs."""

    campaign: str
    signature: str
    request: str = ""


def parse_mail_job(body: str) -> MailJob:
    """The job in a message. Raises ValueError when it is none."""
    fields = json.loads(body)
    return MailJob(str(fields["campaign"]), str(fields["signature"]), str(fields.get("request", "")))


# The kind of a member's email that tells what happened to campaigns; its `id` names what is stored of it.
NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class MemberMailJob:
    """An email to whoever has the address with this hash, if that is a member. `id` names the email, `asked_at` is a stamp."""

    member_mail: str  # a kind: sign_in, invitation or notice
    address: str
    asked_at: str
    id: str
    request: str = ""


def parse_member_mail_job(body: str) -> MemberMailJob | None:
    """The job in a message; None when it is about a signature. Raises ValueError or TypeError when it is none."""
    fields = json.loads(body)
    return MemberMailJob(**{name: str(value) for name, value in fields.items()}) if "member_mail" in fields else None


# The kind of a test that is no email of every campaign, but one of its updates.
UPDATE = "update"


@dataclass(frozen=True, slots=True)
class SampleMailJob:
    """An email of a campaign, or one of its updates, to the `member` with that id, as a test."""

    sample_mail: str  # its kind
    campaign: str
    language: str
    member: str
    request: str = ""
    update: str = ""


def parse_sample_mail_job(body: str) -> SampleMailJob | None:
    """The job in a message; None when it is another one. Raises ValueError or TypeError when it is none."""
    fields = json.loads(body)
    return SampleMailJob(**{name: str(value) for name, value in fields.items()}) if "sample_mail" in fields else None


class _Queue:
    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def _send(self, bodies: list[str], delay_seconds: int = 0) -> None:
        delay = {"DelaySeconds": delay_seconds} if delay_seconds else {}
        entries = [{"Id": str(index), "MessageBody": body, **delay} for index, body in enumerate(bodies)]
        try:
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable from error
        if answer.get("Failed"):
            raise Unavailable

    def _send_all(self, bodies: Iterable[str], delay_seconds: int) -> int:
        waiting, sent = iter(bodies), 0
        while batch := list(islice(waiting, MAX_BATCH_SIZE)):
            self._send(batch, delay_seconds)
            sent += len(batch)
        return sent


@dataclass(frozen=True, slots=True)
class ExportJob:
    """One export to be written."""

    campaign: str
    export: str


def parse_export_job(body: str) -> ExportJob:
    """The job in a message. Raises ValueError or KeyError when it is none."""
    fields = json.loads(body)
    return ExportJob(str(fields["campaign"]), str(fields["export"]))


@dataclass(frozen=True, slots=True)
class PictureJob:
    """One picture to be made of an upload of `size` bytes, which is named by its SHA-256."""

    campaign: str
    upload: str
    use: PictureUse
    size: int

    @property
    def name(self) -> str:
        """What tells one picture of a campaign from others."""
        return f"{self.use}-{self.upload}"


def parse_picture_job(body: str) -> PictureJob | None:
    """The job in a message; None when it is about an export. Raises ValueError or KeyError when it is none."""
    fields = json.loads(body)
    if "upload" not in fields:
        return None
    return PictureJob(str(fields["campaign"]), str(fields["upload"]), PictureUse(fields["use"]), int(fields["size"]))


def parse_printed_sheet(body: str) -> PrintedSheet | None:
    """The sheet that a message asks for; None when it is about something else. Raises ValueError or TypeError when it is none."""
    fields = json.loads(body)
    return PrintedSheet(**{**fields, "paper": Paper(fields["paper"])}) if "paper" in fields else None


class ExportQueue(_Queue):
    """Sends jobs for what takes longer than somebody waits, or what only the exporter can do: exports, pictures, sheets for paper."""

    def add(self, campaign: str, export: str, *, delay_seconds: int = 0) -> None:
        """Queues one export. Raises Unavailable; queueing again is harmless."""
        self._send([json.dumps(asdict(ExportJob(campaign, export)))], delay_seconds)

    def add_picture(self, job: PictureJob) -> None:
        """Queues one picture. Raises Unavailable; queueing again is harmless."""
        self._send([json.dumps(asdict(job))])

    def add_printed_sheet(self, sheet: PrintedSheet) -> None:
        """Queues one sheet. Raises Unavailable; queueing again is harmless."""
        self._send([json.dumps(asdict(sheet))])


@dataclass(frozen=True, slots=True)
class UpdateJob:
    """One bucket of a campaign, to whose signers an update is to be sent."""

    campaign: str
    update: str
    bucket: int


def parse_update_job(body: str) -> UpdateJob:
    """The job in a message. Raises ValueError or KeyError when it is none."""
    fields = json.loads(body)
    return UpdateJob(str(fields["campaign"]), str(fields["update"]), int(fields["bucket"]))


class UpdateQueue(_Queue):
    """Sends jobs of updates, ten per call."""

    def add(self, jobs: Iterable[UpdateJob], *, delay_seconds: int = 0) -> int:
        """Queues `jobs` and returns how many. Raises Unavailable if any was not accepted; queueing again is harmless."""
        return self._send_all((json.dumps(asdict(job)) for job in jobs), delay_seconds)


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many jobs wait in a queue, and how many are being worked on or were put off; SQS counts approximately."""

    waiting: int
    in_flight: int


class MailQueue(_Queue):
    """Sends email jobs, ten per call."""

    def add(self, jobs: Iterable[MailJob], *, delay_seconds: int = 0) -> int:
        """Queues `jobs` and returns how many. Raises Unavailable if any was not accepted; queueing again is harmless."""
        return self._send_all((json.dumps(asdict(job)) for job in jobs), delay_seconds)

    def backlog(self) -> Backlog:
        """How many jobs there are. Raises Unavailable."""
        waiting, in_flight = "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"
        try:
            answer = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=[waiting, in_flight])
        except (ClientError, BotoCoreError) as error:
            raise Unavailable from error
        counts = answer.get("Attributes", {})
        return Backlog(int(counts.get(waiting, 0)), int(counts.get(in_flight, 0)))

    def add_member_mail(self, job: MemberMailJob) -> None:
        """Queues one email to a member. Raises Unavailable."""
        self._send([json.dumps(asdict(job))])

    def add_sample(self, job: SampleMailJob) -> None:
        """Queues one email of a campaign to a member, as a test. Raises Unavailable."""
        self._send([json.dumps(asdict(job))])

    def add_dead_letter(self, job: MailJob, code: str) -> None:
        """Sets aside a job that can never succeed, with the code of the reason."""
        self._send([json.dumps({**asdict(job), "code": code})])


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What SES reported about one email, without its address, which is stored on the signature."""

    campaign: str
    signature: str
    delivery: Delivery
    update: str = ""


class DeliveryReportQueue(_Queue):
    """Holds reports that could not be handled."""

    def add(self, report: DeliveryReport) -> None:
        """Sets one report aside. Raises Unavailable."""
        self._send([json.dumps(asdict(report))])

    def drain(self) -> Iterator[DeliveryReport]:
        """Every waiting report; each is deleted once the caller asks for the next."""
        while messages := self._client.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                fields = json.loads(message["Body"])
                yield DeliveryReport(**{**fields, "delivery": Delivery(fields["delivery"])})
                self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
