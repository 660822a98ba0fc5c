"""What an author's save changed, found by content: which shorts, and which moment of the film."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

from gradreel.model import Beat, Brief, Code, Prose, Script, Short, Word

SETTLED = 0.8  # of a beat: what it builds up stands


def rewritten(old: Script | None, new: Script, files: Iterable[Path]) -> list[int]:
    """The shorts whose words or code are not as they were, wherever they stand in the file, and
    those whose own scene was saved."""
    before = {short.number: _bare(short) for short in old.shorts} if old else {}
    scenes = {
        int(found[1])
        for path in files
        if path.parent.name == f"day{new.day:02d}"
        and (found := re.fullmatch(r"short_(\d+)\.py", path.name))
    }
    return [
        short.number
        for short in new.shorts
        if short.number in scenes or (old and before.get(short.number) != _bare(short))
    ]


def focus(before: Brief | None, now: Brief, seen: int | None, beat: str | None) -> int:
    """The frame to show: where what is said or run first differs from before, else in the beat
    whose storyboard was edited, else what was looked at; of a short not seen before its middle."""
    beats = now.timeline.beats
    if before is not None:
        said = {u.part: u.words for u in before.speech.utterances}
        for utterance in now.speech.utterances:
            old, new = said.get(utterance.part, ()), utterance.words
            if not utterance.part.startswith("run-") and _shown(old) != _shown(new):
                placed = [word for word in now.timeline.words if word.part == utterance.part]
                return placed[_first(_shown(old), _shown(new))].end - 1
        if before.trace.source != now.trace.source:
            beat = "code"
        elif (before.mistake, before.fix) != (now.mistake, now.fix):
            beat = "mistake"
    if seen is not None and beat is None:
        return min(seen, now.timeline.frames - 1)
    return settled(next((b for b in beats if b.name == beat), beats[len(beats) // 2]))


def _shown(words: Iterable[Word]) -> list[str]:
    return [word.shown for word in words]


def _first(old: list[str], new: list[str]) -> int:
    """The first place of `new` that is not as in `old`, its last if only the end is gone."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False))
    return min(sum(1 for _ in same), len(new) - 1)


def settled(beat: Beat) -> int:
    return beat.start + int(SETTLED * beat.frames)


def edited(before: str, now: str) -> str | None:
    """The beat whose `play_` of a scene file is not as it was: the first of them."""
    old, new = _plays(before), _plays(now)
    return next((name for name in new if old.get(name) != new[name]), None)


def _plays(source: str) -> dict[str, str]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return {}
    return {
        node.name.removeprefix("play_"): ast.dump(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("play_")
    }


def _bare(short: Short) -> Short:
    """Without the lines of the file."""

    def prose(each: Prose) -> Prose:
        return replace(each, line=0)

    def code(each: Code | None) -> Code | None:
        return each and replace(each, line=0)

    return replace(
        short,
        line=0,
        hook=prose(short.hook),
        talk=tuple(map(prose, short.talk)),
        mistake=prose(short.mistake),
        code=replace(short.code, line=0),
        mistake_code=code(short.mistake_code),
        fix_code=code(short.fix_code),
        demo_code=code(short.demo_code),
    )
