"""Every storyboard, played dry on its real words and real run: nothing leaves its zone, no text
lies on text, and no stage stays empty."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from gradreel.model import Short
from gradreel.pipeline import Production, Watch
from gradreel.script import parse
from gradreel.settings import load
from gradreel.shoot import rehearse
from gradreel.stage.scene import ShortScene
from gradreel.stage.space import pixel
from gradreel.stage.type import Line

ROOT = Path(__file__).parent.parent
DAYS = {
    name: parse(ROOT / path)
    for name, path in (
        ("day03", "assets/day03.md"),
        ("day90", "tests/days/day90.md"),
        ("day91", "tests/days/day91.md"),
    )
}
Box = tuple[float, float, float, float]


@pytest.fixture(scope="module")
def productions() -> Iterator[dict[str, Production]]:
    settings = load(ROOT / "config.toml")
    with Production.opened(DAYS["day03"], settings) as day03:
        others = {
            name: Production(script, settings, day03.tracer, day03.cast)
            for name, script in DAYS.items()
            if name != "day03"
        }
        yield {"day03": day03, **others}


def box(line: Line) -> Box:
    left, top = pixel(line.get_corner((-1, 1, 0)))
    right, bottom = pixel(line.get_corner((1, -1, 0)))
    return left, top, right, bottom


def shared(a: Box, b: Box) -> float:
    """The part of the smaller box that lies in the other."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    least = min((x[2] - x[0]) * (x[3] - x[1]) for x in (a, b))
    return max(0.0, width) * max(0.0, height) / max(least, 1.0)


def visible(scene: ShortScene) -> list[Line]:
    return [
        part
        for mobject in scene.mobjects
        for part in mobject.get_family()
        if isinstance(part, Line) and len(part.points) and part.get_fill_opacity() > 0.3
    ]


def faults(scene: ShortScene) -> set[str]:
    """What a viewer could not read in the settled picture."""
    safe, lines = scene.brief.platform.safe, visible(scene)
    found = set()
    boxes = [(line.text, box(line)) for line in lines]
    for text, (left, top, right, bottom) in boxes:
        if left < safe.left - 8 or right > safe.right + 8 or top < safe.top or bottom > 1300:
            found.add(f"{text!r} leaves the safe zone")
    for (one, a), (two, b) in combinations(boxes, 2):
        if shared(a, b) > 0.15:
            found.add(f"{one!r} lies on {two!r}")
    return found


CASES = [
    pytest.param(day, short, id=f"{day}-{short.number:02d}")
    for day, script in DAYS.items()
    for short in script.shorts
]


@pytest.mark.parametrize(("day", "short"), CASES)
def test_a_storyboard_plays_clean(
    day: str,
    short: Short,
    productions: dict[str, Production],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    production = productions[day]
    brief = production.prepare(short, tmp_path, Watch())
    found: dict[str, float] = {}
    hold = ShortScene.wait

    def watched(scene: ShortScene, duration: float = 1.0) -> None:
        if duration * scene.fps >= 1:  # what is held is looked at
            for fault in faults(scene):
                found.setdefault(fault, round(scene.frame / scene.fps, 1))
            if not visible(scene):
                found.setdefault("the stage is empty", round(scene.frame / scene.fps, 1))
        hold(scene, duration)

    monkeypatch.setattr(ShortScene, "wait", watched)
    rehearse(brief, production.scene_of(short))
    assert not found


def test_the_scene_of_the_readme_plays(productions: dict[str, Production], tmp_path: Path) -> None:
    blocks = (ROOT / "README.md").read_text().split("```python\n")
    example = next(b.split("```")[0] for b in blocks if "ShortScene" in b)
    scene = tmp_path / "short_01.py"
    scene.write_text(example)
    short = DAYS["day03"].shorts[0]
    rehearse(productions["day03"].prepare(short, tmp_path, Watch()), scene)
