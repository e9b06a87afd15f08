"""Comments are public where the campaign says so: of signers who were told and show their names, and as an organiser approved them."""

from __future__ import annotations

import csv
import gzip
import io
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.signatures.public_comments import NOTICE
from chalicelib.wiring import wiring
from tests.kit.interleaving import just_before

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

LIST = "/admin/campaigns/peru/signatures"
FIELDS = [{"name": "given_name", "required": True}, {"name": "family_name"}, {"name": "country"}, {"name": "comment"}]
ANA: dict[str, Any] = {
    "email": "ana@example.org",
    "comment": "My sister lives in Lima.",
    "public": True,
    "comment_notice": str(NOTICE),
}


def publish(world: World, **changes: Any) -> None:
    world.publish(**{"show_signers": True, "show_comments": True, "fields": FIELDS, **changes})


def number(world: World, email: str = "ana@example.org") -> str:
    found: str = world.admin("POST", f"{LIST}/find", {"email": email}).json["signatures"][0]["id"]
    return found


def state(world: World, email: str = "ana@example.org") -> str:
    found: str = world.admin("GET", f"{LIST}/{number(world, email)}").json.get("comment_state", "none")
    return found


def decide(world: World, signature: str, shown: bool | None, comment: str = ANA["comment"]) -> Reply:
    body: dict[str, Any] = {"comment_shown": shown}
    return world.admin("PATCH", f"{LIST}/{signature}", body | ({"comment": comment} if shown else {}))


def comments(world: World) -> list[str]:
    world.later(seconds=31)  # as of any container
    reply = world.get("/campaigns/peru/comments")
    assert reply.status == 200, reply.text
    return [one["comment"] for one in reply.json["comments"]]


def acts(world: World) -> list[str]:
    return [
        one["act"] for one in world.admin("GET", "/admin/audit").json["entries"] if one["act"].startswith("comment")
    ]


@pytest.fixture
def ana(real_world: World) -> str:
    publish(real_world)
    real_world.sign_and_confirm(**ANA)
    return number(real_world)


def test_an_approved_comment_is_public_with_its_name_and_language(real_world: World, ana: str) -> None:
    world = real_world
    assert comments(world) == []
    answer = decide(world, ana, shown=True)
    assert (answer.status, answer.json["comment_state"]) == (200, "shown")
    assert world.get("/campaigns/peru/comments").json == {
        "campaign": "peru",
        "comments": [{"name": "Ana Quispe", "comment": "My sister lives in Lima.", "language": "en"}],
    }, "at once in the container that did it"
    page = world.get("/sign/peru", accept="text/html").text
    assert "What signers say" in page
    assert '<blockquote class="lines" lang="en" dir="auto">My sister lives in Lima.</blockquote>' in page
    assert "What signers say" not in world.get("/sign/peru?frame=1", accept="text/html").text
    world.drain()
    assert world.counts()["public_count"] == 1


def test_markup_in_a_comment_is_text(real_world: World) -> None:
    world = real_world
    publish(world)
    comment = '<script>alert(1)</script>\n"><img src=x onerror=y> {{7*7}}'
    world.sign_and_confirm(**{**ANA, "comment": comment, "given_name": "A"})
    stored = world.admin("GET", f"{LIST}/{number(world)}").json["comment"]
    assert decide(world, number(world), shown=True, comment=stored).status == 200
    page = world.get("/sign/peru", accept="text/html").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<img src=x" not in page
    assert "{{7*7}}" in page


def test_nothing_is_public_before_somebody_decides_or_after_a_no(real_world: World, ana: str) -> None:
    world = real_world
    assert (state(world), comments(world)) == ("waiting", [])
    decide(world, ana, shown=True)
    assert comments(world) == [ANA["comment"]]
    assert decide(world, ana, shown=False).json["comment_state"] == "refused"
    assert comments(world) == []
    assert decide(world, ana, shown=None).json["comment_state"] == "waiting"
    for _ in range(2):
        decide(world, ana, shown=True)
    assert comments(world) == [ANA["comment"]]
    assert sorted(acts(world)) == ["comment published", "comment published", "comment refused", "comment set back"]
    assert "sister" not in world.admin("GET", "/admin/audit").text


