"""The voice `piper`: any Piper model, for those who have one and install Piper.

Piper is licensed under the GPL, so it is never installed with this project. Its model draws noise
as it speaks, and the noise goes on from sentence to sentence; so that a sentence always sounds the
same, each one gets a session of its own.
"""

from __future__ import annotations

import bisect
import functools
import hashlib
import importlib.metadata
import importlib.util
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gradreel.voice import Samples, Take, onnx_edit, onnx_session, spoken, trial
from gradreel.voice.finish import finished
from gradreel.voice.lexicon import Unit

INSTALL = "pip install piper-tts"
_WORD = re.compile(r"[^ ,.!?]*\w[^ ,.!?]*")
# espeak, which finds Piper's phonemes, says "in the" as one word unless this lies between.
_BOND = "\N{NO-BREAK SPACE}"


class Piper:
    """The model at `path`, "" for none."""

    name = "piper"
    natural = None
    improvises = True

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._named = bool(path)

    def missing(self) -> str | None:
        if not self._named:
            return 'no model is named in config.toml: piper = "…/voice.onnx"'
        for file in (self._path, _settings(self._path)):
            if not file.is_file():
                return f"there is no file {file}"
        if importlib.util.find_spec("piper") is None:
            return f"the package piper-tts is not installed: {INSTALL}"
        return None

    def available(self) -> str | None:
        return self.missing() or trial.failure(lambda: _pace(self._path))

    def fingerprint(self) -> str:
        versions = " ".join(
            f"{package} {importlib.metadata.version(package)}"
            for package in ("piper-tts", "onnxruntime")
        )
        return f"piper {_model(self._path).digest} {versions}"

    def speak(self, units: tuple[Unit, ...], pace: float) -> Take:
        text, begins = spoken(units)
        model = _model(self._path)
        samples, heard = model.say(text, _pace(self._path) / pace)
        words = [word.start() for word in _WORD.finditer(text)]
        starts = None
        if len(heard) == len(words):  # else nobody knows which is which
            firsts = (bisect.bisect_left(words, begin) for begin in begins)
            starts = [heard[min(first, len(heard) - 1)] for first in firsts]
        return finished(units, pace, samples, model.rate, starts)


@dataclass(frozen=True, slots=True)
class _Model:
    """A model whose last output, where it has more than one, is its frames for each phoneme.

    `settings` is the file beside it; `rate` is in Hz, `digest` is of both files.
    """

    model: bytes
    settings: dict[str, Any]
    rate: int
    digest: str

    def say(self, text: str, scale: float) -> tuple[Samples, list[float]]:
        """The sound, and the second at which each word starts; none if the model does not tell."""
        from piper import PiperVoice, SynthesisConfig
        from piper.config import PiperConfig

        config = PiperConfig.from_dict(self.settings)
        voice = PiperVoice(onnx_session.opened(self.model), config)
        slower = SynthesisConfig(length_scale=config.length_scale * scale)
        sounds: list[Samples] = []
        starts: list[float] = []
        ended = 0
        for chunk in voice.synthesize(text.replace(" ", _BOND), slower, include_alignments=True):
            starts += (start / self.rate for start in _words(chunk.phoneme_alignments or (), ended))
            sounds.append(chunk.audio_float_array)
            ended += len(sounds[-1])
        return np.concatenate(sounds), starts


def _words(phonemes: Iterable[Any], begin: int) -> Iterator[int]:
    """The first sample of each word in a sentence that begins at sample `begin`."""
    inside = False
    for phoneme in phonemes:
        if phoneme.phoneme.isalpha() and not inside:
            yield begin
        inside = phoneme.phoneme != " " and (inside or phoneme.phoneme.isalpha())
        begin += phoneme.num_samples


@functools.cache
def _model(path: Path) -> _Model:
    model, settings = path.read_bytes(), _settings(path).read_bytes()
    digest = hashlib.sha256(model + settings).hexdigest()
    if len(durations := onnx_edit.made_by(model, "Ceil")) == 1:
        model = onnx_edit.shown(model, durations[0])
    read = json.loads(settings)
    return _Model(model, read, read["audio"]["sample_rate"], digest)


@functools.cache
def _pace(path: Path) -> float:
    """The voice's own pace, in words a minute."""
    model = _model(path)
    return trial.pace(model.say(spoken(trial.SENTENCE)[0], 1.0)[0], model.rate)


def _settings(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")
