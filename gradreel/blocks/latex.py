r"""LaTeX of a script -> Typst: `\frac{df}{dx}` -> `frac(d f, d x)`. Only mathematics that fits a
sentence; what is not known is an error that names it."""

from __future__ import annotations

import re

from gradreel.errors import SceneError

_TOKEN = re.compile(r"\\[a-zA-Z]+\*?|\\.|\d+(?:\.\d+)?|\S")

# LaTeX command -> Typst symbol, where the names differ.
_SYMBOLS = {
    "leftarrow": "arrow.l", "gets": "arrow.l", "to": "arrow.r", "rightarrow": "arrow.r",
    "Rightarrow": "arrow.r.double", "implies": "arrow.r.double", "iff": "arrow.l.r.double",
    "Leftrightarrow": "arrow.l.r.double", "leftrightarrow": "arrow.l.r", "mapsto": "arrow.r.bar",
    "neq": "eq.not", "ne": "eq.not", "leq": "lt.eq", "le": "lt.eq", "geq": "gt.eq", "ge": "gt.eq",
    "ll": "lt.double", "gg": "gt.double", "sim": "tilde.op", "propto": "prop", "cap": "inter",
    "pm": "plus.minus", "odot": "dot.o", "circ": "compose", "otimes": "times.o", "mid": "divides",
    "oplus": "plus.o", "cdot": "dot", "ldots": "dots", "cdots": "dots.c", "infty": "oo",
    "int": "integral", "prod": "product", "emptyset": "emptyset", "ast": "ast", "star": "star",
    "epsilon": "epsilon.alt", "varepsilon": "epsilon", "phi": "phi.alt", "varphi": "phi",
    "langle": "angle.l", "rangle": "angle.r", "lfloor": "floor.l", "rfloor": "floor.r",
    "lceil": "ceil.l", "rceil": "ceil.r", "vert": "|", "lvert": "|", "rvert": "|",
    "Vert": "‖", "lVert": "‖", "rVert": "‖", ",": "thin", ":": "med", ";": "thick", " ": "space",
    "argmax": '"argmax"', "argmin": '"argmin"', "{": "{", "}": "}", "%": '"%"', "_": '"_"',
    "#": '"#"', "&": '"&"', "$": '"$"',
}  # fmt: skip
_SAME = frozenset({
    "alpha", "beta", "gamma", "delta", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
    "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "chi", "psi", "omega", "Gamma", "Delta",
    "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "nabla", "partial",
    "approx", "equiv", "in", "cup", "times", "sum", "top", "ell", "forall", "exists", "dots",
    "quad", "log", "ln", "exp", "max", "min", "tanh", "sin", "cos", "tan", "sinh", "cosh",
    "arctan", "det", "arg",
})  # fmt: skip
_CALLS = {  # commands with one argument
    "hat": "hat", "widehat": "hat", "bar": "macron", "overline": "overline", "tilde": "tilde",
    "vec": "arrow", "dot": "dot", "ddot": "dot.double", "mathrm": "upright", "mathit": "italic",
    "boldsymbol": "bold", "mathbb": "bb", "mathcal": "cal",
}  # fmt: skip
_WORDS = frozenset({"text", "textrm", "operatorname"})
_NOTHING = frozenset({
    "left", "right", "big", "Big", "bigl", "bigr", "displaystyle", "limits", "!",
})  # fmt: skip
_PLAIN = frozenset("+-=<>:!.?*'|()[]")


def typst_of(latex: str) -> str:
    """Typst source of a formula, with or without its `$` or `\\(`. Raises `SceneError`."""
    return _Reader(re.sub(r"^\s*(?:\\\(|\$+)|(?:\\\)|\$+)\s*$", "", latex)).formula()


class _Reader:
    def __init__(self, latex: str) -> None:
        self.latex = latex
        self.tokens: list[str] = _TOKEN.findall(latex)
        self.at = 0

    def formula(self) -> str:
        source = self._until("")
        if self.at < len(self.tokens):
            raise self._error(f"unexpected {self.tokens[self.at]}")
        return source

    def _until(self, *ends: str) -> str:
        """Everything before one of these tokens, which stays; "" is the end of the formula."""
        pieces: list[str] = []
        while self.at < len(self.tokens) and self.tokens[self.at] not in (*ends, "}"):
            token = self._next()
            piece = self._piece(token)
            if token in "_^" and pieces:  # a script belongs to what is before it
                pieces[-1] += piece
            elif piece:
                pieces.append(piece)
        if self.at == len(self.tokens) and "" not in ends:
            raise self._error(f"{ends[0]} is missing")
        return " ".join(pieces)

    def _next(self) -> str:
        if self.at == len(self.tokens):
            raise self._error("something is missing at its end")
        self.at += 1
        return self.tokens[self.at - 1]

    def _group(self) -> str:
        """One brace group or one token."""
        token = self._next()
        if token != "{":
            return self._piece(token)
        inside = self._until("}")
        self.at += 1
        return inside

    def _argument(self) -> str:
        """A group as an argument of a Typst function, where commas would end it."""
        return re.sub(r"([,;])", r"\\\1", self._group())

    def _piece(self, token: str) -> str:
        if token.startswith("\\"):
            return self._command(token.removeprefix("\\"))
        if token in "_^":
            script = self._group()
            return token + (script if script.isalnum() else f"({script})")
        if token == "{":
            self.at -= 1
            return self._group()
        if token == "/":
            return "slash"
        if token[0].isalnum() or token in _PLAIN or token in ",;" or not token.isascii():
            return token
        raise self._error(f"{token!r} has no meaning here")

    def _command(self, name: str) -> str:
        if name in _SAME:
            return name
        if name in _SYMBOLS:
            return _SYMBOLS[name]
        if name in _NOTHING:
            if self.at < len(self.tokens) and self.tokens[self.at] == ".":
                self.at += 1  # `\left.`: no delimiter
            return ""
        if name in _CALLS:
            return f"{_CALLS[name]}({self._argument()})"
        if name in _WORDS:
            return f'"{self._word()}"'
        match name:
            case "qquad":
                return "quad quad"
            case "mathbf":
                return f"bold(upright({self._argument()}))"
            case "frac" | "dfrac" | "tfrac":
                return f"frac({self._argument()}, {self._argument()})"
            case "sqrt":
                return self._root()
            case "|":
                inside = self._until("\\|")
                self.at += 1
                return f"norm({inside})"
        raise self._error(f"\\{name} is not known")

    def _root(self) -> str:
        if self.at < len(self.tokens) and self.tokens[self.at] == "[":
            self.at += 1
            index = self._until("]")
            self.at += 1
            return f"root({index}, {self._argument()})"
        return f"sqrt({self._argument()})"

    def _word(self) -> str:
        """The letters of a brace group, as they are."""
        found = re.match(r"\s*\{([^{}\\\"]*)\}", self._rest())
        if found is None:
            raise self._error("\\text needs plain words")
        while self._next() != "}":
            pass
        return found[1]

    def _rest(self) -> str:
        """The source from the next token on, spaces and all."""
        position = 0
        for token in self.tokens[: self.at]:
            position = self.latex.index(token, position) + len(token)
        return self.latex[position:]

    def _error(self, problem: str) -> SceneError:
        return SceneError(f"in the formula {self.latex!r}, {problem}")