@pytest.mark.parametrize(
    ("typed", "private"),
    [
        ({"public": False}, "private"),
        ({"comment_notice": ""}, "private"),
        ({"comment_notice": None}, "private"),
        ({"comment_notice": "0"}, "private"),
        ({"comment_notice": ["1"]}, "private"),
        ({"comment": ""}, "none"),
        ({"comment": " \n "}, "none"),
    ],
)
def test_who_was_not_told_or_shows_no_name_stays_private(world: World, typed: dict[str, Any], private: str) -> None:
    publish(world)
    world.sign_and_confirm(**{**ANA, **typed})
    assert state(world) == private
    answer = decide(world, number(world), shown=True, comment=typed.get("comment", ANA["comment"]).strip() or "x")
    assert answer.status in {409, 422}
    assert answer.json["code"] in {"comment_private", "comment_changed"}
    assert comments(world) == []
    assert acts(world) == []


def test_who_signed_before_the_campaign_published_comments_stays_private_for_ever(real_world: World) -> None:
    world = real_world
    publish(world, show_comments=False)
    world.sign_and_confirm(**ANA)  # whatever the form claims
    assert world.get("/campaigns/peru/comments").status == 404
    publish(world)
    assert (state(world), decide(world, number(world), shown=True).json["code"]) == ("private", "comment_private")
    world.sign(**ANA)  # a confirmed one is not changed by a form
    assert state(world) == "private"
    manage = next(one for one in world.ses.sent if "/manage/" in one.text).link("manage")
    saved = {"do": "save", "given_name": "Ana", "country": "PE", "public": "yes", "comment": ANA["comment"]}
    world.post_form(manage, saved)
    assert state(world) == "private", "a page without the sentence"
    assert "May be published with your name" in world.get(manage, accept="text/html").text
    world.post_form(manage, saved | {"comment_notice": "1"})
    assert state(world) == "waiting", "now the page of the signature said so"


def test_what_was_told_stays_with_the_same_words_and_goes_with_others(real_world: World, ana: str) -> None:
    world, manage = real_world, next(one for one in real_world.ses.sent if "/manage/" in one.text).link("manage")
    decide(world, ana, shown=True)
    saved = {"do": "save", "given_name": "Anita", "country": "PE", "public": "yes", "comment": ANA["comment"]}
    world.post_form(manage, saved)
    assert (state(world), comments(world)) == ("shown", [ANA["comment"]])
    world.post_form(manage, saved | {"comment": "Other words."})
    assert (state(world), comments(world)) == ("private", [])


def test_corrected_words_wait_again(real_world: World, ana: str) -> None:
    world, manage = real_world, next(one for one in real_world.ses.sent if "/manage/" in one.text).link("manage")
    decide(world, ana, shown=True)
    corrected = {"do": "save", "given_name": "Ana", "country": "PE", "public": "yes", "comment_notice": "1"}
    world.post_form(manage, corrected | {"comment": "Buy at example dot com."})
    assert (state(world), comments(world)) == ("waiting", [])
    assert decide(world, ana, shown=True).json["code"] == "comment_changed"
    assert comments(world) == []
    world.post_form(manage, corrected | {"comment": ANA["comment"]})
    assert (state(world), comments(world)) == ("waiting", []), "the old words again, too"


def test_hiding_the_name_hides_the_comment_both_ways(real_world: World, ana: str) -> None:
    world, manage = real_world, next(one for one in real_world.ses.sent if "/manage/" in one.text).link("manage")
    decide(world, ana, shown=True)
    world.post_form(manage, {"do": "hide"})
    assert (state(world), comments(world)) == ("private", [])
    world.post_form(manage, {"do": "show"})
    assert comments(world) == [ANA["comment"]]
    world.admin("PATCH", f"{LIST}/{ana}", {"shown": False, "reason": "x"})
    assert (state(world), comments(world)) == ("private", [])
    assert decide(world, ana, shown=True).json["code"] == "comment_private"
    assert comments(world) == []


