"""The hosted form again: in another language with what was typed, and at the address where a form's answer was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.kit.factories import a_form

if TYPE_CHECKING:
    from tests.kit.world import World

PAGE = {"accept": "text/html"}
OWN = "https://api.example"


def test_what_was_typed_is_there_in_the_other_language_and_nothing_is_stored(world: World) -> None:
    typed = a_form(email="ana@", given_name="Ana <b>", comment="Mi razón & más", lang="en", source="flyer")
    page = world.post_form("/sign/peru?lang=es", typed, origin=OWN, **PAGE)
    assert page.status == 200
    assert '<html lang="es"' in page.text
    for kept in ('value="ana@"', 'value="Ana &lt;b&gt;"', "Mi razón &amp; más", 'value="flyer"'):
        assert kept in page.text, kept
    assert 'aria-invalid="true"' not in page.text, "nobody has sent it yet"
    assert page.headers["cache-control"] == "no-store"
    assert world.signatures() == []


def test_another_site_puts_no_words_into_the_form(world: World) -> None:
    for headers in ({}, {"origin": "https://evil.example"}, {"origin": "null"}):
        page = world.post_form("/sign/peru?lang=es", a_form(given_name="Mallory"), **PAGE, **headers)
        assert page.status == 200
        assert "Mallory" not in page.text


def test_a_body_that_cannot_be_read_is_refused_as_everywhere(world: World) -> None:
    assert world.request("POST", "/sign/peru", b"{", content_type="application/json", origin=OWN).status == 400
    assert world.post_form("/sign/nobody", a_form(), origin=OWN).status == 404


def test_without_script_a_button_takes_along_what_was_typed_and_does_not_sign(world: World) -> None:
    page = world.get("/sign/peru?lang=en", **PAGE).text
    first, second = page.find('type="submit"'), page.find("formaction=")
    assert 0 < first < second, "Enter presses the button that signs"
    assert 'formaction="https://api.example/sign/peru?lang=es"' in page
    assert 'formaction="' not in world.get("/sign/peru?frame=1", **PAGE).text


def test_the_address_of_an_answer_leads_a_browser_to_the_form(world: World) -> None:
    reply = world.get("/campaigns/peru/signatures", accept="text/html,*/*;q=0.8", accept_language="es")
    assert (reply.status, reply.headers["location"]) == (303, "https://api.example/sign/peru?lang=es")
    assert reply.headers["cache-control"] == "no-store"
    assert world.get("/campaigns/peru/signatures", accept="application/json").status == 404
    assert world.get("/campaigns/nobody/signatures", **PAGE).status == 404
    world.publish(state="draft")
    world.later(minutes=1)
    assert world.get("/campaigns/peru/signatures", **PAGE).status == 404


def test_who_did_not_sign_deletes_what_somebody_entered_and_withdraws_nothing(world: World) -> None:
    world.sign(lang="es")
    world.drain()
    link = world.ses.sent[0].link("withdraw")
    page = world.get(link, **PAGE).text
    assert "¿Borrar esta firma?" in page
    assert "¿Retirar su firma?" not in page
    done = world.post_form(f"{link.partition('?')[0]}?lang=es", {"was": "pending"}, **PAGE).text
    assert "Nunca contó" in done
    world.sign_and_confirm(email="ben@example.org")
    world.drain()
    confirmed = next(mail for mail in world.ses.sent if mail.to == "ben@example.org").link("withdraw")
    assert "Withdraw your signature?" in world.get(confirmed, **PAGE).text
