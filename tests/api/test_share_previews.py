"""What other sites and crawlers get to see of a campaign."""

from __future__ import annotations

import gzip
import json
import re
from datetime import timedelta
from html.parser import HTMLParser
from struct import unpack
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from chalicelib.pages.security_headers import csp_hash
from chalicelib.pages.share_card.share_card import SMALLEST_COUNT
from tests.kit.factories import a_document, a_form
from tests.kit.world import BASE

if TYPE_CHECKING:
    from tests.kit.world import World

CARD = "/sign/peru/card.png"
PAGE = quote(f"{BASE}/sign/peru?lang=es", safe="")
HOSTILE = '</script><script>alert(1)</script>" & <b>'


class Head(HTMLParser):
    """Metas, links and scripts of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.metas: dict[str, str] = {}
        self.links: list[dict[str, str]] = []
        self.scripts: list[tuple[dict[str, str], str]] = []
        self._script: dict[str, str] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag == "meta":
            self.metas[facts.get("property") or facts.get("name", "")] = facts.get("content", "")
        elif tag == "link":
            self.links.append(facts)
        elif tag == "script":
            self._script = facts
            self.scripts.append((facts, ""))

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self.scripts[-1] = (self._script, data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = None

    def rel(self, rel: str, **facts: str) -> list[str]:
        return [link["href"] for link in self.links if link["rel"] == rel and facts.items() <= link.items()]

    @property
    def structured(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(next(t for f, t in self.scripts if f.get("type") == "application/ld+json"))
        return found


def path_of(url: str) -> str:
    """A URL of ours as the world asks for it."""
    assert url.startswith(BASE + "/")
    return url.removeprefix(BASE)


class TestPicture:
    def test_it_is_a_png_of_the_size_that_sites_ask_for_whatever_accept_says(self, world: World) -> None:
        world.publish()
        for accept in ({}, {"accept": "*/*"}, {"accept": "text/html"}, {"accept": "image/avif,image/webp,*/*;q=0.8"}):
            reply = world.get(CARD, **accept)
            assert (reply.status, reply.headers["content-type"]) == (200, "image/png")
            assert reply.raw[:8] == b"\x89PNG\r\n\x1a\n"
            assert unpack(">II", reply.raw[16:24]) == (1200, 630)
            assert len(reply.raw) < 100_000

    def test_it_is_kept_by_caches_and_not_sent_twice(self, world: World) -> None:
        world.publish()
        first = world.get(CARD + "?lang=es")
        again = world.get(CARD + "?lang=es", if_none_match=first.headers["etag"])
        assert first.headers["cache-control"].startswith("public, max-age=600")
        assert (again.status, again.raw) == (304, b"")
        assert world.get(CARD + "?lang=en").raw != first.raw

    def test_it_moves_with_the_count_and_so_does_its_address(self, world: World) -> None:
        world.publish(confirmation="single", external_count=SMALLEST_COUNT - 1)
        before, address = world.get(CARD).raw, Head(world.get("/sign/peru").text).metas["og:image"]
        world.sign()
        world.drain()
        world.later(seconds=60)
        assert world.get(CARD).raw != before
        after = Head(world.get("/sign/peru").text).metas["og:image"]
        assert after != address
        assert world.get(path_of(after)).status == 200

    def test_nothing_of_a_signer_moves_it(self, world: World) -> None:
        world.publish(confirmation="single", show_count=False, show_signers=True)
        before = world.get(CARD).raw
        world.sign(given_name="Wilhelmina", public="yes")
        world.drain()
        world.later(seconds=60)
        assert world.get(CARD).raw == before

    def test_a_title_that_no_font_of_ours_writes_has_no_picture_and_its_page_names_none(self, world: World) -> None:
        world.publish(default_language="ja", texts={"ja": {"title": "署名", "call_to_action": "署名"}}, fields=[])
        assert world.get(CARD).status == 404
        head = Head(world.get("/sign/peru").text)
        assert "og:image" not in head.metas
        assert head.metas["twitter:card"] == "summary"

    def test_drafts_have_none(self, world: World) -> None:
        world.publish(state="draft")
        assert world.get(CARD).status == 404


class TestHead:
    def test_every_language_is_told_and_the_page_says_which_address_is_its_own(self, world: World) -> None:
        world.publish()
        head = Head(world.get("/sign/peru?lang=es&source=mail&utm_source=x").text)
        assert head.rel("canonical") == [f"{BASE}/sign/peru?lang=es"]
        assert head.rel("alternate", hreflang="en") == [f"{BASE}/sign/peru?lang=en"]
        assert head.rel("alternate", hreflang="es") == [f"{BASE}/sign/peru?lang=es"]
        assert head.rel("alternate", hreflang="x-default") == [f"{BASE}/sign/peru"]
        assert head.rel("icon") == ["data:,"]
        for link in (one for one in head.links if one["rel"] != "icon"):
            assert world.get(path_of(link["href"])).status == 200, link

    def test_what_sites_show_when_it_is_shared(self, world: World) -> None:
        world.publish()
        head = Head(world.get("/sign/peru?lang=es").text).metas
        assert head["og:title"] == "Sin tropas en el Perú"
        assert head["og:description"] == head["description"] == "Alto."
        assert head["og:url"] == f"{BASE}/sign/peru?lang=es"
        assert (head["og:locale"], head["og:locale:alternate"]) == ("es_LA", "en_US")
        assert (head["og:image:width"], head["og:image:height"]) == ("1200", "630")
        assert head["og:image:alt"] == "Sin tropas en el Perú"
        assert head["twitter:card"] == "summary_large_image"
        assert world.get(path_of(head["og:image"])).headers["content-type"] == "image/png"

    def test_structured_data_says_what_the_page_says(self, world: World) -> None:
        world.publish(confirmation="single", external_count=41, closes_at="2026-12-24T00:00:00Z")
        world.sign()
        world.drain()
        world.later(seconds=60)
        said = Head(world.get("/sign/peru?lang=en").text).structured
        assert (said["@context"], said["@type"], said["inLanguage"]) == ("https://schema.org", "WebPage", "en")
        assert said["name"] == "No troops in Peru"
        assert said["interactionStatistic"]["userInteractionCount"] == 42
        assert said["publisher"][0] == {
            "@type": "Organization",
            "name": "World Beyond War",
            "url": "https://wbw.example",
        }
        assert said["expires"].startswith("2026-12-24")

    def test_structured_data_keeps_a_hidden_count_to_itself(self, world: World) -> None:
        world.publish(show_count=False, external_count=41)
        text = world.get("/sign/peru").text
        assert "interactionStatistic" not in Head(text).structured
        assert "41" not in Head(text).metas["og:image:alt"]

    def test_no_word_of_the_organisers_ends_the_script_it_stands_in(self, world: World) -> None:
        document = {"title": HOSTILE, "summary": HOSTILE, "call_to_action": "Sign"}
        world.publish(texts={"en": document}, fields=[])
        html = world.get("/sign/peru").text
        head = Head(html)
        assert "<script>alert" not in html
        assert head.structured["name"] == HOSTILE
        assert head.metas["og:title"] == HOSTILE
        assert len(head.scripts) == 2

    def test_what_search_engines_may_keep(self, world: World) -> None:
        for changes, robots in (
            ({}, "max-image-preview:large"),
            ({"state": "closed"}, "max-image-preview:large"),
            ({"state": "closed", "archived": True}, "noindex"),
        ):
            world.publish(**changes)
            world.later(seconds=60)
            assert Head(world.get("/sign/peru").text).metas["robots"] == robots
        assert Head(world.get("/sign/peru?frame=1").text).metas["robots"] == "noindex"
        assert Head(world.get("/sign/peru/thanks").text).metas["robots"] == "noindex"

    def test_a_form_with_mistakes_is_for_its_writer_alone(self, world: World) -> None:
        world.publish()
        reply = world.post_form("/campaigns/peru/signatures", a_form(email="no"))
        assert Head(reply.text).metas["robots"] == "noindex"

    def test_without_a_summary_the_statement_describes_the_page(self, world: World) -> None:
        body = "One **fact**, " * 40
        world.publish(texts={"en": {"title": "T", "body": body, "call_to_action": "Sign"}}, fields=[])
        said = Head(world.get("/sign/peru").text).metas["description"]
        assert said.startswith("One fact, One fact")
        assert said.endswith("…")
        assert len(said) <= 201

    def test_robots_keep_away_from_links_that_are_for_one_reader(self, world: World) -> None:
        reply = world.get("/robots.txt")
        assert reply.headers["content-type"].startswith("text/plain")
        closed = re.findall(r"^Disallow: (.+)$", reply.text, re.MULTILINE)
        assert closed == ["/admin", "/confirm/", "/manage/", "/notices/", "/unsubscribe/", "/withdraw/"]


class TestAccent:
    def test_a_campaigns_colour_is_on_its_page_its_picture_and_its_mails(self, world: World) -> None:
        plain = world.publish() and world.get(CARD).raw
        assert world.publish(accent="#8E1B5A")["accent"] == "#8e1b5a"
        world.later(seconds=60)
        page = world.get("/sign/peru")
        style = re.search("<style data-accent>([^<]+)</style>", page.text)
        assert style
        assert "--accent:#8e1b5a" in style[1]
        assert csp_hash(style[1]) in page.headers["content-security-policy"]
        assert world.get(CARD).raw != plain
        assert world.get("/campaigns/peru/form").json["accent"]["light"] == "#8e1b5a"
        world.sign()
        world.drain()
        assert "background:#8e1b5a" in world.ses.sent[-1].html

    def test_a_preview_gets_it_from_a_file_because_the_dashboards_policy_knows_no_such_style(
        self, world: World
    ) -> None:
        shown = world.admin("POST", "/admin/campaigns/peru/preview", a_document(accent="#8E1B5A"))
        assert "data-accent" not in shown.text
        assert "<script" not in shown.text
        link = re.search('<link rel="stylesheet" href="([^"]+)">', shown.text)
        assert link
        sheet = world.get(path_of(link[1]))
        assert (sheet.status, sheet.headers["content-type"]) == (200, "text/css; charset=utf-8")
        assert "--accent:#8e1b5a" in sheet.text
        for wrong in ("accent-8e1b5.css", "accent-8e1b5g.css", "accent-8E1B5A.css", "accent-.css", "accent-8e1b5a.js"):
            assert world.get(path_of(link[1]).rpartition("/")[0] + "/" + wrong).status == 404, wrong
        plain = world.admin("POST", "/admin/campaigns/peru/preview", a_document())
        assert 'rel="stylesheet"' not in plain.text

    def test_a_preview_shows_the_signatures_that_there_are(self, world: World) -> None:
        world.publish(confirmation="single", external_count=2)
        for number in range(3):
            world.sign(email=f"p{number}@example.org")
        world.drain()
        world.later(seconds=60)

        def told(campaign: str, **changes: object) -> str:
            text = world.admin("POST", f"/admin/campaigns/{campaign}/preview", a_document(**changes)).text
            found = re.search('<p class="(?:count|progress)[^>]*>.*?</p>|Be the first[^<]*', text, re.DOTALL)
            return re.sub("<[^>]+>", "", found[0]).strip() if found else ""

        assert told("peru", external_count=5).startswith("8")
        assert told("not-yet", external_count=0).startswith("Be the first")

    def test_without_one_nothing_is_said_and_what_is_no_colour_is_refused(self, world: World) -> None:
        world.publish()
        assert "data-accent" not in world.get("/sign/peru").text
        assert world.get("/campaigns/peru/form").json["accent"] is None
        for accent in ("red", "#12345", "#1234567", "#12345g", "#000;}"):
            reply = world.admin("PUT", "/admin/campaigns/other", a_document(accent=accent))
            assert (reply.status, reply.json["errors"][0]["field"].partition(".")[0]) == (422, "accent"), accent


class TestOembed:
    def test_a_page_leads_to_a_frame_with_its_form(self, world: World) -> None:
        world.publish()
        discovered = Head(world.get("/sign/peru?lang=es").text).rel("alternate", type="application/json+oembed")
        reply = world.get(path_of(discovered[0]))
        said = reply.json
        assert (reply.status, said["version"], said["type"]) == (200, "1.0", "rich")
        assert said["title"] == "Sin tropas en el Perú"
        source = re.search(r'<iframe src="([^"]+)"', said["html"])
        assert source
        framed = world.get(path_of(source[1].replace("&amp;", "&")))
        assert "Firmar la petición" in framed.text
        assert urlsplit(said["thumbnail_url"]).path == CARD

    def test_it_keeps_to_the_room_there_is(self, world: World) -> None:
        world.publish()
        small = world.get(f"/oembed?url={PAGE}&maxwidth=320&maxheight=500").json
        assert (small["width"], small["height"]) == (320, 500)
        assert 'width="100%" height="500"' in small["html"], "a width in pixels scrolls sideways on phones"
        assert "max-width:320px" in small["html"]
        assert "thumbnail_url" not in small, "it is wider than the room"
        for most in ("x", "9" * 5000):
            free = world.get(f"/oembed?url={PAGE}&maxwidth={most}&maxheight=99999").json
            assert free["width"] == 640
            assert 600 < free["height"] < 2000

    def test_what_is_no_page_of_ours_is_not_found(self, world: World) -> None:
        world.publish()
        for url in (
            "",
            "https://other.example/sign/peru",
            f"{BASE}/sign/",
            f"{BASE}/campaigns/peru",
            f"{BASE}/sign/nope",
            f"{BASE}/sign/peru/thanks",
            "javascript:alert(1)",
            f"{BASE}.evil.example/sign/peru",
            "https://[/sign/peru",
        ):
            assert world.get(f"/oembed?url={quote(url, safe='')}").status == 404, url

    def test_only_json_is_offered(self, world: World) -> None:
        world.publish()
        reply = world.get(f"/oembed?url={PAGE}&format=xml")
        assert (reply.status, reply.json["code"]) == (501, "format_not_offered")

    def test_drafts_are_not_found(self, world: World) -> None:
        world.publish(state="draft")
        assert world.get(f"/oembed?url={PAGE}").status == 404

    def test_no_title_breaks_out_of_the_frame(self, world: World) -> None:
        world.publish(texts={"en": {"title": HOSTILE, "call_to_action": "Sign"}}, fields=[])
        html = world.get(f"/oembed?url={quote(f'{BASE}/sign/peru', safe='')}").json["html"]
        assert html.count("<") == 6, "a quotation, a link and a frame"


class TestSpeed:
    def test_one_small_read_serves_it_and_then_none(self, world: World) -> None:
        world.publish()
        world.get("/sign/peru")  # a container reads its secret once, for as long as it lives
        for path in (
            "/sign/peru",
            "/campaigns/peru",
            "/campaigns/peru/count",
            "/campaigns/peru/form",
            f"/oembed?url={PAGE}",
            CARD,
        ):
            world.later(seconds=60)
            with world.counting() as calls:
                first = world.get(path)
                assert calls == {"Query": 1}, path
                # What compresses on the way makes tags weak (RFC 9110, 8.8.1).
                for known in (first.headers["etag"], f'"x", W/{first.headers["etag"]}'):
                    assert world.get(path, if_none_match=known).status == 304
                assert calls.total() == 1
                assert sum(unit["capacity"]["CapacityUnits"] for unit in world.units) <= 1
            assert "stale-while-revalidate=" in first.headers["cache-control"]

    def test_a_page_is_new_when_its_policy_is_though_no_word_changed(self, world: World) -> None:
        # No picture, so no version in the page.
        words: dict[str, Any] = {"texts": {"en": {"title": "秘鲁", "call_to_action": "Sign"}}, "fields": []}
        world.publish(**words)
        known = world.get("/sign/peru").headers["etag"]
        world.publish(**words, allowed_origins=["https://site.example"])
        again = world.get("/sign/peru", if_none_match=known)
        assert again.status == 200
        assert "frame-ancestors 'self' https://site.example" in again.headers["content-security-policy"]

    def test_the_document_is_new_when_the_campaign_closes_by_its_date(self, world: World) -> None:
        world.publish(closes_at=(world.now + timedelta(hours=1)).isoformat())
        first = world.get("/campaigns/peru")
        world.later(hours=2)
        again = world.get("/campaigns/peru", if_none_match=first.headers["etag"])
        assert (first.json["state"], again.json["state"]) == ("open", "closed")

    def test_the_page_is_small(self, world: World) -> None:
        world.publish(show_signers=True)
        for path in ("/sign/peru?lang=en", "/sign/peru?lang=es"):
            assert len(gzip.compress(world.get(path).raw)) < 20_000
