"""Knows whether a finished film would come out the same again.

Beside every film lies a small JSON file with the digest of all its inputs, the shorts that its
scene refers to, and the digests of the film and of what was written with it, so that a damaged file
is made anew as well.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from gradreel.media import run
from gradreel.model import Code, Script, Short
from gradreel.settings import Settings

ENGINE = Path(__file__).resolve().parent
ASSETS = ENGINE.parent / "assets"
APART = ("publish", "studio")  # of the engine, what makes no film
LIBRARIES = (
    "av",
    "manim",
    "ManimPango",
    "moviepy",
    "numpy",
    "pillow",
    "pycairo",
    "torch",
    "uharfbuzz",
)


def of(
    script: Script,
    short: Short,
    settings: Settings,
    scene: Path,
    voice: str,
    others: tuple[Short, ...] = (),
) -> str:
    """The digest of everything that a film depends on, `others` being the shorts that its scene
    refers to; where the text stands is not part of it."""
    parts: tuple[Any, ...] = (
        script.day,
        short.number,
        short.title,
        [prose.spans for prose in (short.hook, *short.talk, short.mistake)],
        [_runs(each) for each in (short, *others)],
        (settings.captions, settings.trace, settings.encode.quality),
        (settings.platform, settings.theme),
        (voice, settings.voice.pace, settings.voice.facts, settings.voice.trim),
        settings.sound.effects,
        _music(settings.sound.music),
        hashlib.sha256(scene.read_bytes()).hexdigest(),
        _engine(),
    )
    return key(*parts)


def matches(film: Path, inputs: str) -> bool:
    """True if `film` is there, made of `inputs`, and whole with all that was written with it."""
    record = _read(film)
    beside = record.get("beside")
    if record.get("inputs") != inputs or not isinstance(beside, dict):
        return False
    try:
        whole = all(digest(film.with_name(name)) == then for name, then in beside.items())
        return whole and record.get("film") == digest(film)
    except OSError:
        return False


def digest_of(film: Path) -> str:
    """The SHA-256 that `film` was given when it was made; "" if nothing is known of it."""
    return str(_read(film).get("film", ""))


def voice(film: Path) -> str:
    """The fingerprint of who speaks in it; "" if nothing is known of it."""
    return str(_read(film).get("voice", ""))


def refers(film: Path) -> tuple[int, ...] | None:
    """The shorts that its scene referred to when it was made; None if nothing is known of it."""
    numbers = _read(film).get("refers")
    return tuple(numbers) if isinstance(numbers, list) else None


def write(
    film: Path,
    inputs: str,
    voice: str,
    others: tuple[Short, ...] = (),
    beside: tuple[str, ...] = (),
) -> None:
    """Note what a finished film was made of. `beside` names files that were written with it."""
    record = _record(film)
    draft = record.with_suffix(".tmp")
    numbers = [other.number for other in others]
    digests = {name: digest(film.with_name(name)) for name in beside}
    told = {
        "inputs": inputs,
        "voice": voice,
        "refers": numbers,
        "film": digest(film),
        "beside": digests,
    }
    draft.write_text(json.dumps(told) + "\n")
    draft.replace(record)


def _read(film: Path) -> dict[str, Any]:
    try:
        told = json.loads(_record(film).read_text())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _runs(short: Short) -> tuple[object, ...]:
    """What is run of a short."""
    codes: tuple[Code | None, ...] = (
        short.code, short.mistake_code, short.fix_code, short.demo_code,
    )  # fmt: skip
    return (short.number, *(code and code.text for code in codes), short.seed)


def _record(film: Path) -> Path:
    return film.with_suffix(".json")


def _music(file: str) -> str:
    """The digest of the music that is heard; "" for none, or for a file that will be refused."""
    path = Path(file)
    return digest(path) if file and path.is_file() else ""


def digest(path: Path) -> str:
    """Of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def key(*parts: object) -> str:
    """The digest of what something is made of: of plain values and frozen records of such."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@cache
def source(*names: str) -> str:
    """The digest of files of the engine; a folder's name stands for all of it."""
    files = (path for name in names for path in ((ENGINE / name), *(ENGINE / name).rglob("*.py")))
    return _of(path for path in files if path.is_file())


@cache
def fonts() -> str:
    return _of(ASSETS.glob("fonts/*"))


@cache
def versions(*libraries: str) -> tuple[str, ...]:
    return tuple(f"{each} {importlib.metadata.version(each)}" for each in libraries)


@cache
def ffmpeg() -> str:
    """Its version, as it tells it."""
    return run("ffmpeg", "-version")[1].partition(b"\n")[0].decode(errors="replace")


@cache
def _engine() -> str:
    """The digest of our own source as far as it makes films, the fonts and words, and the versions
    that draw and encode."""
    ours = sorted(path.name for path in ENGINE.iterdir() if path.name not in APART)
    return key(source(*ours), fonts(), _of(ASSETS.glob("*.toml")), versions(*LIBRARIES), ffmpeg())


def _of(files: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for path in sorted(files):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()
