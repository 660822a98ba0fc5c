"""The voice itself, for real: what it writes is complete, timed, repeatable; what it breaks is
noticed."""

from __future__ import annotations

import itertools
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from gradreel.errors import ConfigError, VoiceError
from gradreel.model import Prose, Span
from gradreel.settings import load
from gradreel.voice import VOICES, Take, Voice, espeak, sound, spoken, voice
from gradreel.voice.espeak import Pyttsx3
from gradreel.voice.lexicon import Lexicon, Unit
from gradreel.voice.silent import Silent

LEXICON = Lexicon.load()
SETTINGS = load(Path(__file__).parent.parent / "config.toml").voice
SENTENCES = (
    "Big positive/negative inputs kill gradient.",
    "PyTorch doesn’t overwrite gradients — it adds them.",
    "If `loss` depends on many parameters, `.backward()` fills all their `.grad` fields.",
    "In the end, h → g → f.",
    "No.",
)

needs_voice = pytest.mark.skipif(
    Pyttsx3().available() is not None, reason=str(Pyttsx3().available())
)
# No word has a p, t or k after its first letter: their silence would be taken for a pause.
LISTS = (
    "One, three, four, five, seven, nine, eleven.",
    "Layers, losses, neurons, errors, values, rows, names.",
    "Tensor, kernel, bias, power, column, zero, prime, cell.",
    "Tune, cool, pass, tell, call, pool, keys, time.",
    "Arrow, owner, error, alley, era, inner, hour.",
)


def units(text: str) -> tuple[Unit, ...]:
    spans = [
        Span("code" if index % 2 else "text", piece)
        for index, piece in enumerate(text.split("`"))
        if piece
    ]
    return LEXICON.units(Prose(tuple(spans), 1))[0]


def check(take: Take, count: int) -> None:
    """What every voice promises."""
    assert len(take.times) == count
    assert take.seconds > 0
    previous = 0.0
    for start, end in take.times:
        assert previous <= start <= end <= take.seconds + 1e-6
        previous = start
    if take.samples is not None:
        assert take.seconds == pytest.approx(len(take.samples) / take.rate)
        assert np.abs(take.samples).max() > 0.1
        assert np.abs(take.samples).max() <= 1


@pytest.mark.parametrize("name", VOICES)
def test_every_voice_keeps_its_promises(name: str) -> None:
    speaker: Voice = voice(name, SETTINGS)
    assert speaker.name == name
    if reason := speaker.available():
        pytest.skip(reason)
    assert name in speaker.fingerprint()
    for text in SENTENCES:
        said = units(text)
        check(speaker.speak(said, 165), len(said))


