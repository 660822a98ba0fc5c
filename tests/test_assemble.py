"""Mixing and joining: the right sound at the right frame, and not one changed pixel."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from films import ENCODE, TINY, VOICE_ONLY, assemble, silent_film, speech, timeline, told

from gradreel.assemble import EDGE, _placed, _sentence
from gradreel.cache import Cache
from gradreel.errors import EncodeError
from gradreel.media import run, samples
from gradreel.model import Speech
from gradreel.pipeline import Production
from gradreel.probe import listen, probe, verify
from gradreel.settings import load

STARTS = (3, 12, 21)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("assemble")


@pytest.fixture(scope="module")
def silent(folder: Path) -> Path:
    return silent_film(folder / "silent.mp4")


@pytest.fixture(scope="module")
def film(folder: Path, silent: Path) -> Path:
    target = folder / "film.mp4"
    assemble(silent, told(speech(folder, *STARTS), timeline(*STARTS)), VOICE_ONLY, target)
    return target


def test_the_film_is_the_master_file(film: Path) -> None:
    assert verify(film, TINY) == ()


def test_the_picture_is_bit_identical(film: Path, silent: Path) -> None:
    def packets(path: Path) -> bytes:
        arguments = ("-v", "error", "-i", str(path), "-map", "0:v", "-c", "copy")
        code, digest, _ = run("ffmpeg", *arguments, "-f", "streamhash", "-")
        assert code == 0
        return digest

    assert packets(film) == packets(silent)


def test_every_sentence_is_heard_at_its_frame(film: Path) -> None:
    """Decoded as a player does it, with no edit list to hide the encoder's priming."""
    raw = film.with_suffix(".f32")
    run("ffmpeg", "-y", "-v", "error", "-i", str(film), "-ac", "1", "-f", "f32le", str(raw))
    loud = np.abs(np.fromfile(raw, np.float32)) > 0.1
    begins = [i for i in np.flatnonzero(loud) if not loud[max(0, i - 4800) : i].any()]
    assert len(begins) == len(STARTS)
    for sample, frame in zip(begins, STARTS, strict=True):
        assert sample / 48_000 == pytest.approx(frame / TINY.fps, abs=0.010)


def test_placing_a_sentence_changes_no_sample(folder: Path) -> None:
    """Times between two samples made moviepy repeat some and skip others, which hisses."""
    said = speech(folder, *STARTS)
    sentences = map(_sentence, said.utterances)
    mixed = _placed(zip(STARTS, sentences, strict=True), timeline(*STARTS))
    for utterance, frame in zip(said.utterances, STARTS, strict=True):
        assert utterance.audio is not None
        sentence = samples(utterance.audio, 48_000)
        first = frame * 48_000 // TINY.fps
        heard = mixed[first : first + len(sentence)]
        edge = round(EDGE * 48_000) + 1
        np.testing.assert_array_equal(heard[edge:-edge], sentence[edge:-edge])
        assert abs(heard[0]).max() < 0.002
        assert abs(heard[-1]).max() < 0.002


@pytest.mark.parametrize("volume", [0.003, 0.05, 0.95])
def test_any_voice_gets_the_same_loudness(volume: float, folder: Path, silent: Path) -> None:
    target = folder / "other.mp4"
    said = speech(folder, *STARTS, volume=volume)
    assemble(silent, told(said, timeline(*STARTS)), VOICE_ONLY, target)
    audio = probe(target).audio
    assert audio is not None
    assert audio.lufs == pytest.approx(-14, abs=0.5)
    assert audio.true_peak <= -1


def test_twice_the_same_bytes(film: Path, folder: Path, silent: Path) -> None:
    again = folder / "again.mp4"
    assemble(silent, told(speech(folder, *STARTS), timeline(*STARTS)), VOICE_ONLY, again)
    assert again.read_bytes() == film.read_bytes()


def test_no_voice_is_a_silent_track(folder: Path, silent: Path) -> None:
    target = folder / "mute.mp4"
    mute = tuple(replace(u, audio=None) for u in speech(folder, *STARTS).utterances)
    assemble(silent, told(Speech("none", 165, mute), timeline(*STARTS)), VOICE_ONLY, target)
    assert verify(target, TINY, spoken=False) == ()
    assert any("loudness" in failure for failure in verify(target, TINY))


def test_a_silent_voice_is_an_error(folder: Path, silent: Path) -> None:
    brief = told(speech(folder, 1, volume=0.0), timeline(1))
    with pytest.raises(EncodeError, match="silent"):
        assemble(silent, brief, VOICE_ONLY, folder / "never.mp4")


def test_a_sound_from_the_cache_is_known_as_well_as_when_it_was_made(
    folder: Path, tmp_path: Path
) -> None:
    none: Any = None
    usual = load(Path(__file__).parent.parent / "config.toml")
    cache = Cache(tmp_path / "cache", 10**7)
    production = Production(none, replace(usual, sound=VOICE_ONLY), none, none, cache, none)
    brief = told(speech(folder, *STARTS), timeline(*STARTS))
    made, kept = (production.mix(brief, tmp_path / name) for name in ("made.m4a", "kept.m4a"))
    assert made == kept == listen(tmp_path / "kept.m4a")
    assert (tmp_path / "made.m4a").read_bytes() == (tmp_path / "kept.m4a").read_bytes()
    assert len(list(cache.folder.glob("sound/*/*"))) == 1


def test_encoder_settings_are_used(silent: Path) -> None:
    video = probe(silent).video
    assert ENCODE.threads == 1
    assert video is not None
    assert (video.profile, video.reorder, video.promised) == ("High", 2, TINY.frames)
