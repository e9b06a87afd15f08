"""Shows an organiser each email of a campaign as it will arrive, to an example person; its links act on nobody's signature."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.access.signed_links import TEST_PREFIX, Purpose
from chalicelib.domain.campaigns.email_words import Placeholder, placeholders
from chalicelib.domain.errors import InvalidFields, NotFound
from chalicelib.domain.signatures.mail_marks import MailKind
from chalicelib.mail.email_messages import MailLinks, compose, usual_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.campaigns.email_words import EmailWords
    from chalicelib.mail.email_messages import Message
    from chalicelib.services.campaigns.campaign_reader import CampaignReader

EXAMPLE_NAME, EXAMPLE_ADDRESS = "María", "maria@example.org"


@dataclass(frozen=True, slots=True)
class CampaignEmail:
    """One email of a campaign: the words that it has by language, what it says otherwise, what can be filled in."""

    kind: MailKind
    words: Mapping[str, EmailWords]
    usual: Mapping[str, EmailWords]
    placeholders: tuple[Placeholder, ...]


@dataclass(frozen=True, slots=True)
class EmailPreviews:
    """Composes emails to an example person."""

    campaign_reader: CampaignReader
    clock: Callable[[], datetime]

    def list(self, campaign: str) -> list[CampaignEmail]:
        """Every email that the campaign sends. Raises CampaignNotFound."""
        stored = self.campaign_reader.get_stored(campaign).campaign
        return [_email(stored, kind) for kind in MailKind if stored.sends(kind)]

    def show(
        self, campaign: str, kind: str, language: str | None, base_url: str, *, words: Mapping[str, Any] | None = None
    ) -> tuple[Campaign, str, Message]:
        """The campaign, the language and one email in it, with other `words` than the saved ones if there are any.

        `language` None is the campaign's own. Raises CampaignNotFound, NotFound, InvalidFields.
        """
        stored, email_kind = self.campaign_reader.get_stored(campaign).campaign, find_kind(kind)
        language = language or stored.default_language
        if language not in stored.texts:
            raise InvalidFields.one("language", "not_an_option", options=", ".join(stored.languages))
        if words is not None:
            stored = replace(stored, emails={email_kind: {language: _checked(stored, email_kind, words)}})
        return stored, language, self.compose(stored, email_kind, language, EXAMPLE_ADDRESS, base_url)

    def compose(
        self, campaign: Campaign, kind: MailKind, language: str, to: str, base_url: str, *, is_test: bool = False
    ) -> Message:
        """One email to the address `to`, with links that say that they act on nothing."""
        links = _links(campaign, base_url, language)
        return compose(
            kind, campaign, language, to=to, links=links, now=self.clock(), given_name=EXAMPLE_NAME, is_test=is_test
        )


def find_kind(kind: str) -> MailKind:
    """The kind of email of that name. Raises NotFound."""
    if kind not in set(MailKind):
        raise NotFound
    return MailKind(kind)


def _checked(campaign: Campaign, kind: MailKind, words: Mapping[str, Any]) -> dict[str, str]:
    from chalicelib.domain.campaigns.email_documents import parse_words

    return parse_words(kind, words, is_double=campaign.is_double)


def _email(campaign: Campaign, kind: MailKind) -> CampaignEmail:
    return CampaignEmail(
        kind,
        {language: campaign.email_words(kind, language) for language in campaign.languages},
        {language: usual_words(kind, campaign, language) for language in campaign.languages},
        placeholders(kind, is_double=campaign.is_double),
    )


def _links(campaign: Campaign, base_url: str, language: str) -> MailLinks:
    def link(purpose: Purpose) -> str:
        return f"{base_url}/{purpose}/{TEST_PREFIX}{campaign.id}?lang={language}"

    return MailLinks(
        confirm=link(Purpose.CONFIRM),
        withdraw=link(Purpose.WITHDRAW),
        unsubscribe=link(Purpose.UNSUBSCRIBE),
        manage=link(Purpose.MANAGE),
        sign=f"{base_url}/sign/{campaign.id}?lang={language}",
    )
