"""The frame clock, beats and type: a film has the frames its timeline says, whatever a scene
does."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from briefs import TINY, brief_of
from films import ENCODE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradreel.cache import Cache
from gradreel.encoder import Encoder
from gradreel.errors import BeatOverrun, SceneError, UnknownCue
from gradreel.model import Beat, Binding, Brief, Cue, SpokenWord, Timeline
from gradreel.shoot import inspect, load_scene, shoot, stills
from gradreel.stage.scene import paced
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter
from gradreel.trace.model import Span as CodeSpan

SCENE = """
from manim import Circle, Create, FadeIn, FadeOut, RIGHT, Wait
from gradreel.stage.scene import ShortScene

class Film(ShortScene):
    def construct(self):
        {body}
"""


def scene(folder: Path, body: str) -> Path:
    path = folder / "film.py"
    path.write_text(SCENE.format(body=body.replace("\n", "\n        ")))
    return path


def timeline(*lengths: int, fps: int = 10) -> Timeline:
    beats, start = [], 0
    for number, frames in enumerate(lengths):
        beats.append(Beat(f"b{number}", start, frames))
        start += frames
    return Timeline(fps, start, tuple(beats), tuple(Cue(b.name, b.start) for b in beats), (), ())


def brief(line: Timeline) -> Brief:
    return replace(brief_of(), timeline=line, platform=replace(TINY, fps=line.fps))


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lengths=st.lists(st.integers(3, 40), min_size=1, max_size=5),
    fps=st.sampled_from([15, 30, 60]),
    run_time=st.floats(0.01, 3),
)
def test_drawn_frames_are_the_timeline_s_whatever_is_played(
    tmp_path: Path, lengths: list[int], fps: int, run_time: float
) -> None:
    line = timeline(*lengths, fps=fps)
    body = f"""
dot = Circle()
for b in self.brief.timeline.beats:
    with self.beat(b.name) as beat:
        self.play(Create(dot), run_time=min({run_time}, beat.share(2)))
        self.play(FadeOut(dot), run_time=min({run_time} / 3, beat.left or 1 / {fps}))
"""
    everything = frozenset(range(line.frames + 3))
    taken = stills(brief(line), scene(tmp_path, body), everything)
    assert sorted(taken) == list(range(line.frames))


def test_a_film_knows_every_text_it_showed_and_since_when(tmp_path: Path) -> None:
    body = """
from manim import Succession
stays, passes, never = (self.type.line(text, 60) for text in ("4", "+12", "9"))
with self.beat("hook") as beat:
    self.wait(0.5)
    self.add(stays)
    self.play(Succession(FadeIn(passes), FadeOut(passes)), run_time=beat.left)
"""
    line = Timeline(10, 20, (Beat("hook", 0, 20),), (), (), ())
    film, nothing = tmp_path / "film.mp4", Cache(tmp_path / "cache", 0)
    told = replace(brief(line), platform=replace(TINY, fps=10, seconds=2))
    with Encoder(told.platform, ENCODE) as encoder:
        shot = shoot(told, scene(tmp_path, body), encoder, film, nothing)
    assert shot.texts == (("4", 5), ("+12", 5))


def test_a_wait_among_the_animations_of_a_beat_is_as_long_as_it_says(tmp_path: Path) -> None:
    body = """
dot = Circle()
with self.beat("b0") as beat:
    for step, seconds in beat.each([Create(dot), Wait(0.7), FadeOut(dot)]):
        self.play(step, run_time=min(0.4, seconds))
"""
    taken = stills(brief(timeline(30)), scene(tmp_path, body), frozenset(range(40)))
    assert sorted(taken) == list(range(30))


def test_a_still_is_the_frame_of_the_whole_film(tmp_path: Path) -> None:
    line = timeline(20, 20)
    body = """
dot = Circle(fill_opacity=1)
with self.beat("b0") as beat:
    self.play(FadeIn(dot), run_time=1)
with self.beat("b1") as beat:
    self.play(dot.animate.shift(RIGHT), run_time=beat.left)
