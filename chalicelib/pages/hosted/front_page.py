"""The front page: open campaigns by title, each in the reader's language if it has it. It shows no numbers and nobody's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from chalicelib.i18n import languages
from chalicelib.pages.hosted.share_links import sign_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


MAX_CAMPAIGNS = 200


class HasTitles(Protocol):
    """What a line is made from: `title` is the one of `titles` in the campaign's default language."""

    @property
    def id(self) -> str:
        """The campaign's id."""

    @property
    def kind(self) -> str:
        """Petition or letter."""

    @property
    def title(self) -> str:
        """Its title in its default language."""

    @property
    def titles(self) -> Mapping[str, str]:
        """Its titles by language."""


@dataclass(frozen=True, slots=True)
class ListedCampaign:
    """One line of the page."""

    title: str
    language: str
    kind: str
    url: str


def listed_campaigns(
    campaigns: Iterable[HasTitles], language: str, accept_language: str | None, *, base_url: str
) -> tuple[ListedCampaign, ...]:
    """The lines of the page in the order of their titles, at most 200."""
    lines = [_listed(one, language, accept_language, base_url) for one in campaigns]
    return tuple(sorted(lines, key=lambda line: (line.title.casefold(), line.url))[:MAX_CAMPAIGNS])


def _listed(campaign: HasTitles, language: str, accept_language: str | None, base_url: str) -> ListedCampaign:
    own = next(name for name, title in campaign.titles.items() if title == campaign.title)
    shown = languages.choose_language(language, accept_language, tuple(campaign.titles), own)
    return ListedCampaign(campaign.titles[shown], shown, campaign.kind, sign_url(base_url, campaign.id, shown))
