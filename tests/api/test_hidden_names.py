"""An organiser hides a name: off the public list and what is handed over, counted as before, until an organiser shows it again."""

from __future__ import annotations

import csv
import gzip
import io
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.wiring import wiring
from tests.kit.interleaving import just_before

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

LIST = "/admin/campaigns/peru/signatures"
JOKE: dict[str, Any] = {"email": "joke@example.org", "given_name": "Mickey", "family_name": "Mouse", "public": True}


def listed(world: World, **filters: str) -> list[dict[str, Any]]:
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    found: list[dict[str, Any]] = world.admin("GET", f"{LIST}?{query}").json["signatures"]
    return found


def number(world: World, email: str = "joke@example.org") -> str:
    found: str = world.admin("POST", f"{LIST}/find", {"email": email}).json["signatures"][0]["id"]
    return found


def hide(world: World, signature: str, reason: str = "No person has this name") -> Reply:
    return world.admin("PATCH", f"{LIST}/{signature}", {"shown": False, "reason": reason})


def show(world: World, signature: str) -> Reply:
    return world.admin("PATCH", f"{LIST}/{signature}", {"shown": True})


def names(world: World) -> list[str]:
    return [one["name"] for one in world.get("/campaigns/peru/signers").json["signers"]]


def handed_over(world: World, **request: Any) -> list[dict[str, str]]:
    path = "/admin/campaigns/peru/exports"
    made = world.admin("POST", path, {"format": "csv", **request})
    assert made.status == 202, made.text
    assert world.run_exports() == 1
    packed = world.download(world.admin("GET", f"{path}/{made.json['id']}").json["url"])
    text = gzip.decompress(packed).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def acts(world: World) -> list[str]:
    return [one["act"] for one in world.admin("GET", "/admin/audit").json["entries"] if one["act"].startswith("name")]


@pytest.fixture
def joke(world: World) -> str:
    world.publish(show_signers=True)
    world.sign_and_confirm(email="ana@example.org", public=True)
    world.later(minutes=1)
    world.sign_and_confirm(**JOKE)
    return number(world)


def test_a_hidden_name_is_off_the_list_and_counts_as_before(real_world: World) -> None:
    world = real_world
    world.publish(show_signers=True)
    world.sign_and_confirm(email="ana@example.org", public=True)
    world.later(minutes=1)
    world.sign_and_confirm(**JOKE)
    joke, before = number(world), world.counts()
    assert names(world) == ["Mickey Mouse", "Ana Quispe"]
    hidden = hide(world, joke)
    assert (hidden.status, hidden.json["shown"]) == (200, False)
    assert hidden.json["hidden_reason"] == "No person has this name"
    assert names(world) == ["Ana Quispe"], "at once in the container that did it"
    assert "Mickey" not in world.get("/sign/peru", accept="text/html").text
    world.drain()
    assert world.counts()["signatures"] == before["signatures"]
    assert world.counts()["public_count"] == before["public_count"]
    assert len(world.ses.sent) == 4, "nobody is emailed"
    shown = show(world, joke)
    assert (shown.json["shown"], "hidden_at" in shown.json, "hidden_reason" in shown.json) == (True, False, False)
    assert names(world) == ["Mickey Mouse", "Ana Quispe"]


def test_other_containers_lose_it_within_half_a_minute(world: World, joke: str) -> None:
    assert "Mickey Mouse" in names(world)
    signature = wiring().signatures.find(wiring().campaign_reader.get("peru").signature_key(joke))
    assert signature
    wiring().signatures.moderated.hide(signature, "elsewhere", now=world.now)
    world.later(seconds=29)
    assert "Mickey Mouse" in names(world)
    world.later(seconds=1)
    assert names(world) == ["Ana Quispe"]


def test_it_is_written_down_in_words_once_and_without_its_reason(world: World, joke: str) -> None:
    for _ in range(2):
        assert hide(world, joke, "a slur about Ana").status == 200
    assert acts(world) == ["name hidden"]
    assert hide(world, joke, "another reason").json["hidden_reason"] == "a slur about Ana"
    world.later(minutes=1)
    for _ in range(2):
        show(world, joke)
    assert acts(world) == ["name shown again", "name hidden"]
    assert "slur" not in world.admin("GET", "/admin/audit").text
    entries = world.admin("GET", "/admin/audit?kind=signatures").json["entries"]
    assert {one["campaign"] for one in entries if one["act"].startswith("name")} == {"peru"}


