"""A sheet to sign on paper: what somebody asked for, and what stands on it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.errors import FieldError, InvalidFields
from chalicelib.domain.paper_sizes import Paper

if TYPE_CHECKING:
    from chalicelib.domain.campaigns.statements import Statement

MOST_ROWS = 200
# Changes whenever the same facts would be set in another way, so that sheets of before are not found.
LAYOUT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetOptions:
    """`rows` is how many lines there are; 0 for as many as fit on one page."""

    language: str
    paper: Paper = Paper.A4
    rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedSheet:
    """What stands on a sheet beside the statement, whose `version` and `sha256` name its words.

    `url` is the form's page, `sponsors` are those behind the campaign on one line, `contact` is an address of theirs.
    """

    campaign: str
    language: str
    version: int
    sha256: str
    paper: Paper
    rows: int
    is_letter: bool
    sponsors: str
    contact: str
    url: str

    @property
    def short_url(self) -> str:
        """The form's page as people type it."""
        return self.url.partition("://")[2].partition("?")[0]

    @property
    def file_name(self) -> str:
        """What it is called in the bucket: named by all that stands on it, and by how that is set."""
        digest = hashlib.sha256(json.dumps([LAYOUT, asdict(self)], sort_keys=True).encode()).hexdigest()[:32]
        return f"exports/{self.campaign}/sheet-{digest}.pdf"

    def has_words_of(self, statement: Statement) -> bool:
        """True if `statement` is what is signed on it."""
        return (statement.version, statement.language, statement.sha256) == (self.version, self.language, self.sha256)


def parse_options(
    language: str | None, paper: str | None, rows: str | None, *, languages: tuple[str, ...]
) -> SheetOptions:
    """The options of a query; without one, the first of `languages`, A4, and one page full of lines. Raises InvalidFields."""
    mistakes = []
    if language is not None and language not in languages:
        mistakes.append(FieldError("lang", "not_an_option"))
    if paper is not None and paper not in list(Paper):
        mistakes.append(FieldError("paper", "not_an_option"))
    if rows is not None and not (rows.isascii() and rows.isdecimal() and rows.strip("0")):
        mistakes.append(FieldError("rows", "not_a_number"))
    elif rows is not None and (len(rows) > len(str(MOST_ROWS)) or int(rows) > MOST_ROWS):
        mistakes.append(FieldError("rows", "too_large", limit=MOST_ROWS))
    if mistakes:
        raise InvalidFields(tuple(mistakes))
    return SheetOptions(language=language or languages[0], paper=Paper(paper or Paper.A4), rows=int(rows or 0))
