"""Where a campaign's picture and logo are shown: on its pages, in its emails, in the widget, and where its link is shared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.api.test_share_previews import Head
from tests.kit.pictures import ALT, show
from tests.kit.world import BASE

if TYPE_CHECKING:
    from tests.kit.world import World

PAGE = {"accept": "text/html"}


def _images(html: str) -> list[str]:
    return re.findall("<img [^>]*>", html)


def _may_load(policy: str) -> set[str]:
    return set(re.findall("img-src ([^;]*)", policy)[0].split())


def test_the_page_shows_the_picture_with_its_words_and_room_for_it(world: World) -> None:
    picture = show(world)
    reply = world.get("/sign/peru?lang=es")
    (image,) = _images(reply.text)
    assert f'src="{BASE}/pictures/{picture}/large.webp"' in image
    assert f"{BASE}/pictures/{picture}/small.webp 800w, {BASE}/pictures/{picture}/large.webp 1200w" in image
    assert f'alt="{ALT["es"]}"' in image
    assert 'width="1200" height="800"' in image
    assert _may_load(reply.headers["content-security-policy"]) == {BASE, "data:"}


def test_a_page_without_pictures_may_load_none(world: World) -> None:
    world.publish()
    reply = world.get("/sign/peru")
    assert _images(reply.text) == []
    assert _may_load(reply.headers["content-security-policy"]) == {"data:"}


def test_links_that_are_shared_show_it_without_the_count(world: World) -> None:
    picture = show(world, external_count=4000)
    head = Head(world.get("/sign/peru?lang=en").text)
    assert head.metas["og:image"] == f"{BASE}/pictures/{picture}/card.jpg"
    assert head.metas["og:image:type"] == "image/jpeg"
    assert head.metas["og:image:alt"] == ALT["en"]
    assert head.structured["primaryImageOfPage"]["url"] == head.metas["og:image"]
    assert world.get(f"/oembed?url={BASE}/sign/peru").json["thumbnail_url"] == head.metas["og:image"]
    assert world.get("/sign/peru/card.png").status == 200, "for links that were shared before"


def test_the_widget_is_told_of_it(world: World) -> None:
    picture = show(world)
    form = world.get("/campaigns/peru/form?lang=es").json
    url = f"{BASE}/pictures/{picture}/small.webp"
    assert form["picture"] == {"url": url, "alt": ALT["es"], "width": 1200, "height": 800, "tall": False}
    world.publish("bare")
    assert world.get("/campaigns/bare/form").json["picture"] is None


def test_every_page_and_email_of_a_campaign_has_its_logo(world: World) -> None:
    logo = show(world, logo=True)
    world.later(minutes=1)
    address = f"{BASE}/pictures/{logo}/logo.png"
    world.sign()
    world.drain()
    mail = world.ses.sent[-1]
    (image,) = _images(mail.html)
    # Email programs take the size from the attributes alone: half of the file's pixels, or less.
    assert address in image
    assert re.search('width="(\\d+)" height="(\\d+)"', image).groups() == ("84", "56")  # type: ignore[union-attr]
    assert address not in mail.text
    pages = [world.get(path).text for path in ("/sign/peru", "/sign/peru/thanks")]
    pages += [world.get(mail.link(purpose), **PAGE).text for purpose in ("confirm", "withdraw", "unsubscribe")]
    world.post_form(mail.link("confirm"), {})
    pages.append(world.post_form(mail.link("unsubscribe"), {}).text)
    for html in pages:
        assert address in html, html[:200]


def test_the_page_after_leaving_the_news_has_its_logo(world: World) -> None:
    logo = show(world, logo=True, ask_updates=True)
    world.later(minutes=1)
    world.sign_and_confirm(updates=True)
    texts = {language: {"subject": "x", "body": "x"} for language in ("en", "es")}
    update = world.admin("POST", "/admin/campaigns/peru/updates", {"texts": texts}).json["id"]
    world.admin("POST", f"/admin/campaigns/peru/updates/{update}/send", {"recipients": 1})
    world.run_updates()
    left = world.post_form(world.ses.sent[-1].link("leave-updates"), {})
    assert f"{BASE}/pictures/{logo}/logo.png" in left.text


@pytest.mark.parametrize("path", ["/sign/peru?frame=1"])
def test_a_frame_on_another_page_has_neither(world: World, path: str) -> None:
    show(world)
    assert _images(world.get(path).text) == []


def test_a_draft_shows_it_to_those_who_have_the_link(world: World) -> None:
    picture = show(world, state="draft")
    link = world.admin("POST", "/admin/campaigns/peru/preview-links").json["url"]
    assert picture in world.get(link.removeprefix(BASE)).text


def test_a_preview_shows_one_that_is_not_saved(world: World) -> None:
    picture = show(world)
    document = world.admin("GET", "/admin/campaigns/peru").json
    world.publish(picture=None)
    written = {name: document[name] for name in ("kind", "state", "default_language", "texts", "sender", "picture")}
    written["texts"] = {one: {"title": text["title"]} for one, text in written["texts"].items()}
    reply = world.admin("POST", "/admin/campaigns/peru/preview", written, accept="text/html")
    assert picture in reply.text
