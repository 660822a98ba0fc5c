"""The mistake beat: it fills its zone, and what the run said is read in full or cut at a word."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from briefs import brief_of
from manim import VMobject
from test_stage import brief, scene, timeline

from gradreel.blocks.mistake_card import Mistake
from gradreel.blocks.output_panel import OutputPanel, Verdicts
from gradreel.model import Brief, Prose, Zone
from gradreel.model import Span as Piece
from gradreel.shoot import inspect
from gradreel.stage.space import UNIT, pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.model import End, Failure, Output, Span, Trace

WORDS = "Forgetting to reset the gradients between two steps of the loop, so that they add up."
WRONG = """import torch

w = torch.tensor(3.0, requires_grad=True)
for step in range(3):
    loss = (w * 2.0 - 10.0) ** 2
    loss.backward()
    print(w.grad.item(), end=" ")
"""
RIGHT = WRONG.replace("    loss =", "    w.grad = None\n    loss =")
TWICE = """import torch

loss = torch.tensor(1.0, requires_grad=True) ** 2
loss.backward()
loss.backward()
"""
MESSAGE = "Trying to backward through the graph a second time, after its values were freed. " * 4


def run(source: str, printed: str = "", line: int = 1, failure: Failure | None = None) -> Trace:
    outputs = (Output(0, line, "stdout", printed),) if printed else ()
    trace = replace(brief_of().trace, source=source, torch="2.13.0", outputs=outputs)
    return replace(trace, end=End("raised", failure)) if failure else trace


RAISED = run(TWICE, failure=Failure("RuntimeError", MESSAGE, Span(5, 0, 5, 15)))


def told(mistake: Trace | None, fix: Trace | None = None) -> Brief:
    plain = brief_of()
    short = replace(plain.short, mistake=Prose((Piece("text", WORDS),), 1))
    return replace(plain, short=short, mistake=mistake, fix=fix)


NUMBERS = told(run(WRONG, "-16.0 -32.0 -48.0", 7), run(RIGHT, "-16.0 -16.0 -16.0", 8))
BRIEFS = {"raises": told(RAISED), "numbers and fix": NUMBERS, "words alone": told(None)}


def box(part: VMobject) -> tuple[float, float, float, float]:
    left, top = pixel(part.get_corner((-1, 1, 0)))
    right, bottom = pixel(part.get_corner((1, -1, 0)))
    return left, top, right, bottom


def texts(block: VMobject) -> list[Line]:
    return [
        part
        for part in block.get_family()
        if isinstance(part, Line) and len(part.points) and part.get_fill_opacity() > 0
    ]


@pytest.mark.parametrize("words", [True, False])
@pytest.mark.parametrize("zone", [None, Zone(100, 500, 980, 1290)])
@pytest.mark.parametrize("name", ["raises", "numbers and fix"])
def test_a_mistake_fills_its_zone(name: str, zone: Zone | None, words: bool) -> None:
    mistake = Mistake(Typesetter(HOUSE), BRIEFS[name], zone, words=words)
    within = zone or BRIEFS[name].platform.field
    left, top, right, bottom = box(mistake)
    assert within.left - 2 <= left
    assert right <= within.right + 2
    assert within.top - 2 <= top <= within.top + 45
    assert within.bottom - 45 <= bottom <= within.bottom + 3
    for one, other in combinations(map(box, texts(mistake)), 2):
        wide = min(one[2], other[2]) - max(one[0], other[0])
        high = min(one[3], other[3]) - max(one[1], other[1])
        assert wide < 3 or high < 3


@pytest.mark.parametrize("name", BRIEFS)
def test_the_steps_show_everything_in_order(name: str, tmp_path: Path) -> None:
    body = f"""
from test_mistake_card import BRIEFS, texts
from gradreel.blocks.mistake_card import Mistake
mistake = Mistake(self.type, BRIEFS[{name!r}])
with self.beat("b0"):
    for step in mistake.steps:
        self.play(step, run_time=1)
    staged = {{part for m in self.mobjects for part in m.get_family()}}
    assert set(texts(mistake)) <= staged
    for cell in mistake.cells:
        assert bool(len(cell.code.mark.points)) == (cell.panel is not None and "raises" == {name!r})
