"""The neural voices: what they say, when, at which pace, and what they answer when something of
them is not as it should be."""

from __future__ import annotations

import hashlib
import importlib.metadata
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from test_voice import SENTENCES, units

from gradreel.errors import VoiceError
from gradreel.model import Script
from gradreel.voice import (
    Samples,
    frames,
    hibari,
    kokoro,
    onnx_edit,
    onnx_session,
    phonemes,
    piper,
    sound,
    spoken,
)
from gradreel.voice.hibari import Hibari
from gradreel.voice.kokoro import Kokoro
from gradreel.voice.lexicon import Lexicon, Unit
from gradreel.voice.piper import Piper

ROOT = Path(__file__).parent.parent
LEXICON = Lexicon.load()

needs_reader = pytest.mark.skipif(phonemes.missing() is not None, reason=str(phonemes.missing()))


# --------------------------------------------------------------------------- reading


def heard(text: str) -> dict[str, str]:
    """Each unit's phonemes."""
    said = units(text)
    read = phonemes.read(said)
    ends = [*read.begins[1:], len(read.text)]
    pieces = [read.text[a:b].strip(" ,.") for a, b in zip(read.begins, ends, strict=True)]
    return dict(zip((unit.shown for unit in said), pieces, strict=True))


@needs_reader
@pytest.mark.parametrize("table", ["words", "code", "symbols"])
def test_every_entry_of_the_lexicon_is_heard_word_by_word(table: str) -> None:
    for said in getattr(LEXICON, table).values():
        words = said.strip(" ,").split()
        read = phonemes.read((Unit("say", "say"), Unit(said, said, code=True)))
        assert read.text.count(" ") == len(words), said
        assert all(any(map(str.isalpha, word)) for word in read.text.split()), said


@needs_reader
def test_every_sentence_of_the_day_is_heard_word_by_word(script: Script) -> None:
    for short in script.shorts:
        for prose in (short.hook, *short.talk, short.mistake):
            said, _ = LEXICON.units(prose)
            read = phonemes.read(said)
            assert len(read.text.split()) == len(spoken(said)[0].split())
            assert list(read.begins) == sorted(set(read.begins))
            before = {read.text[begin - 1 : begin] for begin in read.begins}
            assert before <= {"", " "}


@needs_reader
def test_respelled_code_is_not_spelled_letter_by_letter() -> None:
    said = heard("ReLU, tanh, logits and PyTorch, `requires_grad=True`, `df/dx`, CUDA")
    assert said["ReLU,"] == "ɹˈɛlu"
    assert said["tanh,"] == "tˈænʧ"
    assert said["logits"] == "lˈO ʤˈɪts"
    assert said["PyTorch,"] == "pˈI tˈɔɹʧ"
    assert said["requires_grad=True,"] == "ɹəkwˈIəɹz ɡɹˈæd ˈikwᵊlz tɹˈu"
    assert said["CUDA"] == "kˈudə"


@needs_reader
def test_letters_are_letters_and_articles_are_articles() -> None:
    said = heard("A tensor, the API, GPUs, `A`, `a`, naïve")
    assert said["A"] == "ɐ"
    assert said["A,"] == "ˈA"
    assert said["API,"] == "ˈA pˈi ˌI"
    assert said["GPUs,"] == "ʤˈi pˈi jˈuz"
    assert said["a,"] == "ˈA"
    assert said["naïve"]


@needs_reader
def test_neighbours_change_a_word() -> None:
    assert phonemes.read(units("the end")).text.startswith("ði ")
    assert phonemes.read(units("the graph")).text.startswith("ðə ")


@needs_reader
@pytest.mark.parametrize("text", ["a ☃b", "x ≠ y"])
def test_what_would_be_dropped_is_refused(text: str) -> None:
    with pytest.raises(VoiceError, match="cannot say") as error:
        phonemes.read((Unit(text, text),))
    assert "lexicon.toml" in error.value.fix


@needs_reader
def test_a_final_dot_stays_after_a_letter() -> None:
    assert phonemes.read(units("It is `x`.")).text.endswith("ˈɛks.")


# --------------------------------------------------------------------------- frames


def test_frames_keep_the_pace_and_none_is_empty() -> None:
    durations = np.array([14.4, 2, 1, 1, 1, 3.6, 1, 2, 12.2, 6, 1], np.float32)
    for speed in (0.7, 0.8, 1.0, 1.1, 1.3):
        whole = frames.paced(durations, speed)
        assert whole.min() >= 1
        assert abs(whole.sum() - np.round(durations).sum() / speed) <= 1
    assert (frames.paced(durations, 1) == np.round(durations)).all()


def tone(text: str) -> tuple[Samples, frames.Frames]:
    each = np.full(len(text) + 2, 2)
    return np.full(each.sum() * frames.FRAME, 0.5, np.float32), each