@pytest.mark.parametrize("how", ["withdraw", "erase", "organiser", "retention"])
def test_nothing_is_left_in_public_when_the_signature_goes(real_world: World, ana: str, how: str) -> None:
    world = real_world
    decide(world, ana, shown=True)
    assert comments(world) == [ANA["comment"]]
    if how == "withdraw":
        link = next(one for one in world.ses.sent if "/manage/" in one.text).link("manage")
        world.post_form(link, {"do": "withdraw-now"})
    elif how == "erase":
        world.admin("POST", "/admin/erasures", {"email": "ana@example.org"})
    elif how == "organiser":
        world.admin("DELETE", f"{LIST}/{ana}")
    else:
        bucket = wiring().campaign_reader.get("peru").signature_key(ana).bucket
        wiring().signatures.anonymiser.anonymise("peru", bucket, now=world.now)
    assert comments(world) == []
    assert "sister" not in str(world.signatures()) + str(world.items(world.resources.registry_table))
    if how != "erase":
        world.sign_and_confirm(**ANA) if how != "retention" else None
        assert comments(world) == [], "who signs anew is read anew"


def test_a_comment_is_public_only_once_it_counts(real_world: World) -> None:
    world = real_world
    publish(world)
    world.sign(**ANA)
    world.drain()
    assert decide(world, number(world), shown=True).status == 200
    assert comments(world) == []
    assert world.post_form(world.ses.sent[-1].link("confirm"), {}).status == 200
    assert comments(world) == [ANA["comment"]]


def test_a_form_sent_again_before_the_click_waits_again(real_world: World) -> None:
    world = real_world
    publish(world)
    world.sign(**ANA)
    world.drain()
    decide(world, number(world), shown=True)
    world.later(minutes=20)
    world.sign(**{**ANA, "comment": "Other words."})
    world.drain()
    assert world.post_form(world.ses.sent[-1].link("confirm"), {}).status == 200
    assert (state(world), comments(world)) == ("waiting", [])


def test_a_correction_in_the_moment_of_the_approval_wins(real_world: World, ana: str) -> None:
    world, manage = real_world, next(one for one in real_world.ses.sent if "/manage/" in one.text).link("manage")
    corrected = {"do": "save", "given_name": "Ana", "country": "PE", "public": "yes", "comment_notice": "1"}
    with just_before("UpdateItem", lambda: world.post_form(manage, corrected | {"comment": "Spam."})):
        assert decide(world, ana, shown=True).status == 409
    assert (state(world), comments(world)) == ("waiting", [])


def test_an_approval_in_the_moment_of_a_correction_is_of_the_old_words(real_world: World, ana: str) -> None:
    world, manage = real_world, next(one for one in real_world.ses.sent if "/manage/" in one.text).link("manage")
    corrected = {"do": "save", "given_name": "Ana", "country": "PE", "public": "yes", "comment_notice": "1"}
    with just_before("UpdateItem", lambda: decide(world, ana, shown=True)):
        world.post_form(manage, corrected | {"comment": "Spam."})
    assert (state(world), comments(world)) == ("waiting", [])


def test_two_approvals_at_once_are_both_listed(real_world: World, ana: str) -> None:
    world = real_world
    world.sign_and_confirm(**{**ANA, "email": "eva@example.org", "comment": "Second."})
    eva = number(world, "eva@example.org")
    with just_before("PutItem", lambda: decide(world, eva, shown=True, comment="Second."), registry=True):
        pass_on = decide(world, ana, shown=True)
    assert pass_on.status == 200
    assert sorted(comments(world)) == [ANA["comment"], "Second."]


