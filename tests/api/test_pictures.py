"""Pictures and logos of campaigns: uploaded in parts, made in the background, served for good, removed a day after their use."""

from __future__ import annotations

import hashlib
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from chalicelib.domain.campaigns.pictures import MAX_UPLOAD_BYTES, PART_BYTES
from chalicelib.storage.campaigns.campaigns import Campaigns
from chalicelib.storage.pictures.picture_files import PictureFiles
from chalicelib.wiring import wiring
from tests.api.test_members import invite, sign_in
from tests.kit.factories import a_document
from tests.kit.pictures import ALT, a_file, ask, drawn, encoded, show, uploaded

if TYPE_CHECKING:
    from tests.kit.world import World

ALL = "/admin/campaigns/peru/pictures"
FOR_EVER = "public, max-age=31536000, immutable"
UNKNOWN = "0" * 32 + "-800x600"


def test_a_file_becomes_a_picture_that_anybody_can_see(world: World) -> None:
    world.publish()
    status = uploaded(world, a_file())
    assert (status["state"], status["errors"], status["warnings"]) == ("ready", [], [])
    assert (status["width"], status["height"]) == (1200, 800)
    assert status["url"] == f"https://api.example/pictures/{status['picture']}/small.webp"
    kinds = {"large.webp": ("image/webp", (1200, 800)), "small.webp": ("image/webp", (800, 533))}
    for name, (kind, size) in (kinds | {"card.jpg": ("image/jpeg", (1200, 630))}).items():
        reply = world.get(f"/pictures/{status['picture']}/{name}", accept="image/avif,image/webp,*/*;q=0.8")
        assert reply.status == 200
        assert reply.headers["content-type"] == kind
        assert reply.headers["cache-control"] == FOR_EVER
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
        assert Image.open(io.BytesIO(reply.raw)).size == size


def test_a_logo_is_small_and_may_be_transparent(world: World) -> None:
    world.publish()
    status = uploaded(world, encoded(drawn(960, 320, "RGBA"), "PNG"), "logo")
    assert (status["width"], status["height"]) == (480, 160)
    reply = world.get(f"/pictures/{status['picture']}/logo.png")
    assert reply.headers["content-type"] == "image/png"
    assert world.get(f"/pictures/{status['picture']}/large.webp").status == 404


def test_a_file_that_is_remembered_is_read_once(world: World) -> None:
    picture = show(world)
    world.calls.clear()
    for _ in range(3):
        assert world.get(f"/pictures/{picture}/small.webp").status == 200
    assert world.calls["GetObject"] == 1


@pytest.mark.parametrize("path", [f"{UNKNOWN}/small.webp", f"{UNKNOWN}/unused", "x/small.webp", f"{UNKNOWN}/large.png"])
def test_what_is_no_picture_is_not_found(world: World, path: str) -> None:
    assert world.get(f"/pictures/{path}").status == 404


def test_a_file_in_several_parts_is_put_together(world: World) -> None:
    world.publish()
    noise = Image.effect_noise((2400, 2400), 90)
    content = encoded(noise, "PNG")
    assert len(content) > PART_BYTES
    assert uploaded(world, content)["state"] == "ready"


def test_what_did_not_arrive_whole_is_refused(world: World) -> None:
    world.publish()
    body = {"upload": hashlib.sha256(b"never sent").hexdigest(), "size": 10}
    asked = world.admin("POST", ALL, body)
    assert asked.status == 202
    world.run_exports()
    status = world.admin("GET", f"{ALL}/{asked.json['id']}").json
    assert (status["state"], status["errors"][0]["code"]) == ("refused", "upload_incomplete")


def test_parts_that_are_not_what_they_are_called_are_refused(world: World) -> None:
    world.publish()
    content, other = a_file(), a_file(kind="PNG")
    upload = hashlib.sha256(content).hexdigest()
    world.request("PUT", f"/admin/campaigns/peru/uploads/{upload}/1", other, authorization=f"Bearer {world.admin_key}")
    asked = world.admin("POST", ALL, {"upload": upload, "size": len(other)})
    world.run_exports()
    assert world.admin("GET", f"{ALL}/{asked.json['id']}").json["errors"][0]["code"] == "upload_incomplete"


