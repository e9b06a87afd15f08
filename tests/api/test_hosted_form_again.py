"""The hosted form again: in another language with what was typed, and at the address where a form's answer was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.kit.factories import a_form

if TYPE_CHECKING:
    from tests.kit.world import World

PATH = "/campaigns/peru/signatures"
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


def test_an_address_that_looks_mistyped_is_asked_about_where_the_form_is_shown_again(world: World) -> None:
    def hint(email: str, **form: str) -> str:
        page = world.post_form(PATH, a_form(email=email, given_name="", **form), **PAGE).text
        assert page.count('id="f-email-') <= 1
        return next((line.strip() for line in page.splitlines() if 'id="f-email-' in line), "")

    asked = '<p class="asks" id="f-email-hint">{}</p>'
    assert hint("ana@gmial.com") == asked.format("Did you mean ana@gmail.com?")
    assert hint("<ana&co>@gmial.com").startswith('<p class="mistake"'), "the mistake comes first"
    assert hint("ana@gmial.com", lang="es") == asked.format("¿Quiso escribir ana@gmail.com?")
    assert (hint("ana@gmail.com"), hint("ana@cloud.com")) == ("", ""), "both exist"
    page = world.post_form(PATH, a_form(email="ana@gmial.com", given_name=""), **PAGE).text
    assert re.search(r'<input type="email"[^>]* aria-describedby="f-email-hint"', page)
    assert world.signatures() == []


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
    again = world.post_form(f"{link.partition('?')[0]}?lang=es", {"was": "pending"}, **PAGE).text
    assert "Nunca contó" in again, "pressed twice"
    world.sign_and_confirm(email="ben@example.org")
    world.drain()
    confirmed = next(mail for mail in world.ses.sent if mail.to == "ben@example.org").link("withdraw")
    assert "Withdraw your signature?" in world.get(confirmed, **PAGE).text


def test_what_was_confirmed_while_the_page_was_open_is_not_said_never_to_have_counted(world: World) -> None:
    world.sign()
    world.drain()
    first = world.ses.sent[0]
    assert "Delete this signature?" in world.get(first.link("withdraw"), **PAGE).text
    world.post_form(first.link("confirm"), {})
    done = world.post_form(first.link("withdraw"), {"was": "pending"}, **PAGE).text
    assert "It never counted" not in done
    assert "It no longer counts" in done
