"""Writes an update to one signer, with the signer's name and links; it sends nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import escape

from chalicelib.domain.access.signed_links import TEST_PREFIX, Purpose
from chalicelib.domain.campaigns.email_words import Placeholder, fill
from chalicelib.mail.update_messages import UpdateLinks, compose_update
from chalicelib.pages.markdown import to_html
from chalicelib.pages.plain_text import to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.domain.updates.update import Update, UpdateText
    from chalicelib.mail.email_messages import Message
    from chalicelib.services.signers.link_maker import LinkMaker

# Stands for the name while Markdown becomes HTML, so that nothing in a name is taken for Markdown; nobody types it.
NAME_MARK = "\ue000"


@dataclass(slots=True)
class Mailing:
    """An update with its words and its campaign, as one worker sends it; Markdown is read once for each language."""

    campaign: Campaign
    update: Update
    words: Mapping[str, UpdateText]
    _rendered: dict[tuple[str, bool], tuple[str, str]] = field(default_factory=dict)

    def language_for(self, signature: Signature) -> str:
        """The signer's language if the update has it, else the campaign's; one that came or went meanwhile stops nobody's email."""
        for language in (signature.language, self.campaign.default_language):
            if language in self.words:
                return language
        return next(iter(self.words))

    def name_of(self, signature: Signature) -> str:
        """The first name; none with single confirmation, where nobody proved that it is the name of the address's owner."""
        return signature.answers.get("given_name", "") if self.campaign.is_double else ""

    def bodies(self, language: str, given_name: str) -> tuple[str, str]:
        """The body as plain text and as safe HTML."""
        key = (language, bool(given_name))
        if key not in self._rendered:
            mark = NAME_MARK if given_name else ""
            body = fill(self.words[language].body, {Placeholder.GIVEN_NAME: mark})
            self._rendered[key] = to_text(body), to_html(body)
        text, html = self._rendered[key]
        return text.replace(NAME_MARK, given_name), html.replace(NAME_MARK, str(escape(given_name)))


@dataclass(frozen=True, slots=True)
class UpdateComposer:
    """Composes updates."""

    link_maker: LinkMaker
    public_url: Callable[[], str]

    def compose(self, mailing: Mailing, signature: Signature) -> Message:
        """Returns the whole message to a signer. Raises Unavailable while the link keys cannot be read."""
        language, base_url = mailing.language_for(signature), self.public_url()
        manage = self.link_maker.url_for(Purpose.MANAGE, signature, base_url=base_url, language=language)
        facts = (signature.campaign, signature.id, mailing.update.id)
        token = self.link_maker.links().token(Purpose.LEAVE_UPDATES, *facts, now=self.link_maker.clock())
        links = UpdateLinks(manage, f"{base_url}/{Purpose.LEAVE_UPDATES}/{token}?lang={language}")
        return compose_mailing(mailing, language, mailing.name_of(signature), links)


def compose_test(mailing: Mailing, language: str, given_name: str, base_url: str, *, is_test: bool = True) -> Message:
    """Returns the message as an organiser sees or tries it; its links say that they act on nothing."""

    def link(purpose: Purpose) -> str:
        return f"{base_url}/{purpose}/{TEST_PREFIX}{mailing.campaign.id}?lang={language}"

    links = UpdateLinks(manage=link(Purpose.MANAGE), leave=link(Purpose.LEAVE_UPDATES))
    return compose_mailing(mailing, language, given_name if mailing.campaign.is_double else "", links, is_test=is_test)


def compose_mailing(
    mailing: Mailing, language: str, given_name: str, links: UpdateLinks, *, is_test: bool = False
) -> Message:
    """Returns the message in one language to somebody of that name."""
    subject = fill(mailing.words[language].subject, {str(Placeholder.GIVEN_NAME): given_name})
    text, html = mailing.bodies(language, given_name)
    return compose_update(
        mailing.campaign,
        language,
        subject=subject,
        text=text,
        html=html,
        links=links,
        is_test=is_test,
    )
