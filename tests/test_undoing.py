"""Code that worked becomes the mistake, and its error fills what is left of the zone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from briefs import brief_of
from snippets import traced
from test_chain import TYPE
from test_stage import brief, scene, timeline

from gradreel.blocks.undoing import Undoing
from gradreel.model import Zone
from gradreel.shoot import inspect

ZONE = Zone(60, 350, 1020, 1290)
WORKS = "import torch\nx = torch.ones(2, requires_grad=True)\ny = x.sum()\ny.backward()\n"


def undoing() -> Undoing:
    wrong = traced(WORKS.replace(", requires_grad=True", ""))
    failure = wrong.end.failure
    assert failure is not None
    assert failure.span is not None
    return Undoing(
        TYPE, replace(brief_of(), trace=traced(WORKS)), wrong, failure.span, ZONE, range(2, 5)
    )


def test_the_code_becomes_the_wrong_code_and_fails_as_it_did(tmp_path: Path) -> None:
    body = """
from gradreel.stage.space import pixel
from test_undoing import ZONE, undoing
block = undoing()
seen = lambda: [p for m in self.mobjects for p in m.get_family() if hasattr(p, "text")]
with self.beat("b0"):
    self.play(block.appear())
    assert "requires_grad" in [part.text for part in seen()]
    assert "RuntimeError" not in [part.text for part in seen()]
    self.play(block.undo())
    assert "requires_grad" not in [part.text for part in seen()]
    assert block.code.of == "mistake"
    self.play(block.fail())
    (kind,) = (part for part in seen() if part.text == "RuntimeError")
    assert block.code.bottom < pixel(kind.get_top())[1]
    lowest = max(pixel(m.get_bottom())[1] for m in self.mobjects)
    assert abs(lowest - ZONE.bottom) < 4
"""
    inspect(brief(timeline(60)), scene(tmp_path, body))
