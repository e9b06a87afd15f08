"""What organisers call: campaigns, versions, keys, counts."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.access.api_keys import Role
from chalicelib.wiring import wiring
from tests.kit.factories import a_document

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

PERU = "/admin/campaigns/peru"


def key(role: Role, *campaigns: str) -> str:
    return "Bearer " + wiring().keyring.create("t", role, campaigns or ("*",))[1]


def codes(reply: Reply) -> set[tuple[str, str]]:
    assert reply.status == 422, reply.text
    return {(error["field"], error["code"]) for error in reply.json["errors"]}


def test_campaign_is_created_once_and_read_as_written(world: World) -> None:
    document = a_document()
    created = world.admin("PUT", "/admin/campaigns/second", document)
    assert (created.status, created.headers["etag"]) == (201, '"1"')
    found = world.admin("GET", "/admin/campaigns/second")
    assert found.headers["etag"] == '"1"'
    assert (found.json["id"], found.json["version"]) == ("second", 1)
    assert {name: found.json[name] for name in ("kind", "goal", "sender")} == {
        "kind": "petition", "goal": 5000, "sender": {**document["sender"], "reply_to": ""},
    }  # fmt: skip
    assert found.json["texts"]["es"]["body"] == "Un **hecho**."
    assert "body_html" not in found.text


def test_what_was_read_can_be_written_back(world: World) -> None:
    found = world.admin("GET", PERU)
    again = world.admin("PUT", PERU, found.json, if_match=found.headers["etag"])
    assert again.status == 200
    assert again.json == {**found.json, "version": 2}


def test_change_needs_the_version_it_was_made_from(world: World) -> None:
    assert world.admin("PUT", PERU, a_document(goal=1)).status == 428
    assert world.admin("PUT", PERU, a_document(goal=1), if_match='"7"').status == 412
    assert world.admin("PUT", PERU, a_document(goal=1), if_match='"x"').status == 412
    assert world.admin("PUT", PERU, a_document(goal=1), if_match="9" * 5000).status == 412
    assert world.admin("PUT", "/admin/campaigns/new", a_document(), if_match='"1"').status == 412
    first = world.admin("PUT", PERU, a_document(goal=1), if_match='"1"')
    second = world.admin("PUT", PERU, a_document(goal=2), if_match='"1"')
    assert (first.status, second.status) == (200, 412)
    assert world.admin("GET", PERU).json["goal"] == 1


@pytest.mark.parametrize(
    ("if_match", "status"),
    [("*", 200), ('"7", "1"', 200), ('"a,b","1"', 200), ("1", 200), ('W/"1"', 412), ('W/"1", "2"', 412), ('"*"', 412), ("", 412)],
)  # fmt: skip
def test_if_match_takes_a_list_and_any_but_no_weak_tag(world: World, if_match: str, status: int) -> None:
    """RFC 9110, 13.1.1."""
    assert world.admin("PATCH", PERU, {"goal": 5}, if_match=if_match).status == status
    again = world.admin("GET", PERU).json["version"]
    assert again == (2 if status == 200 else 1)
    put = world.admin("PUT", PERU, a_document(), if_match=if_match.replace("1", str(again)))
    assert put.status == status
    world.publish("empty")
    assert world.admin("DELETE", "/admin/campaigns/empty", if_match=if_match).status == (204 if status == 200 else 412)


def test_no_precondition_names_what_is_not_there(world: World) -> None:
    assert world.admin("PUT", "/admin/campaigns/new", a_document(), if_match="*").status == 412
    assert world.admin("PATCH", "/admin/campaigns/new", {"goal": 1}, if_match="*").status == 404
    assert world.admin("DELETE", "/admin/campaigns/new", if_match="*").status == 404


def test_if_none_match_any_only_creates(world: World) -> None:
    new = "/admin/campaigns/new"
    assert world.admin("PUT", new, a_document(), if_none_match="*").status == 201
    assert world.admin("PUT", new, a_document(), if_none_match="*").status == 412
    assert world.admin("PUT", new, a_document(), if_match='"1"', if_none_match="*").status == 412
    assert world.admin("PUT", new, a_document(), if_match='"1"', if_none_match='W/"1"').status == 412
    assert world.admin("DELETE", new, if_none_match="*").status == 412
    assert world.admin("PUT", new, a_document(), if_match='"1"', if_none_match='"2"').status == 200


@pytest.mark.parametrize(
    ("if_none_match", "status"),
    [("*", 304), ('"1"', 304), ('"7", W/"1"', 304), ('"a,b","1"', 304), ('"7"', 200), ('"1,2"', 200), ("", 200)],
)
def test_what_the_client_has_is_not_sent_again(world: World, if_none_match: str, status: int) -> None:
    reply = world.admin("GET", PERU, if_none_match=if_none_match)
    assert (reply.status, reply.headers["etag"]) == (status, '"1"')
    assert (reply.raw == b"") == (status == 304)
    page = world.get("/campaigns/peru")
    mine = if_none_match.replace('"1"', page.headers["etag"])
    assert world.get("/campaigns/peru", if_none_match=mine).status == status


def test_change_is_seen_by_signers_at_once(world: World) -> None:
    assert world.sign().status == 201
    world.publish(state="closed")
    assert world.sign(email="b@example.org").status == 409


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"colour": "red"}, "colour", "unknown_field"),
        ({"kind": "poll"}, "kind", "not_an_option"),
        ({"state": "gone"}, "state", "not_an_option"),
        ({"default_language": "fr"}, "default_language", "default_language_missing"),
        ({"texts": {"en": {"title": "T", "thanks": "x"}, "es": {"title": "T"}}}, "texts.es.thanks", "without_translation"),
        ({"texts": {}}, "texts", "missing"),
        ({"texts": {"en": {"title": ""}}}, "texts.en.title", "missing"),
        ({"sender": {"name": "x", "email": "nope"}}, "sender.email", "not_an_email"),
        ({"sender": {"name": "x\r\nBcc: y", "email": "a@b.org"}}, "sender.name", "control_characters"),
        ({"goal": 0}, "goal", "too_small"),
        ({"goal": "5000"}, "goal", "not_a_number"),
        ({"goal": 5000.5}, "goal", "not_a_number"),
        ({"show_count": "no"}, "show_count", "not_true_or_false"),
        ({"show_signers": 1}, "show_signers", "not_true_or_false"),
        ({"limits": {"network_hourly": True}}, "limits.network_hourly", "not_a_number"),
        ({"opens_at": "2026-01-01T00:00:00"}, "opens_at", "bad_moment"),
        ({"opens_at": 1767225600}, "opens_at", "bad_moment"),
        ({"closes_at": "9999-12-31T00:00:00Z", "retention_days": 36_500}, "closes_at", "bad_moment"),
        ({"closes_at": "2200-01-01T00:00:00Z"}, "closes_at", "bad_moment"),
        ({"opens_at": "2026-13-01T00:00:00Z"}, "opens_at", "bad_moment"),
        ({"opens_at": "2026-02-01T00:00:00Z", "closes_at": "2026-01-01T00:00:00Z"}, "closes_at", "closes_before_it_opens"),
        ({"fields": [{"name": "shoe"}]}, "fields.0.name", "bad_field_name"),
        ({"fields": [{"name": "country"}, {"name": "country"}]}, "fields.1.name", "twice"),
        ({"fields": [{"name": "custom.x"}]}, "fields.0.label.en", "without_label"),
        ({"fields": [{"name": "custom.x", "type": "select", "label": {"en": "X"}}]}, "fields.0.options", "select_without_options"),
        ({"allowed_origins": ["https://x.example/path"]}, "allowed_origins.0", "origin_with_path"),
        ({"allowed_origins": ["*"]}, "allowed_origins.0", "bad_origin"),
        ({"redirect_url": {"en": "javascript:alert(1)"}}, "redirect_url.en", "bad_url"),
        ({"time_zone": "Mars/Base"}, "time_zone", "bad_time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone", "bad_time_zone"),
        ({"buckets": 0}, "buckets", "too_small"),
        ({"sponsors": [{"id": "a", "name": "x", "url": "javascript:x"}]}, "sponsors.0.url", "bad_url"),
        ({"sender": {"name": "x", "email": "a@b.org", "reply_to": "nope"}}, "sender.reply_to", "not_an_email"),
        ({"accent": "red"}, "accent", "bad_color"),
    ],
)  # fmt: skip
def test_bad_documents_are_refused_by_field(world: World, changes: dict[str, Any], field: str, code: str) -> None:
    found = codes(world.admin("PUT", "/admin/campaigns/new", a_document(**changes)))
    assert set(found) == {(field, code)}
    assert world.admin("GET", "/admin/campaigns/new").status == 404


def test_a_whole_number_may_be_written_with_a_point_and_a_moment_without_its_seconds(world: World) -> None:
    document = a_document(goal=5000.0, closes_at="2199-12-31T18:59-05:00", retention_days=36_500)
    saved = world.admin("PUT", "/admin/campaigns/new", document)
    assert (saved.status, saved.json["goal"]) == (201, 5000)
    assert saved.json["closes_at"] == "2199-12-31T18:59:00-05:00"
    assert world.admin("GET", "/admin/campaigns/new").json["names_until"].startswith("2299-")


def test_usual_mistakes_in_a_document_are_told_in_the_language_that_was_asked_for(world: World) -> None:
    texts = {"en": {"title": "", "summary": "x" * 9000}}
    captcha = {"provider": "hcaptcha", "site_key": "not a key"}
    refused = world.admin("PUT", "/admin/campaigns/new", a_document(texts=texts, captcha=captcha), accept_language="es")
    told = {error["field"]: error["message"] for error in refused.json["errors"]}
    assert told["texts.en.title"] == "Complete este dato."
    assert (
        told["captcha.site_key"]
        == "Copie la clave de sitio de su servicio de captcha: letras, números, guiones y guiones bajos."
    )
    assert re.fullmatch(r"El texto es muy largo\. Use \d+ caracteres como máximo\.", told["texts.en.summary"])


@pytest.mark.parametrize("campaign", ["UPPER", "a_b", "-a", "a-", "x" * 65, "a.b", "a%20b"])
def test_bad_campaign_ids_are_refused(world: World, campaign: str) -> None:
    for method, path in (("PUT", ""), ("POST", "/preview")):
        reply = world.admin(method, f"/admin/campaigns/{campaign}{path}", a_document())
        assert (reply.status, reply.json["errors"][0]["field"]) == (422, "campaign")


def test_buckets_are_fixed_at_creation_and_kept_when_unsaid(world: World) -> None:
    document = a_document()
    assert world.admin("PUT", PERU, {**document, "buckets": 8}, if_match='"1"').status == 422
    del document["buckets"]
    assert world.admin("PUT", PERU, document, if_match='"1"').json["buckets"] == 4
    assert world.admin("PUT", "/admin/campaigns/new", document).json["buckets"] == 16


def test_statement_is_sanitised_when_it_is_saved(world: World) -> None:
    texts = a_document()["texts"]
    texts["en"]["body"] = (
        "# Head\n\n<script>alert(1)</script> [x](javascript:alert(1)) [y](https://y.example) ![i](https://i.example/i.png)"
    )
    world.publish(texts=texts)
    html = world.get("/campaigns/peru?lang=en").json["body_html"]
    assert "<h2>Head</h2>" in html
    assert "<script" not in html
    assert "javascript:" not in html.replace("[x](javascript:alert(1))", "")
    assert 'href="https://y.example"' in html
    assert "<img" not in html


def test_tables_and_struck_out_words_are_shown_and_headed(world: World) -> None:
    texts = a_document()["texts"]
    texts["en"]["body"] = "~~old~~ new\n\n| Year | Troops |\n|---|--:|\n| 2026 | <b>350</b> |"
    saved = world.publish(texts=texts)
    html = world.get("/campaigns/peru?lang=en").json["body_html"]
    assert "<s>old</s> new" in html
    assert '<div class="table"><table>' in html
    assert html.count('<th scope="col">') == 2
    assert "<td>&lt;b&gt;350&lt;/b&gt;</td>" in html
    assert "style=" not in html
    assert [one["code"] for one in saved["warnings"]] == ["html_not_shown"]


def test_what_will_not_be_seen_is_said_when_it_is_saved_and_saved_all_the_same(world: World) -> None:
    texts = a_document()["texts"]
    texts["es"]["body"] = "Un [![mapa](https://x.example/a.png)](https://x.example) y\n\n<iframe src='x'></iframe>"
    texts["en"]["body"] = "1 < 2 & 3 > 2, `<b>`, <https://x.example>, \\<b>"
    etag = world.admin("GET", "/admin/campaigns/peru").headers["etag"]
    document = a_document(texts=texts)
    saved = world.admin("PUT", "/admin/campaigns/peru", document, if_match=etag, accept_language="es")
    assert saved.status == 200
    assert [(one["field"], one["code"]) for one in saved.json["warnings"]] == [
        ("texts.es.body", "html_not_shown"),
        ("texts.es.body", "image_not_shown"),
    ]
    assert saved.json["warnings"][1]["message"].startswith("En el texto no se muestran imágenes.")
    again = world.admin("PUT", "/admin/campaigns/peru", saved.json, if_match=saved.headers["etag"])
    assert again.status == 200, "what was answered may be sent back"


def test_words_in_a_language_that_has_no_text_are_said_to_be_seen_by_nobody(world: World) -> None:
    saved = world.publish(
        redirect_url={"en": "https://site.example/en", "de": "https://site.example/de"},
        targets=[{"name": "Congress", "names": {"es": "Congreso", "fr": "Congrès"}}],
        fields=[
            {"name": "comment"},
            {"name": "custom.chapter", "type": "text", "label": {"en": "Chapter", "es": "Sede", "es-PE": "Sede"}},
        ],
    )
    assert {(one["field"], one["code"]) for one in saved["warnings"]} == {
        ("redirect_url.de", "language_without_text"),
        ("targets.0.names.fr", "language_without_text"),
        ("fields.1.label.es-PE", "language_without_text"),
    }


# --- keys


def test_list_shows_what_the_key_reaches_with_counts(world: World) -> None:
    world.publish("letter", confirmation="single", external_count=100)
    world.sign("letter")
    world.drain()
    every = world.admin("GET", "/admin/campaigns").json["campaigns"]
    assert [(one["id"], one["count"]) for one in every] == [("letter", 101), ("peru", 0)]
    assert set(every[0]) >= {"id", "title", "state", "count", "goal"}
    bound = world.admin("GET", "/admin/campaigns", authorization=key(Role.READER, "peru"))
    assert [one["id"] for one in bound.json["campaigns"]] == ["peru"]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer x",
        "Bearer us_abc_def",
        "Basic us_abc_def",
        "us_x_y",
        "Bearer us_é_y",
        "Bearer us_" + "a" * 5000 + "_x",
    ],
)
def test_promise_9_without_a_good_key_nothing_is_told(world: World, header: str | None) -> None:
    for path in ("/admin/campaigns", PERU, "/admin/campaigns/nope"):
        reply = world.request("GET", path, **({"authorization": header} if header is not None else {}))
        assert (reply.status, reply.json["code"]) == (401, "unauthorized")
        assert reply.headers["www-authenticate"].startswith("Bearer")


def test_wrong_secret_of_a_right_key_is_refused(world: World) -> None:
    good = key(Role.ADMIN)
    assert world.admin("GET", PERU, authorization=good).status == 200
    assert world.admin("GET", PERU, authorization=good[:-1] + ("A" if good[-1] != "A" else "B")).status == 401


def test_promise_9_roles_and_campaigns_bind(world: World) -> None:
    reader, bound, organizer = key(Role.READER), key(Role.ORGANIZER, "peru"), key(Role.ORGANIZER)
    assert world.admin("GET", PERU, authorization=reader).status == 200
    assert world.admin("PUT", PERU, a_document(), authorization=reader, if_match='"1"').status == 403
    assert world.admin("PUT", PERU, a_document(), authorization=bound, if_match='"1"').status == 200
    there, not_there = (
        world.admin("GET", f"/admin/campaigns/{c}/counts", authorization=key(Role.READER, "x"))
        for c in ("peru", "nope")
    )
    assert (there.status, there.text) == (not_there.status, not_there.text)
    assert there.json["code"] == "forbidden"
    assert (
        world.admin("PUT", "/admin/campaigns/new", a_document(), authorization=key(Role.ORGANIZER, "new")).status == 403
    )
    assert world.admin("PUT", "/admin/campaigns/new", a_document(), authorization=organizer).status == 201


def test_expired_key_is_refused(world: World) -> None:
    _, secret = wiring().keyring.create("t", Role.READER, valid_until=world.now + timedelta(minutes=1))
    header = f"Bearer {secret}"
    assert world.admin("GET", PERU, authorization=header).status == 200
    world.later(minutes=1)
    assert world.admin("GET", PERU, authorization=header).status == 401


def test_only_the_hash_of_a_secret_is_stored(world: World) -> None:
    _, secret = wiring().keyring.create("t", Role.READER)
    assert secret.startswith("us_")
    assert secret.split("_", 2)[2] not in str(world.items(world.resources.registry_table))


# --- counts


def test_counts_break_down_exactly(world: World) -> None:
    world.publish(confirmation="single")
    signers: list[dict[str, Any]] = [
        {"country": "PE", "lang": "es", "consents": ["wbw", "cidydh"], "source": "fb"},
        {"country": "PE", "lang": "es"},
        {"country": "US", "lang": "en", "consents": ["wbw"], "source": "mail"},
    ]
    for number, facts in enumerate(signers):
        world.sign(email=f"s{number}@example.org", **facts)
    world.later(days=1)
    world.sign(email="late@example.org")
    world.drain()
    counts = world.counts()
    assert counts["by"] == {
        "day": {"2026-11-23": 3, "2026-11-24": 1},
        "country": {"PE": 3, "US": 1},
        "region": {},
        "language": {"en": 2, "es": 2},
        "source": {"fb": 1, "mail": 1},
        "sponsor": {"cidydh": 1, "wbw": 2},
        "signer": {"person": 4},
    }
    one = world.admin("GET", "/admin/campaigns/peru/counts?by=country,day").json
    assert set(one["by"]) == {"country", "day"}
    assert codes(world.admin("GET", "/admin/campaigns/peru/counts?by=shoe")) == {("by", "not_an_option")}


def test_counts_cost_one_query_however_many_signed(world: World) -> None:
    world.publish(confirmation="single")
    for number in range(30):
        world.sign(email=f"s{number}@example.org")
    world.drain()
    with world.counting() as calls:
        world.counts()
    assert calls == {"Query": 1}


def test_list_of_campaigns_costs_no_query_a_campaign(world: World) -> None:
    for number in range(12):
        world.publish(f"c{number}")
    with world.counting() as calls:
        assert len(world.admin("GET", "/admin/campaigns").json["campaigns"]) == 13
    assert calls == {"Query": 1, "BatchGetItem": 1}


# --- the public count


def test_public_count_is_cacheable_and_answers_304(world: World) -> None:
    world.publish(confirmation="single", external_count=7)
    world.sign()
    world.drain()
    world.later(seconds=11)
    reply = world.get("/campaigns/peru/count")
    assert reply.json == {"campaign": "peru", "count": 8, "goal": 5000, "as_of": "2026-11-23T12:00:11+00:00"}
    assert reply.headers["cache-control"] == "public, max-age=10, stale-while-revalidate=60, stale-if-error=300"
    again = world.get("/campaigns/peru/count", if_none_match=reply.headers["etag"])
    assert (again.status, again.text) == (304, "")
    world.sign(email="b@example.org")
    world.drain()
    assert world.get("/campaigns/peru/count", if_none_match=reply.headers["etag"]).status == 304
    world.later(seconds=10)
    assert world.get("/campaigns/peru/count", if_none_match=reply.headers["etag"]).json["count"] == 9


def test_public_count_is_one_small_read_every_ten_seconds(world: World) -> None:
    with world.counting() as calls:
        for _ in range(50):
            world.get("/campaigns/peru/count")
            world.later(seconds=0.5)
    assert sum(calls.values()) == 3


def test_hidden_count_is_told_to_nobody_but_organisers(world: World) -> None:
    world.publish(show_count=False, confirmation="single")
    assert world.sign().json["count"] is None
    world.drain()
    assert world.get("/campaigns/peru/count").json["count"] is None
    assert world.get("/campaigns/peru").json["count"] is None
    assert world.counts()["public_count"] == 1


def test_public_document_speaks_one_language(world: World) -> None:
    document = world.get("/campaigns/peru", accept_language="es-MX")
    assert document.json["title"] == "Sin tropas en el Perú"
    assert document.json["languages"] == ["en", "es"]
    assert document.json["body_html"] == "<p>Un <strong>hecho</strong>.</p>"
    assert {
        "name": "custom.chapter",
        "type": "select",
        "required": False,
        "label": "Capítulo",
        "options": ["Lima", "Cusco"],
    } in document.json["fields"]
    assert world.get("/campaigns/peru", if_none_match=document.headers["etag"], accept_language="es").status == 304
    assert world.get("/campaigns/peru?lang=en", accept_language="es").json["title"] == "No troops in Peru"


def test_draft_is_not_shown_to_strangers(world: World) -> None:
    world.publish("draft", state="draft")
    for path in ("/campaigns/draft", "/campaigns/draft/count", "/sign/draft"):
        assert world.get(path).status == 404