def test_ten_megabytes_are_taken_and_not_a_byte_more(world: World) -> None:
    world.publish()
    upload = "a" * 64
    assert world.admin("POST", ALL, {"upload": upload, "size": MAX_UPLOAD_BYTES}).status == 202
    refused = world.admin("POST", ALL, {"upload": upload, "size": MAX_UPLOAD_BYTES + 1})
    assert refused.status == 422
    assert [(one["field"], one["code"]) for one in refused.json["errors"]] == [("size", "picture_over_10_mb")]


def _part(world: World, upload: str, number: str, content: bytes) -> int:
    path = f"/admin/campaigns/peru/uploads/{upload}/{number}"
    return world.request("PUT", path, content, authorization=f"Bearer {world.admin_key}").status


def test_parts_are_bound_in_number_size_and_name(world: World) -> None:
    world.publish()
    good = "a" * 64
    assert _part(world, good, "1", b"x" * PART_BYTES) == 204
    assert _part(world, good, "1", b"x" * (PART_BYTES + 1)) == 413
    assert _part(world, good, "1", b"") == 422
    for upload, number in ((good, "0"), (good, "4"), (good, "01"), ("A" * 64, "1"), ("a" * 63, "1"), ("..", "1")):
        assert _part(world, upload, number, b"x") == 404, (upload, number)


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "upload", "missing"),
        ({"upload": "../exports", "size": 1}, "upload", "bad_upload"),
        ({"upload": "a" * 64, "size": 0}, "size", "too_small"),
        ({"upload": "a" * 64, "size": 1, "use": "favicon"}, "use", "not_an_option"),
        ({"upload": "a" * 64, "size": 1, "url": "https://example.org/x.png"}, "url", "unknown_field"),
    ],
)
def test_a_request_is_checked(world: World, body: dict[str, Any], field: str, code: str) -> None:
    world.publish()
    refused = world.admin("POST", ALL, body)
    assert refused.status == 422
    assert (field, code) in [(one["field"], one["code"]) for one in refused.json["errors"]]


def test_asking_again_does_no_harm(world: World) -> None:
    world.publish()
    first, second = uploaded(world, a_file()), uploaded(world, a_file())
    assert first == second


def test_one_that_nobody_works_on_has_failed_in_the_end(world: World) -> None:
    world.publish()
    id_ = ask(world, a_file()).json["id"]
    assert world.admin("GET", f"{ALL}/{id_}").json["state"] == "waiting"
    world.later(minutes=41)
    assert world.admin("GET", f"{ALL}/{id_}").json["state"] == "failed"