def test_what_is_handed_over_lacks_it_and_other_files_say_so(world: World, joke: str) -> None:
    world.later(minutes=1)
    hide(world, joke)
    assert [row["name"] for row in handed_over(world, delivery=True)] == ["Ana Quispe"]
    rows = {row["email"]: row for row in handed_over(world)}
    assert rows["ana@example.org"]["hidden_at"] == ""
    assert rows["joke@example.org"]["hidden_at"] == rows["joke@example.org"]["changed_at"] != ""
    assert list(rows["ana@example.org"])[-3:] == ["hidden_at", "comment_state", "region_name"], "new columns come last"


def test_no_sponsor_learns_of_it(world: World) -> None:
    world.sign_and_confirm(**JOKE, consents=["wbw"])
    hide(world, number(world))
    assert handed_over(world, sponsor="wbw")[0]["hidden_at"] == ""
    key = world.admin(
        "POST", "/admin/keys", {"name": "wbw", "role": "organizer", "campaigns": ["peru"], "sponsor": "wbw"}
    )
    sponsors = {"authorization": f"Bearer {key.json['secret']}"}
    seen = world.admin("GET", LIST, **sponsors)
    assert seen.json["signatures"][0]["email"] == "joke@example.org"
    assert not {"shown", "hidden_at", "hidden_reason"} & seen.json["signatures"][0].keys()
    assert world.admin("GET", f"{LIST}?shown=false", **sponsors).status == 422
    body = {"shown": True, "reason": ""}
    assert world.admin("PATCH", f"{LIST}/{number(world)}", body, **sponsors).status == 403


def test_the_list_is_filtered_by_it(world: World, joke: str) -> None:
    hide(world, joke)
    assert [one["email"] for one in listed(world, shown="false")] == ["joke@example.org"]
    assert [one["email"] for one in listed(world, shown="true")] == ["ana@example.org"]
    assert len(listed(world)) == 2
    world.admin("DELETE", f"{LIST}/{joke}")
    assert listed(world, shown="false") == []
    assert [one["email"] for one in listed(world, shown="true")] == ["ana@example.org"]
    assert world.admin("GET", f"{LIST}?shown=maybe").json["errors"][0]["code"] == "not_true_or_false"


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"shown": False}, "reason", "missing"),
        ({"shown": False, "reason": "  "}, "reason", "missing"),
        ({"shown": False, "reason": "x" * 201}, "reason", "too_long"),
        ({"shown": False, "reason": ["x"]}, "reason", "not_text"),
        ({"shown": False, "reason": "a\u0000b"}, "reason", "control_characters"),
        ({"shown": "false", "reason": "x"}, "shown", "not_true_or_false"),
        ({"reason": "x"}, "shown", "missing"),
        ({"shown": None, "reason": "x"}, "shown", "missing"),
        ({"shown": True, "state": "confirmed"}, "body", "unknown_field"),
        ([], "body", "unknown_field"),
    ],
)
def test_what_is_no_decision_is_refused(world: World, joke: str, body: Any, field: str, code: str) -> None:
    answer = world.admin("PATCH", f"{LIST}/{joke}", body)
    assert (answer.status, answer.json["errors"][0]["field"], answer.json["errors"][0]["code"]) == (422, field, code)
    assert names(world)[0] == "Mickey Mouse"


def test_a_correction_by_its_signer_does_not_show_it_again(real_world: World) -> None:
    world = real_world
    world.publish(show_signers=True)
    world.sign_and_confirm(**JOKE)
    joke, manage = number(world), world.ses.sent[-1].link("manage")
    hide(world, joke)
    form = {"given_name": "Miguel", "family_name": "Ratón", "country": "PE", "public": "on"}
    for do in ({"do": "save", **form}, {"do": "hide"}, {"do": "show"}):
        assert world.post_form(manage, do).status == 200
    world.later(seconds=31)
    assert names(world) == []
    assert world.admin("GET", f"{LIST}/{joke}").json["hidden_reason"] == "No person has this name"
    show(world, joke)
    assert names(world) == ["Miguel Ratón"]


