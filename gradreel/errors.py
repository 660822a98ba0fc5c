"""Everything that can go wrong, as one tree.

    GradreelError
    ├── ConfigError            config.toml or an override is not usable          exit 3
    ├── ScriptError            the day's Markdown, with path and line            exit 3
    ├── SnippetError           code that cannot be run or traced                 exit 3
    ├── ScheduleError          the parts do not make a timeline                  exit 3
    │   └── TooLong            more speech and picture than the film has room    exit 3
    ├── VoiceError             no verified narration could be made               exit 1
    │   └── VoiceLost          the engine hung, died or lost its file            exit 1, 3 tries
    ├── SceneError             a storyboard is wrong                             exit 1
    │   ├── UnknownCue         a cue, beat or word that the timeline lacks       exit 1
    │   └── BeatOverrun        a beat plays longer than its frames               exit 1
    ├── EncodeError            ffmpeg or the file writer failed                  exit 1
    │   └── EncoderLost        ffmpeg was killed, or hung                        exit 1, 3 tries
    ├── VerifyError            the finished file failed its checks               exit 5
    ├── EnvironmentMissing     a program, package or font is not installed       exit 4
    ├── WorkerLost             the process that made a short died                exit 1, 3 tries
    ├── TimedOut               a short took longer than it may                   exit 1, 2 tries
    ├── StorageFault           a disk could not read or write                    exit 1, 3 tries
    ├── StorageFull            a disk has no room left                           exit 1
    └── Busy                   another batch works on the same folder            exit 6

A message says what is wrong and where; `fix` says what to do about it. What another try may cure
says how often a short is tried: never what the author or the owner has to mend.
"""

from __future__ import annotations

import errno
import traceback
from pathlib import Path
from typing import Any


class GradreelError(Exception):
    """Base of every error meant for the user. `exit_code` is what the program ends with, `tries`
    how often a short of a batch is begun that ends so."""

    exit_code = 1
    tries = 1

    def __init__(
        self,
        message: str,
        *,
        fix: str = "",
        path: Path | None = None,
        line: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        self.path = path
        self.line = line

    @property
    def where(self) -> str:
        """`file:line`, `file`, or an empty string."""
        if self.path is None:
            return ""
        return f"{self.path}:{self.line}" if self.line is not None else str(self.path)

    def __str__(self) -> str:
        head = f"{self.where}: {self.message}" if self.where else self.message
        return f"{head}\n  {self.fix}" if self.fix else head


class ConfigError(GradreelError):
    exit_code = 3


class ScriptError(GradreelError):
    exit_code = 3


class SnippetError(GradreelError):
    exit_code = 3


class ScheduleError(GradreelError):
    exit_code = 3


class TooLong(ScheduleError):
    pass


class VoiceError(GradreelError):
    pass


class VoiceLost(VoiceError):
    tries = 3


class SceneError(GradreelError):
    pass


class UnknownCue(SceneError):
    pass


class BeatOverrun(SceneError):
    pass


class EncodeError(GradreelError):
    pass


class EncoderLost(EncodeError):
    tries = 3


class VerifyError(GradreelError):
    exit_code = 5


class EnvironmentMissing(GradreelError):
    exit_code = 4


class WorkerLost(GradreelError):
    tries = 3


class TimedOut(GradreelError):
    tries = 2  # what takes too long twice takes too long


class StorageFault(GradreelError):
    tries = 3


class StorageFull(GradreelError):
    def __init__(self, message: str, *, fix: str = "", **where: Any) -> None:
        fix = fix or "Make room, then run the same command again."
        super().__init__(message, fix=fix, **where)


class Busy(GradreelError):
    exit_code = 6


def origin(error: BaseException, *folders: Path) -> tuple[Path | None, int | None]:
    """The innermost line of files in these folders that an error came through; where Python could
    not read one of them, that line."""
    if isinstance(error, SyntaxError) and error.filename:
        return Path(error.filename), error.lineno
    for step in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(step.filename)
        if any(path.is_relative_to(folder) for folder in folders):
            return path, step.lineno
    return None, None


def of_storage(error: Exception) -> GradreelError | None:
    """A disk that is full or fails, as one of ours; None for anything else."""
    number = getattr(error, "errno", None)  # libraries have errors like OSError that are none
    if number in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull(f"{error}.")
    return StorageFault(f"{error}.") if number == errno.EIO else None
