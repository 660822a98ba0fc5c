"""Each rule of the lint against a scene that breaks it and one that just does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from briefs import TINY, brief_of

from gradreel.lint import Finding, lint
from gradreel.model import Beat, Brief, SpokenWord, Timeline, Zone
from gradreel.shoot import inspect
from gradreel.trace.model import Output
from gradreel.truth import Known

SCENE = """
from manim import Circle, FadeIn, FadeOut, Rectangle, VGroup, RIGHT
from gradreel.model import Zone
from gradreel.stage.block import Block
from gradreel.stage.scene import ShortScene
from gradreel.stage.space import point

class Film(ShortScene):
    def say(self, text, x=540, y=600, size=60, **look):
        return self.type.line(text, size, **look).at(x, y, "center")

    def breathe(self, beat):
        while beat.left:
            dot = Circle(radius=0.2).move_to(point(900, 1000))
            self.play(FadeIn(dot), run_time=min(1.5, beat.left))
            self.remove(dot)

    def construct(self):
        with self.beat("one") as beat:
            {body}
            self.breathe(beat)
        with self.beat("two") as beat:
            self.breathe(beat)
"""


def film(folder: Path, body: str) -> Path:
    path = folder / "film.py"
    path.write_text(SCENE.format(body=body.strip().replace("\n", "\n            ")))
    return path


def brief(words: tuple[SpokenWord, ...] = ()) -> Brief:
    rows = (Beat("one", 0, 60), Beat("two", 60, 20))
    line = Timeline(10, 80, rows, (), words, ())
    platform = replace(TINY, fps=10)
    trace = replace(brief_of().trace, outputs=(Output(0, 1, "stdout", "0.0066 and 4e-5 or 16"),))
    return replace(brief_of(), timeline=line, platform=platform, trace=trace)


def found(folder: Path, body: str, brief: Brief) -> list[Finding]:
    glances, _ = inspect(brief, film(folder, body))
    return list(lint(brief, glances))


BROKEN = {
    "overlap": ('self.add(self.say("under"), self.say("over", x=560))', "lies on"),
    "overlap of the same words": (
        'self.add(self.say("twice"), self.say("twice", x=560))',
        "'twice' of Line lies on 'twice' of Line",
    ),
    "overlap by a shape": (
        'box = Rectangle(width=2, height=2, fill_opacity=1).move_to(point(600, 600))\n'
        'self.add(self.say("half of it"), box)',
        "'half of it' of Line is partly covered",
    ),
    "outside the safe zone": ('self.add(self.say("low", y=1600))', "leaves the safe zone"),
    "outside its zone": (
        'block = Block(self.say("wide words here"))\nblock.zone = Zone(500, 500, 580, 700)\n'
        "self.add(block)",
        "'wide words here' of Block leaves its zone",
    ),
    "small": ('self.add(self.say("tiny", size=20))', "is set in 20 px"),
    "small by scaling": ('self.add(self.say("shrunk").scale(0.4))', "is set in 24 px"),
    "faint": ('self.add(self.say("grey", colour="edge"))', "has contrast"),
    "faint by fading": ('self.add(self.say("ghost").set_opacity(0.3))', "has contrast"),
    "faint on its ground": (
        'self.add(Rectangle(width=9, height=2, fill_opacity=1).move_to(point(540, 600)),\n'
        '    self.say("white on white"))',
        "has contrast",
    ),
    "unknown number": ('self.add(self.say("0.0067"))', "0.0067 is in no run"),
    "cut off": (
        "self.add(Rectangle(width=4, height=1).move_to(point(1000, 600)))",
        "Rectangle is partly off the screen",
    ),
    "still": ('self.add(self.say("stare"))\nbeat.rest()', "nothing moves for 4 s"),
    "empty": ("self.wait(2)", "the field is empty for 1.5 s"),
    "crowded": (
        "for n in range(4):\n"
        '    self.play(FadeIn(Block(self.say("thing", y=400 + 150 * n))), run_time=0.3)',
        "4 new things in 'one': Block, Block, Block, Block",
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", BROKEN)
def test_a_rule_sees_the_scene_that_breaks_it(rule: str, tmp_path: Path) -> None:
    body, what = BROKEN[rule]
    findings = found(tmp_path, body, brief())
    assert [f.rule for f in findings if what in f.what] == [
        next(name for name in ("unknown number", "cut off", rule.split()[0]) if name in rule)
    ]
    assert len(findings) == 1, findings


def test_what_lies_under_captions(tmp_path: Path) -> None:
    body = "self.add(Circle(radius=0.5).move_to(point(540, 1380)))"
    word = SpokenWord("hear", 10, 20, "talk-1", False)
    (finding,) = found(tmp_path, body, brief((word,)))
    assert (finding.rule, finding.frame // 10) == ("under captions", 1)
    silent = replace(brief((word,)), captions="off")
    assert found(tmp_path, body, silent) == []


CLEAN = {
    "side by side": 'self.add(self.say("left", x=300), self.say("right", x=700))',
    "fading": 'line = self.say("gone")\nself.play(FadeIn(line))\nself.play(FadeOut(line))',
    "flying through": (
        'line = self.say("fly", x=300)\nself.add(self.say("stay", x=540))\n'
        "self.play(line.animate.shift(3 * RIGHT), run_time=0.8)"
    ),
    "wholly hidden": (
        'self.add(self.say("old"), Rectangle(width=9, height=2, fill_opacity=1, '
        'fill_color="#000000").move_to(point(540, 600)), self.say("new"))'
    ),
    "dark on dark with a halo": (
        'halo = self.say("ring").set_fill(opacity=0).set_stroke("#FFFFFF", width=20)\n'
        'self.add(halo, self.say("ring", colour="edge"))'
    ),
    "the same words in one place": 'self.add(self.say("twin"), self.say("twin"))',
    "numbers of the run": 'self.add(self.say("0.007, −4e-5, 16, step 1"))',
    "off the screen": "self.add(Rectangle(width=1, height=1).move_to(point(1500, 600)))",
    "three things": (
        "for n in range(3):\n"
        '    self.play(FadeIn(Block(self.say("thing", y=400 + 150 * n))), run_time=0.3)'
    ),
}


@pytest.mark.parametrize("name", CLEAN)
def test_what_a_viewer_can_read_is_let_pass(name: str, tmp_path: Path) -> None:
    assert found(tmp_path, CLEAN[name], brief()) == []


def test_a_finding_names_time_and_thing() -> None:
    told = Finding("small", 45, "'x' of CodeCard is set in 20 px").told(30)
    assert told == "1.5 s: small: 'x' of CodeCard is set in 20 px"


@pytest.mark.parametrize(
    ("text", "strangers"),
    [
        ("0.0066", []),
        ("0.007", []),
        ("0.00664", []),
        ("0.00665", ["0.00665"]),
        ("−4e-5", []),
        ("5e-5", ["5e-5"]),
        ("4 + 12 = 16", ["12"]),
        ("x1 relu6 W2", []),
        ("40,000 and 1_000", ["40,000", "1_000"]),
    ],
)
def test_numbers_are_known_to_the_digits_shown(text: str, strangers: list[str]) -> None:
    known = Known((4e-5, 0.00664, 4.0, 16.0))
    assert known.strangers(text) == strangers


def test_the_safe_zone_is_the_platforms(tmp_path: Path) -> None:
    body = 'self.add(self.say("edge", x=540, y=400))'
    narrow = replace(brief(), platform=replace(brief().platform, safe=Zone(60, 450, 1020, 1480)))
    assert [f.rule for f in found(tmp_path, body, narrow)] == ["outside"]
