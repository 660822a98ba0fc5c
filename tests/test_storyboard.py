"""What the films of a day share: the poster comes back, every beat is a method, other shorts can be
referred to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from briefs import TINY, brief_of

from gradreel.errors import SceneError, UnknownCue
from gradreel.model import Beat, Brief, Code, Other, SpokenWord, Timeline
from gradreel.shoot import inspect, load_scene, stills
from gradreel.trace.model import End, Failure, Output

FAILURE = Failure("RuntimeError", "a leaf Variable", None)
SCENE = """
from manim import Circle, FadeIn
from gradreel.storyboard import Storyboard

class Film(Storyboard):
    refers = (20,)

    def poster(self):
        self.ball = Circle(fill_opacity=1)
        return [self.hook, self.ball]

    def play_hook(self, beat):
        self.play(self.ball.animate.shift((2, 0, 0)), run_time=beat.left)
"""


def film(folder: Path) -> Path:
    path = folder / "film.py"
    path.write_text(SCENE)
    return path


def brief(*beats: str) -> Brief:
    rows = tuple(Beat(name, 20 * n, 20) for n, name in enumerate(beats))
    line = Timeline(10, 20 * len(beats), rows, (), (), ())
    return replace(brief_of(), timeline=line, platform=replace(TINY, fps=10), captions="off")


def test_the_last_picture_is_the_first(tmp_path: Path) -> None:
    frames = stills(brief("hook", "out"), film(tmp_path), frozenset({0, 19, 39}))
    below = slice(2, None)  # under the line that shows how far the film is
    assert np.array_equal(frames[0][below], frames[39][below])
    assert not np.array_equal(frames[0][below], frames[19][below])


def test_a_beat_without_a_method_is_named(tmp_path: Path) -> None:
    with pytest.raises(SceneError, match="Film has no play_forward"):
        inspect(brief("hook", "forward", "out"), film(tmp_path))


def test_a_scene_names_the_shorts_it_refers_to(tmp_path: Path) -> None:
    assert load_scene(film(tmp_path)).refers == (20,)
    plain = brief("hook")
    twenty = Other(replace(plain.short, number=20), plain.trace)
    told = replace(plain, others=(twenty,))
    assert told.other(20) is twenty
    assert told.runs == (plain.trace, plain.trace)
    with pytest.raises(UnknownCue, match="no short '21'"):
        told.other(21)


def test_a_step_comes_when_its_word_is_said(tmp_path: Path) -> None:
    path = film(tmp_path)
    path.write_text(
        SCENE
        + """
    started = []

    def play(self, *animations, **options):
        self.started.append(self.frame)
        super().play(*animations, **options)

    def play_code(self, beat):
        self.started.clear()
        words = ("first", "never", "last")
        self.tell(beat, {word: FadeIn(Circle()) for word in words}, longest=0.5)
        assert self.started == [20, 26, 32], self.started
"""
    )
    first = SpokenWord("first,", 21, 24, "talk-1", False)
    words = (first, replace(first, shown="last.", start=33, end=36))
    told = brief("hook", "code", "out")
    inspect(replace(told, timeline=replace(told.timeline, words=words)), path)


def test_steps_may_take_their_own_time_as_far_as_there_is_room(tmp_path: Path) -> None:
    path = film(tmp_path)
    path.write_text(
        SCENE
        + """
    took = []

    def play(self, *animations, run_time, **options):
        self.took.append(run_time)
        super().play(*animations, run_time=run_time, **options)

    def play_code(self, beat):
        self.took.clear()
        steps = {"short": FadeIn(Circle(), run_time=0.3), "long": FadeIn(Circle(), run_time=5)}
        self.tell(beat, steps, longest=None)
        assert self.took == [0.3, 1.0], self.took
"""
    )
    inspect(brief("hook", "code", "out"), path)


def test_numbers_come_as_they_are_said_also_the_same_one_twice(tmp_path: Path) -> None:
    path = film(tmp_path)
    path.write_text(
        SCENE
        + """
    started = []

    def play(self, *animations, **options):
        self.started.append(self.frame)
        super().play(*animations, **options)

    def play_code(self, beat):
        self.started.clear()
        shown = []

        def step(place):
            shown.append(place)
            return FadeIn(Circle())

        self.as_said(beat, (0.0, 0.0, -2.5), step)
        assert shown == [0, 1, 2]
        assert self.started == [20, 26, 32], self.started
