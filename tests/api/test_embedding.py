"""What other people's pages fetch and paste: the form document, the script, the form for a frame, snippets."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit.factories import a_document

if TYPE_CHECKING:
    from tests.kit.world import World

FORM = "/campaigns/peru/form"
LIMIT = 12 * 1024


def snippets(world: World) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = world.admin("GET", "/admin/campaigns/peru/snippets").json["snippets"]
    return found


class Tags(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def named(self, *tags: str) -> dict[str, dict[str, str | None]]:
        return {str(facts["name"]): facts for tag, facts in self.found if tag in tags and "name" in facts}


class TestFormDocument:
    def test_it_is_the_form_in_the_language_asked_for(self, world: World) -> None:
        told = world.get(f"{FORM}?lang=es").json
        assert (told["language"], told["direction"], told["phase"]) == ("es", "ltr", "open")
        assert told["title"] == "Sin tropas en el Perú"
        assert told["button"] == "Firmar la petición"
        names = [field["name"] for field in told["fields"]]
        assert names == ["given_name", "family_name", "email", "country", "organization", "comment", "custom.chapter"]
        assert told["fields"][2] == {
            "name": "email", "label": "Correo electrónico", "kind": "email", "required": True, "autocomplete": "email",
        }  # fmt: skip
        assert ["PE", "Perú"] in told["fields"][3]["options"]
        assert [one["id"] for one in told["consents"]] == ["wbw", "cidydh"]
        assert told["words"]["sending"] == "Enviando…"
        assert world.get(FORM, accept_language="es-PE").json == told

    def test_a_closed_campaign_says_so(self, world: World) -> None:
        world.publish(state="closed")
        assert world.get(FORM).json["phase"] == "closed"

    def test_a_draft_has_none(self, world: World) -> None:
        world.publish("later", state="draft")
        assert world.get("/campaigns/later/form").status == 404

    def test_every_way_to_share_says_where_it_led_from(self, world: World) -> None:
        share = world.get(FORM).json["share"]
        assert [one["name"] for one in share["places"]] == [
            "WhatsApp", "Telegram", "SMS", "Email", "Facebook", "X", "Bluesky", "Mastodon",
        ]  # fmt: skip
        sources = [re.search(r"source(?:=|%3D)(\w+)", url) for url in (share["url"], share["text"])]
        sources += [re.search(r"source(?:=|%3D)(\w+)", one["url"]) for one in share["places"]]
        assert len({found[1] for found in sources if found}) == 10

    def test_a_captcha_comes_with_its_words_and_only_where_it_is_asked_for(self, world: World) -> None:
        plain = world.get(f"{FORM}?lang=es").json
        assert (plain["captcha"], "captcha" in plain["words"]) == (None, False)
        world.publish("asks", captcha={"provider": "hcaptcha", "site_key": "10000000-ffff"})
        told = world.get("/campaigns/asks/form?lang=es").json
        assert told["captcha"] == {
            "provider": "hcaptcha", "name": "hCaptcha", "site_key": "10000000-ffff", "field": "h-captcha-response",
            "class": "h-captcha", "script": "https://js.hcaptcha.com/1/api.js",
        }  # fmt: skip
        assert told["words"]["captcha"] == "{service} comprueba aquí que firma una persona."
        assert "revisan primero" in told["words"]["no_captcha"]

    def test_it_names_nobody_and_costs_what_a_count_costs(self, world: World) -> None:
        world.sign_and_confirm(given_name="Zenobia", public=True)
        world.later(minutes=5)
        with world.counting() as calls:
            text = world.get(FORM).text
        assert "Zenobia" not in text
        assert calls.total() == 1


@pytest.mark.parametrize("path", [f"{FORM}?lang=en", "/embed.js", "/sign/peru?lang=en", "/sign/peru/thanks?lang=en"])
def test_what_is_known_is_not_sent_again(world: World, path: str) -> None:
    first = world.get(path)
    assert first.headers["cache-control"].startswith("public, max-age=")
    again = world.get(path, if_none_match=f'"other", W/{first.headers["etag"]}')
    assert (again.status, again.text) == (304, "")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["access-control-allow-origin"] == "*"
    assert world.get(path, if_none_match='"other"').status == 200


def test_the_tag_of_a_page_follows_what_it_says(world: World) -> None:
    before = world.get(FORM).headers["etag"]
    world.sign_and_confirm()
    world.later(minutes=5)
    assert world.get(FORM).headers["etag"] != before


class TestScript:
    def test_it_is_small_enough_for_any_page(self, world: World) -> None:
        text = world.get("/embed.js").text
        assert len(gzip.compress(text.encode())) <= LIMIT

    def test_it_speaks_before_the_form_has_come_and_knows_where_it_is_at_home(self, world: World) -> None:
        reply = world.get("/embed.js")
        assert reply.headers["content-type"] == "text/javascript; charset=utf-8"
        assert "Cargando el formulario" in reply.text
        assert '"https://api.example"' in reply.text
        assert "/* " not in re.sub(r"/\*\*.*?\*/", "", reply.text)  # no place is left to be filled

    @pytest.mark.parametrize(
        "never", ["cookie", "localStorage", "sessionStorage", "indexedDB", "eval(", "innerHTML", "document.write"]
    )
    def test_it_stores_nothing_and_writes_no_markup(self, world: World, never: str) -> None:
        code = re.sub(r"^\s*//.*$", "", world.get("/embed.js").text, flags=re.MULTILINE)
        assert never not in code


class TestFrame:
    def test_it_shows_the_form_and_leaves_with_the_whole_page(self, world: World) -> None:
        page = world.get("/sign/peru?frame=1&lang=es&source=iframe")
        tags = Tags(page.text)
        assert ("base", {"target": "_top"}) in tags.found
        assert tags.named("input")["source"]["value"] == "iframe"
        assert "One <strong>fact</strong>" not in page.text
        assert not [facts for tag, facts in tags.found if tag == "header"]

    def test_only_listed_sites_may_frame_it(self, world: World) -> None:
        assert "frame-ancestors *" in world.get("/sign/peru?frame=1").headers["content-security-policy"]
        world.publish(allowed_origins=["https://friend.example", "https://www.friend.example"])
        world.later(minutes=5)
        for path in ("/sign/peru?frame=1", "/sign/peru"):
            policy = world.get(path).headers["content-security-policy"]
            assert policy.endswith("frame-ancestors 'self' https://friend.example https://www.friend.example")


class TestSnippets:
    def test_there_is_one_of_each_in_each_language(self, world: World) -> None:
        found = snippets(world)
        assert list(found) == ["en", "es"]
        assert {tuple(one) for one in found.values()} == {("widget", "form", "iframe", "link", "qr")}
        assert '<script src="https://api.example/embed.js" async></script>' in found["es"]["widget"]
        assert found["es"]["link"] == "https://api.example/sign/peru?lang=es"

    def test_the_plain_form_signs_as_it_stands(self, world: World) -> None:
        html = snippets(world)["es"]["form"]
        tags = Tags(html)
        fields = tags.named("input", "select", "textarea")
        assert fields["lang"]["value"] == "es"
        typed = {"email": "ana@example.org", "given_name": "Ana", "country": "PE", "consents": "wbw"}
        assert typed.keys() <= fields.keys()
        action = next(facts for tag, facts in tags.found if tag == "form")["action"]
        reply = world.post_form(str(action).removeprefix("https://api.example"), typed | {"lang": "es"})
        assert (reply.status, reply.headers["location"]) == (303, "https://api.example/sign/peru/thanks?lang=es")

    def test_the_plain_form_shows_a_captcha_only_where_it_is_asked_for(self, world: World) -> None:
        assert "<script" not in snippets(world)["es"]["form"]
        world.publish(captcha={"provider": "turnstile", "site_key": "0xSITE"})
        html = snippets(world)["es"]["form"]
        tags = Tags(html).found
        assert ("div", {"class": "cf-turnstile", "data-sitekey": "0xSITE"}) in tags
        script = {"src": "https://challenges.cloudflare.com/turnstile/v0/api.js", "async": None, "defer": None}
        assert [facts for tag, facts in tags if tag == "script"] == [script]
        assert html.index("cf-turnstile") < html.index("comprueba aquí") < html.index("<button") < html.index("</form>")

    def test_a_form_that_asks_for_a_captcha_is_given_more_room(self, world: World) -> None:
        def height() -> int:
            frame = Tags(snippets(world)["en"]["iframe"]).found[0][1]
            return int(frame["height"] or 0)

        before = height()
        world.publish(captcha={"provider": "turnstile", "site_key": "0xSITE"})
        assert height() - before >= 140  # as high as it is on a narrow screen

    def test_every_field_has_its_label_and_its_token(self, world: World) -> None:
        for language, found in snippets(world).items():
            tags = Tags(found["form"])
            labels = {facts["for"] for tag, facts in tags.found if tag == "label" and "for" in facts}
            shown = {
                name: facts
                for name, facts in tags.named("input", "select", "textarea").items()
                if facts.get("type") != "hidden" and name != "website"
            }
            assert {facts["id"] for facts in shown.values()} <= labels, language
            assert shown["given_name"]["autocomplete"] == "given-name"
            assert shown["country"]["autocomplete"] == "country"

    def test_words_of_an_organiser_stay_words(self, world: World) -> None:
        texts = a_document()["texts"]
        texts["en"]["title"] = 'Stop "><script>alert(1)</script>'
        world.publish(texts=texts)
        assert not [one for one in snippets(world)["en"].values() if "<script>alert" in one]

    def test_the_code_is_a_picture_that_scales(self, world: World) -> None:
        code = snippets(world)["es"]["qr"]
        facts: Any = Tags(code).found[0]
        assert facts[0] == "svg"
        assert {"viewbox", "xmlns"} <= facts[1].keys()
        assert "width" not in facts[1]

    def test_a_reader_may_have_them(self, world: World) -> None:
        made = world.admin("POST", "/admin/keys", {"name": "r", "role": "reader", "campaigns": ["peru"]}).json
        reply = world.admin("GET", "/admin/campaigns/peru/snippets", authorization=f"Bearer {made['secret']}")
        assert reply.status == 200
