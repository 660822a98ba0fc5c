"""A voice's first words: whether it speaks at all, and how fast if nobody asks it to hurry."""

from __future__ import annotations

from collections.abc import Callable

from gradreel.errors import VoiceError
from gradreel.voice import Samples, sound, spoken
from gradreel.voice.lexicon import Unit

WORD = (Unit("ready", "ready"),)
# Of the sentences tried, the one that takes as long for its words as a whole day's narration does.
_TEXT = (
    "If a tensor requires grad, the graph remembers every step, and backward walks it in reverse "
    "to find the gradients."
)
SENTENCE = tuple(Unit(word, word) for word in _TEXT.split())


def failure(attempt: Callable[[], object]) -> str | None:
    """None if the attempt to speak succeeds, else why it does not."""
    try:
        attempt()
    except VoiceError as error:
        return error.message.rstrip(".")
    except Exception as error:  # whatever a foreign library raises: this voice cannot speak
        return f"its model does not run ({type(error).__name__}: {error})"
    return None


def pace(samples: Samples, rate: int) -> float:
    """Words a minute of `samples`, which say `SENTENCE`, from the first sound to the last.

    Raises `VoiceError` for silence.
    """
    first, last = sound.heard(samples)
    if first == last:
        raise VoiceError("the voice made only silence.")
    return len(spoken(SENTENCE)[0].split()) * 60 * rate / (last - first)