def test_its_signer_reads_that_and_why(world: World, joke: str) -> None:
    manage = world.ses.sent[-1].link("manage")
    sentence = "The organizers keep your name off the public list."
    assert sentence not in world.get(manage, accept="text/html").text
    assert "hidden_at" not in world.post_form(manage, {"do": "download"}).json
    hide(world, joke, "Looks like a joke <b>")
    assert sentence in world.get(manage, accept="text/html").text
    file = world.post_form(manage, {"do": "download"}).json
    assert (file["hidden_reason"], file["hidden_at"][:4]) == ("Looks like a joke <b>", "2026")
    report = world.admin("POST", "/admin/access", {"email": JOKE["email"]}).json["signatures"][0]
    assert (report["shown"], report["hidden_reason"]) == (False, "Looks like a joke <b>")


def test_before_the_click_it_stays_hidden_whoever_sends_the_form_again(real_world: World) -> None:
    world = real_world
    world.publish(show_signers=True)
    world.sign(**JOKE)
    world.drain()
    joke = number(world)
    assert hide(world, joke).status == 200
    world.later(minutes=20)
    world.sign(**{**JOKE, "given_name": "Minnie"})
    world.drain()
    assert world.post_form(world.ses.sent[-1].link("confirm"), {}).status == 200
    assert world.admin("GET", f"{LIST}/{joke}").json["shown"] is False
    assert names(world) == []


def test_a_paper_signature_leaves_it_hidden_also_when_its_sheet_is_undone(real_world: World) -> None:
    world = real_world
    world.publish(show_signers=True)
    world.sign(**JOKE)
    world.drain()
    row = {"email": JOKE["email"], "given_name": "Mickey", "family_name": "Mouse", "public": True}
    sheet = world.admin("POST", "/admin/campaigns/peru/sheets", {"rows": [row]})
    assert sheet.json["rows"][0]["outcome"] == "entered", sheet.text
    joke = number(world)
    hide(world, joke)
    assert names(world) == []
    (sheet_id,) = [one["id"] for one in world.admin("GET", "/admin/campaigns/peru/sheets").json["sheets"]]
    assert world.admin("POST", f"/admin/campaigns/peru/sheets/{sheet_id}/undo", {}).json["undone"] == 1
    found = world.admin("GET", f"{LIST}/{joke}").json
    assert (found["state"], found["shown"]) == ("pending", False)


def test_nothing_of_it_is_left_after_a_withdrawal_and_the_next_signature_is_judged_anew(
    world: World, joke: str
) -> None:
    hide(world, joke)
    world.admin("DELETE", f"{LIST}/{joke}")
    assert not {"hidden_at", "hidden_reason"} & next(one for one in world.signatures() if one["sk"]["S"] == joke).keys()
    for answer in (hide(world, joke), show(world, joke)):
        assert (answer.status, answer.json["code"]) == (410, "already_withdrawn")
    world.sign_and_confirm(**JOKE)
    world.later(seconds=31)
    assert "Mickey Mouse" in names(world)


def test_an_undone_withdrawal_brings_it_back_hidden(world: World) -> None:
    world.publish(show_signers=True)
    world.sign_and_confirm(email="flood@example.org", given_name="Flo", source="flood", public=True)
    flood = number(world, "flood@example.org")
    hide(world, flood)
    made = world.admin("POST", f"{LIST}/withdraw", {"source": "flood"}).json["withdrawal"]
    world.admin("POST", f"/admin/campaigns/peru/withdrawals/{made}/undo", {})
    assert world.admin("GET", f"{LIST}/{flood}").json["shown"] is False
    assert "Flo Quispe" not in names(world)


def test_there_is_nothing_to_hide_once_the_names_are_gone(world: World, joke: str) -> None:
    hide(world, joke)
    wiring().signatures.anonymiser.anonymise(
        "peru", wiring().campaign_reader.get("peru").signature_key(joke).bucket, now=world.now
    )
    assert "hidden_reason" not in next(one for one in world.signatures() if one["sk"]["S"] == joke)
    assert (hide(world, joke).status, show(world, joke).json["code"]) == (410, "names_removed")


