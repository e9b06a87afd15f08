"""Campaign files: YAML as its version 1.2 reads it, mistakes by file and line, translations complete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as some
from undersigned_client.errors import BadFile
from undersigned_client.files import campaign_files

from chalicelib.domain.campaigns.campaign import CAMPAIGN_ID
from local.startup import sample_campaigns

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = some.text(some.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufeff\u2028\u2029\x85"))
LINES = some.lists(TEXTS, min_size=1, max_size=4).map("\n".join)
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | LINES,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(LINES, inner, max_size=3),
    max_leaves=8,
)


def a_file(folder: Path, text: str, name: str = "peru.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_called_what_the_api_calls_a_campaign() -> None:
    assert campaign_files.ID.pattern == CAMPAIGN_ID.pattern


@given(document=some.dictionaries(TEXTS, VALUES, max_size=4))
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any]) -> None:
    path = a_file(tmp_path_factory.getbasetemp(), campaign_files.to_yaml(document))
    assert campaign_files.read(path).document == document
    assert yaml.safe_load(campaign_files.to_yaml(document)) == document


@pytest.mark.parametrize(
    ("text", "value"),
    [("no", "no"), ("on", "on"), ("2026-11-24", "2026-11-24"), ("2026-11-24T10:00:00-05:00", "2026-11-24T10:00:00-05:00"),
     ("12:30", "12:30"), ("1_000", "1_000"), ("5000", 5000), ("true", True), ("null", None), ("~", None), ("", None),
     ("1.5", 1.5), ("010", "010")],
)  # fmt: skip
def test_plain_values_are_what_they_look_like(tmp_path: Path, text: str, value: Any) -> None:
    assert campaign_files.read(a_file(tmp_path, f"key: {text}\n")).document == {"key": value}


def test_norwegian_is_a_language(tmp_path: Path) -> None:
    assert campaign_files.read(a_file(tmp_path, "texts:\n  no: {title: Hei}\n")).document == {
        "texts": {"no": {"title": "Hei"}}
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [("goal: 1\ngoal: 2\n", "line 2: goal appears twice"), ("a: [1\n", "line 2, column 1"), ("1: x\n", "line 1: put 1 in quotes"),
     ("- a\n", "this is not a campaign"), ("", "this is not a campaign"), ("a: !!python/name:os.system x\n", "line 1"),
     ("&a [*a]: 1\n", "quotes")],
)  # fmt: skip
def test_a_mistake_is_named_by_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    path = a_file(tmp_path, text)
    with pytest.raises(BadFile) as wrong:
        campaign_files.read(path)
    assert str(path) in str(wrong.value)
    assert said in str(wrong.value)


@pytest.mark.parametrize("names", [["Peru.yaml"], ["a b.yaml"], ["peru.yaml", "peru.yml"], ["peru.json"], []])
def test_a_folder_holds_one_file_for_each_id(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        a_file(tmp_path, "kind: letter\n", name)
    with pytest.raises(BadFile):
        campaign_files.read_folder(tmp_path)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "peru.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadFile, match=r"peru\.yaml"):
        campaign_files.read_folder(tmp_path)


def test_every_language_needs_what_the_default_language_has() -> None:
    document = {
        "default_language": "en",
        "texts": {"en": {"title": "T", "body": "B", "summary": ""}, "es": {"title": "T"}, "fr": None},
    }
    assert [path for path, _ in campaign_files.missing_translations(document)] == [
        "texts.es.body",
        "texts.fr.title",
        "texts.fr.body",
    ]


@pytest.mark.parametrize(
    "document", [{}, {"texts": 1, "default_language": "en"}, {"texts": {}}, {"default_language": "en"}]
)
def test_a_file_that_names_only_some_keys_lacks_no_translation(document: dict[str, Any]) -> None:
    assert campaign_files.missing_translations(document) == []


def test_a_default_language_without_texts_is_found() -> None:
    found = campaign_files.missing_translations({"default_language": "en", "texts": {"es": {"title": "T"}}})
    assert [path for path, _ in found] == ["texts.en"]


def test_samples_of_a_local_run_are_campaign_files_and_complete() -> None:
    found = campaign_files.read_folder(sample_campaigns.FOLDER)
    assert {one.id for one in found} == set(sample_campaigns.documents([]))
    for one in found:
        assert campaign_files.missing_translations(one.document) == []
        assert list(campaign_files.missing_labels(one.document)) == []
        assert (
            sample_campaigns.documents(one.document.get("allowed_origins", []))[one.id].items() >= one.document.items()
        )
