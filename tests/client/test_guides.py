"""The guides tell the truth: every command in them runs, in order, on the whole local stack; both say the same ones."""

from __future__ import annotations

import csv
import json
import re
import shlex
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

import app
from chalicelib.i18n.languages import lookup
from chalicelib.pages.dashboard.dashboard_words import WORDS
from local.stack import Stack
from tests.local.test_stack import call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.client.conftest import Client, Outcome

ROOT = Path(app.__file__).parent
DOCS = ROOT / "docs"
ENGLISH, SPANISH = ((DOCS / f"{name}.md").read_text() for name in ("organisers", "organizadores"))
PETITION = "no-troops-in-peru"


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def commands(page: str) -> list[list[str]]:
    lines = "".join(blocks(page, "sh")).splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith("undersigned ")]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with Stack(engine="ministack", directory=tmp_path / "stack", port=0, memory=True) as made:
        made.load_samples()
        yield made


def sign(stack: Stack, address: str, **more: object) -> None:
    form = {"email": address, "given_name": "Ana", "family_name": "Quispe", "country": "PE", **more}
    assert call(f"{stack.url}/campaigns/{PETITION}/signatures", form)[0] == 201
    assert stack.drain()["drained"]
    mail = next(one for one in reversed(stack.outbox()) if one["to"] == address)
    link = re.search(rf"{stack.url}(/confirm/[^\s>?]+)", mail["text"])
    assert link
    with urllib.request.urlopen(stack.url + link[1], b"", timeout=30) as page:
        assert page.status == 200
    assert stack.drain()["drained"]


def follow(client: Client, words: list[str], typed: dict[str, str]) -> Outcome:
    """One command of the guide as a person types it, with what it asks for, and `> file` as a shell does it."""
    target = words[words.index(">") + 1] if ">" in words else None
    words = words[: words.index(">")] if target else words
    done = client(*words, typed=typed.get(words[0], "y\n"))
    assert done.code == 0, (words, done)
    if target:
        Path(target).write_text(done.out)
    return done


@pytest.mark.engine
@pytest.mark.slow
def test_every_command_of_the_guide_does_what_it_says(stack: Stack, client: Client) -> None:
    sign(stack, "ana@example.org", consents=["wbw"], public=True)
    sign(stack, "eva@example.org", consents=["cidydh"], given_name="Eva", public=True)
    Path("sheet.csv").write_text(blocks(ENGLISH, "csv")[0])
    key = stack.load_samples()
    client.patch.setattr("getpass.getpass", lambda _: key)
    typed = {
        "login": f"{stack.url}\n",
        "find": "ana@example.org\n",
        "members": "eva.rojas@example.org\n",
        "access": "ana@example.org\n",
        "erase": "ana@example.org\ny\n",
    }
    follow(client, ["login"], typed)  # with an email address: tests/client/test_account.py
    shown = [words for words in commands(ENGLISH) if words[0] != "login"]
    told = {" ".join(words): follow(client, words, typed).out for words in shown}
    assert len(told) >= 20
    assert "Ana" in told[f"find {PETITION}"]
    assert [row["email"] for row in rows("wbw.csv")] == ["ana@example.org"]
    assert [row["email"] for row in rows("wbw-1.csv")] == ["ana@example.org"]
    assert "2 signatures entered." in told[f"paper {PETITION} sheet.csv"]
    assert json.loads(Path("held.json").read_text())["signatures"][0]["email"] == "ana@example.org"
    assert "One signature was erased." in told["erase"]
    assert Path(f"campaigns/{PETITION}.yaml").exists()
    assert "Nothing to do" in told["campaigns diff"]
    assert "It is closed now." in told[f"campaigns close {PETITION}"]
    assert rows("names.csv") == [{"name": "Eva Quispe"}]
    assert "group,label,count,of" in Path("counts.csv").read_text()


@pytest.mark.engine
@pytest.mark.slow
def test_a_list_that_is_kept_up_as_the_guide_says_is_what_a_whole_file_says(stack: Stack, client: Client) -> None:
    """The three steps of "Keep your own list up to date", by somebody with a sheet."""
    client.use(stack.url, stack.load_samples())
    for name in ("ana", "ben", "eva"):
        sign(stack, f"{name}@example.org", consents=["wbw"], public=True)
    export = ["export", PETITION, "--incremental", "list.json", "-o"]
    assert client(*export, "first.csv").code == 0
    kept = {row["id"]: row for row in rows("first.csv")}
    assert len(kept) == 3
    manage(stack, "ana@example.org", do="hide")
    manage(stack, "ben@example.org", do="withdraw-now")
    sign(stack, "ben@example.org", consents=[])
    manage(stack, "eva@example.org", do="withdraw-now")
    sign(stack, "dan@example.org")
    Path("sheet.csv").write_text("given_name,country\nRosa,PE\n")
    assert client("paper", PETITION, "sheet.csv", "--yes").code == 0
    assert client(*export, "changes.csv").code == 0
    for row in rows("changes.csv"):
        if row["state"] == "withdrawn":
            kept.pop(row["id"], None)
        else:
            kept[row["id"]] = row
    assert client("export", PETITION, "-o", "whole.csv").code == 0
    whole = {row["id"]: row for row in rows("whole.csv")}
    assert kept == whole
    assert sorted(row["given_name"] for row in kept.values()) == ["Ana", "Ana", "Ana", "Rosa"]
    assert {row["public"] for row in kept.values() if row["email"] == "ana@example.org"} == {"no"}


def manage(stack: Stack, address: str, **fields: str) -> None:
    """What a signer does by the link in their newest email."""
    mails = [one for one in stack.outbox() if one["to"] == address and "/manage/" in one["text"]]
    link = re.search(rf"{stack.url}(/manage/[^\s>?]+)", mails[-1]["text"])
    assert link
    with urllib.request.urlopen(stack.url + link[1], urlencode(fields).encode(), timeout=30) as page:
        assert page.status == 200
    stack.drain()


def rows(name: str) -> list[dict[str, str]]:
    with Path(name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_both_guides_show_the_same_commands_and_sheets() -> None:
    assert commands(SPANISH) == commands(ENGLISH)
    assert blocks(SPANISH, "csv") == blocks(ENGLISH, "csv")


def test_both_guides_have_the_same_sections_and_tables() -> None:
    def shape(page: str) -> list[str]:
        return [line[:2] for line in page.splitlines() if line.startswith(("#", "|"))]

    assert shape(SPANISH) == shape(ENGLISH)


def test_what_the_guides_quote_of_the_dashboard_stands_there() -> None:
    said = {code: {lookup(one, code, "admin") for one in WORDS.values()} for code in ("en", "es")}
    for page, language, quoted in ((ENGLISH, "en", r'"([^"\n]+)"'), (SPANISH, "es", r"«([^»\n]+)»")):
        paragraphs = [one.replace("\n", " ") for one in page.split("\n\n") if re.match(r"\*\*(Dashboard|Panel)\.", one)]
        assert len(paragraphs) == 16
        quotes = {one for paragraph in paragraphs for one in re.findall(quoted, paragraph)}
        assert len(quotes) > 10
        assert quotes - said[language] - {"Changes since …"} == set()


def test_what_the_guides_quote_is_what_the_client_says() -> None:
    from undersigned_client.language.spanish import SENTENCES

    for english in (
        "No address and key are saved yet",
        "There is nobody to ask",
        "omebody else has just changed it",
    ):
        assert english in ENGLISH
        (quoted,) = [one for one in SENTENCES if english in one]
        spanish = SENTENCES[quoted].removeprefix("{id}: ")
        assert spanish[1:20] in SPANISH
