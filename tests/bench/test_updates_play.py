"""The play of updates beside confirmations, smaller: everybody once, and no confirmation later than without."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.updates.__main__ import BLOCK, PAGE, SES_RATE, played
from bench.updates.play import SECONDS_PER_EMAIL, Play, Scene, mailers_beside_updates, mailers_for
from bench.updates.virtual_clock import VirtualClock

BUSY = Scene(ses_rate=SES_RATE, signatures=1000, minutes=4, mailers=mailers_beside_updates(SES_RATE))


def test_confirmations_go_out_at_the_same_moments_with_and_without_an_update() -> None:
    without, beside = Play(BUSY).run(), Play(replace(BUSY, recipients=3000)).run()
    assert (beside.sent, beside.most_copies) == (3000, 1)
    assert len(without.waits) > 3500
    assert [round(one, 6) for one in beside.waits] == [round(one, 6) for one in without.waits]
    assert (without.refused_confirmations, beside.refused_confirmations) == (0, 0)


def test_mailers_that_use_the_whole_rate_try_again_at_once_and_not_after_six_minutes() -> None:
    scene = replace(BUSY, mailers=mailers_for(SES_RATE))
    without, beside = Play(scene).run(), Play(replace(scene, recipients=3000)).run()
    assert beside.sent == 3000
    assert beside.quantile(0.9) == pytest.approx(without.quantile(0.9), abs=0.5)
    assert beside.quantile(1) < 10


def test_an_update_waits_while_confirmations_do() -> None:
    """SES takes fewer than sign: the update stands still until the last of them is out."""
    scene = Scene(ses_rate=10, signatures=1200, minutes=3, recipients=500, mailers=mailers_for(10))
    outcome = Play(scene).run()
    assert outcome.sent == 500
    assert outcome.update_minutes > 3
    alone = Play(replace(scene, signatures=1, minutes=0.1)).run()
    assert alone.update_minutes < 4, "and it takes that long only beside them"


def test_it_takes_its_share_of_the_rate_and_no_more() -> None:
    outcome = Play(replace(BUSY, signatures=1, recipients=3000)).run()
    assert outcome.update_minutes * 60 >= 3000 / (SES_RATE / 4)
    assert outcome.refused_updates == 0


def test_the_page_has_the_table_that_the_play_writes() -> None:
    names = played(200).splitlines()[0]
    written = BLOCK.search(PAGE.read_text())
    assert written
    assert names in written[0]
    assert "100,000 | 1 |" in written[0], "everybody once"


def test_a_task_that_fails_ends_the_run() -> None:
    clock, seen = VirtualClock(), []

    def fails() -> None:
        clock.sleep(5)
        seen.append(clock.seconds)
        raise ValueError("on purpose")

    clock.start(fails)
    clock.start(lambda: clock.sleep(SECONDS_PER_EMAIL))
    with pytest.raises(ValueError, match="on purpose"):
        clock.run(lambda: False)
    assert seen == [5.0]
