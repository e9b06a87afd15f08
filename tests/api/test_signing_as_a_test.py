"""Signing as a test: the real form, the real email, the real pages, and nothing that counts or stays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.access.signed_links import Purpose
from chalicelib.domain.signatures.signature import SignatureState
from chalicelib.services.signatures.signing_tests import TEST_FIELD
from chalicelib.wiring import wiring
from tests.kit.factories import a_form

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

PERU = "/admin/campaigns/peru"
HTML = {"accept": "text/html"}


def begin(world: World, campaign: str = "peru", language: str = "en") -> str:
    """The token of a new test."""
    answer = world.admin("POST", f"/admin/campaigns/{campaign}/test-signatures?language={language}")
    assert answer.status == 201
    url = str(answer.json["url"])
    assert url.startswith(f"https://api.example/sign/{campaign}?lang={language}&_test=")
    return url.partition("_test=")[2]


def sign_as_test(world: World, **changes: Any) -> Reply:
    token = changes.pop(TEST_FIELD, None) or begin(world)
    return world.post_form("/campaigns/peru/signatures", a_form(**changes, **{TEST_FIELD: token}))


def registry(world: World) -> list[str]:
    """Everything in the registry but the counters that cap emails."""
    items = world.items(world.resources.registry_table)
    return sorted(
        json.dumps(item, sort_keys=True, default=str) for item in items if not item["pk"]["S"].startswith("limit#")
    )


def everything_that_counts(world: World) -> dict[str, Any]:
    world.later(minutes=2)
    public = [world.get(f"/campaigns/peru{path}").json for path in ("/count", "/signers")]
    for answer in public:
        answer.pop("as_of", None)
    organisers = [
        *(
            world.admin("GET", f"{PERU}/counts?by=day,country,language,source,sponsor,signer"),
            world.admin("GET", "/admin/campaigns"),
        ),
        *(world.admin("GET", f"{PERU}/signatures"), world.admin("GET", f"{PERU}/held")),
        world.admin("POST", f"{PERU}/signatures/find", {"email": "test@example.org"}),
    ]
    shown = [{name: value for name, value in answer.json.items() if name != "as_of"} for answer in organisers]
    world.admin("POST", f"{PERU}/exports", {"format": "csv"})
    world.drain()
    world.run_exports()
    export = world.admin("GET", f"{PERU}/exports").json["exports"][0]
    return {"public": public, "organisers": shown, "rows": export["rows"], "file": world.download(export["url"])}


@pytest.fixture
def peru(world: World) -> World:
    world.publish(show_signers=True, sponsors=a_form() and [{"id": "wbw", "name": "World Beyond War"}])
    world.sign_and_confirm(public=True, consents=["wbw"])
    return world


def test_the_whole_way_counts_nowhere_and_leaves_nothing(peru: World) -> None:
    before, counting = registry(peru), everything_that_counts(peru)
    token = begin(peru, language="es")
    page = peru.get(f"/sign/peru?lang=es&_test={token}", **HTML)
    assert "Esto es una prueba." in page.text
    assert page.headers["cache-control"] == "no-store"
    assert 'content="noindex"' in page.text

    signed = sign_as_test(
        peru, _test=token, email="test@example.org", public=True, consents=["wbw"], source="brand-new", lang="es"
    )
    assert signed.status == 303
    thanks = peru.get(signed.headers["location"].removeprefix("https://api.example"), **HTML)
    assert "Esto es una prueba." in thanks.text
    assert thanks.headers["cache-control"] == "no-store"
    peru.drain()
    asked = peru.ses.sent[-1]
    assert asked.to == "test@example.org"
    assert asked.subject == "[Prueba] Por favor, confirme su firma en «Sin tropas en el Perú»"
    assert len(peru.signatures()) == 2

    assert "Esto es una prueba." in peru.get(asked.link("confirm"), **HTML).text
    confirmed = peru.post_form(asked.link("confirm"), {})
    assert confirmed.status == 200
    assert "Gracias" in confirmed.text
    assert "Esto es una prueba." in confirmed.text
    peru.drain()
    assert peru.ses.sent[-1].subject == "[Prueba] Gracias por firmar «Sin tropas en el Perú»"
    assert [item["email"]["S"] for item in peru.signatures()] == ["ana@example.org"]
    after = registry(peru)
    peru.run_scheduled()
    assert everything_that_counts(peru) == counting
    exports = [
        item
        for item in set(after) ^ set(before)
        if "export#" not in item and "audit#" not in item and "sum#" not in item
    ]
    assert exports == []


@pytest.mark.parametrize("moment", ["signed", "mailed", "confirmed"])
def test_no_count_no_list_and_no_file_changes_at_any_moment(peru: World, moment: str) -> None:
    counting = everything_that_counts(peru)
    sign_as_test(peru, email="test@example.org", public=True, consents=["wbw"], source="brand-new")
    if moment != "signed":
        peru.drain()
    if moment == "confirmed":
        assert peru.post_form(peru.ses.sent[-1].link("confirm"), {}).status == 200
    assert everything_that_counts(peru) == counting
    assert wiring().tally_projector.verify() == []


def test_the_projector_queues_the_email_and_writes_nothing(peru: World) -> None:
    sign_as_test(peru, email="test@example.org")
    with peru.counting() as calls:
        peru.run_projector()
    assert {name: n for name, n in calls.items() if name != "SendMessageBatch"} == {}
    assert calls["SendMessageBatch"] == 1


def test_what_nobody_brings_to_its_end_goes_in_a_day(peru: World) -> None:
    sign_as_test(peru, email="test@example.org")
    peru.drain()
    asked = peru.ses.sent[-1]
    (item,) = [one for one in peru.signatures() if one["pk"]["S"] == "test_peru#0"]
    assert int(item["expires_at"]["N"]) == int(peru.now.timestamp()) + 86_400
    counting = everything_that_counts(peru)
    peru.post_form(asked.link("confirm"), {})
    (item,) = [one for one in peru.signatures() if one["pk"]["S"] == "test_peru#0"]
    assert (item["state"]["S"], "expires_at" in item) == (SignatureState.CONFIRMED, True)
    peru.later(days=1, minutes=1)
    over = peru.get(asked.link("confirm"), **HTML)
    assert over.status == 410
    assert "This test is over" in over.text
    peru.delete_as_expired(item)
    peru.drain()
    assert len(peru.signatures()) == 1
    assert [one for one in peru.items(peru.resources.registry_table) if one["pk"]["S"].startswith("left#")] == []
    assert everything_that_counts(peru)["rows"] == counting["rows"]


def test_withdrawing_deletes_it_at_once(peru: World) -> None:
    sign_as_test(peru, email="test@example.org")
    peru.drain()
    asked = peru.ses.sent[-1]
    assert peru.post_form(asked.link("withdraw"), {}).status == 200
    peru.drain()
    assert len(peru.signatures()) == 1
    assert peru.post_form(asked.link("withdraw"), {}).status == 200
    assert peru.get(asked.link("confirm"), **HTML).status == 410
    assert [one for one in peru.items(peru.resources.registry_table) if one["pk"]["S"].startswith("left#")] == []


def test_it_touches_no_real_signature_of_the_same_address(peru: World) -> None:
    (before,) = peru.signatures()
    sign_as_test(peru, email="ana@example.org", given_name="Somebody else")
    peru.drain()
    asked = peru.ses.sent[-1]
    assert asked.subject.startswith("[Test] Please confirm")
    assert asked.tags["campaign"] == "test_peru"
    event = {
        "eventType": "Bounce",
        "bounce": {"bounceType": "Transient"},
        "mail": {"tags": {k: [v] for k, v in asked.tags.items()}},
    }
    peru.deliver_ses_event(event)
    delivered = event | {"eventType": "Delivery", "delivery": {}}
    peru.deliver_ses_event(delivered)
    peru.post_form(asked.link("withdraw"), {})
    peru.drain()
    assert peru.signatures() == [before]


def test_a_real_link_opens_no_test_and_the_other_way_round(peru: World) -> None:
    peru.sign(email="rosa@example.org")
    peru.drain()
    real = peru.ses.sent[-1].link("confirm")
    sign_as_test(peru, email="rosa@example.org")
    peru.drain()
    as_test = peru.ses.sent[-1].link("confirm")
    peru.post_form(as_test, {})
    states = {
        item["pk"]["S"].partition("#")[0]: item["state"]["S"]
        for item in peru.signatures()
        if item["email"]["S"].startswith("rosa")
    }
    assert states == {"peru": "pending", "test_peru": "confirmed"}
    peru.post_form(real, {})
    peru.drain()
    assert peru.counts()["signatures"]["confirmed"] == 2


class TestWithoutALink:
    @pytest.mark.parametrize("kind", ["made up", "another campaign", "another purpose", "over", "a list", "blank"])
    def test_nobody_signs_at_all(self, peru: World, kind: str) -> None:
        peru.publish("other")
        now, links = peru.now, wiring().links()
        tokens: dict[str, object] = {
            "made up": "x.y.z",
            "another campaign": begin(peru, "other"),
            "another purpose": links.token(Purpose.CONFIRM, "peru", now=now),
            "over": links.token(Purpose.TEST, "peru", now=now),
            "a list": [begin(peru)],
            "blank": " ",
        }
        if kind == "over":
            peru.later(hours=1, seconds=1)
        refused = peru.post_json("/campaigns/peru/signatures", a_form(email="x@example.org", _test=tokens[kind]))
        assert (refused.status, refused.json["code"]) == (410, "test_over")
        assert len(peru.signatures()) == 1
        if isinstance(tokens[kind], str) and kind != "blank":
            assert peru.get(f"/sign/peru?_test={tokens[kind]}", **HTML).status == 410
            assert peru.get(f"/sign/peru/thanks?_test={tokens[kind]}", **HTML).status == 410

    @pytest.mark.parametrize("name", ["test_peru", "test.peru", "TEST_peru"])
    def test_the_name_of_tests_is_no_campaign(self, peru: World, name: str) -> None:
        assert peru.sign(name).status == 404
        for path in (f"/sign/{name}", f"/campaigns/{name}", f"/campaigns/{name}/count", f"/campaigns/{name}/signers"):
            assert peru.get(path).status == 404
        for path in ("", "/counts", "/signatures", "/exports", "/emails"):
            assert peru.admin("GET", f"/admin/campaigns/{name}{path}").status in {400, 404}
        assert peru.admin("PUT", f"/admin/campaigns/{name}", {}).status == 422

    def test_a_draft_stays_unknown(self, peru: World) -> None:
        peru.publish("draft", state="draft")
        for name in ("draft", "nothing"):
            assert peru.sign(name, _test="x").json["code"] == "test_over"
            assert peru.get(f"/sign/{name}?_test=x").json["code"] == "test_over"

    def test_only_organisers_get_one(self, peru: World) -> None:
        key = peru.admin("POST", "/admin/keys", {"name": "r", "role": "reader", "campaigns": ["*"]}).json["secret"]
        refused = peru.admin("POST", f"{PERU}/test-signatures", authorization=f"Bearer {key}")
        assert refused.status == 403
        assert peru.admin("POST", f"{PERU}/test-signatures", authorization="").status == 401
        assert peru.admin("POST", "/admin/campaigns/nothing/test-signatures").status == 404


@pytest.mark.parametrize("changes", [{"state": "draft"}, {"state": "closed"}, {"closes_at": "2026-11-01T00:00:00Z"}])
def test_drafts_and_closed_campaigns_can_be_tried(world: World, changes: dict[str, str]) -> None:
    world.publish(**changes)
    token = begin(world)
    assert 'name="email"' in world.get(f"/sign/peru?_test={token}", **HTML).text
    assert sign_as_test(world, _test=token).status == 303
    assert world.get(f"/sign/peru/thanks?_test={token}", **HTML).status == 200
    world.drain()
    assert world.post_form(world.ses.sent[-1].link("confirm"), {}).status == 200
    world.drain()
    assert [email.subject[:6] for email in world.ses.sent] == ["[Test]", "[Test]"]
    assert world.signatures() == []


def test_single_confirmation_ends_with_its_thanks(world: World) -> None:
    world.publish(confirmation="single")
    assert sign_as_test(world, source="brand-new").status == 303
    (item,) = world.signatures()
    assert "expires_at" in item
    world.drain()
    assert world.ses.sent[-1].subject == "[Test] Thank you for signing “No troops in Peru”"
    assert world.signatures() == []
    assert world.counts()["signatures"]["confirmed"] == 0


def test_mistakes_and_another_language_keep_it_a_test(peru: World) -> None:
    token = begin(peru)
    again = sign_as_test(peru, _test=token, email="nobody")
    assert again.status == 422
    assert "This is a test." in again.text
    assert f'name="_test" value="{token}"' in again.text
    for origin in ("https://api.example", "https://evil.example"):
        switched = peru.post_form(
            f"/sign/peru?lang=es&_test={token}", {"email": "a@b.c", "_test": token}, origin=origin
        )
        assert "Esto es una prueba." in switched.text
        assert f'name="_test" value="{token}"' in switched.text


def test_a_filled_honeypot_makes_no_difference(peru: World) -> None:
    sign_as_test(peru, email="test@example.org", website="filled in by a password manager")
    peru.drain()
    assert peru.ses.sent[-1].to == "test@example.org"


def test_limits_of_signers_and_of_tests_are_apart(peru: World) -> None:
    for n in range(12):
        sign_as_test(peru, email="test@example.org", given_name=f"A{n}")
        peru.drain()
        peru.later(minutes=1)
        peru.post_form(peru.ses.sent[-1].link("withdraw"), {})
        peru.drain()
    assert len([email for email in peru.ses.sent if email.to == "test@example.org"]) == 10
    peru.sign(email="test@example.org")
    peru.drain()
    assert peru.ses.sent[-1].subject == "Please confirm your signature on “No troops in Peru”"


def test_a_campaigns_tests_cause_so_many_emails_an_hour(peru: World) -> None:
    sent = len(peru.ses.sent)
    token = begin(peru)
    for n in range(32):
        sign_as_test(peru, _test=token, email=f"test{n}@example{n}.org")
    peru.drain()
    assert len(peru.ses.sent) - sent == 30
    assert peru.admin("GET", f"{PERU}/held").json["held"] == {}


def test_nobody_who_wants_no_emails_gets_one(peru: World) -> None:
    peru.post_form(peru.ses.sent[-1].link("unsubscribe"), {})
    sent = len(peru.ses.sent)
    sign_as_test(peru, email="ana@example.org")
    peru.drain()
    assert len(peru.ses.sent) == sent


def test_the_link_to_stop_all_emails_stops_none(peru: World) -> None:
    sign_as_test(peru, email="test@example.org")
    peru.drain()
    asked = peru.ses.sent[-1]
    assert asked.headers["List-Unsubscribe"] == "<https://api.example/unsubscribe/test.peru?lang=en>"
    assert peru.post_form(asked.link("unsubscribe"), {}).status == 404
    peru.sign(email="test@example.org")
    peru.drain()
    assert peru.ses.sent[-1].subject.startswith("Please confirm")


def test_an_erasure_finds_it(peru: World) -> None:
    sign_as_test(peru, email="test@example.org")
    assert peru.admin("POST", "/admin/erasures", {"email": "test@example.org"}).status == 200
    assert len(peru.signatures()) == 1


def test_a_refused_email_sounds_no_alarm(peru: World) -> None:
    peru.ses.refuses = "MessageRejected"
    sign_as_test(peru, email="test@example.org")
    peru.drain()
    assert peru.dead_letters() == []
