"""What the films of a day share: the poster comes back, every beat is a method, other shorts can be
referred to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from briefs import TINY, brief_of

from gradreel.errors import SceneError, UnknownCue
from gradreel.model import Beat, Brief, Other, Timeline
from gradreel.shoot import load_scene, rehearse, stills

SCENE = """
from manim import Circle
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
        rehearse(brief("hook", "forward", "out"), film(tmp_path))


def test_a_scene_names_the_shorts_it_refers_to(tmp_path: Path) -> None:
    assert load_scene(film(tmp_path)).refers == (20,)
    plain = brief("hook")
    twenty = Other(replace(plain.short, number=20), plain.trace)
    told = replace(plain, others=(twenty,))
    assert told.other(20) is twenty
    assert told.runs == (plain.trace, plain.trace)
    with pytest.raises(UnknownCue, match="no short '21'"):
        told.other(21)
