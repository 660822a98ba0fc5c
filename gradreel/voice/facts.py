"""What the program says of a run, in short sentences. Every number comes from the trace.

A script holds ten to sixteen seconds of words; a film has thirty, and what really happened is the
best thing to say in them. Facts are made generously and in the order they happened; narration
keeps as many as there is room for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gradreel.model import Prose, Span
from gradreel.schedule import run_beat
from gradreel.trace.model import Trace
from gradreel.voice.lexicon import Lexicon
from gradreel.voice.notes import outcome, run_notes

MOST_WORDS = 14  # spoken, of one fact
MOST_OF_MISTAKE = 11  # of what the wrong code does: the author has just said it


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence about the run. `part` is `run-<beat>`, numbered from the second on; when room is
    short the facts of least `value` go first."""

    part: str
    prose: Prose
    value: int

    @property
    def beat(self) -> str:
        """The beat it is said in: `run-backward-2` -> `backward`."""
        return run_beat(self.part)


def facts_of(
    trace: Trace,
    *,
    mistake: Trace | None = None,
    fix: Trace | None = None,
    lexicon: Lexicon | None = None,
) -> tuple[Fact, ...]:
    """The facts worth saying, beat by beat in the order they happened. `mistake` and `fix` are the
    runs of a short's wrong and mended code. None is longer than `MOST_WORDS`."""
    notes = sorted(run_notes(trace), key=lambda note: note.step)
    if mistake is not None:
        notes.append(outcome(mistake, "mistake", "Run it:", 89))
    if fix is not None and fix.end.failure is None:
        notes.append(outcome(fix, "fix", "Fixed:", 65))
    lexicon = lexicon or Lexicon.load()
    facts: list[Fact] = []
    count: dict[str, int] = {}
    seen: set[str] = set()
    for note in notes:
        most = MOST_OF_MISTAKE if note.beat in ("mistake", "fix") else MOST_WORDS
        text = _short_enough(note.texts, most, lexicon)
        if not text or text in seen:
            continue
        seen.add(text)
        count[note.beat] = count.get(note.beat, 0) + 1
        number = f"-{count[note.beat]}" if count[note.beat] > 1 else ""
        facts.append(Fact(f"run-{note.beat}{number}", _prose(text), note.value))
    return tuple(facts)


def _short_enough(texts: Iterable[str], most: int, lexicon: Lexicon) -> str:
    """The first wording that is not too long; "" if there is none."""
    for text in texts:
        units, _ = lexicon.units(_prose(text))
        if sum(len(unit.spoken.split()) for unit in units) <= most:
            return text
    return ""


def _prose(text: str) -> Prose:
    """`x.grad` in backquotes is a code span. The program's own sentences have no line."""
    return Prose(
        tuple(
            Span("code" if index % 2 else "text", piece)
            for index, piece in enumerate(text.split("`"))
            if piece
        ),
        0,
    )
