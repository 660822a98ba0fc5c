"""When a batch will be done, from what is known at each moment."""

from __future__ import annotations

import pytest

from gradreel.forecast import Forecast, expected
from gradreel.model import Script
from gradreel.order import READY, START, Outcome, Stage


def made(script: Script, index: int, seconds: float) -> Outcome:
    return Outcome(script.shorts[index], "made", stages={"shoot": seconds})


def test_past_times_tell_from_the_first_second_on(script: Script) -> None:
    shorts = script.shorts[:4]
    ahead = Forecast(shorts, 2, {1: 40.0, 2: 10.0, 3: 10.0, 4: 20.0})
    assert ahead.left(0) == 40
    ahead.hear(Stage(shorts[0], "trace"), 0)
    ahead.hear(Stage(shorts[3], "trace"), 0)
    assert ahead.left(10) == 30  # 1 needs 30 more; 4 needs 10 more, then 2 and 3


def test_another_pace_than_last_time_is_seen(script: Script) -> None:
    ahead = Forecast(script.shorts[:3], 1, {1: 10.0, 2: 10.0, 3: 20.0})
    ahead.hear(Stage(script.shorts[0], "trace"), 0)
    ahead.hear(made(script, 0, 20.0), 20)
    assert ahead.left(20) == 60  # all takes twice as long


def test_a_first_day_says_nothing_until_it_can(script: Script) -> None:
    shorts = script.shorts[:3]
    ahead = Forecast(shorts, 1, {})
    ahead.hear(Stage(shorts[0], START), 0)
    for index, short in enumerate(shorts):  # all are checked first
        ahead.hear(Stage(short, "trace"), index)
        ahead.hear(Stage(short, READY), index + 1)
    assert ahead.left(3) is None
    ahead.hear(Stage(shorts[0], "trace"), 3)
    ahead.hear(Stage(shorts[0], "shoot"), 4)
    ahead.hear(Stage(shorts[0], "shoot", 0.01), 4)
    ahead.hear(Stage(shorts[0], "shoot", 0.5), 9)
    # drawing takes 10 s, sound and verification 3 more: 13 + 2 s before; 7 s are spent
    assert ahead.left(9) == pytest.approx(8 + 2 * 14)
    ahead.hear(made(script, 0, 15.0), 17)
    assert ahead.left(17) == pytest.approx(2 * 14)


def test_what_is_kept_or_fails_takes_no_time(script: Script) -> None:
    ahead = Forecast(script.shorts[:2], 1, {1: 10.0, 2: 10.0})
    ahead.hear(Outcome(script.shorts[0], "kept"), 0)
    assert ahead.left(0) == 10
    ahead.hear(Outcome(script.shorts[1], "failed"), 0)
    assert ahead.left(0) == 0


def test_who_was_never_made_is_expected_in_the_middle(script: Script) -> None:
    assert expected(script.shorts[:4], {1: 10.0, 2: 30.0, 3: 20.0}) == {
        1: 10.0, 2: 30.0, 3: 20.0, 4: 20.0,
    }  # fmt: skip
