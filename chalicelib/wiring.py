"""Builds clients, stores and services once per container, each on first use; nothing else constructs them."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from chalicelib.services.campaigning import Campaigning
from chalicelib.settings import MissingSetting, Settings
from chalicelib.storage.addresses import Addresses
from chalicelib.storage.api_keys import ApiKeys
from chalicelib.storage.campaigns import Campaigns
from chalicelib.storage.database import Table
from chalicelib.storage.signatures import Signatures
from chalicelib.storage.tallies import Tallies

if TYPE_CHECKING:
    from chalicelib.domain.links import Links
    from chalicelib.services.confirming import Confirming, LinkMaker
    from chalicelib.services.feedback import Feedback
    from chalicelib.services.keeping import Keeping
    from chalicelib.services.keyring import Keyring
    from chalicelib.services.listing import Listing
    from chalicelib.services.mailing import Mailing
    from chalicelib.services.managing import Managing
    from chalicelib.services.showing import Showing
    from chalicelib.services.signing import Signing
    from chalicelib.services.sweeping import Sweeping
    from chalicelib.services.tallying import Tallying
    from chalicelib.storage.audit import Audit
    from chalicelib.storage.queues import MailQueue
    from chalicelib.storage.secrets import Secrets
    from chalicelib.storage.timeline import Timeline


def utc_now() -> datetime:
    """The clock of production."""
    return datetime.now(UTC)


class Wiring:
    """One object graph. Imports stand where they are used, so that a function pays only for what it needs."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.clock = utc_now

    def now(self) -> datetime:
        """The time, by a clock that tests can replace on this object."""
        return self.clock()

    @cached_property
    def _session(self) -> Any:
        import boto3

        return boto3.session.Session()

    def _client(self, service: str, attempts: int = 3) -> Any:
        from botocore.config import Config
        from botocore.exceptions import NoRegionError

        # A signer waits at most some seconds; what fails then is answered 503 and is safe to repeat.
        config = Config(
            connect_timeout=1,
            read_timeout=5,
            retries={"mode": "standard", "total_max_attempts": attempts},
            max_pool_connections=64,
            parameter_validation=False,  # our own requests; a third of a call's CPU
            user_agent="undersigned",  # botocore would put its own together anew, twice a call: a quarter of its CPU
            account_id_endpoint_mode="disabled",
        )
        try:
            return self._session.client(service, config=config)
        except NoRegionError:
            raise MissingSetting("the environment variable AWS_REGION is not set") from None

    @cached_property
    def dynamodb(self) -> Any:
        """The one DynamoDB client."""
        return self._client("dynamodb")

    def _table(self, name: str) -> Table:
        return Table(self.dynamodb, name)

    @cached_property
    def signatures(self) -> Signatures:
        """The Signatures table."""
        return Signatures(self._table(self.settings.signatures_table))

    @cached_property
    def timeline(self) -> Timeline:
        """The signatures by time."""
        from chalicelib.storage.timeline import Timeline

        return Timeline(self._table(self.settings.signatures_table))

    @cached_property
    def registry(self) -> Table:
        """The Registry table."""
        return self._table(self.settings.registry_table)

    @cached_property
    def tallies(self) -> Tallies:
        """The counters."""
        return Tallies(self.registry)

    @cached_property
    def addresses(self) -> Addresses:
        """Suppressions and mail caps."""
        return Addresses(self.registry)

    @cached_property
    def secrets(self) -> Secrets:
        """Pepper and link keys; one call."""
        from chalicelib.storage.secrets import read_secrets

        return read_secrets(self._client("secretsmanager"), self.settings.secret_id)

    def pepper(self) -> bytes:
        """What ids are made with."""
        return self.secrets.pepper

    def links(self) -> Links:
        """What links are signed with."""
        from chalicelib.domain.links import Links

        return Links(self.secrets.link_keys)

    @cached_property
    def _sqs(self) -> Any:
        return self._client("sqs")

    @cached_property
    def mail_queue(self) -> MailQueue:
        """Where mail jobs wait."""
        from chalicelib.storage.queues import MailQueue

        return MailQueue(self._sqs, self.settings.mail_queue_url)

    @cached_property
    def dead_letters(self) -> MailQueue:
        """Where mail jobs end that can never succeed."""
        from chalicelib.storage.queues import MailQueue

        return MailQueue(self._sqs, self.settings.mail_dead_letters_url)

    @cached_property
    def campaigning(self) -> Campaigning:
        """Campaigns and counts."""
        return Campaigning(Campaigns(self.registry), self.tallies, self.now, _render, self._has_signatures)

    def _has_signatures(self, campaign: str, buckets: int) -> bool:
        return self.signatures.has_any(campaign, buckets)

    @cached_property
    def audit(self) -> Audit:
        """Who changed what."""
        from chalicelib.storage.audit import Audit

        return Audit(self.registry)

    @cached_property
    def signing(self) -> Signing:
        """Taking signatures."""
        from chalicelib.services.signing import Signing

        return Signing(self.campaigning, self.signatures, self.pepper, self.now)

    @cached_property
    def confirming(self) -> Confirming:
        """Following links."""
        from chalicelib.services.confirming import Confirming

        return Confirming(self.campaigning, self.signatures, self.addresses, self.links, self.pepper, self.now)

    @cached_property
    def managing(self) -> Managing:
        """What signers do with their own signature."""
        from chalicelib.services.managing import Managing

        return Managing(self.confirming, self.signatures, self.pepper)

    @cached_property
    def showing(self) -> Showing:
        """Public names."""
        from chalicelib.services.showing import Showing

        return Showing(self.timeline, self.now)

    @cached_property
    def listing(self) -> Listing:
        """Signatures for organisers."""
        from chalicelib.services.listing import Listing

        return Listing(self.campaigning, self.signatures, self.timeline, self.links, self.pepper, self.now)

    @cached_property
    def keeping(self) -> Keeping:
        """What organisers do with one signature."""
        from chalicelib.services.keeping import Keeping

        return Keeping(self.listing, self.signatures, self.audit, self.now)

    @cached_property
    def link_maker(self) -> LinkMaker:
        """Making links."""
        from chalicelib.services.confirming import LinkMaker

        return LinkMaker(self.links, self.pepper, self.now)

    @cached_property
    def tallying(self) -> Tallying:
        """Counting."""
        from chalicelib.services.tallying import Tallying

        return Tallying(self.signatures, self.tallies, self.mail_queue, self.campaigning, time.sleep)

    @cached_property
    def mailing(self) -> Mailing:
        """Sending mails."""
        from chalicelib.mail.ses import Postman
        from chalicelib.services.mailing import Mailing

        return Mailing(
            campaigning=self.campaigning,
            signatures=self.signatures,
            addresses=self.addresses,
            # Once: a lost answer must not send a mail twice; trying again is the queue's.
            postman=Postman(self._client("sesv2", 1), self.settings.ses_configuration_set),
            link_maker=self.link_maker,
            dead_letters=self.dead_letters,
            pepper=self.pepper,
            public_url=lambda: self.settings.public_url,
            clock=self.now,
        )

    @cached_property
    def feedback(self) -> Feedback:
        """Taking SES events."""
        from chalicelib.services.feedback import Feedback

        return Feedback(self.campaigning, self.signatures, self.addresses, self.pepper, self.now)

    @cached_property
    def sweeping(self) -> Sweeping:
        """The daily round."""
        from chalicelib.services.sweeping import Sweeping
        from chalicelib.storage.progress import Progress

        return Sweeping(
            self.campaigning, self.signatures, self.tallying, self.mail_queue, Progress(self.registry), self.now
        )

    @cached_property
    def keys(self) -> Keyring:
        """API keys."""
        from chalicelib.services.keyring import Keyring

        return Keyring(ApiKeys(self.registry), self.now)


def _render(markdown: str) -> str:
    from chalicelib.pages.markup import to_html

    return to_html(markdown)


@lru_cache(maxsize=1)
def wiring() -> Wiring:
    """The container's own graph; `wiring.cache_clear()` lets tests start anew."""
    return Wiring()
