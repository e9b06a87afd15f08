"""Builds the services once per container, each on first use; nothing else constructs them."""

from __future__ import annotations

import time
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from chalicelib.services.campaigning import Campaigning
from chalicelib.storage.api_keys import ApiKeys
from chalicelib.storage.campaigns import Campaigns
from chalicelib.stores import Stores

if TYPE_CHECKING:
    from chalicelib.services.confirming import Confirming, LinkMaker
    from chalicelib.services.erasing import Erasing
    from chalicelib.services.export_writing import ExportWriting
    from chalicelib.services.exporting import Exporting
    from chalicelib.services.feedback import Feedback
    from chalicelib.services.hourly import Hourly
    from chalicelib.services.keeping import Keeping
    from chalicelib.services.keyring import Keyring
    from chalicelib.services.listing import Listing
    from chalicelib.services.mailing import Mailing
    from chalicelib.services.managing import Managing
    from chalicelib.services.noticing import Noticing
    from chalicelib.services.paper import Paper
    from chalicelib.services.pausing import Pausing
    from chalicelib.services.proving import Proving
    from chalicelib.services.releasing import Releasing
    from chalicelib.services.retaining import Retaining
    from chalicelib.services.rotating import Rotating
    from chalicelib.services.saving import Saving
    from chalicelib.services.showing import Showing
    from chalicelib.services.signing import Signing
    from chalicelib.services.sweeping import Sweeping
    from chalicelib.services.tallying import Tallying
    from chalicelib.storage.trends import Trends


class Wiring(Stores):
    """One object graph."""

    @cached_property
    def campaigning(self) -> Campaigning:
        """Campaigns and counts."""
        return Campaigning(Campaigns(self.registry), self.tallies, self.now)

    @cached_property
    def saving(self) -> Saving:
        """Changing campaigns."""
        from chalicelib.services.saving import Saving

        return Saving(self.campaigning, self.campaigning.store, _render, self._has_signatures, self.now)

    def _has_signatures(self, campaign: str, buckets: int) -> bool:
        return self.signatures.has_any(campaign, buckets)

    @cached_property
    def signing(self) -> Signing:
        """Taking signatures."""
        from chalicelib.services.signing import Signing

        return Signing(
            self.campaigning, self.signatures, lambda: self.mail_marks, self.pepper, lambda: self.proving, self.now
        )

    @cached_property
    def proving(self) -> Proving:
        """Asking captcha services."""
        from chalicelib.services.proving import Proving

        return Proving(lambda site_key: self.known_secrets.fresh().captcha(site_key), lambda: self.settings.captcha_url)

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

        return Keeping(self.listing, self.signatures, self.mail_marks, self.audit, self.now)

    @cached_property
    def releasing(self) -> Releasing:
        """What organisers do with held signatures."""
        from chalicelib.services.releasing import Releasing

        return Releasing(
            self.campaigning, self.listing, self.signatures, self.mail_marks, self._trends, self.audit, self.now
        )

    @cached_property
    def _trends(self) -> Trends:
        from chalicelib.storage.trends import Trends

        return Trends(self.registry)

    @cached_property
    def noticing(self) -> Noticing:
        """Noticing unlikely shares."""
        from chalicelib.services.noticing import Noticing

        return Noticing(self.campaigning, self.timeline, self._trends, self.now)

    @cached_property
    def exporting(self) -> Exporting:
        """Exports for organisers."""
        from chalicelib.services.exporting import Exporting

        return Exporting(self.campaigning, self.exports, lambda: self.files, self.export_queue, self.audit, self.now)

    @cached_property
    def export_writing(self) -> ExportWriting:
        """Writing exports."""
        from chalicelib.services.export_writing import ExportWriting

        return ExportWriting(self.exports, self.files, self.walk, self.export_queue, self.now)

    @cached_property
    def paper(self) -> Paper:
        """Signatures given on paper."""
        from chalicelib.services.paper import Paper

        return Paper(self.campaigning, self.signatures, self.audit, self.pepper, self.now)

    @cached_property
    def erasing(self) -> Erasing:
        """Erasure and access."""
        from chalicelib.services.erasing import Erasing

        return Erasing(
            self.campaigning, self.signatures, self.addresses, self.exporting, self.audit, self.pepper, self.now
        )

    @cached_property
    def retaining(self) -> Retaining:
        """Retention."""
        from chalicelib.services.retaining import Retaining
        from chalicelib.storage.progress import Progress

        return Retaining(
            self.campaigning, self.signatures, self.exporting, self.audit, Progress(self.registry), self.now
        )

    @cached_property
    def rotating(self) -> Rotating:
        """Rotating link keys."""
        from chalicelib.services.rotating import Rotating

        return Rotating(self.secret_store, self.audit, self.now)

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
        from chalicelib.services.holding import Holding
        from chalicelib.services.mailing import Mailing
        from chalicelib.storage.caps import Caps

        return Mailing(
            campaigning=self.campaigning,
            mail_marks=self.mail_marks,
            addresses=self.addresses,
            # Once: a lost answer must not send a mail twice; trying again is the queue's.
            postman=Postman(self.client("sesv2", 1), self.settings.ses_configuration_set),
            holding=Holding(Caps(self.registry), self.pepper, self.now),
            pausing=self.pausing,
            link_maker=self.link_maker,
            dead_letters=self.dead_letters,
            pepper=self.pepper,
            public_url=lambda: self.settings.public_url,
            clock=self.now,
        )

    @cached_property
    def pausing(self) -> Pausing:
        """The switch for all mail."""
        from chalicelib.services.pausing import Pausing
        from chalicelib.storage.switches import MailSwitch

        return Pausing(MailSwitch(self.registry), self.now)

    @cached_property
    def feedback(self) -> Feedback:
        """Taking SES events."""
        from chalicelib.services.feedback import Feedback

        dead_letters = self.report_dead_letters
        return Feedback(
            self.campaigning, self.signatures, self.mail_marks, self.addresses, dead_letters, self.pepper, self.now
        )

    @cached_property
    def sweeping(self) -> Sweeping:
        """The daily round."""
        from chalicelib.services.sweeping import Sweeping
        from chalicelib.storage.progress import Progress

        return Sweeping(
            campaigning=self.campaigning,
            signatures=self.signatures,
            mail_marks=self.mail_marks,
            tallying=self.tallying,
            queue=self.mail_queue,
            progress=Progress(self.registry),
            pausing=self.pausing,
            clock=self.now,
        )

    @cached_property
    def hourly(self) -> Hourly:
        """What is done once an hour."""
        from chalicelib.services.hourly import Hourly

        return Hourly(self.noticing, self.retaining, self.sweeping)

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