"""
    )
    first = SpokenWord("0,", 21, 24, "run-code", False)
    second = replace(first, start=27, end=30)
    words = first, second, replace(first, shown="−2.5.", start=33, end=36)
    told = brief("hook", "code", "out")
    inspect(replace(told, timeline=replace(told.timeline, words=words)), path)


def test_a_step_that_depends_on_others_is_made_when_its_turn_comes(tmp_path: Path) -> None:
    path = film(tmp_path)
    path.write_text(
        SCENE
        + """
    def play_code(self, beat):
        was, seen = self.ball.get_x(), []
        def after():
            seen.append(self.ball.get_x())
            return FadeIn(Circle())
        self.tell(beat, {"one": self.ball.animate.shift((2, 0, 0)).build(), "two": after})
        assert seen == [was + 2], seen
"""
    )
    inspect(brief("hook", "code", "out"), path)


def test_what_a_mistake_does_is_shown_when_it_is_told(tmp_path: Path) -> None:
    """The error does not come before its sentence; without one, the steps share the beat."""
    path = film(tmp_path)
    path.write_text(
        SCENE
        + """
    started = []

    def play(self, *animations, **options):
        self.started.append(self.frame)
        super().play(*animations, **options)

    def play_out(self, beat):
        words, code, error = self.started[1:4]
        told = dict(self.brief.timeline.starts).get("run-mistake")
        assert words < code < error, self.started
        assert error == (told - 1 if told else (code + 80) // 2), self.started
"""
    )
    short = brief_of()
    beats = Beat("hook", 0, 20), Beat("mistake", 20, 60), Beat("out", 80, 10)
    line = Timeline(10, 90, beats, (), (), (("mistake", 22), ("run-mistake", 70)))
    wrong = replace(short.trace, source="y = 2", end=End("raised", FAILURE))
    told = replace(brief("hook"), mistake=wrong, timeline=line)
    inspect(told, path)
    inspect(replace(told, timeline=replace(line, starts=line.starts[:1])), path)


def test_the_words_on_the_mistake_clear_the_stage_and_give_what_is_free(tmp_path: Path) -> None:
    path = film(tmp_path)
    path.write_text(
        SCENE
        + """
    def play_mistake(self, beat):
        free = self.caution()
        shown = set(map(id, self._family()))
        assert id(self.ball) not in shown
        assert shown.issuperset(map(id, self.words.lines))
        assert self.words.bottom < free.top < free.bottom == self.field.bottom
"""
    )
    inspect(brief("hook", "mistake", "out"), path)


def test_a_node_grows_while_its_line_is_lit(tmp_path: Path) -> None:
    path = film(tmp_path)
    path.write_text(
        """
from dataclasses import replace
from test_chain import SQUARES
from gradreel.blocks.compute_graph import ComputeGraph
from gradreel.trace.model import Span
"""
        + SCENE
        + """
    def play_code(self, beat):
        nodes = (replace(node, span=Span(2, 0, 2, 5)) for node in SQUARES.nodes)
        self.graph_data = replace(SQUARES, nodes=tuple(nodes))
        graph = ComputeGraph(self.type, self.graph_data, self.field_below(self.code.bottom))
        self.add(self.code)
        self.play(self.grow(graph, 1), run_time=beat.left)
        assert self.code.lit == {2}
        shown = set(map(id, self._family()))
        assert id(graph.nodes[1].frame) in shown
        assert id(graph.nodes[2].frame) not in shown
"""
    )
    told = brief("hook", "code", "out")
    source = "x = 2.5\nprint(2 * x)"
    inspect(replace(told, short=replace(told.short, code=Code(source, 1))), path)


def test_what_was_printed_comes_out_under_its_line(tmp_path: Path) -> None:
    path = film(tmp_path)
    path.write_text(
        SCENE
        + """
    def play_code(self, beat):
        self.add(self.code)
        whole = self.code.bottom
        self.play(self.print_out(), run_time=beat.left)
        parts = [part for m in self.mobjects for part in m.get_family()]
        (said,) = [part for part in parts if getattr(part, "text", "") == "5.0"]
        assert self.code.bottom < whole
        assert self.code.lit == {2}
        assert said.get_top()[1] < self.code.get_bottom()[1]
"""
    )
    told = brief("hook", "code", "out")
    source = "x = 2.5\nprint(2 * x)"
    printed = Output(1, 2, "stdout", "5.0\n")
    run = replace(told.trace, source=source, outputs=(printed,))
    short = replace(told.short, code=Code(source, 1))
    inspect(replace(told, trace=run, short=short), path)
