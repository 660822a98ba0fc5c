"""Shown text -> spoken text, unit by unit: the voice says one thing, the caption shows another.

A unit is what a caption lights at once: a word with its punctuation, or a piece of code such as
`loss.backward()`, which is never broken. Units are cut at the spaces of the sentence, so joining
their `shown` with spaces gives the sentence back.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from gradreel.errors import ConfigError
from gradreel.model import Prose, Span
from gradreel.voice import say_math
from gradreel.voice.say_code import RATE, CodeReader, is_latin
from gradreel.voice.spell import NUMBER, number, ordinal

LEXICON = Path(__file__).resolve().parents[2] / "assets" / "lexicon.toml"

_TABLES = ("words", "code", "symbols")
_LEADING = "“”‘’\"'«»„([{*"
_TRAILING = "“”‘’\"'«»)]}.,;:!?…—–*"
_DASHES = ("—", "–", "--", "-")
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*['’]?")
_CAMEL = re.compile(r"[A-Z]?[a-z]+(?:[A-Z][a-z]+)+")
_ORDINAL = re.compile(r"(\d{1,6})(?:st|nd|rd|th)")
_MONEY = re.compile(r"([$€])(\d[\d,.]*)")
_NAMED = re.compile(r"[^\W\d_][\w'’]+")
_RANGE = re.compile(r"[(\[]([-−]?[\d.]+), ?([-−]?[\d.]+)[)\]]")
_INTO = {"in", "into", "between", "within", "from", "range", "interval", "to"}


@dataclass(frozen=True, slots=True)
class Unit:
    """What is shown and lit at once, and the plain words that are heard for it. `cue` is the
    author's own binding; every unit of a bound phrase carries it."""

    shown: str
    spoken: str
    code: bool = False
    cue: str = ""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a sentence without spaces where it may be cut. Math comes with its speech, and so
    does what the author has spoken his own way."""

    kind: Literal["text", "code", "math"]
    text: str
    spoken: str = ""
    cue: str = ""


Token = tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """How words, code names and signs are said. See assets/lexicon.toml for the three tables."""

    words: Mapping[str, str] = field(default_factory=dict)
    code: Mapping[str, str] = field(default_factory=dict)
    symbols: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, *paths: Path) -> Lexicon:
        """The house lexicon with the entries of `paths` over it. Raises `ConfigError`."""
        tables: dict[str, dict[str, str]] = {name: {} for name in _TABLES}
        for path in (LEXICON, *paths):
            for name, entries in _read(path).items():
                tables[name].update(entries)
        return cls(**tables)

    def word(self, text: str) -> str | None:
        """The entry for a word: exact case first, then a lower-case key, then that of which it is
        the plural or the genitive."""
        text = text.replace("’", "'")
        if known := self.words.get(text) or self.words.get(text.lower()):
            return known
        if text.endswith("s") and (one := text.removesuffix("s").removesuffix("'")):
            known = self.words.get(one) or self.words.get(one.lower())
            return f"{known}{_plural(known)}" if known else None
        return None

    def units(self, prose: Prose) -> tuple[tuple[Unit, ...], tuple[str, ...]]:
        """The sentence as units, and the signs that no entry explains (said by Unicode name)."""
        unknown: list[str] = []
        speaker = _Speaker(self, unknown)
        tokens = list(_tokens(prose, speaker))
        return tuple(speaker.units(tokens)), tuple(dict.fromkeys(unknown))


def _read(path: Path) -> dict[str, dict[str, str]]:
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}.", path=path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"is not TOML: {error}.", path=path) from None
    for name, entries in tables.items():
        if name not in _TABLES or not isinstance(entries, dict):
            raise ConfigError(
                f"has no use for [{name}].", fix=f"Tables: {', '.join(_TABLES)}.", path=path
            )
        for key, said in entries.items():
            if not isinstance(said, str) or not said.strip():
                raise ConfigError(
                    f"[{name}] {key!r} must say something.", fix=f'Write "{key}" = "…".', path=path
                )
    return tables


def _tokens(prose: Prose, speaker: _Speaker) -> Iterator[Token]:
    """The sentence cut at its spaces; code keeps the spaces inside brackets and strings."""
    token: list[Fragment] = []
    for span in prose.spans:
        match span.kind:
            case "code":
                pieces = [Fragment("code", text) for text in _chunks(span.text)]
                edges = False, False
            case "math":
                known = len(speaker.unknown)
                said = say_math.read(span.text, speaker.symbol, speaker.unknown.append)
                if span.said:  # then nothing has to be known
                    del speaker.unknown[known:]
                pieces = [
                    Fragment("math", piece.shown, piece.spoken) for piece in said if piece.shown
                ]
                edges = False, False
            case _:
                pieces = [Fragment("text", text) for text in span.text.split()]
                edges = span.text[:1].isspace(), span.text[-1:].isspace()
        pieces = _marked(pieces, span)
        if edges[0] and token:
            yield tuple(token)
            token = []
        for index, piece in enumerate(pieces):
            if index and token:
                yield tuple(token)
                token = []
            token.append(piece)
        if edges[1] and token:
            yield tuple(token)
            token = []
    if token:
        yield tuple(token)


def _marked(pieces: list[Fragment], span: Span) -> list[Fragment]:
    """The pieces of a span with what the author says of it: word by word if there are as many
    spoken words as shown ones, else as a whole."""
    if span.said and pieces:
        words = span.said.split()
        if len(words) == len(pieces):
            pieces = [replace(p, spoken=word) for p, word in zip(pieces, words, strict=True)]
        else:
            whole = " ".join(piece.text for piece in pieces)
            pieces = [replace(pieces[0], text=whole, spoken=span.said)]
    return [replace(piece, cue=span.cue) for piece in pieces] if span.cue else pieces


def _chunks(code: str) -> list[str]:
    """Code cut at spaces outside brackets and strings; a power keeps its base."""
    chunks, depth, quote, start = [], 0, "", 0
    for at, character in enumerate(code):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character.isspace() and depth <= 0:
            chunks.append(code[start:at])
            start = at + 1
    chunks = [chunk for chunk in [*chunks, code[start:]] if chunk]
    if any(chunk in ("**", "^") for chunk in chunks):
        return [code]
    return chunks


class _Speaker:
    """Speaks the tokens of one sentence and collects what it could not explain."""

    def __init__(self, lexicon: Lexicon, unknown: list[str]) -> None:
        self.lexicon = lexicon
        self.unknown = unknown
        self.reader = CodeReader(lexicon.word, lexicon.code, lexicon.symbols, unknown.append)
        # In prose `a` is an article; longer names are names there too.
        names = {name: said for name, said in lexicon.code.items() if len(name) > 1}
        self.prose = CodeReader(lexicon.word, names, lexicon.symbols, unknown.append)

    def symbol(self, text: str) -> str:
        """A piece of a formula."""
        return self.prose.sign(text) if text in self.lexicon.symbols else self.reader.say(text)

    def units(self, tokens: list[Token]) -> Iterator[Unit]:
        arrows = sum(token == (Fragment("text", "→"),) for token in tokens)
        held: Unit | None = None
        for index, token in enumerate(tokens):
            unit = self._unit(token, held, index, arrows)
            if held is None:
                held = unit
            elif not unit.spoken.strip(",.!? "):  # lone punctuation joins its neighbour
                pause = unit.spoken if held.spoken[-1:] not in ",.!?" else ""
                held = _joined(held, unit, held.spoken + pause, held.code)
            elif not held.spoken.strip(",.!? "):
                held = _joined(held, unit, unit.spoken, unit.code)
            else:
                yield held
                held = unit
        if held is not None:
            ends = held.code and held.shown.endswith(":")
            yield replace(held, spoken=held.spoken.rstrip(",")) if ends else held

    def _unit(self, token: Token, before: Unit | None, index: int, arrows: int) -> Unit:
        shown = "".join(fragment.text for fragment in token)
        code = any(fragment.kind != "text" for fragment in token)
        cue = next((fragment.cue for fragment in token if fragment.cue), "")
        if not any(fragment.spoken for fragment in token):
            if not code and (sign := _lone_sign(shown, before, index, arrows)):
                return Unit(shown, sign, False, cue)
            if known := self.lexicon.word(shown):
                return Unit(shown, known, code, cue)
        lead, trail = "", ""
        if token[0].kind == "text":
            text = token[0].text
            lead, core = _balanced_lead(text, text.lstrip(_LEADING))
            token = (replace(token[0], text=core), *token[1:])
        if token[-1].kind == "text":
            text = token[-1].text
            core = _balanced_trail(text)
            trail = text[len(core) :]
            if trail.startswith(".") and self.lexicon.word(f"{core}."):  # `e.g.,` ends in a comma
                core, trail = f"{core}.", trail[1:]
            token = (*token[:-1], replace(token[-1], text=core))
        heard = before.spoken if before else ""
        words = " ".join(filter(None, (self._said(fragment, heard) for fragment in token)))
        if "(" in lead and before is not None:
            words = f", {words}"
        pause = _pause(trail)
        if pause and words[-1:] not in (".", "!", "?"):
            words = words.rstrip(",") + pause
        return Unit(shown, words, code, cue)

    def _said(self, fragment: Fragment, before: str) -> str:
        if fragment.spoken or fragment.kind == "math":
            return fragment.spoken
        if fragment.kind == "code":
            return self.reader.say(fragment.text)
        return self._text(fragment.text, before)

    def _text(self, text: str, before: str) -> str:
        """A word of prose without the punctuation around it."""
        known = self.lexicon.word(text) or self.lexicon.symbols.get(text)
        if known or not text:
            return known or ""
        if _CAMEL.fullmatch(text):
            return self.prose.name(text)
        if _WORD.fullmatch(text) and len(text) > 1 and all(map(_plain, text)):
            return text.replace("’", "'")
        if NUMBER.fullmatch(text) and any(c.isdigit() for c in text):
            return number(text)
        if found := _ORDINAL.fullmatch(text):
            return ordinal(int(found[1]))
        if found := _MONEY.fullmatch(text):
            return f"{number(found[2])} {self.prose.sign(found[1])}"
        if found := _RANGE.fullmatch(text):
            low, high = map(number, found.groups())
            return f"{low} to {high}" if before.strip(",") in _INTO else f"{low}, {high}"
        names = text.split("/")
        if len(names) > 1 and all(map(_NAMED.fullmatch, names)) and not RATE.fullmatch(text):
            return " or ".join(self._text(name, "") for name in names)
        parts = re.split("[-–]", text)
        formula = all(len(part) == 1 and part.isalpha() for part in parts)
        if len(parts) > 1 and not formula and all(re.fullmatch(r"\w+", part) for part in parts):
            joint = " to " if all(part.isdigit() for part in parts) else " "
            return joint.join(self._text(part, "") for part in parts)
        return self.prose.say(text)


def _joined(one: Unit, two: Unit, spoken: str, code: bool) -> Unit:
    return Unit(f"{one.shown} {two.shown}", spoken, code, one.cue or two.cue)


def _lone_sign(shown: str, before: Unit | None, index: int, arrows: int) -> str:
    """What a sign of prose means where it stands alone; "" if it is none of these."""
    if shown == "→" and before and any(c.isdigit() for c in before.shown):
        return "to"
    if shown == "→":  # one arrow after a clause is a consequence; several are a sequence
        return "means" if arrows == 1 and index > 2 else "then"
    if shown == "/":
        return "or"
    if shown in _DASHES:
        minus = before is not None and re.fullmatch(r"[\d.]+|\w|.*[)\]]", before.shown)
        return "minus" if minus and shown != "—" else ","
    return ""


def _plural(spoken: str) -> str:
    """`G P U's`, since `Us` is another word."""
    return "'s" if re.search(r"\b[A-Z]$", spoken) else "s"


def _plain(character: str) -> bool:
    """Whether a voice reads it as it is written: no `ᵢ`, no `θ`, no `日`."""
    if character in "'’":
        return True
    return is_latin(character) and unicodedata.normalize("NFKC", character) == character


def _balanced_lead(text: str, core: str) -> tuple[str, str]:
    """Give an opening bracket back to the word that closes it: `(0,1)`, not `0,1)`."""
    lead = text[: len(text) - len(core)]
    for at in range(len(lead) - 1, -1, -1):
        closer = {opener: close for close, opener in _BRACKETS.items()}.get(lead[at])
        if closer and core.count(closer) > core.count(lead[at]):
            if _WORD.fullmatch(core.rstrip(_TRAILING)):  # one word in brackets is an aside
                return lead, core
            return lead[:at], lead[at:] + core
    return lead, core


def _balanced_trail(text: str) -> str:
    """The text without closing punctuation, keeping brackets that were opened in it."""
    core = text
    while core and core[-1] in _TRAILING:
        opener = _BRACKETS.get(core[-1])
        if opener and core.count(opener) >= core.count(core[-1]):
            break
        if core.endswith("...") and core == text:
            return core[:-3] if len(core) > 3 else core
        core = core[:-1]
    return core


def _pause(trail: str) -> str:
    """What the voice makes of closing punctuation."""
    for mark in trail:
        if mark in ".!?":
            return mark
    return "," if any(mark in ",;:)…—–" for mark in trail) else ""
