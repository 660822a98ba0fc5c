"""What only the making of a film knows: what it showed, said and ran, with what, and its measures.

`trace.json` is a `Record`: every run of a short and every text that was on screen, with the origin
of each number. `qc.json` holds the `Film`, which is what the texts for the platforms are made of.
"""

from __future__ import annotations

import json
import platform
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from gradreel.store import read_json
from gradreel.trace.codec import decode, encode
from gradreel.trace.model import Trace
from gradreel.truth import Origin

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
SCHEMA = 1  # of trace.json and qc.json; another one is a package of another version


@dataclass(frozen=True, slots=True)
class Versions:
    """What a film was made with."""

    gradreel: str
    python: str
    torch: str
    manim: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run by its name (`code`, `mistake`, `fix`, `demo`, `short 20`). Its source, its seed and
    its version of torch are the trace's own."""

    name: str
    trace: Trace


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stood on screen, and where it is from; None for one that no run has."""

    shown: str
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A text of the film, the second it first came, and whether it was also spoken."""

    text: str
    second: float
    spoken: bool
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """Enough to run a short again, and to say of each number on screen whether it still holds.
    `written` and `tags` are the script's own words and numbers, which a film may show as well."""

    schema: int
    day: int
    short: int
    title: str
    versions: Versions
    written: tuple[str, ...]
    tags: tuple[str, ...]
    shown: tuple[Shown, ...]
    runs: tuple[Run, ...]

    @property
    def named(self) -> tuple[tuple[str, Trace], ...]:
        return tuple((run.name, run.trace) for run in self.runs)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence as it was said, or captioned where nobody speaks. `part` is `hook`, `talk-1`,
    `mistake`, or `run-<beat>`."""

    part: str
    text: str


@dataclass(frozen=True, slots=True)
class Film:
    """What the texts for the platforms need of a film.

    `voice` is "none" where nobody speaks; `code` is what was really run (a short whose own code is
    a plan in comments shows the run of another), `output` what it printed, `error` what it raised,
    "" for nothing; `uses` are the functions it called, `cover` the second of the cover's frame.
    """

    voice: str
    pace: float
    cover: float
    said: tuple[Said, ...]
    code: str
    output: str
    error: str
    mistake_error: str
    uses: tuple[str, ...]
    versions: Versions

    @property
    def synthetic(self) -> bool:
        """Whether a machine speaks: neither nobody nor the author."""
        return self.voice not in ("none", "recorded")


def record_text(record: Record) -> str:
    """`trace.json`. ASCII, because a program may print halves of characters."""
    return json.dumps(encode(record), separators=(",", ":"), allow_nan=False) + "\n"


def read_record(path: Path) -> Record | None:
    """The record of a package; None where there is none of this version, or none that is whole."""
    data = read_json(path)
    if data.get("schema") != SCHEMA:
        return None
    try:
        return decode(Record, data)
    except (ValueError, TypeError, KeyError):
        return None


def read_film(path: Path) -> Film | None:
    """The film of a `qc.json`; None where there is none of this version, or none that is whole."""
    data = read_json(path)
    if data.get("schema") != SCHEMA:
        return None
    try:
        return decode(Film, data.get("film"))
    except (ValueError, TypeError, KeyError):
        return None


@cache
def versions_here() -> Versions:
    """What this machine would make a film with."""
    return Versions(
        gradreel=tomllib.loads(PROJECT.read_text("utf-8"))["project"]["version"],
        python=platform.python_version(),
        torch=_version("torch"),
        manim=_version("manim"),
    )


def _version(library: str) -> str:
    try:
        return version(library).partition("+")[0]
    except PackageNotFoundError:
        return ""
