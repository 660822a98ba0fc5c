"""Writes the package of a day: the texts beside each film, manifest.json and index.html.

A short of the batch gets its texts anew; of the others what the manifest said is carried over, as
long as their files are there. Nothing is written where nothing changed.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from gradreel import fingerprint, shelf
from gradreel.errors import GradreelError
from gradreel.evidence.film import Film, read_film, versions_here
from gradreel.model import Script, Short
from gradreel.order import Outcome
from gradreel.publish import instagram, page, tiktok, youtube
from gradreel.publish.tags import tags
from gradreel.publish.times import rfc3339, slots, tomorrow
from gradreel.settings import Settings
from gradreel.store import as_json, keep, read_json
from gradreel.trace.codec import encode

Entry = dict[str, Any]  # what the manifest says of a short

SCHEMA = 1  # of manifest.json
NEEDED = {"short", "status", "title", "slug"}  # of an entry, of an earlier one too
SOON = timedelta(minutes=15)  # an upload takes that long
RECORDED = ("cover.jpg", "captions.srt", "captions.vtt", "transcript.txt", "trace.json", "qc.json")
TEXTS = ("title.txt", "description.txt", "youtube.json", "tiktok.json", "instagram.json")
LIBRARIES = ("torch", "manim", "numpy", "av", "moviepy")


@dataclass(frozen=True, slots=True)
class Package:
    """The page of a day, how many of its shorts are ready, and what the author should know."""

    page: Path
    ready: int
    shorts: int
    warnings: tuple[str, ...]


def package(
    script: Script, settings: Settings, outcomes: Sequence[Outcome], now: datetime
) -> Package:
    """Bring the package of a day up to date after a batch of films. Raises `ConfigError` where it
    cannot be written."""
    folder = settings.paths.out / f"day{script.day:02d}"
    before = read_json(folder / "manifest.json")
    day = _Day(script, settings, folder, before, now)
    ended = {outcome.short.number: outcome for outcome in outcomes}
    entries = [day.entry(short, ended.get(short.number)) for short in script.shorts]
    manifest = {
        "schema": SCHEMA,
        "day": script.day,
        "title": script.title,
        "script": script.path.name,
        "date": day.date.isoformat(),
        "zone": settings.publish.zone,
        "versions": _versions(),
        "shorts": entries,
    }
    keep(folder / "manifest.json", as_json(manifest))
    target = folder / "index.html"
    keep(target, page.page(manifest, folder))
    ready = sum(entry["status"] == "ready" for entry in entries)
    return Package(target, ready, len(entries), tuple(day.warnings(entries)))


class _Day:
    """A day's package while it is written. `date` is the day that its shorts come out."""

    def __init__(
        self,
        script: Script,
        settings: Settings,
        folder: Path,
        before: Mapping[str, Any],
        now: datetime,
    ) -> None:
        self.script = script
        self.settings = settings
        self.publish = settings.publish
        self.folder = folder
        self.now = now
        self.before = _entries(before)
        self._slots = cache(lambda day: slots(self.publish, day, len(script.shorts)))
        self.date = _date(self.publish.date or before.get("date")) or tomorrow(self.publish, now)

    def entry(self, short: Short, ended: Outcome | None) -> Entry:
        """What the manifest says of a short; its texts are written on the way."""
        film = shelf.path_of(self.script, short, self.settings)
        known = self.before.get(short.number, {})
        told = {"short": short.number, "title": short.title, "slug": short.slug}
        if ended is not None and ended.error is not None:
            return told | {"status": "failed", "error": _why(ended.error)}
        if ended is None and self._stands(known, film):
            return known
        made = read_film(film.with_name("qc.json"))
        if not film.is_file():
            return told | {"status": "missing"}
        if made is None or not all(film.with_name(name).is_file() for name in RECORDED):
            return told | {"status": "old"}
        day = self._day_of(short, known, fresh=ended is not None and ended.status == "made")
        moment = self._slot(short, day)
        self._write(short, made, film.parent, moment)
        quality = read_json(film.with_name("qc.json"))
        return told | {
            "status": "ready",
            "date": day.isoformat(),
            "publishAt": rfc3339(moment),
            "film": f"{short.slug}/{film.name}",
            "voice": made.voice,
            "pace": made.pace,
            "stages": quality.get("stages", {}),
            "warnings": quality.get("warnings", []),
            "versions": encode(made.versions),
            "files": [_file(film), *(_file(film.with_name(name)) for name in (*RECORDED, *TEXTS))],
        }

    def warnings(self, entries: Sequence[Mapping[str, Any]]) -> list[str]:
        """Shorts whose package is of another version, and moments that have passed."""
        told = [
            f"short {entry['short']:02d} has a film of an earlier version, or parts of its package "
            f"are gone; make it anew with --short {entry['short']}"
            for entry in entries
            if entry["status"] == "old"
        ]
        moments = [entry["publishAt"] for entry in entries if entry["status"] == "ready"]
        late = sum(moment < rfc3339(self.now) for moment in moments)
        if late and self.publish.date:
            told.append(
                f"{late} of {len(moments)} shorts would have come out before now; "
                f"`date` under [publish] is {self.publish.date}"
            )
        return told

    def _stands(self, known: Mapping[str, Any], film: Path) -> bool:
        """Whether a short that was not in the batch still is what the manifest says of it."""
        if known.get("status") != "ready":
            return known.get("status") == "failed"
        files = {file["name"]: file for file in known["files"]}
        there = all(_size(film.with_name(name)) == file["bytes"] for name, file in files.items())
        digest = files.get(film.name, {}).get("sha256")
        return there and digest == fingerprint.digest_of(film)

    def _day_of(self, short: Short, known: Mapping[str, Any], *, fresh: bool) -> date:
        """The day a short comes out. Without a date in the settings it keeps the one it has, but a
        film that was made anew is not to come out in the past."""
        if self.publish.date:
            return self.date
        had = _date(known.get("date"))
        if had and not fresh:
            return had
        for day in (had, self.date):
            if day and self._slot(short, day) > self.now + SOON:
                return day
        self.date = tomorrow(self.publish, self.now)
        return self.date

    def _slot(self, short: Short, day: date) -> datetime:
        return self._slots(day)[self.script.shorts.index(short)]

    def _write(self, short: Short, film: Film, folder: Path, moment: datetime) -> None:
        """The texts of a short, for every platform."""
        found = tags(self.script, short, film.uses, self.publish.hashtags)
        video = youtube.body(short, film, found, self.publish.language, moment)
        keep(folder / "title.txt", video["snippet"]["title"] + "\n")
        keep(folder / "description.txt", video["snippet"]["description"] + "\n")
        keep(folder / "youtube.json", as_json(video))
        keep(folder / "tiktok.json", as_json(tiktok.body(short, film, found)))
        keep(folder / "instagram.json", as_json(instagram.body(short, film, found)))


