"""Units -> phonemes in Kokoro's alphabet, which the voices `hibari` and `kokoro` share.

A sentence is read as a whole, because neighbours change how "the" and "to" sound, and each phoneme
keeps the unit it came from. The reader is the one of the package hibari-tts, in a pinned version.
"""

from __future__ import annotations

import bisect
import functools
import importlib.metadata
import importlib.util
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

from gradreel.errors import VoiceError
from gradreel.voice import spoken
from gradreel.voice.lexicon import Unit

PACKAGE, VERSION = "hibari-tts", "0.2.1"
INSTALL = "pip install --require-hashes -r requirements-voice.lock"
_FOREIGN = re.compile(r"[^A-Za-z0-9,.!?' ]+")
_WORD = re.compile(r"[^ ,.!?]*[A-Za-z0-9][^ ,.!?]*")
_LIGATURES = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "Ł": "L", "đ": "d", "ð": "th", "þ": "th"}
)
# Letters that the reader takes for words, in code and where letters are spelled: "A P I".
_LETTERS = {"A": "ˈA", "ay": "ˈA", "Us": "jˈuz"}


@dataclass(frozen=True, slots=True)
class Phonemes:
    """A sentence in Kokoro's alphabet, one character a token, and the index at which the first
    word of each unit begins."""

    text: str
    begins: tuple[int, ...]


def missing() -> str | None:
    """None if the reader is installed, else the reason and what installs it."""
    for package, module in ((PACKAGE, "hibari"), ("onnxruntime", "onnxruntime")):
        if importlib.util.find_spec(module) is None:
            return f"the package {package} is not installed: {INSTALL}"
    if (version := importlib.metadata.version(PACKAGE)) != VERSION:
        return f"{PACKAGE} is version {version}, not {VERSION}: {INSTALL}"
    return None


def read(units: tuple[Unit, ...]) -> Phonemes:
    """The units' phonemes. Raises `VoiceError` if a part of the text would not be heard."""
    plain = tuple(
        Unit(unit.shown, " ".join(_latin(unit.spoken).split()), unit.code) for unit in units
    )
    text, begins = spoken(plain)
    if foreign := _FOREIGN.search(text):  # the reader would drop it in silence
        raise VoiceError(
            f"the voice cannot say {foreign[0]!r}.",
            fix=f'Write how it is said under [words] of assets/lexicon.toml: "{foreign[0]}" = "…".',
        )
    tokens = _reader().tokenize(text)
    for at, token in _placed(tokens, text):
        unit = plain[bisect.bisect(begins, at) - 1]
        if unit.code or " " in unit.spoken:
            token.phonemes = _LETTERS.get(token.text)
    tokens = _reader().phonemize_tokens(tokens)
    said = ""
    heard: dict[int, int] = {}  # the places of the text that sound, and their first phoneme
    for at, token in _placed(tokens, text):
        phonemes = _phonemes(token)
        if any(map(str.isalpha, phonemes)):
            heard[at] = len(said)
        said += phonemes
        if token.whitespace and said[-1:] not in ("", " "):
            said += " "
    for word in _WORD.finditer(text):
        if not heard.keys() & range(*word.span()):
            raise VoiceError(f"the voice has no phonemes for {word[0]!r}.")
    places = sorted(heard)
    firsts = [bisect.bisect_left(places, begin) for begin in begins]
    said = said.rstrip()
    return Phonemes(said, tuple(heard[places[n]] if n < len(places) else len(said) for n in firsts))


def _placed(tokens: list[Any], text: str) -> Iterator[tuple[int, Any]]:
    """Each token of the reader and its index in the text. Raises `VoiceError` if the reader has
    changed the text, since then nobody knows what belongs to what."""
    at = 0
    for token in tokens:
        if not text.startswith(token.text, at):
            raise VoiceError(f"the voice reads {token.text!r} in {text[:40]!r}, not there.")
        yield at, token
        at += len(token.text + token.whitespace)


def _phonemes(token: Any) -> str:
    """Its phonemes that the models know; the reader takes the dot of "x." for its own."""
    phonemes = "".join(filter(vocabulary().__contains__, token.phonemes or ""))
    dotted = token.text.endswith(".") and not phonemes.endswith(".")
    return phonemes + "." if dotted else phonemes


@functools.cache
def vocabulary() -> dict[str, int]:
    """The number of each phoneme, the same in Kokoro's models and in hibari's."""
    path = resources.files("hibari") / "assets" / "vocab.json"
    return dict(json.loads(path.read_text("utf-8")))


@functools.cache
def _reader() -> Any:
    from hibari.g2p import G2P

    return G2P()


def _latin(text: str) -> str:
    """The text in the letters that the reader knows: without accents, and a letter of another
    script by its name, since the reader would drop it in silence."""
    parts = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    letters = "".join(_letter(part) for part in parts if not unicodedata.combining(part))
    return " ".join(letters.split())


def _letter(character: str) -> str:
    if character.isascii() or not character.isalpha():
        return character
    name = unicodedata.name(character, "letter").split()[-1].lower()
    return f" {name.split('-')[0]} "