"""
    path = scene(tmp_path, body)
    whole = stills(brief(line), path, frozenset(range(line.frames)))
    for frame in (0, 5, 19, 27, 39):
        alone = stills(brief(line), path, frozenset({frame}))[frame]
        assert np.array_equal(alone, whole[frame]), frame


def test_a_late_beat_is_an_error_with_both_durations_and_the_line_that_leaves_it(
    tmp_path: Path,
) -> None:
    body = 'with self.beat("b0"):\n    self.wait(1)\n    self.play(Create(Circle()), run_time=2)'
    path = scene(tmp_path, body)
    with pytest.raises(BeatOverrun, match=r"2\.00 s but plays 3\.00 s") as raised:
        inspect(brief(timeline(20)), path)
    assert raised.value.path == path
    assert "run_time=2" in path.read_text().splitlines()[(raised.value.line or 0) - 1]


def test_a_beat_nobody_plays_is_an_error(tmp_path: Path) -> None:
    path = scene(tmp_path, 'with self.beat("b0"):\n    self.add(Circle())')
    with pytest.raises(SceneError, match="never plays the beat 'b1'"):
        inspect(brief(timeline(5, 5)), path)


def test_an_unknown_beat_names_the_nearest(tmp_path: Path) -> None:
    path = scene(tmp_path, 'with self.beat("b00"):\n    pass')
    with pytest.raises(UnknownCue, match="Did you mean 'b0'"):
        inspect(brief(timeline(5)), path)


def test_until_a_word_ends_where_the_word_begins(tmp_path: Path) -> None:
    words = (SpokenWord("Flat,", 12, 15, "talk-1", False),)
    line = replace(timeline(30), words=words)
    body = """
with self.beat("b0") as beat:
    self.play(FadeIn(Circle()), run_time=beat.until("flat"))
    assert self.frame == 12, self.frame
"""
    inspect(brief(line), scene(tmp_path, body))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("self.play(FadeIn(7))", "TypeError"),
        ("self.beat('nowhere').__enter__()", "nowhere"),
    ],
)
def test_an_error_names_the_line_of_the_scene(tmp_path: Path, line: str, told: str) -> None:
    path = scene(tmp_path, f"\ncircle = Circle()\n{line}\n")
    with pytest.raises(SceneError, match=told) as caught:
        inspect(brief(timeline(5)), path)
    lines = path.read_text().splitlines()
    assert caught.value.where == f"{path}:{lines.index(' ' * 8 + line) + 1}"


def test_turns_of_a_beat_share_it_to_the_last_frame(tmp_path: Path) -> None:
    body = """
starts = []
with self.beat("b0") as beat:
    for _, seconds in beat.each(range(3), longest=0.2):
        starts.append(self.frame)
        self.play(FadeIn(Circle()), run_time=seconds)
assert starts == [0, 10, 20] and self.frame == 30, starts
"""
    inspect(brief(timeline(30)), scene(tmp_path, body))


def test_turns_need_not_wait_for_a_long_beat(tmp_path: Path) -> None:
    body = """
with self.beat("b0") as beat:
    for number, _ in beat.each(range(2), turn=0.5):
        assert self.frame == 5 * number, self.frame
        self.play(FadeIn(Circle()), run_time=0.2)
    assert self.frame == 10
"""
    inspect(brief(timeline(60)), scene(tmp_path, body))


def said(shown: str, start: int, **at: object) -> Binding:
    return Binding(SpokenWord(shown, start, start + 6, "talk-1", True), **at)  # type: ignore[arg-type]


def test_what_the_voice_names_comes_with_its_word(tmp_path: Path) -> None:
    body = """
starts = []
with self.beat("b0") as beat:
    for line, seconds in beat.each([1, 2, 3, 4], when=lambda n: beat.says_line([n])):
        starts.append(self.frame)
        self.play(FadeIn(Circle()), run_time=0.2)
assert starts == [0, 19, 39, 50], starts
"""
    lines = [said("late", 80, span=CodeSpan(3, 0, 3, 4)), said("b", 20, span=CodeSpan(2, 0, 2, 4))]
    lines.append(said("c", 40, span=CodeSpan(3, 0, 3, 4)))
    lines.sort(key=lambda binding: binding.word.start)
    inspect(replace(brief(timeline(61)), bindings=tuple(lines)), scene(tmp_path, body))


@given(
    named=st.lists(st.none() | st.integers(-20, 400), min_size=1, max_size=12),
    start=st.integers(0, 100),
    room=st.integers(1, 300),
)
def test_turns_rise_and_fill_their_room(named: list[int | None], start: int, room: int) -> None:
    frames = paced(named, start, start + room, 30)
    assert len(frames) == len(named) + 1
    assert frames == sorted(frames)
    assert start <= frames[0] <= start + 1.2 * 30
    assert frames[-1] == start + room
    least = min(6, room // len(named))
    assert all(b - a >= least for a, b in pairwise(frames))


def test_words_are_found_one_after_the_other(tmp_path: Path) -> None:
    body = """
