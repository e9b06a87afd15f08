"""Normalising many combining marks takes quadratic time: what is handed over to it is counted, wherever text comes in."""

from __future__ import annotations

import json
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from chalicelib.domain.addresses.email_addresses import valid_email
from chalicelib.domain.campaigns import campaign_documents, sign_form
from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.paper import cells
from chalicelib.domain.text import text_rules
from chalicelib.domain.text.spellings import plain
from tests.domain.test_mistakes_in_documents import WHOLE, places, spoiled
from tests.kit.factories import a_campaign, a_document, a_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kit.world import World

MARKS = "\u0301\u0323"
HEAPS = {
    "one letter": "a" + MARKS * 7500,
    "one letter, shorter than a comment may be": "a" + MARKS * 990,
    "Tibetan vowels, which count as no marks": "\u0f73" * 1900,
    "many letters": ("a" + MARKS) * 4900,
    "spaces around": " " * 9000 + "a" + MARKS * 150,
    "an address": "a" + MARKS * 7400 + "@example.org",
    "a pasted address": "a" + MARKS * 490 + "@example.org",
    "a domain": "ana@a" + MARKS * 7400 + ".org",
    "a host": "https://a" + MARKS * 7400 + ".org",
    "a host with a port": "//a" + MARKS * 7400 + ":8080",
}
FREE, MOST_MARKS, MOST_AT_ONCE = 300, 30, 4 * text_rules.MAX_COMMENT_LENGTH
heaps = pytest.mark.parametrize("heap", HEAPS.values(), ids=HEAPS)


def is_mark(one: str) -> bool:
    return unicodedata.combining(one) > 0 or one == "\u0f73"


def marks_in_a_row(text: str) -> int:
    return max((len(list(run)) for is_run, run in groupby(text, is_mark) if is_run), default=0)


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that anybody, in the app or in a library, has normalised."""
    texts: list[str] = []
    original = unicodedata.normalize

    def recorded(form: Any, text: str) -> str:
        texts.append(text)
        # What is too much takes seconds; the test fails all the same.
        return original(form, text) if len(text) <= 2 * MOST_AT_ONCE else text

    monkeypatch.setattr(unicodedata, "normalize", recorded)
    return texts


def too_much(texts: list[str]) -> list[tuple[int, int]]:
    """Length and marks in a row of each text whose normalisation costs more than it may."""
    sizes = [(len(text), marks_in_a_row(text)) for text in texts]
    return [
        (length, marks) for length, marks in sizes if (length > FREE and marks > MOST_MARKS) or length > MOST_AT_ONCE
    ]


def post(world: World, path: str, body: Any) -> int:
    """A body in UTF-8: `\\u0301` takes three times as much of what a body may have."""
    headers = {"content_type": "application/json", "authorization": f"Bearer {world.admin_key}"}
    return world.request("POST", path, json.dumps(body, ensure_ascii=False), **headers).status


@heaps
def test_no_field_of_a_form_is_normalised_at_any_length(world: World, handed: list[str], heap: str) -> None:
    world.publish(
        fields=[*a_document()["fields"], {"name": "custom.why", "type": "textarea", "label": {"en": "a", "es": "a"}}]
    )
    handed.clear()
    names: tuple[str, ...] = (
        "email",
        "given_name",
        "country",
        "comment",
        "custom.why",
        "consents",
        "source",
        "referrer",
        "utm_source",
    )
    names += ("_instead_of", "_next", "lang", "custom.chapter", "public")
    statuses = {post(world, "/campaigns/peru/signatures", a_form(**{name: heap, "_proof": "x"})) for name in names}
    statuses |= {world.post_form("/campaigns/peru/signatures", a_form(email=heap[:2000])).status}
    assert statuses <= {201, 303, 422}
    assert handed, "the recorder sees what is normalised"
    assert too_much(handed) == []


@heaps
def test_no_part_of_a_campaign_is_normalised_at_any_length(handed: list[str], heap: str) -> None:
    for path in places(WHOLE):
        for value in (heap, [heap], {"en": heap}, {heap: "x"}, {"name": heap}):
            try:
                campaign_documents.parse(spoiled(WHOLE, path, value))
            except InvalidFields:
                continue
    assert handed
    assert too_much(handed) == []


@heaps
def test_no_search_paper_erasure_or_address_of_a_page_is_normalised_at_any_length(
    world: World, handed: list[str], heap: str
) -> None:
    peru = "/admin/campaigns/peru/signatures"
    written = ("email", "given_name", "country", "comment")
    statuses = {
        post(world, f"{peru}/find", {"email": heap}),
        post(world, "/admin/access", {"email": heap}),
        post(world, "/admin/erasures", {"email": heap}),
        *(post(world, peru, {"given_name": "Rosa", name: heap}) for name in written),
        post(world, "/admin/keys", {"name": heap, "role": "reader", "campaigns": ["peru"]}),
        world.get(f"/oembed?url={quote(heap[:1500])}").status,
        world.get("/campaigns/peru/count", origin=heap[:1500]).status,
    }
    assert statuses <= {200, 201, 404, 422}
    assert too_much(handed) == []


@heaps
def test_no_cell_of_a_sheet_is_normalised_at_any_length(handed: list[str], heap: str) -> None:
    tries: tuple[Callable[[str], object], ...] = (
        plain,
        cells.yes_or_no,
        cells.day,
        lambda text: cells.organisations(text, {"wbw": "World Beyond War"}),
    )
    for read in tries:
        try:
            read(heap)
        except cells.BadCell:
            continue
    assert [len(text) for text in handed if len(text) > 1000] == []


@heaps
def test_an_address_longer_than_any_is_not_examined_letter_by_letter(handed: list[str], heap: str) -> None:
    assert valid_email(heap) is None
    assert handed == []


class TestWhatFits:
    """The bounds refuse nothing that was taken before."""

    def test_a_name_in_parts_is_as_long_as_a_composed_one(self) -> None:
        composed = "\u1f82" * 100  # one letter of four parts, the most there are
        parts = unicodedata.normalize("NFD", composed)
        assert len(parts) == 400
        form = sign_form.parse(a_campaign(), a_form(given_name=f"\r\n {parts}" + " " * 500))
        assert form.answers["given_name"] == composed
        with pytest.raises(InvalidFields) as refused:
            sign_form.parse(a_campaign(), a_form(given_name=parts + "a"))
        assert [(one.field, one.code, one.limit) for one in refused.value.errors] == [("given_name", "too_long", 100)]

    def test_thirty_marks_on_a_letter_are_composed_and_more_stay_as_they_are(self) -> None:
        most = "a" + MARKS * 15
        assert text_rules.normalise(most, limit=100) == unicodedata.normalize("NFC", most)
        assert text_rules.normalise(most + "\u0301", limit=100) == most + "\u0301"
        assert text_rules.normalise(f"{most}a{most}", limit=100) == unicodedata.normalize("NFC", f"{most}a{most}")

    def test_marks_beyond_thirty_in_a_comment_are_kept(self) -> None:
        heap = HEAPS["one letter, shorter than a comment may be"]
        assert sign_form.parse(a_campaign(), a_form(comment=heap)).answers["comment"] == heap