def test_a_unit_starts_where_its_first_phoneme_does() -> None:
    said = phonemes.Phonemes("ab, cd", (0, 4))
    samples, starts = frames.performed(said, 100, tone)
    assert len(samples) == 16 * frames.FRAME
    assert starts[0] == pytest.approx(0.05 - frames._EARLY)
    assert starts[1] == pytest.approx(0.25 - 0.025 - frames._EARLY)  # half the space before it


def test_a_long_sentence_is_said_in_pieces_cut_after_punctuation() -> None:
    pieces: list[str] = []

    def say(text: str) -> tuple[Samples, frames.Frames]:
        pieces.append(text)
        return tone(text)

    said = phonemes.Phonemes("aaa bb, ccc ddd eee", (0, 4, 8, 12, 16))
    samples, starts = frames.performed(said, 10, say)
    assert pieces == ["aaa bb,", "ccc ddd", "eee"]
    assert len(samples) == sum(len(tone(piece)[0]) for piece in pieces)
    lengths = [len(tone(piece)[0]) / frames.RATE for piece in pieces]
    assert starts[2] == pytest.approx(lengths[0] + 0.05 - frames._EARLY)
    assert starts[4] == pytest.approx(sum(lengths[:2]) + 0.05 - frames._EARLY)
    with pytest.raises(VoiceError, match="a word of more than"):
        frames.performed(phonemes.Phonemes("abcdefghijk", (0,)), 10, say)


def test_frames_that_do_not_fit_the_sound_are_refused() -> None:
    with pytest.raises(VoiceError, match="frames"):
        frames.performed(
            phonemes.Phonemes("ab", (0,)), 100, lambda text: (tone(text)[0][:-9000], tone(text)[1])
        )


# --------------------------------------------------------------------------- the voice hibari

needs_hibari = pytest.mark.skipif(
    Hibari().available() is not None, reason=str(Hibari().available())
)


@needs_hibari
def test_the_pace_is_kept_within_a_percent() -> None:
    """Words a minute from the first sound to the last, over some sentences."""
    body = {
        pace: sum(Hibari().speak(units(text), pace).seconds for text in SENTENCES[:4])
        - 4 * (sound.LEAD + sound.TAIL)
        for pace in (145, 150, 155, 160, 165, 170, 175, 180)
    }
    for pace, seconds in body.items():
        assert seconds * pace == pytest.approx(body[165] * 165, rel=0.01)


@needs_hibari
def test_the_pace_is_in_words_a_minute(script: Script) -> None:
    words, seconds = 0, 0.0
    for short in script.shorts[:10]:
        for prose in (short.hook, *short.talk):
            said, _ = LEXICON.units(prose)
            words += len(spoken(said)[0].split())
            seconds += Hibari().speak(said, 165).seconds - sound.LEAD - sound.TAIL
    assert words / seconds * 60 == pytest.approx(165, rel=0.03)


DIGEST = """
import hashlib, sys
from gradreel.voice.hibari import Hibari
from gradreel.voice.lexicon import Unit
take = Hibari().speak(tuple(Unit(word, word) for word in sys.argv[1].split()), 165)
print(hashlib.sha256(take.samples.tobytes() + repr(take.times).encode()).hexdigest())
"""


@needs_hibari
def test_the_same_sentence_always_sounds_the_same_in_every_process() -> None:
    text = "The same words, the same sound."
    said = tuple(Unit(word, word) for word in text.split())
    takes = [Hibari().speak(said, 165) for _ in range(2)]
    own = {
        hashlib.sha256(take.samples.tobytes() + repr(take.times).encode()).hexdigest()
        for take in takes
        if take.samples is not None
    }
    command = [sys.executable, "-c", DIGEST, text]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert own == {done.stdout.strip()}
    assert done.stderr == ""


@needs_hibari
def test_a_very_long_sentence_is_spoken_whole() -> None:
    said = units(" ".join(SENTENCES[:3] * 4))
    assert len(phonemes.read(said).text) > hibari.LONGEST
    take = Hibari().speak(said, 165)
    assert len(take.times) == len(said)
    assert take.seconds > 35


@pytest.fixture
def fresh() -> Iterator[None]:
    """The model is loaded anew, and once more for the tests after this one."""
    hibari._sessions.cache_clear()
    yield
    hibari._sessions.cache_clear()


def test_a_missing_package_is_a_reason_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("hibari", "onnxruntime"):
        monkeypatch.setattr(
            "importlib.util.find_spec", lambda name, gone=module: None if name == gone else name
        )
        reason = Hibari().available()
        assert reason
        assert "is not installed: pip install --require-hashes -r requirements-voice" in reason


@needs_hibari
def test_another_version_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "0.3.0")
    assert "hibari-tts is version 0.3.0, not 0.2.1: pip install" in str(Hibari().available())


