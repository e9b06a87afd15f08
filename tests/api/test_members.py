"""Members: inviting, changing and removing people, and who may."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from chalicelib import cli
from chalicelib.domain.errors import Unauthorized, Unavailable
from chalicelib.services.access.keyring import Keyring
from chalicelib.storage.access.members import Members
from chalicelib.storage.access.sessions import Sessions
from chalicelib.storage.queues import MailQueue
from chalicelib.wiring import wiring
from tests.kit.factories import NOW

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

MEMBERS = "/admin/members"


def invite(world: World, email: str = "ana@example.org", **facts: Any) -> dict[str, Any]:
    body = {"email": email, "name": "Ana Quispe", "role": "organizer", **facts}
    reply = world.admin("POST", MEMBERS, body)
    assert reply.status == 201, reply.text
    result: dict[str, Any] = reply.json
    return result


def token_in(text: str) -> str:
    match = re.search(r"/admin#sign-in=([A-Za-z0-9_-]+)\s", text)
    assert match, text
    return match[1]


def begin(world: World, **body: str) -> Reply:
    return world.post_json("/admin/sessions", body)


def code_in(text: str) -> str:
    match = re.search(r"^ +([A-Z0-9]{4}-[A-Z0-9]{4})$", text, re.MULTILINE)
    assert match, text
    return match[1]


def bearer_of(reply: Reply) -> str:
    assert reply.status == 201, reply.text
    return f"Bearer {reply.json['secret']}"


def sign_in(world: World, email: str = "ana@example.org") -> str:
    """The authorization of a new session of that member, by the code of an email."""
    assert world.post_json("/admin/sign-in", {"email": email}).status == 202
    world.drain()
    return bearer_of(begin(world, email=email, code=code_in(world.ses.sent[-1].text)))


def me(world: World, authorization: str) -> int:
    return world.admin("GET", "/admin/me", authorization=authorization).status


def change(world: World, member: dict[str, Any], **facts: Any) -> Reply:
    return world.admin("PATCH", f"{MEMBERS}/{member['id']}", facts)


def remove(world: World, member: dict[str, Any], **headers: str) -> Reply:
    return world.admin("DELETE", f"{MEMBERS}/{member['id']}", **headers)


def test_invitation_signs_in_and_says_who_invited(world: World) -> None:
    made = invite(world, campaigns=["peru"])
    assert (made["email"], made["role"], made["campaigns"], made["signed_in_at"]) == (
        "ana@example.org", "organizer", ["peru"], None)  # fmt: skip
    world.drain()
    (mail,) = world.ses.sent
    assert (mail.to, mail.request["FromEmailAddress"]) == ("ana@example.org", "Undersigned <sign-in@example.org>")
    assert mail.subject == "tests invites you to api.example"
    assert "tests invites you to work on the campaigns at api.example" in mail.text
    assert "https://api.example/admin#sign-in=" in mail.html
    mine = bearer_of(begin(world, token=token_in(mail.text)))
    shown = world.admin("GET", "/admin/me", authorization=mine).json
    assert (shown["how"], shown["id"], shown["name"], shown["email"]) == (
        "session", made["id"], "Ana Quispe", "ana@example.org")  # fmt: skip
    assert world.admin("GET", "/admin/campaigns/peru", authorization=mine).status == 200
    (listed,) = world.admin("GET", MEMBERS).json["members"]
    assert listed["signed_in_at"] == "2026-11-23T12:00:00+00:00"


@pytest.mark.parametrize(
    ("language", "words"), [("es", "le invita a"), ("fr", "vous invite"), ("pt", "convida você"), ("ar", "دعوة من")]
)
def test_emails_are_in_the_members_language(world: World, language: str, words: str) -> None:
    invite(world, language=language)
    world.drain()
    assert words in world.ses.sent[-1].subject


def test_a_member_acts_under_their_name(world: World) -> None:
    invite(world, role="admin")
    world.drain()
    mine = sign_in(world)
    made = world.admin("POST", "/admin/keys", {"name": "Website", "role": "reader"}, authorization=mine).json
    assert made["created_by"]["name"] == "Ana Quispe"
    world.later(seconds=1)
    assert world.admin("DELETE", f"/admin/keys/{made['id']}", authorization=mine).status == 204
    entries = world.admin("GET", "/admin/audit").json["entries"]
    assert [(one["by"], one["act"], one["about"]) for one in entries][:3] == [
        ("Ana Quispe", "key revoked", "Website"),
        ("Ana Quispe", "key created", "Website"),
        ("Ana Quispe", "signed in", "Ana Quispe"),
    ] or {one["act"] for one in entries} >= {"key created", "key revoked", "signed in", "member invited"}
    assert {one["by"] for one in entries if one["act"] in {"key revoked", "signed in"}} == {"Ana Quispe"}


def test_somebody_who_is_a_member_gets_no_second_invitation(world: World) -> None:
    invite(world)
    world.drain()
    for email in ("ana@example.org", "ANA@Example.ORG", " Ana <ana@example.org> "):
        reply = world.admin("POST", MEMBERS, {"email": email, "name": "Ana", "role": "reader"})
        assert (reply.status, reply.json["code"]) == (409, "member_exists")
    world.drain()
    assert len(world.ses.sent) == 1


def test_two_invitations_to_one_address_at_once_make_one_member(real_world: World) -> None:
    world, statuses = real_world, []
    at_once(
        [
            lambda: statuses.append(
                world.admin("POST", MEMBERS, {"email": "ana@example.org", "name": "Ana", "role": "admin"}).status
            )
        ]
        * 2
    )
    assert statuses.count(201) == 1
    assert len(world.admin("GET", MEMBERS).json["members"]) == 1


def at_once(acts: list[Any]) -> None:
    together = Barrier(len(acts))

    def run(act: Any) -> None:
        together.wait()
        act()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def test_an_internationalised_address_is_one_however_it_is_written(world: World) -> None:
    invite(world, "Ana@Müller.example")
    world.drain()
    assert world.ses.sent[-1].to == "Ana@xn--mller-kva.example"
    reply = world.admin("POST", MEMBERS, {"email": "ana@xn--mller-kva.example", "name": "Ana", "role": "reader"})
    assert reply.status == 409
    assert me(world, sign_in(world, "ANA@MÜLLER.example")) == 200


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        ({"email": "ana"}, "email", "email_without_at"),
        ({"email": "ana@example.org\r\nBcc: all@example.org"}, "email", "several_emails"),
        ({"email": "añá@example.org"}, "email", "email_beyond_ascii"),
        ({"email": ""}, "email", "missing"),
        ({"name": "Ana\r\nBcc: all@example.org"}, "name", "control_characters"),
        ({"name": "See https://bad.example"}, "name", "url_in_name"),
        ({"name": "\u200b"}, "name", "missing"),
        ({"name": "x" * 101}, "name", "too_long"),
        ({"role": "owner"}, "role", "not_an_option"),
        ({"role": "admin", "campaigns": ["peru"]}, "campaigns", "admin_key_reaches_all"),
        ({"sponsor": "wbw"}, "sponsor", "sponsor_key_too_wide"),
        ({"campaigns": []}, "campaigns", "missing"),
        ({"language": "de"}, "language", "not_an_option"),
        ({"secret": "mine"}, "secret", "unknown_field"),
    ],
)
def test_a_bad_request_is_refused_by_field(world: World, facts: dict[str, Any], field: str, code: str) -> None:
    reply = world.admin("POST", MEMBERS, {"email": "ana@example.org", "name": "Ana", "role": "reader", **facts})
    assert (reply.status, field, code) in {(422, one["field"], one["code"]) for one in reply.json["errors"]}, reply.text
    world.drain()
    assert world.ses.sent == []


def test_a_name_stays_in_its_line(world: World) -> None:
    invite(world, name="Ana <b>Quispe</b> {inviter} %s")
    world.drain()
    mail = world.ses.sent[-1]
    assert "Hello Ana <b>Quispe</b> {inviter} %s." in mail.text
    assert "Ana &lt;b&gt;Quispe&lt;/b&gt; {inviter} %s" in mail.html


def test_a_removed_member_is_out_at_once_everywhere(world: World) -> None:
    ana = invite(world)
    world.drain()
    first = sign_in(world)
    warm = wiring()
    assert me(world, first) == 200
    assert remove(world, ana).status == 204
    assert wiring() is warm, "the very container that had just let them in"
    assert me(world, first) == 401
    world.cold_start()
    assert me(world, first) == 401
    assert remove(world, ana).status == 404
    assert world.admin("GET", MEMBERS).json["members"] == []
    world.drain()
    sent = len(world.ses.sent)
    assert world.post_json("/admin/sign-in", {"email": "ana@example.org"}).status == 202
    world.drain()
    assert len(world.ses.sent) == sent
    left = [item for item in world.items(world.resources.registry_table) if item["pk"]["S"] == f"member#{ana['id']}"]
    assert {name for item in left for name in item} == {"pk", "sk", "name", "created_at", "removed_at"}
    assert not any("ana@example.org" in str(item) for item in world.items(world.resources.registry_table))


def test_what_another_container_does_counts_here_with_the_next_request(world: World) -> None:
    """The cache of keys lasts a minute; a session is in none."""
    ana = invite(world, campaigns=["peru", "other"])
    world.drain()
    mine = sign_in(world)
    assert world.admin("GET", "/admin/campaigns/peru/counts", authorization=mine).status == 200
    here = wiring()
    world.cold_start()  # another container
    assert change(world, ana, campaigns=["other"]).status == 200
    assert me(world, mine) == 401
    for wired in (here, wiring()):
        with pytest.raises(Unauthorized):
            wired.keyring.authenticate(mine)


@pytest.mark.parametrize(
    "less",
    [
        {"role": "reader"},
        {"campaigns": ["peru"]},
        {"campaigns": ["peru"], "sponsor": "wbw"},
        {"email": "ana@else.example"},
    ],
)
def test_whoever_may_do_less_is_signed_out(world: World, less: dict[str, Any]) -> None:
    ana = invite(world, campaigns=["peru", "other"])
    world.drain()
    mine = sign_in(world)
    assert change(world, ana, **less).status == 200
    assert me(world, mine) == 401


@pytest.mark.parametrize(
    "more",
    [
        {"role": "admin"},
        {"campaigns": ["*"]},
        {"campaigns": ["peru", "other"]},
        {"name": "Ana Q."},
        {"language": "es"},
        {},
    ],
)
def test_whoever_may_do_more_is_not_signed_out(world: World, more: dict[str, Any]) -> None:
    ana = invite(world, campaigns=["peru"])
    world.drain()
    mine = sign_in(world)
    changed = change(world, ana, **more)
    assert changed.status == 200, changed.text
    assert me(world, mine) == 200
    assert world.admin("GET", MEMBERS, authorization=mine).status == (200 if "role" in more else 403)


def test_a_request_that_was_let_in_is_carried_out_though_its_member_is_removed_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = invite(world, role="admin")
    invite(world, "eva@example.org", role="admin")
    world.drain()
    mine, list_keys = sign_in(world), Keyring.list

    def slow(keyring: Keyring) -> Any:
        monkeypatch.setattr(Keyring, "list", list_keys)
        wiring().memberships.remove(ana["id"], by="command")
        return list_keys(keyring)

    monkeypatch.setattr(Keyring, "list", slow)
    assert world.admin("GET", "/admin/keys", authorization=mine).status == 200
    assert world.admin("GET", "/admin/keys", authorization=mine).status == 401


def test_one_request_reads_its_session_once(world: World) -> None:
    invite(world, role="admin")
    world.drain()
    mine = sign_in(world)
    with world.counting() as calls:
        assert world.admin("DELETE", "/admin/keys/nobody", authorization=mine).status == 404
    assert calls == {"BatchGetItem": 1, "GetItem": 1}


def test_a_session_and_its_member_are_read_as_they_are_at_this_moment(real_world: World) -> None:
    invite(real_world)
    real_world.drain()
    mine = sign_in(real_world)
    with real_world.counting():
        assert me(real_world, mine) == 200
    (read,) = [one["capacity"] for one in real_world.units if one["operation"] == "BatchGetItem"]
    assert sum(one["CapacityUnits"] for one in read) == 2, "half as much for two reads that may be a second old"


def test_the_last_admin_stays_and_keys_do_not_count(world: World) -> None:
    ana = invite(world, role="admin")
    for reply in (remove(world, ana), change(world, ana, role="organizer")):
        assert (reply.status, reply.json["code"]) == (409, "last_admin")
    assert change(world, ana, name="Ana Q.", email="ana@else.example", language="es").status == 200
    ben = invite(world, "ben@example.org", role="admin")
    assert remove(world, ana).status == 204
    assert remove(world, ben).status == 409


def test_two_admins_who_remove_each_other_leave_one(real_world: World) -> None:
    world = real_world
    ana, ben = invite(world, role="admin"), invite(world, "ben@example.org", role="admin")
    world.drain()
    sessions = [sign_in(world, "ana@example.org"), sign_in(world, "ben@example.org")]
    statuses: list[int] = []
    at_once([
        lambda: statuses.append(remove(world, ben, authorization=sessions[0]).status),
        lambda: statuses.append(remove(world, ana, authorization=sessions[1]).status),
    ])  # fmt: skip
    assert statuses.count(204) == 1
    assert len(world.admin("GET", MEMBERS).json["members"]) == 1
    (left,) = world.admin("GET", MEMBERS).json["members"]
    assert left["role"] == "admin"
    assert remove(world, left).status == 409


def test_a_session_that_begins_while_its_member_is_narrowed_does_not_outlive_that(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = invite(world, campaigns=["peru", "other"])
    world.drain()
    token, begin_session = token_in(world.ses.sent[-1].text), Sessions.begin

    def meanwhile(*which: Any) -> bool:
        monkeypatch.setattr(Sessions, "begin", begin_session)
        change(world, ana, campaigns=["other"])
        return begin_session(*which)

    monkeypatch.setattr(Sessions, "begin", meanwhile)
    assert begin(world, token=token).status == 404


def test_two_changes_at_once_are_both_seen_or_one_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = invite(world)
    change_member = Members.change

    def meanwhile(*which: Any, **options: Any) -> None:
        monkeypatch.setattr(Members, "change", change_member)
        assert change(world, ana, role="reader").status == 200
        change_member(*which, **options)

    monkeypatch.setattr(Members, "change", meanwhile)
    reply = change(world, ana, name="Ana Q.")
    assert (reply.status, reply.json["code"]) == (412, "version_mismatch")
    (listed,) = world.admin("GET", MEMBERS).json["members"]
    assert (listed["name"], listed["role"]) == ("Ana Quispe", "reader")


def test_another_address_is_taken_over_with_an_invitation_and_frees_the_old_one(world: World) -> None:
    ana = invite(world)
    invite(world, "ben@example.org")
    assert change(world, ana, email="ben@example.org").json["code"] == "member_exists"
    assert change(world, ana, email="ana@else.example").status == 200
    world.drain()
    assert world.ses.sent[-1].to == "ana@else.example"
    assert me(world, sign_in(world, "ana@else.example")) == 200
    assert invite(world, "ana@example.org")["id"] != ana["id"]


def test_a_session_lives_twelve_hours_without_use_and_thirty_days_with(world: World) -> None:
    invite(world)
    world.drain()
    idle = sign_in(world)
    used = sign_in(world)
    world.later(hours=11, minutes=59)
    assert me(world, used) == 200
    world.later(minutes=1)
    assert me(world, idle) == 401
    for _ in range(60):
        assert me(world, used) == 200
        world.later(hours=11, minutes=50)
    assert world.now - NOW < timedelta(days=31)
    world.later(hours=11)
    assert me(world, used) == 401


def test_a_use_is_recorded_every_five_minutes_and_brings_no_ended_session_back(world: World) -> None:
    invite(world)
    world.drain()
    mine = sign_in(world)
    world.later(minutes=4)
    with world.counting() as calls:
        me(world, mine)
    assert calls["UpdateItem"] == 0
    world.later(minutes=1)
    with world.counting() as calls:
        assert me(world, mine) == 200
    assert calls["UpdateItem"] == 1
    session = wiring().keyring.authenticate(mine).session
    found = wiring().session_control.sessions.find(session, session[:13])
    assert found
    wiring().session_control.sessions.end(session)
    assert not wiring().session_control.sessions.record_use(found[0])
    assert me(world, mine) == 401


def test_sessions_are_listed_by_device_and_ended(world: World) -> None:
    invite(world)
    invite(world, "ben@example.org")
    world.drain()
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0"
    assert world.post_json("/admin/sign-in", {"email": "ana@example.org"}).status == 202
    world.drain()
    code = code_in(world.ses.sent[-1].text)
    first = bearer_of(
        world.post_json("/admin/sessions", {"email": "ana@example.org", "code": code}, user_agent=firefox)
    )
    world.later(hours=1)
    second, others = sign_in(world), sign_in(world, "ben@example.org")
    listed = world.admin("GET", "/admin/sessions", authorization=second).json["sessions"]
    assert [(one["browser"], one["system"], one["is_current"]) for one in listed] == [
        (None, None, True),
        ("Firefox", "Windows", False),
    ]
    assert listed[1]["created_at"] == "2026-11-23T12:00:00+00:00"
    end = f"/admin/sessions/{listed[1]['id']}"
    assert world.admin("DELETE", end, authorization=others).json["code"] == "session_not_found", "somebody else's"
    assert world.admin("DELETE", end, authorization=second).status == 204
    assert (me(world, first), me(world, second)) == (401, 200)
    assert world.admin("DELETE", "/admin/sessions/current", authorization=second).status == 204
    assert (me(world, second), me(world, others)) == (401, 200)


def test_signing_out_everywhere_ends_all_and_an_admin_can_do_it(world: World) -> None:
    ana = invite(world)
    world.drain()
    sessions = [sign_in(world) for _ in range(2)]
    assert world.admin("DELETE", "/admin/sessions", authorization=sessions[0]).status == 204
    assert [me(world, one) for one in sessions] == [401, 401]
    again = sign_in(world)
    assert world.admin("DELETE", f"{MEMBERS}/{ana['id']}/sessions").status == 204
    assert me(world, again) == 401


def test_a_key_has_no_sessions(world: World) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("DELETE", "/current"), ("DELETE", "/x")):
        reply = world.admin(method, f"/admin/sessions{path}")
        assert (reply.status, reply.json["code"]) == (409, "not_a_session")
    shown = world.admin("GET", "/admin/me").json
    assert (shown["how"], shown["session"], shown["email"]) == ("key", None, None)


def test_sessions_are_not_among_the_keys_and_no_key_revokes_one(world: World) -> None:
    invite(world)
    world.drain()
    mine = sign_in(world)
    session = wiring().keyring.authenticate(mine).session
    assert len(world.admin("GET", "/admin/keys").json["keys"]) == 1
    assert world.admin("DELETE", f"/admin/keys/{session}").json["code"] == "key_not_found"
    assert me(world, mine) == 200


def test_a_sponsors_member_sees_what_a_sponsors_key_sees(world: World) -> None:
    world.sign_and_confirm(email="eva@example.org", consents=["wbw"])
    world.sign_and_confirm(email="dan@example.org")
    invite(world, campaigns=["peru"], sponsor="wbw")
    world.drain()
    mine = sign_in(world)
    found = world.admin("GET", "/admin/campaigns/peru/signatures", authorization=mine).json["signatures"]
    assert len(found) == 1
    assert world.admin("POST", "/admin/campaigns/peru/held/release", {}, authorization=mine).status == 403


def test_a_deleted_campaign_is_taken_from_its_members_with_their_sessions(world: World) -> None:
    world.publish("gone")
    ana = invite(world, campaigns=["gone"])
    world.drain()
    mine = sign_in(world)
    assert world.admin("DELETE", "/admin/campaigns/gone").status == 204
    assert me(world, mine) == 401
    (listed,) = world.admin("GET", MEMBERS).json["members"]
    assert listed["campaigns"] == []
    world.publish("gone")
    assert world.admin("GET", "/admin/campaigns/gone", authorization=sign_in(world)).status == 403
    assert change(world, ana, name="Ana Q.").status == 200, "one without campaigns can be changed"


def test_nobody_is_invited_where_no_email_can_be_sent(world: World) -> None:
    vars(wiring().settings)["members_sender"] = ""
    reply = world.admin("POST", MEMBERS, {"email": "ana@example.org", "name": "Ana", "role": "admin"})
    assert (reply.status, reply.json["code"]) == (409, "no_sender_for_members")
    assert world.admin("GET", MEMBERS).json["members"] == []


def test_an_invitation_that_cannot_be_queued_leaves_nobody_behind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite(world, "ben@example.org", role="admin")

    def busy(*_: object) -> None:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(MailQueue, "add_member_mail", busy)
        assert world.admin("POST", MEMBERS, {"email": "ana@example.org", "name": "Ana", "role": "admin"}).status == 503
    assert [one["email"] for one in world.admin("GET", MEMBERS).json["members"]] == ["ben@example.org"]
    invite(world)


def test_commands_make_the_first_admin(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["members", "invite", "ana@example.org", "--name", "Ana Quispe"]) == 0
    assert "ana@example.org" in capsys.readouterr().out
    world.drain()
    assert world.ses.sent[-1].subject == "You are invited to api.example"
    mine = bearer_of(begin(world, token=token_in(world.ses.sent[-1].text)))
    assert world.admin("GET", "/admin/me", authorization=mine).json["role"] == "admin"
    assert cli.main(["members", "invite", "nobody"]) == 2
    assert "An email address has an @" in capsys.readouterr().err
    assert cli.main(["members", "list"]) == 0
    assert cli.main(["members", "remove", world.admin("GET", MEMBERS).json["members"][0]["id"]]) == 2
    assert "only admin among the members" in capsys.readouterr().err


def test_no_first_key_is_handed_out_while_a_member_is_an_admin(world: World) -> None:
    invite(world, role="admin")
    key = wiring().keyring.list()[0]
    wiring().keyring.revoke(key.id, by="command")
    assert "error" in world.app.first_key({"name": "Eve"}, None)


@pytest.mark.parametrize(
    ("question", "acts"),
    [
        ({"person": "ana"}, {"signed in", "campaign changed"}),
        ({"campaign": "other"}, {"campaign created", "campaign changed"}),
        ({"day": "2026-11-24"}, {"campaign changed"}),
        ({"day": "2026-11-25"}, set()),
        ({"person": "ana", "campaign": "other", "day": "2026-11-24", "kind": "campaigns"}, {"campaign changed"}),
        ({"person": "ana", "kind": "keys"}, set()),
    ],
)
def test_the_log_is_narrowed_to_a_person_a_campaign_and_a_day(
    world: World, question: dict[str, str], acts: set[str]
) -> None:
    world.publish("other")
    ana = invite(world)
    world.drain()
    mine = sign_in(world)
    world.later(hours=12)
    mine = mine if me(world, mine) == 200 else sign_in_on(world, mine)
    version = world.admin("GET", "/admin/campaigns/other").headers["etag"]
    changed = world.admin("PATCH", "/admin/campaigns/other", {"state": "closed"}, if_match=version, authorization=mine)
    assert changed.status == 200, changed.text
    asked = {name: ana["id"] if value == "ana" else value for name, value in question.items()}
    entries = world.admin("GET", f"/admin/audit?{urlencode(asked)}").json["entries"]
    assert {one["act"] for one in entries if one["act"] != "signed in" or "day" not in question} == acts
    for one in entries:
        if one["act"] == "campaign changed":
            assert (one["by"], one["state"], one["was"]) == ("Ana Quispe", "closed", "open")


def sign_in_on(world: World, _: str) -> str:
    return sign_in(world)


@pytest.mark.parametrize(
    "question", ["person=a.b", "person=%00", "campaign=UPPER", "day=2026-13-01", "day=today", "kind=x"]
)
def test_a_question_that_is_none_is_told_so(world: World, question: str) -> None:
    assert world.admin("GET", f"/admin/audit?{question}").status == 422


def test_the_log_names_whom_it_was_removed_from_and_never_an_address(world: World) -> None:
    ana = invite(world)
    world.drain()
    sign_in(world)
    change(world, ana, email="ana@else.example", name="Ana Q.")
    remove(world, ana)
    text = world.admin("GET", "/admin/audit?kind=members").text
    assert "@" not in text
    assert "Ana Q." in text
    changed = next(one for one in json.loads(text)["entries"] if one["act"] == "member changed")
    assert changed["changed"] == ["name", "email"]
