"""Code as a teacher says it: `x.grad` -> "x dot grad", `max(0, x)` -> "max of zero and x"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gradreel.voice.spell import number

_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<string>\"[^\"]*\"|'[^']*')"
    r"|(?P<number>(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![^\W\d_]\w))"
    r"|(?P<coefficient>\d+)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign>\.\.\.|\*\*|//|->|=>|:=|[=!<>+\-*/@]=|.)",
    re.S,
)
_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[^\W\d_A-Z]+|\d+")
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_DEEPEST = 20  # brackets inside brackets; deeper ones are reported as unknown signs
_POWERS = {"2": "squared", "3": "cubed"}
_RAISED = {ord("²"): "^2", ord("³"): "^3"}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


class CodeReader:
    """Reads code aloud with a lexicon's words. `unknown` is told each sign that has no entry."""

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
        """The spoken form of a piece of code or formula, words separated by single spaces."""
        if text in self._names:
            return self._names[text]
        tokens = [
            _Token(found.lastgroup or "", found[0])
            for found in _TOKEN.finditer(text.translate(_RAISED).rstrip(": \n"))
            if found.lastgroup != "space"
        ]
        spoken = ", ".join(self._parts(iter(tokens), tokens, "", 0))
        return re.sub(r"\s*,(\s*,)*\s*", ", ", " ".join(spoken.split())).strip(" ,")

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
        if text in self._symbols:
            return self._symbols[text]
        self._unknown(text)
        return unicodedata.name(text[0], "").lower() or text

    def _hump(self, hump: str) -> str:
        if hump.isdecimal():
            return number(hump)
        return self._words(hump) or (hump if len(hump) == 1 else hump.lower())

    def _parts(
        self, stream: Iterator[_Token], tokens: list[_Token], closer: str, depth: int
    ) -> list[str]:
        """The comma-separated parts up to `closer`, each as spoken words."""
        parts: list[str] = []
        words: list[str] = []
        before: _Token | None = None
        absolute = False
        for token in stream:
            text = token.text
            if token.kind == "sign" and text == closer:
                break
            match token.kind:
                case "string":
                    words.append(self.say(text[1:-1]))
                case "number" | "coefficient":
                    power = before is not None and before.text in ("**", "^")
                    if power and text in _POWERS:
                        words[-1] = _POWERS[text]
                    else:
                        words.append(number(text))
                case "name":
                    words.append(self.name(text))
                case _ if text == ",":
                    parts.append(" ".join(words))
                    words = []
                case _ if text in _CLOSERS and depth < _DEEPEST:
                    inner = self._parts(stream, tokens, _CLOSERS[text], depth + 1)
                    words.append(self._bracket(text, before, inner))
                case _ if text == "**":
                    words.append(self.sign("^"))
                case _ if text == "*" and len(tokens) > 1 and _opens(before):
                    words.append("star")
                case _ if text == "|" and (absolute or "|" in _rest(tokens, token)):
                    absolute = not absolute
                    words.append("absolute" if absolute else "")
                case _ if text in ")]}\"'`":
                    pass
                case _:
                    words.append(self.sign(text))
            before = token
        parts.append(" ".join(words))
        return [part.strip() for part in parts if part.strip()]

    def _bracket(self, opener: str, before: _Token | None, parts: list[str]) -> str:
        listed = ", ".join(parts)
        follows = before is not None and (before.kind == "name" or before.text in ")]")
        if before is None or not follows or not parts:
            return listed
        if opener == "[":
            return f"sub {listed}"
        if before.kind == "name" and before.text[0].isupper() and len(before.text) > 1:
            return f", {listed}"
        equals = self._symbols["="]
        if f" {equals} " in parts[0]:
            return f"with {listed}"
        if len(parts) == 2 and f" {equals} " not in parts[1]:
            return f"of {parts[0]} and {parts[1]}"
        return f"of {listed}"


def _opens(before: _Token | None) -> bool:
    return before is None or (before.kind == "sign" and before.text not in ")]}")


def _rest(tokens: list[_Token], token: _Token) -> list[str]:
    at = next(i for i, other in enumerate(tokens) if other is token)
    return [other.text for other in tokens[at + 1 :]]
