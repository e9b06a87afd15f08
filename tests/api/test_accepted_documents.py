"""Any campaign document that is accepted can be read, shown, signed, confirmed, swept and exported; any other is refused with a reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit.factories import a_document, a_form
from tests.kit.world import a_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kit.world import Reply, World

LANGUAGES = ("en", "es", "ar", "qu", "zh-Hant", "pt-BR")
ODD_WORDS = (
    "Peru", "¿Sí?", "a" * 200, "ب" * 130, "<script>alert(1)</script>", "{{ title }}", "%s {0} %(x)s", "\u202eoleh",
    "Z" + "\u0301" * 40, "=1+1", "line\nbreak", "\u200b", "\x00", "𝔓" * 60, "é, \"q\"; 'z'", "nul\ud800",
)  # fmt: skip
words = st.one_of(st.sampled_from(ODD_WORDS), st.text(max_size=220))
offsets = st.sampled_from(["Z", "+14:00", "-14:00", "+00:00", "-12:00", "+05:45", "+23:59", "-23:59"])
years = st.sampled_from(["0001", "1999", "2000", "2025", "2026", "2027", "2199", "2200", "9999"])
days = st.sampled_from(["01-01", "12-31", "02-29", "11-23", "12-01"])
times = st.sampled_from(["00:00:00", "23:59:59", "23:59:59.999999", "12:00"])
moments = st.one_of(st.none(), st.builds(lambda y, d, t, o: f"{y}-{d}T{t}{o}", years, days, times, offsets))
zones = st.sampled_from(
    ["UTC", "America/Lima", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Etc/GMT+12"]
)
handed_days = st.sampled_from(["2000-01-01", "2024-02-29", "2026-11-23", "2026-11-24", "1999-12-31", "2999-12-31"])
urls = st.sampled_from(
    ["", "https://wbw.example", "https://ñandú.example/ä?q=1#x", "http://[::1]/", "javascript:1", "https://"]
)
numbers = st.sampled_from([None, 0, 1, 7, 30, 36_500, 36_501, 1_000_000_000, 10**12])
FIELDS: tuple[dict[str, Any], ...] = (
    {"name": "given_name", "required": True}, {"name": "family_name"}, {"name": "country"}, {"name": "comment"},
    {"name": "postal_code"}, {"name": "phone"},
    {"name": "custom.a", "type": "textarea", "label": dict.fromkeys(LANGUAGES, "?")},
    {"name": "custom.b", "type": "checkbox", "label": dict.fromkeys(LANGUAGES, "%")},
    {"name": "custom.c", "type": "select", "label": {"en": "C"}, "options": ["=1", "ب", "a,b"]},
)  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A document of which a few keys are odd: most of them at once would hardly ever be accepted."""
    languages = draw(st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=3, unique=True))
    text = {"title": words, "summary": words, "body": words, "call_to_action": words, "thanks": words}
    odd = {
        "kind": st.sampled_from(["petition", "letter"]),
        "state": st.sampled_from(["open", "open", "closed", "draft"]),
        "texts": st.fixed_dictionaries({language: st.fixed_dictionaries(text) for language in languages}),
        "targets": st.lists(st.fixed_dictionaries({"name": words}), max_size=3),
        "sponsors": st.lists(st.fixed_dictionaries({"id": st.just("wbw"), "name": words, "url": urls}), max_size=1),
        "sender": st.fixed_dictionaries({"name": words, "email": st.sampled_from(["a@example.org", "a@ñandú.example"])}),
        "goal": numbers, "external_count": numbers, "retention_days": numbers, "opens_at": moments, "closes_at": moments,
        "confirmation": st.sampled_from(["double", "single"]), "time_zone": zones,
        "fields": st.lists(st.sampled_from(FIELDS), max_size=6, unique_by=lambda one: str(one["name"])),
        "allowed_origins": st.sampled_from([[], ["https://wbw.example"], ["https://ñandú.example:8443"]]),
        "redirect_url": st.sampled_from([{}, {"en": "https://wbw.example/thanks"}]),
        "accent": st.sampled_from(["", "#000000", "#ffffff", "#ffff00", "red"]),
        "show_count": st.booleans(), "show_signers": st.booleans(), "reminders": st.booleans(), "listed": st.booleans(),
        "delivered": st.lists(
            st.fixed_dictionaries({"target": words, "date": handed_days, "words": st.fixed_dictionaries({"en": words}), "url": urls}),
            max_size=3,
        ),
        "mail_paused": st.booleans(), "confirm_automatically": st.booleans(),
    }  # fmt: skip
    plain = {
        "default_language": languages[0],
        "texts": {language: {"title": "T", "body": "B"} for language in languages},
        "buckets": 1,
    }
    changed = draw(st.sets(st.sampled_from(sorted(odd)), max_size=5))
    return a_document(**plain) | {name: draw(odd[name]) for name in sorted(changed)}


