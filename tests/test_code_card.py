"""The code card: one version becomes another, what raised is underlined, all stays readable."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from manim import Square
from test_matrix_row import play
from test_stage import brief, scene, timeline

from gradreel.blocks.code_card import BAND, CodeCard
from gradreel.blocks.code_morph import same_lines
from gradreel.model import Binding, SpokenWord, Zone
from gradreel.shoot import inspect
from gradreel.stage.contrast import contrast
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Line, Typesetter
from gradreel.trace.model import Span

ZONE = Zone(60, 350, 1020, 800)
LOOP = """for _ in range(50):
    y = X @ W
    loss = y.mean()
    loss.backward()
    W -= lr * W.grad
    W.grad.zero_()
"""
MODULE = """model = nn.Linear(1, 1)
for _ in range(50):
    y = X @ model
    loss = y.mean()
    loss.backward()
    step()
"""


def card(source: str, **how: object) -> CodeCard:
    return CodeCard(Typesetter(HOUSE), source, ZONE, **how)  # type: ignore[arg-type]


def lines(code: CodeCard) -> list[Line]:
    return [part for part in code.get_family() if isinstance(part, Line)]


def look(code: CodeCard) -> list[tuple[str, tuple[float, ...], str, float]]:
    """Every word on the card, where it stands and its paint."""
    return sorted(
        (
            line.text,
            tuple(round(x, 2) for x in pixel(line.get_center())),
            line.get_fill_color().to_hex(),
            round(line.get_fill_opacity(), 3),
        )
        for line in lines(code)
    )


def test_unlit_code_is_dim_opaque_and_readable() -> None:
    code = card(LOOP, lit=[4])
    for line in lines(code):
        paint = line.get_fill_color().to_hex()
        assert line.get_fill_opacity() == 1
        assert contrast(paint, HOUSE.colour("panel")) >= 4.5
    assert HOUSE.colour("backward") in {line.get_fill_color().to_hex() for line in lines(code)}


def test_versions_share_the_lines_that_are_alike_however_indented() -> None:
    old = "w = ones(1000)\npred = (w * 2).sum()\nprint(pred)"
    new = "w = ones(1000)\nwith torch.no_grad():\n    pred = (w * 2).sum()\nprint(pred)"
    assert same_lines(old, new) == {1: 1, 3: 2, 4: 3}
    assert same_lines(LOOP, MODULE) == {2: 1, 3: 2, 4: 3, 5: 4}


def test_after_a_morph_the_card_is_one_of_the_new_source(tmp_path: Path) -> None:
    body = """
from test_code_card import LOOP, MODULE, card, lines, look
code = card(LOOP, lit=[4])
with self.beat("b0"):
    self.add(code)
    kept = {line for line in lines(code) if line.text in ("mean", "backward")}
    self.play(code.morph_to(MODULE))
    assert look(code) == look(card(MODULE, lit=[1, 3, 6]))
    assert kept <= set(lines(code))
    staged = [p for m in self.mobjects for p in m.get_family() if hasattr(p, "text")]
    assert sorted(p.text for p in staged) == sorted(p.text for p in lines(code))
    self.play(code.light([6], rows=2))
    assert look(code) == look(card(MODULE, lit=[6], most_rows=2))
    assert code.bottom == card(MODULE, most_rows=2).bottom
"""
    inspect(brief(timeline(60)), scene(tmp_path, body))


def test_a_morph_made_early_changes_nothing_before_it_is_played(tmp_path: Path) -> None:
    body = """
from test_code_card import LOOP, MODULE, card, lines, look
code = card(LOOP)
seen = lambda: [entry for entry in look(code) if entry[3]]
with self.beat("b0"):
    self.add(code)
    before = seen()
    steps = [code.morph_to(MODULE), code.light([2])]
    assert seen() == before
    for step in steps:
        self.play(step)
    assert look(code) == look(card(MODULE, lit=[2]))
"""
    inspect(brief(timeline(60)), scene(tmp_path, body))


def test_a_morph_can_move_the_card(tmp_path: Path) -> None:
    body = """
from test_code_card import LOOP, MODULE, card, look
from gradreel.blocks.code_card import CodeCard
from gradreel.model import Zone
code, there = card(LOOP), Zone(60, 600, 800, 1200)
with self.beat("b0"):
    self.add(code)
    self.play(code.morph_to(MODULE, lit=[4], zone=there))
    assert look(code) == look(CodeCard(self.type, MODULE, there, lit=[4]))
    assert code.limits.top == there.top
