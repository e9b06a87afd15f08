"""The links in mails, followed as people, scanners and attackers follow them."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from chalicelib import cli
from chalicelib.domain.access.signed_links import Purpose
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from tests.kit.world import World

PAGE = {"accept": "text/html"}


def signed(world: World, **changes: str) -> None:
    assert world.sign(**changes).status == 201
    world.drain()


def test_confirm_page_shows_what_will_be_signed_and_changes_nothing(world: World) -> None:
    signed(world, lang="es")
    link = world.ses.sent[0].link("confirm")
    for _ in range(3):
        page = world.get(link, **PAGE)
        assert page.status == 200
        assert "Sin tropas en el Perú" in page.text
        assert "Ana Quispe" in page.text
        assert '<html lang="es"' in page.text
        assert page.headers["cache-control"] == "no-store"
    assert world.signatures()[0]["state"]["S"] == "pending"


def test_confirming_twice_is_welcome(world: World) -> None:
    signed(world)
    link = world.ses.sent[0].link("confirm")
    first, second = world.post_form(link, {}), world.post_form(link, {})
    assert (first.status, second.status) == (200, 200)
    assert world.get(link, **PAGE).status == 200
    world.drain()
    assert world.counts()["signatures"]["confirmed"] == 1
    assert [mail.tags["kind"] for mail in world.ses.sent] == ["confirmation", "thanks"]


def test_link_works_when_a_web_mail_cut_its_query(world: World) -> None:
    signed(world, lang="es")
    page = world.post_form(world.ses.sent[0].link("confirm").partition("?")[0], {})
    assert page.status == 200
    assert '<html lang="es"' in page.text


def test_withdrawn_signature_cannot_be_confirmed_by_the_old_link(world: World) -> None:
    signed(world)
    mail = world.ses.sent[0]
    assert world.post_form(mail.link("withdraw"), {}).status == 200
    assert world.post_form(mail.link("confirm"), {}).status == 410
    assert world.get(mail.link("confirm"), **PAGE).status == 410
    assert world.signatures()[0]["state"]["S"] == "withdrawn"


def test_withdrawing_twice_is_welcome(world: World) -> None:
    signed(world)
    link = world.ses.sent[0].link("withdraw")
    assert [world.post_form(link, {}).status for _ in range(2)] == [200, 200]


def test_signing_again_after_a_withdrawal_starts_anew(world: World) -> None:
    signed(world)
    world.post_form(world.ses.sent[0].link("withdraw"), {})
    world.drain()
    signed(world, given_name="Ana María")
    assert [mail.tags["kind"] for mail in world.ses.sent] == ["confirmation", "confirmation"]
    assert world.post_form(world.ses.sent[1].link("confirm"), {}).status == 200
    world.drain()
    assert world.counts()["signatures"] == {"pending": 0, "confirmed": 1, "withdrawn": 1, "expired": 0, "external": 0}


def test_expired_signature_says_how_to_get_a_new_link(world: World) -> None:
    signed(world)
    link = world.ses.sent[0].link("confirm")
    world.later(days=30, minutes=1)
    for reply in (world.get(link, **PAGE), world.post_form(link, {})):
        assert reply.status == 410
    assert world.get(link).json["code"] == "link_expired"


def test_signing_again_after_expiry_but_before_deletion_is_a_new_signature(world: World) -> None:
    signed(world)
    world.later(days=31)
    signed(world)
    assert len(world.signatures()) == 1
    assert len(world.ses.sent) == 2
    assert world.post_form(world.ses.sent[1].link("confirm"), {}).status == 200


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("token", ["x", "a.b.c", "peru." + "a" * 32 + ".6b04a287.AAAA", "%00", "../admin"])
def test_made_up_links_are_not_found(world: World, purpose: Purpose, token: str) -> None:
    for reply in (world.get(f"/{purpose}/{token}"), world.post_form(f"/{purpose}/{token}", {}, accept="*/*")):
        assert reply.status == 404
        assert reply.json["status"] == 404


def test_confirmations_are_taken_until_a_day_after_the_close(world: World) -> None:
    signed(world)
    signed(world, email="bo@example.org")
    world.publish(state="closed")
    world.later(hours=23, minutes=59)
    assert world.post_form(world.ses.sent[0].link("confirm"), {}).status == 200
    world.later(minutes=2)
    assert world.post_form(world.ses.sent[1].link("confirm"), {}).status == 409


def test_unsubscribing_takes_one_click_and_stops_all_mail(world: World) -> None:
    signed(world)
    mail = world.ses.sent[0]
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail.link("unsubscribe")
    assert f"<https://api.example{link.partition('?')[0]}" in mail.headers["List-Unsubscribe"]
    assert world.get(link, **PAGE).status == 200
    one_click = world.request(
        "POST", link, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert one_click.status == 200
    world.publish("other")
    signed(world)
    assert world.sign("other").status == 201
    world.drain()
    assert len(world.ses.sent) == 1
    assert len(world.signatures()) == 2


@pytest.mark.parametrize("content_type", ["text/plain", "application/octet-stream", "", "message/x; =", None])
def test_one_click_unsubscribes_whatever_the_type_of_the_body(world: World, content_type: str | None) -> None:
    signed(world)
    link = world.ses.sent[0].link("unsubscribe")
    headers = {} if content_type is None else {"content_type": content_type}
    assert world.request("POST", link, b"\xff=One-Click", **headers).status == 200
    world.later(minutes=11)
    signed(world)
    assert len(world.ses.sent) == 1


def _encoded(link: str) -> str:
    head, _, token = link.rpartition("/")
    return f"{head}/{token.replace('.', '%2E').replace('-', '%2D').replace('_', '%5f')}"


@pytest.mark.parametrize("after", ["/", ".", ",", ")", "]", ">", ").", "%3E", "%2F", "%20", "%22"])
def test_link_works_with_what_mail_programs_add(world: World, after: str) -> None:
    signed(world)
    link = world.ses.sent[0].link("confirm")
    assert world.get(link + after, **PAGE).status == 200
    assert world.post_form(_encoded(link) + after, {}).status == 200
    assert world.signatures()[0]["state"]["S"] == "confirmed"


def test_link_with_another_change_is_still_no_link(world: World) -> None:
    signed(world)
    link = world.ses.sent[0].link("confirm")
    for other in (link + "-", link + "A", link[:-1], link.replace("/confirm/", "/confirm/."), _encoded(link) + "%2D"):
        assert world.get(other, **PAGE).status == 404
    assert world.get("/confirm/...", **PAGE).status == 404


@pytest.mark.parametrize("typed", ["PERU", "Peru", "peru%2F", "peru.", "peru)", "peru,", "peru%3E", "p%65ru"])
def test_campaign_is_found_as_people_type_and_paste_it(world: World, typed: str) -> None:
    assert "Sin tropas en el Perú" in world.get(f"/sign/{typed}?lang=es", **PAGE).text
    assert world.get(f"/campaigns/{typed}/count").json["campaign"] == "peru"
    assert world.get("/sign/per", **PAGE).status == 404


def test_suppression_can_be_lifted_for_who_asks(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    signed(world)
    world.post_form(world.ses.sent[0].link("unsubscribe"), {})
    world.later(minutes=11)
    for _ in range(4):
        signed(world)  # held back, and not counted as mails
    world.ses.suppressed.add("ana@example.org")
    for typed, lifted, lifted_at_ses in (
        ("Ana+x@example.org\n", True, False),
        ("ana@example.org", False, True),
        ("ana@example.org", False, False),
    ):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        assert cli.main(["lift"]) == 0
        assert json.loads(capsys.readouterr().out) == {"lifted": lifted, "lifted_at_ses": lifted_at_ses}
    monkeypatch.setattr("sys.stdin", io.StringIO("nobody"))
    assert cli.main(["lift"]) == 2
    world.later(seconds=5)
    signed(world)
    assert len(world.ses.sent) == 2


def test_a_bounce_of_one_spelling_can_be_lifted(world: World) -> None:
    signed(world, email="ben+news@example.org")
    bounce = {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": "ben+news@example.org"}]}
    tags = {name: [value] for name, value in world.ses.sent[0].tags.items()}
    world.deliver_ses_event({"eventType": "Bounce", "mail": {"tags": tags}, "bounce": bounce})
    world.later(minutes=11)
    signed(world, email="ben+news@example.org")
    assert len(world.ses.sent) == 1
    assert wiring().address_allowance.lift("ben+news@example.org")
    assert not wiring().address_allowance.lift("ben+news@example.org")
    world.later(minutes=11)
    signed(world, email="ben+news@example.org")
    assert len(world.ses.sent) == 2


def test_pages_about_stopping_say_whom_to_write_to(world: World) -> None:
    world.publish(sender={"name": "Peru Solidarity", "email": "a@example.org", "reply_to": "people@example.org"})
    signed(world)
    link = world.ses.sent[0].link("unsubscribe")
    assert "people@example.org" in world.get(link, **PAGE).text
    assert "people@example.org" in world.post_form(link, {}).text
    assert "people@example.org" in world.get("/sign/peru/thanks", **PAGE).text


@pytest.mark.parametrize("language", ["en", "es"])
def test_dead_ends_lead_back_to_the_campaign(world: World, language: str) -> None:
    signed(world)
    link = world.ses.sent[0].link("confirm").partition("?")[0] + f"?lang={language}"
    world.post_form(world.ses.sent[0].link("withdraw"), {})
    assert f'href="https://api.example/sign/peru?lang={language}"' in world.get(link, **PAGE).text
    world.publish(state="closed")
    refused = world.post_form("/campaigns/peru/signatures", {"email": "x@example.org"}, accept_language=language)
    assert refused.status == 409
    assert f'href="https://api.example/sign/peru?lang={language}"' in refused.text


def test_nobody_is_asked_to_be_the_first_after_signing(world: World) -> None:
    signed(world)
    confirmed = world.post_form(world.ses.sent[0].link("confirm"), {})
    assert "Be the first to sign" not in confirmed.text
    world.publish("letter", confirmation="single")
    assert "Be the first to sign" not in world.get("/sign/letter/thanks", **PAGE).text
    assert "Be the first to sign" in world.get("/sign/letter?lang=en", **PAGE).text


def test_unsubscribing_is_not_withdrawing(world: World) -> None:
    world.sign_and_confirm()
    world.post_form(world.ses.sent[0].link("unsubscribe"), {})
    world.drain()
    assert world.counts()["signatures"]["confirmed"] == 1


# --- the signer's own page


def managed(world: World) -> str:
    world.sign_and_confirm(lang="en", comment="Peace")
    return world.ses.sent[-1].link("manage")


def test_signer_sees_and_corrects_the_signature(world: World) -> None:
    link = managed(world)
    page = world.get(link, **PAGE)
    assert page.status == 200
    assert "Quispe" in page.text
    fields = {"do": "save", "given_name": "Ana María", "family_name": "Quispe", "country": "BO", "comment": "Peace"}
    assert world.post_form(link, fields).status == 200
    world.drain()
    assert world.signatures()[0]["given_name"]["S"] == "Ana María"
    assert world.counts()["by"]["country"] == {"BO": 1}


def test_answers_to_what_is_asked_no_more_stay_when_a_name_is_corrected(world: World) -> None:
    world.sign_and_confirm(**{"custom.chapter": "Lima"})
    world.publish(fields=[{"name": "country"}])
    fields = {"do": "save", "given_name": "Ana Rosa", "family_name": "Quispe", "country": "PE"}
    assert world.post_form(world.ses.sent[-1].link("manage"), fields).status == 200
    (stored,) = world.signatures()
    assert stored["given_name"] == {"S": "Ana Rosa"}
    assert stored["custom"] == {"M": {"chapter": {"S": "Lima"}}}


def test_mistake_while_correcting_is_shown_and_changes_nothing(world: World) -> None:
    link = managed(world)
    reply = world.post_form(link, {"do": "save", "given_name": "", "family_name": "Mamani", "country": "PE"})
    assert reply.status == 422
    assert 'value="Mamani"' in reply.text
    assert world.signatures()[0]["given_name"]["S"] == "Ana"


def test_signer_hides_and_shows_the_name(world: World) -> None:
    link = managed(world)
    world.post_form(link, {"do": "show"})
    assert world.signatures()[0]["public"]["BOOL"] is True
    world.post_form(link, {"do": "hide"})
    assert "public" not in world.signatures()[0]


def test_signer_takes_the_data_along(world: World) -> None:
    reply = world.post_form(managed(world), {"do": "download"})
    assert reply.headers["content-disposition"].startswith("attachment")
    assert reply.json["email"] == "ana@example.org"
    assert reply.json["comment"] == "Peace"
    assert reply.json["state"] == "confirmed"


def test_withdrawing_from_the_own_page_asks_once(world: World) -> None:
    link = managed(world)
    asked = world.post_form(link, {"do": "withdraw"})
    assert asked.status == 200
    assert world.signatures()[0]["state"]["S"] == "confirmed"
    action = wiring().settings.public_url
    target = asked.text.partition(f'action="{action}')[2].partition('"')[0]
    assert target.startswith("/withdraw/")
    assert world.post_form(target, {}).status == 200
    assert world.signatures()[0]["state"]["S"] == "withdrawn"
    assert world.get(link, **PAGE).status == 410
