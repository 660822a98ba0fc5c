r"""LaTeX of a sentence as readable Unicode and as speech: `\frac{df}{dx}` -> `df/dx`, "d f d x".

Only what appears in a spoken sentence is understood; a command that is not known is reported.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from gradreel.voice.say_code import ACCENTS

MOST_COMMANDS = 60  # braces and commands; more is no formula of a sentence

_TOKEN = re.compile(r"\\[a-zA-Z]+\*?|\\.|[{}_^&]|\d+(?:\.\d+)?|[^\W\d_]|\s+|.", re.S)
_TIGHT_SPACE = "\u00a0"  # inside what a caption must not break

_RELATIONS = {
    "leftarrow": "←", "gets": "←", "to": "→", "rightarrow": "→", "Rightarrow": "⇒", "mapsto": "↦",
    "implies": "⇒", "iff": "⇔", "Leftrightarrow": "⇔", "leftrightarrow": "↔", "approx": "≈",
    "neq": "≠", "ne": "≠", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "equiv": "≡", "in": "∈",
    "ll": "≪", "gg": "≫", "propto": "∝", "sim": "∼", "mid": "∣", "cap": "∩", "cup": "∪",
}  # fmt: skip
_OPERATORS = {"pm": "±", "times": "×", "odot": "⊙", "circ": "∘", "otimes": "⊗", "oplus": "⊕"}
_TIGHT = {"cdot": "·", "nabla": "∇", "partial": "∂", "infty": "∞", "ldots": "…", "dots": "…",
          "cdots": "…", "top": "ᵀ", "ell": "ℓ", "forall": "∀", "exists": "∃", "emptyset": "∅",
          "ast": "*", "star": "*"}  # fmt: skip
_BIG = {"sum": "∑", "prod": "∏", "int": "∫"}
_FUNCTIONS = ("log", "ln", "exp", "max", "min", "tanh", "sin", "cos", "sinh", "cosh", "tan",
              "arctan", "argmax", "argmin", "det", "arg")  # fmt: skip
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
_BOARD = {"R": "ℝ", "N": "ℕ", "Z": "ℤ", "E": "𝔼"}
_HATS = {"hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0304",
         "tilde": "\u0303", "vec": "\u20d7", "dot": "\u0307"}  # fmt: skip
_SILENT = ("left", "right", "big", "Big", "bigl", "bigr", "quad", "qquad", "displaystyle", "limits")
_BARS = {"|": "|", "vert": "|", "lvert": "|", "rvert": "|", "Vert": "‖", "lVert": "‖", "rVert": "‖"}
_FENCES = {"langle": "⟨", "rangle": "⟩", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉"}
_FENCED = {"⌊": "the floor of", "⌈": "the ceiling of"}
_POWERS = {"2": "squared", "3": "cubed", "T": "transposed", "ᵀ": "transposed", "*": "star"}
_ROOTS = {"": "the square root of", "3": "the cube root of"}
_CALLED = set("fghpqFGHJLσφℓ")  # letters that brackets make a function of
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
    shown = [text for text in "".join(p.shown for p in pieces).split(" ") if text]
    groups: list[list[str]] = [[]]
    for piece in pieces:
        if piece.shown.startswith(" ") and any(groups[-1]):
            groups.append([])
        groups[-1].append(piece.spoken)
        if piece.shown.endswith(" "):
            groups.append([])
    spoken = [" ".join(filter(None, group)).replace(" ,", ",") for group in groups if group]
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
        self._commas = [","]  # how a comma is said, inside each open bracket
        self._barred: set[str] = set()

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

    def _script(self, mark: str) -> Said | None:
        """The argument of a `_` or `^` that follows at once."""
        if self._at < len(self._tokens) and self._tokens[self._at] == mark:
            self._at += 1
            return self._argument()
        return None

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
                last = before.pop() if before else Said("", "")
                return Said(f"{last.shown}′", f"{last.spoken} prime".strip())
            case "!":
                return Said("!", "factorial")
            case "-" | "−":
                binary = bool(before) and not before[-1].shown.endswith((" ", "("))
                return Said(" − " if binary else "−", self._say("-"))
            case "(" | "[":
                return Said(token, self._opened(before, token))
            case ")" | "]":
                self._commas[1:] = self._commas[1:-1]
                return Said(token, "")
            case ",":
                return Said(f",{_TIGHT_SPACE}", self._commas[-1])
            case "|" | r"\|":
                return self._bar("|" if token == "|" else "‖")
            case "." | r"\{" | r"\}":
                return Said(token[-1], "")
            case r"\%" | r"\#" | r"\$":
                return Said(token[-1], self._say(token[-1]))
            case "&" | "\\\\":
                return None
            case _ if token.isspace():
                return None
            case _ if token.startswith("\\"):
                return self._command(token[1:].rstrip("*"), before)
            case _ if token in _SPACED:
                return Said(f" {token} ", self._say(token))
        return Said(token, self._say(token))

    def _opened(self, before: list[Said], opener: str) -> str:
        """What an opening bracket says: `f(x)` "of", `x(1-x)` "times", `[0, 1]` nothing."""
        inside = self._tokens[self._at : self._closing(opener)]
        pair = inside.count(",") == 1
        last = before[-1] if before else Said("", "")
        name = last.shown.rstrip("′").strip()
        function = name in _FUNCTIONS or name in _CALLED or len(name) > 2
        self._commas.append(",")
        if opener == "[":
            self._commas[-1] = self._say("to") if pair and name == "∈" else ","
            return ""
        if pair and name in ("max", "min"):
            self._commas[-1] = "and"
        if name.endswith((")", "]")):
            return self._say("×")
        if not name or not name[-1].isalnum():
            return ""
        return "of" if function or not {"+", "-"} & set(inside) else self._say("×")

    def _closing(self, opener: str) -> int:
        depth, closer = 1, ")" if opener == "(" else "]"
        for at in range(self._at, len(self._tokens)):
            depth += (self._tokens[at] == opener) - (self._tokens[at] == closer)
            if not depth:
                return at
        return len(self._tokens)

    def _bar(self, bar: str) -> Said:
        closing = bar in self._barred
        self._barred ^= {bar}
        if bar == "|":
            return Said(bar, "" if closing else "absolute")
        if not closing:
            return Said(bar, self._norm())
        kind = self._script("_")  # was said before what it is the norm of
        return Said(bar + (_small(kind.shown, _SUB, "_") if kind else ""), "")

    def _norm(self) -> str:
        """ "the norm of", or "the two norm of" where the closing bar has a subscript."""
        rest = self._tokens[self._at :]
        for at, token in enumerate(rest[:-2]):
            if token in (r"\|", r"\Vert", r"\rVert") and rest[at + 1] == "_":
                ahead = _Reader(rest[at + 2 :], self._say, lambda _: None)
                return f"the {ahead._argument().spoken} norm of"
        return "the norm of"

    def _command(self, name: str, before: list[Said]) -> Said | None:
        if name in ("frac", "tfrac", "dfrac"):
            return self._fraction()
        if name == "sqrt":
            return self._root()
        if name in _WRAPPERS:
            return self._wrapped(name)
        if name in _HATS:
            mark = _HATS[name]
            inner = self._argument()
            return Said(inner.shown + mark, f"{inner.spoken} {ACCENTS[mark]}")
        if name in _SILENT or not name.isalpha():
            return None
        if letter := _greek(name):
            return Said(letter, self._say(letter))
        if name in ("to", "rightarrow"):
            return Said(" → ", "goes to")
        if name in _RELATIONS:
            return Said(f" {_RELATIONS[name]} ", self._say(_RELATIONS[name]))
        if name in _OPERATORS:
            return Said(f" {_OPERATORS[name]} ", self._say(_OPERATORS[name]))
        if name in _BIG:
            return self._big(_BIG[name])
        if name in _BARS:
            return self._bar(_BARS[name])
        if name in _FENCES:
            return Said(_FENCES[name], _FENCED.get(_FENCES[name], ""))
        if name in _TIGHT:
            factor = name == "nabla" and before and not before[-1].shown.endswith((" ", "("))
            times = self._say("×") + " " if factor else ""
            return Said(_TIGHT[name], times + self._say(_TIGHT[name]))
        if name in _FUNCTIONS:
            return Said(name + self._gap(), self._say(name))
        if name == "lim":
            below = self._script("_") or Said("", "")
            where = below.spoken
            return Said(f"lim{_TIGHT_SPACE}{_tight(below.shown)}:{_TIGHT_SPACE}",
                        f"the limit as {where} of" if where else "the limit of")  # fmt: skip
        self._unknown(f"\\{name}")
        return Said(name, name)

    def _gap(self) -> str:
        """The space between the name of a function and a letter."""
        ahead = next((t for t in self._tokens[self._at :] if not t.isspace()), "(")
        return "" if ahead in "([{_^}'|)" else _TIGHT_SPACE

    def _fraction(self) -> Said:
        above, below = self._argument(), self._argument()
        derivative = below.shown[:1] in "d∂" and above.shown[:1] in "d∂"
        over = "" if derivative else self._say("/")
        words = f"{above.spoken} {over} {below.spoken}"
        shown = f"{_grouped(above.shown)}/{_grouped(below.shown)}"
        alone = derivative and above.shown in "d∂"  # `d/dx f`: what is derived follows
        return Said(shown + (_TIGHT_SPACE if alone else ""), " ".join(words.split()))

    def _root(self) -> Said:
        index = ""
        if self._at < len(self._tokens) and self._tokens[self._at] == "[":
            self._at += 1
            end = self._closing("[")
            index, self._at = "".join(self._tokens[self._at : end]), end + 1
        inner = self._argument()
        said = _ROOTS.get(index) or f"the {self._say(index)} root of"
        return Said(f"{index.translate(_SUPER)}√{_grouped(inner.shown)}", f"{said} {inner.spoken}")

    def _wrapped(self, name: str) -> Said:
        """`\\text{loss}` is a word, `\\mathbf{W}` a letter."""
        end = self._at + 1
        while end < len(self._tokens) and (self._tokens[end].isalpha() or self._tokens[end] == " "):
            end += 1
        plain = "".join(self._tokens[self._at + 1 : end]).strip()
        if len(plain) < 2 or self._tokens[self._at] != "{" or self._tokens[end : end + 1] != ["}"]:
            inner = self._argument()
            board = _BOARD.get(inner.shown, inner.shown) if name == "mathbb" else inner.shown
            return Said(board, inner.spoken)
        self._at = end + 1
        return Said(plain.replace(" ", _TIGHT_SPACE), self._say(plain))

    def _big(self, sign: str) -> Said:
        """`\\sum_{i=1}^{n}` -> "the sum from i equals one to n of"."""
        said = self._say(sign)
        below = self._script("_")
        above = self._script("^")
        shown = sign + (_small(below.shown, _SUB, "_") if below else "")
        shown += _small(above.shown, _SUPER, "^") if above else ""
        noun = said.removesuffix(" of")
        if below and above:
            said = f"{noun} from {below.spoken} to {above.spoken} of"
        elif below:
            said = f"{noun} over {below.spoken} of"
        return Said(shown + _TIGHT_SPACE, said)

    def _subscript(self, before: list[Said]) -> None:
        """`x_1` -> x₁. Under ∇ it only repeats the variable: neither shown nor said."""
        inner = self._argument()
        if not before or before[-1].shown == "∇":
            return
        last = before.pop()
        name = last.shown.rstrip(_TIGHT_SPACE)
        over = f"over {inner.spoken} of" if name in ("min", "max", "argmin", "argmax") else ""
        shown = name + _small(inner.shown, _SUB, "_") + (_TIGHT_SPACE if over else "")
        before.append(Said(shown, f"{last.spoken} {over or inner.spoken}".strip()))

    def _superscript(self, before: list[Said]) -> None:
        inner = self._argument()
        last = before.pop() if before else Said("", "")
        spoken = f"{last.spoken} {self._raised(last, inner)}".strip()
        if last.shown == "∇":
            spoken = f"nabla {_POWERS.get(inner.shown, inner.spoken)}"
        before.append(Said(last.shown + _small(inner.shown, _SUPER, "^"), spoken))

    def _raised(self, base: Said, power: Said) -> str:
        if word := _POWERS.get(power.shown):
            return word
        if base.shown == "ℝ":  # "R n", "R three by four"
            return power.spoken.replace(self._say("×"), "by")
        if power.shown.startswith("("):  # an index, not a power
            return power.spoken
        if power.shown == "−1" and (base.shown in _CALLED or base.shown.isupper()):
            return "inverse"
        return f"{self._say('^')} {power.spoken}"


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


def _tight(shown: str) -> str:
    return shown.replace(" ", "").replace(_TIGHT_SPACE, "")


def _small(shown: str, table: dict[int, int], mark: str) -> str:
    """Raised or lowered on the line, where each sign has such a form: x², else x^(3×4)."""
    plain = _tight(shown)
    plain_signs = plain.replace("−", "-").replace("ᵀ", "T").replace("×", "x")
    if plain and all(ord(character) in table for character in plain_signs):
        return plain_signs.translate(table)
    return f"{mark}{plain}" if len(plain) < 2 else f"{mark}({plain})"


def _grouped(shown: str) -> str:
    return f"({shown})" if " " in shown else shown
