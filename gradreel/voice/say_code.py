"""Code as a teacher says it: `x.grad` -> "x dot grad", `max(0, x)` -> "max of zero and x"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gradreel.voice.spell import number

RATE = re.compile(r"[d∂][^\W\d_]?[_\d]*/[d∂][^\W\d_][_\d]*")  # `dy/dx`, `∂L/∂w_1`
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<string>[fFrRbBuU]{0,2}(?:\"[^\"]*\"|'[^']*'))"
    r"|(?P<object><[A-Z]\w*>)"  # how torch prints a grad_fn
    rf"|(?P<rate>(?<!\w){RATE.pattern}(?!\w))"
    r"|(?P<shape>(?<![\w.])[1-9]\d*(?:[x×]\d+)+(?![\w.]))"
    r"|(?P<number>(?>(?:\d[\d_]*\.?\d*|(?<!\w)\.\d+)(?:[eE][+-]?\d+)?)(?![^\W\d_]\w))"
    r"|(?P<coefficient>\d+)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<prime>(?<=[\w)])['′]+)"
    r"|(?P<sign>\.\.\.|\*\*|//|->|=>|:=|<<|>>|[=!<>+\-*/@]=|.)",
    re.S,
)
_HUMPS = re.compile(r"[\u0370-\u03ff]|[A-Z]+(?![a-z])|[A-Z][a-z]+|[^\W\d_A-Z\u0370-\u03ff]+|\d+")
_FORMAT = re.compile(r"\{([^{}:!]+)[^{}]*\}")  # `{loss:.3f}` of an f-string
_RAISED = re.compile("[²³¹⁰ⁱ⁴-⁾ⁿᴬ-ᵂᵃ-ᵡˣ]+")
_LOWERED = re.compile("[₀-₎ₐ-ₜᵢ-ᵥⱼ]+")
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_DEEPEST = 20  # brackets inside brackets; deeper ones are reported as unknown signs
_POWERS = {"2": "squared", "3": "cubed", "T": "transposed"}
_PAIRED = ("max", "min", "maximum", "minimum")  # of one thing and another
_BARS = {"|": "absolute", "‖": "the norm of"}
ACCENTS = {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde", "\u20d7": "vector", "\u0307": "dot"}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


class CodeReader:
    """Reads code aloud with a lexicon's words. `unknown` is told each sign that has no entry, and
    each letter that an English voice cannot read."""

    def __init__(
        self,
        words: Callable[[str], str | None],
        names: Mapping[str, str],
        symbols: Mapping[str, str],
        unknown: Callable[[str], None],
    ) -> None:
        self._words = words
        self._names = names
        self._symbols = symbols
        self._unknown = unknown

    def say(self, text: str) -> str:
        """The spoken form of a piece of code or formula, words separated by single spaces. A
        colon, comma or semicolon at its end is a pause."""
        if text in self._names:
            return self._names[text]
        body = _flat(text).rstrip(":; \n")
        tokens = [
            _Token(found.lastgroup or "", found[0])
            for found in _TOKEN.finditer(body)
            if found.lastgroup != "space"
        ]
        spoken = ", ".join(self._parts(iter(tokens), tokens, "", 0))
        spoken = re.sub(r"\s*,(\s*,)*\s*", ", ", " ".join(spoken.split())).strip(" ,")
        return f"{spoken}," if spoken and text.endswith((":", ",", ";")) else spoken

    def name(self, text: str) -> str:
        """An identifier: underscores and humps are spaces, a trailing underscore is said."""
        known = self._names.get(text) or self._words(text) or self._symbols.get(text)
        if known:
            return known
        words: list[str] = ["dunder"] if text.startswith("__") and text.endswith("__") else []
        for part in text.strip("_").split("_"):
            known = self._words(part)
            words += [known] if known else [self._hump(hump) for hump in _HUMPS.findall(part)]
        if text.endswith("_") and not text.endswith("__"):
            words.append("underscore")
        return " ".join(words) or "underscore"

    def sign(self, text: str) -> str:
        """A sign by the lexicon, else by its Unicode name, which is reported."""
        known = self._names.get(text) or self._symbols.get(text)
        if known:
            return known
        self._unknown(text)
        return re.sub("[^a-z]+", " ", unicodedata.name(text[0], "").lower()) or text

    def _hump(self, hump: str) -> str:
        if hump.isdecimal():
            return number(hump)
        if known := self._words(hump) or self._symbols.get(hump):
            return known
        apart = unicodedata.normalize("NFD", hump)
        if len(apart) == 2 and apart[1] in ACCENTS:
            return f"{apart[0]} {ACCENTS[apart[1]]}"
        for character in hump:
            if not is_latin(character):
                self._unknown(character)
        return hump.lower() if len(hump) > 1 and hump.isascii() else hump

    def _parts(
        self, stream: Iterator[_Token], tokens: list[_Token], closer: str, depth: int
    ) -> list[str]:
        """The comma-separated parts up to `closer`, each as spoken words."""
        parts: list[str] = []
        words: list[str] = []
        before: _Token | None = None
        barred: set[str] = set()
        for token in stream:
            text = token.text
            if token.kind == "sign" and text == closer:
                break
            power = before is not None and before.text in ("**", "^")
            match token.kind:
                case "number" | "coefficient" | "name" if power and text in _POWERS:
                    words[-1] = _POWERS[text]
                case "string":
                    words.append(self._string(text))
                case "object":
                    words.append(self.name(text[1:-1]))
                case "rate":
                    words += [f"d {self.name(d[1:])}" if d[1:] else "d" for d in text.split("/")]
                case "shape":
                    words.append(" by ".join(number(side) for side in re.split("[x×]", text)))
                case "number" | "coefficient":
                    words.append(number(text))
                case "name":
                    words.append(self.name(text))
                case "prime":
                    words += ["prime"] * len(text)
                    continue  # `f'(x)` is still a call of f
                case _ if text == ",":
                    parts.append(" ".join(words))
                    words = []
                case _ if text in _CLOSERS and depth < _DEEPEST:
                    inner = self._parts(stream, tokens, _CLOSERS[text], depth + 1)
                    words.append(self._bracket(text, before, inner))
                case _ if text in ("*", "**") and len(tokens) > 1 and _opens(before):
                    words.append(" ".join(["star"] * len(text)))
                case _ if text == "**":
                    words.append(self.sign("^"))
                case _ if text in _BARS and (text in barred or text in _rest(tokens, token)):
                    words.append("" if text in barred else _BARS[text])
                    barred ^= {text}
                case _ if text in ")]}\"'`":
                    pass
                case _:
                    words.append(self.sign(text))
            before = token
        parts.append(" ".join(words))
        return [part.strip() for part in parts if part.strip()]

    def _string(self, text: str) -> str:
        prefix, inside = text[: len(text) - len(text.lstrip("fFrRbBuU"))], text.rstrip("\"'")
        inside = inside.lstrip("fFrRbBuU")[1:]
        return self.say(_FORMAT.sub(r"\1", inside) if "f" in prefix.lower() else inside)

    def _bracket(self, opener: str, before: _Token | None, parts: list[str]) -> str:
        follows = before is not None and (before.kind == "name" or before.text in ")]")
        if before is None or not follows or not parts:
            return ", ".join(parts)
        if opener == "[":
            return self._index(parts)
        listed = ", ".join(parts)
        if before.kind == "name" and before.text[0].isupper() and len(before.text) > 1:
            return f", {listed}"
        if f" {self._symbols['=']} " in parts[0]:
            return f"with {listed}"
        if len(parts) == 2 and before.text in _PAIRED:
            return f"of {parts[0]} and {parts[1]}"
        return f"of {listed}"

    def _index(self, parts: list[str]) -> str:
        """`[0]` -> "sub zero", `[1:3]` -> "sub one to three", `[:, 0]` -> ", all, zero"."""
        colon = re.compile(rf"(?:^|(?<= )){self._symbols[':']}(?= |$)")
        said = []
        for part in parts:
            first, *others = (side.strip() for side in colon.split(part))
            last, step = [*others, "", ""][:2]
            if others:
                part = f"{first} to {last}" if first and last else ""
                part = part or (f"{first} on" if first else f"up to {last}" if last else "all")
                part = f"{part.removeprefix('all')} every {step}".strip() if step else part
            said.append(part)
        whole = said[0].startswith(("all", "every", self._symbols["..."]))
        return f", {', '.join(said)}" if whole else f"sub {', '.join(said)}"


def is_latin(character: str) -> bool:
    """Whether an English voice knows the letter."""
    return unicodedata.name(character, "").startswith("LATIN ")


def _flat(text: str) -> str:
    """Raised and lowered characters on the line: `x²` -> `x^2`, `x₁` -> `x_1`."""
    text = unicodedata.normalize("NFC", text)
    text = _RAISED.sub(lambda run: "^" + unicodedata.normalize("NFKC", run[0]), text)
    text = _LOWERED.sub(lambda run: "_" + unicodedata.normalize("NFKC", run[0]), text)
    return text.replace("^−", "^-")


def _opens(before: _Token | None) -> bool:
    return before is None or (before.kind == "sign" and before.text not in ")]}")


def _rest(tokens: list[_Token], token: _Token) -> list[str]:
    at = next(i for i, other in enumerate(tokens) if other is token)
    return [other.text for other in tokens[at + 1 :]]