def _entries(manifest: Mapping[str, Any]) -> dict[int, Entry]:
    """What an earlier manifest of this version says of each short, as far as it is whole."""
    shorts = manifest.get("shorts") if manifest.get("schema") == SCHEMA else None
    whole = shorts if isinstance(shorts, list) else []
    return {entry["short"]: entry for entry in whole if _is_whole(entry)}


def _is_whole(entry: Any) -> bool:
    if not isinstance(entry, dict) or not entry.keys() >= NEEDED:
        return False
    files = entry.get("files", [])
    return entry["status"] != "ready" or all(
        isinstance(file, dict) and file.keys() >= {"name", "bytes", "sha256"} for file in files
    )


def _why(error: GradreelError) -> str:
    return " ".join(f"{error}".split())


def _file(path: Path) -> dict[str, Any]:
    """Name, size and digest. That of a film was taken when it was made or found unchanged."""
    known = fingerprint.digest_of(path) if path.suffix == ".mp4" else ""
    digest = known or fingerprint.digest(path)
    return {"name": path.name, "bytes": path.stat().st_size, "sha256": digest}


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _date(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def _versions() -> dict[str, str]:
    """Of what writes the package here and now; every short has those it was made with."""
    found = {"gradreel": versions_here().gradreel, "python": platform.python_version()}
    for library in LIBRARIES:
        with suppress(PackageNotFoundError):
            found[library] = version(library)
    return found