"""
    inspect(brief(timeline(80)), scene(tmp_path, body))


def test_the_line_that_raised_and_the_missing_line_are_lit() -> None:
    (cell,) = Mistake(Typesetter(HOUSE), BRIEFS["raises"]).cells
    assert cell.code.lit == {5}
    wrong, fixed = Mistake(Typesetter(HOUSE), NUMBERS).cells
    assert (wrong.code.lit, fixed.code.lit) == ({7}, {5})
    shown = {shown.row.line for shown in wrong.code.listing.rows}
    assert {4, 5} <= shown  # between which the fix has one line more


def test_the_words_are_large_until_they_make_room_for_the_code(tmp_path: Path) -> None:
    body = """
from test_mistake_card import BRIEFS, box, texts
from gradreel.blocks.mistake_card import Mistake
def first():
    return [line for m in self.mobjects for line in texts(m) if line.text == "Forgetting"]
mistake = Mistake(self.type, BRIEFS["numbers and fix"])
(small,) = (line for line in texts(mistake) if line.text == "Forgetting")
with self.beat("b0"):
    self.play(mistake.steps[0], run_time=1)
    (large,) = first()
    assert large.em > small.em
    assert max(box(m)[3] for m in self.mobjects) <= mistake.zone.bottom
    self.play(mistake.steps[1], run_time=1)
    assert first() == [small]
"""
    inspect(brief(timeline(80)), scene(tmp_path, body))


def test_without_words_the_sentence_is_left_out() -> None:
    shown = {line.text for line in texts(Mistake(Typesetter(HOUSE), NUMBERS, words=False))}
    assert "Forgetting" not in shown
    assert "-16.0 -32.0 -48.0" in shown


def test_lines_of_output_can_have_colours_of_their_own() -> None:
    panel = OutputPanel(Typesetter(HOUSE), run("", "1 -> 2\n2 -> 3\n"), Zone(60, 350, 1020, 900))
    panel.paint("mistake", "output")
    colours = [line.get_fill_color().to_hex() for line in panel.lines]
    assert colours == [HOUSE.colour("mistake"), HOUSE.colour("output")]


@pytest.mark.parametrize("scale", [1, 1.5])
def test_a_long_message_is_cut_at_a_word(scale: float) -> None:
    zone = Zone(60, 350, 1020, 900)
    panel = OutputPanel(Typesetter(HOUSE), RAISED, zone, scale=scale)
    kind, *message = panel.lines
    assert kind.text == "RuntimeError"
    assert kind.em > max(line.em for line in message)
    assert len(message) == 4
    assert all(line.em * UNIT >= 36 for line in message)
    *whole, cut = message[-1].text.split()
    assert cut == "…"
    said = " ".join([*(line.text for line in message[:-1]), *whole])
    assert MESSAGE.startswith(said + " ")
    assert all(box(line)[2] <= zone.right for line in panel.lines)
    assert box(message[-1])[3] < panel.bottom


def test_output_is_as_large_as_it_fits() -> None:
    few, many = (
        OutputPanel(Typesetter(HOUSE), run("", text), Zone(60, 350, 1020, 900))
        for text in ("0.0", "0.12345678 " * 4)
    )
    assert few.lines[0].em * UNIT == pytest.approx(48)
    assert 32 <= many.lines[0].em * UNIT < 48
    assert box(many.lines[0])[2] <= 1020


def test_a_word_too_wide_for_a_row_is_broken() -> None:
    failure = Failure("OSError", "x" * 90, None)
    panel = OutputPanel(Typesetter(HOUSE), run("", failure=failure), Zone(60, 350, 1020, 900))
    assert "".join(line.text for line in panel.lines[1:]) == "x" * 90
    assert all(box(line)[2] <= 1020 for line in panel.lines)


def test_two_runs_side_by_side_are_told_apart_and_kept_in_their_columns() -> None:
    zone = Zone(60, 1100, 1020, 1290)
    wrong, mended = run(WRONG, "-16.0 -32.0 -48.0"), run(RIGHT, "-16.0 -16.0 -16.0")
    verdicts = Verdicts(Typesetter(HOUSE), wrong, mended, zone)
    left, right = verdicts.panels
    assert [line.text for line in (*left.lines, *right.lines)] == [wrong.stdout, mended.stdout]
    assert [panel.head[0].text for panel in verdicts.panels] == ["✕ ", "✓ "]
    assert max(box(part)[2] for part in (left.card, left.head, left.lines)) < box(right.card)[0]
    assert max(box(part)[2] for part in (right.card, right.head, right.lines)) <= zone.right + 1
