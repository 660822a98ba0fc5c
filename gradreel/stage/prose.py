"""The author's prose as set type: words wrapped into lines, coloured by what they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from manim import VGroup

from gradreel.model import Prose
from gradreel.stage.space import units
from gradreel.stage.type import Typesetter

# The same word has the same colour in the hook, the graph and the plot.
MEANING = {
    "backward": r"back(ward|prop\w*)?|gradients?|grads?|derivatives?|dy/dx",
    "forward": r"forward|inputs?|tensors?|logits?|values?|data",
    "mistake": r"mistakes?|crash\w*|ruin\w*|break\w*|wrong|kills?|bug|explod\w*|blocks?|vanish\w*",
    "operation": r"ops?|nodes?|operations?|softmax|sigmoid|relu|tanh|activations?",
    "output": r"fix(es)?|safe|stable|probabilit(y|ies)",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or a stretch of code that is never broken, and how it is set."""

    text: str
    font: str
    colour: str
    glued: bool = False  # to the piece before it, without a space


def pieces_of(prose: Prose, *, font: str = "display", coloured: bool = True) -> list[Piece]:
    """Prose -> pieces. Code stays whole up to 22 characters; LaTeX arrives as readable text."""
    pieces: list[Piece] = []
    glued = False
    for span in prose.spans:
        code = span.kind == "code"
        whole = code and len(span.text) <= 22
        # A long `either/or` may break after its slash.
        words = [span.text] if whole else re.findall(r"\S{5,}?/(?=\S{5})|\S+", readable(span.text))
        for number, word in enumerate(words):
            first_glued = number == 0 and glued and not span.text[:1].isspace()
            first_glued = first_glued or bool(number and words[number - 1].endswith("/"))
            colour = "forward" if code else meaning(word) if coloured else "text"
            pieces.append(Piece(word, "code-strong" if code else font, colour, first_glued))
        glued = bool(span.text) and not span.text[-1].isspace()
    if coloured and pieces and all(p.colour == "text" for p in pieces):
        pieces[-1] = replace(pieces[-1], colour="forward")  # something has to carry the eye
    return pieces


def meaning(word: str) -> str:
    """The colour role of a word of prose."""
    bare = re.sub(r"^\W+|\W+$", "", word.lower())
    for role, pattern in MEANING.items():
        if re.fullmatch(pattern, bare):
            return role
    return "text"


def readable(text: str) -> str:
    """LaTeX of the kind scripts use, as plain signs: `\\frac{df}{dx}` is `df/dx`."""
    text = re.sub(r"\\\(|\\\)|\$", "", text)
    text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", text)
    for name, sign in SIGNS.items():
        text = re.sub(rf"\\{name}(?![A-Za-z])", sign, text)
    return re.sub(r"[{}]|_(?=\w)", "", text)


SIGNS = {
    "theta": "θ", "alpha": "α", "beta": "β", "eta": "η", "lambda": "λ", "sigma": "σ", "mu": "μ",
    "nabla": "∇", "partial": "∂", "leftarrow": "←", "rightarrow": "→", "to": "→", "cdot": "·",
    "times": "×", "approx": "≈", "leq": "≤", "geq": "≥", "neq": "≠", "infty": "∞", "sum": "Σ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setting:
    """Wrapped lines and the em they were set in; heights in pixels."""

    lines: tuple[VGroup, ...]
    size: float
    height: float


def set_prose(
    type_: Typesetter,
    pieces: list[Piece],
    left: float,
    top: float,
    width: float,
    *,
    size: float,
    least: float,
    most_lines: int,
    leading: float = 1.14,
) -> Setting:
    """Lines from `top` (pixels) down, as large as fits between `size` and `least`."""
    rows = _rows(type_, pieces, width, size)
    while size > least and (len(rows) > most_lines or _widest(type_, rows, size) > width):
        size = max(least, size - 4)
        rows = _rows(type_, pieces, width, size)
    lines = []
    for number, row in enumerate(rows):
        y = top + (number + 0.5) * size * leading
        x = left
        line = VGroup()
        for place, piece in enumerate(row):
            x += 0 if piece.glued or not place else _space(size)
            drawn = type_.line(piece.text, size, font=piece.font, colour=piece.colour).at(x, y)
            x += drawn.advance / units(1)
            line.add(drawn)
        lines.append(line)
    return Setting(tuple(lines), size, len(rows) * size * leading)


def _space(size: float) -> float:
    return 0.25 * size


def _rows(type_: Typesetter, pieces: list[Piece], width: float, size: float) -> list[list[Piece]]:
    """Balanced lines: the same number of lines as greedy filling, in the narrowest measure."""
    rows = _greedy(type_, pieces, width, size)
    narrow = width
    while narrow > width * 0.5:
        tried = _greedy(type_, pieces, narrow - 20, size)
        if len(tried) > len(rows):
            break
        narrow -= 20
    return _greedy(type_, pieces, narrow, size)


def _greedy(type_: Typesetter, pieces: list[Piece], width: float, size: float) -> list[list[Piece]]:
    rows: list[list[Piece]] = [[]]
    used = 0.0
    for piece in pieces:
        room = type_.width(piece.text, size, piece.font)
        space = 0 if piece.glued or not rows[-1] else _space(size)
        fixed = piece.glued and not rows[-1][-1].text.endswith("/") if rows[-1] else False
        if rows[-1] and used + space + room > width and not fixed:
            rows.append([])
            used = space = 0.0
        rows[-1].append(piece)
        used += space + room
    return rows


def _widest(type_: Typesetter, rows: list[list[Piece]], size: float) -> float:
    return max(
        sum(type_.width(p.text, size, p.font) for p in row)
        + _space(size) * sum(not p.glued for p in row[1:])
        for row in rows
    )
