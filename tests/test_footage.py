"""A film is a row of strips: what was made before is used again, bit for bit, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from briefs import brief_of
from manim import Square, VGroup, tempconfig

from gradreel.cache import Cache
from gradreel.encoder import Encoder
from gradreel.errors import EncodeError, EncoderLost
from gradreel.footage import Footage
from gradreel.media import run
from gradreel.model import Beat, Brief, SpokenWord, Timeline
from gradreel.probe import _packets, probe
from gradreel.settings import Encode, load
from gradreel.stage.camera import ObservingCamera
from gradreel.stage.darkroom import Darkroom, Shot
from gradreel.stage.glow import Glow

FPS, SECONDS = 10, 5  # groups of 20, 20 and 10 frames, the last two in halves
TINY = replace(
    load(Path(__file__).parent.parent / "config.toml").platform,
    width=108,
    height=192,
    fps=FPS,
    seconds=SECONDS,
)
ENCODE = Encode("veryfast", 20, 1)


@pytest.fixture(autouse=True)
def small() -> Iterator[None]:
    look = {"pixel_width": 108, "pixel_height": 192, "frame_width": 9.0, "frame_height": 16.0}
    with tempconfig(look):
        yield


def brief(*words: SpokenWord) -> Brief:
    beats = (Beat("hook", 0, 20), Beat("code", 20, 30))
    return replace(
        brief_of(), platform=TINY, timeline=Timeline(FPS, TINY.frames, beats, (), words, ())
    )


def shots(dim: frozenset[int] = frozenset(), glow: int = -1) -> Iterator[Shot]:
    """A square that moves in the second group; in frames `dim` it is darker, at `glow` lit."""
    camera, square = ObservingCamera(), Square(2, fill_opacity=1)
    for number in range(TINY.frames):
        if 20 <= number < 40:
            square.shift([0.1, 0, 0])
        square.set_fill(opacity=0.3 if number in dim else 1)
        camera.look([VGroup(square)])
        light = Glow("ring", (10, 10, 40, 40), (255, 0, 0), 1)
        yield Shot(number, camera.picture, (light,) * (number == glow))


def film(folder: Path, target: str, takes: Iterator[Shot], of: Brief, encode: Encode) -> Footage:
    with Encoder(of.platform, encode) as encoder:
        footage = Footage(of, encoder, Cache(folder / "cache", 10**7), Darkroom(of))
        with footage:
            for shot in takes:
                footage.take(shot)
        footage.splice(folder / target)
    return footage


def drawn(folder: Path, takes: Iterator[Shot], of: Brief | None = None) -> int:
    """How many frames had to be drawn."""
    return film(folder, "film.mp4", takes, of or brief(), ENCODE).anew


def test_the_second_time_nothing_is_drawn_and_the_film_is_the_same(tmp_path: Path) -> None:
    assert film(tmp_path, "one.mp4", shots(), brief(), ENCODE).anew == TINY.frames
    again = film(tmp_path, "two.mp4", shots(), brief(), ENCODE)
    assert again.anew == 0
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()
    face, pictures = again.splice(tmp_path / "three.mp4")
    assert face.jpeg.startswith(b"\xff\xd8")
    assert probe(tmp_path / "three.mp4", pictures).damage == ""


def test_only_the_seconds_that_look_different_are_drawn(tmp_path: Path) -> None:
    assert drawn(tmp_path, shots()) == 50
    assert drawn(tmp_path, shots(dim=frozenset({45}))) == 5
    assert drawn(tmp_path, shots(glow=5)) == 20
    assert drawn(tmp_path, shots(), brief(SpokenWord("now.", 22, 26, "talk-1", False))) == 20
    assert drawn(tmp_path, shots(dim=frozenset({45}), glow=5)) == 0  # both were seen before


def test_a_film_of_old_and_new_strips_is_the_film_made_at_once(tmp_path: Path) -> None:
    film(tmp_path / "warm", "film.mp4", shots(), brief(), ENCODE)
    changed = frozenset(range(25, 50))
    assert film(tmp_path / "warm", "film.mp4", shots(changed), brief(), ENCODE).anew == 30
    film(tmp_path / "cold", "film.mp4", shots(changed), brief(), ENCODE)
    warm, cold = (tmp_path / name / "film.mp4" for name in ("warm", "cold"))
    assert warm.read_bytes() == cold.read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        {"encode": replace(ENCODE, preset="faster")},
        {"encode": replace(ENCODE, crf=21)},
        {"theme": "ground"},
        {"captions": "off"},
    ],
)
def test_whatever_the_look_depends_on_makes_all_anew(
    tmp_path: Path, change: dict[str, object]
) -> None:
    film(tmp_path, "film.mp4", shots(), brief(), ENCODE)
    usual = brief()
    colours = tuple(
        (r, "#102030" if r == change.get("theme") else c) for r, c in usual.theme.colours
    )
    other = replace(
        usual,
        theme=replace(usual.theme, colours=colours),
        captions=change.get("captions", usual.captions),  # type: ignore[arg-type]
    )
    encode = change.get("encode", ENCODE)
    assert isinstance(encode, Encode)
    assert film(tmp_path, "film.mp4", shots(), other, encode).anew == 50


def test_however_many_strips_are_encoded_at_once_the_film_is_the_same(tmp_path: Path) -> None:
    for threads in (1, 3):
        one = tmp_path / str(threads)
        assert film(one, "film.mp4", shots(), brief(), replace(ENCODE, threads=threads)).anew == 50
    one, three = (tmp_path / name / "film.mp4" for name in "13")
    assert one.read_bytes() == three.read_bytes()
    assert film(tmp_path / "1", "again.mp4", shots(), brief(), replace(ENCODE, threads=2)).anew == 0


def test_pictures_that_are_known_are_told_from_others(tmp_path: Path) -> None:
    known, other = film(tmp_path, "a.mp4", shots(), brief(), ENCODE), tmp_path / "b.mp4"
    _, pictures = known.splice(tmp_path / "a.mp4")
    film(tmp_path, "b.mp4", shots(dim=frozenset({45})), brief(), ENCODE)
    data = bytearray((tmp_path / "a.mp4").read_bytes())
    data[len(data) * 2 // 3] ^= 255  # in the pictures
    (tmp_path / "c.mp4").write_bytes(data)
    found = {name: _packets(tmp_path / f"{name}.mp4")["video"] for name in "abc"}
    assert found["a"] == pictures
    assert len(set(found.values())) == 3
    assert _packets(other.with_name("none.mp4")) == {}


def test_pictures_whose_key_frames_do_not_decode_are_not_known(tmp_path: Path) -> None:
    film(tmp_path, "a.mp4", shots(), brief(), ENCODE)
    data = bytearray((tmp_path / "a.mp4").read_bytes())
    at = data.index(b"avcC") + 16
    data[at : at + 8] = b"\xff" * 8  # what a decoder has to know of all pictures
    (tmp_path / "b.mp4").write_bytes(data)
    assert _packets(tmp_path / "a.mp4")
    assert not _packets(tmp_path / "b.mp4")


def test_a_damaged_entry_is_drawn_again(tmp_path: Path) -> None:
    drawn(tmp_path, shots())
    for path in (tmp_path / "cache").glob("frames/*/*"):
        path.write_bytes(path.read_bytes()[:-1])
        break
    assert 0 < drawn(tmp_path, shots()) <= 20


def test_the_silent_film_has_every_frame_in_time(tmp_path: Path) -> None:
    drawn(tmp_path, shots())
    media = probe(tmp_path / "film.mp4")
    video = media.video
    assert video is not None
    assert (media.damage, media.moov_first, media.edit_lists) == ("", True, 0)
    assert (video.packets, video.promised, video.constant, video.start) == (50, 50, True, 0)
    assert (video.seconds, video.profile, video.pixel_aspect) == (SECONDS, "High", "1:1")
    assert video.colour == ("bt709", "bt709", "bt709", "tv")
    _, keys, _ = run(
        "ffprobe", "-v", "error", "-skip_frame", "nokey", "-show_entries", "frame=pts_time",
        "-of", "csv=p=0", str(tmp_path / "film.mp4"),
    )  # fmt: skip
    assert [float(key.strip(b",")) for key in keys.split()] == [0, 2, 3, 4, 4.5]


def test_a_film_with_too_few_frames_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncodeError, match="49 frames were shot, 50 planned"):
        film(tmp_path, "film.mp4", iter(list(shots())[:-1]), brief(), ENCODE)


def test_an_encoder_that_fails_is_told_and_nobody_waits(tmp_path: Path) -> None:
    with pytest.raises(EncodeError, match="x264"):
        film(tmp_path, "film.mp4", shots(), brief(), replace(ENCODE, preset="slowest"))
    assert not (tmp_path / "film.mp4").exists()


def test_an_encoder_that_is_killed_is_told_and_starts_anew(tmp_path: Path) -> None:
    usual = brief()
    with Encoder(usual.platform, ENCODE) as encoder:

        def filmed(killed_at: int) -> Footage:
            footage = Footage(usual, encoder, Cache(tmp_path, 10**7), Darkroom(usual))
            with footage:
                for shot in shots():
                    footage.take(shot)
                    if shot.number == killed_at:
                        encoder._hands[0].process.kill()
            return footage

        with pytest.raises(EncoderLost, match="ended with -9"):
            filmed(killed_at=25)
        assert filmed(killed_at=-1).anew >= 30  # the first strip may have been kept


def test_a_strip_does_not_depend_on_those_that_were_encoded_before() -> None:
    """x264 looks at memory that it never wrote: whatever was there before must not matter."""
    chance = np.random.default_rng(5)
    size = TINY.height * 3 // 2, TINY.width
    strips = [[np.full(size, 60 + 20 * n + step, np.uint8) for step in range(20)] for n in range(4)]
    for frames in strips:
        for step, frame in enumerate(frames):
            for _ in range(4):
                top, left = chance.integers(0, (150, 80))
                frame[top : top + 30 + step, left : left + 20] = chance.integers(16, 235)
    seen: dict[int, set[bytes]] = {n: set() for n in range(4)}
    with Encoder(TINY, ENCODE) as encoder:
        for number in chance.integers(0, 4, 40):
            for frame in strips[number]:
                encoder.write(frame.ravel(), [slice(None)])
            encoder.end(int(number))
        for n, strip in encoder.made(all_of_them=True):
            seen[n].add(strip)
    assert [len(made) for made in seen.values()] == [1, 1, 1, 1]
