"""What was run and what was said is remembered, and only for as long as it would be the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from briefs import brief_of

from gradreel.cache import Cache
from gradreel.model import Code
from gradreel.runs import Runs
from gradreel.settings import Run, load
from gradreel.trace import Trace, Tracer
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
    """Nobody may run anything; those who try are noted."""

    def __init__(self) -> None:
        super().__init__()
        self.tried: list[str] = []

    def trace(self, source: str, **_: object) -> Trace:  # type: ignore[override]
        self.tried.append(source)
        raise AssertionError("ran")


@contextmanager
def runs(cache: Cache, tracer: Tracer | None = None) -> Iterator[Runs]:
    with tracer or Forbidden() as used, Runs(used, cache, LIMITS) as made:
        yield made


def test_a_run_is_remembered_whole(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 10**7)
    with runs(cache, Tracer()) as made:
        first = made.of(SNIPPET, 0)
    with runs(cache) as made:
        again = made.of(SNIPPET, 0)
        assert repr(again) == repr(first)  # nan is not equal to itself
        assert "nan" in again.stdout
        for changed in (replace(SNIPPET, text=SNIPPET.text + " "), SNIPPET):
            seed = 0 if changed != SNIPPET else 1
            with pytest.raises(AssertionError, match="ran"):
                made.of(changed, seed)


def test_only_what_is_not_remembered_is_run_ahead(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 10**7)
    short = replace(brief_of().short, code=SNIPPET)
    with runs(cache, Tracer()) as made:
        made.of(SNIPPET, 0)
    for mistake, tried in ((None, []), (Code("x = 2", 9), ["x = 2"])):
        forbidden = Forbidden()
        with runs(cache, forbidden) as made:
            made.expect(replace(short, mistake_code=mistake))
            with pytest.raises(AssertionError, match="ran"):
                made.of(Code("last = 3", 1), 0)  # its turn comes after theirs
        assert forbidden.tried == [*tried, "last = 3"]


def test_what_was_run_ahead_is_not_run_again_and_fails_where_it_is_asked_for(
    tmp_path: Path,
) -> None:
    short = replace(brief_of().short, code=SNIPPET, mistake_code=None)
    forbidden = Forbidden()
    with runs(Cache(tmp_path, 10**7), forbidden) as made:
        made.expect(short)
        with pytest.raises(AssertionError, match="ran"):
            made.of(short.code, short.seed)
    assert forbidden.tried == [SNIPPET.text]


def test_a_run_that_was_stopped_is_tried_again(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 10**7)
    code = Code("n = 0\nwhile True:\n    n += 1", 1)
    with runs(cache, Tracer(replace(LIMITS, steps=100).limits)) as made:
        assert made.of(code, 0).end.status == "steps"
    with runs(cache) as made, pytest.raises(AssertionError, match="ran"):
        made.of(code, 0)


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
