"""Pausing mail from the command line: one campaign's or all, asked first, and told as it stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.client.conftest import Client
    from tests.kit.world import World


def test_mail_of_a_campaign_is_paused_after_asking_and_goes_on(at_world: World, client: Client) -> None:
    assert client("mail").out == "Emails are going out.\n"
    assert client("mail", "resume", "peru").out == "They are not paused.\n"
    asked = client("mail", "pause", "peru", typed="n\n")
    assert "nobody gets an email; what is due waits. Pause the emails of peru? [y/N]" in asked.err
    assert client("mail").out == "Emails are going out.\n"
    assert client("mail", "pause", "peru", "--yes").out == "Emails will be paused within half a minute.\n"
    assert client("mail", "pause", "peru").out == "They are already paused.\n"
    assert client("mail").out == "peru: emails are paused.\n"
    at_world.sign()
    at_world.drain()
    assert at_world.ses.sent == []
    assert json.loads(client("mail", "resume", "peru", "--yes", "--json").out)["mail_paused"] is False
    assert client("mail").out == "Emails are going out.\n"


def test_all_mail_is_paused_by_name_alone(at_world: World, client: Client) -> None:
    assert client("mail", "pause", "--yes").code == 2
    assert client("mail", "pause", "peru", "--all", "--yes").code == 2
    assert "Pause the emails of every campaign?" in client("mail", "pause", "--all", typed="y\n").err
    assert at_world.admin("GET", "/admin/mail").json["paused"] is True
    assert client("mail").out.startswith("All emails have been paused since 2026-11-23T")
    assert client("mail", "pause", "--all").out == "They are already paused.\n"
    client("mail", "pause", "peru", "--yes")
    # Going on with one does not send while all is paused: it says so.
    assert client("mail", "resume", "peru", "--yes").err.startswith("All emails have been paused")
    assert json.loads(client("mail", "--json").out)["campaigns"] == []
    assert json.loads(client("mail", "resume", "--all", "--yes", "--json").out)["paused"] is False


def test_only_an_admin_pauses_all_mail(at_world: World, client: Client) -> None:
    body = {"name": "Team", "role": "organizer", "campaigns": ["peru"]}
    client.patch.setenv("UNDERSIGNED_KEY", at_world.admin("POST", "/admin/keys", body).json["secret"])
    assert client("mail").out == "Emails are going out.\n"
    assert client("mail", "pause", "--all", "--yes").code == 3
    assert client("mail", "pause", "peru", "--yes").code == 0
