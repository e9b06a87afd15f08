"""From a foreign page to a confirmed, counted signature, as people do it: a browser without script, a phone, curl."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.e2e.conftest import Site

pytestmark = [
    pytest.mark.engine,
    pytest.mark.browser,
    pytest.mark.parametrize(
        "site",
        [("ministack", ""), ("dynoxide", "/api")],
        ids=["ministack", "dynoxide-stage"],
        indirect=True,
        scope="module",
    ),
]
PETITION, LETTER = "no-troops-in-peru", "halt-military-aid"
PHONE = {"width": 320, "height": 640}


def mail_to(site: Site, address: str, words: str = "") -> dict[str, Any]:
    site.stack.drain()
    found = [mail for mail in site.stack.outbox() if mail["to"] == address and words in mail["text"]]
    assert found, f"no mail to {address}"
    return found[-1]


def link_in(mail: dict[str, Any], purpose: str) -> str:
    found = re.search(rf"https?://\S+/{purpose}/\S+", mail["text"])
    assert found
    return found[0]


def counts(site: Site, campaign: str) -> dict[str, Any]:
    site.stack.drain()
    url = f"{site.stack.url}/admin/campaigns/{campaign}/counts"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {site.key}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        result: dict[str, Any] = json.load(answer)
    return result


def post(url: str, body: bytes, kind: str) -> tuple[int, str]:
    request = urllib.request.Request(url, body, {"Content-Type": kind})
    with urllib.request.build_opener(_Stay).open(request, timeout=30) as answer:
        return answer.status, answer.headers.get("Location") or answer.read().decode()


class _Stay(urllib.request.HTTPErrorProcessor):
    """Follows nothing and raises nothing."""

    def http_response(self, request: Any, response: Any) -> Any:  # noqa: ARG002
        return response

    https_response = http_response


def fill(form: Any, email: str, **more: str) -> None:
    form.locator('[name="email"]').fill(email)
    form.locator('[name="given_name"]').fill("María José")
    form.locator('[name="family_name"]').fill("O’Higgins-Quispe")
    for name, value in more.items():
        form.locator(f'[name="{name}"]').fill(value)


def test_signing_in_spanish_from_a_foreign_page_without_script(site: Site, browser: Browser) -> None:
    before = counts(site, PETITION)["signatures"]["confirmed"]
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, locale="es-PE")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site.demo.url}es")
    form = page.locator("form", has=page.locator('[name="lang"][value="es"]')).first
    fill(form, "maria@example.org")
    form.locator('[name="country"]').select_option("PE")
    form.locator('[name="consents"][value="wbw"]').check()
    form.locator('[type="submit"]').click()
    assert page.url.startswith(f"{site.stack.url}/sign/{PETITION}/thanks")
    assert page.locator("html").get_attribute("lang") == "es"
    page.goto(link_in(mail_to(site, "maria@example.org"), "confirm"))
    assert "María José O’Higgins-Quispe" in page.content()
    page.locator('main [type="submit"]').click()
    assert page.locator("h1").is_visible()
    after = counts(site, PETITION)
    assert after["signatures"]["confirmed"] == before + 1
    assert after["by"]["language"]["es"] >= 1
    assert after["by"]["sponsor"]["wbw"] >= 1
    mail_to(site, "maria@example.org", "/manage/")
    context.close()


@pytest.mark.parametrize("has_script", [True, False])
def test_what_was_typed_is_kept_in_another_language(site: Site, browser: Browser, *, has_script: bool) -> None:
    context = browser.new_context(java_script_enabled=has_script, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site.stack.url}/sign/{LETTER}?lang=en&source=flyer")
    fill(page, "ana@example", **{"custom.profession": "Nurse"})
    page.get_by_role("link" if has_script else "button", name="Español").click()
    page.wait_for_url(re.compile("lang=es"))
    assert page.locator("html").get_attribute("lang") == "es"
    for name, value in (
        ("email", "ana@example"),
        ("given_name", "María José"),
        ("custom.profession", "Nurse"),
        ("source", "flyer"),
    ):
        assert page.locator(f'[name="{name}"]').input_value() == value
    assert page.locator('[aria-invalid="true"]').count() == 0
    assert "ana" not in page.url
    context.close()


def test_whoever_stops_the_sending_has_the_button_back(site: Site, browser: Browser) -> None:
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site.stack.url}/sign/{LETTER}?lang=en")
    fill(page, "stop@example.org", **{"custom.profession": "Nurse"})
    button = page.locator('form [type="submit"]').first
    words = button.text_content()
    # As if the page never came: a browser that waits for one answers no questions of a test.
    page.evaluate(
        "document.querySelector('form[data-once]').addEventListener('submit', (event) => event.preventDefault())"
    )
    button.click()
    assert button.is_disabled()
    page.keyboard.press("Escape")
    assert button.is_enabled()
    assert button.text_content() == words
    button.click()
    assert button.is_disabled(), "and it works again"
    context.close()


def test_mistakes_come_back_in_the_hosted_form_and_can_be_mended(site: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site.stack.url}/sign/{LETTER}?lang=en&source=flyer")
    fill(page, "ana@example", **{"custom.profession": "Nurse"})
    _submit(page)
    assert page.locator('[aria-invalid="true"]').count() == 1
    assert page.locator('[name="custom.profession"]').input_value() == "Nurse"
    page.locator('[name="email"]').fill("ana@example.org")
    _submit(page)
    assert "We wrote to a…@example.org." in page.content()
    thanks = mail_to(site, "ana@example.org")
    assert counts(site, LETTER)["by"]["source"]["flyer"] == 1
    page.goto(link_in(thanks, "withdraw"))
    page.locator('main [type="submit"]').click()
    assert counts(site, LETTER)["signatures"]["withdrawn"] >= 1
    context.close()


def _submit(page: Page) -> None:
    page.locator('main form .act [type="submit"]').last.click()


def test_keyboard_alone_is_enough_to_sign_and_to_take_it_back(site: Site, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{site.stack.url}/sign/{LETTER}?lang=en")
    press_through(page, {"given_name": "Key", "family_name": "Board", "email": "keyboard@example.org"})
    page.get_by_role("heading", name="Thank you for signing").wait_for()
    page.goto(link_in(mail_to(site, "keyboard@example.org"), "withdraw"))
    press_through(page, {})
    page.get_by_role("heading", name="Your signature has been withdrawn").wait_for()
    context.close()


def press_through(page: Page, answers: dict[str, str]) -> None:
    """Fill in the fields that Tab leads to, then press the first button after them."""
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.name || ''")
        if name in answers:
            page.keyboard.type(answers.pop(name))
        if page.evaluate("document.activeElement.type") == "submit" and not answers:
            page.keyboard.press("Enter")
            return
    pytest.fail(f"Tab does not lead to {answers or 'the button'}")


def test_all_three_encodings_and_a_repeat(site: Site) -> None:
    url = f"{site.stack.url}/campaigns/{LETTER}/signatures"
    before = counts(site, LETTER)["signatures"]["confirmed"]
    person = {"given_name": "Ana", "family_name": "Quispe", "country": "PE"}
    as_json = json.dumps({"email": "j@example.org", **person}).encode()
    status, text = post(url, as_json, "application/json")
    assert (status, json.loads(text)["state"]) == (201, "confirmed")
    status, place = post(url, urllib.parse.urlencode({"email": "u@example.org", **person}).encode(), "application/x-www-form-urlencoded")  # fmt: skip
    assert (status, place) == (303, f"{site.stack.url}/sign/{LETTER}/thanks?lang=en")
    parts = "".join(f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in {"email": "m@example.org", **person}.items())  # fmt: skip
    status, _ = post(url, f"{parts}--b--\r\n".encode(), "multipart/form-data; boundary=b")
    assert status == 303
    assert post(url, as_json, "application/json")[0] == 201
    after = counts(site, LETTER)
    assert after["signatures"]["confirmed"] == before + 3
    assert after["by"]["country"]["PE"] >= 3


def test_bytes_that_are_not_utf8_are_refused(site: Site) -> None:
    url = f"{site.stack.url}/campaigns/{LETTER}/signatures"
    status, text = post(
        url, b'{"email": "x@example.org", "given_name": "\xff", "family_name": "y"}', "application/json"
    )
    assert (status, json.loads(text)["code"]) == (400, "not_utf8")


def test_every_link_begins_with_the_public_address(site: Site) -> None:
    with urllib.request.urlopen(f"{site.stack.url}/sign/{PETITION}", timeout=30) as answer:
        page = answer.read().decode()
    typed = {"email": "linked@example.org", "given_name": "Ana", "family_name": "Quispe", "country": "PE"}
    assert (
        post(f"{site.stack.url}/campaigns/{PETITION}/signatures", json.dumps(typed).encode(), "application/json")[0]
        == 201
    )
    mail = mail_to(site, "linked@example.org")
    own = re.findall(r'(?:href|action)="(/[^"]*|https?://127\.0\.0\.1[^"]*)"', page + mail["html"])
    assert own
    assert [link for link in own if not link.startswith(site.stack.url + "/")] == []
