"""Where the films of a day lie, and which of them would come out the same again.

Answered without Manim or torch, so that a day in which nothing changed costs next to nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gradreel import fingerprint
from gradreel.model import Script, Short
from gradreel.settings import Settings

if TYPE_CHECKING:  # a batch begins without a voice
    from gradreel.voice.cast import Cast

SCENES = Path(__file__).resolve().parent.parent / "scenes"


def folder_of(script: Script, settings: Settings) -> Path:
    """`out/day03`."""
    return settings.paths.out / f"day{script.day:02d}"


def path_of(script: Script, short: Short, settings: Settings, ending: str = ".mp4") -> Path:
    """`out/day03/13-title/13-title.mp4`, or `13-title-preview.mp4`."""
    folder = folder_of(script, settings) / short.slug
    size = "-preview" if settings.preview else ""
    return folder / f"{short.slug}{size}{ending}"


def scene_of(script: Script, short: Short) -> Path:
    """The short's own storyboard, or the house's."""
    own = own_scene(script.day, short.number)
    return own if own.exists() else SCENES / "auto.py"


def own_scene(day: int, number: int) -> Path:
    """Where a storyboard for this short alone would lie."""
    return SCENES / f"day{day:02d}" / f"short_{number:02d}.py"


def kept(script: Script, short: Short, settings: Settings, cast: Cast) -> Path | None:
    """The film of a short, if it is there, whole, and made of what it would be made of today."""
    film = path_of(script, short, settings)
    numbers = fingerprint.refers(film)
    if numbers is None:
        return None
    scene = scene_of(script, short)
    others = tuple(other for other in script.shorts if other.number in numbers)
    spoke = fingerprint.voice(film)
    inputs = fingerprint.of(script, short, settings, scene, spoke, others)
    if not fingerprint.matches(film, inputs):
        return None  # whoever would speak today
    if cast.presumed(script.day, short).fingerprint() == spoke:  # so it can speak: it did
        return film
    voice, _ = cast.speaker(script.day, short)
    return film if voice.fingerprint() == spoke else None
