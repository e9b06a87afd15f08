"""Strangers choose the source of their form, and may make up thousands; counters, reads and writes stay bounded all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.counting.tallies import SOURCE, Tally, merge_rare_sources
from chalicelib.domain.errors import Unavailable
from chalicelib.services.campaigns.label_admission import LabelAdmission
from chalicelib.storage.counting.labels import Labels
from chalicelib.storage.dynamodb.table import ConditionFailed, ItemTooLarge
from chalicelib.storage.signatures.clicks import Click
from chalicelib.wiring import wiring
from tests.kit.factories import a_document

if TYPE_CHECKING:
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.storage.signatures.signatures import Signatures
    from tests.kit.world import Reply, World

MOST = 300
TODAY = date(2026, 11, 23)
DAYS = date(2026, 11, 25)


def sources(world: World, campaign: str = "peru") -> dict[str, int]:
    found: dict[str, int] = world.counts(campaign)["by"]["source"]
    return found


def stored(world: World) -> list[str]:
    return sorted(item["source"]["S"] for item in world.signatures())


def labels(campaign: str = "peru") -> dict[str, Any]:
    found = wiring().registry.get(f"labels#{campaign}", "labels") or {}
    return {name: value for name, value in found.items() if name not in {"pk", "sk"}}


def fill(campaign: str, room: int) -> None:
    """Leaves the campaign `room` for new sources."""
    aliases = {"#label": "source:first", "#labels": "labels"}
    values = {":day": "2026-11-01", ":n": MOST - room}
    key = (f"labels#{campaign}", "labels")
    wiring().registry.update(*key, "SET #label = :day, #labels = :n", values=values, aliases=aliases)


def confirm(world: World, email: str) -> Reply:
    world.drain()
    sent = next(mail for mail in world.ses.sent if mail.to == email and "/confirm/" in mail.text)
    return world.post_form(sent.link("confirm"), {})


def withdraw(world: World, *names: str) -> None:
    """Those who signed the campaign `one` from these sources."""
    for item in world.signatures():
        if item["source"]["S"] in names:
            assert world.admin("DELETE", f"/admin/campaigns/one/signatures/{item['sk']['S']}").status == 200


# --- the bound


def test_a_flood_of_sources_while_the_tally_is_cached_takes_what_room_there_is_and_costs_nothing_more(
    world: World,
) -> None:
    world.publish("one", buckets=1, confirmation="single")
    world.sign("one", email="first@example.org")
    fill("one", room=20)
    with world.counting() as calls:
        for number in range(60):
            assert world.sign("one", email=f"n{number}@example.org", source=f"made-up-{number}").status == 201
    assert calls == {"UpdateItem": 60 + 20 + 1}, "each is written, twenty are admitted, one is refused"
    world.run_projector()
    found = sources(world, "one")
    assert (len(found), found["other"], found["made-up-19"]) == (21, 40, 1)
    assert labels("one")["labels"] == MOST
    assert wiring().tally_projector.verify("one") == []


def test_two_containers_that_know_nothing_of_each_other_admit_one_where_there_is_room_for_one(world: World) -> None:
    fill("peru", room=1)
    tally = wiring().campaign_reader.get_snapshot("peru").tally
    here, there = (LabelAdmission(Labels(wiring().registry), lambda: world.now) for _ in range(2))
    assert here.admit("peru", tally, "herald") == "herald"
    assert there.admit("peru", tally, "tribune") == "other"
    assert there.admit("peru", tally, "herald") == "herald", "the refusal told which there are"
    with world.counting() as calls:
        assert [here.admit("peru", tally, name) for name in ("herald", "first", "other", "")] == [
            "herald",
            "first",
            "other",
            "",
        ]
        assert there.admit("peru", tally, "gazette") == "other"
    assert calls == {}
    world.later(minutes=10)
    assert there.admit("peru", tally, "herald") == "herald", "admitted once is admitted"
    with world.counting() as calls:
        assert there.admit("peru", tally, "gazette") == "other"
    assert calls == {"UpdateItem": 1}, "it looks again after ten minutes"
    assert labels() == {"labels": MOST, "source:first": "2026-11-01", "source:herald": "2026-11-23"}


def test_one_source_that_two_containers_admit_takes_one_place(world: World) -> None:
    tally = wiring().campaign_reader.get_snapshot("peru").tally
    for _ in range(2):
        container = LabelAdmission(Labels(wiring().registry), lambda: world.now)
        assert container.admit("peru", tally, "herald") == "herald"
        world.later(days=1)
    assert labels() == {"labels": 1, "source:herald": "2026-11-23"}


@pytest.mark.parametrize(("counted", "expected"), [(299, "new"), (300, "other")])
def test_sources_counted_before_any_was_admitted_are_among_the_300(world: World, counted: int, expected: str) -> None:
    names = {f"source:s{number}": 1 for number in range(counted)}
    adds = {f"#n{place}": name for place, name in enumerate(names)}
    for start in range(0, counted, 100):
        some = dict(list(adds.items())[start : start + 100])
        wiring().registry.update("campaign#peru", "tally#00", f"ADD {', '.join(f'{n} :one' for n in some)}",
                                 values={":one": 1}, aliases=some)  # fmt: skip
    world.cold_start()
    tally = wiring().campaign_reader.get_snapshot("peru").tally
    assert wiring().label_admission.knows("peru", tally, "s7")
    with world.counting() as calls:
        assert wiring().label_admission.admit("peru", tally, "new") == expected
        assert wiring().label_admission.admit("peru", tally, "newer") == "other"
        assert wiring().label_admission.admit("peru", tally, "s7") == "s7"
    assert calls == ({"UpdateItem": 2} if expected == "new" else {})
    assert labels().get("labels") == (300 if expected == "new" else None)


def test_forms_that_nobody_confirms_take_nobodys_room(world: World) -> None:
    fill("peru", room=1)
    for number in range(5):
        assert world.sign(email=f"n{number}@example.org", source=f"made-up-{number}").status == 201
    world.sign(email="bot@example.org", source="trapped", website="x")
    world.publish(confirmation="single")
    world.sign(email="bot2@example.org", source="trapped-2", website="x")
    assert labels()["labels"] == MOST - 1
    world.publish()
    world.sign(email="ana@example.org", source="newsletter")
    assert confirm(world, "ana@example.org").status == 200
    world.drain()
    assert sources(world) == {"newsletter": 1}
    assert labels() == {"labels": MOST, "source:first": "2026-11-01", "source:newsletter": "2026-11-23"}


def test_the_last_one_that_is_confirmed_has_its_source_the_next_is_other(world: World) -> None:
    fill("peru", room=1)
    for name in ("herald", "tribune"):
        world.sign(email=f"{name}@example.org", source=name)
        assert confirm(world, f"{name}@example.org").status == 200
    world.drain()
    assert sources(world) == {"herald": 1, "other": 1}
    assert stored(world) == ["herald", "other"]
    assert not any("source_is_new" in item for item in world.signatures())
    assert wiring().tally_projector.verify() == []


def test_no_item_in_the_registry_grows_with_what_forms_say(world: World) -> None:
    def largest() -> dict[str, int]:
        sizes: dict[str, int] = {}
        for item in world.items(world.resources.registry_table):
            kind = item["pk"]["S"].partition("#")[0] + "/" + item["sk"]["S"].partition("#")[0]
            sizes[kind] = max(sizes.get(kind, 0), len(item))
        return sizes

    def flood(start: int) -> None:
        for number in range(start, start + 30):
            odd: dict[str, Any] = {"source": f"s{number}", "referrer": f"https://r{number}.example/", "lang": f"x{number}",
                   "utm_source": f"u{number}", "utm_medium": f"m{number}", "custom.chapter": "Lima", "flags": [f"f{number}"],
                   "signer": f"k{number}", "consents": ["wbw"], "extra": f"e{number}", "day": f"d{number}"}  # fmt: skip
            world.sign(email=f"n{number}@h{number}.example", **odd)
            world.post_json("/campaigns/peru/signatures", {"email": "a@b.example"}, origin=f"https://o{number}.example")

    world.publish(allowed_origins=["https://ours.example"])
    flood(0)
    world.drain()
    before = largest()
    flood(100)
    world.drain()
    assert largest() == before
    refused = [item for item in world.items(world.resources.registry_table) if item["pk"]["S"].startswith("refused#")]
    assert [len(item["origins"]["L"]) for item in refused] == [20]


# --- what it costs


def test_the_ordinary_signature_and_confirmation_are_one_write_each_wherever_they_come_from(world: World) -> None:
    world.sign_and_confirm(email="first@example.org", source="herald")
    world.later(seconds=31)
    world.get("/campaigns/peru")
    costs = []
    for name, source in (("ana", "herald"), ("ben", "brand-new"), ("eva", "")):
        with world.counting() as calls:
            world.sign(email=f"{name}@example.org", source=source)
        costs.append(dict(calls))
    assert costs == [{"UpdateItem": 1}] * 3
    world.drain()
    links = {mail.to.partition("@")[0]: mail.link("confirm") for mail in world.ses.sent if "/confirm/" in mail.text}
    costs = []
    for name in ("ana", "eva", "ben"):
        with world.counting() as calls:
            assert world.post_form(links[name], {}).status == 200
        costs.append(dict(calls))
    assert costs == [{"UpdateItem": 1}, {"UpdateItem": 1}, {"UpdateItem": 3, "GetItem": 1}]
    with world.counting() as calls:
        world.sign(email="dan@example.org", source="brand-new")
    assert calls == {"UpdateItem": 1}
    assert "source_is_new" not in next(i for i in world.signatures() if i["email"]["S"] == "dan@example.org")


def test_with_single_confirmation_a_source_is_admitted_before_it_is_known_whether_the_address_has_signed(
    world: World,
) -> None:
    world.publish(confirmation="single")
    world.sign(email="ana@example.org")
    costs = []
    for email in ("ana@example.org", "new@example.org"):
        world.later(days=2)
        world.drain()
        world.get("/campaigns/peru")
        with world.counting() as calls:
            world.sign(email=email, source=f"from-{email[:3]}")
        costs.append(dict(calls))
    # The first is one more for the note that the signature still counts, with or without a source.
    assert costs == [{"UpdateItem": 3}, {"UpdateItem": 2}]


def test_a_registry_that_says_no_never_costs_a_signature(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(*_: object, **__: object) -> frozenset[str]:
        raise Unavailable

    world.sign(email="ana@example.org", source="herald")
    world.drain()
    with monkeypatch.context() as busy:
        busy.setattr(Labels, "admit", unavailable)
        assert confirm(world, "ana@example.org").status == 200
    assert stored(world) == ["other"]
    world.sign(email="ben@example.org", source="herald")
    assert confirm(world, "ben@example.org").status == 200
    assert stored(world) == ["herald", "other"], "it is tried again with the next one"


# --- confirming


def test_what_is_signed_anew_while_the_button_is_pressed_is_not_counted_under_the_source_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading the signature and confirming it, the same form comes again from elsewhere."""
    world.sign(source="herald")
    world.drain()
    links, admit = wiring().signer_links, Labels.admit

    def meanwhile(self: Labels, *which: Any, **more: Any) -> frozenset[str]:
        with monkeypatch.context() as plain:
            plain.setattr(Labels, "admit", admit)
            world.sign(source="tribune")
        return admit(self, *which, **more)

    with monkeypatch.context() as patched:
        patched.setattr(Labels, "admit", meanwhile)
        world.post_form(world.ses.sent[0].link("confirm"), {})
    assert links is wiring().signer_links
    (item,) = world.signatures()
    assert (item["state"]["S"], item["source"]["S"]) == ("pending", "tribune")
    world.post_form(world.ses.sent[0].link("confirm"), {})
    (item,) = world.signatures()
    assert (item["state"]["S"], item["source"]["S"]) == ("confirmed", "tribune")


