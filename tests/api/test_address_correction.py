"""A mistyped domain (`gmial.com`) is never refused: the answer offers the likely one, and one press puts it right."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from chalicelib.wiring import wiring
from tests.kit.factories import a_form

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

PATH = "/campaigns/peru/signatures"
MISTYPED, RIGHT = "ana@gmial.com", "ana@gmail.com"


def correction(world: World, **form: Any) -> dict[str, str]:
    found: dict[str, str] = world.sign(email=MISTYPED, **form).json["correction"]
    world.drain()
    return found


def correct(world: World, proof: str, *, email: str = RIGHT, instead_of: str = MISTYPED, **form: Any) -> Reply:
    reply = world.sign(email=email, _instead_of=instead_of, _proof=proof, **form)
    assert reply.status == 201
    world.drain()
    return reply


def states(world: World) -> dict[str, str]:
    return {item.get("email", {"S": "gone"})["S"]: item["state"]["S"] for item in world.signatures()}


def pressed(page: str) -> list[tuple[str, str]]:
    """What the button of the page sends."""
    form = page[page.index("<form") : page.index("</form>")]
    return [(name, html.unescape(value)) for name, value in re.findall(r'name="([^"]*)" value="([^"]*)"', form)]


def test_it_is_stored_and_mailed_as_typed_and_the_answer_names_what_was_meant(world: World) -> None:
    assert correction(world)["domain"] == "gmail.com"
    assert (states(world), [mail.to for mail in world.ses.sent]) == ({MISTYPED: "pending"}, [MISTYPED])
    assert world.sign(email=RIGHT).json["correction"] is None


def test_the_offer_depends_on_what_is_typed_alone(world: World) -> None:
    world.publish(confirmation="single")
    assert world.sign(email=MISTYPED).text == world.sign(email=MISTYPED).text


@pytest.mark.parametrize(("confirmation", "state"), [("double", "pending"), ("single", "confirmed")])
def test_corrected_it_is_one_signature_and_the_mistyped_one_is_gone(
    world: World, confirmation: str, state: str
) -> None:
    world.publish(confirmation=confirmation)
    proof = correction(world)["proof"]
    world.later(minutes=59)
    assert correct(world, proof).json["correction"] is None
    assert states(world) == {RIGHT: state, "gone": "withdrawn"}
    assert world.counts()["signatures"][state] == 1
    assert wiring().tally_projector.verify() == []
    correct(world, proof)
    assert states(world) == {RIGHT: state, "gone": "withdrawn"}, "pressing twice is pressing once"


@pytest.mark.parametrize("change", ["proof", "moment", "late", "early", "other", "correct", "list", "not_an_address"])
def test_nothing_is_taken_back_without_its_own_fresh_proof(world: World, change: str) -> None:
    proof = correction(world)["proof"]
    moment, _, mac = proof.partition(".")
    forged: dict[str, Any] = {
        "proof": {"proof": f"{moment}.{'a' * len(mac)}"},
        "moment": {"proof": f"{int(moment, 16) + 1:x}.{mac}"},
        "other": {"proof": proof, "instead_of": "ben@gmial.com"},
        "correct": {"proof": proof, "instead_of": "ben@example.org"},
        "list": {"proof": [proof]},
        "not_an_address": {"proof": proof, "instead_of": "@" * 400},
    }
    if change == "other":
        world.sign(email="ben@gmial.com")
    if change in {"late", "early"}:
        world.later(minutes=61 if change == "late" else -1)
    correct(world, **forged.get(change, {"proof": proof}))
    assert states(world)[MISTYPED] == "pending"


def test_what_was_signed_before_that_form_stays(world: World) -> None:
    world.sign(email=MISTYPED)
    world.drain()
    world.later(minutes=1)
    correct(world, correction(world, given_name="Somebody")["proof"])
    assert states(world)[MISTYPED] == "pending"


def test_what_has_changed_since_that_form_stays(world: World) -> None:
    proof = correction(world)["proof"]
    world.later(minutes=1)
    world.sign(email=MISTYPED, given_name="Somebody")
    correct(world, proof)
    assert states(world)[MISTYPED] == "pending"


def test_what_a_click_confirmed_stays(world: World) -> None:
    proof = correction(world)["proof"]
    world.post_form(world.ses.sent[0].link("confirm"), {})
    correct(world, proof)
    assert states(world)[MISTYPED] == "confirmed"


def test_without_script_the_page_says_where_the_email_went_and_one_press_corrects_it(world: World) -> None:
    form = a_form(email=MISTYPED, family_name='Q"<b>', consents=["wbw"], lang="es", website="")
    reply = world.post_form(PATH, form)
    assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")
    assert {"Le escribimos a", "¿Quiso escribir"} <= set(re.findall("Le escribimos a|¿Quiso escribir", reply.text))
    assert MISTYPED in reply.text
    again = world.post_form(PATH, pressed(reply.text))
    assert (again.status, again.headers["location"]) == (
        303,
        "https://api.example/sign/peru/thanks?lang=es&mailbox=gmail",
    )
    world.drain()
    (stored,) = [item for item in world.signatures() if item["state"]["S"] == "pending"]
    assert (stored["email"]["S"], stored["family_name"]["S"]) == (RIGHT, 'Q"<b>')
    assert stored["consents"] == {"L": [{"S": "wbw"}]}
    assert len(world.signatures()) == 2


def test_whoever_was_to_go_elsewhere_is_led_there_after_deciding(world: World) -> None:
    world.publish(redirect_url={"en": "https://wbw.example/thanks"}, allowed_origins=["https://wbw.example"])
    reply = world.post_form(PATH, a_form(email=MISTYPED))
    assert 'href="https://wbw.example/thanks"' in reply.text
    assert "https://wbw.example" in reply.headers["content-security-policy"]
    assert world.post_form(PATH, pressed(reply.text)).headers["location"] == "https://wbw.example/thanks"


def test_a_program_that_posts_a_form_is_redirected_as_ever(world: World) -> None:
    assert world.post_form(PATH, a_form(email=MISTYPED), accept="*/*").status == 303


def test_where_a_captcha_is_asked_for_the_page_leads_back_to_the_form(world: World) -> None:
    world.publish(captcha={"provider": "turnstile", "site_key": "0xSITE"})
    reply = world.post_form(PATH, a_form(email=MISTYPED))
    assert "<form" not in reply.text
    assert 'href="https://api.example/sign/peru?lang=en"' in reply.text


def test_neither_address_is_in_any_url(world: World) -> None:
    reply = world.post_form(PATH, a_form(email=MISTYPED))
    assert not [
        url for url in re.findall(r'(?:href|action)="([^"]*)"', reply.text) if "gmial" in url or "ana" in parse_qs(url)
    ]


OWN = {"origin": "https://api.example"}


class TestOnOurOwnPage:
    """Whoever signs on our own page and goes nowhere else is told where the email went, and can send it elsewhere."""

    def test_it_says_where_the_email_went_and_no_more_of_the_address(self, world: World) -> None:
        reply = world.post_form(PATH, a_form(email="ana.quispe@example.org"), **OWN)
        assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")
        assert "We wrote to a…@example.org." in reply.text
        shown = re.sub(r'(?:value|name)="[^"]*"', "", reply.text)
        assert "ana.quispe" not in shown

    def test_another_address_takes_the_place_of_the_first(self, world: World) -> None:
        reply = world.post_form(PATH, a_form(email="wrong@example.org", consents=["wbw"]), **OWN)
        world.drain()
        again = [*pressed(reply.text), ("email", "right@example.org")]
        assert world.post_form(PATH, again, **OWN).status == 200
        world.drain()
        assert states(world) == {"gone": "withdrawn", "right@example.org": "pending"}
        assert [mail.to for mail in world.ses.sent] == ["wrong@example.org", "right@example.org"]

    def test_the_same_address_again_takes_nothing_back(self, world: World) -> None:
        reply = world.post_form(PATH, a_form(), **OWN)
        world.drain()
        for same in ("ana@example.org", "Ana@Example.org"):
            world.post_form(PATH, [*pressed(reply.text), ("email", same)], **OWN)
            world.drain()
        assert list(states(world).values()) == ["pending"]

    def test_a_confirmed_signature_stays_whatever_somebody_corrects(self, world: World) -> None:
        world.sign_and_confirm()
        reply = world.post_form(PATH, a_form(), **OWN)
        world.post_form(PATH, [*pressed(reply.text), ("email", "thief@example.org")], **OWN)
        world.drain()
        assert states(world)["ana@example.org"] == "confirmed"

    @pytest.mark.parametrize("headers", [{}, {"origin": "https://other.example"}])
    def test_forms_elsewhere_lead_on_as_ever(self, world: World, headers: dict[str, str]) -> None:
        assert world.post_form(PATH, a_form(), **headers).status == 303

    def test_a_campaign_that_leads_elsewhere_does_so(self, world: World) -> None:
        world.publish(redirect_url={"en": "https://wbw.example/thanks"})
        assert world.post_form(PATH, a_form(), **OWN).headers["location"] == "https://wbw.example/thanks"
