"""What the page asks for is done as the settings are now, and what draws is there to draw."""

from __future__ import annotations

import subprocess
import time
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gradreel import batch
from gradreel.errors import ConfigError, GradreelError
from gradreel.model import Short
from gradreel.order import READY, Order, Outcome, Stage
from gradreel.script import parse
from gradreel.studio import finals as studio_finals
from gradreel.studio import loop as studio_loop
from gradreel.studio.easel import Event, Look, Place, Still
from gradreel.studio.finals import Finals
from gradreel.studio.hosted import _Desk
from gradreel.studio.loop import Loop


@pytest.fixture
def place(root: Path, tmp_path: Path) -> Place:
    """The project's settings and day, where they can be edited."""
    config = tmp_path / "config.toml"
    config.write_bytes((root / "config.toml").read_bytes())
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "day03.md").write_bytes((root / "assets" / "day03.md").read_bytes())
    return Place(config, None)


def soon(holds: Callable[[], Any]) -> None:
    last = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < last
        time.sleep(0.01)


# ----------------------------------------------------------------- the desk


@pytest.fixture
def desk(place: Place) -> _Desk:
    return _Desk(place, place.settings())


def test_the_editor_is_the_one_that_is_set_now(
    desk: _Desk, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Sequence[str]] = []
    monkeypatch.setattr(subprocess, "Popen", lambda words, **_: started.append(words))
    desk.tell({"kind": "error", "file": "config.toml", "line": 3})
    text = place.config.read_text("utf-8")
    assert 'editor = ""' in text
    place.config.write_text(text.replace('editor = ""', 'editor = "ed +{line} {file}"'), "utf-8")
    desk.act({"do": "open", "file": "config.toml", "line": 3})
    place.config.write_text("= no settings", "utf-8")  # which is what is opened to be mended
    desk.act({"do": "open", "file": "config.toml", "line": 4})
    assert [words[:2] for words in started] == [["ed", "+3"], ["ed", "+4"]]


def test_the_package_that_was_told_of_is_opened(
    desk: _Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    with pytest.raises(ConfigError, match="no package"):
        desk.act({"do": "package"})
    page = tmp_path / "index.html"
    page.touch()
    desk.tell({"kind": "final", "error": None, "short": 13, "package": str(page)})
    desk.act({"do": "package"})
    assert opened == [page.as_uri()]


# ----------------------------------------------------------------- what draws


class Easel:
    """Draws nothing, and dies when it is told to."""

    made: list[Easel]

    def __init__(self, _: Place, tell: Callable[[Event], None]) -> None:
        self.tell, self.alive, self.wishes = tell, True, list[Any]()
        self.made.append(self)

    def wish(self, wish: Any) -> None:
        self.wishes.append(wish)

    def end(self) -> None:
        self.alive = False


@pytest.fixture
def easels(monkeypatch: pytest.MonkeyPatch) -> list[Easel]:
    Easel.made = []
    monkeypatch.setattr(studio_loop, "_Easel", Easel)
    return Easel.made


def test_who_takes_over_goes_on_with_the_short_that_was_shown(
    place: Place, easels: list[Easel]
) -> None:
    with Loop(
        place, place.config.parent / "assets" / "day03.md", lambda _: None, Look(1, 1)
    ) as loop:
        loop.wish(Look(2, 13))
        easels[0].tell({"kind": "day", "selected": 13})
        easels[0].tell({"kind": "day", "selected": 14})  # a save of that one
        easels[0].alive = False
        loop.wish(Still(3, 100))
        loop.wish(Look(4, 15))
        easels[1].alive = False
        loop.wish(Look(5, files=(Path("a"),)))
    assert [each.wishes for each in easels] == [
        [Look(1, 1), Look(2, 13)],
        [Look(3, 14), Look(4, 15)],
        [Look(5, 15)],
    ]


# ----------------------------------------------------------------- finals


@pytest.fixture
def finals(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Finals, list[Event]]]:
    monkeypatch.setattr(studio_finals, "package", lambda *_: SimpleNamespace(page=Path("page")))
    told: list[Event] = []
    finals = Finals(place, told.append)
    yield finals, told
    finals.close()


def states(told: list[Event], number: int) -> list[str]:
    return [event["state"] for event in told if event["short"] == number]


def test_each_final_is_told_when_it_is_made_and_the_rest_can_be_stopped(
    finals: tuple[Finals, list[Event]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, told = finals
    ended: list[str] = []

    def run(_: Order, shorts: Sequence[Short], _jobs: int) -> Iterator[Stage | Outcome]:
        one, two, *_others = shorts
        try:
            yield Stage(one, READY)
            yield Stage(one, "shoot", 0.5)
            yield Outcome(one, "made", Path("one.mp4"))
            yield Outcome(two, "failed", error=GradreelError("no", path=Path("a.py"), line=2))
            while True:
                time.sleep(0.01)
                yield Stage(shorts[2], "shoot", 0.1)
        finally:
            ended.append("batch")

    monkeypatch.setattr(batch, "run", run)
    ours.order((1, 2, 3))
    ours.order((4,))
    soon(lambda: "drawing" in states(told, 3))
    assert states(told, 1) == ["waiting", "waiting", "waiting", "drawing", "made"]
    failed = next(event for event in told if event["state"] == "failed")
    assert (failed["error"]["file"], failed["error"]["line"]) == ("a.py", 2)
    assert ended == []
    ours.cancel()
    soon(lambda: states(told, 3)[-1] == states(told, 4)[-1] == "cancelled")
    assert ended == ["batch"]
    soon(lambda: any(event["package"] for event in told))  # of what was made
    assert states(told, 4) == ["waiting", "cancelled"]


def test_after_a_stop_the_next_order_is_made(
    finals: tuple[Finals, list[Event]], place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, told = finals
    short = parse(place.day(place.settings())).shorts[0]
    outcomes = iter([Outcome(short, "made", Path("one.mp4"))])
    monkeypatch.setattr(batch, "run", lambda *_: (outcome for outcome in outcomes))
    ours.cancel()
    ours.order((1,))
    soon(lambda: "made" in states(told, 1))
