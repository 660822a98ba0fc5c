"""The voice `pyttsx3`: espeak-ng on Linux, the system's voice elsewhere.

The engine runs in a child process for each sentence, and its answer is believed only after the
file has been read and checked.
"""

from __future__ import annotations

import ctypes
import importlib.metadata
import importlib.util
import json
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from gradreel.errors import VoiceError, VoiceLost
from gradreel.voice import Take, sound, spoken
from gradreel.voice.finish import finished
from gradreel.voice.lexicon import Unit

TRIES = 3
LONGEST = 10_000  # characters; espeak crashes above 15,000
# By path: as a module it would import this package and numpy, which takes longer than speaking.
_WORKER = (sys.executable, "-P", str(Path(__file__).with_name("pyttsx3_worker.py")))
_ON_ESPEAK = not sys.platform.startswith(("darwin", "win"))


class Pyttsx3:
    """The voice that is always there. `worker` is the command of the child process."""

    name = "pyttsx3"
    natural = None
    improvises = True

    def __init__(
        self,
        voice: str = "gmw/en-us+m2",
        pitch: int = 50,
        *,
        worker: tuple[str, ...] = _WORKER,
        patience: float = 30.0,
    ) -> None:
        self._voice = voice
        self._pitch = pitch
        self._worker = worker
        self._patience = patience

    def missing(self) -> str | None:
        if importlib.util.find_spec("pyttsx3") is None:
            return "the package pyttsx3 is not installed: pip install pyttsx3==2.99"
        if _ON_ESPEAK and not _espeak_version():
            return "the library espeak-ng is not installed: sudo apt-get install espeak-ng"
        return None

    def available(self) -> str | None:
        return self.missing()

    def fingerprint(self) -> str:
        package = importlib.metadata.version("pyttsx3")
        engine = f"espeak-ng {_espeak_version()}" if _ON_ESPEAK else sys.platform
        return f"pyttsx3 {package} {engine} {self._voice} pitch {self._pitch}"

    def speak(self, units: tuple[Unit, ...], pace: float) -> Take:
        text, begins = spoken(units)
        if not text.strip() or len(text) > LONGEST:
            raise VoiceError(f"a sentence of {len(text):,} characters cannot be spoken.")
        reasons: list[VoiceError] = []
        for _ in range(TRIES):
            try:
                return self._take(units, text, begins, round(pace))
            except VoiceError as error:
                reasons.append(error)
        missing = self.missing()
        lost = not missing and any(isinstance(each, VoiceLost) for each in reasons)
        told = dict.fromkeys(each.message for each in reasons)
        raise (VoiceLost if lost else VoiceError)(
            f"pyttsx3 could not say {text[:40]!r}: {'; '.join(told)}",
            fix=f"Missing: {missing}" if missing else "Try again, or choose another voice.",
        )

    def _take(self, units: tuple[Unit, ...], text: str, begins: tuple[int, ...], pace: int) -> Take:
        with tempfile.TemporaryDirectory(prefix="voice-") as folder:
            path = Path(folder) / "sentence.wav"
            answer = self._ask(text, pace, path)
            samples, rate = sound.read(path)
        if answer["pace"] != pace:
            raise VoiceError(f"the engine spoke at {answer['pace']} words a minute, not {pace}")
        if not answer["words"]:
            return finished(units, pace, samples, rate, None)
        if answer["words"][-1][1] > len(samples) / rate:
            raise VoiceError("the sound ends before its last word")
        last = sound.heard(samples)[1] / rate
        starts = _starts(begins, answer["words"], text, last)
        return finished(units, pace, samples, rate, starts)

    def _ask(self, text: str, pace: int, path: Path) -> dict[str, Any]:
        nonce = secrets.token_hex(8)
        patience = self._patience + len(text) / 20
        job = {
            "text": text,
            "pace": pace,
            "voice": self._voice,
            "pitch": self._pitch,
            "path": str(path),
            "seconds": patience,
            "nonce": nonce,
        }
        try:
            child = subprocess.run(
                self._worker,
                input=json.dumps(job),
                capture_output=True,
                text=True,
                timeout=patience + 1,  # the child's own watchdog comes first
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise VoiceLost(f"the engine hung for {patience:.0f} s") from None
        except OSError as error:
            raise VoiceLost(f"the engine did not start: {error.strerror}") from None
        try:
            answer = json.loads(child.stdout)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or answer.get("nonce") != nonce:  # exit 0 proves nothing
            last = (child.stderr.strip().splitlines() or [f"exit code {child.returncode}"])[-1]
            raise VoiceLost(f"the engine broke off ({last})")
        return answer


def _espeak_version() -> str:
    """The version of the library that pyttsx3 will load, "" if there is none."""
    try:
        library = ctypes.CDLL("libespeak-ng.so.1")
    except OSError:
        return ""
    library.espeak_Info.restype = ctypes.c_char_p
    return str(library.espeak_Info(None).decode())


def _starts(
    begins: tuple[int, ...], words: list[list[float]], text: str, end: float
) -> list[float]:
    """Each unit's start: the engine's first word in it. espeak says "in the" as one word; a unit it
    swallowed starts in proportion between its neighbours. Speech ends at `end` seconds."""
    known = [(-1, 0.0), *((int(at), time) for at, time in words), (len(text), end)]
    known.sort()
    starts: list[float] = []
    for begin, until in zip(begins, [*begins[1:], len(text)], strict=True):
        inside = [time for at, time in known if begin <= at < until]
        if inside:
            start = inside[0]
        else:
            (left, early) = max(mark for mark in known if mark[0] < begin)
            (right, late) = min(mark for mark in known if mark[0] >= until)
            start = early + (late - early) * (begin - left) / (right - left)
        starts.append(start)
    return starts
