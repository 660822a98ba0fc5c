"""Effects and music: heard where the timeline says, and always well below the voice."""

from __future__ import annotations

import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from briefs import brief_of
from films import TINY, VOICE_ONLY, assemble, silent_film, speech, timeline, told

from gradreel import fingerprint
from gradreel.assemble import _mix
from gradreel.errors import ConfigError
from gradreel.media import Sound, ffmpeg, run, samples
from gradreel.model import Beat, Binding, Brief, Script, SpokenWord, Timeline
from gradreel.probe import probe, verify
from gradreel.settings import Sound as Settings
from gradreel.settings import load
from gradreel.sound import tones
from gradreel.sound.effects import Effect, effects
from gradreel.sound.level import loudest, loudness_of
from gradreel.sound.music import DOWN, UP, bed, music
from gradreel.trace.model import Span

RATE = 48_000
LONG = replace(TINY, seconds=20)
EFFECTS = Settings(effects=True, music="")
# (name, first frame, frames) at 10 frames a second
BEATS = (("hook", 0, 25), ("code", 25, 35), ("forward", 60, 40), ("backward", 100, 12),
         ("output", 112, 28), ("mistake", 140, 40), ("out", 180, 20))  # fmt: skip


def row(*starts: int) -> Timeline:
    """Twenty seconds with every beat that has a sound."""
    plain = timeline(*starts, platform=LONG)
    return replace(plain, beats=tuple(Beat(*beat) for beat in BEATS))


def lit(frame: int, first: int, last: int, **more: object) -> Binding:
    """A word at `frame` that lights up lines `first` to `last`."""
    word = SpokenWord("word", frame, frame + 3, "talk-1", code=True)
    return Binding(word, Span(first, 0, last, 1), **more)  # type: ignore[arg-type]


def piece(target: Path, seconds: float, volume: float = 0.3, pitch: int = 180) -> Path:
    """A steady chord, so that all changes of level are the program's."""
    chord = f"{volume}*(sin({pitch}*2*PI*t)+sin({pitch * 3}*2*PI*t))/2"
    ffmpeg("-f", "lavfi", "-i", f"aevalsrc={chord}:s=44100:d={seconds}", str(target))
    return target


def decibels(sound: Sound) -> float:
    return float(10 * np.log10(np.mean(sound.astype(np.float64) ** 2) + 1e-20))