def test_a_new_source_never_confirms_what_the_signer_has_not_seen(world: World) -> None:
    world.sign(source="herald", given_name="Ana")
    world.drain()
    old = world.ses.sent[0].link("confirm")
    world.sign(source="herald", given_name="Mallory")
    world.post_form(old, {})
    assert [item["state"]["S"] for item in world.signatures()] == ["pending"]
    assert labels() == {}, "nothing was confirmed, so nothing was admitted"


def test_words_that_changed_and_a_new_source_are_confirmed_together(world: World) -> None:
    world.sign(source="herald")
    world.drain()
    document = a_document()
    document["texts"]["en"]["body"] = "Other words."
    world.publish(texts=document["texts"])
    world.later(seconds=31)
    link = world.ses.sent[0].link("confirm")
    world.post_form(link, {})
    assert [item["state"]["S"] for item in world.signatures()] == ["pending"], "the new words were not seen yet"
    sha256 = wiring().campaign_reader.get("peru").texts["en"].sha256
    world.post_form(link, {"text": sha256})
    (item,) = world.signatures()
    assert (item["state"]["S"], item["source"]["S"], item["text_sha256"]["S"]) == ("confirmed", "herald", sha256)
    assert "source_is_new" not in item


def test_one_released_from_the_trap_is_counted_by_its_source_if_there_is_room(world: World) -> None:
    world.publish(confirmation="single")
    fill("peru", room=1)
    for name in ("herald", "tribune", ""):
        world.sign(email=f"x{name}@example.org", source=name, website="x")
        world.drain()
        assert world.admin("POST", "/admin/campaigns/peru/held/release", {"reason": "honeypot"}).json["released"] == 1
    world.drain()
    assert sources(world) == {"herald": 1, "other": 1}
    assert not any("source_is_new" in item for item in world.signatures())
    assert wiring().tally_projector.verify() == []


