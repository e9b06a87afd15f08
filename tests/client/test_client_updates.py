"""`undersigned updates` and `emails`: written from files, tried, sent once the number was typed, and read in figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.api.test_updates import act, draft, mails, send, signed, state
from tests.client.hosts import told

if TYPE_CHECKING:
    from tests.client.conftest import Client
    from tests.client.hosts import Host
    from tests.kit.world import World


@pytest.fixture
def asking(at_world: World) -> World:
    at_world.publish(ask_updates=True)
    return at_world


def written() -> None:
    Path("news.en.md").write_text("# We meet\n\nDear {{given_name}},\n\n**Come.**\n")
    Path("news.es.md").write_text("\ufeff# Nos vemos\r\n\r\nHola, **venga.**\n")


def test_an_update_is_written_from_files_sent_and_read(asking: World, client: Client) -> None:
    assert client("updates", "peru").out == "There are no updates yet.\n"
    signed(asking, "ana", "ben")
    written()
    made = client("updates", "peru", "write", "news.en.md", "news.es.md")
    assert made.out.endswith(": draft\nIt would reach 2 signers.\n")
    (update,) = asking.admin("GET", "/admin/campaigns/peru/updates").json["updates"]
    assert state(asking, update["id"])["texts"] == {
        "en": {"subject": "We meet", "body": "Dear {{given_name}},\n\n**Come.**"},
        "es": {"subject": "Nos vemos", "body": "Hola, **venga.**"},
    }
    done = client("updates", "peru", "send", update["id"], typed="2\n")
    assert "It goes to 2 signers, and cannot be called back." in done.err
    assert f"{update['id']}: being sent" in done.out
    asking.run_updates()
    assert len(mails(asking)) == 2
    shown = client("updates", "peru", "show", update["id"], "--follow").out
    assert "[es] Nos vemos\n\nHola, **venga.**" in shown
    assert ["sent", "2"] in [line.split() for line in shown.splitlines()]
    row = client("updates", "peru").out.splitlines()[1].split()
    assert row == [update["id"], "sent", "We", "meet", "2", "2", "0", "0", "0", "0"]


@pytest.mark.parametrize("typed", ["3", "", "two", "yes"])
def test_another_number_sends_nothing(asking: World, client: Client, typed: str) -> None:
    signed(asking, "ana", "ben")
    update = draft(asking)
    done = client("updates", "peru", "send", update, typed=f"{typed}\n")
    assert (done.code, done.out) == (0, "")
    assert "Nothing was sent." in done.err
    assert state(asking, update)["state"] == "draft"


def test_a_script_names_the_number_and_is_told_the_right_one(asking: World, client: Client) -> None:
    signed(asking, "ana", "ben")
    update = draft(asking)
    assert client("updates", "peru", "send", update).code == 2
    refused = client("updates", "peru", "send", update, "--recipients", "5")
    assert refused.code == 3
    assert "By now it would reach 2." in refused.err
    begun = json.loads(client("updates", "peru", "send", update, "--recipients", "2", "--json").out)
    assert begun["state"] == "sending"


def test_it_is_paused_resumed_and_stopped_which_asks(asking: World, client: Client) -> None:
    signed(asking, "ana")
    update = draft(asking)
    send(asking, update, 1)
    assert "paused" in client("updates", "peru", "pause", update).out
    assert "being sent" in client("updates", "peru", "resume", update).out
    assert client("updates", "peru", "stop", update).code == 2, "nobody can be asked"
    client("updates", "peru", "stop", update, typed="n\n")
    assert state(asking, update)["state"] == "sending"
    assert "stopped" in client("updates", "peru", "stop", update, typed="y\n").out
    assert client("updates", "peru", "resume", update).code == 3


def test_a_draft_is_changed_narrowed_and_deleted(asking: World, client: Client) -> None:
    signed(asking, "ana", country="PE")
    update = draft(asking)
    written()
    words = ["write", "news.es.md", "--update", update, "--languages", "en,es", "--countries", "US"]
    assert "It would reach 0 signers." in client("updates", "peru", *words).out
    found = state(asking, update)
    assert (found["texts"]["es"]["subject"], found["audience"]["countries"]) == ("Nos vemos", ["US"])
    assert client("updates", "peru", "delete", update, typed="y\n").out == "The draft is deleted.\n"
    assert client("updates", "peru", "show", update).code == 3


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("news.md", "# A\n\nB", 2), ("news.es.md", "no subject\n\nB", 5), ("news.es.md", "# A\n", 5),
     ("news.es.md", "", 5), ("none.es.md", None, 5), ("news.es.md", b"# \xff\n\nB", 5)],
)  # fmt: skip
def test_a_file_that_will_not_do_is_named(asking: World, client: Client, name: str, content: Any, code: int) -> None:
    if content is not None:
        Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    refused = client("updates", "peru", "write", name)
    assert (refused.code, name in refused.err) == (code, True)
    assert asking.admin("GET", "/admin/campaigns/peru/updates").json == {"updates": []}


def test_two_files_in_one_language_are_one_too_many(asking: World, client: Client) -> None:  # noqa: ARG001
    written()
    Path("other.es.md").write_text("# A\n\nB")
    assert client("updates", "peru", "write", "news.es.md", "other.es.md").code == 2


def test_what_is_missing_is_said_by_its_place_before_it_is_sent(asking: World, client: Client) -> None:
    signed(asking, "ana")
    written()
    assert client("updates", "peru", "write", "news.en.md").code == 0
    (update,) = asking.admin("GET", "/admin/campaigns/peru/updates").json["updates"]
    refused = client("updates", "peru", "send", update["id"], typed="1\n")
    assert refused.code == 3
    assert "texts.es:" in refused.err


def test_what_it_waits_for_is_said_in_words(asking: World, client: Client) -> None:
    signed(asking, "ana")
    update = draft(asking)
    send(asking, update, 1)
    asking.admin("PUT", "/admin/mail", {"paused": True})
    asking.later(minutes=1)
    asking.run_updates()
    assert f"{update}: being sent: emails are paused" in client("updates", "peru", "show", update).out
    client.speak("es_PE")
    assert f"{update}: enviándose: los correos están en pausa" in client("updates", "peru", "show", update).out
    act(asking, update, "stop")


def test_a_test_goes_to_whoever_is_signed_in(host: Host, client: Client) -> None:
    client.use(host.url)
    host.says(
        "POST", "/admin/campaigns/peru/updates/u1/test", told({"to": "ana@example.org", "languages": ["en"]}, 202)
    )
    assert client("updates", "peru", "test", "u1").out == "On its way to ana@example.org: en.\n"


def test_emails_are_listed_shown_and_edited_from_a_file(at_world: World, client: Client) -> None:
    listed = client("emails", "peru").out.splitlines()
    assert listed[1].split() == ["confirmation", "{{title}}", "{{sender}}"]
    shown = client("emails", "peru", "show", "thanks", "--lang", "es").out
    assert shown.startswith("From: Peru Solidarity <actions@example.org>\nSubject: ")
    assert client("emails", "peru", "show", "thanks", "--html", "thanks.html").out == "Written to thanks.html.\n"
    assert Path("thanks.html").read_text().startswith("<!doctype html>")
    assert client("emails", "peru", "show", "thanks", "--html", "thanks.html").code == 5
    words = client("emails", "peru", "show", "thanks", "--words").out
    Path("thanks.yaml").write_text(words.replace("subject: ''", "subject: Hello {{sender}}", 1))
    assert client("emails", "peru", "edit", "thanks", "thanks.yaml").out.startswith("Saved.")
    assert (
        at_world.admin("GET", "/admin/campaigns/peru").json["emails"]["thanks"]["en"]["subject"] == "Hello {{sender}}"
    )
    assert "thanks" in client("emails", "peru").out
    Path("thanks.yaml").write_text(words)
    client("emails", "peru", "edit", "thanks", "thanks.yaml")
    assert at_world.admin("GET", "/admin/campaigns/peru").json["emails"] == {"thanks": {}}


@pytest.mark.parametrize("content", ["", "- es", "es: words", "es: {subject: [", "es: {subject: '{{who}}'}"])
def test_words_that_will_not_do_change_nothing(at_world: World, client: Client, content: str) -> None:
    Path("thanks.yaml").write_text(content)
    assert client("emails", "peru", "edit", "thanks", "thanks.yaml").code in {3, 5}
    assert at_world.admin("GET", "/admin/campaigns/peru").json["emails"] == {}
    assert client("emails", "peru", "edit", "thanks", "none.yaml").code == 5


def test_a_test_of_an_email_names_its_language(host: Host, client: Client) -> None:
    client.use(host.url)
    host.says(
        "POST",
        "/admin/campaigns/peru/emails/thanks/test",
        told({"to": "a@example.org", "language": "es"}, 202),
    )
    assert client("emails", "peru", "test", "thanks", "--lang", "es").out == "On its way to a@example.org.\n"
    assert [one.path.partition("?")[2] for one in host.asked] == ["language=es"]
