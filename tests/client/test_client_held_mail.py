"""Held mails from the command line: shown by reason and origin, let go or dropped by steps, counted before and after."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from undersigned_client.commands import held_mail, held_mail_actions
from undersigned_client.commands.held_mail_actions import expected

from chalicelib.domain.signatures.flags import HOLD_REASONS
from tests.client.hosts import Told, a_problem, told

if TYPE_CHECKING:
    from tests.client.conftest import Client
    from tests.client.hosts import Host
    from tests.kit.world import World

HELD = "/admin/campaigns/peru/held"
DOMAIN = {"reason": "domain", "network": None, "domain": "flood.example", "signatures": 4}
NETWORK = {"reason": "network", "network": "q5t3nyamwx2kd7lo", "domain": None, "signatures": 9}


def found(*groups: dict[str, Any], is_whole: bool = True, **held: int) -> dict[str, Any]:
    return {"held": held, "groups": list(groups), "trends": [], "looked_at": 13, "is_whole": is_whole}


@pytest.fixture
def flooded(at_world: World, client: Client) -> World:
    """A campaign with five mails held, and an API that deals with two a call."""
    client.patch.setattr("chalicelib.services.mail.held_mail.BATCH_SIZE", 2)
    at_world.publish(limits={"network_hourly": 1})
    for numbers in ([0], range(1, 6)):  # the first is mailed
        for number in numbers:
            at_world.sign(email=f"n{number}@flood.example")
        at_world.drain()
    return at_world


@pytest.fixture
def api(host: Host, client: Client) -> Host:
    client.use(host.url)
    host.says("GET", HELD, told(found(NETWORK, DOMAIN, network=9, domain=4)))
    return host


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_held_mails_are_listed_by_campaign_then_by_reason_and_origin(flooded: World, client: Client) -> None:
    network = flooded.admin("GET", HELD).json["groups"][0]["network"]
    assert ["peru", "5"] in [row[:2] for row in rows(client("held").out)]
    assert json.loads(client("held", "--json").out)["campaigns"][0]["held"] == 5
    done = client("held", "show", "peru")
    assert done.out.startswith("5 emails are held back until you review them.\n")
    assert ["network", "5", "too", "many", "from", "one", "network"] in rows(done.out)
    assert ["network", network, "5"] in rows(done.out)
    assert json.loads(client("held", "show", "peru", "--json").out)["held"] == {"network": 5}
    listed = client("signatures", "peru", "--held", "network", "--network", network).out
    assert len(rows(listed)) == 6
    client.speak("es_PE.UTF-8")
    assert "demasiadas desde una misma red" in client("held", "show", "peru").out
    assert "flood.example" not in done.out + done.err


def test_letting_go_asks_in_numbers_goes_on_to_the_end_and_has_them_mailed(flooded: World, client: Client) -> None:
    refused = client("held", "release", "peru", typed="n\n")
    assert "This concerns 5 signatures." in refused.err
    assert (refused.code, refused.out, len(flooded.ses.sent)) == (0, "", 1)
    assert client("held", "release", "peru", typed="y\n").out == "5 emails are on their way.\n"
    flooded.drain()
    assert sorted(mail.to for mail in flooded.ses.sent) == [f"n{number}@flood.example" for number in range(6)]
    assert client("held", "show", "peru").out == "No emails are held back.\n"
    assert client("held").out == "No emails are held back.\n"
    again = client("held", "release", "peru")
    assert (again.code, again.out, again.err) == (0, "Nothing like that is held back.\n", "")


def test_dropping_says_that_it_is_for_good_and_leaves_nothing_of_them(flooded: World, client: Client) -> None:
    network = flooded.admin("GET", HELD).json["groups"][0]["network"]
    other = client("held", "drop", "peru", "--reason", "domain", "--yes", "--json")
    assert json.loads(other.out) == {"campaign": "peru", "dropped": 0}
    assert "for good" in client("held", "drop", "peru", typed="\n").err
    assert client("held", "drop", "peru").code == 2
    assert len(flooded.signatures()) == 6
    wanted = ["--reason", "network", "--network", network, "--domain", "Flood.Example"]
    done = client("held", "drop", "peru", *wanted, "--yes", "--json")
    assert json.loads(done.out) == {"campaign": "peru", "dropped": 5}
    flooded.drain()
    assert [one["email"]["S"] for one in flooded.signatures() if "email" in one] == ["n0@flood.example"]
    assert flooded.counts()["held"] == {}


def test_readers_see_how_many_are_held_and_touch_nothing(flooded: World, client: Client) -> None:
    body = {"name": "Board", "role": "reader", "campaigns": ["peru"]}
    client.patch.setenv("UNDERSIGNED_KEY", flooded.admin("POST", "/admin/keys", body).json["secret"])
    assert ["peru", "5"] in [row[:2] for row in rows(client("held").out)]
    for words in (["show"], ["release", "--yes"], ["drop", "--yes"]):
        assert client("held", words[0], "peru", *words[1:]).code == 3
    assert flooded.counts()["held"] == {"network": 5}


@pytest.mark.parametrize(
    ("wish", "groups", "is_whole", "count"),
    [
        ({}, [NETWORK, DOMAIN], False, (13, True)),
        ({"reason": "network"}, [NETWORK, DOMAIN], False, (9, True)),
        ({"reason": "fast"}, [NETWORK, DOMAIN], True, (0, True)),
        ({"reason": "network", "network": "q5t3nyamwx2kd7lo"}, [NETWORK, DOMAIN], True, (9, True)),
        ({"reason": "network", "network": "q5t3nyamwx2kd7lo"}, [NETWORK, DOMAIN], False, (9, False)),
        # What is held for its domain may have come from that network too: nobody says so.
        ({"network": "q5t3nyamwx2kd7lo"}, [NETWORK, DOMAIN], True, (9, False)),
        ({"network": "q5t3nyamwx2kd7lo"}, [NETWORK], True, (9, True)),
        ({"domain": "FLOOD.example"}, [DOMAIN], True, (4, True)),
        ({"reason": "network", "domain": "flood.example"}, [NETWORK, DOMAIN], True, (0, False)),
    ],
)
def test_how_many_it_concerns_is_exact_only_where_the_api_told_all(
    wish: dict[str, str], groups: list[dict[str, Any]], is_whole: bool, count: tuple[int, bool]
) -> None:
    assert expected(found(*groups, is_whole=is_whole, network=9, domain=4), wish) == count


def test_what_is_not_known_beforehand_is_not_made_up(api: Host, client: Client) -> None:
    network = ["--network", "q5t3nyamwx2kd7lo"]
    assert "This concerns at least 9 signatures." in client("held", "drop", "peru", *network, typed="n\n").err
    unknown = client("held", "drop", "peru", "--reason", "network", "--domain", "flood.example", typed="n\n")
    assert "How many signatures this concerns cannot be known in advance." in unknown.err
    assert {one.method for one in api.asked} == {"GET"}


@pytest.mark.parametrize("name", ["--network", "--domain"])
def test_an_empty_choice_does_not_mean_everything(api: Host, client: Client, name: str) -> None:
    assert client("held", "drop", "peru", name, "", "--yes").code == 2
    assert api.asked == []


def test_steps_follow_the_cursor_with_the_same_wish(api: Host, client: Client) -> None:
    steps = [{"released": 4, "cursor": "a"}, {"released": 0, "cursor": "b"}, {"released": 3, "cursor": None}]
    api.says("POST", f"{HELD}/release", a_problem("unavailable", 503), *map(told, steps))
    done = client("held", "release", "peru", "--reason", "network", "--yes")
    assert (done.code, done.out) == (0, "7 emails are on their way.\n")
    wish = {"reason": "network"}
    bodies = [one.json for one in api.requests("POST", f"{HELD}/release")]
    assert bodies == [wish, wish, {**wish, "cursor": "a"}, {**wish, "cursor": "b"}]


@pytest.mark.parametrize(
    ("answer", "code"),
    [(a_problem("forbidden", 403, "Not yours."), 3), (Told(200, b"<html>"), 4), (Told(cut_after=0), 4)],
)
def test_what_was_done_before_a_failure_is_told_and_how_to_go_on(
    api: Host, client: Client, answer: Told, code: int
) -> None:
    api.says("POST", f"{HELD}/drop", told({"dropped": 100, "cursor": "a"}), answer)
    done = client("held", "drop", "peru", "--yes")
    assert (done.code, done.out) == (code, "")
    # The lost answer's step may be done as well.
    assert done.err.startswith("At least 100 are done, and stay done. Run the same command again for the rest.\n")


@pytest.mark.parametrize(("answer", "is_told"), [(Told(cut_after=0), True), (a_problem("unavailable", 503), False)])
def test_a_count_that_may_be_too_low_since_an_answer_was_lost_says_so(
    api: Host, client: Client, answer: Told, is_told: bool
) -> None:
    api.says(
        "POST", f"{HELD}/release", answer, told({"released": 3, "cursor": "a"}), told({"released": 1, "cursor": None})
    )
    done = client("held", "release", "peru", "--yes")
    assert (done.code, done.out) == (0, "4 emails are on their way.\n")
    lost = "An answer was lost on the way: more may have been done than is counted here.\n"
    assert done.err == (lost if is_told else "")


def test_nothing_is_said_of_what_was_done_when_the_first_step_is_refused(api: Host, client: Client) -> None:
    api.says("POST", f"{HELD}/drop", a_problem("invalid", 422, "Check this answer."))
    done = client("held", "drop", "peru", "--domain", "not a domain", "--yes")
    assert (done.code, done.out, done.err) == (3, "", "Check this answer.\n")


def test_stopping_in_between_says_how_many_are_done(api: Host, client: Client) -> None:
    api.says("POST", f"{HELD}/drop", told({"dropped": 100, "cursor": "a"}))
    steps = held_mail_actions._steps

    def interrupted(*words: Any) -> Any:
        yield next(steps(*words))
        raise KeyboardInterrupt

    client.patch.setattr(held_mail_actions, "_steps", interrupted)
    done = client("held", "drop", "peru", "--yes")
    assert (done.code, done.err) == (
        130,
        "At least 100 are done, and stay done. Run the same command again for the rest.\n",
    )


def test_what_is_unlikely_is_told_though_nothing_is_held(api: Host, client: Client) -> None:
    kinds = [("network", "q5t3nyamwx2kd7lo"), ("domain", ""), ("source", "flyer")]
    about = {"share": 0.71, "signatures": 3000, "seen_at": "2026-11-23T12:00:00.000000Z"}
    trends = [{"kind": kind, "label": label, **about} for kind, label in kinds]
    api.says("GET", HELD, told({**found(), "trends": trends}))
    lines = client("held", "show", "peru").out.splitlines()
    assert lines[0] == "2026-11-23 12:00: 71% of 3,000 signatures in one hour came from one network, q5t3nyamwx2kd7lo."
    assert "one email domain" in lines[1]
    assert "one source, flyer" in lines[2]
    assert lines[-1] == "No emails are held back."


def test_the_greatest_origins_are_shown_and_how_many_are_not(api: Host, client: Client) -> None:
    groups = [{**NETWORK, "network": f"network-{place}"} for place in range(12)]
    api.says("GET", HELD, told(found(*groups, is_whole=False, network=2000)))
    out = client("held", "show", "peru").out
    assert out.count("network-") == 10
    assert "and 2 smaller ones: --json\nOnly the newest 13 were examined.\n" in out


def test_every_reason_of_the_api_can_be_chosen_and_is_explained() -> None:
    assert set(held_mail.meanings()) == set(HOLD_REASONS)
    assert [reason for reason in HOLD_REASONS if not held_mail.meaning(reason)] == []
