"""The AWS clients and the stores built on them, each on first use: the lower half of the object graph."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from chalicelib import log
from chalicelib.domain.errors import Unavailable
from chalicelib.settings import MissingSetting, Settings
from chalicelib.storage.counting.tallies import Tallies
from chalicelib.storage.dynamodb.table import Table
from chalicelib.storage.signatures.signatures import Signatures
from chalicelib.waiting import LONG, QUICK, invocation

if TYPE_CHECKING:
    from chalicelib.domain.access.signed_links import Links
    from chalicelib.storage.access.audit_log import AuditLog
    from chalicelib.storage.access.secrets import CachedSecrets, Secrets, SecretStore
    from chalicelib.storage.dynamodb.bucket_scan import BucketScan
    from chalicelib.storage.exports.export_files import ExportFiles
    from chalicelib.storage.exports.exports import Exports
    from chalicelib.storage.mail.suppressions import Suppressions
    from chalicelib.storage.queues import DeliveryReportQueue, ExportQueue, MailQueue
    from chalicelib.storage.signatures.left_signers import LeftSigners
    from chalicelib.storage.signatures.mail_marks import MailMarks
    from chalicelib.storage.signatures.timeline import Timeline
    from chalicelib.waiting import Patience


def utc_now() -> datetime:
    """The production clock."""
    return datetime.now(UTC)


def _begin(longest: float, model: Any, **_: Any) -> None:
    current = invocation.get()
    if current and not current.has_time_for(longest):
        log.warning("no time left for a call to AWS", kind=model.name)
        raise Unavailable


def _note_timeout(exception: Exception, **_: Any) -> None:
    from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

    current = invocation.get()
    if current and isinstance(exception, ConnectTimeoutError | ReadTimeoutError):
        current.has_timed_out = True


class Stores:
    """Clients and stores. Imports are inside the properties, so that each Lambda function loads only what it uses."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.clock = utc_now
        self.dice = random.random
        self.sleep = time.sleep

    def now(self) -> datetime:
        """The current time, from a clock that tests can replace on this object."""
        return self.clock()

    @cached_property
    def _session(self) -> Any:
        from chalicelib.storage.aws_session import AwsSession

        return AwsSession()

    def client(self, service: str, patience: Patience = QUICK, *, session: Any = None) -> Any:
        """A client for `service` that waits for each call as long as `patience` says. Raises MissingSetting without a region.

        A call for which the function's life is too short, or that follows one that timed out while somebody waits, is not
        begun and raises Unavailable.
        """
        from botocore.config import Config
        from botocore.exceptions import NoRegionError

        patience = patience.times(self.settings.patience)
        config = Config(
            connect_timeout=patience.connect,
            read_timeout=patience.read,
            retries={"mode": "standard", "total_max_attempts": patience.attempts},
            max_pool_connections=64,
            parameter_validation=False,  # we build the requests ourselves; it is a third of a call's CPU time
            user_agent="undersigned",  # botocore would build its own twice per call: a quarter of its CPU time
            account_id_endpoint_mode="disabled",
            signature_version="s3v4" if service == "s3" else None,  # S3 is retiring presigned URLs of the older kind
            # Signed links lead to the bucket in its own region. S3's global host redirects for a new bucket elsewhere, and never
            # knows the regions that an account opts in to (S3, "Virtual hosting of buckets").
            s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
            request_checksum_calculation="when_required",  # parts are checked by length and ETag
        )
        try:
            client = (session or self._session).client(service, config=config)
        except NoRegionError:
            raise MissingSetting("the environment variable AWS_REGION is not set") from None
        client.meta.events.register("before-call", partial(_begin, patience.longest))
        client.meta.events.register("after-call-error", _note_timeout)
        return client

    @cached_property
    def dynamodb(self) -> Any:
        """The only DynamoDB client for single items and queries."""
        return self.client("dynamodb")

    def _table(self, name: str) -> Table:
        return Table(self.dynamodb, name)

    @cached_property
    def signatures(self) -> Signatures:
        """The Signatures table."""
        return Signatures(self._table(self.settings.signatures_table), lambda: self.bucket_scan)

    @cached_property
    def mail_marks(self) -> MailMarks:
        """What is recorded about each signature's emails."""
        from chalicelib.storage.signatures.mail_marks import MailMarks

        return MailMarks(self._table(self.settings.signatures_table))

    @cached_property
    def left_signers(self) -> LeftSigners:
        """Who withdrew or was erased, once nothing else is left of that."""
        from chalicelib.storage.signatures.left_signers import LeftSigners

        return LeftSigners(self.registry)

    @cached_property
    def timeline(self) -> Timeline:
        """Signatures in order of time."""
        from chalicelib.storage.signatures.timeline import Timeline

        return Timeline(self._table(self.settings.signatures_table))

    @cached_property
    def registry(self) -> Table:
        """The Registry table."""
        return self._table(self.settings.registry_table)

    @cached_property
    def tallies(self) -> Tallies:
        """The counters of each campaign."""
        return Tallies(self.registry)

    @cached_property
    def suppressions(self) -> Suppressions:
        """Suppressed addresses and the daily cap of each address."""
        from chalicelib.storage.mail.suppressions import Suppressions

        return Suppressions(self.registry)

    @cached_property
    def secret_store(self) -> SecretStore:
        """Where the pepper, the link keys and captcha secrets are stored."""
        from chalicelib.storage.access.secrets import SecretStore

        return SecretStore(self.client("secretsmanager"), self.settings.secret_id)

    @cached_property
    def cached_secrets(self) -> CachedSecrets:
        """The same secrets, cached in this container."""
        from chalicelib.storage.access.secrets import CachedSecrets

        return CachedSecrets(self.secret_store, self.now)

    @property
    def secrets(self) -> Secrets:
        """The secrets at whatever age: one call per container."""
        return self.cached_secrets.get()

    def pepper(self) -> bytes:
        """The key of every id and address hash; it never changes, so it is read once."""
        return self.secrets.pepper

    def links(self) -> Links:
        """Signs and opens links; a rotation made elsewhere takes effect within `MAX_AGE_SECONDS`."""
        from chalicelib.domain.access.signed_links import Links, signing_key_first

        return Links(signing_key_first(self.cached_secrets.get_fresh().link_keys, self.now()))

    @cached_property
    def _sqs(self) -> Any:
        return self.client("sqs")

    @cached_property
    def mail_queue(self) -> MailQueue:
        """The queue of email jobs."""
        from chalicelib.storage.queues import MailQueue

        return MailQueue(self._sqs, self.settings.mail_queue_url)

    @cached_property
    def dead_letters(self) -> MailQueue:
        """The queue of email jobs that can never succeed."""
        from chalicelib.storage.queues import MailQueue

        return MailQueue(self._sqs, self.settings.mail_dead_letters_url)

    @cached_property
    def feedback_dead_letters(self) -> DeliveryReportQueue:
        """The queue of SES reports that could not be handled."""
        from chalicelib.storage.queues import DeliveryReportQueue

        return DeliveryReportQueue(self._sqs, self.settings.feedback_dead_letters_url)

    @cached_property
    def exports(self) -> Exports:
        """Exports and their progress."""
        from chalicelib.storage.exports.exports import Exports

        return Exports(self.registry)

    @cached_property
    def export_files(self) -> ExportFiles:
        """Export files in S3."""
        from chalicelib.storage.exports.export_files import ExportFiles

        return ExportFiles(self.client("s3", LONG), self.settings.export_bucket)

    @cached_property
    def export_queue(self) -> ExportQueue:
        """The queue of exports waiting to be written."""
        from chalicelib.storage.queues import ExportQueue

        return ExportQueue(self._sqs, self.settings.export_queue_url)

    @cached_property
    def bucket_scan(self) -> BucketScan:
        """Reads the Signatures table one bucket at a time."""
        from chalicelib.storage.dynamodb.bucket_scan import BucketScan, raw_session

        # A session of its own, as this one leaves responses unparsed.
        return BucketScan(self.client("dynamodb", LONG, session=raw_session()), self.settings.signatures_table)

    @cached_property
    def audit(self) -> AuditLog:
        """The audit log: who changed what."""
        from chalicelib.storage.access.audit_log import AuditLog

        return AuditLog(self.registry)
