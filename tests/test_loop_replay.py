"""A replayed loop shows each iteration's own numbers, and only what the run kept."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from manim import VMobject
from snippets import short, traced
from test_stage import brief, scene, timeline

from gradreel.blocks.loop import loop_of
from gradreel.blocks.loop_replay import LoopReplay
from gradreel.errors import SceneError
from gradreel.model import Zone
from gradreel.shoot import inspect
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter

TYPE = Typesetter(HOUSE)
ZONE = Zone(60, 350, 1020, 1290)
DESCENT = """
import torch
w = torch.tensor(0.0, requires_grad=True)
for step in range(6):
    loss = (w - 3) ** 2
    loss.backward()
    with torch.no_grad():
        w -= 0.25 * w.grad
    w.grad.zero_()
"""


def replay(source: str = DESCENT) -> LoopReplay:
    return LoopReplay(TYPE, loop_of(traced(source)), ZONE)


def shown(block: LoopReplay) -> tuple[str, str, str, str]:
    """Counter, leaf, result and gradient."""
    ((pill, gradient),) = block.pills
    amber = gradient.text if pill.get_fill_opacity() else ""
    return block.counter.text, block.leaves[0].text, block.results[0].text.strip(), amber


def test_every_iteration_of_a_long_loop_was_kept() -> None:
    trace = short(20)
    loop = loop_of(trace)
    labels = {n.id: n.label for n in loop.graph.nodes}
    assert loop.count == 50
    assert {labels[n] for n in loop.before} == {"W", "b"}
    assert {labels[n] for n in loop.made} == {"loss"}  # a column of predictions is not written
    assert {labels[n] for n in loop.gradients} == {"W", "b"}
    assert {labels[n] for n in loop.steady} == {"X", "y"}
    last = {labels[n]: values[-1].scalar for n, values in loop.before.items()}
    assert last["W"] == pytest.approx(1.4218347)


def test_numbers_change_in_the_order_of_the_run() -> None:
    block = replay()
    moments = {
        0.0: ("1", "0", "", ""),
        0.5: ("1", "0", "9", ""),
        0.95: ("1", "0", "9", "grad −6"),
        1.0: ("2", "1.5", "9", "grad −6"),
        1.5: ("2", "1.5", "2.25", "grad −6"),
        1.95: ("2", "1.5", "2.25", "grad −3"),
        6.0: ("6", "2.95", "0.00879", "grad −0.188"),
    }
    for moment, wanted in moments.items():
        block.turn_to(moment)
        assert shown(block) == wanted, moment


def test_in_a_hurry_all_numbers_are_of_one_iteration() -> None:
    block = replay()
    animation = block.replay()
    animation.run_time = 1.0
    animation.begin()
    loop = block.loop
    (before,), (made,) = loop.before.values(), loop.made.values()
    rows = {(str(n + 1), before[n].scalar, made[n].scalar) for n in range(loop.count)}
    seen = set()
    for alpha in np.linspace(0, 0.999, 60):
        animation.interpolate(alpha)
        seen.add(shown(block)[:3])
    assert len(seen) == len(rows) == 6
    animation.finish()
    assert shown(block)[:2] == ("6", "2.95")


def test_light_runs_forward_then_back_once_a_turn() -> None:
    block = replay()

    def lit(part: float) -> set[str]:
        block.light(part)
        return {
            core.get_fill_color().to_hex() for _, core in block.lights if core.get_fill_opacity()
        }

    assert lit(0.2) == {HOUSE.colour("forward")}
    assert lit(0.7) == {HOUSE.colour("backward")}
    assert lit(0.95) == lit(1) == set()


def test_a_tensor_that_changes_but_was_not_kept_shows_nothing() -> None:
    block = LoopReplay(TYPE, loop_of(short(20)), ZONE)
    views = {v.node.label: v for v in block.graph.nodes.values()}
    assert views["X"].tile is not None
    assert views["y_pred"].tile is None


@pytest.mark.parametrize("iteration", [0, 7, 50])
def test_numbers_stay_in_their_nodes_and_apart(iteration: int) -> None:
    block = LoopReplay(TYPE, loop_of(short(20)), ZONE)
    block.turn_to(iteration)

    def box(part: VMobject) -> tuple[float, float, float, float]:
        return *pixel(part.get_corner((-1, 1, 0))), *pixel(part.get_corner((1, -1, 0)))

    pills = [gradient for pill, gradient in block.pills if pill.get_fill_opacity()]
    numbers = [part for part in (*block.leaves, *block.results, *pills) if len(part.points)]
    for one, other in combinations(map(box, numbers), 2):
        assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
    frames = [box(view.frame) for view in block.graph.nodes.values()]
    for number in (*block.leaves, *block.results):
        if len(number.points):
            left, top, right, bottom = box(number)
            assert any(
                f[0] < left and right < f[2] and f[1] < top and bottom < f[3] for f in frames
            )
    left, top, right, bottom = box(block)
    assert ZONE.left - 4 <= left
    assert right <= ZONE.right + 4
    assert ZONE.top <= top
    assert bottom <= ZONE.bottom


def test_without_a_loop_there_is_nothing_to_replay() -> None:
    with pytest.raises(SceneError, match="no loop"):
        loop_of(short(16))


def test_the_inner_loop_is_replayed_in_the_outer_one_s_first_round() -> None:
    loop = loop_of(
        traced(
            "import torch\n"
            "for lr in (0.5, 0.1):\n"
            "    w = torch.tensor(0.0, requires_grad=True)\n"
            "    for step in range(4):\n"
            "        loss = (w - 3) ** 2\n"
            "        w.grad = None\n"
            "        loss.backward()\n"
            "        with torch.no_grad():\n"
            "            w -= lr * w.grad\n"
        )
    )
    assert loop.count == 4
    (made,) = loop.made.values()
    assert [value.scalar for value in made] == [9, 0, 0, 0]


def test_it_can_be_played_and_leave(tmp_path: Path) -> None:
    body = f"""
from gradreel.blocks.loop import loop_of
from gradreel.blocks.loop_replay import LoopReplay
from gradreel.model import Zone
from snippets import traced
block = LoopReplay(self.type, loop_of(traced({DESCENT!r})), Zone(60, 350, 1020, 1290))
with self.beat("b0") as beat:
    self.play(block.appear(), run_time=0.4)
    self.play(block.replay(0, 1), run_time=1)
    self.play(block.replay(2), run_time=1)
    assert block.counter.text == "6"
    self.play(self.clear_but())
    assert not list(self._family()), self.mobjects
"""
    inspect(brief(timeline(40)), scene(tmp_path, body))
