r"""LaTeX of a sentence as readable Unicode and as speech: `\frac{df}{dx}` -> `df/dx`, "d f d x".

Only what appears in a spoken sentence is understood; a command that is not known is reported.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

MOST_COMMANDS = 60  # braces and commands; more is no formula of a sentence

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[{}_^&]|\d+(?:\.\d+)?|[^\W\d_]|\s+|.", re.S)

_RELATIONS = {
    "leftarrow": "←", "gets": "←", "to": "→", "rightarrow": "→", "Rightarrow": "⇒", "mapsto": "↦",
    "approx": "≈", "neq": "≠", "ne": "≠", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥",
    "equiv": "≡", "in": "∈", "ll": "≪", "gg": "≫",
}  # fmt: skip
_OPERATORS = {"pm": "±", "times": "×", "odot": "⊙", "circ": "∘"}
_TIGHT = {"cdot": "·", "nabla": "∇", "partial": "∂", "infty": "∞", "sum": "∑", "prod": "∏",
          "int": "∫", "ldots": "…", "dots": "…", "cdots": "…", "top": "ᵀ"}  # fmt: skip
_FUNCTIONS = ("log", "ln", "exp", "max", "min", "tanh", "sin", "cos", "argmax", "argmin")
_WRAPPERS = (
    "text",
    "mathrm",
    "mathbf",
    "mathit",
    "mathbb",
    "mathcal",
    "operatorname",
    "boldsymbol",
)
_ACCENTS = {"hat": ("\u0302", "hat"), "bar": ("\u0304", "bar"), "tilde": ("\u0303", "tilde"),
            "vec": ("\u20d7", "vector"), "dot": ("\u0307", "dot")}  # fmt: skip
_SILENT = ("left", "right", "big", "Big", "bigl", "bigr", "quad", "qquad", "displaystyle", "limits")
_SUPER = str.maketrans("0123456789+-=()niTx", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀˣ")
_SUB = str.maketrans("0123456789+-=()aeijkmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢⱼₖₘₙₒₚᵣₛₜᵤᵥₓ")
_SPACED = "=<>+"


@dataclass(frozen=True, slots=True)
class Said:
    shown: str
    spoken: str


def read(latex: str, say: Callable[[str], str], unknown: Callable[[str], None]) -> tuple[Said, ...]:
    """A formula, cut where a caption may break. `say` speaks plain pieces (`2`, `x`, `θ`, `≤`)."""
    if latex.count("{") + latex.count("\\") > MOST_COMMANDS:
        unknown(f"{latex[:20]}…")
        return (Said(latex, "a formula"),)
    tokens = _TOKEN.findall(latex)
    pieces = _Reader(tokens, say, unknown).sequence()
    shown = "".join(p.shown for p in pieces).split()
    groups: list[list[str]] = [[]]
    for piece in pieces:
        if piece.shown.startswith(" ") and any(groups[-1]):
            groups.append([])
        groups[-1].append(piece.spoken)
        if piece.shown.endswith(" "):
            groups.append([])
    spoken = [" ".join(filter(None, group)) for group in groups if group]
    if len(shown) != len(spoken):  # a formula with inner spaces stays in one piece
        return (Said(" ".join(shown), " ".join(spoken)),)
    return tuple(Said(a, b) for a, b in zip(shown, spoken, strict=True))


class _Reader:
    def __init__(
        self, tokens: list[str], say: Callable[[str], str], unknown: Callable[[str], None]
    ) -> None:
        self._tokens = tokens
        self._at = 0
        self._say = say
        self._unknown = unknown

    def sequence(self) -> list[Said]:
        """Everything up to the closing brace or the end."""
        pieces: list[Said] = []
        while self._at < len(self._tokens):
            token = self._next()
            if token == "}":
                break
            piece = self._piece(token, pieces)
            if piece is not None:
                pieces.append(piece)
        return pieces

    def _next(self) -> str:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _argument(self) -> Said:
        """One brace group or one token."""
        while self._at < len(self._tokens) and self._tokens[self._at].isspace():
            self._at += 1
        if self._at == len(self._tokens):
            return Said("", "")
        token = self._next()
        pieces = self.sequence() if token == "{" else [self._piece(token, []) or Said("", "")]
        return _joined(pieces)

    def _piece(self, token: str, before: list[Said]) -> Said | None:
        match token:
            case "{":
                return _joined(self.sequence())
            case "_":
                self._subscript(before)
                return None
            case "^":
                self._superscript(before)
                return None
            case "'":
                return Said("′", "prime")
            case "-" | "−":
                binary = bool(before) and not before[-1].shown.endswith((" ", "("))
                return Said(" − " if binary else "−", self._say("-"))
            case "(" | ")" | "[" | "]" | "|" | "," | ".":
                return Said(token, "," if token == "," else "")
            case "&" | "\\\\":
                return None
            case _ if token.isspace():
                return None
            case _ if token.startswith("\\"):
                return self._command(token[1:], before)
            case _ if token in _SPACED:
                return Said(f" {token} ", self._say(token))
        return Said(token, self._say(token))

    def _command(self, name: str, before: list[Said]) -> Said | None:
        if name == "frac":
            above, below = self._argument(), self._argument()
            derivative = below.shown[:1] in "d∂" and above.shown[:1] in "d∂"
            over = "" if derivative else "over"
            words = f"{above.spoken} {over} {below.spoken}"
            return Said(f"{_grouped(above.shown)}/{_grouped(below.shown)}", " ".join(words.split()))
        if name == "sqrt":
            inner = self._argument()
            return Said(f"√{_grouped(inner.shown)}", f"{self._say('√')} {inner.spoken}")
        if name in _WRAPPERS:
            return self._argument()
        if name in _ACCENTS:
            mark, word = _ACCENTS[name]
            inner = self._argument()
            return Said(inner.shown + mark, f"{inner.spoken} {word}")
        if name in _SILENT or not name.isalpha():
            return None
        if letter := _greek(name):
            return Said(letter, self._say(letter))
        if name in _RELATIONS:
            return Said(f" {_RELATIONS[name]} ", self._say(_RELATIONS[name]))
        if name in _OPERATORS:
            return Said(f" {_OPERATORS[name]} ", self._say(_OPERATORS[name]))
        if name in _TIGHT:
            factor = name == "nabla" and before and not before[-1].shown.endswith((" ", "("))
            times = self._say("×") + " " if factor else ""
            return Said(_TIGHT[name], times + self._say(_TIGHT[name]))
        if name in _FUNCTIONS:
            return Said(name, self._say(name))
        self._unknown(f"\\{name}")
        return Said(name, name)

    def _subscript(self, before: list[Said]) -> None:
        """`x_1` -> x₁. Under ∇ it only repeats the variable: neither shown nor said."""
        inner = self._argument()
        if not before or before[-1].shown == "∇":
            return
        last = before.pop()
        small = inner.shown.translate(_SUB)
        fits = all(c not in inner.shown for c in small) and small
        shown = last.shown + (small if fits else f"_{inner.shown}")
        before.append(Said(shown, f"{last.spoken} {inner.spoken}"))

    def _superscript(self, before: list[Said]) -> None:
        inner = self._argument()
        last = before.pop() if before else Said("", "")
        small = inner.shown.replace("−", "-").translate(_SUPER)
        fits = all(c not in inner.shown for c in small) and small
        power = {"2": "squared", "3": "cubed", "T": "transposed", "ᵀ": "transposed"}.get(
            inner.shown
        )
        spoken = f"{last.spoken} {power or self._say('^') + ' ' + inner.spoken}"
        before.append(Said(last.shown + (small if fits else f"^{inner.shown}"), spoken))


def _greek(name: str) -> str:
    """`theta` -> θ, `Sigma` -> Σ, `varphi` -> φ; "" for what is no Greek letter."""
    size = "CAPITAL" if name[0].isupper() else "SMALL"
    plain = name.lower().removeprefix("var").replace("lambda", "lamda")
    try:
        return unicodedata.lookup(f"GREEK {size} LETTER {plain}")
    except KeyError:
        return ""


def _joined(pieces: list[Said]) -> Said:
    return Said(
        "".join(piece.shown for piece in pieces).strip(),
        " ".join(piece.spoken for piece in pieces if piece.spoken),
    )


def _grouped(shown: str) -> str:
    return f"({shown})" if " " in shown else shown