def test_unknown_ones_are_not_found(world: World, joke: str) -> None:
    for wrong in ("a" * 32, "nope", joke[:-1]):
        assert hide(world, wrong).status == 404
    world.publish("other", show_signers=True)
    assert world.admin("PATCH", f"/admin/campaigns/other/signatures/{joke}", {"shown": True}).status == 404
    assert acts(world) == []


def test_a_correction_in_that_very_moment_is_kept(real_world: World) -> None:
    world = real_world
    world.sign_and_confirm(**JOKE)
    joke, manage = number(world), world.ses.sent[-1].link("manage")
    corrected = {"do": "save", "given_name": "Miguel", "family_name": "Mouse", "country": "PE"}
    with just_before("UpdateItem", lambda: world.post_form(manage, corrected)):
        assert hide(world, joke).json["given_name"] == "Miguel"
    assert world.admin("GET", f"{LIST}/{joke}").json["shown"] is False
    assert acts(world) == ["name hidden"]


def test_hiding_in_the_moment_of_a_correction_is_kept(real_world: World) -> None:
    world = real_world
    world.sign_and_confirm(**JOKE)
    joke, manage = number(world), world.ses.sent[-1].link("manage")
    corrected = {"do": "save", "given_name": "Miguel", "family_name": "Mouse", "country": "PE", "public": "on"}
    with just_before("UpdateItem", lambda: hide(world, joke)):
        assert world.post_form(manage, corrected).status == 200
    found = world.admin("GET", f"{LIST}/{joke}").json
    assert (found["given_name"], found["shown"], found["hidden_reason"]) == ("Miguel", False, "No person has this name")


def test_two_who_hide_it_at_once_keep_the_first_reason(real_world: World) -> None:
    world = real_world
    world.sign_and_confirm(**JOKE)
    joke = number(world)
    with just_before("UpdateItem", lambda: hide(world, joke, "first")):
        assert hide(world, joke, "second").json["hidden_reason"] == "first"


def test_a_withdrawal_in_that_very_moment_wins(real_world: World) -> None:
    world = real_world
    world.sign_and_confirm(**JOKE)
    joke, manage = number(world), world.ses.sent[-1].link("manage")
    with just_before("UpdateItem", lambda: world.post_form(manage, {"do": "withdraw-now"})):
        assert hide(world, joke).status == 410
    (item,) = world.signatures()
    assert not {"hidden_at", "hidden_reason", "email"} & item.keys()


def test_one_hidden_in_the_moment_of_its_withdrawal_leaves_nothing(real_world: World) -> None:
    world = real_world
    world.sign_and_confirm(**JOKE)
    joke, manage = number(world), world.ses.sent[-1].link("manage")
    with just_before("PutItem", lambda: hide(world, joke)):
        world.post_form(manage, {"do": "withdraw-now"})
    (item,) = world.signatures()
    assert (item["state"]["S"], {"hidden_at", "hidden_reason"} & item.keys()) == ("withdrawn", set())


def test_one_hidden_while_a_flood_is_withdrawn_never_comes_back_shown(real_world: World) -> None:
    world = real_world
    world.publish(show_signers=True)
    world.sign_and_confirm(**JOKE, source="flood")
    joke = number(world)
    withdrawn: list[str] = []

    def withdraw() -> None:
        withdrawn.append(world.admin("POST", f"{LIST}/withdraw", {"source": "flood"}).json["withdrawal"])

    with just_before("PutItem", lambda: hide(world, joke)):
        withdraw()
    if withdrawn[0]:
        world.admin("POST", f"/admin/campaigns/peru/withdrawals/{withdrawn[0]}/undo", {})
    assert world.admin("GET", f"{LIST}/{joke}").json["shown"] is False
    assert names(world) == []


