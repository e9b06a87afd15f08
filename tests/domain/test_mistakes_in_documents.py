"""Every mistake in a document names its place as the document does, and has a sentence of ours."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.api.http.problems import with_messages
from chalicelib.domain.access import api_key_requests
from chalicelib.domain.addresses.keyed_hashes import PSEUDONYM_LENGTH
from chalicelib.domain.campaigns import campaign_documents
from chalicelib.domain.errors import FieldError, InvalidFields
from chalicelib.domain.exports import export_documents
from chalicelib.domain.signatures import signature_filters
from chalicelib.i18n.messages import FIELD_MESSAGES
from tests.kit.factories import a_campaign, a_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WRONG: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**12, "", " ", "\u200b", "\u3164", "x\r\ny", "\x00", "<b>", "x" * 60_000, "https:evil.org", "null",
    "2026-01-01T00:00:00", "9999-12-31T23:59:59Z", "a@b", "*", [], {}, [None], [{}], {"x": 1}, {"EN": "x"}, ["x", "x"],
)  # fmt: skip
WHOLE = a_document(
    fields=[{"name": "country", "required": True},
            {"name": "custom.way", "type": "select", "label": {"en": "Way"}, "options": ["Bus", "Tram"]}],
    targets=[{"name": "Congress", "names": {"es": "Congreso"}}],
    sponsors=[{"id": "a", "name": "A", "url": "https://a.example", "privacy_url": ""}],
    sender={"name": "A", "email": "a@example.org", "reply_to": ""},
    captcha={"provider": "hcaptcha", "site_key": "key"}, limits={"network_hourly": 5, "hold": ["fast"]},
    opens_at="2026-11-01T00:00:00Z", closes_at=None, goal=5, allowed_origins=["https://example.org"],
    redirect_url={"en": "https://example.org/thanks"}, time_zone="America/Lima", accent="#112233", retention_days=30,
)  # fmt: skip
KEY = {"name": "Ana", "role": "reader", "campaigns": ["peru"], "sponsor": None, "expires_at": "2027-01-01T00:00:00Z"}
EXPORT = {"format": "csv", "state": "any", "since": "2026-11-20", "sponsor": None, "delivery": False, "bom": True}


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


def spoiled(document: Any, path: tuple[str | int, ...], value: Any) -> Any:
    if not path:
        return value
    made = copy.deepcopy(document)
    inside = made
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    return made


def mistakes(document: Any, parse: Callable[[Any], object]) -> Iterator[tuple[Any, FieldError]]:
    for path in places(document):
        for value in WRONG:
            try:
                parse(spoiled(document, path, value))
            except InvalidFields as refused:
                yield from (((path, value), error) for error in refused.errors)


@pytest.mark.parametrize(
    ("document", "parse", "whole"),
    [
        (WHOLE, campaign_documents.parse, "campaign"),
        (KEY, lambda body: api_key_requests.parse(body, NOW), "key"),
        (EXPORT, lambda body: export_documents.parse(body, a_campaign(), NOW, "en"), "export"),
    ],
)
def test_every_mistake_has_its_place_and_a_sentence_of_ours(
    document: Any, parse: Callable[[Any], object], whole: str
) -> None:
    parse(document)
    codes: set[str] = set()
    before: object = None
    for tried, error in mistakes(document, parse):
        codes.add(error.code)
        assert (tried, error.field) != before, "one message for each mistake"
        before = (tried, error.field)
        assert error.code in FIELD_MESSAGES, (tried, error)
        assert not set(error.field) & set("[]()'\" <>"), (tried, error)
        place = ".".join(map(str, tried[0]))
        is_near = error.field.startswith(place) or place.startswith(error.field) or error.field == whole
        is_elsewhere = error.code in {"without_translation", "without_label", "twice", "default_language_missing",
                                      "closes_before_it_opens", "archived_while_open", "not_an_option",
                                      "sponsor_key_too_wide", "delivered_whole", "missing"}  # fmt: skip
        assert is_near or is_elsewhere, (tried, error)
        (spanish,), (english,) = with_messages([error], "es"), with_messages([error], "en")
        assert spanish.message, (tried, error)
        assert spanish.message != english.message, (tried, error)
        assert "{" not in spanish.message + english.message, (tried, error)
    assert "bad_value" not in codes, "each mistake says what to do"
    assert len(codes) > 5


SEARCH = {"state": "confirmed", "from": "2026-11-01", "to": "2026-11-20", "country": "PE", "language": "es", "source": "flyer",
          "held": "any", "network": "a" * PSEUDONYM_LENGTH}  # fmt: skip
HELD = {"reason": "any", "network": "a" * PSEUDONYM_LENGTH, "domain": "example.org", "cursor": "x"}
FLOOD = {
    "network": "a" * PSEUDONYM_LENGTH,
    "source": "flyer",
    "flag": "fast",
    "from": "2026-11-01",
    "to": "2026-11-20",
    "preview": True,
}
WRONG_TEXTS = (
    "",
    " ",
    "\u200b",
    "\x00",
    "<b>",
    "x" * 300,
    "null",
    "2026-13-01",
    "2020-01-01",
    "10.0.0.0",
    "a@b",
    "ñ ñ",
)


@pytest.mark.parametrize(
    ("search", "parse", "whole"),
    [
        (SEARCH, signature_filters.parse, "query"),
        (HELD, signature_filters.parse_held, "body"),
        (FLOOD, signature_filters.parse_flood, "body"),
    ],
)
def test_every_mistake_in_a_search_has_its_place_and_a_sentence_that_says_what_to_do(
    search: dict[str, Any], parse: Callable[[Any], object], whole: str
) -> None:
    parse(search)
    refused = {
        (name, value): one
        for name in [*search, "made_up"]
        for value in WRONG_TEXTS
        for one in errors_of({**search, name: value}, parse)
    }
    assert {name for name, _ in refused} >= search.keys() - {"cursor"}
    for (name, _), error in refused.items():
        # A name that is unknown is not repeated: it may be what somebody typed.
        its_place = "to" if error.code == "ends_before_it_begins" else name
        assert error.field in ({whole, "query"} if error.code == "unknown_field" else {its_place})
        assert error.code in FIELD_MESSAGES
        assert error.code != "bad_value"
        (spanish,), (english,) = with_messages([error], "es"), with_messages([error], "en")
        assert spanish.message != english.message
        assert "{" not in spanish.message + english.message


def errors_of(document: Any, parse: Callable[[Any], object]) -> tuple[FieldError, ...]:
    try:
        parse(document)
    except InvalidFields as refused:
        return refused.errors
    return ()
