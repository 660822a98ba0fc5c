"""What the picture of a short can be. `audition.hero_of` says which of them a run is; a hero only
names what is there."""

from __future__ import annotations

from dataclasses import dataclass

from gradreel.elementwise import Formula
from gradreel.trace.deposits import Deposit
from gradreel.trace.model import Span, Value


@dataclass(frozen=True, slots=True)
class Named:
    """A tensor of the run: what it is called, what it held, where it was made and its node."""

    name: str
    value: Value
    span: Span | None = None
    node: int | None = None


@dataclass(frozen=True, slots=True)
class Activation:
    """A function applied to each number of a vector, and what backward found to be its slopes."""

    formula: Formula
    x: Named
    y: Named
    slopes: Value | None


@dataclass(frozen=True, slots=True)
class Softmax:
    """Numbers that become probabilities along `dim`, and their traced sums if there are any."""

    logits: Named
    probabilities: Named
    sums: Named | None
    dim: int


@dataclass(frozen=True, slots=True)
class Products:
    """Matrix products in the order they ran: (left, right, result)."""

    terms: tuple[tuple[Named, Named, Named], ...]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Two matrices that a product refused."""

    left: Named
    right: Named
    span: Span


@dataclass(frozen=True, slots=True)
class Training:
    """A loop that makes a loss smaller, or tries to."""


@dataclass(frozen=True, slots=True)
class Accumulation:
    """Several backward calls into one leaf's `.grad`."""

    deposits: tuple[Deposit, ...]


@dataclass(frozen=True, slots=True)
class Leaves:
    """One backward call that fills the `.grad` of every leaf."""

    deposits: tuple[Deposit, ...]


@dataclass(frozen=True, slots=True)
class Untracked:
    """Operations (`nodes`) that a context kept autograd from recording."""

    label: str
    nodes: tuple[int, ...]
    span: Span | None


@dataclass(frozen=True, slots=True)
class Detached:
    """A tensor cut off from its history."""

    node: int


@dataclass(frozen=True, slots=True)
class Change:
    """An operation that wrote over a tensor, and the version that this made."""

    text: str
    after: Value
    version: int
    span: Span
    node: int | None


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A tensor that backward needed as it was, and the two versions of the error."""

    tensor: Named
    changes: tuple[Change, ...]
    expected: int
    found: int


@dataclass(frozen=True, slots=True)
class Computation:
    """Operations on tensors: a graph."""


@dataclass(frozen=True, slots=True)
class Bindings:
    """Names that were given values, and nothing done with them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Nothing to look at but what the author says."""


Hero = (
    Activation | Softmax | Products | Mismatch | Training | Accumulation | Leaves
    | Untracked | Detached | Overwritten | Computation | Bindings | Plan
)  # fmt: skip