"""
    inspect(brief(timeline(60)), scene(tmp_path, body))


def test_nothing_grows_out_of_no_span() -> None:
    assert not card(LOOP).tokens(None)


def test_the_voice_finds_words_of_the_new_version() -> None:
    code = card(LOOP)
    code.morph_to(MODULE, of="fix")
    said = SpokenWord("step", 0, 5, "mistake", True)
    (meant,) = code.meant(Binding(said, Span(6, 4, 6, 10), of="fix"))
    assert [part.text for part in meant.part if isinstance(part, Line)] == ["step", "(", ")"] or [
        part.text for part in meant.part if isinstance(part, Line)
    ] == ["step", "()"]
    assert not list(code.meant(Binding(said, Span(6, 4, 6, 10))))


@pytest.mark.parametrize(
    ("source", "span"),
    [("y.sum().backward()", Span(1, 2, 1, 7)), ("ab = 1\ncd = 2", Span(1, 3, 2, 2))],
)
def test_a_squiggle_runs_under_exactly_its_characters(source: str, span: Span) -> None:
    code = card(source)
    draw = code.squiggle(span)
    assert not len(code.mark.points)
    draw.begin()
    draw.finish()
    texts = source.splitlines()
    rows = range(span.line, span.end_line + 1)
    step = 0.6 * HOUSE.size("code")
    left = 60 + 34
    runs = []
    for number in rows:
        first = span.col if number == span.line else 0
        last = span.end_col if number == span.end_line else len(texts[number - 1])
        runs.append((left + first * step, left + last * step))
    paths = [[pixel(p) for p in path] for path in code.mark.get_subpaths()]
    assert [(path[0][0], path[-1][0]) for path in paths] == [pytest.approx(run) for run in runs]
    for path, number in zip(paths, rows, strict=True):
        words = [line for line in lines(code) if texts[number - 1].startswith(line.text)]
        middle = pixel(words[0].get_center())[1]
        assert all(middle < y < middle + 0.9 * HOUSE.size("code") for _, y in path)


def test_light_wipes_the_squiggle(tmp_path: Path) -> None:
    body = """
from gradreel.trace.model import Span
from test_code_card import LOOP, card
code = card(LOOP)
with self.beat("b0"):
    self.add(code)
    self.play(code.squiggle(Span(4, 4, 4, 19)))
    assert len(code.mark.points)
    self.play(code.light([1]))
    assert not len(code.mark.points)
"""
    inspect(brief(timeline(30)), scene(tmp_path, body))


def test_the_light_glides_from_row_to_row_without_going_out() -> None:
    code = card(LOOP)  # nothing is lit at first
    play(code.light([1, 2]))
    there = code.lamp.get_center()
    glide = code.light([5])
    assert np.allclose(code.lamp.get_center(), there)
    assert any(part.get_fill_opacity() for part in code.lamp.family_members_with_points())
    play(glide)
    assert code.lamp.get_center()[1] < there[1]
    band, _ = (part.get_fill_opacity() for part in code.lamp.family_members_with_points())
    assert band == pytest.approx(BAND)


def test_what_stands_under_a_card_is_clear_of_it_however_high_it_is() -> None:
    code = card(LOOP)
    assert code.under().top > code.bottom
    assert code.under(1).top < code.under(3).top <= code.under().top
    assert code.under(1, gap=40).top - code.under(1, gap=0).top == 40
    assert code.under().bottom == ZONE.bottom


def test_what_flies_off_the_card_ends_in_its_goal_and_the_card_stays_whole() -> None:
    code, goal = card(LOOP), Square(1)
    before = look(code)
    fly = code.fly(Span(2, 8, 2, 13), goal)
    assert [line.text for line in lines(fly.mobject)] == ["X", "@", "W"]
    play(fly)
    assert np.allclose(fly.mobject.get_center(), goal.get_center())
    assert look(code) == before


def test_laid_over_others_its_parts_keep_their_order() -> None:
    block = card(LOOP)
    before = [part.z_index for part in block.get_family()]
    block.lay_over(4)
    assert [part.z_index for part in block.get_family()] == [z + 4 for z in before]
    assert len(set(before)) > 1
