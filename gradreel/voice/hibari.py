"""The voice `hibari`: a small neural voice that comes whole inside a package and needs no network.

It is young and has one author, so one version and one model are trusted, and it has to speak a word
before it counts as available. The model's own durations are taken out, scaled to the pace that is
asked for, and fed back: that makes the pace exact and tells when each word is said.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import resources
from typing import Any

import numpy as np

from gradreel.errors import VoiceError
from gradreel.voice import Samples, Take, onnx_edit, onnx_session, phonemes, trial
from gradreel.voice.finish import finished
from gradreel.voice.frames import RATE, Frames, paced, performed
from gradreel.voice.lexicon import Unit

MODEL = "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8"  # SHA-256
NATURAL = 177.6  # words a minute at the pace it was trained on, from first sound to last
LONGEST = 400  # phonemes in one go, as the package has it
_VOICE = "heart"  # the only one inside the package; it would download the others
_WISHES, _FRAMES = "/Sub_output_0", "/Round_output_0"  # durations: before the pace, and whole


def bring() -> None:
    """Import the package before threads part. With it comes scipy, which Manim wants as well; its
    parts import each other, so one of two threads that import it at once may find one half done."""
    with suppress(Exception):  # what is wrong with the voice is told when it is to speak
        import hibari  # noqa: F401


class Hibari:
    """hibari-tts 0.2.1 with its voice "heart": American English, 24 kHz."""

    name = "hibari"
    natural = None
    improvises = True

    def missing(self) -> str | None:
        return phonemes.missing()

    def available(self) -> str | None:
        if missing := self.missing():
            return missing
        with ThreadPoolExecutor(1) as aside:
            model = aside.submit(_sessions)  # is read while the dictionary is

            def attempt() -> None:
                phonemes.read(trial.WORD)
                model.result()
                self.speak(trial.WORD, NATURAL)

            return trial.failure(attempt)

    def fingerprint(self) -> str:
        runtime = importlib.metadata.version("onnxruntime")
        return f"hibari {phonemes.VERSION} {_VOICE} {MODEL} onnxruntime {runtime}"

    def speak(self, units: tuple[Unit, ...], pace: float) -> Take:
        said = phonemes.read(units)
        samples, starts = performed(said, LONGEST, lambda text: _say(text, pace / NATURAL))
        return finished(units, pace, samples, RATE, starts)


def _say(text: str, speed: float) -> tuple[Samples, Frames]:
    from hibari import dsp

    listening, speaking = _sessions()
    known = phonemes.vocabulary()
    tokens = np.array([[0, *(known[each] for each in text), 0]])
    inputs = {"ids": tokens, "speed": np.ones(1, np.float32)}
    frames = paced(listening.run(None, inputs)[0], speed)
    spectra = speaking.run(None, {**inputs, _FRAMES: frames.astype(np.float32)})
    noise = np.random.default_rng(onnx_session.SEED)
    return dsp.synth(*(spectrum[0] for spectrum in spectra), noise), frames


@functools.cache
def _sessions() -> tuple[Any, Any]:
    """The model that tells its durations, and the one that takes them. Raises `VoiceError`."""
    model = (resources.files("hibari") / "assets" / "hibari.onnx").read_bytes()
    if hashlib.sha256(model).hexdigest() != MODEL:
        raise VoiceError(f"its model is not the one that was measured: {phonemes.INSTALL}")
    try:
        listening, speaking = onnx_edit.only(model, _WISHES), onnx_edit.fed(model, _FRAMES)
    except LookupError as error:
        raise VoiceError(f"its model has no tensor {error}") from None
    return onnx_session.opened(listening), onnx_session.opened(speaking)
