"""Whether what a packaged film shows still holds: its code is run again, as it was run then.

Only the package is asked, not the script: `trace.json` has the sources, the seeds, and every number
that was on screen with its origin.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from gradreel import fingerprint
from gradreel.evidence.compare import Difference, compare
from gradreel.evidence.film import Number, Record, Shown, Versions, read_record, versions_here
from gradreel.store import read_json
from gradreel.trace import Tracer
from gradreel.trace.model import Trace
from gradreel.truth import Known, Origin, half_digit, numbers_in, sourced

Status = Literal["holds", "changed", "damaged", "unknown"]


@dataclass(frozen=True, slots=True)
class Broken:
    """A number on screen that the code does not give any more: what stands there now, "" where
    there is nothing to compare, and the text and second it is shown with."""

    shown: str
    now: str
    origin: Origin | None
    text: str
    second: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came out for one short. `files` are those that are not what the manifest says; "unknown"
    is a film of another version, without a record that can be read."""

    day: int
    short: int
    title: str
    status: Status
    numbers: int = 0
    broken: tuple[Broken, ...] = ()
    differences: tuple[Difference, ...] = ()
    last_bits: int = 0
    files: tuple[str, ...] = ()
    then: Versions | None = None
    now: Versions | None = None


@dataclass(frozen=True, slots=True)
class Packaged:
    """A short of a package: its folder, and what the manifest says of it."""

    day: int
    short: int
    title: str
    folder: Path
    files: tuple[tuple[str, str], ...]  # names and digests


def packaged(out: Path, day: int) -> tuple[Packaged, ...]:
    """The shorts of a day that have a film, as its manifest has them; without one, as the folders
    have them."""
    folder = out / f"day{day:02d}"
    entries = read_json(folder / "manifest.json").get("shorts")
    if not isinstance(entries, list):
        return tuple(_found(day, folder))
    whole = [entry for entry in entries if isinstance(entry, dict)]
    return tuple(_packaged(day, folder, e) for e in whole if e.get("status") in ("ready", "old"))


def days(out: Path) -> tuple[int, ...]:
    """The days in an output folder that have a package."""
    names = (path.parent.name.removeprefix("day") for path in out.glob("day*/manifest.json"))
    return tuple(sorted(int(name) for name in names if name.isdecimal()))


def verify(short: Packaged, tracer: Tracer) -> Verdict:
    """Run a packaged short again, and check its files."""
    files = tuple(_damaged(short))
    record = read_record(short.folder / "trace.json")
    if record is None:
        status: Status = "damaged" if files else "unknown"
        return Verdict(short.day, short.short, short.title, status, files=files)
    now = tuple(
        (run.name, tracer.trace(run.trace.source, seed=run.trace.seed)) for run in record.runs
    )
    differences: list[Difference] = []
    last_bits = 0
    for (name, then), (_, again) in zip(record.named, now, strict=True):
        compared = compare(name, then, again)
        differences += compared.differences
        last_bits += compared.last_bits
    broken = tuple(dict.fromkeys(_broken(record, now)))
    return Verdict(
        short.day,
        short.short,
        short.title,
        "changed" if broken or differences else "damaged" if files else "holds",
        sum(len(shown.numbers) for shown in record.shown),
        broken,
        tuple(differences),
        last_bits,
        files,
        replace(record.versions, torch=_torch(record)),
        versions_here(),
    )


def _torch(record: Record) -> str:
    """The version that the runs themselves name; more than one if somebody mixed them."""
    return " and ".join(dict.fromkeys(run.trace.torch for run in record.runs))


def _packaged(day: int, folder: Path, entry: dict[str, Any]) -> Packaged:
    files = entry.get("files", [])
    return Packaged(
        day,
        int(entry["short"]),
        str(entry["title"]),
        folder / str(entry["slug"]),
        tuple((str(file["name"]), str(file["sha256"])) for file in files),
    )


def _found(day: int, folder: Path) -> Iterator[Packaged]:
    for record in sorted(folder.glob("[0-9]*-*/trace.json")):
        slug = record.parent.name
        yield Packaged(day, int(slug.partition("-")[0]), slug, record.parent, ())


def _damaged(short: Packaged) -> Iterator[str]:
    for name, digest in short.files:
        try:
            if fingerprint.digest(short.folder / name) != digest:
                yield f"{name} is not what the manifest says"
        except OSError:
            yield f"{name} is missing"


def _broken(record: Record, now: tuple[tuple[str, Trace], ...]) -> Iterator[Broken]:
    """The numbers on screen that do not hold: those whose origin has another value now, and those
    that no run has."""
    known = Known.among(now, record.written, record.tags)
    at: dict[Origin, list[float]] = {}
    for number, origin in sourced(now):
        at.setdefault(origin, []).append(abs(number))
    for text in record.shown:
        origins = {number.shown: number for number in text.numbers}
        for number, shown in numbers_in(text.text):
            noted = origins.get(shown) or _nearest_note(text, number)
            yield from _judged(abs(number), shown, noted, text, at, known)


def _judged(
    number: float,
    shown: str,
    noted: Number | None,
    text: Shown,
    at: dict[Origin, list[float]],
    known: Known,
) -> Iterator[Broken]:
    origin = noted.origin if noted is not None else None
    if origin is not None and origin.what == "the version of torch":
        return  # a film says what it was made with, whatever there is today
    there = at.get(origin, []) if origin is not None else []
    if there:
        near = min(there, key=lambda other: abs(other - number))
        if abs(near - number) > half_digit(shown):
            yield Broken(shown, _as_shown(near, shown), origin, text.text, text.second)
    elif known.strangers(shown):
        yield Broken(shown, "", origin, text.text, text.second)


def _nearest_note(text: Shown, number: float) -> Number | None:
    """The noted number of a text that is nearest to one that is not noted itself."""
    notes = [
        (abs(value - number), note) for note in text.numbers for value, _ in numbers_in(note.shown)
    ]
    return min(notes, key=lambda pair: pair[0])[1] if notes else None


def _as_shown(number: float, shown: str) -> str:
    """With as many digits as the other."""
    mantissa, _, exponent = shown.lower().partition("e")
    digits = len(mantissa.partition(".")[2])
    sign = "−" if shown.startswith(("-", "−")) else ""
    return sign + (f"{number:.{digits}e}" if exponent else f"{number:.{digits}f}")
