"""The cover is a frame of the film, with the hook and without half a sentence."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np
from briefs import brief_of
from films import TINY
from PIL import Image

from gradreel.cover import Cover, candidates, told
from gradreel.model import Beat, Brief, SpokenWord, Timeline

FRAMES = TINY.frames  # 30, at 10 a second


def brief(*words: SpokenWord) -> Brief:
    beats = (Beat("hook", 0, 10), Beat("code", 10, 10), Beat("out", 20, 10))
    line = Timeline(TINY.fps, FRAMES, beats, (), words, ())
    return replace(brief_of(), timeline=line, platform=TINY)


def test_only_frames_with_the_hook_and_no_caption() -> None:
    said = SpokenWord("word.", 4, 6, "hook", False)
    assert candidates(brief()) == [0, 2, 4, 6, 8, 29]
    held = candidates(brief(said))
    assert held[:2] == [0, 2]
    assert not {4, 6, 8} & set(held)  # a caption stays for a while
    assert candidates(brief(replace(said, start=0)))[0] == 0  # there is always one


def test_more_to_see_is_told_more() -> None:
    plain = np.full((480, 270, 3), 20, np.uint8)
    busy = plain.copy()
    busy[200:280, ::8] = 220
    assert told(Image.fromarray(busy)) > told(Image.fromarray(plain)) == 0
    edge = plain.copy()
    edge[:50, ::8] = 220  # where a grid crops it away
    assert told(Image.fromarray(edge)) == 0


def test_the_best_candidate_is_kept_in_full_size() -> None:
    cover = Cover(frozenset(candidates(brief())))
    assert cover.face() is None
    for frame, shade in ((0, 10), (3, 250), (4, 120), (29, 60)):  # 3 is no candidate
        picture = np.zeros((TINY.height, TINY.width, 4), np.uint8)
        picture[80:120, ::8] = shade
        cover.see(frame, picture)
    face = cover.face()
    assert face is not None
    with Image.open(BytesIO(face.jpeg)) as picture_:
        assert picture_.format == "JPEG"
        assert picture_.size == (TINY.width, TINY.height)
        assert 90 < picture_.convert("L").getextrema()[1] < 150