def parts_of_the_world(world: World) -> Iterator[Reply]:
    for path in ("/", "/campaigns/it", "/campaigns/it/count", "/campaigns/it/form", "/campaigns/it/signers"):
        yield world.get(path)
    for language in ("en", "es", "ar"):
        yield world.get(f"/sign/it?lang={language}", accept="text/html")
    yield world.get("/sign/it/card.png")
    for path in ("", "/counts", "/signatures", "/refused-sites", "/exports"):
        yield world.admin("GET", f"/admin/campaigns/it{path}")
    yield world.admin("GET", "/admin/campaigns")
    yield world.admin("GET", "/admin/campaigns/it/counts?since=2026-11-20")


def answers(document: dict[str, Any]) -> dict[str, Any]:
    asked = {one["name"] for one in document["fields"]}
    typed: dict[str, Any] = {
        "custom.a": "x\ny",
        "custom.b": "yes",
        "custom.c": "=1",
        "comment": "=1+1",
        "phone": "+51 1",
    }
    return {name: value for name, value in (a_form() | typed).items() if name in asked or name == "email"}


def live(world: World, document: dict[str, Any]) -> None:
    """Every stage of a campaign's life; nothing may fail on the way."""
    for reply in parts_of_the_world(world):
        assert reply.status in {200, 304, 404}, reply.text
    signed = world.sign("it", **dict.fromkeys(a_form()) | answers(document))
    assert signed.status in {201, 403, 404, 409, 422}, signed.text
    world.drain()
    for mail in list(world.ses.sent):
        for purpose in ("confirm", "manage"):
            if f"/{purpose}/" in mail.text:
                assert world.get(mail.link(purpose), accept="text/html").status in {200, 409, 410}
        if "/confirm/" in mail.text:
            assert world.post_form(mail.link("confirm"), {}).status in {200, 409, 410}
    world.drain()
    for kind in ("csv", "ndjson", "xlsx"):
        made = world.admin("POST", "/admin/campaigns/it/exports", {"format": kind})
        assert made.status == 202, made.text
        assert world.run_exports() == 1
        assert world.admin("GET", f"/admin/campaigns/it/exports/{made.json['id']}").json["state"] == "done"
    for wait in (2, 24 * 8, 24 * 40, 24 * 400):
        world.later(hours=wait)
        world.run_scheduled()
    for reply in parts_of_the_world(world):
        assert reply.status in {200, 304, 404}, reply.text


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(document=documents())
def test_whatever_is_accepted_lives_its_whole_life(capfd: pytest.CaptureFixture[str], document: dict[str, Any]) -> None:
    with pytest.MonkeyPatch.context() as environment, a_world(environment) as world:
        reply = world.admin("PUT", "/admin/campaigns/it", document)
        if reply.status != 201:
            assert reply.status in {400, 413, 422}, reply.text
            assert reply.json["errors"], "a refusal says where"
            assert world.admin("GET", "/admin/campaigns/it").status == 404, "and saves nothing"
            return
        capfd.readouterr()
        live(world, document)
        failed = [line for line in capfd.readouterr().err.splitlines() if '"level": "error"' in line]
        assert failed == []


def test_the_strategy_makes_documents_that_are_accepted_and_others_that_are_not(world: World) -> None:
    """Otherwise the test above could pass by never getting anywhere."""
    outcomes: list[int] = []

    @settings(max_examples=60, database=None, derandomize=True)
    @given(document=documents())
    def try_it(document: dict[str, Any]) -> None:
        outcomes.append(world.request("PUT", f"/admin/campaigns/n{len(outcomes)}", json.dumps(document),
                                      authorization=f"Bearer {world.admin_key}",
                                      content_type="application/json").status)  # fmt: skip

    try_it()
    assert outcomes.count(201) >= 15
    assert len(outcomes) - outcomes.count(201) >= 5
