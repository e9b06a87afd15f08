"""Checks an organiser's request for a packet; unknown fields are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from chalicelib.domain.campaigns.campaign import HandsOver
from chalicelib.domain.documents import Flag, SingleLine, validate
from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.exports.packets import GroupBy, Names, PacketOptions
from chalicelib.domain.paper_sizes import Paper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.campaigns.campaign import Campaign


class PacketDocument(BaseModel):
    """The body of `POST /admin/campaigns/{campaign}/packets`.

    `language` is that of the packet's own sentences; without it they are in the campaign's, or else in English. `target` is whom
    it is handed to; without it, whom the campaign addresses. `names` are those of signers who agreed to be
    shown, or of all who were told that names are handed over.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: str | None = None
    names: Names = Names.PUBLIC
    target: Annotated[SingleLine, StringConstraints(max_length=200)] | None = None
    group_by: GroupBy = GroupBy.NONE
    paper: Paper = Paper.A4
    comments: Flag = False


def parse(body: object, campaign: Campaign, languages: Sequence[str]) -> PacketOptions:
    """The checked options; `languages` are those that a packet can be in. Raises InvalidFields."""
    document = validate(PacketDocument, body, whole="packet")
    default = campaign.default_language.partition("-")[0]
    language = document.language or (default if default in languages else "en")
    if language not in languages:
        raise InvalidFields.one("language", "not_an_option", options=", ".join(languages))
    if document.names is Names.ALL and campaign.hands_over is not HandsOver.ALL:
        raise InvalidFields.one("names", "names_stay_here")
    target = document.target
    if target is None:
        target = "\n".join(one.name_in(language) for one in campaign.targets)
    return PacketOptions(
        language=language,
        target=target.strip(),
        group_by=document.group_by,
        paper=document.paper,
        comments=document.comments,
        names=document.names,
    )
