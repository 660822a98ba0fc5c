"""The voice `kokoro`: Kokoro-82M, for those who have its model file and its voices.

The model and its voices are published apart from any package, so config.toml names the model file;
the voices lie beside it. https://github.com/thewh1teagle/kokoro-onnx has both.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradreel.errors import VoiceError
from gradreel.model import unknown
from gradreel.voice import Samples, Take, onnx_edit, onnx_session, phonemes, trial
from gradreel.voice.finish import finished
from gradreel.voice.frames import RATE, Frames, paced, performed
from gradreel.voice.lexicon import Unit

LONGEST = 510  # phonemes in one go
_STYLES = (LONGEST, 1, 256)  # of one speaker: a style for each number of phonemes
_FRAMES = "/encoder/Clip_output_0"


class Kokoro:
    """The model at `path`, "" for none, with one of its speakers."""

    name = "kokoro"
    natural = None
    improvises = True

    def __init__(self, path: str, speaker: str) -> None:
        self._path = Path(path)
        self._speaker = speaker
        self._named = bool(path)

    def missing(self) -> str | None:
        if not self._named:
            return 'no model is named in config.toml: kokoro = "…/kokoro-v1.0.onnx"'
        if not self._path.is_file():
            return f"there is no model {self._path}"
        return phonemes.missing()

    def available(self) -> str | None:
        return self.missing() or trial.failure(lambda: _pace(self._path, self._speaker))

    def fingerprint(self) -> str:
        model = _model(self._path, self._speaker)
        runtime = importlib.metadata.version("onnxruntime")
        return f"kokoro {model.digest} {self._speaker} {phonemes.VERSION} onnxruntime {runtime}"

    def speak(self, units: tuple[Unit, ...], pace: float) -> Take:
        model = _model(self._path, self._speaker)
        speed = pace / _pace(self._path, self._speaker)
        said = phonemes.read(units)
        samples, starts = performed(said, LONGEST, lambda text: model.say(text, speed))
        return finished(units, pace, samples, RATE, starts)


@dataclass(frozen=True, slots=True)
class _Model:
    """A speaker, ready. `listening` tells the frames that `speaking` takes; None in an export that
    hides them, which then has the pace as an input only. `digest` is of model and styles."""

    speaking: Any
    listening: Any | None
    styles: NDArray[np.float32]
    digest: str

    def say(self, text: str, speed: float) -> tuple[Samples, Frames | None]:
        known = phonemes.vocabulary()
        inputs = {
            self.speaking.get_inputs()[0].name: np.array([[0, *(known[each] for each in text), 0]]),
            "style": self.styles[len(text) - 1],
            "speed": np.array([1 if self.listening else speed], np.float32),
        }
        if self.listening is None:
            return self.speaking.run(None, inputs)[0].ravel(), None
        frames = paced(self.listening.run(None, inputs)[0].ravel(), speed)
        fed = {_FRAMES: frames[np.newaxis].astype(np.float32)}
        return self.speaking.run(None, inputs | fed)[0].ravel(), frames


@functools.cache
def _model(path: Path, speaker: str) -> _Model:
    """Raises `VoiceError` if the speaker is not there, and what onnxruntime does."""
    styles = _styles(path.parent, speaker)
    model = path.read_bytes()
    digest = hashlib.sha256(model + styles.tobytes()).hexdigest()
    try:
        listening = onnx_session.opened(onnx_edit.only(model, _FRAMES))
        model = onnx_edit.fed(model, _FRAMES)
    except LookupError:
        listening = None
    return _Model(onnx_session.opened(model), listening, styles, digest)


@functools.cache
def _pace(path: Path, speaker: str) -> float:
    """The speaker's own pace, in words a minute."""
    said = phonemes.read(trial.SENTENCE)
    samples, _ = _model(path, speaker).say(said.text, 1.0)
    return trial.pace(samples, RATE)


def _styles(folder: Path, speaker: str) -> NDArray[np.float32]:
    """A speaker's styles: from a file of its own, or from one with all of them."""
    own = folder / f"{speaker}.bin"
    if own.is_file():
        styles = np.fromfile(own, np.float32)
    else:
        found = sorted(folder.glob("voices*.bin"))
        if not found:
            raise VoiceError(f"neither voices-v1.0.bin nor {own.name} lies beside the model")
        with np.load(found[-1]) as speakers:
            if speaker not in speakers:
                error = unknown("speaker", speaker, sorted(speakers))
                raise VoiceError(f"{error.message} {error.fix}")
            styles = speakers[speaker]
    if styles.size != np.prod(_STYLES):
        raise VoiceError(f"the styles of {speaker} are {styles.size:,} numbers, not {_STYLES}")
    return styles.reshape(_STYLES).astype(np.float32)