def silences(take: Take) -> list[tuple[float, float]]:
    """Where the energy of the sound is gone for at least 60 ms, in seconds."""
    assert take.samples is not None
    hop = take.rate // 200
    whole = take.samples[: len(take.samples) // hop * hop].reshape(-1, hop)
    energy = np.sqrt((whole**2).mean(axis=1))
    quiet = energy < 0.02 * energy.max()
    edges = [0, *(np.flatnonzero(np.diff(quiet)) + 1)]
    runs = [(begin, end) for begin, end in itertools.pairwise(edges) if quiet[begin]]
    seconds = hop / take.rate
    return [(b * seconds, e * seconds) for b, e in runs if (e - b) * seconds >= 0.06]


@pytest.mark.parametrize("name", ["hibari", "pyttsx3"])
@pytest.mark.parametrize("pace", [145, 165, 180])
def test_a_word_starts_when_it_is_heard(name: str, pace: int) -> None:
    """Every word that follows a silence, against where the energy of the sound comes back."""
    speaker = voice(name, SETTINGS)
    if reason := speaker.available():
        pytest.skip(reason)
    errors = {}
    for text in LISTS:
        said = units(text)
        take = speaker.speak(said, pace)
        assert take.exact
        for unit, (before, word) in zip(said[1:], itertools.pairwise(take.times), strict=True):
            pauses = [p for p in silences(take) if sum(before) / 2 < p[1] < sum(word) / 2]
            if pauses:
                _, heard = max(pauses, key=lambda pause: pause[1] - pause[0])
                errors[unit.shown] = round(word[0] - heard, 3)
    assert len(errors) >= 6
    assert {word: error for word, error in errors.items() if abs(error) > 0.05} == {}


def test_an_unknown_voice_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'pyttsx3'") as error:
        voice("pyttsx", SETTINGS)
    assert "none" in error.value.fix


# --------------------------------------------------------------------------- the real engine


@needs_voice
def test_word_times_are_the_engines_own() -> None:
    said = units("Autograd means PyTorch automatically computes derivatives for you.")
    take = Pyttsx3().speak(said, 165)
    assert take.exact
    starts = [start for start, _ in take.times]
    assert starts == sorted(set(starts))
    assert starts[0] == pytest.approx(sound.LEAD, abs=0.05)
    assert take.times[-1][1] == pytest.approx(take.seconds - sound.TAIL, abs=0.02)
    # "derivatives" is long, "for" is short
    length = {unit.shown: end - start for unit, (start, end) in zip(said, take.times, strict=True)}
    assert length["derivatives"] > 2 * length["for"]


@needs_voice
def test_the_pace_is_kept() -> None:
    said = units(" ".join(SENTENCES[:3]))
    natural, fast = (Pyttsx3().speak(said, pace).seconds for pace in (150, 180))
    assert natural / fast == pytest.approx(180 / 150, rel=0.02)


def digest(text: str) -> bytes:
    take = Pyttsx3().speak(units(text), 165)  # each take is a process of its own
    assert take.samples is not None
    return take.samples.tobytes() + repr(take.times).encode()


@needs_voice
def test_the_same_sentence_always_sounds_the_same() -> None:
    assert digest(SENTENCES[0]) == digest(SENTENCES[0])


@needs_voice
def test_a_busy_machine_changes_nothing() -> None:
    """Without the worker's order of steps a third of these speak at the wrong rate."""
    spin = [sys.executable, "-S", "-c", "while True: pass"]
    busy = [subprocess.Popen(spin) for _ in range(2)]
    try:
        with ThreadPoolExecutor(4) as pool:
            takes = set(pool.map(digest, [SENTENCES[1]] * 20))
    finally:
        for process in busy:
            process.kill()
            process.wait()
    assert len(takes) == 1


# --------------------------------------------------------------------------- a broken engine

PRELUDE = """
import json, os, struct, sys, time, wave
job = json.load(sys.stdin)
tries = {tries!r}
with open(tries, "a") as file: file.write("x")
count = os.path.getsize(tries)
def answer(**more):
    said = dict(nonce=job["nonce"], pace=job["pace"], words=[[0, 0.1]]) | more
    sys.stdout.write(json.dumps(said)); sys.stdout.flush()
def tone(seconds, level=8000):
    with wave.open(job["path"], "wb") as sound:
        sound.setnchannels(1); sound.setsampwidth(2); sound.setframerate(22050)
        sound.writeframes(struct.pack("<h", level) * int(22050 * seconds))
"""

BROKEN = {
    "no file": ("answer()", "wrote no sound"),
    "empty file": ("open(job['path'], 'wb').close(); answer()", "no WAV"),
    "half a file": (
        "tone(2); os.truncate(job['path'], os.path.getsize(job['path']) // 2); answer()",
        "cut short",
    ),
    "lying header": (
        "tone(2); f = open(job['path'], 'r+b'); f.seek(40); f.write(struct.pack('<I', 10**6)); "
        "f.close(); answer()",
        "cut short",
    ),
    "silence": ("tone(2, 0); answer()", "only silence"),
    "wrong rate": ("tone(2); answer(pace=175)", "175 words a minute"),
    "too long": ("tone(60); answer()", "60.* s of sound"),
    "too short": ("tone(0.1); answer()", "s of sound for a text"),
    "words after the end": ("tone(2); answer(words=[[0, 9.0]])", "before its last word"),
    "hangs": ("time.sleep(60)", "hung"),
    "dies": ("os._exit(0)", "broke off"),
    "old answer": ("tone(2); answer(nonce='stale')", "broke off"),
    "noise in the answer": ("tone(2); print('Audio saved'); answer()", "broke off"),
    "mp3": ("open(job['path'], 'wb').write(b'ID3' + bytes(999)); answer()", "no WAV"),
}


@pytest.fixture
def tries(tmp_path: Path) -> Path:
    return tmp_path / "tries"


def fake(tries: Path, body: str) -> Pyttsx3:
    code = PRELUDE.format(tries=str(tries)) + textwrap.dedent(body)
    return Pyttsx3(worker=(sys.executable, "-S", "-c", code), patience=1.0)


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_engine_is_an_error_after_three_tries(fault: str, tries: Path) -> None:
    body, message = BROKEN[fault]
    text = "No." if fault == "hangs" else SENTENCES[0]
    with pytest.raises(VoiceError, match=message):
        fake(tries, body).speak(units(text), 165)
    assert tries.read_text() == "x" * espeak.TRIES


@pytest.mark.parametrize("fault", ["no file", "half a file", "lying header", "hangs"])
def test_one_bad_take_is_made_again(fault: str, tries: Path) -> None:
    body, _ = BROKEN[fault]
    code = f"if count == 1:\n    {body}\nelse:\n    tone(2.5); answer()"
    take = fake(tries, code).speak(units(SENTENCES[0]), 165)
    check(take, len(units(SENTENCES[0])))
    assert tries.read_text() == "xx"


def test_a_missing_engine_says_so() -> None:
    with pytest.raises(VoiceError, match="did not start"):
        Pyttsx3(worker=("/nowhere/python",)).speak(units("Hello."), 165)


def test_without_word_events_times_are_estimated(tries: Path) -> None:
    said = units(SENTENCES[0])
    take = fake(tries, "tone(2.5); answer(words=None)").speak(said, 165)
    check(take, len(said))
    assert not take.exact
    assert take.times[0][0] == pytest.approx(sound.LEAD)
    assert take.times[-1][1] == pytest.approx(take.seconds - sound.TAIL)


@pytest.mark.parametrize("text", ["", "a" * 11_000])
def test_what_cannot_be_spoken_is_refused_at_once(text: str) -> None:
    with pytest.raises(VoiceError, match="cannot be spoken"):
        Pyttsx3().speak((Unit(text, text),), 165)


def test_a_swallowed_word_lies_between_its_neighbours(tries: Path) -> None:
    said = (Unit("in", "in"), Unit("the", "the"), Unit("end.", "end."))
    words = [[0, 0.1], [7, 0.8]]  # espeak says "in the" as one word
    take = fake(tries, f"tone(1.5); answer(words={words})").speak(said, 165)
    starts = [start for start, _ in take.times]
    assert starts[0] < starts[1] < starts[2]
    assert starts[2] == pytest.approx(0.8 + sound.LEAD, abs=1e-3)


# --------------------------------------------------------------------------- sound and silence


def test_trimming_keeps_the_speech(tmp_path: Path) -> None:
    rate = 22050
    quiet, loud = np.zeros(rate, np.float32), np.full(rate // 2, 0.5, np.float32)
    cut, shift = sound.trim(np.concatenate([quiet, loud, quiet]), rate)
    assert len(cut) / rate == pytest.approx(sound.LEAD + 0.5 + sound.TAIL, abs=1e-3)
    assert shift == pytest.approx(1 - sound.LEAD, abs=1e-3)
    tight, shift = sound.trim(loud, rate)  # no silence around: some is added
    assert len(tight) == len(cut)
    assert shift == pytest.approx(-sound.LEAD, abs=1e-3)
    path = tmp_path / "a.wav"
    sound.write(path, cut, rate)
    back, same = sound.read(path)
    assert same == rate
    assert np.abs(back - cut).max() < 1e-3
    assert [p.name for p in tmp_path.iterdir()] == ["a.wav"]


def test_the_silent_voice_takes_its_time() -> None:
    said = units("One two three four five six seven eight nine ten.")
    slow, fast = (Silent().speak(said, pace) for pace in (165, 180))
    assert slow.samples is None
    assert 3 < slow.seconds < 6
    assert slow.seconds > fast.seconds
    check(slow, len(said))


def test_the_spoken_text_begins_each_unit_where_it_says() -> None:
    said = units("gradients — it adds (a lot of) them, h → g")
    text, begins = spoken(said)
    for unit, begin in zip(said, begins, strict=True):
        assert text[begin:].startswith(unit.spoken)
    assert " ," not in text
    assert all(a < b for a, b in itertools.pairwise(begins))
