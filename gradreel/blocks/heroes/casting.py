"""Hero -> the picture that shows it."""

from __future__ import annotations

from gradreel.blocks.heroes.bars import BarsPicture
from gradreel.blocks.heroes.curve import CurvePicture
from gradreel.blocks.heroes.fence import FencePicture
from gradreel.blocks.heroes.graph import GraphPicture
from gradreel.blocks.heroes.grid import GridPicture
from gradreel.blocks.heroes.picture import Picture
from gradreel.blocks.heroes.plain import CardsPicture, ListingPicture, StepsPicture
from gradreel.blocks.heroes.product import MismatchPicture, ProductPicture
from gradreel.blocks.heroes.scissors import ScissorsPicture
from gradreel.blocks.heroes.tanks import TanksPicture
from gradreel.blocks.heroes.training import TrainingPicture
from gradreel.blocks.heroes.version import VersionPicture
from gradreel.blocks.steps import steps_of
from gradreel.hero import (
    Accumulation,
    Activation,
    Bindings,
    Detached,
    Hero,
    Leaves,
    Mismatch,
    Overwritten,
    Plan,
    Products,
    Softmax,
    Training,
    Untracked,
)
from gradreel.model import Brief, Zone
from gradreel.stage.type import Typesetter
from gradreel.trace.graph import Graph


def picture_of(hero: Hero, type_: Typesetter, brief: Brief, graph: Graph, zone: Zone) -> Picture:
    """The hero of a short, in a zone; whether it `fits` there, the picture itself says."""
    run = brief.trace
    match hero:
        case Activation():
            return CurvePicture(type_, hero, zone)
        case Softmax():
            flat = len(hero.logits.value.shape) == 1
            return BarsPicture(type_, hero, zone) if flat else GridPicture(type_, hero, zone)
        case Products():
            return ProductPicture(type_, hero, zone)
        case Mismatch():
            return MismatchPicture(type_, hero, zone)
        case Training():
            return TrainingPicture(type_, run, graph, zone)
        case Accumulation() | Leaves():
            return TanksPicture(type_, run, graph, hero, zone)
        case Untracked():
            return FencePicture(type_, run, graph, hero, zone)
        case Detached():
            return ScissorsPicture(type_, run, graph, hero, zone)
        case Overwritten():
            return VersionPicture(type_, hero, run.backwards[-1].span, zone)
        case Bindings():
            return CardsPicture(type_, run, zone)
        case Plan() if steps_of(brief.short):
            return StepsPicture(type_, brief, zone)
        case Plan():
            return ListingPicture(type_, brief.short.code.text, zone)
        case _:
            return GraphPicture(type_, run, graph, zone)
