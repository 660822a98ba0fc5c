"""The chain rule of a run: links and factors belong to the same edges, the total is the run's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from manim import tempconfig
from test_chain import SQUARES, STAGE, TYPE, tower
from test_stage import brief, scene, timeline

from gradreel.blocks.chain_rule import Rule
from gradreel.blocks.formula import Formula
from gradreel.shoot import inspect


@pytest.fixture(autouse=True)
def media(tmp_path: Path) -> Iterator[None]:
    with tempconfig({"media_dir": str(tmp_path)}):
        yield


def test_links_and_factors_are_those_of_the_run_from_its_end() -> None:
    rule = Rule(SQUARES)
    assert rule.whole == "frac(d f, d x)"
    assert rule.links == {1: "frac(d f, d h)", 0: "frac(d h, d x)"}
    assert rule.factors == {1: "8", 0: "4"}
    assert list(rule.links) == list(rule.factors)
    assert rule.total == "32"


def test_what_it_is_worth_lines_up_under_the_rule() -> None:
    rule = Rule(SQUARES)
    formula = Formula(TYPE, rule.product, STAGE)
    worth = rule.worth(TYPE, STAGE, whole=False, size=formula.em).line_up(formula, "=")
    assert worth.source == "= 8 dot 4 = 32"
    assert worth.part("=")[0].get_x() == pytest.approx(formula.part("=")[0].get_x())


def test_a_link_comes_to_stand_beside_its_factor(tmp_path: Path) -> None:
    body = """
from gradreel.blocks.chain_rule import Rule
from gradreel.blocks.formula import Formula
from gradreel.stage.space import pixel
from test_chain import SQUARES, STAGE, TYPE, texts, tower
rule, chain = Rule(SQUARES), tower()
formula = Formula(TYPE, rule.product, STAGE)
links = {edge: formula.part(link) for edge, link in rule.links.items()}
with self.beat("b0"):
    for fall in chain.fall(names=links):
        self.play(fall)
    assert texts(chain.marks).count("=") == 2
    named = [mark for mark in chain.marks if len(mark) == len(links[0])]
    for link, factor in zip(named[-2:], chain.factors.values(), strict=True):
        assert abs(link.get_y() - factor.get_y()) < 0.1
        assert link.get_left()[0] > factor.get_right()[0]
        assert pixel(link.get_right())[0] <= STAGE.right
"""
    inspect(brief(timeline(90)), scene(tmp_path, body))


def test_factors_fly_to_their_numbers_and_are_gone() -> None:
    rule, chain = Rule(SQUARES), tower()
    chain.fall()
    worth = rule.worth(TYPE, STAGE, whole=True)
    flights = worth.gather((text, chain.factors[edge]) for edge, text in rule.factors.items())
    flights.begin()
    flights.finish()
    for flight, number in zip(flights.animations, ("8", "4"), strict=True):
        assert flight.is_remover()
        assert flight.mobject.get_center() == pytest.approx(worth.part(number).get_center())
        assert not flight.mobject.get_fill_opacity()
