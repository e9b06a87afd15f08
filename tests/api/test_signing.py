"""The sign route, by the HTTP contract, in all three encodings."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit.factories import a_document, a_form

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

PATH = "/campaigns/peru/signatures"
MULTIPART = "multipart/form-data; boundary=xYzZY"


def multipart(fields: list[tuple[str, str]]) -> str:
    parts = [f'--xYzZY\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields]
    return "".join(parts) + "--xYzZY--\r\n"


def code(reply: Reply) -> str:
    assert reply.headers["content-type"] == "application/problem+json", reply.text
    assert reply.json["status"] == reply.status
    return str(reply.json["code"])


def stored(world: World) -> dict[str, Any]:
    (only,) = world.signatures()
    return only


# --- the three encodings


def test_json_is_answered_with_201_and_the_count(world: World) -> None:
    reply = world.sign()
    assert reply.status == 201
    assert reply.json == {
        "campaign": "peru", "state": "pending", "count": 0, "goal": 5000,
        "message": "One step left: open the email we sent you and confirm.", "mailbox": None, "correction": None,
    }  # fmt: skip
    assert stored(world)["email"]["S"] == "ana@example.org"


def test_the_answer_knows_the_web_mail_of_the_typed_address_and_nothing_of_the_signer(world: World) -> None:
    first = world.sign(email="Ana.Quispe@Gmail.com").json
    assert first["mailbox"] == {"name": "Gmail", "url": "https://mail.google.com/"}
    assert world.sign(email="Ana.Quispe@Gmail.com").json == first
    page = world.post_form(PATH, a_form(email="eva@riseup.net"))
    assert page.headers["location"] == "https://api.example/sign/peru/thanks?lang=en&mailbox=riseup"
    thanks = world.get("/sign/peru/thanks?lang=es&mailbox=riseup").text
    assert 'href="https://mail.riseup.net/"' in thanks
    assert "Abrir Riseup" in thanks
    assert "evil" not in world.get("/sign/peru/thanks?mailbox=evil").text


def test_urlencoded_form_is_sent_to_the_thank_you_page(world: World) -> None:
    reply = world.post_form(PATH, a_form(lang="es", consents=["wbw", "cidydh"], **{"custom.chapter": "Lima"}))
    assert (reply.status, reply.headers["location"]) == (303, "https://api.example/sign/peru/thanks?lang=es")
    item = stored(world)
    assert [one["S"] for one in item["consents"]["L"]] == ["cidydh", "wbw"]
    assert item["custom"]["M"] == {"chapter": {"S": "Lima"}}
    assert item["language"]["S"] == "es"
    thanks = world.get("/sign/peru/thanks?lang=es", accept="text/html")
    assert thanks.status == 200
    assert '<html lang="es"' in thanks.text


def test_multipart_form_is_taken_too(world: World) -> None:
    fields = [*a_form().items(), ("consents", "wbw"), ("comment", "línea uno\r\nlínea dos")]
    reply = world.request("POST", PATH, multipart(fields), content_type=MULTIPART, accept="text/html")
    assert reply.status == 303, reply.text
    assert stored(world)["comment"]["S"] == "línea uno\nlínea dos"


@pytest.mark.parametrize("accept", ["application/json", "application/json, text/plain, */*"])
def test_form_that_wants_json_gets_json(world: World, accept: str) -> None:
    assert world.post_form(PATH, a_form(), accept=accept).status == 201
    assert code(world.post_form(PATH, {}, accept=accept)) == "invalid"


def test_json_without_a_content_type_is_read(world: World) -> None:
    assert world.request("POST", PATH, json.dumps(a_form())).status == 201


def test_custom_fields_come_nested_or_flat_in_json(world: World) -> None:
    assert world.sign(custom={"chapter": "Cusco"}).status == 201
    assert stored(world)["custom"]["M"] == {"chapter": {"S": "Cusco"}}


# --- where the form leads


def test_next_leads_to_an_allowed_site(world: World) -> None:
    world.publish(allowed_origins=["https://site.example"])
    reply = world.post_form(PATH, a_form(_next="https://site.example/gracias?ñ=1"), origin="https://site.example")
    assert (reply.status, reply.headers["location"]) == (303, "https://site.example/gracias?%C3%B1=1")


@pytest.mark.parametrize(
    "wish",
    ["https://evil.example/", "//evil.example", "javascript:alert(1)", "https://site.example@evil.example/",
     "https://site.example\\@evil.example/", "https://site.example.evil.example/", "data:text/html,x", "/local", "http://[", "https:///x"],
)  # fmt: skip
def test_next_elsewhere_is_refused_and_nothing_is_stored(world: World, wish: str) -> None:
    world.publish(allowed_origins=["https://site.example"])
    reply = world.post_form(PATH, a_form(_next=wish))
    assert reply.status == 422
    assert "location" not in reply.headers
    assert 'value="Ana"' in reply.text
    assert not world.signatures()


def test_campaign_has_its_own_thank_you_page_by_language(world: World) -> None:
    world.publish(redirect_url={"es": "https://site.example/gracias"})
    assert world.post_form(PATH, a_form(lang="es")).headers["location"] == "https://site.example/gracias"
    assert "/sign/peru/thanks?lang=en" in world.post_form(PATH, a_form(lang="en")).headers["location"]


# --- mistakes


def test_mistakes_are_shown_in_the_form_with_all_that_was_typed(world: World) -> None:
    typed = a_form(email="ana@", given_name="Ana <b>", country="", lang="es", comment="Mi razón & más",
                   consents="wbw", source="fb", **{"custom.chapter": "Lima"})  # fmt: skip
    reply = world.post_form(PATH, typed)
    assert reply.status == 422
    page = reply.text
    assert '<html lang="es"' in page
    assert 'value="ana@"' in page
    assert "Ana &lt;b&gt;" in page
    assert "Mi razón &amp; más" in page
    assert re.search(r'<option value="Lima"[^>]* selected', page)
    assert re.search(r'value="wbw"[^>]* checked', page)
    assert re.search(r'name="source"[^>]*value="fb"', page)
    assert page.count('aria-invalid="true"') == 2
    assert not world.signatures()


def test_mistakes_in_json_name_the_fields_in_the_signers_language(world: World) -> None:
    reply = world.sign(email="nope", given_name="", lang="es")
    assert code(reply) == "invalid"
    errors = {error["field"]: error for error in reply.json["errors"]}
    assert errors["email"]["code"] == "email_without_at"
    assert errors["given_name"]["code"] == "missing"
    english = {error["field"]: error for error in world.sign(email="nope", given_name="").json["errors"]}
    assert all(errors[name]["message"] and errors[name]["message"] != english[name]["message"] for name in errors)


def test_language_follows_the_browser_when_the_form_says_nothing(world: World) -> None:
    reply = world.post_json(PATH, a_form(), accept_language="es-PE,es;q=0.9,en;q=0.8")
    assert reply.headers["content-language"] == "es"
    assert stored(world)["language"]["S"] == "es"


# --- bodies from hell


@pytest.mark.parametrize(
    ("body", "content_type", "status", "expected"),
    [
        (b"{", "application/json", 400, "malformed"),
        (b"", "application/json", 400, "malformed"),
        (b"[]", "application/json", 400, "malformed"),
        (b'"x"', "application/json", 400, "malformed"),
        (b'{"email": NaN}', "application/json", 400, "malformed"),
        (b"[" * 100_000, "application/json", 413, "too_large"),
        (b"[" * 30_000, "application/json", 400, "nested_too_deep"),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "application/json", 400, "nested_too_deep"),
        (b'{"email": "\xff\xfe"}', "application/json", 400, "not_utf8"),
        (b"email=%EF%BF%BD", "application/x-www-form-urlencoded", 400, "not_utf8"),  # a byte was lost on its way
        (b"email=\xef\xbf\xbd", "application/x-www-form-urlencoded", 400, "not_utf8"),
        (b"&".join(b"a%d=1" % n for n in range(3_000)), "application/x-www-form-urlencoded", 400, "too_many_fields"),
        (b"x" * 32_769, "application/x-www-form-urlencoded", 413, "too_large"),
        (b"email=a", "text/plain", 415, "unsupported_media_type"),
        (b"<x/>", "application/xml", 415, "unsupported_media_type"),
        (b"email=a", "nonsense", 415, "unsupported_media_type"),
        (b"x", "multipart/form-data", 400, "malformed"),
        (b"x", "multipart/form-data; boundary=b", 400, "malformed"),
        (b'{"email":"a@b.org","email":"c@d.org"}', "application/json", 422, "invalid"),
        (b"email=a@b.org&email=c@d.org", "application/x-www-form-urlencoded", 422, "invalid"),
    ],
)  # fmt: skip
def test_hostile_bodies_get_a_clear_refusal(
    world: World, body: bytes, content_type: str, status: int, expected: str
) -> None:
    reply = world.request("POST", PATH, body, content_type=content_type, accept="application/json")
    assert reply.status == status, reply.text
    assert code(reply) == expected
    assert not world.signatures()


def test_ten_thousand_fields_are_refused(world: World) -> None:
    fields = [(f"f{n}", "") for n in range(10_000)]
    small = world.request("POST", PATH, multipart(fields[:300]), content_type=MULTIPART, accept="application/json")
    assert (small.status, code(small)) == (400, "too_many_fields")
    huge = world.request("POST", PATH, multipart(fields), content_type=MULTIPART, accept="application/json")
    assert (huge.status, code(huge)) == (413, "too_large")


@pytest.mark.parametrize("name", ["Ana\x00", "Ana\r\nX: y", "Ana\x1b[0m"])
def test_control_characters_in_names_are_refused(world: World, name: str) -> None:
    reply = world.sign(given_name=name)
    assert [error["code"] for error in reply.json["errors"]] == ["control_characters"]


@pytest.mark.parametrize("name", ["Ana 🌻", "محمد", "O’Brien-García", "X"])
def test_names_are_stored_as_typed(world: World, name: str) -> None:
    assert world.sign(given_name=name).status == 201
    assert stored(world)["given_name"]["S"] == name


# --- who may post, and when


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://site.example", 201), ("https://SITE.example", 201), (None, 201), ("https://api.example", 201),
     ("https://evil.example", 403), ("http://site.example", 403), ("null", 403), ("https://site.example.evil.example", 403)],
)  # fmt: skip
def test_only_listed_origins_may_post(world: World, origin: str | None, status: int) -> None:
    world.publish(allowed_origins=["https://site.example"])
    headers = {"origin": origin} if origin else {}
    reply = world.post_json(PATH, a_form(), **headers)
    assert reply.status == status
    if status == 403:
        assert code(reply) == "origin_not_allowed"
    assert len(world.signatures()) == (status == 201)


def test_any_site_may_post_when_none_is_listed(world: World) -> None:
    assert world.post_json(PATH, a_form(), origin="https://anywhere.example").status == 201


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "closed"},
        {"opens_at": "2026-11-24T00:00:00Z"},
        {"closes_at": "2026-11-23T12:00:00Z"},
    ],
)
def test_campaign_that_is_not_open_takes_no_signature(world: World, changes: dict[str, Any]) -> None:
    world.publish(**changes)
    reply = world.sign()
    assert (reply.status, code(reply)) == (409, "campaign_not_open")
    assert not world.signatures()


def test_a_refusal_may_name_a_field_that_no_encoding_takes(world: World) -> None:
    reply = world.request("POST", PATH, r'{"\ud83d": 1, "\ud83d": 2}', content_type="application/json")
    assert (reply.status, reply.json["errors"][0]["code"]) == (422, "duplicate_field")


def test_unknown_campaign_is_not_found(world: World) -> None:
    reply = world.post_json("/campaigns/nope/signatures", a_form())
    assert (reply.status, code(reply)) == (404, "campaign_not_found")


def test_a_person_gets_a_page_for_a_refusal(world: World) -> None:
    world.publish(state="closed")
    reply = world.post_form(PATH, a_form(), accept="text/html,*/*;q=0.8", accept_language="es")
    assert reply.status == 409
    assert '<html lang="es"' in reply.text


# --- single confirmation


def test_single_confirmation_counts_at_once(world: World) -> None:
    world.publish("letter", kind="letter", confirmation="single")
    reply = world.sign("letter", country="pe")
    assert reply.json["state"] == "confirmed"
    world.drain()
    counts = world.counts("letter")
    assert counts["signatures"]["confirmed"] == 1
    assert counts["by"]["day"] == {"2026-11-23": 1}
    assert world.ses.sent[0].tags["kind"] == "thanks"
    assert world.post_form(world.ses.sent[0].link("withdraw"), {}).status == 200
    world.drain()
    assert world.counts("letter")["signatures"]["confirmed"] == 0


def test_day_is_the_day_where_the_campaign_is(world: World) -> None:
    world.publish("letter", confirmation="single", time_zone="Asia/Tokyo")
    world.later(hours=4)  # 16:00 UTC is already tomorrow in Tokyo
    world.sign("letter")
    world.drain()
    assert world.counts("letter")["by"]["day"] == {"2026-11-24": 1}


def test_document_of_the_design_is_accepted_as_it_stands(world: World) -> None:
    document = a_document(
        sponsors=[{"id": "wbw", "name": "W", "url": "https://w.example", "privacy_url": "https://w.example/p"}],
        opens_at=None, closes_at=None, confirmation="double", redirect_url={"en": "https://example.org/thanks"},
        fields=[{"name": "country", "required": True}, {"name": "organization"},
                {"name": "custom.chapter", "type": "select", "label": {"en": "Chapter"}, "options": ["Lima", "Cusco"]}],
        allowed_origins=["https://example.org"], show_count=True, show_signers=False, external_count=0, buckets=16,
    )  # fmt: skip
    assert world.admin("PUT", "/admin/campaigns/design", document).status == 201


def test_the_answer_names_the_webmail_of_the_address_where_it_is_known(world: World) -> None:
    known = {"ana@gmail.com": "Gmail", "ana@GoogleMail.com": "Gmail", "ana@proton.me": "Proton Mail"}
    for email, name in known.items():
        assert world.sign(email=email).json["mailbox"]["name"] == name
    assert world.sign(email="ana@example.org").json["mailbox"] is None
    reply = world.post_form("/campaigns/peru/signatures", a_form(email="ben@outlook.com"))
    assert "mailbox=outlook" in reply.headers["location"]
    assert "Outlook" in world.get(reply.headers["location"].partition("api.example")[2], accept="text/html").text