def between(sound: Sound, start: float, end: float) -> Sound:
    return sound[round(start * RATE) : round(end * RATE)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sound")


@pytest.fixture(scope="module")
def silent(folder: Path) -> Path:
    return silent_film(folder / "silent.mp4", LONG)


@pytest.fixture(scope="module")
def brief(folder: Path) -> Brief:
    """Two seconds of voice at 2, 4.5, 10 and 15 s: gaps of 0.5, 3.5, 3 and 3 s."""
    starts = (20, 45, 100, 150)
    return told(speech(folder, *starts, seconds=2.0), row(*starts), LONG)


@pytest.fixture(scope="module")
def full(silent: Path, brief: Brief, folder: Path) -> Path:
    """A film with all there is; its music is too short and goes round."""
    target = folder / "full.mp4"
    assemble(silent, brief, Settings(True, str(piece(folder / "full.mp3", 5))), target)
    return target


def heard(silent: Path, brief: Brief, settings: Settings, target: Path) -> Sound:
    """A whole film's sound, decoded."""
    assemble(silent, brief, settings, target)
    return samples(target, RATE)


# --------------------------------------------------------------------------- which effect when


def test_beats_are_marked() -> None:
    assert effects(row(), ()) == (
        Effect("rise", 60, 1.5),
        Effect("fall", 100, 1.2),
        Effect("tick", 112, 0.2),
        Effect("error", 140, 0.5),
    )


def test_a_line_ticks_when_it_is_lit_for_the_first_time() -> None:
    """But not in the hook, where there is no code to light."""
    said = (
        lit(10, 1, 1),
        lit(30, 1, 1),
        lit(36, 1, 1),
        lit(42, 1, 2),
        lit(50, 2, 2),
        lit(170, 1, 1, of="fix"),
    )
    ticks = [e.frame for e in effects(row(), said) if e.tone == "tick"]
    assert ticks == [30, 42, 112, 170]


def test_ticks_keep_their_distance() -> None:
    """From each other, and from what marks a beat before or after."""
    said = [lit(frame, line, line) for line, frame in enumerate((30, 32, 34, 35, 58, 63, 65), 1)]
    frames = [e.frame for e in effects(row(), said) if e.frame < 100]
    assert frames == [30, 35, 60, 65]


def test_a_word_without_code_is_silent() -> None:
    word = SpokenWord("word", 30, 33, "talk-1", code=False)
    assert effects(row(), [Binding(word, None)]) == effects(row(), ())


# --------------------------------------------------------------------------- how they sound

TONES: list[tuple[tones.Tone, float]] = [
    ("tick", 0.2), ("rise", 1.5), ("rise", 0.4), ("fall", 1.5), ("error", 0.5),
]  # fmt: skip


@pytest.mark.parametrize(("tone", "seconds"), TONES)
def test_a_tone_is_soft(tone: tones.Tone, seconds: float) -> None:
    sound = tones.samples(tone, seconds)
    assert sound.shape == (round(seconds * RATE), 2)
    assert loudest(sound) == pytest.approx(0, abs=0.01)
    wave = sound[:, 0] / np.abs(sound).max()
    assert wave[0] == 0
    assert abs(wave[-1]) < 1e-4
    assert np.abs(wave[:48]).max() < 0.2  # a millisecond after its start it is still quiet
    assert np.abs(wave[-48:]).max() < 0.01
    assert np.abs(np.diff(wave)).max() < 0.15
    np.testing.assert_array_equal(sound, tones.samples(tone, seconds))


@pytest.mark.parametrize(("tone", "seconds"), TONES)
def test_consonants_stay_free(tone: tones.Tone, seconds: float) -> None:
    """Of a tone's energy, 2 kHz and above hold less than a hundredth."""
    energy = np.abs(np.fft.rfft(tones.samples(tone, seconds)[:, 0])) ** 2
    high = np.fft.rfftfreq(round(seconds * RATE), 1 / RATE) > 2000
    assert energy[high].sum() < 0.01 * energy.sum()


def test_fall_mirrors_rise() -> None:
    def pitch(sound: Sound) -> float:
        """Its strongest frequency in Hz."""
        return float(np.argmax(np.abs(np.fft.rfft(sound[:, 0], RATE))))

    rise, fall = tones.samples("rise", 1.5), tones.samples("fall", 1.5)
    np.testing.assert_allclose(rise, fall[::-1], rtol=1e-3)
    assert pitch(rise[-14_400:]) / pitch(rise[:14_400]) == pytest.approx(1.5, abs=0.1)


@pytest.mark.parametrize("frequency", [100, 440, 1000, 4000])
def test_the_meter_agrees_with_ffmpeg(frequency: int) -> None:
    tone = 0.1 * np.sin(2 * np.pi * frequency * np.arange(2 * RATE) / RATE)
    stereo = np.repeat(tone[:, None], 2, axis=1).astype(np.float32)
    assert loudest(stereo) == pytest.approx(loudness_of(stereo), abs=0.25)
    assert loudest(np.zeros((RATE, 2), np.float32)) == -np.inf
    assert loudness_of(np.zeros((RATE, 2), np.float32)) <= -70


def test_the_loudest_of_many_sounds_is_as_loud_as_alone() -> None:
    loud, soft = tones.samples("tick", 0.2), tones.samples("error", 0.5) / 2
    track = np.zeros((5 * RATE, 2), np.float32)
    for second, sound in ((0, soft), (1.7, loud), (4.5, soft)):
        between(track, second, 5)[: len(sound)] = sound
    assert loudest(track) == pytest.approx(loudest(loud), abs=0.01)
    between(track, 1.7, 5)[: len(loud)] += loud  # two at once are more
    assert loudest(track) == pytest.approx(loudest(loud) + 6, abs=0.1)


# --------------------------------------------------------------------------- in a film


def test_effects_stay_18_db_under_the_voice(silent: Path, brief: Brief, folder: Path) -> None:
    """In a finished film: no tenth of a second of effects comes nearer to the voice's loudness."""
    mute = replace(brief, speech=replace(brief.speech, utterances=()))
    voice = heard(silent, brief, VOICE_ONLY, folder / "voice.mp4")
    alone = heard(silent, mute, EFFECTS, folder / "effects.mp4")
    assert loudness_of(voice) == pytest.approx(LONG.lufs, abs=0.5)
    distance = loudness_of(voice) - loudest(alone)
    assert 18 < distance < 22

    both = heard(silent, brief, EFFECTS, folder / "both.mp4")
    assert verify(folder / "both.mp4", LONG) == ()
    for start, seconds in ((6.6, 0.9), (14.0, 0.5)):  # where nobody speaks
        rest = loudest(between(both, start, start + seconds))
        assert 18 < loudness_of(voice) - rest < 24


def test_effects_are_heard_at_their_frames(silent: Path, brief: Brief, folder: Path) -> None:
    mute = replace(brief, speech=replace(brief.speech, utterances=()))
    sound = heard(silent, mute, EFFECTS, folder / "when.mp4")[:, 0]
    assert np.abs(sound[: 60 * RATE // 10 - 480]).max() < 1e-4
    for frame, rises_within in ((112, 0.02), (140, 0.03)):
        start = frame * RATE // 10
        assert np.abs(sound[start - 480 : start]).max() < 1e-3
        assert np.abs(sound[start : start + round(rises_within * RATE)]).max() > 0.01


def test_the_voice_is_heard_to_the_millisecond(silent: Path, brief: Brief, folder: Path) -> None:
    click = folder / "click.wav"
    with wave.open(str(click), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        burst = np.zeros(RATE // 2)
        burst[4800:4848] = 0.9 * np.sin(np.arange(48) / 48 * 2 * np.pi * 3)
        file.writeframes((burst * 32767).astype("<i2").tobytes())
    said = tuple(replace(u, audio=click, seconds=0.5) for u in brief.speech.utterances)
    clicking = replace(brief, speech=replace(brief.speech, utterances=said))
    settings = Settings(True, str(piece(folder / "low.wav", 30, pitch=60)))
    sound = np.abs(heard(silent, clicking, settings, folder / "clicks.mp4")[:, 0])
    for _, frame in brief.timeline.starts:
        expected = frame * RATE // 10 + 4800 + 24
        around = sound[expected - 4800 : expected + 4800]
        loud = np.flatnonzero(around > 0.5 * around.max())
        assert (loud[0] + loud[-1]) / 2 - 4800 == pytest.approx(0, abs=48)


def test_nothing_clicks(full: Path) -> None:
    """The tones of these voices start at their loudest; in the film no sample jumps."""
    sound = samples(full, RATE)
    steepest = 2 * np.pi * 440 / RATE * np.abs(sound).max()
    assert np.abs(np.diff(sound, axis=0)).max() < 1.5 * steepest
    assert np.abs(sound[:10]).max() < 1e-3
    assert np.abs(sound[-10:]).max() < 1e-2


def test_off_is_off(brief: Brief) -> None:
    """Without effects and music the voice alone is left, whatever could have been marked."""
    bound = replace(brief, bindings=(lit(30, 1, 1),))
    plain = replace(brief, timeline=replace(brief.timeline, beats=()))
    voice = _mix(bound, VOICE_ONLY)
    np.testing.assert_array_equal(voice, _mix(plain, EFFECTS))
    assert not np.array_equal(voice, _mix(bound, EFFECTS))


def test_the_voice_itself_does_not_change(brief: Brief, folder: Path) -> None:
    """What effects and music add to the mix is all that differs, and it is 20 dB lower."""
    voice = _mix(brief, VOICE_ONLY)
    full = _mix(brief, Settings(True, str(piece(folder / "under.wav", 30))))
    added = full - voice
    for start in (2.0, 4.5, 10.0, 15.0):
        speech, rest = (between(s, start + 0.1, start + 1.9) for s in (voice, added))
        assert decibels(speech) - decibels(rest) > 16  # bed and rise together, at most


def test_twice_the_same_sound(silent: Path, brief: Brief, full: Path, folder: Path) -> None:
    def packets(path: Path) -> bytes:
        digest = ("-map", "0:a", "-c", "copy", "-f", "streamhash", "-hash", "md5", "-")
        return run("ffmpeg", "-v", "error", "-i", str(path), *digest)[1]

    again = folder / "again.mp4"
    assemble(silent, brief, Settings(True, str(folder / "full.mp3")), again)
    np.testing.assert_array_equal(samples(again, RATE), samples(full, RATE))
    assert packets(again) == packets(full)


def test_the_whole_film_is_the_master_file(full: Path) -> None:
    assert verify(full, LONG) == ()


def test_only_effects_are_as_quiet_as_beside_a_voice(
    silent: Path, brief: Brief, folder: Path
) -> None:
    mute = tuple(replace(u, audio=None) for u in brief.speech.utterances)
    target = folder / "ticks.mp4"
    sound = heard(
        silent, replace(brief, speech=replace(brief.speech, utterances=mute)), EFFECTS, target
    )
    assert loudest(sound) == pytest.approx(LONG.lufs - 20, abs=0.5)
    assert verify(target, LONG, spoken=False) == ()


def test_only_music_is_as_loud_as_a_film(silent: Path, brief: Brief, folder: Path) -> None:
    mute = replace(brief, speech=replace(brief.speech, utterances=()))
    target = folder / "only-music.mp4"
    assemble(silent, mute, Settings(True, str(piece(folder / "alone.flac", 6))), target)
    assert verify(target, LONG) == ()


# --------------------------------------------------------------------------- the music bed


def test_the_bed_gives_way(silent: Path, brief: Brief, folder: Path) -> None:
    """Measured in a decoded film. The voice is a tone at 440 Hz, the bed lies at 180 and 540 Hz."""
    settings = Settings(False, str(piece(folder / "bed.wav", 30)))
    sound = heard(silent, brief, settings, folder / "bed.mp4")

    def level(start: float, end: float) -> float:
        """The bed's level in dB: what is left around 180 Hz."""
        part = between(sound, start, end)[:, 0]
        spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
        bins = np.fft.rfftfreq(len(part), 1 / RATE)
        return float(20 * np.log10(spectrum[np.abs(bins - 180) < 5].max() / len(part)))

    pause = level(8.0, 9.0)
    for start, end in ((2.5, 3.5), (5.0, 6.0), (10.5, 11.5), (15.5, 16.5)):
        assert pause - level(start, end) == pytest.approx(6, abs=0.3)
    assert pause - level(4.05, 4.45) == pytest.approx(6, abs=0.3)  # it does not pump
    assert pause - level(9.9, 10.3) > 4.5  # it is down before the word
    assert pause - level(6.5, 6.7) > 4  # and comes up slowly
    media = probe(folder / "bed.mp4").audio
    assert media is not None
    assert media.lufs == pytest.approx(LONG.lufs, abs=0.5)
    assert loudness_of(between(sound, 7.2, 9.7)) == pytest.approx(LONG.lufs - 14, abs=0.7)


def test_loud_and_soft_music_make_the_same_bed(folder: Path) -> None:
    beds = [
        bed(music(piece(folder / f"{volume}.wav", 5, volume), 4), [(1.0, 2.0)])
        for volume in (0.01, 0.9)
    ]
    assert decibels(beds[0]) == pytest.approx(decibels(beds[1]), abs=0.2)


def test_the_curve_is_smooth() -> None:
    steady = np.full((10 * RATE, 2), 0.1, np.float32)
    steady[::2] *= -1  # loud for the meter, flat for the eye
    curve = np.abs(bed(steady, [(2.0, 4.0), (4.8, 6.0)]))[:, 0]
    curve /= curve[RATE]
    low = 10 ** (-6 / 20)
    for seconds, level in (
        (1.0, 1), (2.0 - DOWN, 1), (2.0, low), (4.4, low), (6.0, low), (6.0 + UP, 1), (8.5, 1)
    ):  # fmt: skip
        assert curve[round(seconds * RATE)] == pytest.approx(level, abs=0.01)
    assert np.abs(np.diff(curve)).max() < 2e-4
    assert curve[0] == curve[-1] == 0


@pytest.mark.parametrize("ending", ["wav", "mp3", "flac", "ogg", "m4a"])
def test_short_music_goes_round(ending: str, folder: Path) -> None:
    """Its level stays where it was, also where its end runs into its beginning."""
    whole = music(piece(folder / f"loop.{ending}", 4.3), 20)
    assert whole.shape == (20 * RATE, 2)
    steps = [decibels(between(whole, at / 4, at / 4 + 0.25)) for at in range(1, 79)]
    assert max(steps) - min(steps) < 3.5
    assert np.abs(np.diff(whole, axis=0)).max() < 0.02


def test_long_music_is_cut(folder: Path) -> None:
    long = piece(folder / "long.wav", 40)
    np.testing.assert_array_equal(music(long, 3), samples(long, RATE)[: 3 * RATE])


def missing(_: Path) -> None: ...


def nonsense(path: Path) -> None:
    path.write_bytes(b"no music at all" * 1000)


def quiet(path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", "anullsrc=d=30", "-f", "wav", str(path))


def brief_moment(path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", "sine=d=0.5", "-f", "wav", str(path))


def picture(path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", "testsrc2=d=1", "-f", "matroska", str(path))


def playlist(path: Path) -> None:
    path.write_text("ffconcat version 1.0\nfile /etc/passwd\n")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (missing, "is no file"),
        (nonsense, "cannot be read as sound"),
        (quiet, "is silent for its first 30 s"),
        (brief_moment, "lasts 0.50 s"),
        (picture, "cannot be read as sound"),
        (playlist, "cannot be read as sound"),
    ],
)
def test_useless_music(make: Callable[[Path], None], says: str, tmp_path: Path) -> None:
    path = tmp_path / "bed.music"
    make(path)
    with pytest.raises(ConfigError, match=says) as error:
        music(path, 30)
    assert str(path) in str(error.value)
    assert "[sound]" in error.value.fix


def test_a_film_depends_on_its_sound(folder: Path) -> None:
    """On the bytes of the music, not on where it lies."""
    short = brief_of().short
    script = Script(Path("day.md"), 3, "Day", (short,))
    settings = load(Path(__file__).parent.parent / "config.toml")

    def inputs(effects: bool, music: Path | str) -> str:
        chosen = replace(settings, sound=Settings(effects, str(music)))
        return fingerprint.of(script, short, chosen, Path(__file__), "voice")

    one, same, other = (folder / f"{name}.bin" for name in ("one", "same", "other"))
    for path, content in ((one, b"1"), (same, b"1"), (other, b"2")):
        path.write_bytes(content)
    assert len({inputs(True, ""), inputs(False, ""), inputs(True, one), inputs(True, other)}) == 4
    assert inputs(True, one) == inputs(True, same)
    assert inputs(True, folder / "missing") == inputs(True, "")
