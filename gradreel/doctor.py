"""What this machine has of what a film needs, and the line that installs the rest."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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
    "uharfbuzz",
)
FIX = "Run: make setup"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is needed. `fix` is empty where it is there."""

    name: str
    detail: str
    fix: str = ""


def require(settings: Settings) -> None:
    """Raises `EnvironmentMissing` naming everything that is not there, before any work."""
    if missing := [finding for finding in examine(settings) if finding.fix]:
        raise EnvironmentMissing(
            "; ".join(f"{finding.name}: {finding.detail}" for finding in missing) + ".",
            fix=missing[0].fix,
        )


def examine(settings: Settings) -> Iterator[Finding]:
    """Every need, in the order in which they would be missed. Imports nothing heavy."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", version, "" if sys.version_info >= (3, 11) else "Install Python 3.11.")
    for package in PACKAGES:
        try:
            yield Finding(package, importlib.metadata.version(package))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(package, "is not installed", FIX)
    yield _program("ffmpeg", "libx264", "-hide_banner", "-encoders")
    yield _program("ffprobe", "version", "-version")
    yield _voice(settings)
    wanted = dict(settings.theme.fonts).values()
    gone = [name for name in wanted if not (FONTS / name).is_file()]
    yield Finding(
        "fonts",
        f"{', '.join(gone)} not in {FONTS}" if gone else f"{len(set(wanted))} in {FONTS}",
        "Restore assets/fonts from the repository." if gone else "",
    )


def _program(name: str, needs: str, *arguments: str) -> Finding:
    try:
        code, out, _ = run(name, *arguments)
    except (GradreelError, OSError):
        return Finding(name, "is not installed", FIX)
    if code or needs.encode() not in out:
        return Finding(name, f"has no {needs}", FIX)
    first = run(name, "-version")[1].decode(errors="replace").split("\n")[0]
    return Finding(name, first.removeprefix(f"{name} version ").split(" ")[0])


def _voice(settings: Settings) -> Finding:
    try:
        from gradreel.voice import voice

        name = "pyttsx3" if settings.voice.name == "auto" else settings.voice.name
        reason = voice(name, settings.voice).available()
    except ImportError as error:
        reason = str(error)
    name = f"voice {settings.voice.name}"
    return Finding(name, reason, FIX) if reason else Finding(name, "ready")
