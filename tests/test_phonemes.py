"""Text in any script reaches the neural voices as something they can say."""

from __future__ import annotations

import pytest

from gradreel.voice import phonemes
from gradreel.voice.lexicon import Unit

pytestmark = pytest.mark.skipif(phonemes.missing() is not None, reason=str(phonemes.missing()))


@pytest.mark.parametrize(
    ("shown", "like"),
    [("Straße", "strasse"), ("naïve", "naive"), ("œuvre", "oeuvre"), ("Łódź", "lodz")],
)
def test_accents_and_ligatures_are_read_as_plain_letters(shown: str, like: str) -> None:
    assert read(shown) == read(like)


@pytest.mark.parametrize("shown", ["梯度", "здесь", "ひ"])
def test_letters_of_other_scripts_are_named_not_dropped(shown: str) -> None:
    sounds = read(f"{shown} end").split()
    assert len(sounds) > len(shown)


def read(word: str) -> str:
    return phonemes.read((Unit(word, word),)).text
