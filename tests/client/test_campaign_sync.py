"""Campaigns as files, both ways: shown before sent, safe to repeat, nothing deleted, nobody's change lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from undersigned_client.files import campaign_files

from tests.kit.factories import a_document

if TYPE_CHECKING:
    from pathlib import Path

    from tests.client.conftest import Client
    from tests.kit.world import World


def a_file(folder: Path, document: dict[str, Any], name: str = "peru") -> Path:
    path = folder / "campaigns" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(campaign_files.to_yaml(document), encoding="utf-8")
    return path


def stored(world: World, campaign: str = "peru") -> dict[str, Any]:
    found: dict[str, Any] = world.admin("GET", f"/admin/campaigns/{campaign}").json
    return found


def test_what_is_pulled_has_nothing_to_do(at_world: World, client: Client) -> None:
    assert client("campaigns", "pull").out == "campaigns/peru.yaml: written\n"
    done = client("campaigns", "apply", "--check")
    assert (done.code, done.out) == (0, "Nothing to do: the campaigns already match the files.\n")
    assert client("campaigns", "apply").code == 0
    assert stored(at_world)["version"] == 1
    assert client("campaigns", "pull").out == "campaigns/peru.yaml: already the same\n"


def test_a_pulled_file_is_short_and_has_nothing_of_the_apis_own(at_world: World, client: Client) -> None:
    client("campaigns", "pull")
    document = campaign_files.read(client.home / "campaigns" / "peru.yaml").document
    assert not {"id", "version", "closed_at", "created_at"} & document.keys()
    assert document["fields"][1] == {"name": "family_name"}
    assert {"goal", "opens_at", "state"} <= document.keys()
    assert stored(at_world)["fields"][1]["type"] == "text"


def test_a_pulled_file_that_says_something_else_is_kept_until_told(at_world: World, client: Client) -> None:
    path = a_file(client.home, {"goal": 7, "kind": "petition"})
    done = client("campaigns", "pull")
    assert (done.code, "--overwrite" in done.out) == (5, True)
    assert campaign_files.read(path).document["goal"] == 7
    assert client("campaigns", "pull", "--overwrite").code == 0
    assert campaign_files.read(path).document["goal"] == stored(at_world)["goal"]


def test_a_file_that_cannot_be_read_is_named_and_replaced_only_when_told(at_world: World, client: Client) -> None:
    path = a_file(client.home, {})
    path.write_text("goal: 1\ngoal: 2\n")
    done = client("campaigns", "pull")
    assert (done.code, "appears twice" in done.err) == (5, True)
    assert client("campaigns", "pull", "--overwrite").code == 0
    assert campaign_files.read(path).document["goal"] == stored(at_world)["goal"]


def test_a_new_file_makes_a_campaign_and_again_changes_nothing(at_world: World, client: Client) -> None:
    a_file(client.home, a_document(state="draft"), "lima")
    asked = client("campaigns", "diff")
    assert (asked.code, "lima: new, from campaigns/lima.yaml" in asked.out) == (1, True)
    assert at_world.admin("GET", "/admin/campaigns/lima").status == 404
    done = client("campaigns", "apply", "--yes")
    assert (done.code, done.out.splitlines()[-1]) == (0, "lima: saved as version 1")
    assert client("campaigns", "apply", "--yes").out == "Nothing to do: the campaigns already match the files.\n"


def test_a_change_is_shown_by_path_and_texts_by_line(at_world: World, client: Client) -> None:
    document = a_document(goal=6000, opens_at="2026-12-01T00:00:00-05:00")
    document["texts"]["es"]["body"] = "Un **hecho**.\n\nY otro."
    document["targets"].append({"name": "The Senate"})
    a_file(client.home, document)
    lines = client("campaigns", "diff").out.splitlines()
    assert lines[0] == "peru: 4 changes, from campaigns/peru.yaml"
    assert {"  goal: 5000 → 6000", "  texts.es.body:", "    + Y otro.", "    + - name: The Senate"} <= set(lines)
    assert "  opens_at: (nothing) → 2026-12-01T00:00:00-05:00" in lines
    assert not [line for line in lines if "family_name" in line or "Un **hecho**" in line]
    assert client("campaigns", "apply", "--yes").code == 0
    assert client("campaigns", "apply", "--check").code == 0
    assert stored(at_world)["texts"]["es"]["body"].endswith("Y otro.")


def test_the_same_said_otherwise_is_no_change(at_world: World, client: Client) -> None:
    at_world.publish(closes_at="2026-12-01T05:00:00Z")
    document = a_document(closes_at="2026-12-01T00:00:00-05:00", allowed_origins=[])
    document["texts"]["en"]["title"] += "  "
    a_file(client.home, document)
    assert client("campaigns", "diff").code == 0


def test_what_a_file_does_not_name_stays(at_world: World, client: Client) -> None:
    a_file(client.home, {"goal": 9000})
    assert client("campaigns", "apply", "--yes").code == 0
    after = stored(at_world)
    assert (after["goal"], after["version"], after["time_zone"], after["buckets"]) == (9000, 2, "America/Lima", 4)
    assert set(after["texts"]) == {"en", "es"}


def test_a_language_left_out_of_texts_is_removed_and_shown(at_world: World, client: Client) -> None:
    a_file(client.home, {"texts": {"en": a_document()["texts"]["en"]}})
    done = client("campaigns", "apply", "--yes")
    assert "texts.es" in done.out
    assert set(stored(at_world)["texts"]) == {"en"}


def test_a_missing_translation_is_refused_before_anything_is_sent(at_world: World, client: Client) -> None:
    document = a_document()
    del document["texts"]["es"]["thanks"]
    a_file(client.home, document)
    a_file(client.home, a_document(), "also-new")
    client.use("http://127.0.0.1:1")
    done = client("campaigns", "apply", "--yes")
    assert done.code == 5
    assert "campaigns/peru.yaml: texts.es.thanks: This translation is missing." in done.err
    assert "Nothing was sent." in done.err
    assert at_world.admin("GET", "/admin/campaigns/also-new").status == 404


def test_unknown_keys_are_refused_with_a_guess_and_new_campaigns_need_what_is_required(
    at_world: World, client: Client
) -> None:
    a_file(client.home, {"gaol": 9000, "sponsors": [{"id": "a", "name": "A", "urll": "https://a.example"}]})
    a_file(client.home, {"kind": "letter"}, "fresh")
    done = client("campaigns", "apply", "--yes")
    assert done.code == 5
    assert "campaigns/peru.yaml: gaol: There is nothing of this name. Did you mean goal?" in done.err
    assert "campaigns/peru.yaml: sponsors.0.urll: There is nothing of this name. Did you mean url?" in done.err
    assert "campaigns/fresh.yaml: sender: A new campaign needs this." in done.err
    assert stored(at_world)["version"] == 1


def test_what_the_api_refuses_is_told_by_file_and_path_and_the_rest_is_done(at_world: World, client: Client) -> None:
    a_file(client.home, {"goal": -1})
    a_file(client.home, a_document(), "second")
    done = client("campaigns", "apply", "--yes")
    assert done.code == 3
    assert "campaigns/peru.yaml: " in done.err
    assert "\n  goal: " in done.err
    assert stored(at_world, "second")["version"] == 1
    assert stored(at_world)["version"] == 1


def test_a_change_in_between_is_not_overwritten(at_world: World, client: Client) -> None:
    a_file(client.home, {"goal": 9000})

    def meanwhile(*_: Any, **__: Any) -> bool:
        at_world.publish(goal=42)
        return True

    client.patch.setattr("undersigned_client.terminal.Terminal.agrees", meanwhile)
    done = client("campaigns", "apply")
    assert (done.code, "somebody else has just changed it" in done.err) == (3, True)
    assert stored(at_world)["goal"] == 42


@pytest.mark.parametrize(("answer", "goal"), [("y\n", 9000), ("n\n", 5000), ("\n", 5000)])
def test_a_person_is_asked_once(at_world: World, client: Client, answer: str, goal: int) -> None:
    a_file(client.home, {"goal": 9000})
    done = client("campaigns", "apply", typed=answer)
    assert (done.code, "Change one campaign? [y/N]" in done.err) == (0, True)
    assert stored(at_world)["goal"] == goal


def test_with_nobody_to_ask_nothing_is_changed(at_world: World, client: Client) -> None:
    a_file(client.home, {"goal": 9000})
    done = client("campaigns", "apply")
    assert (done.code, "--yes" in done.err) == (2, True)
    assert stored(at_world)["goal"] == 5000


def test_a_campaign_without_a_file_is_left_alone(at_world: World, client: Client) -> None:
    a_file(client.home, a_document(), "other")
    assert client("campaigns", "apply", "--yes").code == 0
    assert stored(at_world)["version"] == 1


def test_programs_get_the_changes_as_json(at_world: World, client: Client) -> None:
    a_file(client.home, {"goal": 9000})
    (plan,) = json.loads(client("campaigns", "diff", "--json").out)["campaigns"]
    assert plan["changes"] == [{"path": "goal", "before": 5000, "after": 9000}]
    applied = json.loads(client("--json", "campaigns", "apply", "--yes").out)["applied"]
    assert applied == [{"id": "peru", "version": 2}]
    assert stored(at_world)["goal"] == 9000


def test_a_label_that_lacks_a_language_is_noted_and_sent(at_world: World, client: Client) -> None:
    own = {"name": "custom.chapter", "label": {"en": "Chapter"}}
    a_file(client.home, {"fields": [own], "texts": a_document()["texts"]})
    done = client("campaigns", "apply", "--yes")
    assert (done.code, "fields.0.label.es" in done.err) == (0, True)
    assert stored(at_world)["fields"][0]["label"] == {"en": "Chapter"}
