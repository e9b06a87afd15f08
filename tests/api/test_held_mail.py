"""Floods: what is told apart without keeping an address, what is held before it is mailed, and what becomes of it."""

from __future__ import annotations

import contextlib
import http.server
import io
import json
import re
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs

import pytest

from chalicelib import cli
from chalicelib.domain.errors import Unavailable
from chalicelib.storage.access.audit_log import AuditLog
from chalicelib.wiring import wiring
from tests.kit.factories import a_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kit.world import World

HELD = "/admin/campaigns/peru/held"


def sign_many(world: World, count: int, *, domain: str = "gmail.com", campaign: str = "peru", first: int = 0) -> None:
    for number in range(first, first + count):
        assert world.sign(campaign, email=f"n{number}@{domain}").status == 201
    world.drain()


def held(world: World) -> dict[str, int]:
    found: dict[str, int] = world.counts()["held"]
    return found


def act(world: World, what: str, **wanted: str) -> dict[str, Any]:
    reply = world.admin("POST", f"{HELD}/{what}", wanted)
    assert reply.status == 200, reply.text
    world.drain()
    found: dict[str, Any] = reply.json
    return found


def networks(world: World) -> list[str]:
    return [item["network"]["S"] for item in world.signatures()]


def test_address_of_a_signer_is_kept_nowhere_only_a_name_for_its_network(
    world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    world.client = "198.51.100.77"
    world.sign()
    world.drain()
    everything = str([world.items(world.resources.signatures_table), world.items(world.resources.registry_table)])
    assert "198.51.100" not in everything + "".join(capfd.readouterr())
    monkeypatch.setattr(wiring().settings, "trusted_proxies", 1)
    for number, forwarded in enumerate(("198.51.100.3", "6.6.6.6, 198.51.100.4", "192.0.2.1")):
        world.client = "203.0.113.9"
        body = {"email": f"n{number}@example.org", "given_name": "Ana", "country": "PE"}
        world.post_json("/campaigns/peru/signatures", body, x_forwarded_for=forwarded)
    assert sorted(map(networks(world).count, set(networks(world)))) == [1, 3]


# --- caps


def test_mails_over_the_cap_of_a_network_are_held_and_others_go_out(world: World) -> None:
    world.publish(limits={"network_hourly": 2})
    sign_many(world, 4)
    assert len(world.ses.sent) == 2
    assert held(world) == {"network": 2}
    assert world.counts()["signatures"]["pending"] == 4
    world.client = "192.0.2.1"
    sign_many(world, 1, first=10)
    assert [mail.to for mail in world.ses.sent][2:] == ["n10@gmail.com"]
    # What is held is not owed: neither the sweep nor the daily round sends it, nor a reminder.
    world.later(days=3)
    world.run_scheduled()
    assert wiring().mail_reconciliation.queue_owed() == 0
    kinds = [mail.tags["kind"] for mail in world.ses.sent]
    assert kinds == ["confirmation"] * 3 + ["reminder"] * 3
    assert held(world) == {"network": 2}
    assert wiring().tally_projector.verify() == []


def test_a_network_has_a_cap_a_day_too_over_all_campaigns(world: World) -> None:
    for campaign in ("peru", "other"):
        world.publish(campaign, limits={"network_hourly": 2, "network_daily": 3})
    sign_many(world, 2)
    world.later(hours=1)
    sign_many(world, 2, campaign="other")
    assert len(world.ses.sent) == 3
    world.later(hours=23)
    sign_many(world, 1, campaign="other", first=5)
    assert len(world.ses.sent) == 4


def test_domains_are_bounded_but_for_those_where_everybody_has_mail(world: World) -> None:
    world.publish(limits={"domain_hourly": 1})
    sign_many(world, 2, domain="flood.example")
    sign_many(world, 3, domain="gmail.com")
    assert len([mail for mail in world.ses.sent if mail.to.endswith("gmail.com")]) == 3
    assert len([mail for mail in world.ses.sent if mail.to.endswith("flood.example")]) == 1
    assert held(world) == {"domain": 1}
    assert "flood.example" not in str(world.items(world.resources.registry_table))


def test_campaign_is_bounded_and_another_is_not(world: World) -> None:
    world.publish(limits={"campaign_hourly": 2})
    sign_many(world, 3)
    assert (len(world.ses.sent), held(world)) == (2, {"campaign": 1})
    world.publish("other")
    sign_many(world, 3, campaign="other")
    assert len(world.ses.sent) == 5


def test_single_confirmation_counts_at_once_and_only_its_mail_is_held(world: World) -> None:
    world.publish(confirmation="single", limits={"network_hourly": 1})
    sign_many(world, 3)
    counts = world.counts()
    assert (counts["signatures"]["confirmed"], counts["held"], len(world.ses.sent)) == (3, {"network": 2}, 1)
    assert act(world, "drop") == {"dropped": 2, "cursor": None}
    counts = world.counts()
    assert (counts["signatures"]["confirmed"], counts["held"]) == (1, {})
    assert wiring().tally_projector.verify() == []


def test_answer_is_the_same_whether_the_mail_will_be_held(world: World) -> None:
    world.publish(limits={"network_hourly": 1})
    replies = []
    for number in range(3):
        replies.append(world.sign(email=f"n{number}@example.org"))
        world.drain()
    assert held(world)
    assert len({(reply.status, reply.text) for reply in replies}) == 1


def test_signing_again_asks_the_question_anew(world: World) -> None:
    world.publish(limits={"network_hourly": 1})
    sign_many(world, 2)
    assert held(world) == {"network": 1}
    (late,) = [item["email"]["S"] for item in world.signatures() if "held" in item]
    world.sign(email=late)
    world.drain()
    assert held(world) == {"network": 1}
    world.later(hours=1)
    world.sign(email=late)
    world.drain()
    assert (held(world), world.ses.sent[-1].to) == ({}, late)


def test_a_click_on_an_earlier_mail_ends_the_holding(world: World) -> None:
    world.publish(limits={"network_hourly": 1})
    world.sign()
    world.drain()
    world.later(minutes=11)
    world.sign()
    world.drain()
    assert held(world) == {"network": 1}
    assert world.post_form(world.ses.sent[0].link("confirm"), {}).status == 200
    world.drain()
    assert (held(world), world.ses.sent[-1].tags["kind"]) == ({}, "thanks")


def test_a_slow_ses_uses_up_no_cap(world: World) -> None:
    world.publish(limits={"network_hourly": 1, "domain_hourly": 1, "campaign_hourly": 1})
    world.ses.refuses = "TooManyRequestsException"
    world.sign()
    for _ in range(4):
        world.drain()
        world.later(seconds=40)
    world.ses.refuses = ""
    world.drain()
    assert (len(world.ses.sent), held(world)) == (1, {})


def test_a_victim_signed_up_everywhere_gets_five_mails_a_day_and_then_none(world: World) -> None:
    spellings = ["vic.tim@gmail.com", "victim+%d@gmail.com", "V.I.C.T.I.M@googlemail.com", "victim@googlemail.com"]
    for number in range(12):
        world.publish(f"c{number}", buckets=1, reminders=False)
        spelled = spellings[number % 4].replace("%d", str(number))
        assert world.sign(f"c{number}", email=spelled).status == 201
    world.drain()
    assert len(world.ses.sent) == 5
    for _ in range(3):
        world.later(days=1)
        wiring().mail_reconciliation.queue_owed()
        world.drain()
    # Put off once; over the cap again, the rest waits for an organiser.
    assert len(world.ses.sent) == 10
    assert sum("held" in item for item in world.signatures()) == 2


# --- what an organiser does


def test_organiser_sees_where_held_ones_come_from(world: World) -> None:
    world.publish(limits={"network_hourly": 2, "domain_hourly": 1})
    sign_many(world, 3)
    world.client = "192.0.2.1"
    sign_many(world, 2, domain="flood.example")
    told = world.admin("GET", HELD).json
    assert (told["held"], told["looked_at"], told["is_whole"]) == ({"domain": 1, "network": 1}, 2, True)
    (by_network,) = [group for group in told["groups"] if group["reason"] == "network"]
    assert {"reason": "domain", "network": None, "domain": "flood.example", "signatures": 1} in told["groups"]
    listed = world.admin("GET", f"/admin/campaigns/peru/signatures?held=network&network={by_network['network']}").json
    assert [one["held"] for one in listed["signatures"]] == ["network"]
    assert len(world.admin("GET", "/admin/campaigns/peru/signatures?held=any").json["signatures"]) == 2
    (line,) = world.admin("GET", "/admin/campaigns").json["campaigns"]
    assert line["held"] == 2


@pytest.mark.parametrize("what", ["release", "drop"])
def test_held_ones_are_dealt_with_in_steps_that_go_on(
    real_world: World, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    world = real_world
    monkeypatch.setattr("chalicelib.services.mail.held_mail.BATCH_SIZE", 2)
    world.publish(limits={"network_hourly": 1})
    sign_many(world, 6)
    assert held(world) == {"network": 5}
    done, cursor, steps = 0, "", 0
    while cursor is not None:
        step = act(world, what, reason="network", **({"cursor": cursor} if cursor else {}))
        done, cursor, steps = done + (step.get("released") or step["dropped"]), step["cursor"], steps + 1
    assert (done, steps, held(world)) == (5, 3, {})
    counts = world.counts()["signatures"]
    if what == "release":
        assert (len(world.ses.sent), counts["pending"]) == (6, 6)  # mailed, though the cap still stands
    else:
        assert (len(world.ses.sent), counts["pending"], counts["withdrawn"]) == (1, 1, 5)
        assert world.counts()["withdrawn"] == {"signer": 0, "organizer": 5, "erased": 0}
        stubs = [item for item in world.signatures() if item["state"]["S"] == "withdrawn"]
        assert all(
            set(stub)
            == {"pk", "sk", "state", "signed_at", "withdrawn_at", "withdrawn_by", "changed_at", "expires_at", "round"}
            for stub in stubs
        )
    assert wiring().tally_projector.verify() == []
    entries = [entry for entry in world.admin("GET", "/admin/audit").json["entries"] if entry["act"].startswith("held")]
    assert sorted(entry["signatures"] for entry in entries) == [1, 2, 2]
    assert "@" not in str(entries)


def test_what_was_let_go_meanwhile_is_not_dropped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.publish(limits={"network_hourly": 1})
    sign_many(world, 2)
    add, signatures = AuditLog.add, wiring().signatures

    def after_another(audit: AuditLog, act: str, *about: Any, **facts: Any) -> None:
        """Between the look and the deed, somebody else lets it go."""
        late = next(one for bucket in range(4) for one in signatures.scan("peru", bucket) if one.marks.held)
        assert wiring().mail_marks.release(late, now=world.now)
        add(audit, act, *about, **facts)

    monkeypatch.setattr(AuditLog, "add", after_another)
    assert act(world, "drop")["dropped"] == 0
    assert (len(world.ses.sent), world.counts()["signatures"]["pending"]) == (2, 2)


def test_only_those_named_are_dealt_with(world: World) -> None:
    world.publish(limits={"network_hourly": 1, "domain_hourly": 1})
    sign_many(world, 2)
    world.client = "192.0.2.1"
    world.publish(limits={"domain_hourly": 1})
    sign_many(world, 3, domain="flood.example")
    assert held(world) == {"domain": 2, "network": 1}
    assert act(world, "drop", domain="other.example")["dropped"] == 0
    assert act(world, "drop", domain="Flood.example")["dropped"] == 2
    assert act(world, "release", network="a" * 16)["released"] == 0
    assert act(world, "release", reason="network")["released"] == 1
    assert held(world) == {}


@pytest.mark.parametrize(
    "body",
    [
        {"reason": "whim"},
        {"network": "203.0.113.0/24"},
        {"domain": "a@b"},
        {"email": "a@b.org"},
        [],
        {"cursor": 1},
        {"reason": ""},
        {"network": ""},
        {"domain": ""},
    ],
)
def test_a_wrong_wish_is_refused_and_nothing_happens(world: World, body: Any) -> None:
    reply = world.admin("POST", f"{HELD}/drop", body)
    assert reply.status == 422
    assert "@" not in reply.text


def test_asking_for_a_confirmation_again_lets_one_go(world: World) -> None:
    world.publish(limits={"network_hourly": 1})
    sign_many(world, 2)
    (one,) = world.admin("GET", "/admin/campaigns/peru/signatures?held=any").json["signatures"]
    assert world.admin("POST", f"/admin/campaigns/peru/signatures/{one['id']}/resend").status == 202
    world.drain()
    assert (held(world), len(world.ses.sent)) == ({}, 2)


def test_limits_are_checked_when_a_campaign_is_saved(world: World) -> None:
    for wrong in ({"network_hourly": 0}, {"hold": ["whim"]}, {"hourly": 5}):
        assert world.admin("PUT", "/admin/campaigns/new", a_document(limits=wrong)).status == 422


# --- the form's moment


def shown(world: World) -> str:
    found = re.search(r'name="_shown" value="([^"]+)"', world.get("/sign/peru", accept="text/html").text)
    assert found
    return found[1]


def test_form_sent_too_soon_is_told_apart_and_answered_and_mailed_like_any_other(world: World) -> None:
    token = shown(world)
    plain = world.sign(email="plain@example.org")
    soon = world.sign(email="soon@example.org", _shown=token)
    forged = world.sign(email="forged@example.org", _shown="1.a")
    world.later(seconds=3)
    good = world.sign(email="good@example.org", _shown=token)
    assert len({(reply.status, reply.text) for reply in (plain, soon, forged, good)}) == 1
    world.drain()
    counts = world.counts()
    assert (counts["flags"], counts["held"], len(world.ses.sent)) == ({"fast": 1, "forged": 1}, {}, 4)
    assert wiring().tally_projector.verify() == []


def test_campaign_may_hold_what_is_odd(world: World) -> None:
    world.publish(limits={"hold": ["fast"]})
    form = world.get("/campaigns/peru/form").json["hidden"]
    world.sign(email="soon@example.org", **form)
    world.sign(email="forged@example.org", _shown="1.a")
    world.drain()
    assert (held(world), [mail.to for mail in world.ses.sent]) == ({"fast": 1}, ["forged@example.org"])


def test_the_moment_makes_no_page_new_and_a_mistake_does_not_start_it_anew(world: World) -> None:
    for path in ("/sign/peru", "/campaigns/peru/form"):
        tag = world.get(path).headers["etag"]
        world.later(seconds=5)
        assert world.get(path, if_none_match=tag).status == 304
    assert "_shown" not in world.get("/sign/peru").text.partition("<main")[0]
    token = shown(world)
    world.later(seconds=20)
    again = world.post_form("/campaigns/peru/signatures", {"email": "ana@", "given_name": "Ana", "_shown": token})
    assert (again.status, f'value="{token}"' in again.text) == (422, True)


def test_form_is_shown_though_the_secret_cannot_be_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable() -> bytes:
        raise Unavailable

    monkeypatch.setattr(wiring().signing, "pepper", unreadable)
    page = world.get("/sign/peru", accept="text/html")
    assert (page.status, "_shown" in page.text) == (200, False)


# --- throwaway addresses, and what is unlikely


def test_throwaway_addresses_are_flagged_and_held_where_the_campaign_says_so(world: World) -> None:
    world.sign(email="a@mailinator.com")
    world.sign(email="b@Some.Mailinator.com")
    world.sign(email="c@example.org")
    world.drain()
    assert (world.counts()["flags"], held(world), len(world.ses.sent)) == ({"disposable": 2}, {}, 3)
    world.publish(limits={"hold": ["disposable"]})
    world.sign(email="d@mailinator.com")
    world.drain()
    assert (world.counts()["flags"], held(world), len(world.ses.sent)) == ({"disposable": 3}, {"disposable": 1}, 3)
    (group,) = world.admin("GET", HELD).json["groups"]
    assert group == {"reason": "disposable", "network": None, "domain": "mailinator.com", "signatures": 1}
    assert act(world, "release", domain="mailinator.com")["released"] == 1
    assert len(world.ses.sent) == 4
    assert wiring().tally_projector.verify() == []


def test_mail_goes_out_though_the_list_is_missing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "disposable_email_domains", None)
    world.sign(email="a@mailinator.com")
    world.drain()
    assert (len(world.ses.sent), world.counts()["flags"]) == (1, {})


def test_unlikely_share_is_told_for_a_day_without_naming_anybody(
    world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for module in ("domain.abuse.anomalies", "services.signatures.anomaly_detection"):
        monkeypatch.setattr(f"chalicelib.{module}.MIN_SIGNATURES", 5)
    for number in range(5):
        world.client = f"198.51.100.{number}" if number < 4 else "192.0.2.1"
        world.sign(email=f"n{number}@flood{number % 2}.example", source="one")
    world.run_scheduled()
    trends = world.admin("GET", HELD).json["trends"]
    assert [(one["kind"], one["share"], one["signatures"]) for one in trends] == [
        ("network", 0.8, 5),
        ("domain", 0.6, 5),
    ]
    assert (trends[0]["label"] in networks(world), trends[1]["label"]) == (True, "")
    err = capfd.readouterr().err
    assert '"unlikely_share"' in err
    for private in ("198.51", "flood0"):
        assert private not in err + str(world.items(world.resources.registry_table))
    world.later(days=1, minutes=1)
    assert world.admin("GET", HELD).json["trends"] == []


# --- a captcha, for campaigns that ask for one


class Service(http.server.BaseHTTPRequestHandler):
    """Stands in for a captcha service: `good` is a person's answer, `slow` never gets one, `moved` leads to a good one.

    `dripping` gets one, but bit by bit and too late.
    """

    asked: ClassVar[list[dict[str, list[str]]]] = []

    def do_POST(self) -> None:
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.asked.append(asked)
        (answer,) = asked["response"]
        if answer == "slow":
            time.sleep(2.0)
        if answer == "no http":
            self.wfile.write(b"SSH-2.0\r\n")
            return
        self.send_response({"down": 503, "moved": 302}.get(answer, 200))
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        bodies = {"garbled": b"<html>", "list": b"[]", "deep": b"[" * 60_000}
        with contextlib.suppress(OSError):
            for _ in range(12 if answer == "dripping" else 0):
                self.wfile.write(b" ")
                time.sleep(0.15)
            self.wfile.write(bodies.get(answer, json.dumps({"success": answer in {"good", "dripping"}}).encode()))

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"success": true}')  # where a redirect leads

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def captcha(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    Service.asked.clear()
    monkeypatch.setenv("CAPTCHA_URL", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setattr("chalicelib.services.signatures.captcha_verification.TIMEOUT_SECONDS", 1.0)
    wiring().secret_store.write_captcha_secret("s3cret")
    world.publish(captcha={"provider": "turnstile", "site_key": "0xSITE"})
    yield world
    server.shutdown()
    thread.join()
    server.server_close()


def test_names_without_proof_are_shown_only_once_an_organiser_has_released_them(captcha: World) -> None:
    world = captcha
    world.publish(captcha={"provider": "turnstile", "site_key": "0xSITE"}, confirmation="single", show_signers=True)
    for name, answer in (("Ana", "good"), ("Buy", "bad"), ("Now", "")):
        world.sign(email=f"{name}@example.org", given_name=name, family_name="", public=True,
                   **{"cf-turnstile-response": answer})  # fmt: skip

    def shown() -> set[str]:
        world.later(seconds=30)
        return {one["name"] for one in world.get("/campaigns/peru/signers").json["signers"]}

    assert shown() == {"Ana"}, "before an email could be held"
    world.drain()
    assert shown() == {"Ana"}, "while it is held"
    assert "Buy" not in world.get("/sign/peru", accept="text/html").text
    assert world.admin("POST", "/admin/campaigns/peru/held/release", {}).json["released"] == 2
    assert shown() == {"Ana", "Buy", "Now"}


def test_a_click_proves_enough_for_a_name_to_be_shown(captcha: World) -> None:
    world = captcha
    world.publish(captcha={"provider": "turnstile", "site_key": "0xSITE"}, show_signers=True)
    world.sign(public=True)
    world.drain()
    world.admin("POST", "/admin/campaigns/peru/held/release", {})
    world.drain()
    world.post_form(world.ses.sent[-1].link("confirm"), {})
    world.later(seconds=30)
    assert world.get("/campaigns/peru/signers").json["signers"] == [{"name": "Ana Quispe"}]


def test_who_proves_to_be_a_person_is_mailed_and_all_others_are_held(captcha: World) -> None:
    world = captcha
    answers = [
        "good",
        "bad",
        "down",
        "slow",
        "garbled",
        "list",
        "deep",
        "no http",
        "moved",
        "dripping",
        "x" * 5000,
        "\ud83d",
        "",
    ]
    replies = [
        world.sign(email=f"n{number}@gmail.com", **{"cf-turnstile-response": answer} if answer else {})
        for number, answer in enumerate(answers)
    ]
    assert len({(reply.status, reply.text) for reply in replies}) == 1
    assert Service.asked[0] == {"secret": ["s3cret"], "response": ["good"], "sitekey": ["0xSITE"]}
    assert len(Service.asked) == 10
    world.drain()
    assert ([mail.to for mail in world.ses.sent], held(world)) == (["n0@gmail.com"], {"captcha": 12})


def test_only_the_page_of_such_a_campaign_lets_the_service_in(captcha: World) -> None:
    world = captcha
    page = world.get("/sign/peru", accept="text/html")
    assert 'class="cf-turnstile" data-sitekey="0xSITE"' in page.text
    assert "<noscript>" in page.text
    policy = page.headers["content-security-policy"]
    assert "frame-src https://challenges.cloudflare.com" in policy
    assert world.get("/campaigns/peru/form").json["captcha"]["field"] == "cf-turnstile-response"
    world.publish("other")
    other = world.get("/sign/other", accept="text/html")
    assert "cloudflare" not in other.text + other.headers["content-security-policy"]
    assert "cloudflare" not in world.get("/sign/peru/thanks", accept="text/html").headers["content-security-policy"]


def test_without_a_secret_or_a_service_what_comes_is_held_and_links_go_on(captcha: World) -> None:
    world = captcha
    before = wiring().secret_store.read()
    assert before.captcha_secrets == {"": "s3cret"}
    wiring().secret_store.write_captcha_secret("")
    assert wiring().secret_store.read() == replace(before, captcha_secrets={})
    world.sign(**{"cf-turnstile-response": "good"})
    world.drain()
    assert (held(world), Service.asked) == ({"captcha": 1}, [])


def test_each_site_key_may_have_a_secret_of_its_own(captcha: World) -> None:
    world = captcha
    store = wiring().secret_store
    store.write_captcha_secret("of the letter", "uuid")
    world.publish("letter", captcha={"provider": "hcaptcha", "site_key": "uuid"})
    world.sign("letter", **{"h-captcha-response": "good"})
    world.sign(**{"cf-turnstile-response": "good"})
    assert [(one["sitekey"], one["secret"]) for one in Service.asked] == [
        (["uuid"], ["of the letter"]),
        (["0xSITE"], ["s3cret"]),
    ]
    store.write_captcha_secret("", "uuid")
    assert store.read().captcha_secrets == {"": "s3cret"}
    assert "s3cret" not in repr(store.read())


@pytest.mark.usefixtures("world")
def test_the_command_keeps_a_secret_that_nobody_sees_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for about, typed in ((["set", "uuid"], "one\n"), (["set"], " two \n"), (["forget", "other"], "")):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        assert cli.main(["captcha", *about]) == 0
    assert wiring().secret_store.read().captcha_secrets == {"uuid": "one", "": "two"}
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert cli.main(["captcha", "set", "uuid"]) == 2
    said = capsys.readouterr()
    assert "standard input" in said.err
    assert "one" not in said.out + said.err
    assert cli.main(["captcha", "forget", "uuid"]) == 0
    assert wiring().secret_store.read().captcha_secrets == {"": "two"}
