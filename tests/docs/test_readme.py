"""What the README tells people to type works as it says."""

from __future__ import annotations

import json
import re
import shlex
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

import app
from local.startup.sample_campaigns import documents

if TYPE_CHECKING:
    from tests.kit.world import World

ROOT = Path(app.__file__).parent
README = (ROOT / "README.md").read_text()
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def fenced(page: str, language: str) -> list[str]:
    """The code blocks of one language on a page."""
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


class Snippet(HTMLParser):
    """A form: where it goes, its fields, and which of them are required."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.method = self.action = self._select = ""
        self.fields: dict[str, str] = {}
        self.required: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        name = facts.get("name") or ""
        if tag == "form":
            self.method, self.action = facts.get("method") or "", facts.get("action") or ""
        elif tag in {"input", "select", "textarea"}:
            self.fields[name] = facts.get("value") or ""
            self._select = name if tag == "select" else ""
            self.required |= {name} if "required" in facts else set()
        elif tag == "option" and not self.fields[self._select]:
            self.fields[self._select] = facts.get("value") or ""


def the_snippet() -> Snippet:
    (html,) = (block for block in fenced(README, "html") if "<form" in block)
    return Snippet(html)


@pytest.mark.parametrize(
    "page", sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")]), ids=lambda path: path.name
)
def test_every_make_command_is_a_target(page: Path) -> None:
    named = re.findall(r"(?:^|`)(?:[A-Z]+=\w+ )*make ([a-z-]+)", page.read_text(), re.MULTILINE)
    assert set(named) - TARGETS == set()


def test_readme_shows_how_to_run_and_test_it() -> None:
    assert {"run", "test"} <= set(re.findall(r"^make ([a-z-]+)", "".join(fenced(README, "sh")), re.MULTILINE))


def test_embed_snippet_signs(world: World) -> None:
    snippet = the_snippet()
    path = urlsplit(snippet.action).path
    campaign = path.split("/")[2]
    published = world.admin("PUT", f"/admin/campaigns/{campaign}", documents([])[campaign])
    assert published.status == 201, published.text
    assert snippet.method == "post"
    typed = {**snippet.fields, "email": "ana@example.org", "given_name": "Ana", "family_name": "Quispe"}
    reply = world.post_form(path, typed, origin="https://our-site.example")
    assert reply.status == 303
    assert reply.headers["location"].endswith(f"/sign/{campaign}/thanks?lang=en")
    (stored,) = world.signatures()
    assert stored["email"] == {"S": "ana@example.org"}
    assert stored["consents"] == {"L": [{"S": "wbw"}]}
    assert stored["source"] == {"S": "our-site"}
    assert world.request("GET", urlsplit(reply.headers["location"]).path).status == 200


def test_embed_snippet_asks_for_what_the_campaign_requires_and_traps_robots(world: World) -> None:
    snippet = the_snippet()
    campaign = urlsplit(snippet.action).path.split("/")[2]
    document = documents([])[campaign]
    required = {field["name"] for field in document["fields"] if field.get("required")} | {"email"}
    assert snippet.required == required
    world.admin("PUT", f"/admin/campaigns/{campaign}", document)
    person = {"email": "a@example.org", "given_name": "A", "family_name": "B"}
    robot = {**snippet.fields, **person, "website": "https://spam.example"}
    assert world.post_form(urlsplit(snippet.action).path, robot).status == 303
    assert [(item["state"]["S"], item["held"]["S"]) for item in world.signatures()] == [("pending", "honeypot")]


def test_curl_example_signs(world: World) -> None:
    (line,) = [
        one for one in re.split(r"\n(?! )", "".join(fenced(README, "sh")).replace("\\\n", " ")) if "/signatures" in one
    ]
    words = shlex.split(line)
    path = urlsplit(next(word for word in words if word.startswith("http"))).path
    campaign = path.split("/")[2]
    world.admin("PUT", f"/admin/campaigns/{campaign}", documents([])[campaign])
    typed = dict(words[place + 1].split("=", 1) for place, word in enumerate(words) if word == "-d")
    assert world.post_form(path, typed, accept="application/json").status == 201
    assert len(world.signatures()) == 1


def test_json_example_of_the_api_signs_and_gets_the_answer_shown(world: World) -> None:
    page = (ROOT / "docs" / "http-api.md").read_text()
    example = next(block for block in fenced(page, "sh") if "/signatures --json" in block)
    typed = json.loads(re.search(r"--json '(.*?)'", example, re.DOTALL)[1])  # type: ignore[index]
    campaign = re.search(r"/campaigns/([a-z-]+)/signatures", example)[1]  # type: ignore[index]
    world.admin("PUT", f"/admin/campaigns/{campaign}", documents([])[campaign])
    reply = world.post_json(f"/campaigns/{campaign}/signatures", typed)
    assert reply.status == 201
    assert reply.json == json.loads(fenced(page, "json")[0])


def test_campaign_example_of_the_api_creates_one(world: World) -> None:
    page = (ROOT / "docs" / "http-api.md").read_text()
    example = next(block for block in fenced(page, "sh") if "-X PUT" in block)
    body = json.loads(re.search(r"--json '(.*?)'", example, re.DOTALL)[1])  # type: ignore[index]
    assert world.admin("PUT", "/admin/campaigns/library", body).status == 201
    assert world.get("/sign/library").status == 200
