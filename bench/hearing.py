"""What a speech recogniser understands of finished films, as a word error rate.

    make hearing ARGS="--short 1-10 --voice hibari"

Makes the films that are not there yet, lets whisper base listen to each MP4, and compares what it
heard with what was said. Both go through the lexicon first, since `ReLU`, `relu` and `relloo` are
one word, and `16` is `sixteen`; small differences of spelling that no ear hears are folded. The
rate is errors (substituted, left out, put in) by words said: Levenshtein distance, as NIST's
sclite counts it.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from gradreel import shelf
from gradreel.model import Prose, Short, Span
from gradreel.pipeline import Production, Watch
from gradreel.script import parse
from gradreel.settings import load, preview
from gradreel.voice.lexicon import Lexicon

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv-hearing" / "bin" / "python"
# Spellings that sound alike.
ALIKE = {
    "why": "y", "ex": "x", "be": "b", "bee": "b", "see": "c", "sea": "c", "too": "to", "two": "to",
    "four": "for", "won": "one", "eff": "f", "gee": "g", "okay": "ok", "it's": "its", "pi": "pie",
}  # fmt: skip


def said(production: Production, short: Short) -> list[str]:
    """The words of a film's narration, in the order they are heard."""
    with tempfile.TemporaryDirectory() as folder:
        brief = production.prepare(short, Path(folder), Watch())
    spoken = {u.part: " ".join(w.spoken for w in u.words) for u in brief.speech.utterances}
    return folded(" ".join(spoken[part] for part, _ in brief.timeline.starts))


def heard(text: str, lexicon: Lexicon) -> list[str]:
    """What the recogniser wrote, as our lexicon would say it."""
    units, _ = lexicon.units(Prose((Span("text", text),), 0))
    return folded(" ".join(unit.spoken for unit in units))


def folded(text: str) -> list[str]:
    """Lower-case words without punctuation, one spelling for each sound."""
    words = re.findall(r"[^\W_]+(?:'[^\W_]+)*", text.lower().replace("’", "'"))
    return [ALIKE.get(word, word) for word in words]


def errors(truth: list[str], guess: list[str]) -> list[tuple[str, str]]:
    """The (said, heard) pairs of a shortest alignment that differ; "" where one has nothing.

    Spaces make no sound: `autograd` for `auto grad` is no error.
    """
    rows = [list(range(len(guess) + 1))]
    for i, word in enumerate(truth, start=1):
        row = [i]
        for j, other in enumerate(guess, start=1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (word != other)))
        rows.append(row)
    return [pair for pair in _joined(list(_path(rows, truth, guess))) if pair[0] != pair[1]]


def _path(rows: list[list[int]], truth: list[str], guess: list[str]) -> Iterator[tuple[str, str]]:
    """The aligned pairs, from the end to the beginning."""
    i, j = len(truth), len(guess)
    while i or j:
        if i and j and rows[i][j] == rows[i - 1][j - 1] + (truth[i - 1] != guess[j - 1]):
            i, j = i - 1, j - 1
            yield truth[i], guess[j]
        elif i and rows[i][j] == rows[i - 1][j] + 1:
            i -= 1
            yield truth[i], ""
        else:
            j -= 1
            yield "", guess[j]


def _joined(backwards: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Neighbouring differences that are the same letters are no difference."""
    run: list[tuple[str, str]] = []
    for pair in [*reversed(backwards), ("", "")]:
        if pair[0] != pair[1]:
            run.append(pair)
            continue
        if "".join(a for a, _ in run) != "".join(b for _, b in run):
            yield from run
        run = []
        yield pair


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--short", default="1-10", help="numbers and ranges, as in 1-10,13")
    parser.add_argument("--voice", default="auto")
    parser.add_argument("--preview", action="store_true", help="small pictures, the same sound")
    parser.add_argument("--words", action="store_true", help="print every error")
    options = parser.parse_args()
    if not PYTHON.exists():
        sys.exit("The recogniser is not installed. Run: make hearing")
    settings = load(ROOT / "config.toml")
    voice = dataclasses.replace(settings.voice, name=options.voice)
    settings = dataclasses.replace(settings, voice=voice)
    if options.preview:
        settings = preview(settings)
    day = parse(settings.paths.script)
    wanted: set[int] = set()
    for piece in options.short.split(","):
        first, _, last = piece.partition("-")
        wanted |= set(range(int(first), int(last or first) + 1))
    truths: dict[str, tuple[int, list[str]]] = {}
    with Production.opened(day, settings) as production:
        for short in day.shorts:
            if short.number in wanted:
                kept = shelf.kept(day, short, settings, production.cast)
                film = kept or production.build(short, Watch())
                truths[str(film)] = short.number, said(production, short)
    listening = subprocess.run(
        [PYTHON, Path(__file__).with_name("listen.py"), *truths],
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    lexicon = Lexicon.load()
    total, wrong, confusions = 0, 0, Counter[tuple[str, str]]()
    for line in listening.stdout.splitlines():
        report = json.loads(line)
        number, truth = truths[report["film"]]
        mistakes = errors(truth, heard(report["text"], lexicon))
        total, wrong = total + len(truth), wrong + len(mistakes)
        confusions.update(mistakes)
        print(f"{number:02d}  {len(mistakes):3d} of {len(truth):3d} words, "
              f"{len(mistakes) / len(truth):6.1%}")  # fmt: skip
        if options.words:
            print(f"    heard: {report['text']}")
    print(f"word error rate of {options.voice}: {wrong / max(total, 1):.1%} of {total} words")
    if options.words:
        for (was, got), times in confusions.most_common():
            print(f"{times:4d}  {was or '-'} -> {got or '-'}")


if __name__ == "__main__":
    main()
