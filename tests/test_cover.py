"""The cover is a frame of the film, with the hook and without half a sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from briefs import brief_of
from films import TINY, silent_film
from PIL import Image

from gradreel.cover import candidates, cover, told
from gradreel.errors import EncodeError
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
    assert told(busy) > told(plain) == 0
    edge = plain.copy()
    edge[:50, ::8] = 220  # where a grid crops it away
    assert told(edge) == 0


def test_it_is_a_frame_of_the_film_in_full_size(tmp_path: Path) -> None:
    film, target = silent_film(tmp_path / "film.mp4"), tmp_path / "cover.jpg"
    cover(film, brief(), target)
    with Image.open(target) as picture:
        assert picture.format == "JPEG"
        assert picture.size == (TINY.width, TINY.height)
        assert len(picture.convert("RGB").getcolors(10**6) or ()) > 100


def test_a_film_that_ends_early_has_no_cover(tmp_path: Path) -> None:
    film = silent_film(tmp_path / "film.mp4", replace(TINY, seconds=1))
    with pytest.raises(EncodeError, match="no cover"):
        cover(film, brief(), tmp_path / "cover.jpg")
