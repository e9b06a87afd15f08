"""Keys and the audit log: who may do what, and who did."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from chalicelib import cli
from chalicelib.domain.access.audit_kinds import KINDS
from chalicelib.wiring import wiring
from tests.kit.factories import a_document

if TYPE_CHECKING:
    from tests.kit.world import World

PERU = "/admin/campaigns/peru"


def make(world: World, **facts: Any) -> dict[str, Any]:
    reply = world.admin("POST", "/admin/keys", {"name": "Volunteers", "role": "reader", **facts})
    assert reply.status == 201, reply.text
    result: dict[str, Any] = reply.json
    return result


def bearer(made: dict[str, Any]) -> str:
    return f"Bearer {made['secret']}"


def acts(world: World) -> list[tuple[str, str]]:
    return [(one["act"], one["key"]) for one in world.admin("GET", "/admin/audit").json["entries"]]


def test_secret_is_shown_once_and_works(world: World) -> None:
    made = make(world, campaigns=["peru"])
    assert made["secret"].startswith(f"us_{made['id']}_")
    assert world.admin("GET", PERU, authorization=bearer(made)).status == 200
    listed = world.admin("GET", "/admin/keys")
    assert made["secret"] not in listed.text
    assert "hash" not in listed.text
    (shown,) = [key for key in listed.json["keys"] if key["id"] == made["id"]]
    assert (shown["name"], shown["role"], shown["campaigns"]) == ("Volunteers", "reader", ["peru"])
    assert shown["last_used"] == "2026-11-23"


def test_revoked_key_ends_at_once_here_and_within_a_minute_elsewhere(world: World) -> None:
    made = make(world)
    assert world.admin("GET", PERU, authorization=bearer(made)).status == 200
    assert world.admin("DELETE", f"/admin/keys/{made['id']}").status == 204
    assert world.admin("DELETE", f"/admin/keys/{made['id']}").status == 204
    assert world.admin("GET", PERU, authorization=bearer(made)).status == 401
    (shown,) = [key for key in world.admin("GET", "/admin/keys").json["keys"] if key["id"] == made["id"]]
    assert shown["revoked_at"]
    assert [act for act, _ in acts(world)].count("key revoked") == 1


def test_key_expires(world: World) -> None:
    made = make(world, expires_at=(world.now + timedelta(hours=1)).isoformat())
    assert world.admin("GET", PERU, authorization=bearer(made)).status == 200
    world.later(hours=1)
    assert world.admin("GET", PERU, authorization=bearer(made)).status == 401


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"role": "owner"}, "role"),
        ({"campaigns": []}, "campaigns"),
        ({"campaigns": ["UPPER"]}, "campaigns.0"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "tomorrow"}, "expires_at"),
        ({"expires_at": 4102444800}, "expires_at"),
        ({"expires_at": "9999-12-31T23:59:59-14:00"}, "expires_at"),
        ({"secret": "mine"}, "secret"),
        ({"sponsor": "wbw"}, "sponsor"),
    ],
)
def test_bad_wishes_are_refused_by_field(world: World, facts: dict[str, Any], field: str) -> None:
    reply = world.admin("POST", "/admin/keys", {"name": "n", "role": "reader", **facts})
    assert reply.status == 422
    assert field in {error["field"] for error in reply.json["errors"]}


@pytest.mark.parametrize("key", ["nope", "x" * 3000, "a.b", "%00"])
def test_unknown_key_is_not_found(world: World, key: str) -> None:
    reply = world.admin("DELETE", f"/admin/keys/{key}")
    assert (reply.status, reply.json["code"]) == (404, "key_not_found")


def test_every_change_is_told_with_who_made_it_and_without_personal_data(world: World) -> None:
    def act(method: str, path: str, value: Any = None, **headers: str) -> int:
        world.later(seconds=1)
        return world.admin(method, path, value, **headers).status

    world.later(seconds=1)
    made = make(world, role="organizer", name="Secret Name")
    mine, admin = made["id"], world.admin_key.split("_")[1]
    new, as_mine = "/admin/campaigns/new", {"authorization": bearer(made)}
    assert act("PUT", new, a_document(), **as_mine) == 201
    assert act("PATCH", new, {"goal": 7}, if_match='"1"', **as_mine) == 200
    assert act("PATCH", new, {"goal": 8}, if_match='"1"', **as_mine) == 412
    assert act("DELETE", new) == 204
    assert act("DELETE", f"/admin/keys/{mine}") == 204
    assert acts(world)[:5] == [
        ("key revoked", admin),
        ("campaign deleted", admin),
        ("campaign changed", mine),
        ("campaign created", mine),
        ("key created", admin),
    ]
    assert "@" not in world.admin("GET", "/admin/audit").text
    stored = [str(item) for item in world.items(world.resources.registry_table) if item["pk"]["S"].startswith("audit#")]
    assert not any("Secret Name" in item or "@" in item for item in stored), (
        "names are looked up when somebody reads it"
    )


def test_audit_is_newest_first_and_bounded(world: World) -> None:
    for goal in range(1, 6):
        world.later(minutes=1)
        world.publish(goal=goal)
    entries = world.admin("GET", "/admin/audit?limit=3").json["entries"]
    assert [entry["version"] for entry in entries] == [6, 5, 4]
    assert all(entry["at"].endswith("Z") for entry in entries)
    for limit in ("0", "1001", "x", "-1", "9" * 5000):
        assert world.admin("GET", f"/admin/audit?limit={limit}").status == 422


def pages(world: World, **query: Any) -> list[list[str]]:
    """The acts on each page, until there are no more."""
    found, cursor = [], ""
    while cursor is not None:
        reply = world.admin("GET", f"/admin/audit?{urlencode({**query, 'cursor': cursor})}")
        assert reply.status == 200, reply.text
        found.append([one["act"] for one in reply.json["entries"]])
        cursor = reply.json["cursor"]
    return found


def test_audit_goes_on_to_the_first_entry(world: World) -> None:
    for goal in range(1, 8):
        world.publish(goal=goal)  # at the same moment: the order is that of the index
    acts = [act for page in pages(world, limit=3) for act in page]
    assert sorted(acts) == sorted(one["act"] for one in world.admin("GET", "/admin/audit?limit=1000").json["entries"])
    assert len(pages(world, limit=3)) == -(-len(acts) // 3), "no page is empty"


def test_audit_of_one_kind_has_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        world.later(minutes=1)
        world.admin("POST", f"{PERU}/signatures", {"given_name": f"Rosa {number}"})
    assert pages(world, kind="paper", limit=4) == [["paper signature entered"] * 4, ["paper signature entered"] * 2]
    assert all(act.startswith("key ") for page in pages(world, kind="keys") for act in page)
    monkeypatch.setattr("chalicelib.services.access.audit_search.MOST_READ", 2)
    rare = pages(world, kind="campaigns", limit=4)
    assert [page for page in rare if page] == [["campaign created"]], "it is found behind pages that are empty"
    assert rare[0] == []


@pytest.mark.parametrize(
    "query",
    ["kind=nothing", "cursor=x", "cursor=%FF", "cursor=AAAA", "cursor=eCB5", "cursor=MjAyNi0xMS0yM1QxMjowMDowMFo"],
)
def test_audit_of_no_kind_or_from_nowhere_is_refused(world: World, query: str) -> None:
    assert world.admin("GET", f"/admin/audit?{query}").status == 422


def test_every_act_is_of_one_kind() -> None:
    sources = "".join(path.read_text() for path in Path("chalicelib").rglob("*.py") if path.name != "audit_kinds.py")
    acts = [act for kind in KINDS.values() for act in kind]
    assert len(acts) == len(set(acts))
    assert [act for act in acts if f'"{act}"' not in sources] == []
    written = set(re.findall(r'audit(?:\.add|_item)\(\s*"([^"]+)"', sources))
    assert len(written) > 8
    assert written <= set(acts)


# --- campaigns: change a part, delete


def test_patch_changes_what_it_names_and_nothing_else(world: World) -> None:
    before = world.admin("GET", PERU).json
    reply = world.admin("PATCH", PERU, {"goal": None, "texts": {"es": {"summary": "Ya."}}}, if_match='"1"')
    assert reply.status == 200
    expected = json.loads(json.dumps(before)) | {"version": 2, "text_version": 2, "goal": None}
    expected["texts"]["es"]["summary"] = "Ya."
    assert reply.json == expected
    assert reply.headers["etag"] == '"2"'
    assert world.get("/campaigns/peru?lang=es").json["summary"] == "Ya."


@pytest.mark.parametrize(
    ("changes", "if_match", "status"),
    [
        ({"goal": 1}, None, 428),
        ({"goal": 1}, '"9"', 412),
        ({"colour": "red"}, '"1"', 422),
        ({"texts": {"es": {"title": None}}}, '"1"', 422),
        ({"buckets": 9}, '"1"', 422),
        ([], '"1"', 422),
        ("x", '"1"', 422),
    ],
)
def test_bad_patches_change_nothing(world: World, changes: Any, if_match: str | None, status: int) -> None:
    headers = {"if_match": if_match} if if_match else {}
    assert world.admin("PATCH", PERU, changes, **headers).status == status
    assert world.admin("GET", PERU).json["version"] == 1


def test_patch_of_an_unknown_campaign_is_not_found(world: World) -> None:
    assert world.admin("PATCH", "/admin/campaigns/nope", {"goal": 1}, if_match='"1"').status == 404


def test_campaign_is_deleted_only_while_nobody_signed(world: World) -> None:
    world.sign()
    world.drain()
    reply = world.admin("DELETE", PERU)
    assert (reply.status, reply.json["code"]) == (409, "campaign_has_signatures")
    world.publish("empty")
    assert world.admin("DELETE", "/admin/campaigns/empty").status == 204
    assert world.admin("GET", "/admin/campaigns/empty").status == 404
    assert world.admin("DELETE", "/admin/campaigns/empty").status == 404
    assert world.sign("empty").status == 404
    assert [one["id"] for one in world.admin("GET", "/admin/campaigns").json["campaigns"]] == ["peru"]


# --- the same by command


def test_keys_by_command(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["keys", "create", "--name", "Ana", "--role", "reader", "--campaigns", "peru"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert world.admin("GET", PERU, authorization=bearer(made)).status == 200
    assert cli.main(["keys", "list"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"id": made["id"], "name": "Ana", "role": "reader", "campaigns": ["peru"], "last_used": "2026-11-23",
            "revoked": False} in lines  # fmt: skip
    assert cli.main(["keys", "revoke", made["id"]]) == 0
    assert world.admin("GET", PERU, authorization=bearer(made)).status == 401
    assert ("key revoked", "command") in acts(world)


@pytest.mark.parametrize(
    "arguments",
    [
        ["keys", "revoke", "nope"],
        ["keys", "create", "--name", " ", "--role", "reader"],
        ["keys", "create", "--name", "x", "--role", "reader", "--campaigns", "nope"],
        ["verify", "--campaign", "nope"],
        ["repair", "--campaign", "nope"],
    ],
)
def test_commands_say_in_a_sentence_what_is_wrong(
    world: World, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    before = len(wiring().keyring.list())
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert len(wiring().keyring.list()) == before
    assert world.get("/health").status == 200


@pytest.mark.parametrize("missing", ["REGISTRY_TABLE", "AWS_REGION"])
def test_command_without_settings_names_the_missing_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], missing: str
) -> None:
    wiring.cache_clear()
    there = (
        "SIGNATURES_TABLE",
        "REGISTRY_TABLE",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    )
    for name in there:
        monkeypatch.setenv(name, "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.delenv(missing)
    if missing == "AWS_REGION":
        monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert cli.main(["verify"]) == 2
    assert missing in capsys.readouterr().err
    wiring.cache_clear()


def test_refused_keys_are_logged_without_the_key(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    world.admin("GET", "/admin/campaigns", authorization="Bearer us_0123456789ab_a-wrong-secret")
    (line,) = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (line["message"], line["route"], line["code"]) == ("key refused", "/admin/campaigns", "unauthorized")
    assert "wrong-secret" not in json.dumps(line)
