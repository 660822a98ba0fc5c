"""What was run and what was said is remembered, and only for as long as it would be the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from briefs import brief_of

from gradreel.cache import Cache
from gradreel.model import Code
from gradreel.runs import Runs
from gradreel.settings import Run, load
from gradreel.trace import Tracer
from gradreel.voice import Take, voice
from gradreel.voice.lexicon import Lexicon, Unit
from gradreel.voice.remembered import Remembered

ROOT = Path(__file__).parent.parent
SNIPPET = Code(
    "import torch\nx = torch.tensor([1.0, float('nan')], requires_grad=True)\n"
    "(x * x).sum().backward()\nprint(x.grad, torch.rand(1))",
    1,
)
LIMITS = Run(60, 1000, 20_000)


class Forbidden(Tracer):
    """Nobody may run anything."""

    def trace(self, *_: object, **__: object) -> object:  # type: ignore[override]
        raise AssertionError("ran")

    def start(self) -> None:
        raise AssertionError("started")


def test_a_run_is_remembered_whole(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 10**7)
    with Tracer() as tracer:
        first = Runs(tracer, cache, LIMITS).of(SNIPPET, 0)
    again = Runs(Forbidden(), cache, LIMITS).of(SNIPPET, 0)
    assert repr(again) == repr(first)  # nan is not equal to itself
    assert "nan" in again.stdout
    for changed in (replace(SNIPPET, text=SNIPPET.text + " "), SNIPPET):
        seed = 0 if changed != SNIPPET else 1
        with pytest.raises(AssertionError, match="ran"):
            Runs(Forbidden(), cache, LIMITS).of(changed, seed)


def test_torch_is_imported_only_if_something_is_to_be_run(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 10**7)
    short = replace(brief_of().short, code=SNIPPET)
    with pytest.raises(AssertionError, match="started"):
        Runs(Forbidden(), cache, LIMITS).expect(short)
    with Tracer() as tracer:
        Runs(tracer, cache, LIMITS).of(SNIPPET, 0)
    Runs(Forbidden(), cache, LIMITS).expect(short)
    with pytest.raises(AssertionError, match="started"):
        Runs(Forbidden(), cache, LIMITS).expect(replace(short, mistake_code=Code("x = 2", 9)))


def test_a_run_that_was_stopped_is_tried_again(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 10**7)
    with Tracer(replace(LIMITS, steps=100).limits) as tracer:
        code = Code("n = 0\nwhile True:\n    n += 1", 1)
        assert Runs(tracer, cache, LIMITS).of(code, 0).end.status == "steps"
    with pytest.raises(AssertionError, match="ran"):
        Runs(Forbidden(), cache, LIMITS).of(code, 0)


class Counting:
    """A voice of tones that counts how often it speaks."""

    name, natural, improvises = "tone", None, True

    def __init__(self, mark: str = "a") -> None:
        self.mark, self.spoke = mark, 0

    def available(self) -> str | None:
        return None

    def fingerprint(self) -> str:
        return self.mark

    def speak(self, units: tuple[Unit, ...], pace: float) -> Take:
        self.spoke += 1
        samples = np.sin(np.arange(1000) / pace, dtype=np.float32)
        return Take(samples, 22_050, 1000 / 22_050, tuple((0.1, 0.2) for _ in units), True)


def test_a_sentence_is_spoken_once(tmp_path: Path) -> None:
    units, _ = Lexicon.load().units(brief_of().short.hook)
    spoken = Counting()
    remembered = Remembered(spoken, Cache(tmp_path, 10**7))
    first, again = remembered.speak(units, 165), remembered.speak(units, 165)
    assert spoken.spoke == 1
    assert np.array_equal(np.asarray(first.samples), np.asarray(again.samples))
    assert replace(again, samples=None) == replace(first, samples=None)
    remembered.speak(units, 160)
    remembered.speak(units[:1], 165)
    Remembered(other := Counting("b"), Cache(tmp_path, 10**7)).speak(units, 165)
    assert (spoken.spoke, other.spoke) == (3, 1)


def test_silence_is_remembered_as_silence(tmp_path: Path) -> None:
    units, _ = Lexicon.load().units(brief_of().short.hook)
    silent = Remembered(voice("none", load(ROOT / "config.toml").voice), Cache(tmp_path, 10**7))
    first, again = silent.speak(units, 165), silent.speak(units, 165)
    assert first == again
    assert again.samples is None