def test_a_stored_confirmation_without_a_word_about_a_new_source_is_refused(world: World) -> None:
    """The condition itself: what a page does around it does not matter."""
    world.sign(source="herald")
    world.drain()
    (signature,) = list(wiring().signatures.scan("peru", _bucket(world)))
    assert signature.source_is_new
    campaign = wiring().campaign_reader.get("peru")
    words = [text.sha256 for text in campaign.texts.values()]
    click = Click(signature.key, signature.fingerprint, "2026-11-23", world.now)
    store: Signatures = wiring().signatures
    with pytest.raises(ConditionFailed):
        store.confirm(click, words, campaign.text_version)
    wrong = Click(signature.key, signature.fingerprint, "2026-11-23", world.now, ("tribune", "tribune"))
    with pytest.raises(ConditionFailed):
        store.confirm(wrong, words, campaign.text_version)
    right = Click(signature.key, signature.fingerprint, "2026-11-23", world.now, ("herald", "other"))
    confirmed: Signature = store.confirm(right, words, campaign.text_version)
    assert (confirmed.source, confirmed.source_is_new, confirmed.is_confirmed) == ("other", False, True)


def _bucket(world: World) -> int:
    (item,) = world.signatures()
    return int(item["pk"]["S"].rpartition("#")[2])


