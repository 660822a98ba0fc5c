"""Subtitle files: parsed back they are the author's words, readable, in order and in time."""

from __future__ import annotations

import html
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradreel.model import SpokenWord, Timeline
from gradreel.voice.subtitles import (
    GAP,
    LONGEST,
    MOST_LETTERS,
    MOST_LINES,
    PACE,
    SHORTEST,
    Subtitle,
    srt,
    subtitles,
    vtt,
)

TIME = r"(\d\d):(\d\d):(\d\d)[,.](\d\d\d)"


def film(*sentences: str, each: int = 10, pause: int = 30, fps: int = 30) -> Timeline:
    """Every word takes `each` frames, and there is a pause between the sentences."""
    words: list[SpokenWord] = []
    at = 0
    for number, sentence in enumerate(sentences):
        for shown in sentence.split(" "):
            words.append(SpokenWord(shown, at, at + each - 1, f"talk-{number}", "." in shown[:-1]))
            at += each
        at += pause
    return Timeline(fps, at, (), (), tuple(words), ())


def parsed(text: str, mark: str, fps: int) -> list[Subtitle]:
    """The cues of a file, by the rules that players follow."""
    blocks = [block.strip("\n") for block in text.split("\n\n") if block.strip()]
    if mark == ".":
        assert blocks.pop(0) == "WEBVTT"
    cues = []
    for number, block in enumerate(blocks, 1):
        lines = block.split("\n")
        if mark == ",":
            assert lines.pop(0) == str(number)
        found = re.fullmatch(f"{TIME} --> {TIME}", lines.pop(0))
        assert found
        assert mark in found[0]
        times = [int(group) for group in found.groups()]
        start, end = (
            round((((h * 60 + m) * 60 + s) * 1000 + ms) * fps / 1000)
            for h, m, s, ms in (times[:4], times[4:])
        )
        cues.append(Subtitle(tuple(lines), start, end))
    return cues


def test_a_short_reads_as_phrases() -> None:
    timeline = film(
        "At large |x|, sigmoid becomes flat.",
        "Confusing this with model.train() / model.eval() (they are related, not the same).",
    )
    assert [cue.lines for cue in subtitles(timeline)] == [
        ("At large |x|, sigmoid becomes flat.",),
        ("Confusing this", "with model.train() / model.eval()"),
        ("(they are related, not the same).",),
    ]


def test_the_two_files() -> None:
    timeline = film("W < b & c --> d.", "So it is.", each=7)
    assert srt(timeline) == (
        "1\n00:00:00,000 --> 00:00:01,600\nW < b & c --> d.\n\n"
        "2\n00:00:02,633 --> 00:00:03,467\nSo it is.\n"
    )
    assert vtt(timeline) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.600\nW &lt; b &amp; c --&gt; d.\n\n"
        "00:00:02.633 --> 00:00:03.467\nSo it is.\n"
    )


def test_a_long_piece_of_code_breaks_between_its_names() -> None:
    code = "torch.nn.functional.binary_cross_entropy_with_logits(pred,target)"
    (cue,) = subtitles(film(code, each=60))
    assert cue.lines == (
        "torch.nn.functional",
        ".binary_cross_entropy_with_logits(pred,",
        "target)",
    )


def test_a_pause_is_used_for_reading_and_a_short_gap_is_closed() -> None:
    first, second, third = subtitles(film("Yes.", "No, not at all.", "Why?", each=5, pause=20))
    assert first.end == second.start - GAP
    assert (third.end - third.start) / 30 == pytest.approx(SHORTEST, abs=1 / 60)
    assert second.end <= third.start - GAP


def test_a_silent_film_has_no_subtitles() -> None:
    empty = Timeline(30, 900, (), (), (), ())
    assert srt(empty) == ""
    assert vtt(empty) == "WEBVTT\n"


PIECES = (
    "the a of gradients backward() x.grad, learning. flat! 0 1, → ≈ = ~ (0, 1) <b> & --> 42 “so” "
    "requires_grad=True is why? no-one's ∇L 日本 probabilities torch.no_grad(): e.g. — 1"
)


@st.composite
def films(draw: st.DrawFn) -> Timeline:
    fps = draw(st.sampled_from([15, 24, 30, 60]))
    said = st.tuples(st.integers(0, 2 * fps), st.integers(1, fps), st.sampled_from(PIECES.split()))
    words, at = [], 0
    for number, (pause, frames, shown) in enumerate(draw(st.lists(said, max_size=40))):
        start, at = at + pause, at + pause + frames
        words.append(SpokenWord(shown, start, at, f"talk-{number // 9}", False))
    return Timeline(fps, at + draw(st.integers(0, fps)), (), (), tuple(words), ())


@given(films())
def test_any_film_gives_files_that_players_read(timeline: Timeline) -> None:
    cues = subtitles(timeline)
    text = " ".join(" ".join(cue.lines) for cue in cues)
    assert text == " ".join(word.shown for word in timeline.words)
    for cue in cues:
        assert 0 <= cue.start < cue.end <= timeline.frames
        assert len(cue.lines) <= MOST_LINES
        assert all(0 < len(line) <= MOST_LETTERS for line in cue.lines)
        assert cue.end - cue.start <= round(LONGEST * timeline.fps)
    for one, two in pairwise(cues):
        assert one.end == two.start or one.end <= two.start - GAP
    starts = {word.start for word in timeline.words}
    assert {cue.start for cue in cues} <= starts
    nexts = [*(cue.start for cue in cues[1:]), timeline.frames]
    for cue, after in zip(cues, nexts, strict=False):
        if after - cue.end > GAP:  # there was time to stay
            seconds = (cue.end - cue.start + 1) / timeline.fps
            assert seconds > min(LONGEST, max(SHORTEST, sum(map(len, cue.lines)) / PACE))
    for name, mark in ((srt, ","), (vtt, ".")):
        file = name(timeline)
        back = parsed(file, mark, timeline.fps)
        if mark == ".":
            assert all("-->" not in line for cue in back for line in cue.lines)
            back = [
                Subtitle(tuple(map(html.unescape, cue.lines)), cue.start, cue.end) for cue in back
            ]
        assert tuple(back) == cues
