"""Writes the email that is due in the signer's language, with the signer's own links; it sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.access.signed_links import Purpose
from chalicelib.mail.email_messages import MailLinks, compose

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.mail.due_mail import DueEmail
    from chalicelib.mail.email_messages import Message
    from chalicelib.services.signers.link_maker import LinkMaker


@dataclass(frozen=True, slots=True)
class EmailComposer:
    """Composes emails."""

    link_maker: LinkMaker
    public_url: Callable[[], str]
    clock: Callable[[], datetime]

    def compose(self, email: DueEmail) -> Message:
        """Returns the whole message. Raises Unavailable while the link keys cannot be read."""
        campaign, signature = email.campaign, email.signature
        language = campaign.language_or_default(signature.language)
        links = self._links(email, language)
        return compose(
            email.kind,
            campaign,
            language,
            to=signature.email,
            links=links,
            now=self.clock(),
            given_name=email.given_name,
            is_test=campaign.is_test,
        )

    def _links(self, email: DueEmail, language: str) -> MailLinks:
        base_url = self.public_url()

        def link(purpose: Purpose) -> str:
            return self.link_maker.url_for(purpose, email.signature, base_url=base_url, language=language)

        return MailLinks(
            confirm=link(Purpose.CONFIRM),
            withdraw=link(Purpose.WITHDRAW),
            unsubscribe=link(Purpose.UNSUBSCRIBE),
            manage=link(Purpose.MANAGE),
            sign=f"{base_url}/sign/{email.campaign.id}?lang={language}",
        )
