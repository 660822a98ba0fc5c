"""Word times without an engine's help: by length, with a pause after punctuation."""

from __future__ import annotations

from gradreel.voice.lexicon import Unit

_PAUSES = {",": 3.0, ".": 5.0, "!": 5.0, "?": 5.0}  # in letters
_LETTERS_A_WORD = 5.0


def seconds(units: tuple[Unit, ...], pace: float) -> float:
    """How long the units take at `pace` words a minute, counted in words of five letters."""
    return sum(map(_letters, units)) / _LETTERS_A_WORD * 60 / pace


def times(
    units: tuple[Unit, ...], total: float, begin: float = 0
) -> tuple[tuple[float, float], ...]:
    """(start, end) of each unit when all of them fill `total` seconds from `begin` on."""
    letter = total / max(1, sum(map(_letters, units)))
    found = []
    for index, unit in enumerate(units):
        pause = _pause(unit) if index < len(units) - 1 else 0
        end = begin + letter * _letters(unit)
        found.append((begin, end - letter * pause))
        begin = end
    return tuple(found)


def _letters(unit: Unit) -> float:
    # A spelled letter such as the N of "N L L" takes as long as a short word.
    words = unit.spoken.strip(" ,.!?").split()
    return sum(max(3, len(word)) for word in words) + _pause(unit)


def _pause(unit: Unit) -> float:
    return _PAUSES.get(unit.spoken[-1:], 0.0)
