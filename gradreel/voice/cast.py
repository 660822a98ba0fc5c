"""Who speaks a short: the voice asked for, or with `auto` the best that can.

A voice asked for by name speaks or the short fails; it is never replaced in silence. With `auto`
the author's own recording comes first, then the synthetic voices from the best to the floor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from gradreel.errors import EnvironmentMissing
from gradreel.settings import Voice as Settings
from gradreel.voice import VOICES, Voice, voice

AUTO = "auto"


@dataclass(slots=True)
class Cast:
    """The voices of a day. What was found out about one is kept."""

    settings: Settings
    _reasons: dict[str, str | None] = field(default_factory=dict)
    _voices: dict[str, Voice] = field(default_factory=dict)

    def speaker(self) -> Voice:
        """The voice that speaks. Raises `EnvironmentMissing` with the reason and what installs
        it if the one asked for cannot."""
        name = self.settings.name
        if name == AUTO:
            return next(self._voice(each) for each in VOICES if self.reason(each) is None)
        chosen = self._voice(name)
        if reason := self.reason(name):
            raise EnvironmentMissing(f"the voice {name} cannot speak: {reason}.")
        return chosen

    def reason(self, name: str) -> str | None:
        """Why a synthetic voice cannot speak here, None if it can."""
        if name not in self._reasons:
            self._reasons[name] = self._voice(name).available()
        return self._reasons[name]

    def examined(self) -> Iterator[tuple[str, str | None]]:
        """Each voice, best first, and why it cannot speak."""
        for name in VOICES:
            yield name, self.reason(name)

    def _voice(self, name: str) -> Voice:
        if name not in self._voices:
            self._voices[name] = voice(name, self.settings)
        return self._voices[name]
