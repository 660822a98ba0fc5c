"""Writes what only the making of a film knows: trace.json, qc.json and transcript.txt."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from gradreel.evidence.film import (
    SCHEMA,
    Film,
    Number,
    Record,
    Run,
    Said,
    Shown,
    Versions,
    record_text,
    versions_here,
)
from gradreel.model import Brief
from gradreel.probe import Media
from gradreel.store import as_json
from gradreel.trace.codec import encode
from gradreel.trace.model import Trace
from gradreel.truth import Known, numbers_in, runs_of, tags_of, written

FILES = ("trace.json", "qc.json", "transcript.txt")


def record(
    folder: Path,
    brief: Brief,
    texts: tuple[tuple[str, int], ...],
    cover: int,
    media: Media | None,
    stages: Mapping[str, float],
    warnings: tuple[str, ...],
) -> None:
    """Leave `FILES` in `folder`. `texts` are those that were on screen with their first frames,
    `cover` is the frame of the cover, `stages` the seconds of each stage."""
    fps, versions = brief.timeline.fps, versions_here()
    film = film_of(brief, cover / fps, versions)
    told = record_of(brief, texts, versions)
    (folder / "trace.json").write_text(record_text(told), "utf-8")
    quality: dict[str, Any] = {
        "schema": SCHEMA,
        "day": brief.day,
        "short": brief.short.number,
        "film": encode(film),
        "measured": _plain(media),
        "failures": [],  # a film with any is not published
        "warnings": list(dict.fromkeys(warnings)),
        "stages": dict(stages),
    }
    (folder / "qc.json").write_text(as_json(quality), "utf-8")
    (folder / "transcript.txt").write_text(transcript(film), "utf-8")


def record_of(brief: Brief, texts: tuple[tuple[str, int], ...], versions: Versions) -> Record:
    """The runs, and what was shown of them."""
    known = Known.of(brief)
    return Record(
        schema=SCHEMA,
        day=brief.day,
        short=brief.short.number,
        title=brief.short.title,
        versions=versions,
        written=written(brief),
        tags=tags_of(brief),
        shown=tuple(_shown(brief, texts, known)),
        runs=tuple(Run(name, trace) for name, trace in runs_of(brief)),
    )


def film_of(brief: Brief, cover: float, versions: Versions) -> Film:
    """What the texts for the platforms need."""
    demo = brief.demo if not brief.trace.runnable else None
    run = demo or brief.trace
    spoken = any(utterance.audio for utterance in brief.speech.utterances)
    return Film(
        voice=brief.speech.voice if spoken else "none",
        pace=round(brief.speech.pace, 1),
        cover=round(cover, 3),
        said=tuple(_said(brief)),
        code=brief.short.code.text if demo is None else demo.source,
        output=run.stdout,
        error=_raised(run),
        mistake_error=_raised(brief.mistake),
        uses=tuple(_uses(run)),
        versions=versions,
    )


def transcript(film: Film) -> str:
    """Every sentence in the order it is heard, one a line."""
    return "".join(f"{said.text}\n" for said in film.said)


def _shown(brief: Brief, texts: tuple[tuple[str, int], ...], known: Known) -> Iterator[Shown]:
    """What stood on screen, then what was said and captioned."""
    fps = brief.timeline.fps
    for text, frame in texts:
        if text.isspace():
            continue
        yield Shown(text, round(frame / fps, 3), False, tuple(_numbers(text, known)))
    starts = dict(brief.timeline.starts)
    for said in _said(brief):
        second = round(starts[said.part] / fps, 3)
        yield Shown(said.text, second, True, tuple(_numbers(said.text, known)))


def _numbers(text: str, known: Known) -> Iterator[Number]:
    for number, shown in numbers_in(text):
        yield Number(shown, known.origin(number, shown))


def _said(brief: Brief) -> Iterator[Said]:
    """As the captions have it, in the order of the film."""
    words: dict[str, list[str]] = {}
    for word in brief.timeline.words:
        words.setdefault(word.part, []).append(word.shown)
    for part, _ in sorted(brief.timeline.starts, key=lambda start: start[1]):
        if part in words:
            yield Said(part, " ".join(words[part]))


def _raised(run: Trace | None) -> str:
    failure = run.end.failure if run is not None else None
    return f"{failure.kind}: {failure.message}" if failure else ""


def _uses(run: Trace) -> Iterator[str]:
    """The names of what the snippet itself called, each once."""
    labels = [op.label for op in run.ops if not op.internal]
    labels += ["backward"] if run.backwards else []
    yield from dict.fromkeys(n for n in labels if n.isidentifier() and not n.startswith("_"))


def _plain(media: Media | None) -> Any:
    """What was measured, as JSON: fractions as text, infinities left out, no path."""
    if media is None:
        return None
    told = dataclasses.asdict(media)
    del told["path"]
    return _finite(told)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_finite(item) for item in value]
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
