"""Deliveries as organisers write them in a campaign document."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from chalicelib.domain.campaigns.document_types import Language, Name, OrNothing, UrlOrNone
from chalicelib.domain.documents import refusal
from chalicelib.domain.errors import FieldError
from chalicelib.domain.timestamps import read_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

MAX_DELIVERIES = 20
MAX_WORDS_LENGTH = 500


def _day(value: object) -> date:
    day = read_day(value) if isinstance(value, str) else None
    if day is None:
        raise refusal("bad_day")
    return day


def _https(value: str) -> str:
    if value and not value.startswith("https://"):
        raise refusal("not_https")
    return value


Day = Annotated[date, BeforeValidator(_day)]


class DeliveryDocument(BaseModel):
    """One time that the campaign was handed over: to whom, on which day, and in the languages of the campaign what there is to say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    target: Name
    date: Day
    words: Annotated[
        dict[Language, Annotated[str, StringConstraints(max_length=MAX_WORDS_LENGTH), OrNothing]],
        Field(max_length=30),
    ] = {}
    url: Annotated[UrlOrNone, AfterValidator(_https)] = ""


Deliveries = Annotated[tuple[DeliveryDocument, ...], Field(max_length=MAX_DELIVERIES)]


def faults_of(delivered: Sequence[Mapping[str, Any]], time_zone: str, now: datetime) -> Iterator[FieldError]:
    """Days that have not begun yet in the campaign's zone, each in its place (`delivered.0.date`)."""
    today = now.astimezone(ZoneInfo(time_zone)).date().isoformat()
    for place, one in enumerate(delivered):
        if one["date"] > today:
            yield FieldError(f"delivered.{place}.date", "in_the_future")
