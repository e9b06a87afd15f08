"""Updates as organisers go about them: counted before they are saved, tried on oneself, and sent while the campaign changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.errors import VersionMismatch
from chalicelib.wiring import wiring
from tests.api.test_members import invite, sign_in
from tests.api.test_updates import ALL, TEXTS, act, draft, mails, send, sent, signed, state

if TYPE_CHECKING:
    from typing import Any

    from tests.kit.world import World


@pytest.fixture(autouse=True)
def _asks(world: World) -> None:
    world.publish(ask_updates=True)


@pytest.fixture
def member(world: World) -> str:
    """The authorization of an organiser who is signed in."""
    invite(world)
    mine = sign_in(world)
    world.ses.sent.clear()
    return mine


def member_id(world: World) -> str:
    (ana,) = [one for one in world.admin("GET", "/admin/members").json["members"] if one["email"] == "ana@example.org"]
    return str(ana["id"])


class TestAudience:
    def test_its_number_is_known_before_anything_is_saved(self, world: World) -> None:
        signed(world, "ana", lang="en", country="PE")
        signed(world, "ben", lang="es", country="US")
        for audience, reached in (({}, 2), ({"languages": ["es"]}, 1), ({"countries": ["PE", "US"]}, 2)):
            assert world.admin("POST", f"{ALL}/audience", audience).json == {"recipients": reached}
        assert world.admin("GET", ALL).json == {"updates": []}

    @pytest.mark.parametrize(
        ("body", "field"),
        [({"languages": ["fr"]}, "languages.0"), ({"countries": ["XX"]}, "countries.0"), ({"regions": []}, "regions")],
    )
    def test_what_there_is_not_is_refused_by_name(self, world: World, body: Any, field: str) -> None:
        refused = world.admin("POST", f"{ALL}/audience", body)
        assert (refused.status, refused.json["errors"][0]["field"]) == (422, field)


class TestTrying:
    def test_each_language_comes_to_the_member_as_a_test(self, world: World, member: str) -> None:
        signed(world, "sig")
        update = draft(world)
        answer = world.admin("POST", f"{ALL}/{update}/test", authorization=member)
        assert (answer.status, answer.json) == (202, {"to": "ana@example.org", "languages": ["en", "es"]})
        world.drain()
        assert [mail.to for mail in world.ses.sent] == ["ana@example.org"] * 2
        assert [mail.tags for mail in world.ses.sent] == [{"kind": "test"}] * 2
        assert {mail.subject for mail in world.ses.sent} == {"[Test] We did it, María", "[Prueba] Lo logramos"}
        for mail in world.ses.sent:
            links = re.findall(r"/(?:manage|leave-updates)/([^?\s>]+)", mail.text + str(mail.headers))
            assert links
            assert set(links) == {"test.peru"}
        assert (state(world, update)["state"], state(world, update)["sent"]) == ("draft", 0)

    def test_a_key_has_no_address(self, world: World) -> None:
        refused = world.admin("POST", f"{ALL}/{draft(world)}/test")
        assert (refused.status, refused.json["code"]) == (403, "key_without_member")

    def test_twenty_an_hour_are_enough(self, world: World, member: str) -> None:
        update = draft(world)
        answers = [world.admin("POST", f"{ALL}/{update}/test", authorization=member).status for _ in range(21)]
        assert answers == [202] * 20 + [429]

    def test_a_draft_that_was_deleted_meanwhile_is_not_sent(self, world: World, member: str) -> None:
        update = draft(world)
        world.admin("POST", f"{ALL}/{update}/test", authorization=member)
        world.admin("DELETE", f"{ALL}/{update}")
        world.drain()
        assert world.ses.sent == []
        assert world.admin("POST", f"{ALL}/{update}/test", authorization=member).status == 404

    def test_a_language_that_the_campaign_has_no_more_is_not_tried(self, world: World, member: str) -> None:
        update = draft(world)
        world.admin("POST", f"{ALL}/{update}/test", authorization=member)
        only_english(world)
        world.later(minutes=1)
        world.drain()
        assert [mail.subject for mail in world.ses.sent] == ["[Test] We did it, María"]
        again = world.admin("POST", f"{ALL}/{update}/test", authorization=member)
        assert again.json["languages"] == ["en"]

    def test_only_what_is_written_is_tried(self, world: World, member: str) -> None:
        update = draft(world, texts={"en": TEXTS["en"], "es": {"subject": "Lo logramos"}})
        answer = world.admin("POST", f"{ALL}/{update}/test", authorization=member)
        assert (answer.status, answer.json["languages"]) == (202, ["en"])
        world.drain()
        assert [mail.subject for mail in world.ses.sent] == ["[Test] We did it, María"]

    def test_what_was_taken_out_meanwhile_is_not_tried(self, world: World, member: str) -> None:
        update = draft(world)
        world.admin("POST", f"{ALL}/{update}/test", authorization=member)
        world.admin("PATCH", f"{ALL}/{update}", {"texts": {"es": {"body": ""}}})
        world.drain()
        assert [mail.subject for mail in world.ses.sent] == ["[Test] We did it, María"]

    def test_where_nothing_is_whole_it_says_what_is_missing(self, world: World, member: str) -> None:
        update = draft(world, texts={"en": {"subject": "x"}})
        refused = world.admin("POST", f"{ALL}/{update}/test", authorization=member)
        assert refused.status == 422, refused.text
        assert [(error["field"], error["code"]) for error in refused.json["errors"]] == [
            ("texts.en.body", "missing"), ("texts.es", "update_without_language"),
        ]  # fmt: skip


def only_english(world: World, **more: Any) -> None:
    texts = world.admin("GET", "/admin/campaigns/peru").json["texts"]
    world.publish(ask_updates=True, texts={"en": texts["en"]}, **more)


class TestWhileTheCampaignChanges:
    def test_who_signed_in_a_language_that_is_gone_gets_the_campaigns_own(self, world: World) -> None:
        signed(world, "ben", lang="es")
        only_english(world)
        update = draft(world, texts={"en": TEXTS["en"]})
        send(world, update, 1)
        world.run_updates()
        assert [mail.subject for mail in mails(world)] == ["We did it, Ben"]

    def test_an_audience_in_a_language_that_is_gone_is_sent_to_nobody_else(self, world: World) -> None:
        signed(world, "ana", lang="en")
        signed(world, "ben", lang="es")
        update = draft(world, audience={"languages": ["es"]})
        only_english(world)
        refused = act(world, update, "send", {"recipients": 1})
        assert (refused.status, refused.json["errors"][0]["field"]) == (422, "texts.es")
        assert state(world, update)["state"] == "draft"
        changed = world.admin("PATCH", f"{ALL}/{update}", {"texts": {"en": TEXTS["en"]}})
        assert changed.json["audience"] == {"languages": [], "countries": []}
        assert changed.json["recipients"] == 2, "and it says whom it would reach now"
        assert act(world, update, "send", {"recipients": 1}).json["code"] == "recipients_changed"

    @pytest.mark.parametrize("changes", [{"state": "closed"}, {"state": "closed", "archived": True}])
    def test_a_campaign_that_closes_or_is_archived_still_tells_its_news(
        self, world: World, changes: dict[str, Any]
    ) -> None:
        signed(world, "ana", "ben")
        update = draft(world)
        send(world, update, 2)
        world.publish(ask_updates=True, **changes)
        world.later(minutes=1)
        world.run_updates()
        assert len(mails(world)) == 2
        assert state(world, update)["state"] == "sent"

    def test_a_campaign_that_is_sending_cannot_be_deleted(self, world: World) -> None:
        signed(world, "ana")
        send(world, draft(world), 1)
        etag = world.admin("GET", "/admin/campaigns/peru").headers["etag"]
        refused = world.admin("DELETE", "/admin/campaigns/peru", if_match=etag)
        assert (refused.status, refused.json["code"]) == (409, "campaign_has_signatures")
        world.run_updates()
        assert len(mails(world)) == 1

    def test_one_that_no_longer_asks_still_writes_to_who_said_yes(self, world: World) -> None:
        signed(world, "ana")
        world.publish(ask_updates=False)
        world.later(minutes=1)
        sent(world, 1)
        assert len(mails(world)) == 1


class TestWhoSends:
    def test_two_organisers_who_press_send_at_once_begin_it_once(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        signed(world, "ana")
        update = draft(world)
        start = type(wiring().updates).start

        def second_first(self: Any, read: Any, **more: Any) -> Any:
            """The other organiser's request is carried out between our reading and our writing."""
            monkeypatch.setattr(type(wiring().updates), "start", start)
            assert act(world, update, "send", {"recipients": 1}).status == 202
            return start(self, read, **more)

        monkeypatch.setattr(type(wiring().updates), "start", second_first)
        lost = act(world, update, "send", {"recipients": 1})
        assert (lost.status, lost.json["code"]) == (412, "version_mismatch")
        world.run_updates(3)
        assert len(mails(world)) == 1
        entries = world.admin("GET", "/admin/audit?kind=updates").json["entries"]
        assert [entry["act"] for entry in entries].count("update sent") == 1

    def test_a_change_that_is_saved_while_it_is_being_sent_changes_nothing(self, world: World) -> None:
        signed(world, "ana")
        update = draft(world)
        read = wiring().updates.find("peru", update)
        assert read is not None
        send(world, update, 1)
        with pytest.raises(VersionMismatch):
            wiring().updates.replace(read, read, {}, key="k")
        world.run_updates()
        assert mails(world)[0].subject == "We did it, Ana"

    @pytest.mark.parametrize("end", ["signs out", "is removed"])
    def test_it_goes_on_without_whoever_sent_it(self, world: World, member: str, end: str) -> None:
        signed(world, "sig", "nat")
        update = draft(world)
        begun = world.admin("POST", f"{ALL}/{update}/send", {"recipients": 2}, authorization=member)
        assert begun.status == 202
        if end == "signs out":
            world.admin("DELETE", "/admin/sessions", authorization=member)
        else:
            world.admin("DELETE", f"/admin/members/{member_id(world)}")
        assert world.admin("POST", f"{ALL}/{update}/pause", authorization=member).status == 401
        world.run_updates()
        assert len(mails(world)) == 2
