"""When shorts come out: spread over the author's day, whatever his clock does on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradreel.errors import ConfigError
from gradreel.publish.times import local, rfc3339, slots, tomorrow
from gradreel.settings import Publish, load

BERLIN = Publish("Europe/Berlin", "09:00", "21:00", "", "en", "PyTorch")


def clocks(publish: Publish, day: date, count: int) -> list[str]:
    return [f"{local(publish.zone, moment):%H:%M}" for moment in slots(publish, day, count)]


def test_shorts_are_spread_from_the_first_time_to_the_last() -> None:
    day = date(2026, 12, 1)
    assert clocks(BERLIN, day, 5) == ["09:00", "12:00", "15:00", "18:00", "21:00"]
    assert clocks(BERLIN, day, 1) == ["09:00"]
    assert [rfc3339(moment) for moment in slots(BERLIN, day, 2)] == [
        "2026-12-01T08:00:00Z",
        "2026-12-01T20:00:00Z",
    ]
    summer = slots(BERLIN, date(2026, 7, 1), 2)
    assert rfc3339(summer[0]) == "2026-07-01T07:00:00Z"


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_no_moment_is_lost_or_doubled_when_the_clock_is_changed(day: date) -> None:
    night = replace(BERLIN, first="00:00", last="06:00")
    moments = slots(night, day, 13)
    hours = 5 if day.month == 3 else 7
    assert moments[-1] - moments[0] == timedelta(hours=hours)
    assert {later - earlier for earlier, later in pairwise(moments)} <= {
        timedelta(minutes=m) for m in (25, 35)
    }
    assert (clocks(night, day, 13)[0], clocks(night, day, 13)[-1]) == ("00:00", "06:00")


def test_a_time_that_the_clock_skips_comes_right_after() -> None:
    skipped = replace(BERLIN, first="02:30", last="02:30")
    assert rfc3339(slots(skipped, date(2026, 3, 29), 1)[0]) == "2026-03-29T01:30:00Z"


@settings(deadline=None)
@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 60))
def test_moments_are_whole_minutes_in_order(day: date, count: int) -> None:
    moments = slots(BERLIN, day, count)
    assert len(set(moments)) == count
    assert list(moments) == sorted(moments)
    assert all(moment.second == moment.microsecond == 0 for moment in moments)


def test_tomorrow_is_the_author_s() -> None:
    late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # already December in Berlin
    assert tomorrow(BERLIN, late) == date(2026, 12, 2)
    assert tomorrow(replace(BERLIN, zone="America/New_York"), late) == date(2026, 12, 1)


def test_without_a_zone_it_is_this_computer_s() -> None:
    day = date(2026, 12, 1)
    here = slots(replace(BERLIN, zone=""), day, 2)
    assert here[0] == datetime(2026, 12, 1, 9).astimezone(UTC)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("zone", "Berlin"),
        ("zone", "../etc/passwd"),
        ("first", "9:00"),
        ("first", "22:00"),  # after the last
        ("last", "24:00"),
        ("date", "2026-02-30"),
        ("date", "tomorrow"),
        ("language", "English"),
        ("hashtags", "a,b"),
    ],
)
def test_a_wrong_setting_names_its_line(root: Path, tmp_path: Path, key: str, value: str) -> None:
    lines = (root / "config.toml").read_text("utf-8").splitlines()
    start = lines.index(next(line for line in lines if line.startswith("[publish]")))
    place = next(n for n in range(start, len(lines)) if lines[n].startswith(f"{key} ="))
    lines[place] = f'{key} = "{value}"'
    config = tmp_path / "config.toml"
    config.write_text("\n".join(lines), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(config)
    assert caught.value.line in (place + 1, place + 2)  # of `first` and `last` one is later
    assert f"publish.{key}" in str(caught.value) or "publish.last" in str(caught.value)
