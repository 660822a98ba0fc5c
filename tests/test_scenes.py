"""Every storyboard, played dry on its real words and real run: the lint finds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gradreel.lint import lint
from gradreel.model import Short
from gradreel.pipeline import Production, Watch
from gradreel.script import parse
from gradreel.settings import load
from gradreel.shoot import inspect
from gradreel.voice.cast import Cast

ROOT = Path(__file__).parent.parent
DAYS = {
    name: parse(ROOT / path)
    for name, path in (
        ("day03", "assets/day03.md"),
        ("given", "tests/day03_as_given.md"),
        ("day90", "tests/days/day90.md"),
        ("day91", "tests/days/day91.md"),
    )
}


@pytest.fixture(scope="module")
def productions() -> Iterator[dict[str, Production]]:
    settings = load(ROOT / "config.toml")
    with Production.opened(DAYS["day03"], settings) as day03:
        others = {
            name: Production(script, settings, day03.runs, day03.cast, day03.cache, day03.encoder)
            for name, script in DAYS.items()
            if name != "day03"
        }
        yield {"day03": day03, **others}


CASES = [
    pytest.param(day, short, id=f"{day}-{short.number:02d}")
    for day, script in DAYS.items()
    for short in script.shorts
]


@pytest.mark.parametrize(("day", "short"), CASES)
def test_a_viewer_can_read_all_of_it(
    day: str, short: Short, productions: dict[str, Production], tmp_path: Path
) -> None:
    production = productions[day]
    brief = production.prepare(short, tmp_path, Watch())
    glances, _ = inspect(brief, production.scene_of(short))
    assert [finding.told(brief.timeline.fps) for finding in lint(brief, glances)] == []


@pytest.mark.parametrize("short", DAYS["day03"].shorts, ids=lambda short: f"{short.number:02d}")
def test_it_plays_in_silence_and_without_facts(
    short: Short, productions: dict[str, Production], tmp_path: Path
) -> None:
    """No scene may wait for words that the program says only where there is time."""
    usual = productions["day03"]
    for voice in (
        replace(usual.settings.voice, name="none", facts=facts) for facts in (True, False)
    ):
        settings = replace(usual.settings, voice=voice)
        production = replace(usual, settings=settings, cast=Cast(voice))
        brief = production.prepare(short, tmp_path, Watch())
        inspect(brief, production.scene_of(short), every=30)


def test_the_scene_of_the_readme_is_clean(
    productions: dict[str, Production], tmp_path: Path
) -> None:
    blocks = (ROOT / "README.md").read_text().split("```python\n")
    example = next(b.split("```")[0] for b in blocks if "Storyboard" in b)
    scene = tmp_path / "short_01.py"
    scene.write_text(example)
    short = DAYS["day03"].shorts[0]
    brief = productions["day03"].prepare(short, tmp_path, Watch())
    glances, _ = inspect(brief, scene)
    assert lint(brief, glances) == ()
