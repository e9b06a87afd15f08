"""Regions from the form to every place where somebody reads them: the code is stored, the name is shown, and no text is refused."""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.kit.world import World

LIST = "/admin/campaigns/peru/signatures"
FIELDS = [{"name": "country"}, {"name": "region"}]


@pytest.fixture
def asking(world: World) -> World:
    world.publish(fields=FIELDS, time_zone="America/Lima")
    return world


def stored(world: World, **headers: str) -> dict[str, Any]:
    (signature,) = world.admin("GET", LIST, **headers).json["signatures"]
    return dict(signature)


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("US", "california", "US-CA"), ("US", "CA", "US-CA"), ("US", "US-CA", "US-CA"), ("Estados Unidos", "Nueva York", "US-NY"),
        ("PE", "cuzco", "PE-CUS"), ("", "Áncash", "PE-ANC"), ("PE", "US-CA", "US-CA"), ("PE", "California", "California"),
        ("IE", "Cork", "Cork"), ("PR", "San Juan", "San Juan"), ("US", "Atlantis, or so", "Atlantis, or so"),
    ],
)  # fmt: skip
def test_a_listed_region_is_kept_by_its_code_and_any_other_as_typed(
    asking: World, country: str, typed: str, kept: str
) -> None:
    assert asking.sign(country=country, region=typed).status == 201
    assert stored(asking)["region"] == kept


def test_a_form_that_asks_for_no_region_stores_none(world: World) -> None:
    assert world.sign(region="Lima").status == 201
    assert "region" not in stored(world)


def test_what_is_too_long_or_no_text_is_refused_as_ever(asking: World) -> None:
    for wrong, code in (("x" * 101, "too_long"), (["Lima"], "not_text"), ("Li\u202ema", "bad_characters")):
        refused = asking.sign(region=wrong)
        assert (refused.status, refused.json["errors"][0]["field"]) == (422, "region"), code


def test_organisers_read_the_name_in_their_language(asking: World) -> None:
    asking.sign(country="US", region="New York")
    assert stored(asking, accept_language="es")["region_name"] == "Nueva York"
    assert stored(asking, accept_language="en")["region_name"] == "New York"


def test_signers_see_the_name_and_can_correct_it(asking: World) -> None:
    asking.sign_and_confirm(country="PE", region="cusco")
    manage = next(one for one in asking.ses.sent if "/manage/" in one.text).link("manage")
    page = asking.get(f"{manage}?lang=es", accept="text/html").text
    assert 'value="Cuzco"' in page
    assert '<option value="Áncash">' in page
    for typed, kept in (("Cuzco", "PE-CUS"), ("Ancash", "PE-ANC"), ("mi barrio", "mi barrio")):
        asking.post_form(manage, {"do": "save", "given_name": "Ana", "country": "PE", "region": typed})
        assert stored(asking)["region"] == kept
    asking.post_form(manage, {"do": "save", "given_name": "Ana", "country": "US", "region": "Washington DC"})
    own = asking.post_form(manage, {"do": "download"}).json
    assert (own["region"], own["region_name"]) == ("US-DC", "Washington DC")


def test_an_answer_about_what_is_stored_names_it(asking: World) -> None:
    asking.sign_and_confirm(country="PE", region="Piura", email="ana@example.org")
    reply = asking.admin("POST", "/admin/access", {"email": "ana@example.org"})
    assert [(one["region"], one["region_name"]) for one in reply.json["signatures"]] == [("PE-PIU", "Piura")]


def test_paper_goes_the_same_way(asking: World) -> None:
    entered = asking.admin("POST", LIST, {"given_name": "Rosa", "country": "PE", "region": "Departamento de Puno"})
    assert (entered.status, entered.json["region"]) == (201, "PE-PUN")
    rows = [
        {"given_name": name, "country": country, "region": region, "reference": name}
        for name, country, region in (("Luis", "Perú", "TACNA"), ("Eva", "US", "ny"), ("Ida", "PE", "Mi barrio"))
    ]
    assert asking.admin("POST", "/admin/campaigns/peru/sheets", {"rows": rows, "sheet": ""}).status == 200
    asking.drain()
    kept = {one["given_name"]: one["region"] for one in asking.admin("GET", LIST).json["signatures"]}
    assert kept == {"Rosa": "PE-PUN", "Luis": "PE-TAC", "Eva": "US-NY", "Ida": "Mi barrio"}


def exported(world: World, **wishes: Any) -> list[dict[str, str]]:
    asked = world.admin("POST", "/admin/campaigns/peru/exports?lang=es", wishes)
    assert asked.status == 202, asked.text
    world.run_exports()
    export = world.admin("GET", f"/admin/campaigns/peru/exports/{asked.json['id']}").json
    text = gzip.decompress(world.download(export["url"])).decode("utf-8-sig")
    if wishes["format"] == "ndjson":
        return [json.loads(line) for line in text.splitlines()]
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("format_", ["csv", "ndjson"])
def test_exports_have_the_code_and_last_the_name(asking: World, format_: str) -> None:
    asking.sign_and_confirm(country="US", region="New York", email="a@example.org")
    asking.sign_and_confirm(country="IE", region="=Cork", email="b@example.org")
    asking.sign_and_confirm(country="PE", email="c@example.org")
    found = exported(asking, format=format_)
    if format_ == "csv":
        assert list(found[0])[-1] == "region_name"
    regions = sorted((one.get("region", ""), one.get("region_name", "")) for one in found)
    cork = "'=Cork" if format_ == "csv" else "=Cork"
    assert regions == sorted([("", ""), (cork, cork), ("US-NY", "Nueva York")])