def test_a_job_that_fails_stays_in_the_queue(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.publish()
    id_ = ask(world, a_file()).json["id"]
    with monkeypatch.context() as broken:
        broken.setattr("chalicelib.services.pictures.picture_maker.sys.executable", "/bin/false")
        assert world.run_exports() == 0
    assert world.admin("GET", f"{ALL}/{id_}").json["state"] == "waiting"
    assert world.run_exports() == 1
    assert world.admin("GET", f"{ALL}/{id_}").json["state"] == "ready"


@pytest.mark.parametrize("calls", [0, 1, 2, 3, 4])
def test_a_worker_that_is_killed_is_followed_by_one_that_does_it_all(
    world: World, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    world.publish()
    id_ = ask(world, a_file()).json["id"]
    put, left = PictureFiles._put, [calls]

    def put_until_killed(self: PictureFiles, *what: Any) -> None:
        if not left[0]:
            raise RuntimeError("killed")
        left[0] -= 1
        put(self, *what)

    with monkeypatch.context() as broken:
        broken.setattr(PictureFiles, "_put", put_until_killed)
        world.run_exports()
    killed = world.admin("GET", f"{ALL}/{id_}").json
    assert killed["state"] == ("ready" if calls == 4 else "waiting")
    while world.run_exports():
        pass
    status = world.admin("GET", f"{ALL}/{id_}").json
    assert status["state"] == "ready"
    for name in ("large.webp", "small.webp", "card.jpg"):
        assert world.get(f"/pictures/{status['picture']}/{name}").status == 200


def test_what_was_uploaded_for_another_campaign_is_not_there(world: World) -> None:
    world.publish()
    world.publish("other")
    content = a_file()
    ask(world, content, campaign="other")
    upload = hashlib.sha256(content).hexdigest()
    asked = world.admin("POST", ALL, {"upload": upload, "size": len(content)})
    while world.run_exports():
        pass
    status = world.admin("GET", f"{ALL}/{asked.json['id']}").json
    assert (status["state"], status["errors"][0]["code"]) == ("refused", "upload_incomplete")
    assert world.admin("GET", f"/admin/campaigns/other/pictures/picture-{upload}").json["state"] == "ready"
    assert world.admin("GET", f"{ALL}/logo-{upload}").status == 404


def test_a_member_uploads_for_their_own_campaigns_only(world: World) -> None:
    world.publish()
    world.publish("other")
    invite(world, role="organizer", campaigns=["other"])
    bearer = sign_in(world)
    assert ask(world, a_file(), campaign="other", authorization=bearer).status == 202
    path = f"/admin/campaigns/peru/uploads/{'a' * 64}/1"
    assert world.request("PUT", path, b"x", authorization=bearer).status == 403
    body = json.dumps({"upload": "a" * 64, "size": 1})
    asked = world.request("POST", ALL, body, content_type="application/json", authorization=bearer)
    assert asked.status == 403


def test_only_organisers_of_a_campaign_upload_for_it(world: World) -> None:
    world.publish()
    world.publish("other")
    keys = [
        world.admin("POST", "/admin/keys", {"name": "x", "role": role, "campaigns": campaigns}).json["secret"]
        for role, campaigns in (("reader", ["peru"]), ("organizer", ["other"]))
    ]
    for key in keys:
        authorization = f"Bearer {key}"
        path = f"/admin/campaigns/peru/uploads/{'a' * 64}/1"
        assert world.request("PUT", path, b"x", authorization=authorization).status == 403
        body = json.dumps({"upload": "a" * 64, "size": 1})
        assert (
            world.request("POST", ALL, body, content_type="application/json", authorization=authorization).status == 403
        )
        assert world.get(f"{ALL}/picture-{'a' * 64}", authorization=authorization).status == 403


def test_a_campaign_shows_only_what_is_there(world: World) -> None:
    world.publish()
    for name in ("picture", "logo"):
        reply = _put(world, **{name: {"id": UNKNOWN, "alt": ALT}})
        assert [(one["field"], one["code"]) for one in reply.json["errors"]] == [(f"{name}.id", "picture_unknown")]
    logo = uploaded(world, a_file(), "logo")["picture"]
    assert _put(world, picture={"id": logo, "alt": ALT}).status == 422, "a logo is no picture"
    assert _put(world, logo={"id": logo, "alt": ALT}).status == 200


def _put(world: World, **changes: Any) -> Any:
    return world.admin("PUT", "/admin/campaigns/peru", a_document(**changes), if_match="*")


def test_a_picture_is_described_in_every_language(world: World) -> None:
    picture = show(world)
    reply = _put(world, picture={"id": picture, "alt": {"en": "A banner", "es": " "}})
    assert [(one["field"], one["code"]) for one in reply.json["errors"]] == [("picture.alt.es", "without_alt")]
    reply = _put(world, picture={"id": "https://example.org/x.png", "alt": ALT})
    assert [(one["field"], one["code"]) for one in reply.json["errors"]] == [("picture.id", "picture_unknown")]


def test_a_new_campaign_may_show_what_another_shows(world: World) -> None:
    picture = show(world)
    world.publish("copy", picture={"id": picture, "alt": ALT})
    assert world.admin("GET", "/admin/campaigns/copy").json["picture"] == {"id": picture, "alt": ALT}


def test_saving_what_it_shows_already_asks_nobody(world: World) -> None:
    picture = show(world)
    world.calls.clear()
    assert _put(world, picture={"id": picture, "alt": ALT}, goal=7).status == 200
    assert world.calls["HeadObject"] == 0


# --- what is not shown any more


def _is_there(world: World, picture: str) -> bool:
    world.cold_start()
    return world.get(f"/pictures/{picture}/small.webp").status == 200


def _a_night_at(world: World, **later: float) -> None:
    world.later(**later)
    world.run_scheduled()


@pytest.fixture
def real_time(world: World) -> World:
    """S3 stamps files by its own clock."""
    from chalicelib.stores import utc_now

    world.now = utc_now()
    return world


def test_a_picture_goes_a_day_after_nothing_shows_it(real_time: World) -> None:
    world = real_time
    picture = show(world)
    _a_night_at(world, hours=30)
    assert _is_there(world, picture)
    world.publish(picture=None)
    _a_night_at(world, hours=1)
    assert _is_there(world, picture), "a page in a cache may show it"
    _a_night_at(world, hours=-10)
    assert _is_there(world, picture)
    _a_night_at(world, hours=40)
    assert not _is_there(world, picture)
    assert list(wiring().picture_files.list()) == []


def test_a_deleted_campaigns_picture_goes_too(real_time: World) -> None:
    world = real_time
    picture = show(world, state="draft")
    world.publish("other")
    assert world.admin("DELETE", "/admin/campaigns/peru").status == 204
    for hours in (1, 25):
        _a_night_at(world, hours=hours)
    assert not _is_there(world, picture)


def test_an_archived_campaigns_page_keeps_its_picture(real_time: World) -> None:
    world = real_time
    picture = show(world)
    document: dict[str, Any] = {"picture": {"id": picture, "alt": ALT}, "state": "closed", "archived": True}
    world.publish(**document)
    for hours in (1, 30):
        _a_night_at(world, hours=hours)
    assert picture in world.get("/sign/peru").text
    assert _is_there(world, picture)


def test_an_upload_that_nobody_used_goes_too(real_time: World) -> None:
    world = real_time
    world.publish()
    picture = uploaded(world, a_file())["picture"]
    world.run_scheduled()
    assert _is_there(world, picture)
    _a_night_at(world, hours=25)
    assert not _is_there(world, picture)


def test_what_is_used_again_in_time_stays(real_time: World) -> None:
    world = real_time
    picture = show(world)
    world.publish(picture=None)
    world.run_scheduled()
    world.publish(picture={"id": picture, "alt": ALT})
    assert not wiring().picture_files.is_marked(picture)
    _a_night_at(world, hours=25)
    assert _is_there(world, picture)


def test_what_is_taken_into_use_while_it_is_removed_stays(real_time: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world = real_time
    picture = show(world)
    world.publish(picture=None)
    world.run_scheduled()
    world.later(hours=25)
    listed = Campaigns.list

    def list_then_use(self: Campaigns, unreadable: list[str] | None = None) -> Any:
        found = list(listed(self, unreadable))
        monkeypatch.setattr(Campaigns, "list", listed)
        wiring().picture_files.unmark(picture)  # as the editor does before it saves
        return found

    monkeypatch.setattr(Campaigns, "list", list_then_use)
    wiring().unused_pictures.remove(lambda: True)
    assert _is_there(world, picture)


def test_nothing_is_removed_while_a_campaign_cannot_be_read(real_time: World) -> None:
    world = real_time
    picture = show(world)
    world.session.client("dynamodb").update_item(
        TableName=world.resources.registry_table,
        Key={"pk": {"S": "campaign#peru"}, "sk": {"S": "campaign"}},
        UpdateExpression="SET summary = :s",
        ExpressionAttributeValues={":s": {"S": "{"}},
    )
    for hours in (1, 30):
        world.later(hours=hours)
        wiring().unused_pictures.remove(lambda: True)
    assert _is_there(world, picture)


def test_a_round_without_time_goes_on_the_next_hour(real_time: World) -> None:
    show(real_time)
    assert wiring().unused_pictures.remove(lambda: False) is False
    assert wiring().unused_pictures.remove(lambda: True) is True