def test_the_latest_approved_come_first_and_the_oldest_make_room(
    real_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = real_world
    publish(world, confirmation="single")
    monkeypatch.setattr("chalicelib.storage.signatures.published_comments.MAX_KEPT", 3)
    monkeypatch.setattr("chalicelib.services.signatures.public_comments.MAX_COMMENTS", 2)
    for one in range(5):
        world.sign(**{**ANA, "email": f"n{one}@example.org", "comment": f"Comment {one}"})
        decide(world, number(world, f"n{one}@example.org"), shown=True, comment=f"Comment {one}")
    assert comments(world) == ["Comment 4", "Comment 3"]
    world.admin("DELETE", f"{LIST}/{number(world, 'n4@example.org')}")
    assert comments(world) == ["Comment 3", "Comment 2"]


def test_comments_cost_two_calls_at_most_every_thirty_seconds(real_world: World, ana: str) -> None:
    world = real_world
    decide(world, ana, shown=True)
    comments(world)
    world.later(seconds=31)
    with world.counting() as calls:
        for _ in range(5):
            world.get("/campaigns/peru/comments")
    assert (calls["BatchGetItem"], calls["GetItem"]) == (1, 1)


def test_a_campaign_that_stops_shows_none(real_world: World, ana: str) -> None:
    world = real_world
    decide(world, ana, shown=True)
    for changes in ({"show_comments": False}, {"show_comments": False, "show_signers": False}):
        publish(world, **changes)
        world.later(seconds=61)
        assert world.get("/campaigns/peru/comments").status == 404
        assert "My sister" not in world.get("/sign/peru", accept="text/html").text
    publish(world)
    world.later(seconds=61)
    assert comments(world) == [ANA["comment"]]


def test_comments_need_names(world: World) -> None:
    document = world.publish(show_signers=False)
    refused = world.admin(
        "PATCH", "/admin/campaigns/peru", {"show_comments": True}, if_match=f'"{document["version"]}"'
    )
    assert (refused.status, refused.json["errors"][0]["code"]) == (422, "comments_without_names")
    assert refused.json["errors"][0]["field"] == "show_comments"


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"comment_shown": True}, "comment", "missing"),
        ({"comment_shown": True, "comment": ""}, "comment", "missing"),
        ({"comment_shown": "yes"}, "comment_shown", "not_true_or_false"),
        ({"comment_shown": False, "comment": 1}, "comment", "not_text"),
        ({"comment_shown": False, "comment": "x" * 2001}, "comment", "too_long"),
        ({"comment_shown": False, "shown": False, "reason": "x"}, "body", "unknown_field"),
    ],
)
def test_what_is_no_decision_is_refused(real_world: World, ana: str, body: Any, field: str, code: str) -> None:
    answer = real_world.admin("PATCH", f"{LIST}/{ana}", body)
    assert (answer.status, answer.json["errors"][0]["field"], answer.json["errors"][0]["code"]) == (422, field, code)
    assert comments(real_world) == []


def test_the_list_is_filtered_by_what_waits(real_world: World, ana: str) -> None:
    world = real_world
    world.sign_and_confirm(**{**ANA, "email": "eva@example.org", "public": False})
    world.sign(**{**ANA, "email": "pending@example.org"})
    world.drain()

    def found(wanted: str) -> list[str]:
        return [one["email"] for one in world.admin("GET", f"{LIST}?comment={wanted}").json["signatures"]]

    assert (found("waiting"), found("private"), found("shown")) == (["ana@example.org"], ["eva@example.org"], [])
    decide(world, ana, shown=True)
    assert (found("waiting"), found("shown")) == ([], ["ana@example.org"])
    assert world.admin("GET", f"{LIST}?comment=any").json["errors"][0]["code"] == "not_an_option"