def test_who_asks_reads_that_a_name_on_a_sheet_is_hidden_and_why(real_world: World) -> None:
    world = real_world
    world.publish(show_signers=True)
    world.sign(**JOKE)
    world.drain()
    row = {"email": JOKE["email"], "given_name": "Mickey", "family_name": "Mouse", "public": True}
    world.admin("POST", "/admin/campaigns/peru/sheets", {"rows": [row]})
    hide(world, number(world))
    told = world.admin("POST", "/admin/access", {"email": JOKE["email"]}).json["signatures"][0]
    assert (told["shown"], bool(told["hidden_reason"])) == (False, True)


class TestSeveralAtOnce:
    def decide(self, world: World, **body: Any) -> Reply:
        return world.admin("POST", f"{LIST}/hide", body)

    def test_they_are_hidden_and_shown_again_together(self, world: World, joke: str) -> None:
        ana, before = number(world, "ana@example.org"), world.counts()["public_count"]
        hidden = self.decide(world, ids=[joke, ana, joke], shown=False, reason="jokes")
        assert (hidden.status, hidden.json["refused"]) == (200, [])
        assert [(one["id"], one["shown"], one["hidden_reason"]) for one in hidden.json["signatures"]] == [
            (joke, False, "jokes"), (ana, False, "jokes"),
        ]  # fmt: skip
        assert (names(world), world.counts()["public_count"]) == ([], before)
        world.later(seconds=1)
        shown = self.decide(world, ids=[joke, ana], shown=True)
        assert [(one["id"], one["shown"], "hidden_at" in one) for one in shown.json["signatures"]] == [
            (joke, True, False), (ana, True, False),
        ]  # fmt: skip
        assert names(world) == ["Mickey Mouse", "Ana Quispe"]
        entries = [one for one in world.admin("GET", "/admin/audit").json["entries"] if one["act"].startswith("names")]
        assert [(one["act"], one["signatures"]) for one in entries] == [("names shown again", 2), ("names hidden", 2)]

    def test_what_cannot_be_stops_no_other(self, world: World, joke: str) -> None:
        ana = number(world, "ana@example.org")
        world.admin("DELETE", f"{LIST}/{ana}")
        hidden = self.decide(world, ids=[ana, "none", joke], shown=False, reason="jokes").json
        assert hidden["refused"] == [{"id": ana, "code": "already_withdrawn"}, {"id": "none", "code": "not_found"}]
        assert [one["id"] for one in hidden["signatures"]] == [joke]

    def test_what_is_hidden_keeps_its_reason(self, world: World, joke: str) -> None:
        hide(world, joke, "the first")
        again = self.decide(world, ids=[joke], shown=False, reason="the second")
        assert again.json["signatures"][0]["hidden_reason"] == "the first"

    @pytest.mark.parametrize(
        ("body", "field", "code"),
        [
            ({"shown": True}, "ids", "missing"),
            ({"ids": [], "shown": True}, "ids", "missing"),
            ({"ids": "a", "shown": True}, "ids", "not_a_list"),
            ({"ids": ["a", "\ud800"], "shown": False, "reason": "x"}, "ids.1", "not_an_option"),
            ({"ids": ["a" * 65], "shown": False, "reason": "x"}, "ids.0", "not_an_option"),
            ({"ids": ["a", 1], "shown": True}, "ids.1", "not_text"),
            ({"ids": [str(one) for one in range(101)], "shown": True}, "ids", "too_many_entries"),
            ({"ids": ["a"]}, "shown", "missing"),
            ({"ids": ["a"], "shown": False}, "reason", "missing"),
            ({"ids": ["a"], "shown": True, "comment_shown": True}, "body", "unknown_field"),
        ],
    )
    def test_mistakes_are_named(self, world: World, body: dict[str, Any], field: str, code: str) -> None:
        refused = self.decide(world, **body)
        assert refused.status == 422, refused.text
        assert [(error["field"], error["code"]) for error in refused.json["errors"]] == [(field, code)]

    def test_a_sponsor_may_not(self, world: World, joke: str) -> None:
        made = {"name": "Sponsor", "role": "organizer", "campaigns": ["peru"], "sponsor": "wbw"}
        secret = world.admin("POST", "/admin/keys", made).json["secret"]
        body = {"ids": [joke], "shown": False, "reason": "x"}
        assert world.admin("POST", f"{LIST}/hide", body, authorization=f"Bearer {secret}").status == 403
