"""Captions as they are drawn: in their zone, code unbroken, no more than was asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from briefs import brief_of
from hypothesis import given, settings
from hypothesis import strategies as st

from gradreel.model import Binding, Brief, Captions, SpokenWord, Timeline
from gradreel.settings import load
from gradreel.stage.overlay import LEAST, LINE, Overlay
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter

WIDE = replace(load(Path(__file__).parent.parent / "config.toml").platform, fps=10)


def spoken(*shown: str, captions: Captions = "words", bound: tuple[str, ...] = ()) -> Brief:
    """A film in which each word is heard for half a second; code has a dot or a bracket in it."""
    words = tuple(
        SpokenWord(text, 5 * n, 5 * n + 5, "hook", code=bool(set(text[:-1]) & set("._(")))
        for n, text in enumerate(shown)
    )
    line = Timeline(10, 5 * len(words) + 10, (), (), words, ())
    bindings = tuple(Binding(word, None) for word in words if word.shown in bound)
    return replace(brief_of(), timeline=line, platform=WIDE, captions=captions, bindings=bindings)


def lines_of(brief: Brief) -> list[list[str]]:
    """Each group's lines, and that they fit the zone."""
    overlay = Overlay(brief)
    shown = []
    for group in overlay.groups:
        size, rows = overlay._fitted(group)
        assert all(overlay._measure(row, size) <= WIDE.captions.width + 1 for row in rows)
        assert len(rows) * size * LINE <= WIDE.captions.height + 12
        texts = [[(not piece.glued, piece.text) for piece in row] for row in rows]
        shown.append(["".join(" " * space + text for space, text in row).strip() for row in texts])
    return shown


def test_code_is_one_size_and_breaks_only_between_its_names() -> None:
    assert lines_of(spoken("torch.set_grad_enabled(is_training)")) == [
        ["torch.set_grad_enabled(is_training)"]
    ]
    assert lines_of(spoken("optimizer.zero_grad(set_to_none=True)")) == [
        ["optimizer.zero_grad(", "set_to_none=True)"]
    ]
    long = "F.binary_cross_entropy_with_logits(pred, target)"
    overlay = Overlay(spoken(long))
    size, rows = overlay._fitted(overlay.groups[0])
    assert size >= LEAST
    assert [piece.text for row in rows for piece in row] == [
        "F", ".binary_cross_entropy_with_logits(", "pred,", "target)",
    ]  # fmt: skip


def test_two_lines_part_no_pair() -> None:
    brief = spoken("a_long_name.backward()", "≈", "1.0", "so.")
    assert (
        lines_of(brief) == [["a_long_name.backward()", "≈ 1.0 so."]]
        or lines_of(brief)[0][0][-1] not in "≈="
    )


@given(
    st.lists(
        st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1, max_size=70),
        min_size=1, max_size=6,
    ),
    st.sampled_from(["words", "keywords"]),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_whatever_is_said_fits_the_zone(shown: list[str], captions: Captions) -> None:
    overlay = Overlay(spoken(*shown, captions=captions))
    for group in overlay.groups:
        size, rows = overlay._fitted(group)
        assert max(overlay._measure(row, size) for row in rows) <= WIDE.captions.width + 2
        assert "".join(p.text for row in rows for p in row) == "".join(
            word.shown for word in group.words
        )


def drawn(brief: Brief, frame: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    blank = np.zeros((WIDE.height, WIDE.width, 4), np.uint8)
    whole = slice(0, len(blank)), slice(0, blank.shape[1])
    return Overlay(brief).on(blank, [whole], frame)[0]


def test_keywords_show_only_what_tells_and_larger() -> None:
    said = ("the", "gradient", "of", "x.grad", "here")
    words = drawn(spoken(*said), 17)
    keys = drawn(spoken(*said, captions="keywords", bound=("gradient",)), 17)
    assert Overlay(spoken(*said, captions="keywords", bound=("gradient",))).size > 66
    assert words[WIDE.captions.top :].any()
    assert keys[WIDE.captions.top :].any()
    assert not drawn(spoken(*said, captions="keywords"), 7)[WIDE.captions.top :].any()


def test_captions_can_be_off_and_progress_stays() -> None:
    frame = drawn(spoken("gradient", "x.grad", captions="off"), 6)
    assert frame[0].any()
    assert not frame[20:].any()


def test_a_sign_that_one_house_font_lacks_comes_from_another() -> None:
    type_ = Typesetter(HOUSE)
    line = type_.line("θₜ₊₁ − e⁻ˣ", 60, font="code-strong")
    assert line.advance * 120 == pytest.approx(60 * 0.6 * 10)  # code keeps its columns
    type_.line("x ∈ ⟨a⟩", 60, font="display")
    assert not type_.missing
