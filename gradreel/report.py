"""`report.json` beside a day's films: how every short ended, what it took, and what went wrong.

It is written anew, in one step, whenever something changes, so a batch that is killed leaves one
that says what was in work and what was not begun. Shorts that a batch leaves out keep their entry;
those that are kept, or not begun yet, keep what was told when their film was made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from gradreel.model import Script, Short
from gradreel.order import READY, Outcome, Stage

NAME = "report.json"


class Report:
    """The report of a batch on `shorts`, as a context manager; `folder` is the day's."""

    def __init__(self, folder: Path, script: Script, shorts: Sequence[Short]) -> None:
        self._path = folder / NAME
        self._script = script
        self._started = _now()
        known = {short.number for short in script.shorts}
        self._entries = {n: entry for n, entry in _entries(folder).items() if n in known}
        self._interrupt()  # what a batch left in work that was killed
        for short in shorts:
            former = self._entries.get(short.number, {})
            told = former if former.get("video") else {}  # until it is made anew
            fresh = {"title": short.title, "status": "not started", "error": None}
            self._entries[short.number] = {**_entry(short), **told, **fresh}

    def __enter__(self) -> Report:
        self._write()
        return self

    def __exit__(self, *_: object) -> None:
        self._interrupt()
        self._write()

    def _interrupt(self) -> None:
        for entry in self._entries.values():
            if entry["status"] == "in work":
                entry["status"] = "interrupted"

    def hear(self, event: Stage | Outcome) -> None:
        """Keep what has become of a short."""
        entry = self._entries[event.short.number]
        before = entry["status"]
        if isinstance(event, Stage):
            entry["status"] = "not started" if event.name == READY else "in work"
        elif event.status == "kept" and entry["video"]:
            entry["status"] = "kept"  # the rest says how it was made
        else:
            entry.update(_told(event))
        if entry["status"] != before:
            self._write()

    def _write(self) -> None:
        order = [short.number for short in self._script.shorts]
        told = {
            "day": self._script.day,
            "title": self._script.title,
            "script": str(self._script.path),
            "started": self._started,
            "written": _now(),
            "shorts": [self._entries[number] for number in order if number in self._entries],
        }
        draft = self._path.with_name(f".tmp-{NAME}")
        draft.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
        draft.replace(self._path)


def seconds(folder: Path) -> dict[int, float]:
    """What the shorts of a day took when they were made, by number, all stages together."""
    return {
        number: sum(entry["stages"].values())
        for number, entry in _entries(folder).items()
        if entry["video"] and entry["stages"]
    }


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """A line for each short, in the order of their numbers, under a line of headings."""
    stages = list(dict.fromkeys(name for outcome in outcomes for name in outcome.stages))
    rows = [("short", "status", *stages, "seconds", "tries", "cause")]
    for outcome in sorted(outcomes, key=lambda each: each.short.number):
        rows.append(
            (
                f"{outcome.short.number:02d}",
                outcome.status,
                *(_seconds(outcome.stages.get(name)) for name in stages),
                _seconds(outcome.seconds or None),
                str(outcome.tries or ""),
                _cause(outcome),
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    last = len(widths) - 1
    return [
        "  ".join(
            cell.ljust(width) if column in (1, last) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _seconds(amount: float | None) -> str:
    return "" if amount is None else f"{amount:.1f}"


def _cause(outcome: Outcome) -> str:
    error = outcome.error
    if error is None:
        return ""
    return f"{error.where}: {error.message}" if error.where else error.message


def _told(outcome: Outcome) -> dict[str, Any]:
    error, path = outcome.error, outcome.path
    return {
        "status": outcome.status,
        "video": f"{path.parent.name}/{path.name}" if path else None,
        "seconds": outcome.seconds,
        "stages": outcome.stages,
        "tries": outcome.tries,
        "voice": outcome.voice,
        "pace": outcome.pace,
        "warnings": list(outcome.warnings),
        "error": error
        and {
            "kind": type(error).__name__,
            "stage": outcome.stage,
            "file": str(error.path) if error.path else None,
            "line": error.line,
            "message": error.message,
            "fix": error.fix,
        },
        "ended": _now(),
    }


def _entry(short: Short) -> dict[str, Any]:
    return {
        "short": short.number,
        "title": short.title,
        "status": "not started",
        "video": None,
        "seconds": 0.0,
        "stages": {},
        "tries": 0,
        "voice": "",
        "pace": 0.0,
        "warnings": [],
        "error": None,
        "ended": None,
    }


def _entries(folder: Path) -> dict[int, dict[str, Any]]:
    """Those of the report that is there, as far as it is one."""
    try:
        told = json.loads((folder / NAME).read_text("utf-8"))
        found = {entry["short"]: entry for entry in told["shorts"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {number: entry for number, entry in found.items() if _usable(number, entry)}


def _usable(number: object, entry: Mapping[str, Any]) -> bool:
    return (
        isinstance(number, int)
        and isinstance(entry.get("status"), str)
        and isinstance(entry.get("stages"), dict)
        and all(isinstance(amount, int | float) for amount in entry["stages"].values())
        and "video" in entry
    )


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
