"""Signing in: links and codes are good once and not for long, and nothing tells who is a member."""

from __future__ import annotations

import re
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.access import sign_in
from chalicelib.wiring import wiring
from tests.api.test_members import bearer_of, begin, code_in, invite, token_in

if TYPE_CHECKING:
    from tests.kit.world import World

ME = "/admin/me"


def ask(world: World, email: str = "ana@example.org") -> str:
    """The text of the newest email after somebody asked to sign in; empty if none came."""
    before = len(world.ses.sent)
    reply = world.post_json("/admin/sign-in", {"email": email})
    assert (reply.status, reply.json) == (202, {"good_for_minutes": 15})
    world.drain()
    return world.ses.sent[-1].text if len(world.ses.sent) > before else ""


@pytest.fixture
def ana(world: World) -> dict[str, Any]:
    made = invite(world)
    world.drain()
    return made


def refused(world: World, **body: str) -> bool:
    reply = begin(world, **body)
    assert (reply.status, reply.json["code"]) in {(404, "link_invalid"), (201, None)} or reply.status == 201
    return reply.status == 404


def test_a_link_works_once_and_takes_its_code_along(world: World, ana: dict[str, Any]) -> None:
    text = ask(world)
    assert begin(world, token=token_in(text)).status == 201
    assert refused(world, token=token_in(text))
    assert refused(world, email=ana["email"], code=code_in(text))


def test_a_code_works_once_and_takes_its_link_along(world: World, ana: dict[str, Any]) -> None:
    text = ask(world)
    typed = f" {code_in(text).lower().replace('-', ' ')} "
    assert begin(world, email="  ANA@Example.ORG ", code=typed).status == 201
    assert refused(world, email=ana["email"], code=code_in(text))
    assert refused(world, token=token_in(text))


def test_both_end_after_fifteen_minutes_and_an_invitation_after_seven_days(world: World) -> None:
    invite(world)
    world.drain()
    invitation = token_in(world.ses.sent[-1].text)
    world.later(days=6, hours=23)
    assert wiring().sign_ins.find(sign_in.address_hash_of(invitation)).member
    world.later(hours=1)
    assert refused(world, token=invitation)
    text = ask(world)
    world.later(minutes=15)
    assert refused(world, token=token_in(text))
    assert refused(world, email="ana@example.org", code=code_in(text))


def test_only_the_newest_email_works(world: World, ana: dict[str, Any]) -> None:
    first, second = ask(world), ask(world)
    assert refused(world, token=token_in(first))
    assert refused(world, email=ana["email"], code=code_in(first))
    assert begin(world, email=ana["email"], code=code_in(second)).status == 201


def test_five_wrong_codes_spend_the_code_and_not_the_link(world: World, ana: dict[str, Any]) -> None:
    text = ask(world)
    wrong = "AAAA-AAAA" if code_in(text) != "AAAA-AAAA" else "CCCC-CCCC"
    for _ in range(4):
        assert refused(world, email=ana["email"], code=wrong)
    assert begin(world, email=ana["email"], code=code_in(text)).status == 201, "the fifth try"
    text = ask(world)
    for network in range(5):  # from five networks
        world.client = f"198.51.{network}.9"
        assert refused(world, email=ana["email"], code=wrong)
    assert refused(world, email=ana["email"], code=code_in(text))
    assert begin(world, token=token_in(text)).status == 201
    text = ask(world)
    assert begin(world, email=ana["email"], code=code_in(text)).status == 201, "a new email has tries of its own"


def test_what_is_no_code_costs_no_try(world: World, ana: dict[str, Any]) -> None:
    text = ask(world)
    for code in ("ABC", "ABCD-23456", "0000-0000", "☃" * 8, "ABCD-234\n5x"):
        assert refused(world, email=ana["email"], code=code)
    assert wiring().sign_ins.find(sign_in.address_hash_of(token_in(text))).tries == 0


def test_at_most_five_emails_an_hour_go_to_an_address_and_the_answer_stays_the_same(
    world: World, ana: dict[str, Any]
) -> None:
    del ana
    assert all(ask(world) for _ in range(5))
    world.client = "198.51.100.7"
    assert not ask(world)
    world.later(hours=1)
    assert ask(world)


