"""What the page is told of a short: the noun `Brief` as plain JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from gradreel.blocks.numbers import written
from gradreel.model import Brief, Platform, Prose, Script, Short, SpokenWord, Utterance
from gradreel.trace.graph import Graph, graph_of
from gradreel.trace.model import Trace
from gradreel.voice.sound import read

Json = dict[str, Any]
BARS = 600  # of the waveform, over the whole film


def day_told(script: Script, platforms: Iterable[Platform]) -> Json:
    """The day, without the states of its shorts."""
    return {
        "day": script.day,
        "title": script.title,
        "script": str(script.path),
        "shorts": [{"number": s.number, "title": s.title} for s in script.shorts],
        "platforms": [
            {
                "name": platform.name,
                "zones": {
                    name: [zone.left, zone.top, zone.right, zone.bottom]
                    for name in ("header", "upper", "stage", "captions", "safe")
                    for zone in [getattr(platform, name)]
                },
            }
            for platform in platforms
        ],
    }


def short_told(brief: Brief, scene: Path, warnings: Iterable[str]) -> Json:
    """A short: its film's clock, its words, its code, and what its run really did."""
    timeline, short = brief.timeline, brief.short
    slack = dict(timeline.slack)
    return {
        "title": short.title,
        "line": short.line,
        "fps": timeline.fps,
        "frames": timeline.frames,
        "voice": brief.speech.voice,
        "pace": brief.speech.pace,
        "scene": str(scene),
        "beats": [
            {"name": b.name, "start": b.start, "end": b.end, "slack": slack.get(b.name, 0.0)}
            for b in timeline.beats
        ],
        "words": [_word(word, short) for word in timeline.words],
        "cues": [{"name": cue.name, "frame": cue.frame} for cue in timeline.cues],
        "script": list(_script(brief)),
        "code": _code(brief),
        "wave": _wave(brief),
        "trace": trace_told(brief.trace),
        "warnings": list(warnings),
    }


def trace_told(trace: Trace) -> Json:
    """The graph, its values and gradients, and what was printed."""
    graph = graph_of(trace)
    grads = dict(_gradients(graph))
    failure = trace.end.failure
    return {
        "torch": trace.torch,
        "nodes": [
            {
                "id": node.id,
                "label": node.label,
                "op": node.sign or node.kind,
                "value": written(node.value),
                "grad": grads.get(node.id),
                "line": node.span.line if node.span else None,
            }
            for node in graph.nodes
        ],
        "edges": [[edge.source, edge.target] for edge in graph.edges],
        "gradients": [
            {"name": graph.nodes[node].label, "value": value} for node, value in grads.items()
        ],
        "output": trace.stdout,
        "error": f"{failure.kind}: {failure.message}" if failure else None,
    }


def _gradients(graph: Graph) -> Iterator[tuple[int, str | None]]:
    """What arrived at each node last; of a leaf, what its `.grad` then is."""
    for pass_ in graph.passes:
        for arrival in pass_.arrivals:
            yield arrival.node, written(arrival.after or arrival.gradient)


def _script(brief: Brief) -> Iterator[Json]:
    """Every sentence in the order it is heard, with its line of the file; the program's own
    sentences about the run have none."""
    written_at = dict(_prose(brief.short))
    order = dict(brief.timeline.starts)
    words = list(brief.timeline.words)
    for said in sorted(brief.speech.utterances, key=lambda said: order[said.part]):
        mine = [number for number, word in enumerate(words) if word.part == said.part]
        prose = written_at.get(said.part)
        yield {
            "part": said.part,
            "line": prose.line if prose else None,
            "text": prose.plain if prose else " ".join(word.shown for word in said.words),
            "words": [mine[0], mine[-1]] if mine else None,
        }


def _prose(short: Short) -> Iterator[tuple[str, Prose]]:
    yield "hook", short.hook
    for number, bullet in enumerate(short.talk, 1):
        yield f"talk-{number}", bullet
    yield "mistake", short.mistake


def _word(word: SpokenWord, short: Short) -> Json:
    prose = dict(_prose(short)).get(word.part)
    return {
        "text": word.shown,
        "start": word.start,
        "end": word.end,
        "part": word.part,
        "code": word.code,
        "line": prose.line if prose else None,
    }


def _code(brief: Brief) -> list[Json]:
    """The snippet, and when the voice points at each of its lines."""
    lit: dict[int, list[list[int]]] = {}
    for binding in brief.bindings:
        if binding.of == "code" and binding.span is not None:
            for line in range(binding.span.line, binding.span.end_line + 1):
                lit.setdefault(line, []).append([binding.word.start, binding.word.end])
    code = brief.short.code
    return [
        {"line": code.line + number - 1, "text": text, "lit": lit.get(number, [])}
        for number, text in enumerate(code.text.splitlines(), 1)
    ]


def _wave(brief: Brief) -> list[float]:
    """The voice's loudest samples, 0 to 1, in even parts of the film."""
    timeline = brief.timeline
    starts = dict(timeline.starts)
    bars = np.zeros(BARS)
    for said in brief.speech.utterances:
        if said.audio is not None:
            _add(bars, said, starts[said.part] / timeline.fps, timeline.frames / timeline.fps)
    loudest = bars.max()
    return [round(float(bar), 3) for bar in (bars / loudest if loudest else bars)]


def _add(bars: np.ndarray[Any, Any], said: Utterance, start: float, whole: float) -> None:
    assert said.audio is not None
    samples, rate = read(said.audio)
    times = start + np.arange(len(samples)) / rate
    np.maximum.at(bars, np.minimum((times / whole * BARS).astype(int), BARS - 1), np.abs(samples))
