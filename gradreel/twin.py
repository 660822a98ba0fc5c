"""Whether another machine would make the same films: what both have, side by side.

A trait is a version, the digest of a file of ours (its name has a "/"), or a voice. Everything that
`fingerprint.of` takes from the machine is among them, and what both need to understand each other.
"""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gradreel.errors import GradreelError
from gradreel.fingerprint import ASSETS, ENGINE, LIBRARIES, digest, ffmpeg
from gradreel.model import Short
from gradreel.settings import Voice
from gradreel.shelf import SCENES, own_scene
from gradreel.voice import voice
from gradreel.voice.cast import AUTO, Cast
from gradreel.voice.recorded import NAME as RECORDED
from gradreel.voice.recorded import any_in

ROOT = ENGINE.parent
BETWEEN = ("dask", "distributed")  # what the machines speak to each other with
FEW = 4  # differences that are told; one `git pull` mends them all


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of another machine, in plain values, since its classes may be other ones: the
    day and numbers of the shorts, the fields of the voice's settings, whether there are recordings,
    and the folder of our checkout."""

    day: int
    numbers: tuple[int, ...]
    voice: Mapping[str, Any]
    recorded: bool
    root: str

    @classmethod
    def of(cls, day: int, shorts: Sequence[Short], voice: Voice) -> Question:
        recorded = voice.name in (AUTO, RECORDED) and any_in(voice.recordings)
        numbers = tuple(short.number for short in shorts)
        return cls(day, numbers, asdict(voice), recorded, str(ROOT))


def traits(question: Question) -> dict[str, str]:
    """What the shorts would be made with here."""
    found = {"Python": ".".join(map(str, sys.version_info[:2]))}
    for library in (*LIBRARIES, *BETWEEN):
        try:
            found[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            found[library] = "missing"
    try:
        found["ffmpeg"] = ffmpeg()
    except GradreelError:
        found["ffmpeg"] = "missing"
    own = (own_scene(question.day, number) for number in question.numbers)
    files = [*ENGINE.rglob("*.py"), *ASSETS.glob("fonts/*"), *ASSETS.glob("*.toml")]
    for file in (*files, SCENES / "auto.py", *(scene for scene in own if scene.exists())):
        found[file.relative_to(ROOT).as_posix()] = digest(file)
    return found | dict(_voices(question))


def moved(path: str, root: str) -> str:
    """Where a file of another checkout, `root`, would lie in this one; others stay where they
    are."""
    there = Path(path)
    return str(ROOT / there.relative_to(root)) if there.is_relative_to(root) else path


def differences(here: Mapping[str, str], there: Mapping[str, str]) -> tuple[str, ...]:
    """What is not the same `there`, in words; the first few."""
    told = []
    for name in dict.fromkeys((*here, *there)):
        mine, theirs = here.get(name, ""), there.get(name, "")
        if mine == theirs:
            continue
        if "/" not in name:
            was, now = (text.removeprefix(f"{name} ") or "missing" for text in (theirs, mine))
            told.append(f"{name} {was}, here {now}")
        else:
            gone = "is not there" if not theirs else "is not here" if not mine else "differs"
            told.append(f"{name} {gone}")
    rest = len(told) - FEW
    return (*told[:FEW], f"and {rest} more") if rest > 0 else tuple(told)


def _voices(question: Question) -> Iterator[tuple[str, str]]:
    """Who would speak, with everything that the sound depends on. Models are not sent: they have to
    lie at the same place on both machines."""
    fields = dict(question.voice)
    fields |= {name: moved(fields.get(name, ""), question.root) for name in ("piper", "kokoro")}
    try:
        settings = Voice(**fields)
        cast, name = Cast(settings), settings.name
        if name not in (AUTO, RECORDED):
            chosen = voice(name, settings)
            reason = chosen.available()
            yield "voice", f"{name} cannot speak: {reason}" if reason else chosen.fingerprint()
        elif name == AUTO:
            yield "voice", cast.best().fingerprint()
        if question.recorded:
            yield "voice that recordings are compared with", cast.reference().fingerprint()
    except (GradreelError, ImportError, TypeError) as error:
        yield "voice", f"cannot be asked: {error}"
