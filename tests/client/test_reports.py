"""What organisers look at, on a whole deployment: lists, counts, signatures; addresses never as arguments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.client.hosts import a_problem, told

if TYPE_CHECKING:
    from tests.client.conftest import Client
    from tests.client.hosts import Host
    from tests.kit.world import World


def test_campaigns_are_a_line_each(at_world: World, client: Client) -> None:
    at_world.sign_and_confirm()
    lines = client("campaigns").out.splitlines()
    assert lines[0].split() == ["id", "state", "signatures", "goal", "today", "title"]
    assert lines[1].split()[:5] == ["peru", "open", "1", "5,000", "1"]
    assert json.loads(client("campaigns", "--json").out)["campaigns"][0]["id"] == "peru"


def test_archived_campaigns_are_shown_when_asked_for(at_world: World, client: Client) -> None:
    at_world.publish(state="closed", archived=True)
    assert "peru" not in client("campaigns").out
    assert ["peru", "archived"] in [line.split()[:2] for line in client("campaigns", "--archived").out.splitlines()]


def test_one_campaign_shows_its_pages_by_language(at_world: World, client: Client) -> None:
    done = client("campaigns", "show", "peru")
    assert done.code == 0
    assert "/sign/peru?lang=en" in done.out
    assert "/sign/peru?lang=es" in done.out
    assert json.loads(client("--json", "campaigns", "show", "peru").out)["id"] == "peru"
    assert at_world.counts()["signatures"]["confirmed"] == 0


def test_what_to_paste_is_printed_alone_so_that_it_can_go_into_a_file(at_world: World, client: Client) -> None:
    assert client("campaigns", "snippets", "peru").out.startswith("<script src=")
    assert 'lang="es"' in client("campaigns", "snippets", "peru", "--kind", "form", "--lang", "es").out
    assert set(json.loads(client("campaigns", "snippets", "peru", "--json").out)) == {"en", "es"}
    done = client("campaigns", "snippets", "peru", "--lang", "fr")
    assert (done.code, done.out) == (2, "")
    assert at_world.counts()["signatures"]["confirmed"] == 0


def test_counts_say_the_total_first_in_the_readers_language(at_world: World, client: Client) -> None:
    at_world.sign_and_confirm()
    at_world.sign(email="ben@example.org")
    at_world.drain()
    client.speak("es_PE.UTF-8")
    lines = client("counts", "peru").out.splitlines()
    assert lines[0] == "Una firma de 5000"
    assert ["por", "confirmar", "1"] in [line.split() for line in lines]
    assert ["PE", "1"] in [line.split() for line in lines]


def test_counts_show_ten_labels_and_all_of_those_asked_for(at_world: World, client: Client) -> None:
    for place in range(12):
        at_world.sign_and_confirm(email=f"p{place}@example.org", source=f"flyer-{place}")
    short, whole = client("counts", "peru").out, client("counts", "peru", "--by", "source").out
    assert (short.count("flyer-"), "and 2 more: --by source" in short) == (10, True)
    assert whole.count("flyer-") == 12
    assert set(json.loads(client("counts", "peru", "--json", "--by", "day").out)["by"]) == {"day"}


def test_growth_since_a_moment_and_the_funnel_are_shown(at_world: World, client: Client) -> None:
    at_world.sign_and_confirm()
    lines = [line.split() for line in client("counts", "peru", "--since", "2026-11-23T11:30:00Z").out.splitlines()]
    assert [line[2] for line in lines if line[0:1] == ["since"] and line[1].startswith("2026-11-23T11:00:00")] == ["1"]
    assert ["received", "1"] in lines
    assert client("counts", "peru", "--since", "yesterday").code == 3


def test_csv_comes_as_it_is_and_from_an_api_without_it_not_at_all(at_world: World, client: Client, host: Host) -> None:
    at_world.sign_and_confirm()
    sheet = at_world.admin("GET", "/admin/campaigns/peru/counts?format=csv").text
    assert "country,PE,1" in sheet
    assert client("counts", "peru", "--csv").out == sheet
    client.use(host.url)
    host.says("GET", "/admin/campaigns/peru/counts", told({}))
    assert client("counts", "peru", "--csv").code == 4


def test_signatures_come_newest_first_over_as_many_pages_as_it_takes(at_world: World, client: Client) -> None:
    for place in range(5):
        at_world.sign(email=f"p{place}@example.org", given_name=f"[red]Ana{place}")
        at_world.later(seconds=1)
    at_world.drain()
    rows = client("signatures", "peru", "--limit", "3").out.splitlines()[1:]
    assert [next(word for word in row.split() if word.startswith("[red]")) for row in rows] == [
        "[red]Ana4",
        "[red]Ana3",
        "[red]Ana2",
    ]
    assert json.loads(client("signatures", "peru", "--state", "confirmed", "--json").out) == {"signatures": []}
    assert client("signatures", "peru", "--from", "2026-11-24").out == "No signatures.\n"


def test_pages_are_followed_even_when_one_is_empty(host: Host, client: Client) -> None:
    client.use(host.url)
    one = {"id": "a", "state": "pending", "signed_at": "2026-11-23T12:00:00Z"}
    path = "/admin/campaigns/peru/signatures"
    pages = [
        {"signatures": [], "cursor": "1"},
        {"signatures": [one], "cursor": "2"},
        {"signatures": [], "cursor": None},
    ]
    host.says("GET", path, *map(told, pages))
    assert len(json.loads(client("signatures", "peru", "--json").out)["signatures"]) == 1
    assert [("cursor=" in asked.path) for asked in host.asked] == [False, True, True]


def test_an_address_is_looked_up_from_what_is_typed(at_world: World, client: Client) -> None:
    at_world.sign(email="Ana.Q@example.org")
    done = client("find", "peru", piped="ana.q@EXAMPLE.org\n")
    assert "Ana.Q@example.org" in done.out
    assert client("find", "peru", typed="nobody@example.org\n").out == "No signatures.\n"


def test_what_strangers_typed_is_never_obeyed(host: Host, client: Client) -> None:
    client.use(host.url)
    title = "[bold]Hi[/bold]\x1b[31m :smile: \u202ered"
    line = {"id": "a", "state": "open", "count": 1, "goal": 1, "today": 0, "archived": False, "title": title}
    host.says("GET", "/admin/campaigns", told({"campaigns": [line]}))
    out = client("campaigns").out
    assert "[bold]Hi[/bold]\N{REPLACEMENT CHARACTER}[31m :smile: \N{REPLACEMENT CHARACTER}red" in out
    assert "\x1b" not in out


def test_ids_stay_whole_in_a_narrow_terminal(at_world: World, client: Client) -> None:
    at_world.publish("a-campaign-with-a-long-name", texts={"en": {"title": "Many words " * 9}})
    client.patch.setattr("undersigned_client.terminal.PIPE_WIDTH", 60)
    lines = client("campaigns").out.splitlines()
    assert max(map(len, lines)) <= 60
    assert [line for line in lines if line.startswith("a-campaign-with-a-long-name ")]


def test_a_campaign_that_is_not_there_is_the_apis_sentence(host: Host, client: Client) -> None:
    client.use(host.url)
    host.says("GET", "/admin/campaigns/..%2Fkeys/counts", a_problem("campaign_not_found", 404, "No campaign."))
    done = client("counts", "../keys")
    assert (done.code, done.err) == (3, "No campaign.\n")