# --- a tally that is full all the same


def bloat(world: World) -> None:
    """The tally of a bucket as strangers could fill it in earlier versions: one more label, and DynamoDB refuses it."""
    client, table = world.session.client("dynamodb"), world.resources.registry_table
    item = next(item for item in world.items(table) if item["sk"]["S"] == "tally#00")
    item["source:made-up-by-somebody-00007"] = {"N": "7"}
    fits, too_many = 8000, 20_000
    while too_many - fits > 1:
        count = (fits + too_many) // 2
        made_up = {f"source:made-up-by-somebody-{number:05}": {"N": "1"} for number in range(count)}
        try:
            client.put_item(TableName=table, Item=made_up | item)
        except client.exceptions.ClientError:
            too_many = count
        else:
            fits = count
    made_up = {f"source:made-up-by-somebody-{number:05}": {"N": "1"} for number in range(fits)}
    client.put_item(TableName=table, Item=made_up | item)


@pytest.fixture
def full(real_world: World) -> World:
    real_world.publish("one", buckets=1, confirmation="single")
    real_world.sign("one", email="first@example.org", source="herald")
    real_world.run_projector()
    bloat(real_world)
    return real_world


def _without_tally(campaign: str) -> Any:
    snapshot = wiring().campaign_reader.get_fresh_snapshot(campaign)
    wiring().campaign_reader.invalidate(campaign)
    return replace(snapshot, tally=Tally({}))


def test_a_fold_that_is_refused_for_size_adds_rare_sources_up_as_other_and_counts_everybody(full: World) -> None:
    size = len(wiring().registry.get("campaign#one", "tally#00") or {})
    assert size > 8000
    before = full.counts("one")["by"]["source"]
    full.cold_start()
    wiring().campaign_reader._snapshots.put(
        "one", _without_tally("one")
    )  # as in a container that saw it while it was small
    for number in range(60):
        full.sign("one", email=f"n{number}@example.org", source=f"{number:040}")
    full.run_projector()
    found = full.counts("one")
    assert found["signatures"]["confirmed"] == 61
    assert len(full.take_jobs()) == 10, "and their emails are queued"
    by = found["by"]["source"]
    assert by["made-up-by-somebody-00007"] == 7, "the largest stay"
    assert sum(by.values()) == sum(before.values()) + 60
    assert by["other"] >= 8000
    assert len(by) <= MOST + 61
    item = wiring().registry.get("campaign#one", "tally#00") or {}
    assert item["merged:source"] == len(before) - MOST


