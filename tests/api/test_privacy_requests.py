"""What the law lets people ask for: erasure everywhere, a copy of everything, and names that go when their time is over."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.wiring import wiring
from local.aws.iam_permissions import running_as

if TYPE_CHECKING:
    from tests.kit.world import World

PERSON = {
    "email": "ximena.t@example.org",
    "given_name": "Ximena",
    "family_name": "Tintaya",
    "organization": "Tejedoras",
    "comment": "Quebrada honda",
    "custom.chapter": "Cusco",
    "referrer": "https://friends.example/ximena",
    "utm_medium": "flyerx",
}
# What must be found nowhere afterwards.
TRACES = ("ximena", "tintaya", "tejedoras", "quebrada", "friends.example", "flyerx")


def everything(world: World) -> str:
    """Both tables, as text."""
    tables = (world.resources.signatures_table, world.resources.registry_table)
    return json.dumps([world.items(table) for table in tables], ensure_ascii=False).lower()


def traces(world: World) -> list[str]:
    text = everything(world)
    return [trace for trace in TRACES if trace in text]


@pytest.fixture
def signed(world: World) -> World:
    """One person on two campaigns (one pending), and another."""
    world.publish("other")
    world.sign_and_confirm(**PERSON, consents=["wbw"], public=True)
    world.sign_and_confirm(email="ben@example.org", given_name="Ben")
    world.sign("other", **PERSON)
    world.drain()
    return world


class TestErasure:
    def test_it_goes_on_when_an_answer_is_lost_and_boto3_writes_once_more(
        self, signed: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = wiring().audit.table._client
        put = client.put_item

        def twice(**request: Any) -> Any:
            put(**request)
            return put(**request)

        monkeypatch.setattr(client, "put_item", twice)
        assert signed.admin("POST", "/admin/erasures", {"email": PERSON["email"]}).status == 200
        monkeypatch.undo()
        assert traces(signed) == []
        acts = [entry.act for entry in wiring().audit.newest()]
        assert (acts.count("erasure begun"), acts.count("erasure done")) == (1, 1)

    def test_nothing_of_the_person_is_left_in_either_table_and_the_counts_follow(self, signed: World) -> None:
        assert traces(signed) == list(TRACES)
        report = signed.admin("POST", "/admin/erasures", {"email": "Ximena.T+x@EXAMPLE.org"})
        assert report.status == 200
        assert report.json["signatures"] == [
            {"campaign": "other", "was": "pending"}, {"campaign": "peru", "was": "confirmed"},
        ]  # fmt: skip
        signed.drain()
        assert traces(signed) == []
        assert "ximena" not in report.text.lower()
        assert signed.counts()["signatures"]["confirmed"] == 1
        assert signed.counts("other")["signatures"]["pending"] == 0
        assert wiring().tally_projector.verify() == []

    def test_the_address_is_never_mailed_again(self, signed: World) -> None:
        signed.admin("POST", "/admin/erasures", {"email": PERSON["email"]})
        before = len(signed.ses.sent)
        signed.sign(**PERSON)
        signed.drain()
        assert len(signed.ses.sent) == before

    def test_files_that_may_hold_it_go_and_are_named(self, signed: World) -> None:
        asked = signed.admin("POST", "/admin/campaigns/peru/exports", {"format": "csv"}).json
        signed.run_exports()
        done = signed.admin("GET", f"/admin/campaigns/peru/exports/{asked['id']}").json
        assert b"Ximena" in gzip.decompress(signed.download(done["url"]))
        report = signed.admin("POST", "/admin/erasures", {"email": PERSON["email"]}).json
        assert [one["id"] for one in report["exports"]] == [asked["id"]]
        assert signed.admin("GET", f"/admin/campaigns/peru/exports/{asked['id']}").json["state"] == "deleted"

    def test_again_is_welcome_and_an_unknown_address_is_no_error(self, signed: World) -> None:
        signed.admin("POST", "/admin/erasures", {"email": PERSON["email"]})
        again = signed.admin("POST", "/admin/erasures", {"email": PERSON["email"]}).json
        assert {one["was"] for one in again["signatures"]} == {"withdrawn"}
        nobody = signed.admin("POST", "/admin/erasures", {"email": "nobody@example.org"})
        assert (nobody.status, nobody.json["signatures"]) == (200, [])

    def test_an_erasure_that_broke_half_way_is_finished_by_the_next(
        self, signed: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = type(wiring().signatures)
        original: Any = store.withdraw
        done: list[int] = []

        def once(self: Any, *about: Any, **named: Any) -> Any:
            done.append(1)
            if len(done) == 2:
                raise RuntimeError
            return original(self, *about, **named)

        monkeypatch.setattr(store, "withdraw", once)
        assert signed.admin("POST", "/admin/erasures", {"email": PERSON["email"]}).status == 500
        assert traces(signed) != []
        assert signed.admin("POST", "/admin/erasures", {"email": PERSON["email"]}).status == 200
        assert traces(signed) == []

    def test_it_is_audited_without_the_address(self, signed: World) -> None:
        signed.admin("POST", "/admin/erasures", {"email": PERSON["email"]})
        reply = signed.admin("GET", "/admin/audit")
        told = {one["act"]: one for one in reply.json["entries"]}
        assert "erasure begun" in told
        assert told["erasure done"]["campaigns"] == 2
        assert "ximena" not in reply.text.lower()

    def test_it_costs_one_read_of_them_all(self, signed: World) -> None:
        with signed.counting() as calls:
            signed.admin("POST", "/admin/erasures", {"email": "nobody@example.org"})
        assert calls["BatchGetItem"] == 1
        assert calls["Scan"] == 0

    @pytest.mark.parametrize(
        ("body", "status"),
        [({}, 422), ({"email": 3}, 422), ({"email": "x"}, 422), ([], 400), ({"mail": "a@b.org"}, 422)],
    )
    def test_what_is_no_address_is_refused(self, signed: World, body: Any, status: int) -> None:
        assert signed.admin("POST", "/admin/erasures", body).status == status
        assert signed.admin("POST", "/admin/access", body).status == status


class TestAccess:
    def test_it_holds_everything_of_the_address_and_nothing_of_others(self, signed: World) -> None:
        reply = signed.admin("POST", "/admin/access", {"email": PERSON["email"]})
        assert reply.status == 200
        by_campaign = {one["campaign"]: one for one in reply.json["signatures"]}
        assert set(by_campaign) == {"other", "peru"}
        mine = by_campaign["peru"]
        for name in ("email", "given_name", "family_name", "organization", "comment", "custom.chapter", "referrer"):
            assert mine[name] == PERSON[name]
        assert mine["mail"]["sent_at"]
        assert reply.json["mail"][0]["mails"] >= 2
        assert "Ben" not in reply.text

    def test_a_stop_of_mails_is_part_of_it(self, signed: World) -> None:
        signed.post_form(signed.ses.sent[0].link("unsubscribe"), {})
        held = signed.admin("POST", "/admin/access", {"email": PERSON["email"]}).json["mail"]
        assert any(one.get("suppressed_for") == "unsubscribe" for one in held)

    def test_it_is_audited_without_the_address(self, signed: World) -> None:
        signed.later(seconds=1)
        signed.admin("POST", "/admin/access", {"email": PERSON["email"]})
        reply = signed.admin("GET", "/admin/audit")
        assert reply.json["entries"][0]["act"] == "access answered"
        assert "ximena" not in reply.text.lower()


class TestRetention:
    @pytest.fixture
    def closed(self, signed: World) -> World:
        """The same, with names promised to go ten days after the end, which is now; one signer on paper."""
        signed.admin("POST", "/admin/campaigns/peru/signatures", {"given_name": "Ximena", "organization": "Tejedoras"})
        signed.sign(email="late@example.org", given_name="Ximena")
        signed.drain()
        told = signed.publish(state="closed", retention_days=10)
        assert told["names_until"] == "2026-12-03T12:00:00.000000Z"
        signed.admin("POST", "/admin/erasures", {"email": "nobody@example.org"})
        return signed

    def test_names_stay_until_their_day_and_go_then_and_the_count_stays(self, closed: World) -> None:
        before = closed.counts()
        closed.later(days=9, hours=23)
        closed.run_scheduled()
        assert "tintaya" in traces(closed)
        closed.later(hours=2)
        closed.run_scheduled()
        left = [item for item in closed.signatures() if item["pk"]["S"].startswith("peru#")]
        assert "ximena" not in json.dumps(left).lower()
        assert "tintaya" not in json.dumps(left).lower()
        after = closed.counts()
        assert after["signatures"] == before["signatures"] | {"pending": 0, "expired": 1}
        assert after["by"] == before["by"]
        assert after["public_count"] == before["public_count"] == 3
        assert wiring().tally_projector.verify() == []

    def test_nothing_of_a_person_is_an_attribute_of_what_is_left(self, closed: World) -> None:
        closed.later(days=11)
        closed.run_scheduled()
        names = {name for item in closed.signatures() if item["pk"]["S"].startswith("peru#") for name in item}
        assert names <= {
            "pk", "sk", "state", "signed_at", "confirmed_at", "day", "country", "language", "source", "consents",
            "text_version", "text_sha256", "signer", "kept_stages", "fingerprint", "anonymised_at", "changed_at",
        }  # fmt: skip

    def test_it_goes_on_where_it_stopped_and_once_done_walks_no_more(self, closed: World) -> None:
        closed.later(days=11)
        turns, most = 0, iter([True, False] * 50)
        while not wiring().retention.run(lambda: next(most)):
            turns += 1
        assert turns == 3, "a bucket a turn"
        entries = [one for one in wiring().audit.newest() if one.act == "names removed"]
        assert [one.key for one in entries] == ["scheduled"], "one entry, not one a turn"
        with closed.counting() as calls:
            assert wiring().retention.run()
        assert calls["PutItem"] == 0
        assert calls["Query"] == 1, "the list of campaigns"

    def test_links_of_before_say_what_happened_and_the_signature_can_still_be_taken_back(self, closed: World) -> None:
        mail = next(mail for mail in closed.ses.sent if mail.to == PERSON["email"] and "/manage/" in mail.text)
        asking = next(mail for mail in closed.ses.sent if mail.to == PERSON["email"])
        closed.later(days=11)
        closed.run_scheduled()
        page = closed.get(mail.link("manage"), accept="text/html")
        assert page.status == 410
        assert "no longer here" in page.text
        gone = asking.link("withdraw")
        assert closed.get(gone, accept="text/html").status == 200
        assert closed.post_form(gone, {}).status == 200
        closed.drain()
        assert closed.counts()["signatures"]["confirmed"] == 1

    def test_a_change_in_the_same_moment_is_not_lost(self, closed: World, monkeypatch: pytest.MonkeyPatch) -> None:
        store = wiring().signatures.anonymiser
        original: Any = type(store)._anonymise
        changed: list[str] = []

        def slow(self: Any, found: Any, item: Any, now: Any) -> None:
            if found.is_confirmed and not changed:
                changed.append(found.id)
                with running_as("api_handler"):
                    wiring().signature_actions.withdraw("peru", found.id, wiring().keyring.list()[0])
            original(self, found, item, now)

        monkeypatch.setattr(type(store), "_anonymise", slow)
        closed.later(days=11)
        closed.run_scheduled()
        states = {item["sk"]["S"]: item["state"]["S"] for item in closed.signatures()}
        assert states[changed[0]] == "withdrawn"

    def test_no_mail_is_owed_to_nobody(self, closed: World) -> None:
        closed.later(days=11)
        before = len(closed.ses.sent)
        closed.run_scheduled()
        closed.later(days=1)
        closed.run_scheduled()
        assert {mail.tags["campaign"] for mail in closed.ses.sent[before:]} <= {"other"}

    def test_files_of_before_go_with_the_names(self, closed: World) -> None:
        closed.later(days=9)
        asked = closed.admin("POST", "/admin/campaigns/peru/exports", {"format": "csv"}).json
        closed.run_exports()
        closed.later(days=2)
        closed.run_scheduled()
        assert closed.admin("GET", f"/admin/campaigns/peru/exports/{asked['id']}").json["state"] == "deleted"

    @pytest.mark.parametrize("days", [0, -1, 40_000, "x"])
    def test_a_number_of_days_that_is_none_is_refused(self, world: World, days: Any) -> None:
        head = world.admin("GET", "/admin/campaigns/peru")
        reply = world.admin("PATCH", "/admin/campaigns/peru", {"retention_days": days}, if_match=head.headers["etag"])
        assert reply.status == 422
