"""Who speaks a short: the voice asked for, or with `auto` the best that can.

A voice asked for by name speaks or the short fails; it is never replaced in silence. With `auto`
the author's own recording comes first, then the synthetic voices from the best to the floor. One
short has one voice: a recording that is not whole is not used.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from gradreel.errors import EnvironmentMissing, VoiceError
from gradreel.model import Short
from gradreel.settings import Voice as Settings
from gradreel.voice import VOICES, Voice, voice
from gradreel.voice.lexicon import Lexicon
from gradreel.voice.narrate import written
from gradreel.voice.recorded import NAME as RECORDED
from gradreel.voice.recorded import Files, Lines, Recorded, any_in

AUTO = "auto"
REFERENCES = ("hibari", "pyttsx3")  # what recordings are aligned with: quick, with exact times


@dataclass(slots=True)
class Cast:
    """The voices of a day. What was found out about one is kept; who asks while another thread
    finds it out waits for that."""

    settings: Settings
    lexicon: Lexicon = field(default_factory=Lexicon.load)
    _reasons: dict[str, str | None] = field(default_factory=dict)
    _voices: dict[str, Voice] = field(default_factory=dict)
    _asked: threading.Lock = field(default_factory=threading.Lock)
    _last: tuple[tuple[Files, Lines, str], Recorded | VoiceError] | None = None

    def speaker(self, day: int, short: Short) -> tuple[Voice, tuple[str, ...]]:
        """The voice that speaks a short, and warnings about its recording.

        Raises `EnvironmentMissing` with the reason and what installs it if the voice asked for
        cannot speak, and `VoiceError` if it is `recorded` and the recording is not usable.
        """
        with self._asked:
            return self._speaker(day, short)

    def _speaker(self, day: int, short: Short) -> tuple[Voice, tuple[str, ...]]:
        name = self.settings.name
        if name not in (AUTO, RECORDED):
            chosen = self._voice(name)
            if reason := self.reason(name):
                raise EnvironmentMissing(f"the voice {name} cannot speak: {reason}.")
            return chosen, ()
        files, lines = self._files(day, short)
        if files or name == RECORDED:
            own = self._recorded(files, lines)
            if isinstance(own, Recorded):
                return own, own.warnings
            if name == RECORDED:
                raise own
        best = self.best()
        return best, (f"{own} The voice {best.name} speaks instead.",) if files else ()

    def presumed(self, day: int, short: Short) -> Voice:
        """Who speaks a short if all that is installed works: `speaker` without trying a synthetic
        voice, which takes seconds. Raises what `speaker` does."""
        name = self.settings.name
        if name != RECORDED and not self._files(day, short)[0]:
            for each in map(self._voice, VOICES if name == AUTO else (name,)):
                if each.missing() is None:
                    return each
        return self.speaker(day, short)[0]

    def reason(self, name: str) -> str | None:
        """Why a synthetic voice cannot speak here, None if it can."""
        if name not in self._reasons:
            self._reasons[name] = self._voice(name).available()
        return self._reasons[name]

    def best(self) -> Voice:
        """The best synthetic voice that can speak here."""
        return next(self._voice(each) for each in VOICES if self.reason(each) is None)

    def examined(self) -> Iterator[tuple[str, str | None]]:
        """Each voice, best first, and why it cannot speak. Of recordings it only says whether there
        are any."""
        folder = self.settings.recordings
        yield (
            RECORDED,
            None if any_in(folder) else f"there is no day01/01.wav or the like in {folder}",
        )
        for name in VOICES:
            yield name, self.reason(name)

    def _files(self, day: int, short: Short) -> tuple[Files, Lines]:
        """The author's recordings of a short, and what is said in them."""
        lines = {part: self.lexicon.units(prose)[0] for part, prose in written(short)}
        return Files.of(self.settings.recordings, day, short.number, lines), lines

    def _recorded(self, files: Files, lines: Lines) -> Recorded | VoiceError:
        """The author's voice, or what is wrong with it; found out again when a file changes."""
        key = files, lines, files.digest()
        if self._last is None or self._last[0] != key:
            try:
                self._last = key, Recorded(files, lines, self.reference())
            except VoiceError as error:
                self._last = key, error
        return self._last[1]

    def reference(self) -> Voice:
        """What recordings are compared with. Raises `EnvironmentMissing` if nothing can."""
        for name in REFERENCES:
            if self.reason(name) is None:
                return self._voice(name)
        raise EnvironmentMissing(f"no voice to compare a recording with: {self.reason(name)}.")

    def _voice(self, name: str) -> Voice:
        if name not in self._voices:
            self._voices[name] = voice(name, self.settings)
        return self._voices[name]
