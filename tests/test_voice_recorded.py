"""The author's own recordings, for real: what was recorded is cut whole, timed to the word, and
refused if it says something else.

The recordings are made by espeak with another voice, pitch and pace than any reference, and in a
room; their true word times are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gradreel.errors import VoiceError
from gradreel.media import ffmpeg
from gradreel.model import Script, Short
from gradreel.settings import Voice as Settings
from gradreel.settings import load
from gradreel.voice import Samples, Take, Voice, sound
from gradreel.voice.align import ALIKE, align
from gradreel.voice.cast import Cast
from gradreel.voice.espeak import Pyttsx3
from gradreel.voice.hibari import Hibari
from gradreel.voice.lexicon import Lexicon, Unit
from gradreel.voice.narrate import STRETCH, written
from gradreel.voice.recorded import FASTEST, Recorded, stretched

NUMBER = 13
LEXICON = Lexicon.load()
AUTHOR = Pyttsx3("gmw/en-gb-x-rp", pitch=60)

pytestmark = pytest.mark.skipif(AUTHOR.available() is not None, reason=str(AUTHOR.available()))


@pytest.fixture(scope="module")
def short(script: Script) -> Short:
    return next(short for short in script.shorts if short.number == NUMBER)


@pytest.fixture(scope="module")
def lines(short: Short) -> dict[str, tuple[Unit, ...]]:
    return {part: LEXICON.units(prose)[0] for part, prose in written(short)}


@pytest.fixture(scope="module")
def takes(lines: dict[str, tuple[Unit, ...]]) -> dict[str, Take]:
    return {part: AUTHOR.speak(units, 150) for part, units in lines.items()}


@pytest.fixture
def settings(tmp_path: Path, root: Path) -> Settings:
    """Recordings are looked for in an empty folder."""
    (tmp_path / "day03").mkdir()
    return replace(load(root / "config.toml").voice, name="recorded", recordings=tmp_path)


def samples_of(take: Take) -> Samples:
    assert take.samples is not None
    return take.samples


def in_a_room(samples: Samples, rate: int, before: float = 0.0, after: float = 0.0) -> Samples:
    """With a soft echo, hiss 35 dB below the speech, and the silence of a slow start."""
    echo = np.zeros(round(0.03 * rate), np.float32)
    echo[[0, -1]] = 1, 0.2
    wet = np.convolve(np.pad(samples, (round(before * rate), round(after * rate))), echo)
    return np.asarray(wet + np.random.default_rng(0).normal(0, 2e-3, len(wet)), np.float32)


def record_parts(settings: Settings, takes: Mapping[str, Take]) -> None:
    for part, take in takes.items():
        heard = in_a_room(samples_of(take), take.rate, before=0.7, after=0.4)
        sound.write(settings.recordings / "day03" / f"13-{part}.wav", heard, take.rate)


def record_whole(settings: Settings, takes: Mapping[str, Take]) -> Path:
    """In one go, with a pause of its own length after each sentence; stereo at 44.1 kHz."""
    pieces = [np.zeros(round(1.2 * 22_050), np.float32)]
    for index, take in enumerate(takes.values()):
        assert take.rate == 22_050
        pieces += [samples_of(take), np.zeros(round((0.3 + 0.25 * index) * 22_050), np.float32)]
    path = settings.recordings / "day03" / "13.wav"
    mono = path.with_name("mono.wav")
    sound.write(mono, in_a_room(np.concatenate(pieces), 22_050), 22_050)
    ffmpeg("-i", str(mono), "-ac", "2", "-ar", "44100", str(path))
    mono.unlink()
    return path


def speaker(settings: Settings, short: Short) -> tuple[Voice, tuple[str, ...]]:
    return Cast(settings, LEXICON).speaker(3, short)


def check_times(
    voice: Voice, lines: Mapping[str, tuple[Unit, ...]], takes: Mapping[str, Take]
) -> None:
    """Measured for 7 shorts: median 10 to 22 ms, the worst word 155 ms (its onset is a vowel that
    runs on from the word before)."""
    errors = []
    for part, units in lines.items():
        take, true = voice.speak(units, voice.natural or 0), takes[part]
        assert take.exact
        assert take.seconds == pytest.approx(true.seconds, abs=0.1)  # nothing cut off or left over
        assert take.seconds == pytest.approx(len(samples_of(take)) / take.rate)
        shift = take.times[-1][1] - true.times[-1][1]
        errors += [
            start - wanted - shift
            for (start, _), (wanted, _) in zip(take.times, true.times, strict=True)
        ]
        assert all(a <= b for (a, b) in take.times)
        assert [start for start, _ in take.times] == sorted({start for start, _ in take.times})
    assert np.median(np.abs(errors)) < 0.05
    assert np.max(np.abs(errors)) < 0.2


# --------------------------------------------------------------------------- what is recorded


def test_sentences_of_their_own(
    settings: Settings,
    short: Short,
    lines: dict[str, tuple[Unit, ...]],
    takes: dict[str, Take],
) -> None:
    record_parts(settings, takes)
    voice, warnings = speaker(settings, short)
    assert (voice.name, voice.improvises, warnings) == ("recorded", False, ())
    assert voice.natural == pytest.approx(150, rel=0.2)
    check_times(voice, lines, takes)


def test_a_short_in_one_go(
    settings: Settings,
    short: Short,
    lines: dict[str, tuple[Unit, ...]],
    takes: dict[str, Take],
) -> None:
    record_whole(settings, takes)
    voice, warnings = speaker(settings, short)
    assert warnings == ()
    check_times(voice, lines, takes)


def test_a_sentence_recorded_again_replaces_that_of_the_whole(
    settings: Settings, short: Short, lines: dict[str, tuple[Unit, ...]], takes: dict[str, Take]
) -> None:
    record_whole(settings, takes)
    again = AUTHOR.speak(lines["talk-1"], 120)
    record_parts(settings, {"talk-1": again})
    voice, _ = speaker(settings, short)
    check_times(voice, lines, takes | {"talk-1": again})


# --------------------------------------------------------------------------- what is not


@pytest.mark.skipif(Hibari().available() is not None, reason=str(Hibari().available()))
@pytest.mark.parametrize("reference", ["pyttsx3", "hibari"])
def test_other_words_are_told_apart(reference: str, lines: dict[str, tuple[Unit, ...]]) -> None:
    """Another engine is as far from the reference as an author: a human reader measures higher."""
    author, model = (AUTHOR, Hibari()) if reference == "hibari" else (Hibari(), Pyttsx3())
    for part, units in lines.items():
        take = author.speak(units, 150)
        heard = in_a_room(samples_of(take), take.rate)
        for other, wanted in lines.items():
            likeness = align(heard, take.rate, [model.speak(wanted, 165)]).likeness
            assert (likeness >= ALIKE) == (part == other), (part, other, likeness)


def test_the_wrong_sentence_is_refused_by_name(
    settings: Settings, short: Short, takes: dict[str, Take]
) -> None:
    record_parts(settings, takes | {"talk-1": takes["hook"]})
    with pytest.raises(VoiceError, match="does not sound like the bullet 1: ") as error:
        speaker(settings, short)
    assert error.value.path == settings.recordings / "day03" / "13-talk-1.wav"


def test_a_sentence_left_out_of_the_whole_is_named(
    settings: Settings, short: Short, takes: dict[str, Take]
) -> None:
    path = record_whole(settings, {p: take for p, take in takes.items() if p != "talk-2"})
    with pytest.raises(VoiceError, match="does not sound like") as error:
        speaker(settings, short)
    assert error.value.path == path


def test_a_missing_sentence_is_named(
    settings: Settings, short: Short, takes: dict[str, Take]
) -> None:
    record_parts(settings, {part: take for part, take in takes.items() if part != "mistake"})
    with pytest.raises(VoiceError, match="short 13 has no recording of its mistake") as error:
        speaker(settings, short)
    assert str(settings.recordings / "day03" / "13-mistake.wav") in error.value.fix


def test_a_short_that_is_not_recorded_says_where_it_belongs(
    settings: Settings, short: Short
) -> None:
    with pytest.raises(VoiceError, match="short 13 is not recorded") as error:
        speaker(settings, short)
    assert str(settings.recordings / "day03" / "13.wav") in error.value.fix


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"RIFF", "cannot be read"), (None, "has no speech")],
)
def test_a_file_without_speech_is_refused(
    data: bytes | None, message: str, settings: Settings, short: Short
) -> None:
    path = settings.recordings / "day03" / "13.wav"
    if data is None:
        sound.write(path, np.zeros(48_000, np.float32), 48_000)
    else:
        path.write_bytes(data)
    with pytest.raises(VoiceError, match=message):
        speaker(settings, short)


# --------------------------------------------------------------------------- who speaks


def test_auto_takes_a_recording_that_is_whole(
    settings: Settings, short: Short, takes: dict[str, Take]
) -> None:
    auto = replace(settings, name="auto")
    voice, warnings = speaker(auto, short)
    assert (voice.name != "recorded", warnings) == (True, ())
    record_parts(settings, {"hook": takes["hook"]})
    voice, (warning,) = speaker(auto, short)
    assert voice.name != "recorded"
    assert "13-talk-1.wav" in warning
    assert f"The voice {voice.name} speaks instead." in warning
    record_parts(settings, takes)
    assert speaker(auto, short)[0].name == "recorded"


def test_a_changed_file_is_another_voice(
    settings: Settings, short: Short, takes: dict[str, Take]
) -> None:
    record_parts(settings, takes)
    cast = Cast(settings, LEXICON)
    first, _ = cast.speaker(3, short)
    assert cast.speaker(3, short)[0] is first  # aligned once
    record_parts(settings, {"hook": replace(takes["hook"], samples=samples_of(takes["hook"]) / 2)})
    second, _ = cast.speaker(3, short)
    assert second.fingerprint() != first.fingerprint()


def test_the_cast_knows_whether_there_are_recordings(
    settings: Settings, takes: dict[str, Take]
) -> None:
    assert str(settings.recordings) in (dict(Cast(settings, LEXICON).examined())["recorded"] or "")
    record_parts(settings, {"hook": takes["hook"]})
    assert dict(Cast(settings, LEXICON).examined())["recorded"] is None


# --------------------------------------------------------------------------- speed


def tone(seconds: float, rate: int = 48_000) -> Take:
    """A voice of one vowel: 150 Hz and its overtones."""
    clock = np.arange(round(seconds * rate)) / rate
    samples = sum(np.sin(2 * np.pi * 150 * n * clock) / n for n in range(1, 20)) / 4
    return Take(np.asarray(samples, np.float32), rate, seconds, ((0.5, 1.0), (1.5, 2.0)), True)


def pitch(take: Take) -> float:
    """The strongest frequency, Hz."""
    samples = samples_of(take)
    return float(np.abs(np.fft.rfft(samples)).argmax() * take.rate / len(samples))


@pytest.mark.parametrize("ratio", [0.92, 1.05, 1.15])
def test_a_stretch_changes_the_length_and_not_the_pitch(ratio: float) -> None:
    take = tone(3.0)
    fast = stretched(take, ratio)
    assert fast.seconds == pytest.approx(3 / ratio, abs=0.01)
    assert fast.seconds == len(samples_of(fast)) / fast.rate
    assert pitch(fast) == pytest.approx(150, abs=3)  # resampling would make it 138, 158, 173
    assert fast.times[1][0] == pytest.approx(1.5 / ratio, abs=0.01)


def test_a_stretch_keeps_within_what_sounds_natural() -> None:
    take = tone(3.0)
    assert stretched(take, 1.01) is take
    assert stretched(take, 2.0).seconds == pytest.approx(3 / FASTEST, abs=0.01)
    assert FASTEST == STRETCH  # what narration asks for can be done


def test_only_what_was_recorded_can_be_said(
    settings: Settings, short: Short, lines: dict[str, tuple[Unit, ...]], takes: dict[str, Take]
) -> None:
    record_parts(settings, takes)
    voice, _ = speaker(settings, short)
    assert isinstance(voice, Recorded)
    usual = voice.speak(lines["talk-1"], voice.natural)
    fast = voice.speak(lines["talk-1"], voice.natural * 1.1)
    assert fast.seconds == pytest.approx(usual.seconds / 1.1, abs=0.01)
    with pytest.raises(VoiceError, match="nobody recorded"):
        voice.speak((Unit("Surprise.", "Surprise."),), voice.natural)
