"""Everything that can go wrong, as one tree.

    GradreelError
    ├── ConfigError            config.toml or an override is not usable          exit 3
    ├── ScriptError            the day's Markdown, with path and line            exit 3
    ├── SnippetError           code that cannot be run or traced                 exit 3
    ├── ScheduleError          the parts do not make a timeline                  exit 3
    │   └── TooLong            more speech and picture than the film has room    exit 3
    ├── VoiceError             no verified narration could be made               exit 1
    ├── SceneError             a storyboard is wrong                             exit 1
    │   ├── UnknownCue         a cue, beat or word that the timeline lacks       exit 1
    │   └── BeatOverrun        a beat plays longer than its frames               exit 1
    ├── EncodeError            ffmpeg or the file writer failed                  exit 1
    ├── VerifyError            the finished file failed its checks               exit 5
    └── EnvironmentMissing     a program, package or font is not installed       exit 4

A message says what is wrong and where; `fix` says what to do about it.
"""

from __future__ import annotations

from pathlib import Path


class GradreelError(Exception):
    """Base of every error meant for the user. `exit_code` is what the program ends with."""

    exit_code = 1

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


class SceneError(GradreelError):
    pass


class UnknownCue(SceneError):
    pass


class BeatOverrun(SceneError):
    pass


class EncodeError(GradreelError):
    pass


class VerifyError(GradreelError):
    exit_code = 5


class EnvironmentMissing(GradreelError):
    exit_code = 4
