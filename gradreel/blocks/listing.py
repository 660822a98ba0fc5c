"""Source text -> the rows a phone can show: coloured runs, long lines broken, every column
findable.

Pure layout, no drawing. A source line longer than the card breaks after a comma or before an
operator and goes on with a hanging indent, so the eye sees one statement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Literal, Name, Punctuation, String

HANG = 4  # columns a continued row is indented more than its line
WHOLE, WORD = re.compile(r"[^ ](?:.*[^ ])?"), re.compile(r"[^ ]+")  # without spaces around them


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one colour: `line` and `col` in the source, `column` in the shown row."""

    text: str
    role: str
    line: int
    col: int
    column: int


@dataclass(frozen=True, slots=True)
class Row:
    """One shown row. `line` is the source line it belongs to; an empty source line has no runs."""

    line: int
    runs: tuple[Run, ...]


def rows_of(source: str, columns: int) -> tuple[Row, ...]:
    """Break `source` into rows of at most `columns` characters (a longer single word is cut)."""
    rows: list[Row] = []
    for number, runs in enumerate(_lines(source.rstrip("\n")), start=1):
        rows += _broken(number, runs, columns)
    return tuple(rows)


def _lines(source: str) -> list[list[tuple[str, str]]]:
    """Per source line, its (text, role) runs in order."""
    lines: list[list[tuple[str, str]]] = [[]]
    tokens = list(PythonLexer(stripnl=False, ensurenl=False).get_tokens(source.expandtabs(4)))
    for place, (kind, text) in enumerate(tokens):
        called = place + 1 < len(tokens) and tokens[place + 1][1].startswith("(")
        role = _role(kind, text, called)
        for count, piece in enumerate(text.split("\n")):
            if count:
                lines.append([])
            if piece:
                lines[-1].append((piece, role))
    return lines


def _role(kind: Any, text: str, called: bool) -> str:
    """The colour role of a Pygments token. What belongs to the backward pass is amber wherever it
    stands."""
    if kind in Comment:
        return "comment"
    if text in {"backward", "grad", "zero_grad", "retain_grad", "requires_grad", "grad_fn"}:
        return "backward"
    if kind in Keyword:
        return "keyword"
    if kind in String:
        return "string"
    if kind in Literal:  # numbers are literals too
        return "number"
    if kind in Punctuation:
        return "quiet"
    return "forward" if kind in Name and called else "text"


def _broken(line: int, runs: list[tuple[str, str]], columns: int) -> list[Row]:
    """Rows of one source line. A comment after code comes nearer when the line is too long, or goes
    to a row of its own."""
    text = "".join(t for t, _ in runs)
    if len(text) > columns and len(runs) > 1 and runs[-1][1] == "comment":
        *code, (comment, role) = runs
        statement = "".join(t for t, _ in code).rstrip()
        if statement:
            wrapped = _broken(line, code, columns)
            last = max(run.column + len(run.text) for run in wrapped[-1].runs) + 2
            col = len(text) - len(comment)
            note = (
                comment if len(comment) <= columns - HANG else comment[: columns - HANG - 1] + "…"
            )
            if last + len(note) <= columns:
                wrapped[-1] = Row(line, (*wrapped[-1].runs, Run(note, role, line, col, last)))
            else:
                wrapped.append(Row(line, (Run(note, role, line, col, HANG),)))
            return wrapped
    text = text.rstrip()
    # Deep alignment under a bracket gives way before anything breaks.
    spare = min(len(text) - columns, len(text) - len(text.lstrip()) - HANG)
    if spare > 0 and not runs[0][0].strip():
        runs = [(runs[0][0][spare:], runs[0][1]), *runs[1:]]
        return [
            Row(line, tuple(replace(run, col=run.col + spare) for run in row.runs))
            for row in _broken(line, runs, columns)
        ]
    indent = len(text) - len(text.lstrip())
    rows: list[Row] = []
    start = 0
    while True:
        hang = min(indent + HANG, columns // 2) if start else 0
        room = columns - hang
        end = len(text) if len(text) - start <= room else start + _break(text[start : start + room])
        rows.append(Row(line, _cut(line, runs, start, end, hang)))
        if end >= len(text):
            return rows
        start = end + (len(text[end:]) - len(text[end:].lstrip(" ")))


def _break(room: str) -> int:
    """Where to break a row that is too long: after a comma, else before an operator, else at a
    space."""
    for marks, after in (
        (", ", 1),
        (" + ", 0),
        (" - ", 0),
        (" * ", 0),
        (" @ ", 0),
        ("(", 1),
        (" ", 0),
        (".", 0),
    ):
        at = room.rfind(marks)
        if at > len(room) // 3:
            return at + after
    return len(room)


def _cut(
    line: int, runs: list[tuple[str, str]], start: int, end: int, hang: int
) -> tuple[Run, ...]:
    """The runs between two columns of a line, shifted to their place in the row; a comment word by
    word, since the voice may name one of them."""
    cut: list[Run] = []
    col = 0
    for text, role in runs:
        first, last = max(start, col), min(end, col + len(text))
        piece = text[first - col : last - col] if last > first else ""
        for found in (WORD if role == "comment" else WHOLE).finditer(piece):
            column = hang + first - start + found.start()
            cut.append(Run(found[0], role, line, first + found.start(), column))
        col += len(text)
    return tuple(cut)