@needs_hibari
@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("damage", [b"", b"no model", None])
def test_a_damaged_model_is_a_reason(
    damage: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assets = tmp_path / "assets"
    assets.mkdir()
    if damage is not None:
        (assets / "hibari.onnx").write_bytes(damage)
    monkeypatch.setattr(hibari.resources, "files", lambda _: tmp_path)
    reason = str(Hibari().available())
    assert "its model is not the one" in reason if damage is not None else "does not run" in reason


@needs_hibari
@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("tensor", ["_WISHES", "_FRAMES"])
def test_a_missing_tensor_is_a_reason(tensor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hibari, tensor, "/Absent_output_0")
    assert Hibari().available() == "its model has no tensor /Absent_output_0"


@needs_hibari
@pytest.mark.parametrize(
    ("length", "level", "complaint"),
    [(1, 0.0, "only silence"), (40, 0.5, "s of sound for a text")],
)
def test_a_model_that_says_nothing_sensible_is_a_reason(
    length: int, level: float, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def say(text: str, _: float) -> tuple[Samples, frames.Frames]:
        whole = np.full(len(text) + 2, length)
        return np.full(whole.sum() * frames.FRAME, level, np.float32), whole

    monkeypatch.setattr(hibari, "_say", say)
    assert complaint in str(Hibari().available())


# --------------------------------------------------------------------------- the voice kokoro


class Session:
    """A model that wishes two frames for each token, four for the first, and sounds as long."""

    def __init__(self, model: bytes) -> None:
        self.told = model == b"only"

    def get_inputs(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(name="input_ids")]

    def run(self, _: None, inputs: dict[str, Samples]) -> list[Samples]:
        assert inputs["style"].shape == (1, 256)
        tokens = inputs["input_ids"]
        assert inputs["style"][0, 0] == tokens.size - 3  # a row for each number of tokens
        each = np.full(tokens.shape, 2.0, np.float32)
        each[0, 0] = 4
        if self.told:
            return [each]
        each = inputs.get("/encoder/Clip_output_0", each / inputs["speed"])
        return [np.full(int(each.sum()) * frames.FRAME, 0.5, np.float32)]


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A model file with one speaker beside it, run by `Session`."""
    styles = np.repeat(np.arange(510, dtype=np.float32), 256).reshape(510, 1, 256)
    with (tmp_path / "voices-v1.0.bin").open("wb") as file:
        np.savez(file, af_heart=styles)
    styles.tofile(tmp_path / "am_own.bin")
    path = tmp_path / "kokoro.onnx"
    path.write_bytes(TOY)
    monkeypatch.setattr(onnx_session, "opened", Session)
    yield path
    for cached in (kokoro._model, kokoro._pace):
        cached.cache_clear()


@needs_reader
@pytest.mark.parametrize("speaker", ["af_heart", "am_own"])
def test_kokoro_times_words_by_its_frames(
    model: Path, speaker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_edit, "only", lambda *_: b"only")
    monkeypatch.setattr(onnx_edit, "fed", lambda *_: b"fed")
    voice = Kokoro(str(model), speaker)
    assert voice.available() is None
    said = units("the `x` graph")
    read = phonemes.read(said)
    own = kokoro._pace(model, speaker)
    for slower in (1, 2):
        take = voice.speak(said, own / slower)
        assert take.exact
        # Two frames of 25 ms each, after four of silence, which sound here; half a space is ours.
        starts = [slower * ((4 + 2 * begin) - 1) * 0.025 - frames._EARLY for begin in read.begins]
        assert [start for start, _ in take.times[1:]] == pytest.approx(
            [start + sound.LEAD for start in starts[1:]], abs=1e-3
        )


@needs_reader
def test_kokoro_without_frames_estimates_and_still_has_a_pace(model: Path) -> None:
    voice = Kokoro(str(model), "af_heart")
    own = kokoro._pace(model, "af_heart")
    slow, fast = (voice.speak(units("the `x` graph"), pace) for pace in (own / 2, own))
    assert not slow.exact
    assert len(slow.times) == 3
    assert slow.seconds > 1.8 * fast.seconds - 0.5


@needs_reader
def test_what_kokoro_lacks_is_a_reason(model: Path) -> None:
    assert "no model is named in config.toml" in str(Kokoro("", "af_heart").available())
    assert "there is no model" in str(Kokoro("/nowhere/kokoro.onnx", "af_heart").available())
    reason = str(Kokoro(str(model), "af_hart").available())
    assert "no speaker 'af_hart'. Did you mean 'af_heart'? Known: af_heart" in reason
    (model.parent / "af_short.bin").write_bytes(bytes(4 * 256))
    assert "256 numbers" in str(Kokoro(str(model), "af_short").available())
    (model.parent / "voices-v1.0.bin").unlink()
    assert "neither voices-v1.0.bin nor af_heart.bin" in str(
        Kokoro(str(model), "af_heart").available()
    )


@needs_reader
def test_a_file_that_is_no_model_is_a_reason(tmp_path: Path) -> None:
    np.zeros((510, 1, 256), np.float32).tofile(tmp_path / "af_heart.bin")
    (tmp_path / "kokoro.onnx").write_bytes(b"\xff" * 99)
    voice = Kokoro(str(tmp_path / "kokoro.onnx"), "af_heart")
    assert "its model does not run (ValueError: no ONNX model" in str(voice.available())


# --------------------------------------------------------------------------- the voice piper


def aligned(text: str) -> list[SimpleNamespace]:
    """What Piper tells of a sentence: 100 samples for each phoneme."""
    return [SimpleNamespace(phoneme=each, num_samples=100) for each in f"^{text}$"]


def test_piper_words_begin_after_spaces_not_after_marks() -> None:
    assert list(piper._words(aligned("ɪn ðɪ ˈɛnd, ɡɹˈæf."), 1000)) == [1100, 1400, 1700, 2300]


@pytest.mark.parametrize(("heard", "exact"), [([0.0, 0.3, 0.9, 1.2], True), ([0.0, 0.3], False)])
def test_piper_times_words_only_if_it_has_them_all(
    heard: list[float], exact: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = np.full(3200, 0.5, np.float32)
    fake = SimpleNamespace(rate=2000, say=lambda *_: (samples, heard))
    monkeypatch.setattr(piper, "_model", lambda _: fake)
    monkeypatch.setattr(piper, "_pace", lambda _: 170)
    said = (Unit("x.grad", "x dot grad", code=True), Unit("now.", "now."))
    take = Piper("voice.onnx").speak(said, 165)
    assert take.exact == exact
    if exact:
        assert take.times[1][0] == pytest.approx(1.2 + sound.LEAD)


def test_what_piper_lacks_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no model is named in config.toml" in str(Piper("").available())
    voice = tmp_path / "voice.onnx"
    assert f"there is no file {voice}" in str(Piper(str(voice)).available())
    voice.write_bytes(b"")
    assert f"there is no file {voice}.json" in str(Piper(str(voice)).available())
    (tmp_path / "voice.onnx.json").write_text("{")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert "piper-tts is not installed: pip install piper-tts" in str(Piper(str(voice)).available())
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    assert "its model does not run (" in str(Piper(str(voice)).available())


# --------------------------------------------------------------------------- opening a model up


def field(number: int, value: bytes) -> bytes:
    assert len(value) < 128
    return bytes([number << 3 | 2, len(value)]) + value


def node(kind: str, name_in: str, name_out: str) -> bytes:
    return field(
        1, field(1, name_in.encode()) + field(2, name_out.encode()) + field(4, kind.encode())
    )


def value(name: str) -> bytes:
    """A float32 tensor of one dimension."""
    shape = field(2, field(1, field(2, b"n")))
    return field(1, name.encode()) + field(2, field(1, bytes([1 << 3, 1]) + shape))


GRAPH = (
    node("Neg", "x", "/inside")
    + node("Abs", "/inside", "y")
    + field(2, b"g")
    + field(11, value("x"))
    + field(12, value("y"))
)
# y = |-x|, IR version 8, opset 17
TOY = bytes([1 << 3, 8]) + field(7, GRAPH) + field(8, bytes([2 << 3, 17]))


@needs_reader
def test_a_tensor_inside_is_shown_or_fed() -> None:
    x = np.array([1.5, -2], np.float32)
    y, inside = onnx_session.opened(onnx_edit.shown(TOY, "/inside")).run(None, {"x": x})
    assert (y == [1.5, 2]).all()
    assert (inside == [-1.5, 2]).all()
    assert len(onnx_session.opened(onnx_edit.only(TOY, "/inside")).run(None, {"x": x})) == 1
    fed = onnx_session.opened(onnx_edit.fed(TOY, "/inside"))
    assert (fed.run(None, {"x": x, "/inside": np.array([-7], np.float32)})[0] == [7]).all()


@pytest.mark.parametrize("change", [onnx_edit.shown, onnx_edit.only, onnx_edit.fed])
def test_a_model_without_the_tensor_is_refused(change: object) -> None:
    assert callable(change)
    with pytest.raises(LookupError, match="/outside"):
        change(TOY, "/outside")
    assert onnx_edit.shown(TOY, "y") == TOY  # it is an output already
    assert onnx_edit.made_by(TOY, "Neg") == ["/inside"]
    with pytest.raises(ValueError, match="no ONNX model"):
        change(b"\xff" * 40, "/inside")
    with pytest.raises(ValueError, match="no ONNX model"):
        change(TOY[:-30], "/inside")