with self.beat("b0") as beat:
    assert beat.says_each(["0", "0", "never", "−2"]) == [20, 30, None, 40]
    assert beat.says_each(["late"]) == [None]
"""
    shown = ("−2,", 5), ("0,", 20), ("0.", 30), ("−2,", 40), ("late", 70)
    words = tuple(SpokenWord(text, start, start + 4, "talk-1", False) for text, start in shown)
    line = replace(timeline(60, 20), words=words)
    body += "\nwith self.beat('b1'):\n    pass"
    inspect(brief(line), scene(tmp_path, body))


def test_code_lights_up_while_it_is_said_and_only_then(tmp_path: Path) -> None:
    body = """
from gradreel.blocks.code_card import CodeCard
card = CodeCard(self.type, "x = 1, 2, 3", self.brief.platform.upper)
self.heed(card)
with self.beat("b0"):
    self.add(card)
"""
    small = replace(TINY, width=270, height=480)
    film = replace(brief(timeline(40)), platform=small, captions="off")
    film = replace(film, bindings=(said("x", 10, span=CodeSpan(1, 0, 1, 1)),))
    frames = stills(film, scene(tmp_path, body), frozenset({5, 10, 15, 35}))
    before, early, during, after = (frames[n].astype(int) for n in (5, 10, 15, 35))
    upper = small.upper
    rows = slice(upper.top // 4, upper.top // 4 + 30)
    assert (during[rows] - before[rows]).max() > 30
    assert (early[rows] - before[rows]).max() > 30
    changed = np.argwhere((during - before)[10:].any(axis=2))  # below the progress line
    assert changed[:, 1].max() < upper.left / 4 + 40  # one letter, at the left
    assert not (after - before)[10:].any()


def test_what_is_kept_stays_also_out_of_a_group_with_what_goes(tmp_path: Path) -> None:
    body = """
from manim import VGroup
kept, gone = Circle(), Circle()
with self.beat("b0"):
    self.add(VGroup(kept, gone))
    self.play(self.clear_but(kept), run_time=0.5)
    left = [part for m in self.mobjects for part in m.get_family()]
    assert kept in left and gone not in left, left
"""
    inspect(brief(timeline(10)), scene(tmp_path, body))


def test_a_scene_file_may_define_dataclasses(tmp_path: Path) -> None:
    path = scene(tmp_path, "pass")
    data = "from dataclasses import dataclass\n\n@dataclass\nclass Part:\n    name: str\n"
    path.write_text("from __future__ import annotations\n" + data + path.read_text())
    assert load_scene(path).__name__ == "Film"


@pytest.mark.parametrize(
    ("source", "message"),
    [("x = 1", "defines 0 scenes"), ("1 / 0", "ZeroDivisionError"), ("def", "SyntaxError")],
)
def test_a_broken_scene_file_is_named(tmp_path: Path, source: str, message: str) -> None:
    path = tmp_path / "short_01.py"
    path.write_text(source)
    with pytest.raises(SceneError, match=message) as caught:
        load_scene(path)
    assert caught.value.path == path


# --------------------------------------------------------------------------- type


def test_code_keeps_its_columns() -> None:
    type_ = Typesetter(HOUSE)
    narrow, wide = (type_.width(t, 100, "code") for t in ("iiii", "MMMM"))
    assert narrow == wide == pytest.approx(240)


def test_a_line_ends_where_it_was_measured_to_end() -> None:
    type_ = Typesetter(HOUSE)
    line = type_.line("gradient", 60, font="display")
    assert line.advance * 120 == pytest.approx(type_.width("gradient", 60, "display"))
    assert line.width <= line.advance


def test_a_character_no_house_font_has_is_drawn_and_reported() -> None:
    type_ = Typesetter(HOUSE)
    line = type_.line("勾配 x", "body")
    assert type_.missing == {"勾", "配"}
    assert len(line.points)
