"""What a batch is asked for, and what it tells while it works: the same for every kind of crew.

Order + shorts -> Stage, Stage, …, Outcome, …: exactly one Outcome for each short
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from gradreel.binding import Told
from gradreel.errors import GradreelError
from gradreel.model import Script, Short
from gradreel.settings import Settings

Action = Literal["film", "check", "still", "sheet"]
Task = Literal["prepare"] | Action  # what a worker is told to do
START = "start"  # the stage in which a process gets ready for its first short
READY = "ready"  # the stage of a short that is valid and waits to be drawn


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted of every short of a batch. `moment` is the second of a still."""

    script: Script
    settings: Settings
    action: Action
    moment: float | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """A short has come to a stage, or on in it: `part` of it is done, 0 to 1, where that is known.

    A short that is tried again begins again.
    """

    short: Short
    name: str
    part: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one short ended. `seconds` is what it took, `stages` how that divides but for the start
    of a process, both over all that was done for it. `stage` is where it failed."""

    short: Short
    status: Literal["made", "kept", "checked", "failed"]
    path: Path | None = None
    seconds: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    voice: str = ""
    pace: float = 0.0  # words a minute; 0 where nothing was spoken anew
    beats: tuple[tuple[str, float, float], ...] = ()  # (name, seconds, silent seconds)
    cues: tuple[Told, ...] = ()
    error: GradreelError | None = None
    stage: str = ""
    tries: int = 0
    traceback: str = ""

    def after(self, before: Outcome) -> Outcome:
        """The same end, with what was done before added to it, and what went wrong then."""
        names = dict.fromkeys((*before.stages, *self.stages))
        again = (f"tried again: {before.error.message}",) if before.error else ()
        return replace(
            self,
            seconds=round(before.seconds + self.seconds, 3),
            stages={
                name: round(before.stages.get(name, 0) + self.stages.get(name, 0), 3)
                for name in names
            },
            warnings=tuple(dict.fromkeys((*before.warnings, *again, *self.warnings))),
        )
