"""A version of a statement is for ever: whatever an organiser changes, a signature keeps the words it was given to."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit.factories import a_document

if TYPE_CHECKING:
    from tests.kit.world import World

CAMPAIGN = "/admin/campaigns/peru"
PAGE = {"accept": "text/html"}
CLOSE, WIDEN = "Cierren la base", "Amplíen la base"


def patch(world: World, **changes: Any) -> Any:
    version = world.admin("GET", CAMPAIGN).json["version"]
    answer = world.admin("PATCH", CAMPAIGN, changes, if_match=f'"{version}"')
    assert answer.status == 200, answer.text
    world.later(seconds=31)  # until every function has read it again
    return answer.json


def spanish(title: str) -> dict[str, Any]:
    return {"texts": {"es": {**a_document()["texts"]["es"], "title": title}}}


def without_spanish() -> dict[str, Any]:
    return {"texts": {"es": None}}


def words(world: World, version: int, language: str) -> dict[str, Any]:
    found: dict[str, Any] = world.admin("GET", f"{CAMPAIGN}/texts/{version}").json["texts"][language]
    return found


def signature(world: World, email: str = "ana@example.org") -> dict[str, Any]:
    (found,) = world.admin("POST", f"{CAMPAIGN}/signatures/find", {"email": email}).json["signatures"]
    return dict(found)


def what_was_signed(world: World, email: str = "ana@example.org") -> str:
    found = signature(world, email)
    statement = words(world, found["text_version"], found["language"])
    assert statement["sha256"] == found["text_sha256"]
    return str(statement["title"])


def test_a_language_that_comes_back_with_other_words_is_a_new_version(world: World) -> None:
    patch(world, **spanish(CLOSE))
    world.sign_and_confirm(lang="es")
    patch(world, **without_spanish())
    patch(world, **spanish(WIDEN))
    assert what_was_signed(world) == CLOSE
    world.sign_and_confirm(email="eva@example.org", lang="es")
    assert what_was_signed(world, "eva@example.org") == WIDEN


def test_a_language_that_comes_back_as_it_was_is_the_same_version(world: World) -> None:
    before = patch(world, **spanish(CLOSE))["text_version"]
    patch(world, **without_spanish())
    assert patch(world, **spanish(CLOSE))["text_version"] == before


def test_what_two_absences_hide_is_still_compared(world: World) -> None:
    """Out, another change of the same version in between, in again with other words."""
    patch(world, **spanish(CLOSE))
    world.sign_and_confirm(lang="es")
    patch(world, **without_spanish())
    patch(world, texts={"qu": {**a_document()["texts"]["es"], "title": "Wichqaychik"}})
    patch(world, texts={"qu": None})
    patch(world, **spanish(WIDEN))
    assert what_was_signed(world) == CLOSE


@pytest.mark.parametrize("state", ["open", "closed"])
def test_a_language_renamed_keeps_its_words_under_the_old_name(world: World, state: str) -> None:
    world.sign_and_confirm(lang="en")
    title = a_document()["texts"]["en"]["title"]
    document = a_document(state=state, default_language="en-US", fields=[{"name": "country"}])
    document["texts"]["en-US"] = {**document["texts"].pop("en"), "title": "Something else"}
    version = world.admin("GET", CAMPAIGN).json["version"]
    assert world.admin("PUT", CAMPAIGN, document, if_match=f'"{version}"').status == 200
    assert what_was_signed(world) == title


def test_words_of_a_campaign_that_was_open_are_not_written_over_in_a_draft(world: World) -> None:
    """A function may take a signature on the words it knows for half a minute after the campaign became a draft again."""
    before = patch(world, **spanish(CLOSE))["text_version"]
    number = world.admin("GET", CAMPAIGN).json["version"]
    draft = world.admin("PATCH", CAMPAIGN, {"state": "draft"}, if_match=f'"{number}"').json
    version = draft["version"]
    changed = world.admin("PATCH", CAMPAIGN, spanish(WIDEN), if_match=f'"{version}"').json
    assert changed["text_version"] == before + 1


def test_a_target_renamed_in_one_language_is_another_statement_there(world: World) -> None:
    first = patch(world, targets=[{"name": "The Senate", "names": {"es": "El Senado"}}])["text_version"]
    world.sign_and_confirm(lang="es")
    assert patch(world, targets=[{"name": "The Senate", "names": {"es": "El Congreso"}}])["text_version"] == first + 1
    assert words(world, signature(world)["text_version"], "es")["targets"] == ["El Senado"]


def test_the_hash_is_of_title_summary_body_and_targets(world: World) -> None:
    statement = words(world, 1, "en")
    signed = [statement["title"], statement["summary"], statement["body"], statement["targets"]]
    text = json.dumps(signed, ensure_ascii=False, separators=(",", ":"))
    assert statement["sha256"] == hashlib.sha256(text.encode()).hexdigest()


def test_the_manage_page_and_the_signers_file_show_the_very_words(world: World) -> None:
    patch(world, **spanish(CLOSE))
    world.sign_and_confirm(lang="es")
    link = world.ses.sent[-1].link("manage")
    patch(world, **spanish(WIDEN))
    page = world.get(link, **PAGE)
    assert CLOSE in page.text
    assert "El texto de la campaña cambió desde entonces" in page.text
    file = world.post_form(link, {"do": "download"}).json
    assert file["statement"]["title"] == CLOSE


def test_access_and_exports_show_the_very_words(world: World) -> None:
    patch(world, **spanish(CLOSE))
    world.sign_and_confirm(lang="es")
    patch(world, **spanish(WIDEN))
    (held,) = world.admin("POST", "/admin/access", {"email": "ana@example.org"}).json["signatures"]
    assert (held["statement"]["title"], held["statement"]["language"]) == (CLOSE, "es")
    for format_ in ("csv", "ndjson"):
        made = world.admin("POST", f"{CAMPAIGN}/exports", {"format": format_}).json
        world.run_exports()
        done = world.admin("GET", f"{CAMPAIGN}/exports/{made['id']}").json
        text = gzip.decompress(world.download(done["url"])).decode("utf-8-sig")
        assert CLOSE in text
        assert held["statement"]["sha256"] in text
        assert WIDEN not in text


class TestConfirmingAfterTheWordsChanged:
    """What is confirmed is what is shown."""

    @pytest.fixture
    def link(self, world: World) -> str:
        patch(world, **spanish(CLOSE))
        assert world.sign(lang="es").status == 201
        world.drain()
        patch(world, **spanish(WIDEN))
        return world.ses.sent[-1].link("confirm")

    def pressed(self, world: World, page: str) -> Any:
        """What the button of a page does."""
        found = re.search(r'name="text" value="([0-9a-f]{64})"', page)
        action = re.search(r'action="https://api.example(/confirm/[^"?]+)', page)
        assert found
        assert action
        return world.post_form(action[1], {"text": found[1]})

    def test_the_page_says_so_and_shows_both(self, world: World, link: str) -> None:
        page = world.get(link, **PAGE).text
        assert "El texto de la campaña cambió después de su firma" in page
        assert CLOSE in page
        assert WIDEN in page
        assert " data-press>" not in page  # no script presses this button

    def test_a_press_without_the_page_confirms_nothing(self, world: World, link: str) -> None:
        answer = world.post_form(link, {})
        assert answer.status == 409
        assert WIDEN in answer.text
        assert signature(world)["state"] == "pending"

    def test_the_press_records_the_words_it_was_for(self, world: World, link: str) -> None:
        assert self.pressed(world, world.get(link, **PAGE).text).status == 200
        assert signature(world)["state"] == "confirmed"
        assert what_was_signed(world) == WIDEN

    def test_words_that_change_again_while_the_page_is_open_are_shown_first(self, world: World, link: str) -> None:
        page = world.get(link, **PAGE).text
        patch(world, **spanish("Cierren la base ya"))
        answer = self.pressed(world, page)
        assert answer.status == 409
        assert "Cierren la base ya" in answer.text
        assert signature(world)["state"] == "pending"
        assert self.pressed(world, answer.text).status == 200
        assert what_was_signed(world) == "Cierren la base ya"

    def test_a_language_that_is_gone_shows_the_campaign_in_its_own(self, world: World, link: str) -> None:
        patch(world, **without_spanish())
        page = world.get(link, **PAGE).text
        assert CLOSE in page
        assert self.pressed(world, page).status == 200
        assert what_was_signed(world) == a_document()["texts"]["en"]["title"]
        assert signature(world)["language"] == "en"

    def test_what_was_retyped_since_is_not_confirmed_by_new_words(self, world: World, link: str) -> None:
        page = world.get(link, **PAGE).text
        assert world.sign(lang="es", given_name="Otra").status == 201
        assert self.pressed(world, page).status == 409
        assert signature(world)["state"] == "pending"


def test_a_change_in_another_language_asks_nothing_of_the_signer(world: World) -> None:
    patch(world, **spanish(CLOSE))
    world.sign(lang="en")
    world.drain()
    patch(world, **spanish(WIDEN))
    assert world.post_form(world.ses.sent[-1].link("confirm"), {}).status == 200
    assert signature(world)["state"] == "confirmed"


def test_a_campaign_that_wants_a_press_of_the_button_gets_it(world: World) -> None:
    patch(world, confirm_automatically=False)
    world.later(minutes=1)
    world.sign()
    world.drain()
    link = world.ses.sent[-1].link("confirm")
    assert " data-press>" not in world.get(link, **PAGE).text
    patch(world, confirm_automatically=True)
    world.later(minutes=1)
    assert " data-press>" in world.get(link, **PAGE).text