def _sign_from(source: str, world: World) -> None:
    wiring().campaign_reader._snapshots.put("one", _without_tally("one"))
    world.sign("one", email="late@example.org", source=source)


def test_what_was_added_up_is_told_from_what_is_missing(full: World) -> None:
    _sign_from("tribune", full)
    full.run_projector()
    (difference,) = wiring().tally_projector.verify("one")
    assert set(difference.missing) == {"source:"}, "only the sum of the sources can be compared"
    assert wiring().tally_projector.repair("one") == [difference]
    assert sources(full, "one") == {"herald": 1, "tribune": 1}
    assert "merged:source" not in (wiring().registry.get("campaign#one", "tally#00") or {})
    assert wiring().tally_projector.verify("one") == []


def test_a_tally_that_is_right_but_for_merged_labels_is_right(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.publish("one", buckets=1, confirmation="single")
    for number, name in enumerate(("herald", "herald", "tribune")):
        world.sign("one", email=f"n{number}@example.org", source=name)
    world.run_projector()
    monkeypatch.setattr(
        "chalicelib.storage.counting.tallies.merge_rare_sources", lambda counters: merge_rare_sources(counters, most=1)
    )
    assert wiring().tallies._merge("one", 0)
    assert sources(world, "one") == {"herald": 2, "other": 1}
    assert wiring().tally_projector.verify("one") == []
    withdraw(world, "tribune")
    world.run_projector()
    assert sources(world, "one") == {"herald": 2, "other": 1}, "a label below zero is not shown"
    wiring().tallies.forget_old("one", 0, "2026-01-01T00")  # but it is kept: the sum is right only with it
    assert wiring().tally_projector.verify("one") == []
    wiring().registry.update("campaign#one", "tally#00", "ADD #c :n", values={":n": 1}, aliases={"#c": "source:herald"})
    (difference,) = wiring().tally_projector.verify("one")
    assert difference.missing == {"source:": -1}
    wiring().tally_projector.repair("one")
    assert sources(world, "one") == {"herald": 2}


def test_a_fold_that_is_too_large_for_another_reason_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.publish("one", buckets=1, confirmation="single")
    world.sign("one", source="herald")
    tries = []

    def too_large(*_: object, **__: object) -> None:
        tries.append(1)
        raise ItemTooLarge

    monkeypatch.setattr(wiring().tallies, "_add", too_large)
    with pytest.raises(ItemTooLarge):
        wiring().tallies.apply("one", 0, _changes(world))
    assert len(tries) == 1


def test_a_merge_that_comes_second_is_done_again(full: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another projector merges and counts the first of two changes between reading the item and replacing it."""
    _sign_from("a" * 40, full)
    full.sign("one", email="later@example.org", source="b" * 40)
    changes = _changes(full)
    tallies, get_bucket = wiring().tallies, wiring().tallies.get_bucket
    done: list[int] = []

    def meanwhile(campaign: str, bucket: int) -> Any:
        found = get_bucket(campaign, bucket)
        if not done:
            done.append(1)
            tallies.apply(campaign, bucket, changes[:1])
        return found

    monkeypatch.setattr(tallies, "get_bucket", meanwhile)
    wiring().tally_projector.count(changes)
    counters, _ = get_bucket("one", 0)
    assert (counters["state:confirmed"], counters["source:" + "a" * 40], counters["source:" + "b" * 40]) == (3, 1, 1)


def _changes(world: World) -> list[Any]:
    from chalicelib.storage.signatures.stream_records import read_change

    return [read_change(record) for record in world.new_records()]


def test_repair_of_what_no_longer_fits_adds_rare_sources_up(real_world: World) -> None:
    world = real_world
    world.publish("one", buckets=1)
    counted = {"state:confirmed": 9000, **{f"source:{number:040}": 1 for number in range(9000)}, "source:herald": 5}
    assert wiring().tallies.reset("one", 0, {"merged:source": 1, "hour:2026-11-23T12": 2, "day:gone": 1}, seen="")
    assert wiring().tallies.reset("one", 0, counted, seen="")
    counters, _ = wiring().tallies.get_bucket("one", 0)
    assert (counters["source:herald"], counters["source:other"], counters["state:confirmed"]) == (5, 8701, 9000)
    assert (len(counters), counters["merged:source"], counters["hour:2026-11-23T12"]) == (304, 8701, 2)


# --- old ones


def test_the_round_forgets_sources_of_which_nobody_is_left_after_two_days(world: World) -> None:
    world.publish("one", buckets=1, confirmation="single")
    for name in ("herald", "flood-1", "flood-2"):
        world.sign("one", email=f"{name}@example.org", source=name)
    world.drain()
    withdraw(world, "flood-1", "flood-2")
    world.drain()
    world.later(days=1)
    world.run_scheduled()
    assert labels("one")["labels"] == 3, "one that was admitted lately may be about to be counted"
    counters, _ = wiring().tallies.get_bucket("one", 0)
    assert {name: n for name, n in counters.items() if name.startswith("source:")} == {"source:herald": 1}
    world.later(days=1)
    world.run_scheduled()
    assert labels("one")["labels"] == 3, "two whole days (UTC) are over on the third"
    world.later(hours=13)
    world.run_scheduled()
    assert labels("one") == {"labels": 1, "source:herald": "2026-11-23"}


def test_pruning_counts_what_is_left_and_what_was_counted_without_being_admitted(world: World) -> None:
    store = Labels(wiring().registry)
    for name in ("kept", "gone", "late"):
        store.admit("peru", SOURCE, name, known=10, today=DAYS if name == "late" else TODAY)
    assert labels()["labels"] == 13
    store.prune("peru", {SOURCE: {"kept", "from-before"}}, before=DAYS)
    assert labels() == {"labels": 3, "source:kept": "2026-11-23", "source:late": "2026-11-25"}
    with world.counting() as calls:
        store.prune("peru", {SOURCE: {"kept", "from-before"}}, before=DAYS)
        store.prune("nothing-yet", {SOURCE: {"x"}}, before=DAYS)
    assert calls == {"GetItem": 2}, "nothing to do, nothing written"
    store.prune("peru", {SOURCE: {"kept"}}, before=DAYS)
    assert labels()["labels"] == 2


@pytest.mark.usefixtures("world")
def test_what_is_admitted_while_old_ones_are_pruned_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    table = wiring().registry
    store = Labels(table)
    store.admit("peru", SOURCE, "gone", known=0, today=TODAY)
    get = table.get

    def meanwhile(*key: str, **options: Any) -> Any:
        found = get(*key, **options)
        store.admit("peru", SOURCE, "herald", known=0, today=DAYS)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(table, "get", meanwhile)
        store.prune("peru", {SOURCE: set()}, before=DAYS)
    assert labels()["labels"] == 2
    store.prune("peru", {SOURCE: set()}, before=DAYS)
    assert labels() == {"labels": 1, "source:herald": "2026-11-25"}


def test_a_zero_that_is_counted_again_while_it_is_forgotten_stays(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.publish("one", buckets=1, confirmation="single")
    world.sign("one", email="ana@example.org", source="herald")
    world.run_projector()
    withdraw(world, "herald")
    world.run_projector()
    assert sources(world, "one") == {}
    tallies = wiring().tallies
    get_bucket = tallies.get_bucket

    def meanwhile(*place: Any) -> Any:
        found = get_bucket(*place)
        world.sign("one", email="ben@example.org", source="herald")
        world.run_projector()
        return found

    with monkeypatch.context() as patched:
        patched.setattr(tallies, "get_bucket", meanwhile)
        tallies.forget_old("one", 0, "2026-01-01T00")
    assert sources(world, "one") == {"herald": 1}


def test_a_deleted_campaign_leaves_no_labels_to_the_next_of_its_name(world: World) -> None:
    world.publish("short", confirmation="single")
    Labels(wiring().registry).admit("short", SOURCE, "herald", known=0, today=TODAY)
    assert world.admin("DELETE", "/admin/campaigns/short").status == 204
    assert labels("short") == {}
