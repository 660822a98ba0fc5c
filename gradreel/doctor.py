"""What this machine has of what a film needs, and the line that installs the rest."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from gradreel.errors import EnvironmentMissing, GradreelError
from gradreel.media import run
from gradreel.settings import Settings

FONTS = Path(__file__).resolve().parent.parent / "assets" / "fonts"
PACKAGES = (
    "manim",
    "markdown-it-py",
    "moviepy",
    "numpy",
    "pygments",
    "pyttsx3",
    "rich",
    "torch",
    "typst",
    "uharfbuzz",
)
PROGRAMS = {"ffmpeg": ("libx264", "-encoders"), "ffprobe": ("version", "-version")}
FIX = "Run: make setup"
SILENT = "none"
OTHER_VOICE = "Install what the voice lacks, or choose another one in config.toml."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is needed. `fix` is empty where it is there, or is not wanted."""

    name: str
    detail: str
    fix: str = ""


def require(settings: Settings) -> None:
    """Raises `EnvironmentMissing` naming everything that is not there, before any work."""
    # programs are asked nothing here: each takes longer to start than all the rest
    gone = (Finding(name, "is not installed", FIX) for name in PROGRAMS if not which(name))
    needs = [*_packages(), *gone, _fonts(settings), *_imported(_speaker(settings))]
    if missing := [finding for finding in needs if finding.fix]:
        raise EnvironmentMissing(
            "; ".join(f"{finding.name}: {finding.detail}" for finding in missing) + ".",
            fix=missing[0].fix,
        )


def examine(settings: Settings) -> Iterator[Finding]:
    """Every need, in the order in which they would be missed, and every voice."""
    yield from _packages()
    with ThreadPoolExecutor() as pool:  # they start side by side
        yield from pool.map(_program, PROGRAMS)
    yield _fonts(settings)
    yield from _imported(_voices(settings))


def _packages() -> Iterator[Finding]:
    """Python and what has to be installed with it. Imports nothing."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", version, "" if sys.version_info >= (3, 11) else "Install Python 3.11.")
    for package in PACKAGES:
        try:
            yield Finding(package, importlib.metadata.version(package))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(package, "is not installed", FIX)


def _fonts(settings: Settings) -> Finding:
    wanted = dict(settings.theme.fonts).values()
    gone = [name for name in wanted if not (FONTS / name).is_file()]
    return Finding(
        "fonts",
        f"{', '.join(gone)} not in {FONTS}" if gone else f"{len(set(wanted))} in {FONTS}",
        "Restore assets/fonts from the repository." if gone else "",
    )


def _program(name: str) -> Finding:
    needs, argument = PROGRAMS[name]
    try:
        code, out, banner = run(name, argument)
    except (GradreelError, OSError):
        return Finding(name, "is not installed", FIX)
    if code or needs.encode() not in out:
        return Finding(name, f"has no {needs}", FIX)
    first = (banner or out.decode(errors="replace")).split("\n")[0]
    return Finding(name, first.removeprefix(f"{name} version ").split(" ")[0])


def _imported(findings: Iterator[Finding]) -> Iterator[Finding]:
    """The findings, or that a package which they need is missing."""
    try:
        yield from findings
    except ImportError as error:
        yield Finding("voice", str(error), FIX)


def _speaker(settings: Settings) -> Iterator[Finding]:
    """The voice that is wanted. With `auto` any that sounds will do; the humblest answers first,
    since it answers at once."""
    from gradreel.voice import VOICES
    from gradreel.voice.cast import AUTO, Cast
    from gradreel.voice.recorded import NAME as RECORDED

    wanted, cast = settings.voice.name, Cast(settings.voice)
    if wanted != AUTO:
        yield _wanted(wanted, None if wanted == RECORDED else cast.reason(wanted))
    elif all(cast.reason(name) for name in reversed(VOICES) if name != SILENT):
        yield Finding("voice auto", "no voice can speak", FIX)
    else:
        yield Finding("voice auto", "ready")


def _voices(settings: Settings) -> Iterator[Finding]:
    """Every voice, and which of them is taken if any will do."""
    from gradreel.voice.cast import AUTO, Cast
    from gradreel.voice.recorded import NAME as RECORDED

    wanted, cast = settings.voice.name, Cast(settings.voice)
    if wanted not in (AUTO, RECORDED):
        cast.reason(wanted)  # complains of a name that is none
    taken = ""
    for name, reason in cast.examined():
        if name == wanted:
            yield _wanted(name, reason)
        else:
            yield Finding(f"voice {name}", f"left out, {reason}" if reason else "ready")
        taken = taken or ("" if reason else name)
    if wanted == AUTO:
        silent = taken == SILENT
        yield Finding(
            "voice auto", "no voice can speak" if silent else taken, FIX if silent else ""
        )


def _wanted(name: str, reason: str | None) -> Finding:
    return Finding(f"voice {name}", reason or "ready", OTHER_VOICE if reason else "")
