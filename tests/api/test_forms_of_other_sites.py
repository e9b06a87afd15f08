"""Forms as other people's software sends them: PHP's names, pages that are not in UTF-8, countries in words."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_from_bytes

import pytest

from chalicelib.i18n.country_codes import country_code

if TYPE_CHECKING:
    from tests.kit.world import World

FORM = "application/x-www-form-urlencoded"
SIGNATURES = "/campaigns/peru/signatures"


def post(world: World, body: bytes, content_type: str = FORM) -> Any:
    return world.request("POST", SIGNATURES, body, content_type=content_type, accept="application/json")


def pairs(*values: tuple[str, str | bytes]) -> bytes:
    """A form's body; bytes are percent-encoded as they are."""
    written = [(name, value if isinstance(value, bytes) else value.encode()) for name, value in values]
    return "&".join(f"{name}={quote_from_bytes(value)}" for name, value in written).encode()


def whole(*more: tuple[str, str | bytes], given_name: str | bytes = "Ana") -> bytes:
    return pairs(("email", "ana@example.org"), ("given_name", given_name), ("country", "PE"), *more)


def stored(world: World) -> dict[str, Any]:
    (signature,) = world.admin("GET", "/admin/campaigns/peru/signatures").json["signatures"]
    return dict(signature)


@pytest.mark.parametrize("name", ["consents[]", "consents[0]", "consents"])
def test_a_list_may_be_called_as_php_calls_it(world: World, name: str) -> None:
    assert post(world, whole((name, "wbw"))).status == 201
    assert stored(world)["consents"] == ["wbw"]


def test_a_list_of_php_may_have_several(world: World) -> None:
    assert post(world, whole(("consents[]", "wbw"), ("consents[]", "cidydh"))).status == 201
    assert stored(world)["consents"] == ["cidydh", "wbw"]


def test_json_may_call_it_so_too(world: World) -> None:
    form = {"email": "ana@example.org", "given_name": "Ana", "country": "PE", "consents[]": ["wbw"]}
    assert world.post_json(SIGNATURES, form).status == 201
    assert stored(world)["consents"] == ["wbw"]


def test_custom_fields_may_be_called_as_php_calls_them(world: World) -> None:
    assert post(world, whole(("custom[chapter]", "Lima"))).status == 201
    assert stored(world)["custom.chapter"] == "Lima"


@pytest.mark.parametrize(("hidden", "public"), [("0", True), ("", True), ("false", True)])
def test_of_a_hidden_no_before_a_ticked_box_the_box_counts(world: World, hidden: str, public: object) -> None:
    assert post(world, whole(("public", hidden), ("public", "1"))).status == 201
    assert stored(world)["public"] is public


def test_a_hidden_no_alone_is_no(world: World) -> None:
    assert post(world, whole(("public", "0"), ("consents[]", ""))).status == 201
    assert (stored(world)["public"], stored(world)["consents"]) == (False, [])


def test_two_answers_to_one_question_are_still_refused(world: World) -> None:
    answer = post(world, whole(("given_name", "Eva")))
    assert (answer.status, answer.json["errors"][0]["code"]) == (422, "duplicate_field")


@pytest.mark.parametrize(
    ("written", "content_type", "more"),
    [
        ("José".encode("cp1252"), FORM, ()),
        ("José".encode("iso-8859-1"), f"{FORM}; charset=ISO-8859-1", ()),
        ("José".encode("cp1252"), FORM, (("_charset_", "windows-1252"),)),
        ("José".encode(), FORM, ()),
        ("José".encode(), f"{FORM}; charset=utf-8", ()),
        ("José".encode("cp1252"), f"{FORM}; charset=utf-8", ()),
        ("José".encode("iso-8859-15"), f'{FORM}; charset="iso-8859-15"', ()),
        ("José".encode(), f"{FORM}; charset=nonsense", ()),
    ],
)
def test_a_page_that_is_not_in_utf8_loses_no_accent(
    world: World, written: bytes, content_type: str, more: tuple[tuple[str, str], ...]
) -> None:
    assert post(world, whole(*more, given_name=written), content_type).status == 201
    assert stored(world)["given_name"] == "José"


def test_another_alphabet_comes_through_when_it_is_named(world: World) -> None:
    assert post(world, whole(("_charset_", "windows-1251"), given_name="Анна".encode("cp1251"))).status == 201
    assert stored(world)["given_name"] == "Анна"


def test_curly_quotes_of_windows_come_through(world: World) -> None:
    assert post(world, whole(given_name="D’Arcy".encode("cp1252"))).status == 201
    assert stored(world)["given_name"] == "D’Arcy"


def test_text_that_was_sent_unescaped_is_utf8(world: World) -> None:
    assert post(world, "email=ana@example.org&given_name=Łucja&country=PE".encode()).status == 201
    assert stored(world)["given_name"] == "Łucja"


@pytest.mark.parametrize("charset", ["", "; charset=windows-1252"])
def test_multipart_loses_no_accent_either(world: World, charset: str) -> None:
    del charset  # parts carry no charset that browsers would set
    part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n'
    body = b"".join(
        part.format(name).encode() + value + b"\r\n"
        for name, value in (("email", b"ana@example.org"), ("given_name", "José".encode("cp1252")), ("country", b"PE"))
    )
    assert post(world, body + b"--x--\r\n", "multipart/form-data; boundary=x").status == 201
    assert stored(world)["given_name"] == "José"


def test_json_with_a_byte_order_mark_is_read(world: World) -> None:
    body = b'\xef\xbb\xbf{"email": "ana@example.org", "given_name": "Ana", "country": "PE"}'
    assert post(world, body, "application/json").status == 201


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("USA", "US"), ("United States", "US"), ("U.S.A.", "US"), ("ee.uu.", "US"), ("Estados Unidos", "US"), ("Perú", "PE"),
        ("peru", "PE"), ("PER", "PE"), ("Reino Unido", "GB"), ("UK", "GB"), ("United Kingdom", "GB"), ("EL", "GR"), ("pe", "PE"),
        ("The Gambia", "GM"), ("Côte d'Ivoire", "CI"), ("Bosnia and Herzegovina", "BA"), ("XK", "XK"),
    ],
)  # fmt: skip
def test_a_country_may_be_written_in_words(world: World, written: str, code: str) -> None:
    assert world.sign(country=written).status == 201
    assert stored(world)["country"] == code


@pytest.mark.parametrize("written", ["Atlantis", "America", "U", "Congo-ish", "P" * 200, "0"])
def test_what_names_no_country_is_refused(world: World, written: str) -> None:
    answer = world.sign(country=written)
    assert answer.status == 422
    assert answer.json["errors"][0]["field"] == "country"


def test_names_are_those_of_the_campaigns_languages_and_of_english() -> None:
    assert country_code("Allemagne", ("fr",)) == "DE"
    assert country_code("Allemagne", ("es",)) is None
    assert country_code("Germany", ("es",)) == "DE"


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip"])
def test_a_compressed_body_is_refused_by_that_name(world: World, encoding: str) -> None:
    headers = {"content_type": FORM, "accept": "application/json", "content_encoding": encoding}
    answer = world.request("POST", SIGNATURES, gzip.compress(whole()), **headers)
    assert (answer.status, answer.json["code"]) == (415, "unsupported_content_encoding")


def test_identity_is_no_compression(world: World) -> None:
    headers = {"content_type": FORM, "accept": "application/json", "content_encoding": "identity"}
    assert world.request("POST", SIGNATURES, whole(), **headers).status == 201
