"""Sheets to sign on paper: what stands on them, that each is set once, and what happens while the exporter is busy."""

from __future__ import annotations

import io
import re
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.campaigns.statements import Statement
from chalicelib.domain.paper.printed_sheets import MOST_ROWS, PrintedSheet
from chalicelib.domain.paper_sizes import Paper
from chalicelib.pages.paper_sheet.sheet_file import write_sheet
from chalicelib.services.paper.printed_sheets import LOOKS, SECONDS_BETWEEN
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

SHEET = "/admin/campaigns/peru/sheet.pdf"
PAGE = re.compile(rb"/Type/Page/")
FACTS: dict[str, Any] = {
    "campaign": "peru", "language": "en", "version": 1, "sha256": "ab" * 32, "paper": Paper.A4, "rows": 0, "is_letter": False,
    "sponsors": "A group", "contact": "a@example.org", "url": "https://sign.example.org/sign/peru?lang=en",
}  # fmt: skip


@pytest.fixture
def peru(world: World) -> World:
    """A campaign, and nobody who waits."""
    world.publish("peru")
    wiring().printed_sheets.pause = lambda _seconds: None
    return world


def fetched(world: World, reply: Reply) -> bytes:
    assert reply.status == 200, reply.text
    return world.download(reply.json["url"])


def ask(world: World, query: str = "", accept: str = "application/json") -> Reply:
    """What is answered once the exporter has worked."""
    reply = world.admin("GET", f"{SHEET}{query}", accept=accept)
    return (
        world.admin("GET", f"{SHEET}{query}", accept=accept) if reply.status == 503 and world.run_exports() else reply
    )


def test_a_sheet_is_a_pdf_of_the_paper_and_with_the_lines_that_were_asked_for(peru: World) -> None:
    pdf = fetched(peru, ask(peru, "?lang=es&paper=letter&rows=60"))
    assert pdf.startswith(b"%PDF-")
    inside = b"".join(contents(pdf))
    assert b"/MediaBox[0 0 612.00 792.00]" in inside
    assert len(PAGE.findall(inside)) >= 3
    assert inside.count(b"/S/TR") == 60 + len(PAGE.findall(inside))  # a head on each page
    assert len(PAGE.findall(b"".join(contents(fetched(peru, ask(peru)))))) == 1


def test_a_browser_is_led_to_the_file(peru: World) -> None:
    reply = ask(peru, accept="text/html")
    assert (reply.status, reply.headers["cache-control"]) == (303, "no-store")
    assert peru.download(reply.headers["location"]).startswith(b"%PDF-")


def test_a_sheet_is_set_once_and_anew_after_a_change_of_the_words(peru: World) -> None:
    made: list[str] = []
    files = wiring().export_files
    put = files.put

    def noted(name: str, content: bytes, content_type: str = "") -> None:
        made.append(name)
        put(name, content, content_type)

    files.put = noted  # type: ignore[method-assign]
    first = ask(peru).json["url"]
    assert ask(peru).json["url"].partition("?")[0] == first.partition("?")[0]
    assert len(made) == 1
    text = peru.admin("GET", "/admin/campaigns/peru").json["texts"]["en"]
    peru.admin("PATCH", "/admin/campaigns/peru", {"texts": {"en": {**text, "title": "Another"}}}, If_Match="*")
    assert ask(peru).json["url"].partition("?")[0] != first.partition("?")[0]
    assert len(made) == 2


def test_whoever_waits_too_long_is_told_to_come_again_and_then_finds_it(world: World) -> None:
    world.publish("peru")
    waited: list[float] = []
    wiring().printed_sheets.pause = waited.append
    reply = world.admin("GET", SHEET, accept="application/json")
    assert (reply.status, reply.json["code"], reply.headers["retry-after"]) == (503, "being_made", "5")
    assert sum(waited) == LOOKS * SECONDS_BETWEEN < 10, "the API's function lives for fifteen seconds"
    assert world.run_exports() == 1
    assert world.admin("GET", SHEET, accept="application/json").status == 200


def test_a_job_whose_words_are_not_kept_ends_without_a_file(peru: World) -> None:
    sheet = PrintedSheet(**{**FACTS, "version": 7})
    wiring().export_queue.add_printed_sheet(sheet)
    wiring().export_queue.add_printed_sheet(PrintedSheet(**{**FACTS, "sha256": "cd" * 32}))
    assert peru.run_exports() == 2
    assert not wiring().export_files.exists(sheet.file_name)


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("?lang=tlh", "lang", "not_an_option"),
        ("?paper=a0", "paper", "not_an_option"),
        ("?rows=0", "rows", "not_a_number"),
        ("?rows=", "rows", "not_a_number"),
        ("?paper=", "paper", "not_an_option"),
        ("?lang=", "lang", "not_an_option"),
        ("?rows=-3", "rows", "not_a_number"),
        ("?rows=ten", "rows", "not_a_number"),
        ("?rows=²", "rows", "not_a_number"),
        (f"?rows={MOST_ROWS + 1}", "rows", "too_large"),
        (f"?rows={'9' * 400}", "rows", "too_large"),
    ],
)
def test_what_is_asked_wrongly_is_refused(peru: World, query: str, field: str, code: str) -> None:
    reply = ask(peru, query)
    (error,) = reply.json["errors"]
    assert (reply.status, error["field"], error["code"]) == (422, field, code)


def test_who_may_not_read_the_campaign_gets_none(peru: World) -> None:
    _, secret = wiring().keyring.create("other", Role.READER, campaigns=("lima",))
    assert peru.get(SHEET, authorization=f"Bearer {secret}").status == 403
    assert peru.get(SHEET).status == 401


@pytest.mark.parametrize("body", ["Short.", "A long paragraph of many words. " * 120, "- item\n" * 200, "x" * 3000, ""])
@pytest.mark.parametrize("rows", [0, 1, 7, 40])
def test_any_text_has_a_sheet_whose_lines_all_stand_on_paper(body: str, rows: int) -> None:
    pdf, pages = a_sheet(body=body, rows=rows)
    inside = b"".join(contents(pdf))
    heights = [float(one) for one in re.findall(rb" 1 0 0 1 \S+ (\S+) Tm", inside)]
    assert min(heights) >= 36, "nothing below the margin"
    assert pages == len(PAGE.findall(inside))
    heads = inside.count(b"/Scope/Column") // 4
    assert inside.count(b"/S/TR") - heads >= (rows or 7)


def contents(pdf: bytes) -> list[bytes]:
    found = []
    for stream in re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return found


def a_sheet(*, body: str, **changes: Any) -> tuple[bytes, int]:
    statement = Statement(1, "en", "A title", body=body, targets=("The council",), sha256="ab" * 32)
    out = io.BytesIO()
    pages = write_sheet(out, PrintedSheet(**FACTS | changes), statement, datetime(2026, 11, 28, tzinfo=UTC))
    return out.getvalue(), pages