def test_a_network_is_capped_whoever_it_asks_for(world: World, ana: dict[str, Any]) -> None:
    del ana
    for number in range(sign_in.NETWORK_EMAILS_PER_HOUR):
        assert not ask(world, f"n{number}@example.org")
    assert not ask(world)
    world.client = "198.51.100.7"
    assert ask(world)


def test_a_network_can_try_only_so_often_right_or_wrong(world: World, ana: dict[str, Any]) -> None:
    text = ask(world)
    for number in range(sign_in.NETWORK_TRIES_PER_HOUR):
        assert refused(world, email=f"n{number}@example.org", code="ABCD-2345")
    assert refused(world, token=token_in(text))
    world.client = "198.51.100.7"
    assert begin(world, email=ana["email"], code=code_in(text)).status == 201


def test_an_answer_and_what_it_costs_are_the_same_for_every_address(world: World, ana: dict[str, Any]) -> None:
    ask(world)
    costs, answers = [], []
    for email in (ana["email"], "nobody@example.org", "removed@example.org"):
        with world.counting() as calls:
            reply = world.post_json("/admin/sign-in", {"email": email})
        costs.append((dict(calls), [one["capacity"] for one in world.units]))
        answers.append((reply.status, reply.text, {k: v for k, v in reply.headers.items() if k not in OF_ONE_REQUEST}))
        with world.counting() as calls:
            reply = begin(world, email=email, code="ABCD-2345")
        costs.append((dict(calls), [one["capacity"]["CapacityUnits"] for one in world.units]))
        answers.append((reply.status, reply.text, {k: v for k, v in reply.headers.items() if k not in OF_ONE_REQUEST}))
    assert costs[0] == costs[2] == costs[4]
    assert costs[1] == costs[3] == costs[5]
    assert answers[0] == answers[2] == answers[4]
    assert answers[1] == answers[3] == answers[5]
    assert costs[0][0] == {"UpdateItem": 2, "SendMessageBatch": 1}
    assert costs[1][0] == {"UpdateItem": 2}


OF_ONE_REQUEST = {"date", "x-amzn-requestid"}


def test_no_secret_is_stored_and_no_address_leaves_the_members_item(world: World, ana: dict[str, Any]) -> None:
    world.post_json("/admin/sign-in", {"email": ana["email"]})
    (job,) = world.take_jobs()
    assert "@" not in job["Body"]
    world.session.client("sqs").send_message(QueueUrl=world.resources.mail_queue_url, MessageBody=job["Body"])
    world.drain()
    text = world.ses.sent[-1].text
    secret = begin(world, token=token_in(text)).json["secret"]
    for item in world.items(world.resources.registry_table):
        said = str(item)
        assert secret.rpartition("_")[2] not in said
        assert secret not in said
        assert token_in(text)[32:] not in said
        assert code_in(text).replace("-", "") not in said
        assert "ana@example.org" not in said or item["pk"]["S"] == f"member#{ana['id']}"


def test_no_page_elsewhere_may_sign_anybody_in(world: World) -> None:
    for path in ("/admin/sign-in", "/admin/sessions"):
        reply = world.post_json(path, {"email": "ana@example.org", "code": "x"}, origin="https://elsewhere.example")
        assert not [name for name in reply.headers if name.startswith("access-control")]
        assert world.request("OPTIONS", path, origin="https://elsewhere.example").status in {403, 404, 405}
        form = world.post_form(path, {"email": "ana@example.org"})
        assert form.status in {400, 415}, "what a form can send without asking is not read"


def test_an_email_that_is_delivered_twice_is_sent_once(world: World, ana: dict[str, Any]) -> None:
    del ana
    world.post_json("/admin/sign-in", {"email": "ana@example.org"})
    (job,) = world.take_jobs()
    sqs, before = world.session.client("sqs"), len(world.ses.sent)
    for _ in range(2):
        sqs.send_message(QueueUrl=world.resources.mail_queue_url, MessageBody=job["Body"])
        world.drain()
    assert len(world.ses.sent) == before + 1
    assert begin(world, token=token_in(world.ses.sent[-1].text)).status == 201
    sqs.send_message(QueueUrl=world.resources.mail_queue_url, MessageBody=job["Body"])
    world.drain()
    assert len(world.ses.sent) == before + 1, "nor after it was used"


