"""Formulas: LaTeX of scripts becomes Typst that Typst accepts, and glyphs know their tokens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from manim import VMobject, tempconfig

from gradreel.blocks.formula import Formula
from gradreel.blocks.latex import typst_of
from gradreel.errors import SceneError
from gradreel.model import Zone
from gradreel.stage.space import pixel
from gradreel.stage.theme import HOUSE
from gradreel.stage.type import Typesetter

TYPE = Typesetter(HOUSE)
ZONE = Zone(60, 800, 1020, 1290)

TABLE = {
    r"\theta \leftarrow \theta - \alpha \nabla_\theta L": (
        "theta arrow.l theta - alpha nabla_theta L"
    ),
    r"\frac{df}{dx}": "frac(d f, d x)",
    r"\sigma(x) = \frac{1}{1+e^{-x}}": "sigma ( x ) = frac(1, 1 + e^(- x))",
    r"\sum_{i=1}^n x_i^2": "sum_(i = 1)^n x_i^2",
    r"\|x\|_2": "norm(x)_2",
    r"\mathbf{W}^\top x": "bold(upright(W))^top x",
    r"\hat{y}": "hat(y)",
    r"\sqrt{x}": "sqrt(x)",
    r"\sqrt[3]{x}": "root(3, x)",
    r"\frac{f(a, b)}{2}": r"frac(f ( a \, b ), 2)",
    r"\text{loss} = 0.25": '"loss" = 0.25',
    r"\left( \frac{a}{b} \right)^2": "( frac(a, b) )^2",
    r"a/b \neq x'": "a slash b eq.not x '",
    r"$y \in \mathbb{R}^{100}$": "y in bb(R)^100",
    r"\(w \approx 2\)": "w approx 2",
    r"\max_\theta |x| \leq \mathcal{L}": "max_theta | x | lt.eq cal(L)",
}


@pytest.fixture(autouse=True)
def media(tmp_path: Path) -> Iterator[None]:
    """Typst's files go where a film's go: into a folder that is thrown away."""
    with tempconfig({"media_dir": str(tmp_path)}):
        yield


def box(glyph: VMobject) -> tuple[float, float, float, float]:
    left, top = pixel(glyph.get_corner((-1, 1, 0)))
    right, bottom = pixel(glyph.get_corner((1, -1, 0)))
    return left, top, right, bottom


@pytest.mark.parametrize(("latex", "typst"), TABLE.items())
def test_latex_becomes_typst_that_can_be_set(latex: str, typst: str) -> None:
    assert typst_of(latex) == typst
    left, top, right, bottom = box(Formula(TYPE, typst, ZONE))
    assert ZONE.left <= left + 0.1
    assert right <= ZONE.right + 0.1
    assert ZONE.top <= top + 0.1
    assert bottom <= ZONE.bottom + 0.1


@pytest.mark.parametrize(
    ("latex", "names"),
    [
        (r"x + \foo{y}", r"\\foo"),
        (r"\begin{matrix} a", r"\\begin"),
        (r"\frac{1}", "missing"),
        (r"\sqrt{x", "missing"),
        (r"x}", "unexpected }"),
        (r"\|x", r"\\\| is missing"),
        (r"a & b", "'&'"),
    ],
)
def test_what_is_not_known_is_named(latex: str, names: str) -> None:
    with pytest.raises(SceneError, match=names):
        typst_of(latex)


def test_tagging_leaves_the_setting_alone() -> None:
    """Typst spaces tagged tokens as it does bare ones."""
    from manim import Typst

    for source in TABLE.values():
        formula = Formula(TYPE, source, Zone(0, 0, 4000, 4000))
        plain = Typst(f"$ {source} $", font_size=120)
        assert formula.width == pytest.approx(plain.width, rel=0.002), source
        assert formula.height == pytest.approx(plain.height, rel=0.002), source


def test_a_part_is_its_glyphs_wherever_they_are() -> None:
    formula = Formula(TYPE, "sigma(x) = frac(1, 1 + e^(-x))", ZONE, colours={"x": "forward"})
    assert len(formula.part("x")) == 2
    assert len(formula.part("1")) == 2
    assert len(formula.part("e^(-x)")) == 3
    assert len(formula.part("sigma(x)")) == 4  # both brackets
    assert len(formula.part("frac(1, 1 + e^(-x))")) == 7  # and the bar
    sky = [g for g in formula if g.get_color().to_hex() == HOUSE.colour("forward")]
    assert sky == list(formula.part("x"))


def test_numerator_stands_over_denominator() -> None:
    formula = Formula(TYPE, "frac(d f, d x)", ZONE)
    (_, _, _, above), (_, below, _, _) = box(formula.part("f")), box(formula.part("x"))
    assert above < below


def test_an_unknown_part_is_an_error() -> None:
    with pytest.raises(SceneError, match="no part 'z'"):
        Formula(TYPE, "x + y", ZONE).part("z")


def test_what_typst_refuses_names_the_formula() -> None:
    with pytest.raises(SceneError, match=r"'x \+ nosuchthing'.*unknown variable"):
        Formula(TYPE, "x + nosuchthing", ZONE)


def test_a_formula_too_small_to_read_is_an_error() -> None:
    with pytest.raises(SceneError, match="pixels"):
        Formula(TYPE, " + ".join("abcdefghijklmnopqrstuvwxyz"), ZONE)


def test_light_dims_the_others_and_gives_them_back() -> None:
    formula = Formula(TYPE, "theta - alpha nabla_theta L", ZONE)
    for fragments, dim in ((("nabla_theta L",), 3), ((), 0)):
        animation = formula.light(*fragments)
        animation.begin()
        animation.finish()
        assert sum(g.get_fill_opacity() < 0.5 for g in formula) == dim


def test_a_change_keeps_what_is_common() -> None:
    short = Formula(TYPE, "frac(d f, d x)", ZONE)
    long = Formula(TYPE, "frac(d f, d x) = frac(d f, d h) dot frac(d h, d x)", ZONE)
    moving, coming = short.change_to(long).animations
    assert len(moving.animations) == len(short)  # every glyph, and the bar, goes on
    assert len(coming.animations) == len(long) - len(short)
