from __future__ import annotations

from typing import TYPE_CHECKING

from local.engines.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path

KEY = ("arn:table/t", "p", "s")


def test_what_was_flushed_comes_back_in_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.add(KEY, {"a": {"S": "é"}})
    journal.add(KEY, None)
    journal.flush()
    assert list(Journal(tmp_path / "journal").replay()) == [(KEY, {"a": {"S": "é"}}), (KEY, None)]


def test_what_was_not_flushed_was_not_answered_and_is_not_there(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.add(KEY, None)
    assert list(Journal(tmp_path / "journal").replay()) == []


def test_a_line_cut_off_by_the_end_of_the_machine_is_left_out(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.add(KEY, None)
    journal.flush()
    with (tmp_path / "journal").open("ab") as file:
        file.write(b'["arn:table/t","p"')
    again = Journal(tmp_path / "journal")
    again.add(KEY, {})
    again.flush()
    assert list(again.replay()) == [(KEY, None), (KEY, {})]


def test_after_forgetting_only_the_new_comes_back(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.add(KEY, None)
    journal.flush()
    journal.clear()
    journal.add(KEY, {})
    journal.flush()
    assert list(journal.replay()) == [(KEY, {})]