def test_an_email_that_ses_delayed_is_sent_later_and_not_when_nobody_waits_any_more(
    world: World, ana: dict[str, Any]
) -> None:
    del ana
    before = len(world.ses.sent)
    world.ses.refuses = "TooManyRequestsException"
    world.post_json("/admin/sign-in", {"email": "ana@example.org"})
    world.drain()
    world.ses.refuses = ""
    world.later(minutes=6)
    world.drain()
    assert len(world.ses.sent) == before + 1
    assert begin(world, token=token_in(world.ses.sent[-1].text)).status == 201
    world.post_json("/admin/sign-in", {"email": "ana@example.org"})
    world.later(minutes=16)
    world.drain()
    assert len(world.ses.sent) == before + 1


def test_who_paused_all_email_can_sign_in_and_resume_it(world: World, ana: dict[str, Any]) -> None:
    del ana
    world.admin("PUT", "/admin/mail", {"paused": True})
    assert ask(world)


def test_an_address_that_bounced_gets_nothing_and_one_that_unsubscribed_does(world: World, ana: dict[str, Any]) -> None:
    del ana
    world.sign()
    world.drain()
    world.post_form(world.ses.sent[-1].link("unsubscribe"), {})
    assert ask(world)
    bounced = {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": "ana@example.org"}]}
    invite(world, "ben@example.org")
    world.drain()
    tags = {name: [value] for name, value in world.ses.sent[-1].tags.items()}
    bounced["bouncedRecipients"] = [{"emailAddress": "ben@example.org"}]
    world.deliver_ses_event({"eventType": "Bounce", "mail": {"tags": tags}, "bounce": bounced})
    assert not ask(world, "ben@example.org")


def test_two_tabs_with_one_link_get_one_session(real_world: World) -> None:
    world = real_world
    invite(world)
    world.drain()
    token, both, statuses = token_in(world.ses.sent[-1].text), Barrier(2), []

    def tab() -> None:
        both.wait()
        statuses.append(begin(world, token=token).status)

    tabs = [Thread(target=tab) for _ in range(2)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join()
    assert statuses.count(201) == 1
    assert max(statuses) in {404, 503}, "503 says to try again, and then it is 404"
    assert begin(world, token=token).status == 404
    sessions = [item for item in world.items(world.resources.registry_table) if "used_at" in item]
    assert len(sessions) == 1


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "../../etc",
        "a" * 32 + "B" * 43,
        "a" * 32 + "B" * 42,
        "ä" * 75,
        "a" * 200,
        "sign-in#x",
        "a" * 32 + "\n" + "B" * 42,
    ],
)
def test_a_made_up_token_opens_nothing(world: World, ana: dict[str, Any], token: str) -> None:
    del ana
    reply = begin(world, token=token)
    assert (reply.status, reply.json["code"]) == ((422, "invalid") if not token else (404, "link_invalid"))


@pytest.mark.parametrize(
    "body", [{}, {"email": "a@b.example"}, {"code": "ABCD-2345"}, {"token": 7}, {"email": None, "code": "x"}, [], "x"]
)
def test_a_body_that_is_none_is_told_so(world: World, body: Any) -> None:
    reply = world.post_json("/admin/sessions", body)
    assert (reply.status, reply.json["code"]) == (422, "invalid")


def test_the_alphabet_of_codes_has_nothing_that_is_misread() -> None:
    codes = {sign_in.new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(re.fullmatch(r"[A-HJKMNP-RTVWXY2-79]{4}-[A-HJKMNP-RTVWXY2-79]{4}", code) for code in codes)
    assert sign_in.read_code("abcd—2345") == "ABCD2345"
    assert sign_in.read_code("A8SZ U345") == "AB52V345", "what is not in it is what it looks like"
    assert sign_in.read_code("ABCD-2340") == ""


def test_a_session_of_another_deployment_or_a_forged_one_is_none(world: World, ana: dict[str, Any]) -> None:
    secret = bearer_of(begin(world, token=token_in(ask(world))))
    key_id = secret.split("_")[1]
    for forged in (
        f"{secret[:-1]}~",
        f"Bearer us_{ana['id']}s{'0' * 12}_x",
        f"Bearer us_{key_id}_{'A' * 43}",
        f"Bearer us_{ana['id']}_x",
    ):
        assert world.admin("GET", ME, authorization=forged).status == 401
    assert world.admin("GET", ME, authorization=secret).status == 200