def test_forms_say_so_where_the_campaign_publishes_comments(world: World) -> None:
    sentence = "May be published with your name, if you choose to show it."
    publish(world)
    page = world.get("/sign/peru", accept="text/html").text
    assert page.count(sentence) == 1
    assert '<input type="hidden" name="comment_notice" value="1">' in page
    assert 'aria-describedby="f-comment-note"' in page
    again = world.post_form("/campaigns/peru/signatures", {"email": "ana", "comment": "x"})
    assert (again.status, again.text.count(sentence), again.text.count('name="comment_notice"')) == (422, 1, 1)
    form = world.get("/campaigns/peru/form").json
    assert [one.get("note") for one in form["fields"] if one["name"] == "comment"] == [sentence]
    assert "comment_notice" not in form["hidden"], "a script of before that did not show the sentence would say it did"
    snippet = world.admin("GET", "/admin/campaigns/peru/snippets").json["snippets"]["en"]["form"]
    assert (snippet.count(sentence), snippet.count('name="comment_notice" value="1"')) == (1, 1)
    publish(world, show_comments=False)
    world.later(seconds=61)
    for path in ("/sign/peru", "/campaigns/peru/form"):
        assert not {"comment_notice", sentence} & set(world.get(path).text.split('"'))


def test_files_and_exports_say_so(real_world: World, ana: str) -> None:
    world = real_world
    world.sign_and_confirm(**{**ANA, "email": "eva@example.org", "public": False, "consents": ["wbw"]})
    decide(world, ana, shown=True)
    manage = next(one for one in world.ses.sent if "/manage/" in one.text).link("manage")
    file = world.post_form(manage, {"do": "download"}).json
    assert (file["comment_notice"], file["comment_state"]) == (1, "shown")

    def rows(**request: Any) -> dict[str, dict[str, str]]:
        path = "/admin/campaigns/peru/exports"
        made = world.admin("POST", path, {"format": "csv", **request}).json["id"]
        world.run_exports()
        packed = world.download(world.admin("GET", f"{path}/{made}").json["url"])
        text = gzip.decompress(packed).decode("utf-8-sig")
        return {row["email"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}

    found = rows()
    assert [found[f"{one}@example.org"]["comment_state"] for one in ("ana", "eva")] == ["shown", "private"]
    assert rows(sponsor="wbw")["eva@example.org"]["comment_state"] == ""


def test_a_deleted_campaign_leaves_no_list(real_world: World, ana: str) -> None:
    world = real_world
    decide(world, ana, shown=True)
    wiring().published_comments.delete("peru")
    assert wiring().published_comments.ids("peru") == ()
    assert comments(world) == []


def test_one_that_is_approved_again_is_looked_at_again(real_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world = real_world
    monkeypatch.setattr("chalicelib.storage.signatures.published_comments.MAX_KEPT", 2)
    publish(world, confirmation="single")
    for at in range(3):
        world.sign(**{**ANA, "email": f"n{at}@example.org", "comment": f"C{at}"})
        decide(world, number(world, f"n{at}@example.org"), True, comment=f"C{at}")
    for at in (1, 2):
        world.admin("DELETE", f"/admin/campaigns/peru/signatures/{number(world, f'n{at}@example.org')}")
    decide(world, number(world, "n0@example.org"), True, comment="C0")
    world.later(seconds=61)
    assert [one["comment"] for one in world.get("/campaigns/peru/comments").json["comments"]] == ["C0"]


def test_what_waits_is_counted_as_the_list_has_it(real_world: World, ana: str) -> None:
    def waiting() -> tuple[int, int]:
        real_world.drain()
        listed = real_world.admin("GET", f"{LIST}?comment=waiting").json["signatures"]
        sheet = real_world.admin("GET", "/admin/campaigns/peru/counts?format=csv").text
        counted: int = real_world.counts()["comments_waiting"]
        assert f"comments,comments_waiting,{counted}," in sheet
        return counted, len(listed)

    assert waiting() == (1, 1)
    decide(real_world, ana, True)
    assert waiting() == (0, 0)
    decide(real_world, ana, None)
    assert waiting() == (1, 1)
    real_world.admin("PATCH", f"{LIST}/{ana}", {"shown": False, "reason": "a joke"})
    assert waiting() == (0, 0)
    real_world.admin("PATCH", f"{LIST}/{ana}", {"shown": True})
    real_world.sign(email="ben@example.org", public=True, comment="Pending", comment_notice="1")
    assert waiting() == (1, 1), "what is not confirmed does not wait yet"
    real_world.admin("DELETE", f"{LIST}/{ana}")
    assert waiting() == (0, 0)
